//! Who waits for the window, and in what order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Which calls go first when the rate window is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Lane {
    /// Somebody waits for the answer. A part of each window is kept for these.
    #[default]
    Interactive,
    /// Nobody does: waits and lists, unless told otherwise by
    /// [`CallOptions::lane`](crate::CallOptions::lane).
    Background,
}

/// First come, first served in each lane; all interactive slots before the background ones.
#[derive(Default)]
pub(super) struct Lanes {
    interactive: VecDeque<Arc<Slot>>,
    background: VecDeque<Arc<Slot>>,
}

/// The place of one call in its lane.
#[derive(Default)]
pub(super) struct Slot {
    let_through: AtomicBool,
    bell: Notify,
}

impl Slot {
    /// Whether it was let through; true only once.
    pub(super) fn take(&self) -> bool {
        self.let_through.swap(false, Ordering::AcqRel)
    }

    /// Until it is let through, or is the next of its lane and should look again.
    pub(super) async fn called(&self) {
        self.bell.notified().await;
    }
}

impl Lanes {
    pub(super) fn join(&mut self, lane: Lane) -> Arc<Slot> {
        let slot = Arc::<Slot>::default();
        self.lane(lane).push_back(slot.clone());
        slot
    }

    pub(super) fn leave(&mut self, slot: &Arc<Slot>) {
        for lane in [&mut self.interactive, &mut self.background] {
            lane.retain(|other| !Arc::ptr_eq(other, slot));
        }
    }

    /// The lane whose front goes next, if anybody waits.
    pub(super) fn next_lane(&self) -> Option<Lane> {
        if !self.interactive.is_empty() {
            Some(Lane::Interactive)
        } else if !self.background.is_empty() {
            Some(Lane::Background)
        } else {
            None
        }
    }

    /// Whether nobody goes before one who comes now.
    pub(super) fn is_next(&self, lane: Lane) -> bool {
        match lane {
            Lane::Interactive => self.interactive.is_empty(),
            Lane::Background => self.next_lane().is_none(),
        }
    }

    pub(super) fn is_front(&self, slot: &Slot) -> bool {
        [&self.interactive, &self.background].iter().any(|lane| {
            lane.front()
                .is_some_and(|front| std::ptr::eq(&**front, slot))
        })
    }

    pub(super) fn let_through(&mut self, lane: Lane) {
        if let Some(slot) = self.lane(lane).pop_front() {
            slot.let_through.store(true, Ordering::Release);
            slot.bell.notify_one();
        }
    }

    /// Whoever came to the front in the meantime did not know when to look.
    pub(super) fn call_next(&self) {
        for lane in [&self.interactive, &self.background] {
            if let Some(front) = lane.front() {
                front.bell.notify_one();
            }
        }
    }

    pub(super) fn interactive(&self) -> usize {
        self.interactive.len()
    }

    pub(super) fn len(&self) -> usize {
        self.interactive.len() + self.background.len()
    }

    fn lane(&mut self, lane: Lane) -> &mut VecDeque<Arc<Slot>> {
        match lane {
            Lane::Interactive => &mut self.interactive,
            Lane::Background => &mut self.background,
        }
    }
}
