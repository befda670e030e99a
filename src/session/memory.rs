//! What is known about sessions between calls: in the client's store, and without it while it
//! fails.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

use super::record::Record;
#[cfg(feature = "inquiries")]
use super::{flight::Flights, get_or_create::Onboardings, open::Openings};
use crate::id::InquiryId;
use crate::store::{Lease, MemoryStore, NoStore, Outage, Store};

/// How long a lease is good for after its holder last said that it is alive.
pub(super) const TERM: Duration = Duration::from_secs(5);

/// How long an inquiry is known to stand in place of another.
const KEEP_RENEWAL: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How long a token is used from this process alone. Another one could have ended it since, and
/// while the store fails that cannot be told.
const KEEP_MEANWHILE: Duration = Duration::from_secs(5 * 60);

/// Shared by all clones of a client.
pub(crate) struct Memory {
    store: Arc<dyn Store>,
    /// What is remembered while the store fails.
    meanwhile: MemoryStore,
    outage: Arc<Outage>,
    /// Leases whose holder in this process was dropped: the next one here goes on with them.
    left: Mutex<HashMap<String, Lease>>,
    #[cfg(feature = "inquiries")]
    pub(super) openings: Openings,
    #[cfg(feature = "inquiries")]
    pub(super) onboardings: Onboardings,
}

impl Memory {
    pub(crate) fn of(store: Arc<dyn Store>, outage: Arc<Outage>) -> Self {
        Self {
            store,
            meanwhile: MemoryStore::with_capacity(10_000),
            outage,
            left: Mutex::default(),
            #[cfg(feature = "inquiries")]
            openings: Flights::new(),
            #[cfg(feature = "inquiries")]
            onboardings: Flights::new(),
        }
    }

    /// The token of an inquiry and what stands in its place, where a store can tell at once.
    pub(super) fn at_once(&self, id: &InquiryId) -> Option<Record> {
        Record::of_bytes(self.store.at_once(&token_key(id))??)
    }

    pub(super) fn renewal_at_once(&self, id: &InquiryId) -> Option<InquiryId> {
        inquiry_of(self.store.at_once(&renewal_key(id))??)
    }

    pub(super) async fn token(&self, id: &InquiryId) -> Option<Record> {
        let key = token_key(id);
        let bytes = match self.outage.noted(self.store.secret(&key).await) {
            Ok(bytes) => bytes,
            Err(NoStore) => self.meanwhile.at_once(&key).flatten(),
        };
        Record::of_bytes(bytes?)
    }

    /// The inquiry that stands in place of this one.
    pub(super) async fn renewal(&self, id: &InquiryId) -> Option<InquiryId> {
        let key = renewal_key(id);
        let bytes = match self.outage.noted(self.store.get(&key).await) {
            Ok(bytes) => bytes,
            Err(NoStore) => self.meanwhile.at_once(&key).flatten(),
        };
        inquiry_of(bytes?)
    }

    /// Keeps a token; `false` when the lease has passed on to somebody else, whose token counts.
    pub(super) async fn keep(
        &self,
        id: &InquiryId,
        record: &Record,
        lease: Option<&Lease>,
        now: SystemTime,
    ) -> bool {
        let (key, bytes, keep) = (token_key(id), record.to_bytes(), record.keep(now));
        if let Some(lease) = lease {
            let kept = self.store.put_secret(&key, &bytes, keep, lease).await;
            if let Ok(was_good) = self.outage.noted(kept) {
                return was_good;
            }
        }
        let keep = keep.min(KEEP_MEANWHILE);
        // The store of one process does not fail.
        let _ = self.meanwhile.put(&key, &bytes, keep).await;
        true
    }

    /// Keeps the token of an inquiry that nobody else knows of yet.
    pub(super) async fn keep_first(&self, id: &InquiryId, record: &Record, now: SystemTime) {
        if let Turn::Mine(turn) = self.turn(&opening_lease(id)).await {
            self.keep(id, record, Some(turn.lease()), now).await;
            turn.end().await;
        }
    }

    pub(super) async fn keep_renewal(&self, old: &InquiryId, new: &InquiryId) {
        let (key, value) = (renewal_key(old), new.as_str().as_bytes());
        let kept = self.store.put(&key, value, KEEP_RENEWAL).await;
        if self.outage.noted(kept).is_err() {
            let _ = self.meanwhile.put(&key, value, KEEP_MEANWHILE).await;
        }
    }

    /// Forgets the token of an inquiry.
    pub(crate) async fn forget(&self, id: &InquiryId) {
        let key = token_key(id);
        let _ = self.meanwhile.remove(&key).await;
        let _ = self.outage.noted(self.store.remove(&key).await);
    }

    /// Asks for the right to do something that one may do at a time.
    pub(super) async fn turn(&self, name: &str) -> Turn<'_> {
        let left = self.left().remove(name);
        if let Some(lease) = left {
            match self.outage.noted(self.store.renew(&lease, TERM).await) {
                Ok(true) => return Turn::Mine(Holding::new(self, lease)),
                Ok(false) => {}
                Err(NoStore) => return Turn::NoStore,
            }
        }
        match self.outage.noted(self.store.acquire(name, TERM).await) {
            Ok(Some(lease)) => Turn::Mine(Holding::new(self, lease)),
            Ok(None) => Turn::Others,
            Err(NoStore) => Turn::NoStore,
        }
    }

    fn left(&self) -> MutexGuard<'_, HashMap<String, Lease>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose turn it is.
pub(super) enum Turn<'m> {
    Mine(Holding<'m>),
    /// Somebody else's: ask again in a moment.
    Others,
    /// Nobody can tell.
    NoStore,
}

/// A lease that is held, until it is ended or dropped.
pub(super) struct Holding<'m> {
    memory: &'m Memory,
    /// `None` once it was given back.
    lease: Option<Lease>,
}

impl<'m> Holding<'m> {
    fn new(memory: &'m Memory, lease: Lease) -> Self {
        Self {
            memory,
            lease: Some(lease),
        }
    }

    pub(super) fn lease(&self) -> &Lease {
        self.lease.as_ref().expect("there until the end")
    }

    /// Does the work, and holds on to the lease as long as that takes.
    pub(super) async fn through<F: Future>(&self, work: F) -> F::Output {
        let mut work = pin!(work);
        let mut holding_on = pin!(self.hold_on());
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(output),
            Poll::Pending => match holding_on.as_mut().poll(cx) {
                Poll::Ready(never) => match never {},
                Poll::Pending => Poll::Pending,
            },
        })
        .await
    }

    async fn hold_on(&self) -> Infallible {
        loop {
            sleep(TERM / 3).await;
            // One that is lost, or whose store fails, shows when something is written under it.
            let _ = self.memory.store.renew(self.lease(), TERM).await;
        }
    }

    /// Gives the lease back.
    pub(super) async fn end(self) {
        let _ = self
            .memory
            .outage
            .noted(self.memory.store.release(self.lease()).await);
        // Given back or not, nobody in this process is to go on with it.
        let mut this = self;
        this.lease = None;
    }
}

impl Drop for Holding<'_> {
    fn drop(&mut self) {
        let Some(lease) = self.lease.take() else {
            return;
        };
        let store = &self.memory.store;
        // What needs no waiting can be done here. For the rest there may be no runtime left.
        if store.at_once("").is_some() {
            let mut release = store.release(&lease);
            let mut cx = Context::from_waker(Waker::noop());
            if release.as_mut().poll(&mut cx).is_ready() {
                return;
            }
        }
        self.memory.left().insert(lease.name.clone(), lease);
    }
}

/// The lease under which a way into an inquiry is made.
pub(super) fn opening_lease(id: &InquiryId) -> String {
    format!("open/{id}")
}

fn token_key(id: &InquiryId) -> String {
    ["session/", id.as_str()].concat()
}

fn renewal_key(id: &InquiryId) -> String {
    ["renewed/", id.as_str()].concat()
}

fn inquiry_of(bytes: Vec<u8>) -> Option<InquiryId> {
    InquiryId::try_from(String::from_utf8(bytes).ok()?).ok()
}
