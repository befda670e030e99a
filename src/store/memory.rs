//! The store of one process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::zeroize::Zeroizing;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Heard, Lease, Replaced, Store, StoreFuture, Subscription};

/// How many keys it holds unless told otherwise.
const DEFAULT_CAPACITY: usize = 100_000;

/// How many messages may wait for a listener before it hears of a gap.
const BACKLOG: usize = 1024;

/// Remembers in this process, up to a number of keys.
///
/// When it is full it forgets what has expired, then what expires first.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), withpersona::store::StoreError> {
/// use std::time::Duration;
/// use withpersona::store::{MemoryStore, Store};
///
/// let store = MemoryStore::new();
/// store.put("greeting", b"hello", Duration::from_secs(60)).await?;
/// assert_eq!(store.get("greeting").await?, Some(b"hello".to_vec()));
/// # Ok(())
/// # }
/// ```
pub struct MemoryStore {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<Box<str>, Entry>,
    /// The holder of each lease and when its term ends.
    leases: HashMap<Box<str>, (u64, Instant)>,
    last_fence: u64,
    listeners: HashMap<Box<str>, Vec<Listener>>,
}

struct Entry {
    value: Zeroizing<Box<[u8]>>,
    until: Instant,
}

struct Listener {
    to: mpsc::Sender<Heard>,
    missed: bool,
}

impl MemoryStore {
    /// An empty one for 100,000 keys.
    pub fn new() -> Self {
        Self::with_capacity(DEFAULT_CAPACITY)
    }

    /// An empty one for this many keys, at least one.
    pub fn with_capacity(keys: usize) -> Self {
        Self {
            capacity: keys.max(1),
            state: Mutex::default(),
        }
    }

    /// How many keys it holds, expired ones that were not cleared yet included.
    pub fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is whole before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn insert(&self, state: &mut State, key: &str, value: &[u8], keep: Duration) {
        if state.entries.len() >= self.capacity && !state.entries.contains_key(key) {
            state.make_room(self.capacity);
        }
        let entry = Entry {
            value: Zeroizing::new(value.into()),
            until: Instant::now() + keep,
        };
        state.entries.insert(key.into(), entry);
    }
}

impl State {
    fn live(&self, key: &str) -> Option<&Entry> {
        let entry = self.entries.get(key)?;
        (entry.until > Instant::now()).then_some(entry)
    }

    /// Clears a tenth at a time, so that a full store does not look through itself at each write.
    fn make_room(&mut self, capacity: usize) {
        let now = Instant::now();
        self.entries.retain(|_, entry| entry.until > now);
        self.leases.retain(|_, (_, until)| *until > now);
        let keep = capacity - capacity.div_ceil(10);
        if self.entries.len() <= keep {
            return;
        }
        let mut ends: Vec<Instant> = self.entries.values().map(|entry| entry.until).collect();
        let surplus = ends.len() - keep;
        let (_, &mut last, _) = ends.select_nth_unstable(surplus - 1);
        let mut left = surplus;
        self.entries.retain(|_, entry| {
            let goes = left > 0 && entry.until <= last;
            left -= usize::from(goes);
            !goes
        });
    }

    fn holds(&self, lease: &Lease) -> bool {
        let holder = self.leases.get(lease.name.as_str());
        holder.is_some_and(|(fence, _)| *fence == lease.fence)
    }
}

fn done<'s, T: Send + 's>(value: T) -> StoreFuture<'s, T> {
    Box::pin(std::future::ready(Ok(value)))
}

impl Store for MemoryStore {
    fn get<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        let state = self.lock();
        done(state.live(key).map(|entry| entry.value.to_vec()))
    }

    fn put<'s>(&'s self, key: &'s str, value: &'s [u8], keep: Duration) -> StoreFuture<'s, ()> {
        self.insert(&mut self.lock(), key, value, keep);
        done(())
    }

    fn put_new<'s>(
        &'s self,
        key: &'s str,
        value: &'s [u8],
        keep: Duration,
    ) -> StoreFuture<'s, bool> {
        let mut state = self.lock();
        let is_new = state.live(key).is_none();
        if is_new {
            self.insert(&mut state, key, value, keep);
        }
        done(is_new)
    }

    fn remove<'s>(&'s self, key: &'s str) -> StoreFuture<'s, ()> {
        self.lock().entries.remove(key);
        done(())
    }

    fn add<'s>(&'s self, key: &'s str, by: u64, keep: Duration) -> StoreFuture<'s, u64> {
        let mut state = self.lock();
        let (before, keep) = match state.live(key) {
            Some(entry) => (
                <[u8; 8]>::try_from(&**entry.value).map_or(0, u64::from_be_bytes),
                entry.until.saturating_duration_since(Instant::now()),
            ),
            None => (0, keep),
        };
        let sum = before.saturating_add(by);
        self.insert(&mut state, key, &sum.to_be_bytes(), keep);
        done(sum)
    }

    fn replace<'s>(
        &'s self,
        key: &'s str,
        seen: Option<&'s [u8]>,
        value: &'s [u8],
        keep: Duration,
    ) -> StoreFuture<'s, Replaced> {
        let mut state = self.lock();
        let there = state.live(key).map(|entry| &**entry.value);
        if there != seen {
            return done(Replaced::Differs(there.map(<[u8]>::to_vec)));
        }
        self.insert(&mut state, key, value, keep);
        done(Replaced::Done)
    }

    fn secret<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        self.get(key)
    }

    fn at_once(&self, key: &str) -> Option<Option<Vec<u8>>> {
        let state = self.lock();
        Some(state.live(key).map(|entry| entry.value.to_vec()))
    }

    fn put_secret<'s>(
        &'s self,
        key: &'s str,
        secret: &'s [u8],
        keep: Duration,
        lease: &'s Lease,
    ) -> StoreFuture<'s, bool> {
        let mut state = self.lock();
        let is_held = state.holds(lease);
        if is_held {
            self.insert(&mut state, key, secret, keep);
        }
        done(is_held)
    }

    fn acquire<'s>(&'s self, name: &'s str, term: Duration) -> StoreFuture<'s, Option<Lease>> {
        let mut state = self.lock();
        let now = Instant::now();
        let holder = state.leases.get(name);
        if holder.is_some_and(|(_, until)| *until > now) {
            return done(None);
        }
        if state.leases.len() >= self.capacity {
            // What nobody gave back: their holders were dropped.
            state.leases.retain(|_, (_, until)| *until > now);
        }
        state.last_fence += 1;
        let fence = state.last_fence;
        state.leases.insert(name.into(), (fence, now + term));
        done(Some(Lease {
            name: name.to_owned(),
            fence,
        }))
    }

    fn renew<'s>(&'s self, lease: &'s Lease, term: Duration) -> StoreFuture<'s, bool> {
        let mut state = self.lock();
        let is_held = state.holds(lease);
        if is_held {
            let holder = (lease.fence, Instant::now() + term);
            state.leases.insert(lease.name.as_str().into(), holder);
        }
        done(is_held)
    }

    fn release<'s>(&'s self, lease: &'s Lease) -> StoreFuture<'s, ()> {
        let mut state = self.lock();
        if state.holds(lease) {
            state.leases.remove(lease.name.as_str());
        }
        done(())
    }

    fn publish<'s>(&'s self, topic: &'s str, message: &'s [u8]) -> StoreFuture<'s, ()> {
        let mut state = self.lock();
        if let Some(listeners) = state.listeners.get_mut(topic) {
            listeners.retain_mut(|listener| listener.tell(message));
            if listeners.is_empty() {
                state.listeners.remove(topic);
            }
        }
        done(())
    }

    fn subscribe<'s>(&'s self, topic: &'s str) -> StoreFuture<'s, Subscription> {
        let (to, messages) = mpsc::channel(BACKLOG);
        let listener = Listener { to, missed: false };
        let mut state = self.lock();
        let listeners = state.listeners.entry(topic.into()).or_default();
        listeners.retain(|listener| !listener.to.is_closed());
        listeners.push(listener);
        done(Subscription::new(messages))
    }
}

impl Listener {
    /// Whether it still listens.
    fn tell(&mut self, message: &[u8]) -> bool {
        if self.missed {
            match self.to.try_send(Heard::Gap) {
                Ok(()) => self.missed = false,
                Err(mpsc::error::TrySendError::Full(_)) => return true,
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
            }
        }
        match self.to.try_send(Heard::Message(message.to_vec())) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.missed = true;
                true
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("capacity", &self.capacity)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
