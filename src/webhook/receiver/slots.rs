//! Room for events that were taken and are not handled yet.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A number of places, each free or taken.
pub(super) struct Slots {
    free: Mutex<Vec<u32>>,
    count: u32,
    freed: Notify,
}

impl Slots {
    pub(super) fn new(count: u32) -> Arc<Self> {
        Arc::new(Self {
            free: Mutex::new((0..count).rev().collect()),
            count,
            freed: Notify::new(),
        })
    }

    /// A free place, if there is one.
    pub(super) fn take(self: &Arc<Self>) -> Option<Slot> {
        let number = self.lock().pop()?;
        Some(Slot {
            number,
            of: self.clone(),
        })
    }

    pub(super) fn taken(&self) -> usize {
        self.count as usize - self.lock().len()
    }

    pub(super) async fn all_free(&self) {
        loop {
            let mut freed = std::pin::pin!(self.freed.notified());
            // It has to listen before the look, or it misses what happens in between.
            freed.as_mut().enable();
            if self.taken() == 0 {
                return;
            }
            freed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u32>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place that is taken; dropping it frees it.
pub(super) struct Slot {
    pub(super) number: u32,
    of: Arc<Slots>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.of.lock().push(self.number);
        self.of.freed.notify_waiters();
    }
}
