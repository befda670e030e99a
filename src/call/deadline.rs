//! The moments at which an attempt and a whole call have to be over.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::clock::FAR_AHEAD;
use crate::error::{Error, TimeoutKind};

/// The moment at which a call with all its attempts has to be over, in the client's time.
#[derive(Clone, Copy)]
pub(super) struct CallDeadline {
    begun: Instant,
    at: Instant,
    limit: Duration,
}

impl CallDeadline {
    pub(super) fn after(limit: Duration, now: Instant) -> Self {
        Self {
            begun: now,
            at: now + limit.min(FAR_AHEAD),
            limit,
        }
    }

    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// How long ago the call began.
    pub(super) fn elapsed(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.begun)
    }

    /// Whether time is left when the delay is over.
    pub(super) fn leaves_time_after(&self, delay: Duration, now: Instant) -> bool {
        delay < self.at.saturating_duration_since(now)
    }

    /// The deadline of an attempt that begins now: its own limit or the whole call's, whichever
    /// comes first.
    pub(super) fn of_attempt(&self, limit: Duration, now: Instant) -> Deadline {
        let left = self.at.saturating_duration_since(now);
        if limit <= left {
            Deadline {
                at: after(limit),
                kind: TimeoutKind::Attempt,
                limit,
            }
        } else {
            Deadline {
                at: after(left),
                kind: TimeoutKind::Call,
                limit: self.limit,
            }
        }
    }
}

/// The moment at which an attempt has to be over, in real time.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    at: Instant,
    kind: TimeoutKind,
    limit: Duration,
}

impl Deadline {
    /// The result of the future, or the error that it took too long. How far the request got is
    /// for the caller to add.
    pub(super) async fn limit<F: Future>(self, future: F) -> Result<F::Output, Error> {
        timeout_at(self.at, future).await.map_err(|_| {
            let name = match self.kind {
                TimeoutKind::Call => "the call",
                _ => "the attempt",
            };
            Error::timed_out(
                self.kind,
                format!("{name} took longer than {:?}", self.limit),
            )
        })
    }
}

/// When a limit that starts now ends.
pub(super) fn after(limit: Duration) -> Instant {
    Instant::now() + limit.min(FAR_AHEAD)
}
