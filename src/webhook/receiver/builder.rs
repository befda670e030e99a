//! Setting up a receiver.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use super::handle::{Handling, OnDead};
use super::journal::Journal;
use super::ledger::Ledger;
use super::slots::Slots;
use super::{BoxError, Dead, Inner, Received, Receiver};
use crate::client::Persona;
use crate::store::{MemoryStore, Store};
use crate::webhook::signature::{self, Verifier};

/// What a receiver is to be like. Made by [`Receiver::builder`].
#[must_use = "a receiver receives once it is started"]
pub struct ReceiverBuilder {
    verifier: Verifier,
    persona: Option<Persona>,
    store: Option<Arc<dyn Store>>,
    on_dead: Option<OnDead>,
    clock: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    largest_body: usize,
    capacity: u32,
    at_once: u32,
    skip_late: bool,
    time_limit: Duration,
    attempts: u32,
    shortest_delay: Duration,
    longest_delay: Duration,
    #[cfg(feature = "inquiries")]
    wakes: Option<super::wakes::Wakes>,
}

impl ReceiverBuilder {
    pub(super) fn new(verifier: Verifier) -> Self {
        Self {
            verifier,
            persona: None,
            store: None,
            on_dead: None,
            clock: Box::new(signature::now),
            largest_body: 5 * 1024 * 1024,
            capacity: 1024,
            at_once: 16,
            skip_late: false,
            time_limit: Duration::from_secs(60),
            attempts: 8,
            shortest_delay: Duration::from_secs(1),
            longest_delay: Duration::from_secs(5 * 60),
            #[cfg(feature = "inquiries")]
            wakes: None,
        }
    }

    /// Makes what was taken outlive this process, and tells events that came before to all
    /// processes that share the client's [store](Persona::store).
    ///
    /// The ids of events that are not handled yet are kept in the store. What a process leaves
    /// behind that dies is taken over, within a minute, by a receiver that lives or the next one
    /// to start; it reads the events again, so the key needs the permission to read events. While
    /// the store is away, or does not answer, the answer is 503.
    pub fn persona(mut self, persona: &Persona) -> Self {
        self.persona = Some(persona.clone());
        self
    }

    /// Tells events that came before to all processes that share this store. What was taken and
    /// not handled when a process dies is lost; [`persona`](Self::persona) keeps it.
    ///
    /// Unless set, and without [`persona`](Self::persona), a [`MemoryStore`] of the receiver's
    /// own. While the store is away, events are taken without knowing whether they came before.
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// Lets the client learn from events about inquiries, whatever the handler does with them:
    ///
    /// - waits for an inquiry look at it at once, in all processes that share the client's
    ///   [store](Persona::store), as after [`changed`](crate::Inquiries::changed);
    /// - before the handler is called, the session token that is kept for an inquiry is forgotten
    ///   when it expired or was redacted.
    ///
    /// Where webhooks tell of all that is waited for, let the waits rely on it as well: see
    /// [`relying_on_webhooks`](crate::InquiryWatcher::relying_on_webhooks).
    ///
    /// ```
    /// use withpersona::Persona;
    /// use withpersona::webhook::{Receiver, ReceiverBuilder, Verifier};
    ///
    /// fn receiver(persona: &Persona, verifier: Verifier) -> ReceiverBuilder {
    ///     persona.inquiries().watcher().relying_on_webhooks();
    ///     Receiver::builder(verifier).wakes(persona)
    /// }
    /// ```
    #[cfg(feature = "inquiries")]
    pub fn wakes(mut self, persona: &Persona) -> Self {
        self.wakes = Some(super::wakes::Wakes::new(persona));
        self
    }

    /// Hears of each event that is given up, once the handler has failed as often as it may. It
    /// is also told to `tracing` as an error, by its id.
    pub fn on_dead(mut self, hook: impl Fn(Dead) + Send + Sync + 'static) -> Self {
        self.on_dead = Some(Box::new(hook));
        self
    }

    /// The time to hold signatures against; the system's unless set.
    pub fn clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The largest body to take, in bytes; 5 MiB unless set.
    pub fn largest_body(mut self, bytes: usize) -> Self {
        self.largest_body = bytes;
        self
    }

    /// How many events may be taken and not handled yet, at least one; 1,024 unless set.
    pub fn capacity(mut self, events: u32) -> Self {
        self.capacity = events.max(1);
        self
    }

    /// How many handlers may run at once, at least one; 16 unless set.
    pub fn at_once(mut self, handlers: u32) -> Self {
        self.at_once = handlers.max(1);
        self
    }

    /// Keeps events from the handler that are older than one of the same object that was handled
    /// before. Right for a handler that takes an event for the object's state; wrong for one that
    /// counts on hearing each.
    pub fn skip_late(mut self) -> Self {
        self.skip_late = true;
        self
    }

    /// How long the handler may take before it is stopped and called again; a minute unless set.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How often a failing handler is called, and how long to wait in between: from the shortest
    /// delay on, doubling up to the longest, and up to as much again by chance. Unless set, eight
    /// times from a second to five minutes.
    pub fn retries(mut self, attempts: u32, shortest: Duration, longest: Duration) -> Self {
        self.attempts = attempts.max(1);
        self.shortest_delay = shortest;
        self.longest_delay = longest.max(shortest);
        self
    }

    /// Starts the receiver with the handler that gets each event.
    ///
    /// An error of the handler means that it is called again, later; see
    /// [`retries`](Self::retries).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, if [`persona`](Self::persona) is set.
    pub fn start<F, Fut, E>(self, handler: F) -> Receiver
    where
        F: Fn(Received) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError>,
    {
        let journal = self
            .persona
            .map(|persona| Journal::new(persona, self.capacity));
        let store = match (&self.store, &journal) {
            (_, Some(journal)) => journal.persona().store().clone(),
            (Some(store), None) => store.clone(),
            (None, None) => Arc::new(MemoryStore::new()),
        };
        let keeps_journal = journal.is_some();
        let inner = Arc::new(Inner {
            verifier: RwLock::new(Arc::new(self.verifier)),
            clock: self.clock,
            largest_body: self.largest_body,
            is_closed: AtomicBool::new(false),
            slots: Slots::new(self.capacity),
            ledger: Ledger::new(store, journal),
            handling: Handling {
                handler: Arc::new(Box::new(move |received| {
                    let call = handler(received);
                    Box::pin(async move { call.await.map_err(Into::into) })
                })),
                on_dead: self.on_dead,
                skip_late: self.skip_late,
                time_limit: self.time_limit,
                attempts: self.attempts,
                shortest_delay: self.shortest_delay,
                longest_delay: self.longest_delay,
                at_once: Semaphore::new(self.at_once as usize),
                waiting: Mutex::new(HashMap::new()),
            },
            #[cfg(feature = "inquiries")]
            wakes: self.wakes,
        });
        if keeps_journal {
            tokio::spawn(Inner::keep_journal(Arc::downgrade(&inner)));
        }
        Receiver { inner }
    }
}

impl fmt::Debug for ReceiverBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiverBuilder")
            .field("verifier", &self.verifier)
            .field("persona", &self.persona)
            .field("store", &self.store)
            .field("largest_body", &self.largest_body)
            .field("capacity", &self.capacity)
            .field("at_once", &self.at_once)
            .field("skip_late", &self.skip_late)
            .field("time_limit", &self.time_limit)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
