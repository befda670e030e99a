//! Handing events to the handler: one after the other for each object, again after a failure.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::journal::{BEAT, Journal};
use super::ledger::TakeOver;
use super::{BoxError, Dead, Inner, Received, Slot};
use crate::event::EventName;
use crate::id::EventId;
use crate::store::StoreError;

/// Until a store that went away is asked again.
const SOON: Duration = Duration::from_secs(1);

pub(super) type Handler = Box<
    dyn Fn(Received) -> Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>> + Send + Sync,
>;
pub(super) type OnDead = Box<dyn Fn(Dead) + Send + Sync>;

/// How the handler is called.
pub(super) struct Handling {
    pub(super) handler: Arc<Handler>,
    pub(super) on_dead: Option<OnDead>,
    pub(super) skip_late: bool,
    pub(super) time_limit: Duration,
    pub(super) attempts: u32,
    pub(super) shortest_delay: Duration,
    pub(super) longest_delay: Duration,
    pub(super) at_once: Semaphore,
    /// What waits behind the event of each object that is being handled.
    pub(super) waiting: Mutex<HashMap<String, VecDeque<Job>>>,
}

/// An event that was taken, with its place in the queue and in the journal.
pub(super) struct Job {
    pub(super) received: Received,
    pub(super) slot: Slot,
    pub(super) place: Option<String>,
}

impl Inner {
    /// Puts a job behind those of its object.
    pub(super) fn queue(self: &Arc<Self>, job: Job) {
        let event = &job.received.event;
        #[cfg(feature = "inquiries")]
        if let Some(wakes) = &self.wakes {
            wakes.wake(event);
        }
        let object = event.object_id().unwrap_or(&event.raw().id).to_owned();
        match self.handling.waiting().entry(object) {
            Entry::Occupied(mut behind) => behind.get_mut().push_back(job),
            Entry::Vacant(free) => {
                let object = free.key().clone();
                free.insert(VecDeque::new());
                tokio::spawn(self.clone().handle_all(object, job));
            }
        }
    }

    async fn handle_all(self: Arc<Self>, object: String, first: Job) {
        let mut next = Some(first);
        while let Some(job) = next {
            self.handle(job).await;
            let mut waiting = self.handling.waiting();
            next = waiting.get_mut(&object).and_then(VecDeque::pop_front);
            if next.is_none() {
                waiting.remove(&object);
            }
        }
    }

    async fn handle(&self, job: Job) {
        let Job {
            mut received,
            slot,
            place,
        } = job;
        let event_id = received.event.id();
        #[cfg(all(feature = "inquiries", feature = "sessions"))]
        if let Some(wakes) = &self.wakes {
            wakes.forget_token(&received.event).await;
        }
        received.is_late = self.ledger.is_late(&received.event).await;
        if received.is_late && self.handling.skip_late {
            tracing::debug!(event_id = event_id.as_str(), "late webhook skipped");
        } else if let Err(error) = self.handling.until_it_works(&received).await {
            let dead = Dead {
                event_id: event_id.clone(),
                name: Some(received.event.name()),
                attempts: self.handling.attempts,
                error,
            };
            self.handling.bury(dead);
        }
        self.ledger
            .settle(place.as_deref(), event_id.as_str())
            .await;
        drop(slot);
    }

    /// Says that this process lives, and takes over from those that do not, for as long as
    /// somebody has the receiver.
    pub(super) async fn keep_journal(this: Weak<Self>) {
        loop {
            {
                let Some(this) = this.upgrade() else { return };
                let Some(journal) = this.ledger.journal() else {
                    return;
                };
                let beat = async {
                    journal.beat().await?;
                    this.recover(journal).await
                };
                if let Err(error) = beat.await {
                    tracing::warn!(%error, "webhooks that were taken cannot be kept track of");
                }
            }
            sleep(BEAT).await;
        }
    }

    async fn recover(self: &Arc<Self>, journal: &Journal) -> Result<(), StoreError> {
        for (owner, event_id) in journal.left_behind().await? {
            // What finds no place now is found again a while later.
            let Some(slot) = self.slots.take() else { break };
            let Ok(id) = EventId::try_from(event_id.as_str()) else {
                journal.strike(&owner).await?;
                continue;
            };
            let taken = self.ledger.take_over(journal, &slot, &owner, &event_id);
            match taken.await? {
                TakeOver::Here(place) => {
                    tracing::info!(event_id, "webhook taken over from a process that died");
                    tokio::spawn(self.clone().read_again(id, slot, place));
                }
                TakeOver::Needless => {}
                TakeOver::Later => continue,
                TakeOver::Unclear(place) => {
                    let this = self.clone();
                    tokio::spawn(async move {
                        if this.is_ours_after_all(&place, id.as_str()).await {
                            this.read_again(id, slot, place).await;
                        }
                    });
                    continue;
                }
            }
            journal.strike(&owner).await?;
        }
        Ok(())
    }

    /// The store went away while an event was taken. As long as it stands written down as ours,
    /// others leave it alone, and tell Persona that it came before: so its place is kept until it
    /// is known whether it is for us to handle.
    pub(super) async fn is_ours_after_all(&self, place: &str, event_id: &str) -> bool {
        loop {
            sleep(SOON).await;
            if let Ok(is_ours) = self.ledger.claim_again(place, event_id).await {
                return is_ours;
            }
        }
    }

    async fn read_again(self: Arc<Self>, id: EventId, slot: Slot, place: String) {
        let Some(journal) = self.ledger.journal() else {
            return;
        };
        let events = journal.persona().in_background().events();
        let mut delays = self.handling.delays();
        let error = loop {
            match events.retrieve(&id).await {
                Ok(event) => {
                    let received = Received {
                        event,
                        attempts: super::Attempts::default(),
                        is_late: false,
                        is_recovered: true,
                    };
                    self.queue(Job {
                        received,
                        slot,
                        place: Some(place),
                    });
                    return;
                }
                Err(error) if error.is_retryable() => {
                    let longest = self.handling.longest_delay;
                    sleep(delays.next().unwrap_or(longest)).await;
                }
                Err(error) => break error,
            }
        };
        self.handling.bury(Dead {
            event_id: id.clone(),
            name: None,
            attempts: 0,
            error: error.into(),
        });
        self.ledger.settle(Some(&place), id.as_str()).await;
        drop(slot);
    }
}

impl Handling {
    async fn until_it_works(&self, received: &Received) -> Result<(), BoxError> {
        let mut delays = self.delays();
        let mut attempt = 1;
        loop {
            let error = match self.once(received.clone()).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let name: EventName = received.event.name();
            tracing::warn!(
                event_id = received.event.raw().id,
                event = name.as_str(),
                attempt,
                "webhook handler failed"
            );
            match delays.next() {
                Some(delay) => sleep(delay).await,
                None => return Err(error),
            }
            attempt += 1;
        }
    }

    /// One call of the handler, in a task of its own: a panic in it must not end ours.
    async fn once(&self, received: Received) -> Result<(), BoxError> {
        // Never closed.
        let _turn = self.at_once.acquire().await;
        let handler = self.handler.clone();
        let mut call = tokio::spawn(async move { handler(received).await });
        match timeout(self.time_limit, &mut call).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err("the handler panicked".into()),
            Err(_) => {
                call.abort();
                Err(format!("the handler took longer than {:?}", self.time_limit).into())
            }
        }
    }

    fn delays(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        ExponentialBuilder::new()
            .with_min_delay(self.shortest_delay)
            .with_max_delay(self.longest_delay)
            .with_factor(2.0)
            .with_jitter()
            .with_max_times(self.attempts.saturating_sub(1) as usize)
            .build()
    }

    fn bury(&self, dead: Dead) {
        tracing::error!(
            event_id = dead.event_id.as_str(),
            event = dead.name.as_ref().map(EventName::as_str),
            attempts = dead.attempts,
            "webhook given up"
        );
        if let Some(on_dead) = &self.on_dead {
            let told = std::panic::catch_unwind(AssertUnwindSafe(|| on_dead(dead)));
            if told.is_err() {
                tracing::error!("what hears of webhooks that are given up panicked");
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Job>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Handling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handling")
            .field("skip_late", &self.skip_late)
            .field("time_limit", &self.time_limit)
            .field("attempts", &self.attempts)
            .field("shortest_delay", &self.shortest_delay)
            .field("longest_delay", &self.longest_delay)
            .finish_non_exhaustive()
    }
}
