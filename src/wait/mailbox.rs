//! Where a watcher puts what a wait is to hear.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::Outcome;
use crate::error::Error;

/// What a wait hears. Boxed, so that a wait that hears nothing yet is small.
pub(super) enum Note<T> {
    Changed(Box<T>),
    Ended(Box<Result<Outcome<T>, Error>>),
}

/// The letters of one wait, or of many that somebody listens to together.
pub(super) struct Mailbox<T>(Mutex<Inside<T>>);

struct Inside<T> {
    notes: VecDeque<(u64, Note<T>)>,
    listener: Option<Waker>,
}

impl<T> Mailbox<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Inside {
            notes: VecDeque::new(),
            listener: None,
        }))
    }

    pub(super) fn put(&self, key: u64, note: Note<T>) {
        let listener = {
            let mut inside = self.lock();
            inside.notes.push_back((key, note));
            inside.listener.take()
        };
        if let Some(listener) = listener {
            listener.wake();
        }
    }

    /// Calls the listener without a note.
    pub(super) fn ring(&self) {
        let listener = self.lock().listener.take();
        if let Some(listener) = listener {
            listener.wake();
        }
    }

    pub(super) fn take(&self) -> Option<(u64, Note<T>)> {
        self.lock().notes.pop_front()
    }

    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<(u64, Note<T>)> {
        let mut inside = self.lock();
        if let Some(note) = inside.notes.pop_front() {
            return Poll::Ready(note);
        }
        match &mut inside.listener {
            Some(known) => known.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, Inside<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
