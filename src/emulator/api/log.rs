//! The last requests that came in, for the operator. Without queries and bodies: those hold what
//! is known about people.

use std::collections::VecDeque;

use axum::http::{Method, StatusCode};
use chrono::{DateTime, Utc};

/// Older entries go.
const KEPT: usize = 500;

#[derive(Default)]
pub(crate) struct RequestLog {
    newest_last: VecDeque<LogEntry>,
}

pub(crate) struct LogEntry {
    pub(crate) at: DateTime<Utc>,
    pub(crate) method: Method,
    pub(crate) path: String,
    /// `None` for what the emulator does not do.
    pub(crate) operation: Option<&'static str>,
    pub(crate) status: StatusCode,
    /// `None` for who was not let in.
    pub(crate) request_id: Option<String>,
    /// The answer is that of an earlier request with the same idempotency key.
    pub(crate) replayed: bool,
}

impl RequestLog {
    pub(crate) fn push(&mut self, entry: LogEntry) {
        if self.newest_last.len() == KEPT {
            self.newest_last.pop_front();
        }
        self.newest_last.push_back(entry);
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &LogEntry> {
        self.newest_last.iter().rev()
    }

    pub(crate) fn has(&self, request_id: &str) -> bool {
        self.newest_first()
            .any(|entry| entry.request_id.as_deref() == Some(request_id))
    }
}
