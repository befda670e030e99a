//! Several clients with one store, on a paused clock.

use std::future::{IntoFuture, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::feed::{World, wait};
use super::watched::{HOUR, MINUTE, SECOND, ids};
use crate::store::tests::Failing;
use crate::store::{Heard, Lease, MemoryStore, Store, StoreFuture, Subscription};
use crate::wait::Outcome;

#[tokio::test(start_paused = true)]
async fn one_process_reads_events_for_all() {
    // What each process asks is counted apart, though it is one world.
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let world = World::with(ids(4));
    let alone = {
        let world = World::with(ids(4));
        let watcher = world.watcher();
        let _ = timeout(
            HOUR,
            wait(&watcher, "inq_0").deadline(2 * HOUR).into_future(),
        )
        .await;
        world.asked().events
    };
    let clients: Vec<_> = (0..4).map(|_| world.watcher_with(store.clone())).collect();
    let waits = ids(4).zip(&clients).map(|(id, watcher)| {
        let wait = wait(watcher, &id).deadline(2 * HOUR).into_future();
        async move { (wait.await, Instant::now()) }
    });
    let changing = world.clone();
    let story = async move {
        sleep(HOUR).await;
        for id in ids(4) {
            changing.change(&id, "done");
        }
        Instant::now()
    };
    let asked_before = world.clone();
    let watching = async {
        sleep(HOUR - SECOND).await;
        asked_before.asked().events
    };
    let (ended, changed, events) =
        tokio::join!(futures_util::future::join_all(waits), story, watching);
    for (outcome, at) in ended {
        assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
        assert!(at - changed < MINUTE, "{:?}", at - changed);
    }
    assert!(
        events * 10 <= alone * 13,
        "{events} readings of four processes, {alone} of one"
    );
}

#[tokio::test(start_paused = true)]
async fn a_change_told_in_one_process_wakes_waits_in_another() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let world = World::with(ids(1));
    let (here, there) = (
        world.watcher_with(store.clone()),
        world.watcher_with(store.clone()),
    );
    here.rely_on_webhooks();
    let (changing, telling) = (world.clone(), there.clone());
    let story = async move {
        sleep(10 * MINUTE).await;
        changing.change_silently("inq_0", "done");
        telling.changed("inq_0").await;
        Instant::now()
    };
    let waiting = async {
        let outcome = wait(&here, "inq_0").deadline(HOUR).await;
        (outcome, Instant::now())
    };
    let ((outcome, ended), told) = tokio::join!(waiting, story);
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    assert!(ended - told < SECOND, "{:?}", ended - told);
}

/// The one that reads dies without a word. Another takes over where it had read to, so that what
/// happened in between is not lost, and no look at everything is needed.
#[tokio::test(start_paused = true)]
async fn when_the_reader_dies_another_takes_over() {
    let store = Arc::new(Mortal::default());
    let world = World::with(ids(2));
    let reader = world.watcher_with(store.clone());
    let dies = tokio::spawn({
        let wait = wait(&reader, "inq_0").deadline(10 * HOUR).into_future();
        async move {
            let _ = wait.await;
        }
    });
    drop(reader);
    sleep(MINUTE).await;
    let other = world.watcher_with(store.clone());
    let (changing, dying) = (world.clone(), store.clone());
    let story = async move {
        sleep(10 * MINUTE).await;
        // Its lease is not given back, as that of a killed process.
        dying.keep_leases();
        dies.abort();
        sleep(SECOND).await;
        changing.change("inq_1", "done");
        Instant::now()
    };
    let waiting = async {
        let outcome = wait(&other, "inq_1").deadline(HOUR).await;
        (outcome, Instant::now())
    };
    let ((outcome, ended), changed) = tokio::join!(waiting, story);
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    assert!(ended - changed < 30 * SECOND, "{:?}", ended - changed);
}

#[tokio::test(start_paused = true)]
async fn a_gap_in_what_is_heard_is_closed_by_a_look() {
    let store = Arc::new(Mortal::default());
    let world = World::with(ids(2));
    let (reads, listens) = (
        world.watcher_with(store.clone()),
        world.watcher_with(store.clone()),
    );
    let reading = tokio::spawn(wait(&reads, "inq_0").deadline(10 * HOUR).into_future());
    sleep(MINUTE).await;
    let (changing, losing) = (world.clone(), store.clone());
    let story = async move {
        sleep(10 * MINUTE).await;
        losing.lose_messages(true);
        changing.change("inq_1", "done");
        sleep(20 * SECOND).await;
        losing.lose_messages(false);
        losing.tell_of_gap().await;
        Instant::now()
    };
    let waiting = async {
        let outcome = wait(&listens, "inq_1").deadline(HOUR).await;
        (outcome, Instant::now())
    };
    let ((outcome, ended), told) = tokio::join!(waiting, story);
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    assert!(ended - told < 5 * SECOND, "{:?}", ended - told);
    reading.abort();
}

/// A store in memory that a process can die on, that can lose messages, and that can go away.
#[derive(Debug, Default)]
pub(super) struct Mortal {
    inner: MemoryStore,
    faults: Mutex<Faults>,
}

#[derive(Debug, Default)]
struct Faults {
    is_away: bool,
    keeps_leases: bool,
    loses_messages: bool,
    listeners: Vec<tokio::sync::mpsc::Sender<Heard>>,
}

impl Mortal {
    /// No lease and no message: nobody hears from anybody.
    pub(super) fn go_away(&self, is_away: bool) {
        let mut faults = self.faults.lock().expect("not poisoned");
        faults.is_away = is_away;
        if is_away {
            faults.listeners.clear();
        }
    }

    fn is_away(&self) -> bool {
        self.faults.lock().expect("not poisoned").is_away
    }

    pub(super) fn keep_leases(&self) {
        self.faults.lock().expect("not poisoned").keeps_leases = true;
    }

    fn lose_messages(&self, lose: bool) {
        self.faults.lock().expect("not poisoned").loses_messages = lose;
    }

    async fn tell_of_gap(&self) {
        let listeners = self.faults.lock().expect("not poisoned").listeners.clone();
        for listener in listeners {
            let _ = listener.send(Heard::Gap).await;
        }
    }
}

impl Store for Mortal {
    fn get<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        self.inner.get(key)
    }

    fn put<'s>(&'s self, key: &'s str, value: &'s [u8], keep: Duration) -> StoreFuture<'s, ()> {
        self.inner.put(key, value, keep)
    }

    fn put_new<'s>(
        &'s self,
        key: &'s str,
        value: &'s [u8],
        keep: Duration,
    ) -> StoreFuture<'s, bool> {
        self.inner.put_new(key, value, keep)
    }

    fn remove<'s>(&'s self, key: &'s str) -> StoreFuture<'s, ()> {
        self.inner.remove(key)
    }

    fn add<'s>(&'s self, key: &'s str, by: u64, keep: Duration) -> StoreFuture<'s, u64> {
        self.inner.add(key, by, keep)
    }

    fn secret<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        self.inner.secret(key)
    }

    fn put_secret<'s>(
        &'s self,
        key: &'s str,
        secret: &'s [u8],
        keep: Duration,
        lease: &'s Lease,
    ) -> StoreFuture<'s, bool> {
        self.inner.put_secret(key, secret, keep, lease)
    }

    fn acquire<'s>(&'s self, name: &'s str, term: Duration) -> StoreFuture<'s, Option<Lease>> {
        match self.is_away() {
            true => Failing::Refuses.fail(),
            false => self.inner.acquire(name, term),
        }
    }

    fn renew<'s>(&'s self, lease: &'s Lease, term: Duration) -> StoreFuture<'s, bool> {
        match self.is_away() {
            true => Failing::Refuses.fail(),
            false => self.inner.renew(lease, term),
        }
    }

    fn release<'s>(&'s self, lease: &'s Lease) -> StoreFuture<'s, ()> {
        if self.faults.lock().expect("not poisoned").keeps_leases {
            return Box::pin(ready(Ok(())));
        }
        self.inner.release(lease)
    }

    fn publish<'s>(&'s self, _: &'s str, message: &'s [u8]) -> StoreFuture<'s, ()> {
        if self.is_away() {
            return Failing::Refuses.fail();
        }
        let faults = self.faults.lock().expect("not poisoned");
        if !faults.loses_messages {
            for listener in &faults.listeners {
                let _ = listener.try_send(Heard::Message(message.to_vec()));
            }
        }
        Box::pin(ready(Ok(())))
    }

    fn subscribe<'s>(&'s self, _: &'s str) -> StoreFuture<'s, Subscription> {
        if self.is_away() {
            return Failing::Refuses.fail();
        }
        let (to, messages) = tokio::sync::mpsc::channel(1024);
        self.faults.lock().expect("not poisoned").listeners.push(to);
        Box::pin(ready(Ok(Subscription::new(messages))))
    }
}
