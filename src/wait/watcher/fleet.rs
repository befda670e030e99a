//! Processes that watch the same things: one reads what happens and tells the others.
//!
//! Who reads has a lease. It tells where it has read to, so that whoever takes over goes on from
//! there. A process that cannot reach the store reads for itself.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::super::Awaited;
use super::super::pace::jittered;
use super::Shared;
use super::bookmark::Reading;
use crate::store::{Heard, Lease, StoreError, Subscription};

/// How long the lease is good that is not renewed: the others take over after it. The store
/// counts it in real time, whatever clock the client has.
const TERM: Duration = Duration::from_secs(15);

/// Between two looks at the lease, before jitter.
const TICK: Duration = Duration::from_secs(5);

/// How long changes count as told after the last word of who reads.
const SILENCE: Duration = Duration::from_secs(30);

/// How long the store may take for an answer, in real time.
const STORE_LIMIT: Duration = Duration::from_secs(5);

/// What is this process's part in reading what happens.
#[derive(Default)]
pub(super) enum Role {
    /// Not known yet.
    #[default]
    Unknown,
    /// The store does not answer: everybody for themselves.
    Alone,
    /// It reads, for all.
    Reads(Lease),
    /// Another one does.
    Listens,
}

impl Role {
    pub(super) fn reads_events(&self) -> bool {
        matches!(self, Self::Alone | Self::Reads(_))
    }
}

/// What one process tells the others.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct Word {
    pub(super) from: u64,
    /// These changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) ids: Vec<String>,
    /// The newest event that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) read_to: Option<String>,
    /// More may have changed than can be told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_gap: bool,
    /// From who reads: whether it succeeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) is_reading: Option<bool>,
}

impl Word {
    pub(super) fn about(ids: Vec<String>) -> Self {
        Self {
            ids,
            ..Self::default()
        }
    }
}

/// Keeps the lease or asks for it, and hears what the others tell, for ever.
pub(super) async fn keep_in_touch<T: Awaited>(shared: Arc<Shared<T>>) {
    let mut heard: Option<Subscription> = None;
    let mut was_connected = false;
    loop {
        if heard.is_none() {
            heard = within_limit(shared.store.subscribe(&shared.name))
                .await
                .ok();
            if heard.is_some() && was_connected {
                // Nobody knows what was told in between.
                shared.look_at_all();
            }
            was_connected |= heard.is_some();
        }
        shared.settle_role(heard.is_some()).await;
        let next = shared.time.now() + jittered(TICK);
        while let Some(subscription) = &mut heard {
            match shared.time.timeout_at(next, subscription.next()).await {
                Some(Some(Heard::Message(message))) => shared.hear(&message),
                Some(Some(Heard::Gap)) => shared.look_at_all(),
                Some(None) => heard = None,
                None => break,
            }
        }
        shared.time.sleep_until(next).await;
    }
}

impl<T: Awaited> Shared<T> {
    /// Lets the other processes know; a store that fails is no reason to stop.
    pub(super) async fn tell(&self, mut word: Word) {
        word.from = self.voice;
        if let Ok(message) = serde_json::to_vec(&word) {
            let _ = within_limit(self.store.publish(&self.name, &message)).await;
        }
    }

    fn hear(&self, message: &[u8]) {
        let Ok(word) = serde_json::from_slice::<Word>(message) else {
            // From another version of this crate, perhaps: it may have said anything.
            return self.look_at_all();
        };
        if word.from == self.voice {
            return;
        }
        {
            let mut state = self.lock();
            for id in &word.ids {
                state.told_of(id);
            }
            if matches!(state.role, Role::Listens | Role::Unknown) {
                if word.read_to.is_some() {
                    state.reading.bookmark = word.read_to;
                }
                if let Some(is_reading) = word.is_reading {
                    state.reading.has_begun |= is_reading;
                    state.told_until = is_reading.then(|| self.time.now() + SILENCE);
                }
            }
            if word.is_gap {
                state.look_at_all();
            }
        }
        self.bells.reads.notify_one();
        self.bells.sweeps.notify_one();
    }

    /// Renews the lease, or takes it if nobody has it.
    async fn settle_role(&self, is_connected: bool) {
        let held = match &self.lock().role {
            Role::Reads(lease) => Some(lease.clone()),
            _ => None,
        };
        let renewed = match &held {
            Some(lease) => within_limit(self.store.renew(lease, TERM)).await,
            None => Ok(false),
        };
        let role = match (renewed, held) {
            (Ok(true), Some(lease)) => Role::Reads(lease),
            (Ok(_), _) => match within_limit(self.store.acquire(&self.name, TERM)).await {
                Ok(Some(lease)) => Role::Reads(lease),
                Ok(None) if is_connected => Role::Listens,
                Ok(None) | Err(_) => Role::Alone,
            },
            (Err(_), _) => Role::Alone,
        };
        let word = {
            let mut state = self.lock();
            state.role = role;
            matches!(state.role, Role::Reads(_)).then(|| Word {
                read_to: state.reading.bookmark.clone(),
                is_reading: Some(state.told_until.is_some_and(|at| self.time.now() < at)),
                ..Word::default()
            })
        };
        self.bells.events.notify_one();
        if let Some(word) = word {
            self.tell(word).await;
        }
    }

    /// Nobody waits here any more: another process may read.
    pub(super) async fn step_down(&self) {
        let role = {
            let mut state = self.lock();
            state.reading = Reading::default();
            state.told_until = None;
            state.haste = super::events::usual_haste();
            std::mem::take(&mut state.role)
        };
        if let Role::Reads(lease) = role {
            let _ = within_limit(self.store.release(&lease)).await;
        }
    }
}

async fn within_limit<R>(
    answer: impl Future<Output = Result<R, StoreError>>,
) -> Result<R, StoreError> {
    match timeout(STORE_LIMIT, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(StoreError::new("no answer in time")),
    }
}
