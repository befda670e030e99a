//! How far the log of events was read.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::super::Happened;

/// How many events are remembered as read.
const REMEMBERED: usize = 2000;

/// What was read of the log.
#[derive(Default)]
pub(super) struct Reading {
    /// The newest event that was read, here or by another process; `None` while there was none.
    pub(super) bookmark: Option<String>,
    /// Whether the log was read at all, so that all that is not known in it is new.
    pub(super) has_begun: bool,
    known: HashSet<Arc<str>>,
    in_order: VecDeque<Arc<str>>,
}

/// One walk back through the log, from the newest event to one that is known.
pub(super) struct Walk {
    newest: Option<String>,
    about: Vec<String>,
    met_known: bool,
}

impl Reading {
    pub(super) fn begin(&self) -> Walk {
        Walk {
            newest: None,
            about: Vec::new(),
            // At the first reading there is nothing to walk back to.
            met_known: !self.has_begun,
        }
    }

    /// Takes in a page. Events that are known mark the end of what is new, but the rest of the
    /// page is read all the same: an event can appear late, below younger ones.
    pub(super) fn read(&mut self, walk: &mut Walk, page: Vec<Happened>, is_last: bool) {
        for happened in page {
            if walk.newest.is_none() {
                walk.newest = Some(happened.event.clone());
            }
            let is_bookmark = self.bookmark.as_deref() == Some(happened.event.as_str());
            let is_new = self.remember(happened.event.into());
            walk.met_known |= is_bookmark || !is_new;
            if is_new && !walk.about.contains(&happened.about) {
                walk.about.push(happened.about);
            }
        }
        // The log was empty before, and all of it is new.
        walk.met_known |= is_last && self.bookmark.is_none();
    }

    /// What the walk found, and whether something lies between it and what was known before.
    pub(super) fn end(&mut self, walk: Walk) -> (Vec<String>, bool) {
        self.has_begun = true;
        if let Some(newest) = walk.newest {
            self.bookmark = Some(newest);
        }
        (walk.about, !walk.met_known)
    }

    fn remember(&mut self, event: Arc<str>) -> bool {
        let is_new = self.known.insert(event.clone());
        if is_new {
            self.in_order.push_back(event);
            if self.in_order.len() > REMEMBERED
                && let Some(oldest) = self.in_order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
        is_new
    }
}

impl Walk {
    pub(super) fn is_over(&self) -> bool {
        self.met_known
    }
}
