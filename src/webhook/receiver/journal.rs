//! What was taken and is not handled yet, written down where it outlives the process.
//!
//! Only event ids are written: the body is people's data, and Persona gives it again. Each
//! process has a number in the store, a lease that says it lives, and a key for each place of its
//! queue. Who finds a number whose lease has run out takes over what stands under its keys.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::ledger::KEEP;
use super::slots::Slot;
use crate::client::Persona;
use crate::store::{Lease, Store, StoreError};

/// How long a process is taken for alive after it was heard of.
pub(super) const TERM: Duration = Duration::from_secs(30);

/// How often a process says that it lives, and looks for others that do not.
pub(super) const BEAT: Duration = Duration::from_secs(10);

/// Numbers of processes are counted for this long.
const YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

const LAST_NUMBER: &str = "webhook:process:last";
const GONE_UP_TO: &str = "webhook:process:gone";

pub(super) struct Journal {
    persona: Persona,
    places: u32,
    process: Mutex<Option<Process>>,
}

/// This process, as the store knows it.
#[derive(Clone)]
struct Process {
    number: u64,
    lease: Lease,
    alive_until: Instant,
}

impl Journal {
    pub(super) fn new(persona: Persona, places: u32) -> Self {
        Self {
            persona,
            places,
            process: Mutex::new(None),
        }
    }

    pub(super) fn persona(&self) -> &Persona {
        &self.persona
    }

    fn store(&self) -> &dyn Store {
        self.persona.store().as_ref()
    }

    /// Writes an event down; where, as a text that others can look it up by.
    pub(super) async fn write(&self, slot: &Slot, event_id: &str) -> Result<String, StoreError> {
        let owner = self.owner(slot)?;
        let key = place_key(&owner);
        self.store().put(&key, event_id.as_bytes(), KEEP).await?;
        Ok(owner)
    }

    /// Strikes out what was written.
    pub(super) async fn strike(&self, owner: &str) -> Result<(), StoreError> {
        self.store().remove(&place_key(owner)).await
    }

    /// Whether an event stands written down there.
    pub(super) async fn holds(&self, owner: &str, event_id: &str) -> Result<bool, StoreError> {
        let there = self.store().get(&place_key(owner)).await?;
        Ok(there.is_some_and(|there| there == event_id.as_bytes()))
    }

    /// Says that this process lives; registers it the first time, and again when it was taken
    /// for dead.
    pub(super) async fn beat(&self) -> Result<(), StoreError> {
        let begun = Instant::now();
        let known = self.lock().clone();
        if let Some(process) = known {
            if self.store().renew(&process.lease, TERM).await? {
                let alive_until = begun + TERM;
                *self.lock() = Some(Process {
                    alive_until,
                    ..process
                });
                return Ok(());
            }
            // Others may have taken over what it had: from here on it is another process.
            *self.lock() = None;
        }
        let number = self.store().add(LAST_NUMBER, 1, YEARS).await?;
        let lease = self.store().acquire(&lease_name(number), TERM).await?;
        let Some(lease) = lease else {
            return Err(StoreError::new("the number of this process is taken"));
        };
        let places = self.places.to_string();
        self.store()
            .put(&places_key(number), places.as_bytes(), YEARS)
            .await?;
        *self.lock() = Some(Process {
            number,
            lease,
            alive_until: begun + TERM,
        });
        Ok(())
    }

    /// What processes left behind that died: where, and the event's id.
    pub(super) async fn left_behind(&self) -> Result<Vec<(String, String)>, StoreError> {
        let store = self.store();
        let last = store.add(LAST_NUMBER, 0, YEARS).await?;
        // A counter that began anew is smaller than what was noted before.
        let gone = match self.number_at(GONE_UP_TO).await? {
            Some(gone) if gone <= last => gone,
            _ => 0,
        };
        let mut gone_up_to = gone;
        let mut left = Vec::new();
        for number in gone + 1..=last {
            // Nobody gives this lease back: the number has to stay taken for as long as somebody
            // who was just counted may still be about to take it.
            if store.acquire(&lease_name(number), TERM).await?.is_none() {
                continue;
            }
            let places = self.number_at(&places_key(number)).await?.unwrap_or(0);
            let mut is_empty = true;
            for place in 0..places {
                let owner = format!("{number}/{place}");
                if let Some(event_id) = store.get(&place_key(&owner)).await? {
                    is_empty = false;
                    left.push((owner, String::from_utf8_lossy(&event_id).into_owned()));
                }
            }
            if is_empty {
                store.remove(&places_key(number)).await?;
                if gone_up_to + 1 == number {
                    gone_up_to = number;
                }
            }
        }
        if gone_up_to > gone {
            let gone = gone_up_to.to_string();
            store.put(GONE_UP_TO, gone.as_bytes(), YEARS).await?;
        }
        Ok(left)
    }

    /// What an event in this place is told by. Fails while others may take this process for dead.
    fn owner(&self, slot: &Slot) -> Result<String, StoreError> {
        match &*self.lock() {
            Some(process) if Instant::now() < process.alive_until => {
                Ok(format!("{}/{}", process.number, slot.number))
            }
            _ => Err(StoreError::new("this process is not registered in it yet")),
        }
    }

    async fn number_at(&self, key: &str) -> Result<Option<u64>, StoreError> {
        let text = self.store().get(key).await?;
        Ok(text.and_then(|text| String::from_utf8(text).ok()?.parse().ok()))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lease_name(number: u64) -> String {
    format!("webhook:process:{number}")
}

fn places_key(number: u64) -> String {
    format!("webhook:process:{number}:places")
}

fn place_key(owner: &str) -> String {
    format!("webhook:taken:{owner}")
}
