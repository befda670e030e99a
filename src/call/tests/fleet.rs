//! Several processes with one key and one store: together they keep to one window.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::rate_window::{Windowed, any_latency, patient, take_one};
use super::server::{Fate, Script, get, path, post};
use crate::call::transport::Exchange;
use crate::call::{CallOptions, CallPath, Fleet, Lane};
use crate::error::{Delivery, ErrorKind};
use crate::secret::ApiKey;
use crate::store::tests::{Counting, Failing, Least};
use crate::store::{MemoryStore, Store};

const MINUTE: Duration = Duration::from_secs(60);
const KEY: &str = "persona_sandbox_canary";

/// The time of day, as the paused clock has it.
fn wall_clock() -> Arc<dyn Fn() -> SystemTime + Send + Sync> {
    let begun = Instant::now();
    let noon = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    Arc::new(move || noon + begun.elapsed())
}

/// As many processes as told, at the same time of day.
fn fleet(
    processes: usize,
    server: &(impl Exchange + Clone + 'static),
    store: &Arc<impl Store>,
) -> Vec<CallPath> {
    let wall_clock = wall_clock();
    let process = |_| {
        let path = path(server.clone());
        let fleet = Fleet {
            store: store.clone(),
            outage: Arc::default(),
            wall_clock: wall_clock.clone(),
        };
        path.share_rate_window(fleet, &ApiKey::new(KEY));
        path.with(patient())
    };
    (0..processes).map(process).collect()
}

/// So many calls in all, by eight tasks of each process.
async fn calls(fleet: &[CallPath], lane: Lane, calls: u32) {
    let mut tasks = JoinSet::new();
    let left = Arc::new(Mutex::new(calls));
    for path in fleet {
        let path = path.with(CallOptions::new().lane(lane));
        for _ in 0..8 {
            let (path, left) = (path.clone(), left.clone());
            tasks.spawn(async move {
                while take_one(&left) {
                    path.send(get()).await.unwrap();
                }
            });
        }
    }
    tasks.join_all().await;
}

#[tokio::test(start_paused = true)]
async fn four_processes_use_every_window_and_are_never_refused() {
    for lane in [Lane::Interactive, Lane::Background] {
        let server = Windowed::new(300, any_latency);
        let store = Arc::new(Counting::default());
        calls(&fleet(4, &server, &store), lane, 2000).await;
        let seen = server.seen.lock().unwrap();
        println!(
            "{lane:?}: {:?} of 300, {} refused, the store was asked {} times",
            seen.used,
            seen.refused,
            store.asked()
        );
        assert_eq!(seen.refused, 0, "{lane:?}");
        assert_eq!(seen.used.iter().sum::<u32>(), 2000, "{lane:?}");
        let (_, whole) = seen.used.split_last().unwrap();
        assert!(whole.len() >= 6, "{lane:?}: {:?}", seen.used);
        let least = whole.iter().min().unwrap();
        assert!(*least >= 285, "{lane:?}: {:?}", seen.used);
        assert!(store.asked() < 1500, "{lane:?}: {}", store.asked());
    }
}

#[tokio::test(start_paused = true)]
async fn each_by_itself_they_are_refused() {
    let server = Windowed::new(300, any_latency);
    let apart: Vec<CallPath> = (0..4)
        .map(|_| path(server.clone()).with(patient()))
        .collect();
    calls(&apart, Lane::Interactive, 2000).await;
    assert!(server.seen.lock().unwrap().refused > 0);
}

#[tokio::test(start_paused = true)]
async fn interactive_calls_of_one_process_go_before_background_ones_of_another() {
    let server = Windowed::new(300, || Duration::from_millis(25));
    let fleet = fleet(4, &server, &Arc::new(MemoryStore::new()));
    let (people, jobs) = fleet.split_first().unwrap();
    let mut background = JoinSet::new();
    for job in jobs {
        for _ in 0..400 {
            let job = job.in_background();
            background.spawn(async move {
                let begun = Instant::now();
                job.send(get()).await.unwrap();
                begun.elapsed()
            });
        }
    }
    sleep(Duration::from_secs(1)).await;
    let mut interactive = Vec::new();
    for _ in 0..60 {
        let begun = Instant::now();
        people.send(post()).await.unwrap();
        interactive.push(begun.elapsed());
        sleep(Duration::from_secs(3)).await;
    }
    let background = background.join_all().await;
    let mean = |waits: &[Duration]| waits.iter().sum::<Duration>() / waits.len() as u32;
    let (interactive, background) = (mean(&interactive), mean(&background));
    assert!(
        interactive * 100 < background,
        "{interactive:?} and {background:?}"
    );
    assert_eq!(server.seen.lock().unwrap().refused, 0);
}

#[tokio::test(start_paused = true)]
async fn one_that_starts_in_a_used_up_window_sends_nothing_until_the_next() {
    let server = Windowed::new(30, any_latency);
    let fleet = fleet(2, &server, &Arc::new(MemoryStore::new()));
    let begun = Instant::now();
    calls(&fleet[..1], Lane::Interactive, 30).await;
    assert!(begun.elapsed() < MINUTE / 2);
    assert_eq!(fleet[1].shared.rate.state(), None);
    let hasty = CallOptions::new().call_timeout(Duration::from_secs(5));
    let error = fleet[1].with(hasty).send(post()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert_eq!(error.delivery(), Delivery::NotSent);
    let state = fleet[1].shared.rate.state().unwrap();
    assert_eq!((state.limit, state.remaining), (30, 0));
    fleet[1].send(post()).await.unwrap();
    assert!(begun.elapsed() >= MINUTE, "{:?}", begun.elapsed());
    let seen = server.seen.lock().unwrap();
    assert_eq!((seen.refused, &seen.used), (0, &vec![30, 1]));
}

#[tokio::test(start_paused = true)]
async fn what_others_used_of_the_window_is_left_out() {
    let server = Windowed::new(300, any_latency);
    let fleet = fleet(2, &server, &Arc::new(MemoryStore::new()));
    let stranger = path(server.clone()).with(patient());
    calls(&fleet, Lane::Interactive, 1).await;
    calls(&[stranger], Lane::Interactive, 200).await;
    calls(&fleet, Lane::Interactive, 200).await;
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.refused, 0);
    assert!(seen.used[0] >= 285, "{:?}", seen.used);
}

#[tokio::test(start_paused = true)]
async fn few_go_out_before_an_answer_told_the_limit() {
    let server = Windowed::new(20, || Duration::from_secs(2));
    let fleet = fleet(4, &server, &Arc::new(MemoryStore::new()));
    let begun = Instant::now();
    let burst = fleet
        .iter()
        .flat_map(|path| (0..100).map(|_| path.send(get())));
    let burst = timeout(MINUTE / 2, join_all(burst));
    burst.await.expect_err("most wait for further windows");
    let seen = server.seen.lock().unwrap();
    assert_eq!((seen.refused, &seen.used), (0, &vec![20]), "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn answers_without_rate_headers_hold_nobody_back() {
    let server = Script::default();
    let fleet = fleet(2, &server, &Arc::new(MemoryStore::new()));
    let begun = Instant::now();
    for _ in 0..500 {
        for path in &fleet {
            path.send(get()).await.unwrap();
        }
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn without_the_store_each_goes_by_its_own_window() {
    for (store, first) in [
        (Failing::Refuses, Duration::ZERO),
        (Failing::Hangs, Duration::from_millis(250)),
    ] {
        let server = Windowed::new(300, || Duration::ZERO);
        let fleet = fleet(1, &server, &Arc::new(store));
        let begun = Instant::now();
        fleet[0].send(get()).await.unwrap();
        assert_eq!(begun.elapsed(), first, "{store:?}");
        for _ in 0..100 {
            fleet[0].send(get()).await.unwrap();
        }
        assert_eq!(begun.elapsed(), first, "{store:?}");
        // One asks whether it is back, and the others do not wait for that.
        sleep(Duration::from_secs(1)).await;
        let begun = Instant::now();
        let took = async |path: &CallPath| {
            path.send(get()).await.unwrap();
            begun.elapsed()
        };
        let took = join_all((0..50).map(|_| took(&fleet[0]))).await;
        let late = took.iter().filter(|took| !took.is_zero()).count();
        assert_eq!(late, usize::from(!first.is_zero()), "{store:?}: {took:?}");
        // Its own window still holds.
        calls(&fleet, Lane::Interactive, 300).await;
        let seen = server.seen.lock().unwrap();
        assert_eq!(seen.refused, 0, "{store:?}");
        assert_eq!(seen.used[0], 300, "{store:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn with_a_store_of_the_least_each_goes_by_its_own_window() {
    let server = Windowed::new(300, || Duration::ZERO);
    let fleet = fleet(2, &server, &Arc::new(Least::default()));
    let begun = Instant::now();
    calls(&fleet, Lane::Interactive, 100).await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn when_the_one_that_asks_is_dropped_another_asks() {
    let server = Windowed::new(300, || Duration::ZERO);
    let fleet = fleet(1, &server, &Arc::new(Failing::Hangs));
    let first = timeout(Duration::from_millis(100), fleet[0].send(get()));
    let begun = Instant::now();
    let (first, second) = tokio::join!(first, fleet[0].send(get()));
    first.expect_err("it was dropped");
    second.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_millis(100 + 250));
    assert_eq!(fleet[0].shared.rate.state().unwrap().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn another_key_has_another_ledger_and_none_is_in_the_store() {
    let server = Script::new(vec![
        Fate::status(200)
            .with("ratelimit-limit", 300)
            .with("ratelimit-remaining", 200)
            .with("ratelimit-reset", 50);
        2
    ]);
    let store = Arc::new(Counting::default());
    let fleet = fleet(1, &server, &store);
    fleet[0].send(get()).await.unwrap();
    fleet[0]
        .set_key(&ApiKey::new("persona_sandbox_another_canary"))
        .unwrap();
    fleet[0].send(get()).await.unwrap();
    let names = store.names();
    assert_eq!(names.len(), 2, "{names:?}");
    for name in names {
        assert!(name.starts_with("rate/"), "{name}");
        assert!(!name.contains("canary"), "{name}");
        let ledger = store.get(&name).await.unwrap().unwrap();
        assert!(!String::from_utf8(ledger).unwrap().contains("canary"));
    }
}
