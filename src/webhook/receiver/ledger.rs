//! Which events came before, and which of one object's is the newest.

use std::sync::Arc;
use std::time::Duration;

use super::journal::{Journal, TERM};
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
    /// The store went away in the middle: it stands written down here, and may be claimed.
    Unclear(String),
}

/// What becomes of an event that a dead process had written down.
pub(super) enum TakeOver {
    /// It is ours, and written down here.
    Here(String),
    /// It was handled, or somebody else has it.
    Needless,
    /// Somebody else is about to take it.
    Later,
    /// As [`Claim::Unclear`].
    Unclear(String),
}

/// How an event stands.
enum Standing {
    Unclaimed,
    Abandoned,
    Taken,
}

/// Whose an event is after trying to take it up.
enum Turn {
    Ours,
    Theirs,
    NotNow,
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
        let Some(journal) = &self.journal else {
            let seen = seen_key(event_id);
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
        match self.turn(journal, event_id, &owner).await {
            Ok(Turn::Ours) => Ok(Claim::New(Some(owner))),
            Ok(Turn::Theirs) => {
                journal.strike(&owner).await?;
                Ok(Claim::Known)
            }
            not_now => match journal.strike(&owner).await {
                Err(_) => Ok(Claim::Unclear(owner)),
                Ok(()) => Err(not_now.err().unwrap_or_else(being_taken_over)),
            },
        }
    }

    /// Whether an event is ours that was [unclear](Claim::Unclear).
    pub(super) async fn claim_again(
        &self,
        owner: &str,
        event_id: &str,
    ) -> Result<bool, StoreError> {
        let Some(journal) = &self.journal else {
            return Ok(false);
        };
        match self.turn(journal, event_id, owner).await? {
            Turn::Ours => Ok(true),
            Turn::Theirs => journal.strike(owner).await.map(|()| false),
            Turn::NotNow => Err(being_taken_over()),
        }
    }

    async fn turn(
        &self,
        journal: &Journal,
        event_id: &str,
        owner: &str,
    ) -> Result<Turn, StoreError> {
        let seen = seen_key(event_id);
        if self.store.put_new(&seen, owner.as_bytes(), KEEP).await? {
            return Ok(Turn::Ours);
        }
        // Mostly somebody has it, and nobody has to be kept away to see that.
        match self.standing(journal, event_id, owner).await? {
            Standing::Taken => Ok(Turn::Theirs),
            _ => self.take_up(journal, event_id, owner, owner).await,
        }
    }

    /// Takes over what a process that died had written down in the place `dead`.
    pub(super) async fn take_over(
        &self,
        journal: &Journal,
        slot: &Slot,
        dead: &str,
        event_id: &str,
    ) -> Result<TakeOver, StoreError> {
        let owner = journal.write(slot, event_id).await?;
        let turn = self.take_up(journal, event_id, dead, &owner).await;
        let is_ours = matches!(turn, Ok(Turn::Ours));
        if !is_ours && journal.strike(&owner).await.is_err() {
            return Ok(TakeOver::Unclear(owner));
        }
        Ok(match turn? {
            Turn::Ours => TakeOver::Here(owner),
            Turn::Theirs => TakeOver::Needless,
            Turn::NotNow => TakeOver::Later,
        })
    }

    /// Puts `owner` in the place of a claim that nobody has any more, or that is `forsaken`'s.
    ///
    /// Two who find such a claim must not both take it, and the store has no step that looks and
    /// writes: so it is done under a lease. It lasts as long as a process is taken for alive.
    async fn take_up(
        &self,
        journal: &Journal,
        event_id: &str,
        forsaken: &str,
        owner: &str,
    ) -> Result<Turn, StoreError> {
        let name = format!("webhook:takeover:{event_id}");
        let Some(lease) = self.store.acquire(&name, TERM).await? else {
            return Ok(Turn::NotNow);
        };
        let take = async {
            let (seen, owner) = (seen_key(event_id), owner.as_bytes());
            // What was seen before may be over by now.
            let is_ours = match self.standing(journal, event_id, forsaken).await? {
                Standing::Taken => false,
                Standing::Unclaimed => self.store.put_new(&seen, owner, KEEP).await?,
                Standing::Abandoned => {
                    self.store.put(&seen, owner, KEEP).await?;
                    true
                }
            };
            Ok(if is_ours { Turn::Ours } else { Turn::Theirs })
        };
        let turn = take.await;
        // One that cannot be given back ends by itself.
        let _ = self.store.release(&lease).await;
        turn
    }

    /// Whether somebody has an event, or had it and is through. What is claimed for `forsaken`
    /// nobody has.
    async fn standing(
        &self,
        journal: &Journal,
        event_id: &str,
        forsaken: &str,
    ) -> Result<Standing, StoreError> {
        let seen = seen_key(event_id);
        let Some(claim) = self.store.get(&seen).await? else {
            return Ok(Standing::Unclaimed);
        };
        if claim == DONE {
            return Ok(Standing::Taken);
        }
        // Somebody's claim: theirs as long as they have it written down. A claim whose answer
        // from the store was lost belongs to nobody.
        let claimant = String::from_utf8_lossy(&claim);
        if claimant != forsaken && journal.holds(&claimant, event_id).await? {
            return Ok(Standing::Taken);
        }
        // Between the two looks it may have been handled: that is told before it is struck out.
        Ok(match self.store.get(&seen).await? {
            Some(claim) if claim == DONE => Standing::Taken,
            _ => Standing::Abandoned,
        })
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

fn being_taken_over() -> StoreError {
    StoreError::new("another process is taking the event over")
}

fn seen_key(event_id: &str) -> String {
    format!("webhook:seen:{event_id}")
}
