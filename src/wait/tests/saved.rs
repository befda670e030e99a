//! Waits that are saved, and gone on with after a restart.

use std::future::IntoFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::sync::watch;
use tokio::time::timeout;

use super::feed::{Thing, World, wait};
use super::watched::{HOUR, MINUTE, SECOND, ids, tasks};
use crate::call::clock::{Clock, Sleeping, Time};
use crate::store::MemoryStore;
use crate::wait::watcher::Watcher;
use crate::wait::{Condition, Many, Order, Outcome};

#[tokio::test(start_paused = true)]
async fn a_snapshot_goes_on_after_a_restart() {
    let world = World::with(ids(4));
    let saved = {
        let watcher = world.watcher();
        let waits = [
            wait(&watcher, "inq_0").deadline(HOUR),
            wait(&watcher, "inq_1")
                .deadline(HOUR)
                .until(Condition::decided()),
            wait(&watcher, "inq_2").deadline(MINUTE),
            wait(&watcher, "inq_3")
                .deadline(HOUR)
                .condition(|thing: &Thing| thing.status == "x"),
        ];
        let mut waits: FuturesUnordered<_> =
            waits.into_iter().map(IntoFuture::into_future).collect();
        assert!(timeout(10 * SECOND, waits.next()).await.is_err());
        let snapshot = watcher.snapshot();
        assert_eq!(
            (snapshot.len(), snapshot.unsaved()),
            (3, &["inq_3".to_owned()][..])
        );
        serde_json::to_string(&snapshot).expect("serializes")
    };
    world.change("inq_0", "done");
    world.change("inq_1", "done");
    let watcher = world.watcher();
    let mut many = watcher.restore(serde_json::from_str(&saved).expect("is read"));
    let (first, outcome) = many.next().await.expect("one");
    assert!(
        first == "inq_0" && matches!(outcome, Ok(Outcome::Met(_))),
        "{first}: {outcome:?}"
    );
    let (second, outcome) = many.next().await.expect("one");
    assert!(
        second == "inq_2" && matches!(outcome, Ok(Outcome::TimedOut { .. })),
        "{second}: {outcome:?}"
    );
    world.change("inq_1", "approved");
    let (third, outcome) = many.next().await.expect("one");
    assert!(
        third == "inq_1" && matches!(outcome, Ok(Outcome::Met(_))),
        "{third}: {outcome:?}"
    );
    assert!(many.next().await.is_none());
}

/// What is in a snapshot: ids, sorted, and those that it does not hold.
fn saved(watcher: &Watcher<Thing>) -> (Vec<String>, Vec<String>) {
    let snapshot = watcher.snapshot();
    let saved = snapshot.waits.iter().map(|one| one.id.clone());
    let mut saved: Vec<String> = saved.collect();
    let mut unsaved = snapshot.unsaved;
    saved.sort();
    unsaved.sort();
    (saved, unsaved)
}

fn is_done(thing: &Thing) -> bool {
    thing.status == "done"
}

#[tokio::test(start_paused = true)]
async fn a_wait_is_saved_though_nobody_polled_it_yet() {
    let world = World::with(ids(6));
    let watcher = world.watcher();
    let new = |id: &str| wait(&watcher, id).deadline(HOUR);
    let future = new("inq_0").into_future();
    let changes = new("inq_1").changes();
    let end = watcher.time().now() + HOUR;
    let order = ("inq_2".into(), Order::new(end, Condition::finished()));
    let mut many = Many::new(watcher.clone(), vec![order], Default::default());
    many.until(&Condition::decided());
    let by_closure = new("inq_3").condition(is_done).into_future();
    let with_way_back = new("inq_4").when_expired(|_| async { Ok(()) });
    let with_way_back = with_way_back.into_future();
    let only_set_up = new("inq_5");

    let all = ids(3).collect::<Vec<_>>();
    let unsaved = vec!["inq_3".to_owned(), "inq_4".to_owned()];
    assert_eq!(saved(&watcher), (all.clone(), unsaved));
    assert_eq!((tasks(), world.asked().all()), (0, 0), "nothing is asked");

    // And what was restored is saved again before anybody looks at it.
    let text = serde_json::to_string(&watcher.snapshot()).expect("serializes");
    assert!(text.contains("decided"), "{text}");
    drop((
        future,
        changes,
        many,
        by_closure,
        with_way_back,
        only_set_up,
    ));
    assert_eq!(saved(&watcher), (Vec::new(), Vec::new()));
    let restored = watcher.restore(serde_json::from_str(&text).expect("is read"));
    assert_eq!(saved(&watcher), (all, Vec::new()));
    assert_eq!((tasks(), world.asked().all()), (0, 0), "nothing is asked");
    drop(restored);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_cannot_be_saved_is_told_at_every_moment() {
    let world = World::with(ids(2));
    let watcher = world.watcher();
    let is_there = Arc::new(AtomicBool::new(false));
    let known = is_there.clone();
    let sought = watcher.wait_for_found(move || {
        let found = known.load(Ordering::SeqCst).then(|| "inq_0".to_owned());
        async move { Ok(found) }
    });
    let sought = sought.deadline(HOUR).into_future();
    assert_eq!(watcher.snapshot().searching(), 1, "not polled yet");
    let sought = tokio::spawn(sought);
    tokio::time::sleep(MINUTE).await;
    assert_eq!(
        (saved(&watcher).0.len(), watcher.snapshot().searching()),
        (0, 1)
    );
    is_there.store(true, Ordering::SeqCst);
    tokio::time::sleep(MINUTE).await;
    assert_eq!(saved(&watcher).0, ["inq_0"]);
    assert_eq!(watcher.snapshot().searching(), 0);
    sought.abort();

    // While a way back in is opened it is in nobody's hands.
    world.change("inq_1", "expired");
    let opens = wait(&watcher, "inq_1")
        .deadline(HOUR)
        .when_expired(|_| std::future::pending::<Result<(), _>>());
    let opens = tokio::spawn(opens.into_future());
    tokio::time::sleep(MINUTE).await;
    assert_eq!(saved(&watcher).1, ["inq_1"]);
    opens.abort();
    tokio::time::sleep(SECOND).await;
    assert_eq!(saved(&watcher), (Vec::new(), Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_polled_late_ends_as_any_other() {
    let world = World::with(ids(2));
    let watcher = world.watcher();
    let late = wait(&watcher, "inq_0").deadline(HOUR).into_future();
    let overdue = wait(&watcher, "inq_1").deadline(MINUTE).into_future();
    tokio::time::sleep(10 * MINUTE).await;
    world.change("inq_0", "done");
    let late = late.await;
    assert!(matches!(late, Ok(Outcome::Met(_))), "{late:?}");
    let overdue = overdue.await;
    assert!(
        matches!(overdue, Ok(Outcome::TimedOut { last: Some(_) })),
        "{overdue:?}"
    );
}

/// A wait can be made a future of where there is no runtime yet.
#[test]
fn outside_of_a_runtime_a_wait_is_saved_too() {
    let watcher = World::with(ids(1)).watcher();
    let future = wait(&watcher, "inq_0").deadline(HOUR).into_future();
    assert_eq!(saved(&watcher).0, ["inq_0"]);
    drop(future);
    assert_eq!(saved(&watcher).0, [""; 0]);
}

/// Stands still until it is moved.
#[derive(Debug)]
struct MovedClock(watch::Sender<Duration>);

impl MovedClock {
    fn begin() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(Duration::ZERO)))
    }

    async fn pass(&self, span: Duration) {
        self.0.send_modify(|now| *now += span);
        // Requests take a while in tokio's time.
        tokio::time::sleep(SECOND).await;
    }
}

fn at(passed: Duration) -> DateTime<Utc> {
    let begin = "2026-01-31T12:00:00Z".parse::<DateTime<Utc>>();
    begin.expect("a time") + TimeDelta::from_std(passed).expect("short")
}

impl Clock for MovedClock {
    fn now(&self) -> Duration {
        *self.0.borrow()
    }

    fn sleep_until(&self, until: Duration) -> Sleeping<'_> {
        let mut moved = self.0.subscribe();
        Box::pin(async move {
            let _ = moved.wait_for(|now| *now >= until).await;
        })
    }
}

#[tokio::test(start_paused = true)]
async fn deadlines_are_saved_by_the_clocks_of_the_client() {
    let world = World::with(ids(1));
    let clock = MovedClock::begin();
    let by_clock = || {
        let (clock, shown) = (clock.clone(), clock.clone());
        let wall_clock = Arc::new(move || at(shown.now()).into());
        world.watcher_by(Time::of(clock), wall_clock, Arc::new(MemoryStore::new()))
    };
    let before = by_clock();
    let waiting = tokio::spawn(wait(&before, "inq_0").deadline(2 * HOUR).into_future());
    clock.pass(HOUR / 2).await;
    let snapshot = before.snapshot();
    assert_eq!(snapshot.waits[0].deadline, at(2 * HOUR));
    waiting.abort();

    // An hour later there is another process, with half an hour left to wait.
    clock.pass(HOUR).await;
    let after = by_clock();
    let mut many = after.restore(snapshot);
    let ending = tokio::spawn(async move { many.next().await });
    clock.pass(HOUR / 2 - SECOND).await;
    assert!(!ending.is_finished(), "it has a second left");
    clock.pass(SECOND).await;
    let (_, outcome) = ending.await.expect("no panic").expect("one");
    assert!(
        matches!(outcome, Ok(Outcome::TimedOut { last: Some(_) })),
        "{outcome:?}"
    );
}
