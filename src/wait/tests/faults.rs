//! What goes wrong around a watcher, and how every wait ends all the same. Each row is one story
//! of an hour, on a paused clock; `cargo test wait::tests::faults -- --nocapture` prints them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::feed::{Asked, World, wait};
use super::fleet::Mortal;
use super::watched::{HOUR, MINUTE, SECOND, ids};
use crate::store::tests::Failing;
use crate::store::{MemoryStore, Store};
use crate::wait::Outcome;

const WAITS: usize = 200;

/// How the world behaves while waits go on.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Nothing,
    OneOfTenMissing,
    AllMissing,
    Late,
    Twice,
    OutOfOrder,
    MoreThanIsReadBack,
    LogLost,
    Down,
    NoPermission,
    PermissionTakenAway,
    ReaderKilled,
    StoreGone,
}

/// The end that is meant for each.
fn fate(number: usize) -> &'static str {
    match number % 4 {
        0 => "expired",
        1 => "gone",
        2 => "done",
        _ if number % 8 == 7 => "pending",
        _ => "done",
    }
}

fn fits(number: usize, outcome: &Outcome<super::feed::Thing>) -> bool {
    match fate(number) {
        "expired" => matches!(outcome, Outcome::Expired(_)),
        "gone" => matches!(outcome, Outcome::Gone),
        "done" => matches!(outcome, Outcome::Met(_)),
        _ => matches!(outcome, Outcome::TimedOut { last: Some(_) }),
    }
}

/// Another process, on one store with the one whose waits are counted: it reads events for both.
struct Reader {
    store: Arc<Mortal>,
    process: JoinHandle<()>,
}

impl Reader {
    async fn start(world: &World) -> Self {
        let store = Arc::new(Mortal::default());
        let watcher = world.watcher_with(store.clone());
        let process = tokio::spawn(async move {
            let _ = wait(&watcher, "inq_of_others").deadline(10 * HOUR).await;
        });
        // It has the lease before anybody else asks for it.
        sleep(MINUTE).await;
        Self { store, process }
    }

    fn kill(&self) {
        self.store.keep_leases();
        self.process.abort();
    }
}

async fn happen(
    world: World,
    fault: Fault,
    reader: Option<Reader>,
    changed: Arc<std::sync::Mutex<Vec<Option<Instant>>>>,
) {
    for (number, id) in ids(WAITS).enumerate() {
        sleep(9 * SECOND).await;
        changed.lock().expect("not poisoned")[number] = Some(Instant::now());
        world.change_silently(&id, fate(number));
        match fault {
            Fault::OneOfTenMissing if number % 10 == 3 => {}
            Fault::AllMissing => {}
            Fault::Late => {
                let world = world.clone();
                tokio::spawn(async move {
                    sleep(40 * SECOND).await;
                    world.write_down_late(&id, 3);
                });
            }
            Fault::Twice => {
                world.write_down(&id);
                world.write_down(&id);
            }
            _ => {
                world.write_down(&id);
            }
        }
        match (fault, number) {
            (Fault::OutOfOrder, _) => world.shuffle_newest(4),
            (Fault::MoreThanIsReadBack, 50) => {
                for _ in 0..1500 {
                    world.write_down("inq_of_others");
                }
            }
            (Fault::LogLost, 50 | 100) => world.forget_log(),
            (Fault::Down, 50) => world.go_down_for(10 * MINUTE),
            (Fault::PermissionTakenAway, 50) => world.refuse_events(true),
            _ => {}
        }
        match (&reader, fault, number) {
            (Some(reader), Fault::ReaderKilled, 50) => reader.kill(),
            (Some(reader), Fault::StoreGone, 50) => reader.store.go_away(true),
            (Some(reader), Fault::StoreGone, 120) => reader.store.go_away(false),
            _ => {}
        }
    }
    if let Some(reader) = reader {
        reader.process.abort();
    }
}

struct Row {
    asked: Asked,
    worst: Duration,
    wrong: usize,
}

async fn story(fault: Fault, store: Arc<dyn Store>) -> Row {
    let world = World::with(ids(WAITS).chain(["inq_of_others".to_owned()]));
    world.refuse_events(fault == Fault::NoPermission);
    let (reader, store) = match fault {
        Fault::ReaderKilled | Fault::StoreGone => {
            let reader = Reader::start(&world).await;
            let store = reader.store.clone();
            (Some(reader), store as Arc<dyn Store>)
        }
        _ => (None, store),
    };
    let watcher = world.watcher_with(store);
    let changed = Arc::new(std::sync::Mutex::new(vec![None; WAITS]));
    let mut waits: FuturesUnordered<_> = ids(WAITS)
        .enumerate()
        .map(|(number, id)| {
            let wait = wait(&watcher, &id).deadline(2 * HOUR);
            async move { (number, wait.await, Instant::now()) }
        })
        .collect();
    let happening = tokio::spawn(happen(world.clone(), fault, reader, changed.clone()));
    let (mut worst, mut wrong) = (Duration::ZERO, 0);
    while let Some((number, outcome, at)) = waits.next().await {
        let outcome = outcome.expect("asking can succeed");
        wrong += usize::from(!fits(number, &outcome));
        if !matches!(outcome, Outcome::TimedOut { .. }) {
            let changed = changed.lock().expect("not poisoned")[number].expect("has changed");
            worst = worst.max(at - changed);
        }
    }
    happening.await.expect("no panic");
    Row {
        asked: world.asked(),
        worst,
        wrong,
    }
}

#[tokio::test(start_paused = true)]
async fn every_wait_ends_with_the_right_outcome() {
    let memory = || -> Arc<dyn Store> { Arc::new(MemoryStore::new()) };
    let rows = [
        ("nothing", Fault::Nothing, memory(), MINUTE),
        (
            "one event of ten is missing",
            Fault::OneOfTenMissing,
            memory(),
            7 * MINUTE,
        ),
        (
            "all events are missing",
            Fault::AllMissing,
            memory(),
            7 * MINUTE,
        ),
        ("events come 40 s late", Fault::Late, memory(), 2 * MINUTE),
        ("events come twice", Fault::Twice, memory(), MINUTE),
        (
            "events are out of order",
            Fault::OutOfOrder,
            memory(),
            MINUTE,
        ),
        (
            "1,500 other events at once",
            Fault::MoreThanIsReadBack,
            memory(),
            MINUTE,
        ),
        ("the log is lost", Fault::LogLost, memory(), MINUTE),
        ("503 for ten minutes", Fault::Down, memory(), 12 * MINUTE),
        (
            "no permission for events",
            Fault::NoPermission,
            memory(),
            2 * MINUTE,
        ),
        (
            "permission taken away",
            Fault::PermissionTakenAway,
            memory(),
            2 * MINUTE,
        ),
        (
            "who reads events is killed",
            Fault::ReaderKilled,
            memory(),
            2 * MINUTE,
        ),
        (
            "Redis goes and comes back",
            Fault::StoreGone,
            memory(),
            2 * MINUTE,
        ),
        (
            "the store fails",
            Fault::Nothing,
            Arc::new(Failing::Refuses),
            MINUTE,
        ),
        (
            "the store does not answer",
            Fault::Nothing,
            Arc::new(Failing::Hangs),
            MINUTE,
        ),
    ];
    println!(
        "{WAITS} waits, a change every 9 s\n{:30} {:>6} {:>7} {:>6} {:>7} {:>8} {:>9}",
        "fault", "wrong", "events", "looks", "reads", "single", "worst"
    );
    for (name, fault, store, at_most) in rows {
        let row = story(fault, store).await;
        println!(
            "{name:30} {:>6} {:>7} {:>6} {:>7} {:>8} {:>7.1} s",
            row.wrong,
            row.asked.events,
            row.asked.states,
            row.asked.wholes,
            row.asked.singles,
            row.worst.as_secs_f64()
        );
        assert_eq!(row.wrong, 0, "{name}");
        assert!(row.worst <= at_most, "{name}: {:?}", row.worst);
    }
}
