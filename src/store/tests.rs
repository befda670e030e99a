use std::future::{pending, ready};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

/// Writes the operations that every store has.
macro_rules! each_operation {
    ($write:ident) => {
        $write! {
            get(key: &'s str) -> Option<Vec<u8>>;
            put(key: &'s str, value: &'s [u8], keep: Duration) -> ();
            put_new(key: &'s str, value: &'s [u8], keep: Duration) -> bool;
            remove(key: &'s str) -> ();
            add(key: &'s str, by: u64, keep: Duration) -> u64;
            secret(key: &'s str) -> Option<Vec<u8>>;
            put_secret(key: &'s str, secret: &'s [u8], keep: Duration, lease: &'s Lease) -> bool;
            acquire(name: &'s str, term: Duration) -> Option<Lease>;
            renew(lease: &'s Lease, term: Duration) -> bool;
            release(lease: &'s Lease) -> ();
            publish(topic: &'s str, message: &'s [u8]) -> ();
            subscribe(topic: &'s str) -> Subscription;
        }
    };
}

/// A store that is no help.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failing {
    Refuses,
    Hangs,
}

impl Failing {
    pub(crate) fn fail<'s, T: Send + 's>(self) -> StoreFuture<'s, T> {
        match self {
            Self::Refuses => Box::pin(ready(Err(StoreError::new("refused")))),
            Self::Hangs => Box::pin(pending()),
        }
    }
}

macro_rules! failing {
    ($($name:ident($($argument:ident: $type:ty),*) -> $output:ty;)*) => {
        $(fn $name<'s>(&'s self, $($argument: $type),*) -> StoreFuture<'s, $output> {
            $(let _ = $argument;)*
            self.fail()
        })*
    };
}

macro_rules! of_inner {
    ($($name:ident($($argument:ident: $type:ty),*) -> $output:ty;)*) => {
        $(fn $name<'s>(&'s self, $($argument: $type),*) -> StoreFuture<'s, $output> {
            self.0.$name($($argument),*)
        })*
    };
}

impl Store for Failing {
    each_operation!(failing);

    fn replace<'s>(
        &'s self,
        _: &'s str,
        _: Option<&'s [u8]>,
        _: &'s [u8],
        _: Duration,
    ) -> StoreFuture<'s, Replaced> {
        self.fail()
    }
}

/// A store with nothing but what every store has to have.
#[derive(Debug, Default)]
pub(crate) struct Least(MemoryStore);

impl Store for Least {
    each_operation!(of_inner);
}

/// Counts how often something was replaced or was to be, and keeps the names.
#[derive(Debug, Default)]
pub(crate) struct Counting(MemoryStore, AtomicU32, std::sync::Mutex<Vec<String>>);

impl Counting {
    pub(crate) fn asked(&self) -> u32 {
        self.1.load(Ordering::Relaxed)
    }

    /// Of what was replaced, each once.
    pub(crate) fn names(&self) -> Vec<String> {
        self.2.lock().unwrap().clone()
    }
}

impl Store for Counting {
    each_operation!(of_inner);

    fn replace<'s>(
        &'s self,
        key: &'s str,
        seen: Option<&'s [u8]>,
        value: &'s [u8],
        keep: Duration,
    ) -> StoreFuture<'s, Replaced> {
        self.1.fetch_add(1, Ordering::Relaxed);
        let mut names = self.2.lock().unwrap();
        if !names.iter().any(|name| name == key) {
            names.push(key.to_owned());
        }
        self.0.replace(key, seen, value, keep)
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_store_forgets_what_expires_first() {
    let store = MemoryStore::with_capacity(10);
    for number in 0..10 {
        let keep = MINUTE * (number + 1);
        store.put(&number.to_string(), b"x", keep).await.unwrap();
    }
    store.put("new", b"x", MINUTE).await.unwrap();
    assert_eq!(store.get("0").await.unwrap(), None);
    assert!(store.get("1").await.unwrap().is_some());
    assert!(store.get("new").await.unwrap().is_some());
    assert_eq!(store.len(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_slow_listener_hears_of_the_gap() {
    let store = MemoryStore::new();
    let mut listener = store.subscribe("t").await.unwrap();
    for _ in 0..2000 {
        store.publish("t", b"m").await.unwrap();
    }
    let mut heard = 0;
    for _ in 0..1024 {
        assert_eq!(listener.next().await, Some(Heard::Message(b"m".to_vec())));
        heard += 1;
    }
    assert_eq!(heard, 1024);
    store.publish("t", b"last").await.unwrap();
    assert_eq!(listener.next().await, Some(Heard::Gap));
    assert_eq!(
        listener.next().await,
        Some(Heard::Message(b"last".to_vec()))
    );
}
