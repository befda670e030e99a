//! A store whose contents can be looked at.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use withpersona::store::{Lease, MemoryStore, Store, StoreFuture, Subscription};

/// Remembers what was put into a store and not taken out of it.
#[derive(Debug, Default)]
pub struct Kept {
    store: MemoryStore,
    contents: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Kept {
    /// All keys and values, as text.
    pub fn contents(&self) -> String {
        let contents = self.contents.lock().expect("no panic");
        let lines = contents
            .iter()
            .map(|(key, value)| format!("{key} {}\n", String::from_utf8_lossy(value)));
        lines.collect()
    }

    fn note(&self, key: &str, value: &[u8]) {
        let mut contents = self.contents.lock().expect("no panic");
        contents.insert(key.to_owned(), value.to_owned());
    }
}

impl Store for Kept {
    fn get<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        self.store.get(key)
    }

    fn put<'s>(&'s self, key: &'s str, value: &'s [u8], keep: Duration) -> StoreFuture<'s, ()> {
        self.note(key, value);
        self.store.put(key, value, keep)
    }

    fn put_new<'s>(
        &'s self,
        key: &'s str,
        value: &'s [u8],
        keep: Duration,
    ) -> StoreFuture<'s, bool> {
        self.note(key, value);
        self.store.put_new(key, value, keep)
    }

    fn remove<'s>(&'s self, key: &'s str) -> StoreFuture<'s, ()> {
        self.contents.lock().expect("no panic").remove(key);
        self.store.remove(key)
    }

    fn add<'s>(&'s self, key: &'s str, by: u64, keep: Duration) -> StoreFuture<'s, u64> {
        self.note(key, b"a counter");
        self.store.add(key, by, keep)
    }

    fn secret<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        self.store.secret(key)
    }

    fn put_secret<'s>(
        &'s self,
        key: &'s str,
        secret: &'s [u8],
        keep: Duration,
        lease: &'s Lease,
    ) -> StoreFuture<'s, bool> {
        self.note(key, secret);
        self.store.put_secret(key, secret, keep, lease)
    }

    fn acquire<'s>(&'s self, name: &'s str, term: Duration) -> StoreFuture<'s, Option<Lease>> {
        self.note(name, b"a lease");
        self.store.acquire(name, term)
    }

    fn renew<'s>(&'s self, lease: &'s Lease, term: Duration) -> StoreFuture<'s, bool> {
        self.store.renew(lease, term)
    }

    fn release<'s>(&'s self, lease: &'s Lease) -> StoreFuture<'s, ()> {
        self.store.release(lease)
    }

    fn publish<'s>(&'s self, topic: &'s str, message: &'s [u8]) -> StoreFuture<'s, ()> {
        self.note(topic, message);
        self.store.publish(topic, message)
    }

    fn subscribe<'s>(&'s self, topic: &'s str) -> StoreFuture<'s, Subscription> {
        self.store.subscribe(topic)
    }
}
