//! Many waits, and whichever ends first.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::mailbox::{Mailbox, Note};
use super::watcher::{Order, Seat, Watcher};
use super::{Awaited, Condition, Outcome};
use crate::error::Error;

/// Outcomes as they come, each with the id of what it is about. All share one mailbox, so that
/// an outcome wakes nobody but who asked for it.
pub(crate) struct Many<T: Awaited> {
    watcher: Watcher<T>,
    has_begun: bool,
    faults: VecDeque<(String, Error)>,
    seats: HashMap<u64, Seat<T>>,
    mailbox: Arc<Mailbox<T>>,
}

impl<T: Awaited> Many<T> {
    pub(crate) fn new(
        watcher: Watcher<T>,
        orders: Vec<(Arc<str>, Order<T>)>,
        faults: VecDeque<(String, Error)>,
    ) -> Self {
        let mailbox = Arc::new(Mailbox::new());
        let seats = orders.into_iter().map(|(id, order)| {
            let seat = watcher.join(id, order, mailbox.clone(), false);
            (seat.key(), seat)
        });
        Self {
            seats: seats.collect(),
            watcher,
            has_begun: false,
            faults,
            mailbox,
        }
    }

    /// Another condition, for those that have not ended.
    pub(crate) fn until(&mut self, condition: &Condition<T>) {
        for seat in self.seats.values() {
            seat.wait_until(condition.clone());
        }
    }

    /// How many have not ended.
    pub(crate) fn len(&self) -> usize {
        self.faults.len() + self.seats.len()
    }
}

// Nothing in it is pinned.
impl<T: Awaited> Unpin for Many<T> {}

impl<T: Awaited> Stream for Many<T> {
    type Item = (String, Result<Outcome<T>, Error>);

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Some((id, fault)) = this.faults.pop_front() {
            return Poll::Ready(Some((id, Err(fault))));
        }
        if !std::mem::replace(&mut this.has_begun, true) {
            this.watcher.begin();
        }
        loop {
            if this.seats.is_empty() {
                return Poll::Ready(None);
            }
            match this.mailbox.poll(cx) {
                Poll::Ready((key, Note::Ended(ended))) => {
                    if let Some(seat) = this.seats.remove(&key) {
                        return Poll::Ready(Some((seat.id().to_owned(), *ended)));
                    }
                }
                Poll::Ready((_, Note::Changed(_))) => {}
                Poll::Pending => {
                    this.watcher.keep_going();
                    return Poll::Pending;
                }
            }
        }
    }
}
