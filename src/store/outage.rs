//! Going on without a store that fails.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::StoreError;

/// How long a store that failed is left alone: calls go on without it at once.
pub(crate) const REST: Duration = Duration::from_millis(500);

/// Whether the store of a client fails.
#[derive(Default)]
pub(crate) struct Outage(AtomicBool);

/// The store failed, which was told to the log.
pub(crate) struct NoStore;

impl Outage {
    /// Tells the log when the store begins to fail and when it is back, and not each time.
    pub(crate) fn noted<T>(&self, result: Result<T, StoreError>) -> Result<T, NoStore> {
        match result {
            Ok(value) => {
                if self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed) {
                    tracing::info!(target: "withpersona", "the store is back");
                }
                Ok(value)
            }
            Err(error) => {
                if !self.0.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        target: "withpersona",
                        %error,
                        "the store fails: going on without it, each process by itself"
                    );
                }
                Err(NoStore)
            }
        }
    }
}
