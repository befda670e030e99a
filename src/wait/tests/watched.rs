//! What the watcher does for waits, on a paused clock.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::{Instant, sleep, timeout};

use super::feed::{Thing, World, answered, wait};
use crate::call::clock::{ScaledClock, Time};
use crate::error::ErrorKind;
use crate::store::MemoryStore;
use crate::wait::{Change, Condition, Many, Order, Outcome, View};

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);

pub(super) fn ids(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("inq_{number}"))
}

/// So many tasks as the runtime has beside the test itself.
pub(super) fn tasks() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_soon_after_the_change() {
    let world = World::with(ids(1));
    let watcher = world.watcher();
    let changing = world.clone();
    let begun = Instant::now();
    let change = async move {
        sleep(MINUTE).await;
        changing.change("inq_0", "done");
    };
    let (outcome, ()) = tokio::join!(wait(&watcher, "inq_0").deadline(HOUR).into_future(), change);
    let met = outcome.expect("can be asked").met().expect("met");
    assert_eq!(met.tag.as_deref(), Some("whole"), "all of it was read");
    assert!(
        begun.elapsed() < MINUTE + 20 * SECOND,
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(
        world.asked().wholes,
        1,
        "it was read once: {:?}",
        world.asked()
    );
}

#[tokio::test(start_paused = true)]
async fn expiry_redaction_and_absence_are_answers() {
    let world = World::with(ids(2));
    let watcher = world.watcher();
    world.change("inq_0", "expired");
    world.change("inq_1", "gone");
    let expired = wait(&watcher, "inq_0").deadline(HOUR).await;
    assert!(matches!(expired, Ok(Outcome::Expired(_))), "{expired:?}");
    let gone = wait(&watcher, "inq_1").deadline(HOUR).await;
    assert!(matches!(gone, Ok(Outcome::Gone)), "{gone:?}");
    let absent = wait(&watcher, "inq_2").deadline(HOUR).await;
    assert_eq!(absent.expect_err("absent").kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn what_a_list_does_not_show_yet_is_read_alone() {
    let world = World::with(ids(1));
    world.unlist("inq_0");
    world.change("inq_0", "done");
    let outcome = wait(&world.watcher(), "inq_0").deadline(HOUR).await;
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn the_last_look_is_at_the_deadline_and_shared() {
    let world = World::with(ids(250));
    let watcher = world.watcher();
    let begun = Instant::now();
    let deadline = 2 * HOUR;
    let mut waits: FuturesUnordered<_> = ids(250)
        .map(|id| wait(&watcher, &id).deadline(deadline).into_future())
        .collect();
    while let Some(outcome) = waits.next().await {
        let Ok(Outcome::TimedOut { last: Some(last) }) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!((last.status.as_str(), last.tag.is_some()), ("new", true));
    }
    let looks = world.looks();
    let last: Vec<_> = looks
        .iter()
        .filter(|(at, view, _)| *view == View::Whole && *at >= begun + deadline)
        .collect();
    assert_eq!(last.len(), 3, "a hundred to a request: {last:?}");
    assert_eq!(last[0].0, begun + deadline);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_of_nothing_is_one_look() {
    let world = World::with(ids(1));
    let watcher = world.watcher();
    let outcome = wait(&watcher, "inq_0").deadline(Duration::ZERO).await;
    assert!(
        matches!(outcome, Ok(Outcome::TimedOut { last: Some(_) })),
        "{outcome:?}"
    );
    world.change("inq_0", "done");
    let outcome = wait(&watcher, "inq_0").deadline(Duration::ZERO).await;
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_last_look_that_fails_tells_what_was_seen_before() {
    let world = World::with(ids(1));
    let watcher = world.watcher();
    let down = world.clone();
    let outage = async move {
        sleep(MINUTE).await;
        down.go_down_for(HOUR);
    };
    let (outcome, ()) = tokio::join!(
        wait(&watcher, "inq_0").deadline(2 * MINUTE).into_future(),
        outage
    );
    let Ok(Outcome::TimedOut { last: Some(last) }) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((last.status.as_str(), last.tag), ("new", None));
}

#[tokio::test(start_paused = true)]
async fn dropping_leaves_no_task() {
    let world = World::with(ids(10));
    let watcher = world.watcher();
    assert_eq!(tasks(), 0);
    let mut waits: FuturesUnordered<_> = ids(10)
        .map(|id| wait(&watcher, &id).deadline(HOUR).into_future())
        .collect();
    assert!(
        timeout(5 * MINUTE, waits.next()).await.is_err(),
        "nothing ends"
    );
    assert!(tasks() > 0, "somebody looks");
    let unpolled = wait(&watcher, "inq_1").deadline(HOUR);
    drop(waits);
    sleep(SECOND).await;
    assert_eq!(tasks(), 0);
    let asked = world.asked();
    sleep(HOUR).await;
    assert_eq!(world.asked(), asked);
    drop(unpolled);

    // And it begins again with the next wait.
    world.change("inq_3", "done");
    let outcome = wait(&watcher, "inq_3").deadline(HOUR).await;
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    sleep(SECOND).await;
    assert_eq!(tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn conditions_are_looked_at_by_status_and_closures_by_all() {
    let world = World::with(ids(3));
    let watcher = world.watcher();
    let changing = world.clone();
    let story = async move {
        for status in ["pending", "done", "approved"] {
            sleep(MINUTE).await;
            for id in ids(3) {
                changing.change(&id, status);
            }
        }
    };
    let decided = wait(&watcher, "inq_0")
        .deadline(HOUR)
        .until(Condition::decided());
    let pending = wait(&watcher, "inq_1")
        .deadline(HOUR)
        .until(Condition::status("Pending").and(Condition::not(Condition::finished())));
    let tagged = wait(&watcher, "inq_2")
        .deadline(HOUR)
        .condition(|thing: &Thing| thing.tag.is_some() && thing.status != "new");
    let (decided, pending, tagged, ()) = tokio::join!(
        decided.into_future(),
        pending.into_future(),
        tagged.into_future(),
        story
    );
    let status = |outcome: Result<Outcome<Thing>, _>| {
        outcome.expect("can be asked").met().expect("met").status
    };
    assert_eq!(status(decided), "approved");
    assert_eq!(status(pending), "pending");
    assert_eq!(status(tagged), "pending");
}

#[tokio::test(start_paused = true)]
async fn changes_come_in_their_order_and_end_with_the_outcome() {
    let world = World::with(ids(1));
    let watcher = world.watcher();
    let changing = world.clone();
    let story = async move {
        for status in ["pending", "asked", "done"] {
            sleep(MINUTE).await;
            changing.change("inq_0", status);
        }
    };
    let seeing = async {
        let mut changes = wait(&watcher, "inq_0").deadline(HOUR).changes();
        let mut seen = Vec::new();
        while let Some(change) = changes.next().await {
            seen.push(match change.expect("can be asked") {
                Change::Seen(thing) => thing.status,
                Change::Ended(Outcome::Met(thing)) => format!("met {}", thing.status),
                Change::Ended(other) => panic!("{other:?}"),
            });
        }
        seen
    };
    let (seen, ()) = tokio::join!(seeing, story);
    assert_eq!(seen, ["new", "pending", "asked", "met done"]);
}

#[tokio::test(start_paused = true)]
async fn it_fails_only_when_asking_can_never_succeed() {
    let world = World::with(ids(1));
    let watcher = world.watcher();
    let fault = answered(ErrorKind::InvalidInput, 400);
    let outcome = watcher.wait(Err(fault)).deadline(HOUR).await;
    assert_eq!(outcome.expect_err("no id").kind(), ErrorKind::InvalidInput);
    assert_eq!(world.asked().all(), 0);
}

#[tokio::test(start_paused = true)]
async fn it_resumes_what_expires() {
    let world = World::with(ids(2));
    let watcher = world.watcher();
    let changing = world.clone();
    let story = async move {
        for _ in 0..2 {
            sleep(MINUTE).await;
            changing.change("inq_0", "expired");
            changing.change("inq_1", "expired");
        }
        sleep(MINUTE).await;
        changing.change("inq_0", "done");
        changing.change("inq_1", "done");
    };
    let other = world.clone();
    let by_itself = wait(&watcher, "inq_0").deadline(HOUR).resuming();
    let by_policy = wait(&watcher, "inq_1")
        .deadline(HOUR)
        .when_expired(move |thing: Thing| {
            other.change(&thing.id, "pending");
            async { Ok(()) }
        });
    let (by_itself, by_policy, ()) =
        tokio::join!(by_itself.into_future(), by_policy.into_future(), story);
    assert!(matches!(by_itself, Ok(Outcome::Met(_))), "{by_itself:?}");
    assert!(matches!(by_policy, Ok(Outcome::Met(_))), "{by_policy:?}");
    assert_eq!(world.asked().resumes, 2);
}

#[tokio::test(start_paused = true)]
async fn a_way_back_that_fails_for_good_is_an_expiry() {
    let world = World::with(ids(1));
    world.change("inq_0", "expired");
    let outcome = wait(&world.watcher(), "inq_0")
        .deadline(HOUR)
        .when_expired(|_| async { Err::<(), _>(answered(ErrorKind::Permission, 403)) })
        .await;
    assert!(matches!(outcome, Ok(Outcome::Expired(_))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn many_come_as_they_end() {
    let world = World::with(ids(300));
    let watcher = world.watcher();
    let deadline = Instant::now() + HOUR;
    let orders = ids(300).map(|id| {
        (
            id.as_str().into(),
            Order::new(deadline, Condition::finished()),
        )
    });
    let mut many = Many::new(watcher, orders.collect(), Default::default());
    assert_eq!(many.len(), 300);
    let changing = world.clone();
    let story = async move {
        for id in ids(300) {
            sleep(SECOND).await;
            changing.change(&id, "done");
        }
    };
    let ending = async {
        let mut order = Vec::new();
        while let Some((id, outcome)) = many.next().await {
            assert!(matches!(outcome, Ok(Outcome::Met(_))), "{id}: {outcome:?}");
            order.push(id);
        }
        order
    };
    let (order, ()) = tokio::join!(ending, story);
    assert_eq!(order.len(), 300);
    let number = |id: &String| id["inq_".len()..].parse::<usize>().expect("a number");
    let early = order[..150].iter().map(number).max().expect("some");
    assert!(early < 200, "the first half came first: {early}");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_too_many_for_one_request_are_asked_in_parts() {
    let world = World::with(ids(100));
    world.limit_batch(30);
    let watcher = world.watcher();
    for id in ids(100) {
        world.change_silently(&id, "done");
    }
    let mut waits: FuturesUnordered<_> = ids(100)
        .map(|id| wait(&watcher, &id).deadline(HOUR).into_future())
        .collect();
    let mut met = 0;
    while let Some(outcome) = waits.next().await {
        assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
        met += 1;
    }
    assert_eq!(met, 100);
}

/// The log was read when there was nothing in it, and then holds more than a page.
#[tokio::test(start_paused = true)]
async fn a_burst_after_an_empty_log_is_read_to_its_end() {
    let world = World::with(ids(350));
    let watcher = world.watcher();
    let mut waits: FuturesUnordered<_> = ids(350)
        .map(|id| wait(&watcher, &id).deadline(HOUR).into_future())
        .collect();
    assert!(timeout(MINUTE, waits.next()).await.is_err());
    for id in ids(350) {
        world.change(&id, "done");
    }
    let changed = Instant::now();
    while let Some(outcome) = waits.next().await {
        assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    }
    assert!(changed.elapsed() < MINUTE / 2, "{:?}", changed.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_is_told_is_read_at_once() {
    let world = World::with(ids(1));
    let watcher = world.watcher();
    watcher.rely_on_webhooks();
    let (changing, telling) = (world.clone(), watcher.clone());
    let story = async move {
        sleep(10 * MINUTE).await;
        changing.change("inq_0", "done");
        let told = Instant::now();
        telling.changed("inq_0").await;
        told
    };
    let waiting = async {
        let outcome = wait(&watcher, "inq_0").deadline(HOUR).await;
        (outcome, Instant::now())
    };
    let ((outcome, ended), told) = tokio::join!(waiting, story);
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    assert!(ended - told < SECOND, "{:?}", ended - told);
    assert!(
        world.asked().events < 25,
        "one a minute: {:?}",
        world.asked()
    );
}

#[tokio::test(start_paused = true)]
async fn two_waits_for_one_thing_share_its_looks() {
    let world = World::with(ids(1));
    let watcher = world.watcher();
    let changing = world.clone();
    let story = async move {
        sleep(MINUTE).await;
        changing.change("inq_0", "done");
        sleep(MINUTE).await;
        changing.change("inq_0", "approved");
    };
    let finished = wait(&watcher, "inq_0").deadline(HOUR);
    let decided = wait(&watcher, "inq_0")
        .deadline(HOUR)
        .until(Condition::decided());
    let (finished, decided, ()) =
        tokio::join!(finished.into_future(), decided.into_future(), story);
    assert_eq!(finished.expect("asked").met().expect("met").status, "done");
    assert_eq!(
        decided.expect("asked").met().expect("met").status,
        "approved"
    );
    assert!(world.asked().wholes <= 3, "{:?}", world.asked());
}

/// A hundred times the waits, the same transitions: what is asked beside the first look at each
/// must not grow.
#[tokio::test(start_paused = true)]
async fn requests_grow_with_what_changes_and_not_with_who_waits() {
    let mut asked = Vec::new();
    for count in [1_000, 100_000] {
        let world = World::with(ids(count));
        let watcher = world.watcher();
        let deadline = Instant::now() + 10 * HOUR;
        let order = || Order::new(deadline, Condition::finished());
        let orders = ids(count).map(|id| (Arc::from(id), order()));
        let mut many = Many::new(watcher, orders.collect(), Default::default());
        // Until each has been looked at.
        assert!(timeout(10 * MINUTE, many.next()).await.is_err());
        let before = world.asked().all();
        let changing = world.clone();
        let story = async move {
            for id in ids(count).take(500) {
                sleep(7 * SECOND).await;
                changing.change(&id, "done");
            }
        };
        let ending = async {
            for _ in 0..500 {
                let (id, outcome) = many.next().await.expect("one");
                assert!(matches!(outcome, Ok(Outcome::Met(_))), "{id}: {outcome:?}");
            }
        };
        tokio::join!(ending, story);
        asked.push(world.asked().all() - before);
    }
    println!("requests of an hour with 500 transitions: {asked:?}");
    assert!(asked[1] as f64 <= asked[0] as f64 * 1.1, "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_watcher_goes_by_the_clock_of_its_client() {
    // An hour in a second.
    let time = Time::of(Arc::new(ScaledClock::new(3600)));
    let world = World::with(ids(2));
    let watcher = world.watcher_by(
        time,
        Arc::new(SystemTime::now),
        Arc::new(MemoryStore::new()),
    );
    let changing = world.clone();
    let begun = Instant::now();
    let change = async move {
        sleep(SECOND).await;
        changing.change("inq_0", "done");
    };
    let waits = async {
        let (met, late) = tokio::join!(
            wait(&watcher, "inq_0").deadline(10 * HOUR).into_future(),
            wait(&watcher, "inq_1").deadline(2 * HOUR).into_future(),
        );
        (met, late, begun.elapsed())
    };
    let ((met, late, elapsed), ()) = tokio::join!(waits, change);
    assert!(matches!(met, Ok(Outcome::Met(_))), "{met:?}");
    assert!(matches!(late, Ok(Outcome::TimedOut { .. })), "{late:?}");
    assert!(elapsed >= 2 * SECOND && elapsed < 3 * SECOND, "{elapsed:?}");
}
