//! Whether a failed attempt is made again.
//!
//! The default is [`StandardRetry`], four attempts at most. What it does follows from what the
//! server can have done:
//!
//! | failure | what happens |
//! |---|---|
//! | connecting failed: DNS, TCP, TLS | again |
//! | timeout or reset after sending, or the answer broke off | GET and POST again, POST with the same key; PATCH and DELETE have none and stop |
//! | 429 | again, not before `RateLimit-Reset` |
//! | 502, 503, 504 | GET and POST again, POST with the same key; PATCH and DELETE stop |
//! | a success that is no JSON: a gateway's page, an empty body, a document that breaks off | as 502 |
//! | a success that is JSON of another form | stop: it would come again |
//! | 500 | GET again; the others stop: under the same key Persona would answer with the stored 500 |
//! | any other status | stop |
//!
//! The delay before the next attempt is a [`BackoffPolicy`]'s. A
//! call whose next delay does not fit into its time fails at once.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Delivery, Error, ErrorKind};

pub use super::backoff::{BackoffPolicy, ExponentialBackoff, FullJitter, NoBackoff};

/// An attempt that failed, as the policies see it.
#[derive(Debug)]
pub struct FailedAttempt<'a> {
    pub(super) error: &'a Error,
    pub(super) number: u32,
    pub(super) elapsed: Duration,
    pub(super) repeatable: bool,
}

impl FailedAttempt<'_> {
    /// What it failed with.
    pub fn error(&self) -> &Error {
        self.error
    }

    /// Which attempt of the call it was, from 1 on.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How long ago the call began.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Whether a success came that is no JSON, such as the page of a gateway. It may not be from
    /// Persona, and the next answer may be another.
    pub fn is_without_document(&self) -> bool {
        self.error.is_without_document()
    }

    /// Whether the request can be sent again without doing anything twice: it is a GET, or a
    /// POST, which carries an idempotency key.
    pub fn is_repeatable(&self) -> bool {
        self.repeatable
    }
}

/// Decides whether a failed attempt is made again.
///
/// Put limits around one with [`with_attempt_limit`](Self::with_attempt_limit) and
/// [`with_time_limit`](Self::with_time_limit). Set it for a client with
/// [`PersonaBuilder::retry_policy`](crate::PersonaBuilder::retry_policy), for single calls with
/// [`CallOptions::retry_policy`](crate::CallOptions::retry_policy).
///
/// ```
/// use std::time::Duration;
/// use withpersona::retry::{RetryPolicy, StandardRetry};
/// use withpersona::{CallOptions, Persona};
///
/// # let persona = Persona::builder()
/// #     .api_key("persona_sandbox_5e1f")
/// #     .base_url("http://127.0.0.1:8080/api/v1")
/// #     .build()?;
/// let patient = StandardRetry
///     .with_attempt_limit(10)
///     .with_time_limit(Duration::from_secs(60));
/// let persona = persona.with(CallOptions::new().retry_policy(patient));
/// # Ok::<(), withpersona::Error>(())
/// ```
pub trait RetryPolicy: fmt::Debug + Send + Sync {
    /// Whether to make another attempt.
    ///
    /// Saying yes where [`FailedAttempt::is_repeatable`] is false and
    /// [`Error::delivery`] is not [`Delivery::NotSent`] can do a write twice.
    fn should_retry(&self, failed: &FailedAttempt<'_>) -> bool;

    /// This policy, for so many attempts of a call at most, the first one included.
    fn with_attempt_limit(self, attempts: u32) -> AttemptLimit<Self>
    where
        Self: Sized,
    {
        AttemptLimit {
            policy: self,
            attempts,
        }
    }

    /// This policy, for attempts that fail within this time from the call's beginning.
    fn with_time_limit(self, limit: Duration) -> TimeLimit<Self>
    where
        Self: Sized,
    {
        TimeLimit {
            policy: self,
            limit,
        }
    }
}

/// Again where it is safe and can help, without a limit on attempts; see the
/// [module](self)'s table.
#[derive(Debug, Clone, Copy, Default)]
pub struct StandardRetry;

impl RetryPolicy for StandardRetry {
    fn should_retry(&self, failed: &FailedAttempt<'_>) -> bool {
        let error = failed.error;
        let broke = matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Connection);
        match error.status() {
            None => broke && (error.delivery() == Delivery::NotSent || failed.repeatable),
            Some(200..=299) => (broke || failed.is_without_document()) && failed.repeatable,
            Some(429) => true,
            Some(500) => error.is_read(),
            Some(502..=504) => failed.repeatable,
            Some(_) => false,
        }
    }
}

/// One attempt for each call.
#[derive(Debug, Clone, Copy, Default)]
pub struct NeverRetry;

impl RetryPolicy for NeverRetry {
    fn should_retry(&self, _: &FailedAttempt<'_>) -> bool {
        false
    }
}

/// A policy with a limit on attempts; from [`RetryPolicy::with_attempt_limit`].
#[derive(Debug, Clone, Copy)]
pub struct AttemptLimit<P> {
    policy: P,
    attempts: u32,
}

impl<P: RetryPolicy> RetryPolicy for AttemptLimit<P> {
    fn should_retry(&self, failed: &FailedAttempt<'_>) -> bool {
        failed.number < self.attempts && self.policy.should_retry(failed)
    }
}

/// A policy with a limit on time; from [`RetryPolicy::with_time_limit`].
#[derive(Debug, Clone, Copy)]
pub struct TimeLimit<P> {
    policy: P,
    limit: Duration,
}

impl<P: RetryPolicy> RetryPolicy for TimeLimit<P> {
    fn should_retry(&self, failed: &FailedAttempt<'_>) -> bool {
        failed.elapsed < self.limit && self.policy.should_retry(failed)
    }
}

impl<P: RetryPolicy + ?Sized> RetryPolicy for Arc<P> {
    fn should_retry(&self, failed: &FailedAttempt<'_>) -> bool {
        (**self).should_retry(failed)
    }
}
