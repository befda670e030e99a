//! The moment at which an attempt has to be over.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::config::Timeouts;
use crate::error::{Error, TimeoutKind};

/// Stands for "never": adding a larger limit to the clock could overflow it.
const FAR_AHEAD: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

#[derive(Clone, Copy)]
pub(super) struct Deadline {
    at: Instant,
    kind: TimeoutKind,
    limit: Duration,
}

impl Deadline {
    /// The attempt's own limit or the whole call's, whichever comes first. A call is one
    /// attempt, which begins now.
    pub(super) fn of_attempt(timeouts: &Timeouts) -> Self {
        let (kind, limit) = if timeouts.call < timeouts.attempt {
            (TimeoutKind::Call, timeouts.call)
        } else {
            (TimeoutKind::Attempt, timeouts.attempt)
        };
        Self {
            at: Instant::now() + limit.min(FAR_AHEAD),
            kind,
            limit,
        }
    }

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
