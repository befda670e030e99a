//! What several calls, or several processes, have to know together: session tokens, leases,
//! webhook ids that were seen, a rate window, and word of what changed.
//!
//! [`MemoryStore`] is one process's, and the default. A fleet shares one behind the same trait,
//! so that two replicas resume one inquiry once. An own one needs these few operations, of which
//! only a lease, a fenced write and [`replace`](Store::replace) have to be atomic; the last one it
//! can leave out.
//!
//! The crate goes on without a store that fails: it then asks Persona where it could have
//! remembered, and never hands out what it is not sure of.

mod memory;
mod outage;
#[cfg(feature = "redis")]
mod redis;
mod seed;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

pub use self::memory::MemoryStore;
pub(crate) use self::outage::{NoStore, Outage, REST};
#[cfg(feature = "redis")]
pub use self::redis::{RedisStore, RedisStoreBuilder, SealKey};
pub(crate) use self::seed::Seed;

/// What an operation of a [`Store`] gives.
pub type StoreFuture<'s, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 's>>;

/// A place to remember things for a while. Keys are short ASCII texts without people's data.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// The value under a key; `None` once its time is over.
    fn get<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>>;

    /// Keeps a value for a time, in place of the one that was there.
    fn put<'s>(&'s self, key: &'s str, value: &'s [u8], keep: Duration) -> StoreFuture<'s, ()>;

    /// Keeps a value only where there is none; whether it did. Of many that try at once, one
    /// gets `true`.
    fn put_new<'s>(
        &'s self,
        key: &'s str,
        value: &'s [u8],
        keep: Duration,
    ) -> StoreFuture<'s, bool>;

    /// Forgets a key.
    fn remove<'s>(&'s self, key: &'s str) -> StoreFuture<'s, ()>;

    /// Adds to a counter, which begins at zero and lives for `keep` from its first addition;
    /// what it comes to.
    fn add<'s>(&'s self, key: &'s str, by: u64, keep: Duration) -> StoreFuture<'s, u64>;

    /// Keeps a value in place of the one that the caller has seen (`None`: of nothing), unless
    /// something else is there by now. To look and to write have to be one step: of many that have
    /// seen the same, one gets [`Replaced::Done`], and the others get what that one wrote.
    ///
    /// Processes share a rate window by it (see
    /// [`PersonaBuilder::share_rate_window`](crate::PersonaBuilder::share_rate_window)). A store
    /// without it answers [`Replaced::Unsupported`], as every store does unless it says otherwise:
    /// each process then has its own window.
    fn replace<'s>(
        &'s self,
        key: &'s str,
        seen: Option<&'s [u8]>,
        value: &'s [u8],
        keep: Duration,
    ) -> StoreFuture<'s, Replaced> {
        let _ = (key, seen, value, keep);
        Box::pin(std::future::ready(Ok(Replaced::Unsupported)))
    }

    /// The secret under a key.
    fn secret<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>>;

    /// What [`get`](Self::get) and [`secret`](Self::secret) would give, where it can be told at
    /// once: without waiting, for nothing but the memory of this process has to be asked. `None`
    /// where it cannot, which is what a store does unless it says otherwise.
    fn at_once(&self, key: &str) -> Option<Option<Vec<u8>>> {
        let _ = key;
        None
    }

    /// Keeps a secret, unless the lease has passed on to somebody else; whether the lease was
    /// still good. A store that others can read into seals the secret, or keeps nothing of it.
    fn put_secret<'s>(
        &'s self,
        key: &'s str,
        secret: &'s [u8],
        keep: Duration,
        lease: &'s Lease,
    ) -> StoreFuture<'s, bool>;

    /// Takes a lease, unless somebody holds it. Each one has a higher fence than all before it.
    fn acquire<'s>(&'s self, name: &'s str, term: Duration) -> StoreFuture<'s, Option<Lease>>;

    /// Extends a lease; `false` when it is somebody else's by now.
    fn renew<'s>(&'s self, lease: &'s Lease, term: Duration) -> StoreFuture<'s, bool>;

    /// Gives a lease back. One that is somebody else's by now is left alone.
    fn release<'s>(&'s self, lease: &'s Lease) -> StoreFuture<'s, ()>;

    /// Tells everybody who listens to a topic, this process included.
    fn publish<'s>(&'s self, topic: &'s str, message: &'s [u8]) -> StoreFuture<'s, ()>;

    /// Listens to a topic from now on.
    fn subscribe<'s>(&'s self, topic: &'s str) -> StoreFuture<'s, Subscription>;
}

/// What became of a [`replace`](Store::replace).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replaced {
    /// The value is kept.
    Done,
    /// Something else was there than the caller has seen: this. Nothing was changed.
    Differs(Option<Vec<u8>>),
    /// The store does not do this.
    Unsupported,
}

/// What a value says does not print.
impl fmt::Debug for Replaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("Done"),
            Self::Differs(None) => f.write_str("Differs(None)"),
            Self::Differs(Some(bytes)) => write!(f, "Differs({} bytes)", bytes.len()),
            Self::Unsupported => f.write_str("Unsupported"),
        }
    }
}

/// The right to do something that only one may do at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What it is for.
    pub name: String,
    /// Grows with each holder: a write under an older one is refused.
    pub fence: u64,
}

/// What a subscription hears.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Heard {
    /// A message.
    Message(Vec<u8>),
    /// Messages may have been missed: the connection was lost, or this listener was too slow.
    Gap,
}

/// What a message says does not print.
impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(bytes) => write!(f, "Message({} bytes)", bytes.len()),
            Self::Gap => f.write_str("Gap"),
        }
    }
}

/// Messages of one topic, as they come. Dropping it ends it.
#[derive(Debug)]
pub struct Subscription(tokio::sync::mpsc::Receiver<Heard>);

impl Subscription {
    /// A subscription that hears what is sent to this channel.
    pub fn new(messages: tokio::sync::mpsc::Receiver<Heard>) -> Self {
        Self(messages)
    }

    /// The next thing heard; `None` when the store is gone. Safe to be dropped and called again.
    pub async fn next(&mut self) -> Option<Heard> {
        self.0.recv().await
    }
}

/// A store could not do what it was asked. It holds no key and no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError(String);

impl StoreError {
    /// Says what failed. Leave keys, values and addresses with passwords out of it: it is logged.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "store: {}", self.0)
    }
}

impl std::error::Error for StoreError {}

#[cfg(test)]
pub(crate) mod tests;
