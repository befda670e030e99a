//! Which events came before, and which of one object's is the newest.

use std::sync::Arc;
use std::time::Duration;

use super::journal::Journal;
use super::slots::Slot;
use crate::event::Event;
use crate::store::{Store, StoreError};

/// Longer than Persona goes on sending an event.
pub(super) const KEEP: Duration = Duration::from_secs(4 * 24 * 60 * 60);

/// What stands for an event that was handled or given up.
const DONE: &[u8] = b"done";

pub(super) struct Ledger {
    store: Arc<dyn Store>,
    journal: Option<Journal>,
}

/// Whether an event has to be handled, and where it is written down.
pub(super) enum Claim {
    New(Option<String>),
    Known,
}

impl Ledger {
    pub(super) fn new(store: Arc<dyn Store>, journal: Option<Journal>) -> Self {
        Self { store, journal }
    }

    pub(super) fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    /// Makes an event ours unless it was taken before. With a journal it is written down first,
    /// so that at no moment it is known to the store and in nobody's hands.
    pub(super) async fn claim(&self, slot: &Slot, event_id: &str) -> Result<Claim, StoreError> {
        let seen = seen_key(event_id);
        let Some(journal) = &self.journal else {
            return match self.store.put_new(&seen, DONE, KEEP).await {
                Ok(true) => Ok(Claim::New(None)),
                Ok(false) => Ok(Claim::Known),
                // Handled twice is better than put off for as long as the store is away.
                Err(error) => {
                    tracing::warn!(%error, "webhook taken without knowing whether it came before");
                    Ok(Claim::New(None))
                }
            };
        };
        let owner = journal.write(slot, event_id).await?;
        match self.is_ours(journal, &owner, &seen, event_id).await {
            Ok(true) => Ok(Claim::New(Some(owner))),
            Ok(false) => {
                journal.strike(&owner).await?;
                Ok(Claim::Known)
            }
            Err(error) => {
                // Where this fails too, the next event in this place is written over it.
                let _ = journal.strike(&owner).await;
                Err(error)
            }
        }
    }

    async fn is_ours(
        &self,
        journal: &Journal,
        owner: &str,
        seen: &str,
        event_id: &str,
    ) -> Result<bool, StoreError> {
        if self.store.put_new(seen, owner.as_bytes(), KEEP).await? {
            return Ok(true);
        }
        let before = self.store.get(seen).await?.unwrap_or_default();
        if before == DONE {
            return Ok(false);
        }
        // Somebody's claim: theirs as long as they have it written down. A claim whose answer
        // from the store was lost belongs to nobody.
        let other = String::from_utf8_lossy(&before);
        if other != owner && journal.holds(&other, event_id).await? {
            return Ok(false);
        }
        // Between the two looks it may have been handled: that is told before it is struck out.
        if self.store.get(seen).await?.as_deref() == Some(DONE) {
            return Ok(false);
        }
        self.store.put(seen, owner.as_bytes(), KEEP).await?;
        Ok(true)
    }

    /// Takes over what a process had written down that died. Where it is written down now;
    /// `None` if it was handled.
    pub(super) async fn take_over(
        &self,
        journal: &Journal,
        slot: &Slot,
        event_id: &str,
    ) -> Result<Option<String>, StoreError> {
        let seen = seen_key(event_id);
        if self.store.get(&seen).await?.as_deref() == Some(DONE) {
            return Ok(None);
        }
        let owner = journal.write(slot, event_id).await?;
        self.store.put(&seen, owner.as_bytes(), KEEP).await?;
        Ok(Some(owner))
    }

    /// Remembers that an event was handled or given up.
    pub(super) async fn settle(&self, place: Option<&str>, event_id: &str) {
        let (Some(journal), Some(place)) = (&self.journal, place) else {
            return;
        };
        let settled = async {
            self.store.put(&seen_key(event_id), DONE, KEEP).await?;
            journal.strike(place).await
        };
        if let Err(error) = settled.await {
            tracing::warn!(%error, event_id, "handled webhook may be handled again");
        }
    }

    /// Whether a newer event of the same object was here before; if not, this is the newest.
    pub(super) async fn is_late(&self, event: &Event) -> bool {
        let (Some(object), Some(at)) = (event.object_id(), event.created_at()) else {
            return false;
        };
        let key = format!("webhook:newest:{object}");
        let at = at.timestamp_micros();
        let newest = self.store.get(&key).await.ok().flatten();
        let newest = newest.and_then(|text| String::from_utf8(text).ok()?.parse::<i64>().ok());
        if newest.is_some_and(|newest| newest > at) {
            return true;
        }
        if let Err(error) = self.store.put(&key, at.to_string().as_bytes(), KEEP).await {
            tracing::warn!(%error, "the order of webhooks is not known");
        }
        false
    }
}

fn seen_key(event_id: &str) -> String {
    format!("webhook:seen:{event_id}")
}
