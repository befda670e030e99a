//! What can be set for single calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::backoff::BackoffPolicy;
use super::clock::Time;
use super::idempotency::{GivenKey, IdempotencyKey};
use super::rate_window::Lane;
use super::retry::RetryPolicy;
use crate::error::Error;

/// Settings for the calls of a client made by [`Persona::with`](crate::Persona::with); what is
/// not set stays as it is.
///
/// ```no_run
/// use std::time::Duration;
/// # #[cfg(feature = "inquiries")]
/// use withpersona::{CallOptions, NewInquiry};
///
/// # #[cfg(feature = "inquiries")]
/// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
/// let options = CallOptions::new()
///     .idempotency_key("signup-17")
///     .call_timeout(Duration::from_secs(10));
/// let new = NewInquiry::from_template("itmpl_123").reference_id("user-1");
/// let created = persona.with(options).inquiries().create(new).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    pub(super) key: Option<GivenKey>,
    pub(super) retry: Option<Arc<dyn RetryPolicy>>,
    pub(super) backoff: Option<Arc<dyn BackoffPolicy>>,
    pub(super) attempt_timeout: Option<Duration>,
    pub(super) call_timeout: Option<Duration>,
    pub(super) lane: Option<Lane>,
    pub(super) fault: Option<Error>,
}

impl CallOptions {
    /// Nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The idempotency key of the one POST that is made with these options: 1 to 255 visible
    /// ASCII characters. Without it each call makes its own.
    ///
    /// Sending the same request again with the same key within 24 hours does nothing twice:
    /// Persona answers as it did the first time. With another request the call fails before it
    /// is sent, as it does with a key that cannot be one.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        match key.into().parse::<IdempotencyKey>() {
            Ok(key) => self.key = Some(GivenKey::new(key)),
            Err(fault) => self.fail(fault),
        }
        self
    }

    /// Decides whether a failed attempt is made again; see [`retry`](crate::retry).
    pub fn retry_policy(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.retry = Some(Arc::new(policy));
        self
    }

    /// Decides how long to wait before the next attempt.
    pub fn backoff_policy(mut self, policy: impl BackoffPolicy + 'static) -> Self {
        self.backoff = Some(Arc::new(policy));
        self
    }

    /// How long one attempt may take; see
    /// [`PersonaBuilder::attempt_timeout`](crate::PersonaBuilder::attempt_timeout).
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        if limit.is_zero() {
            self.fail(Error::invalid_input("the attempt timeout is zero"));
        }
        self.attempt_timeout = Some(limit);
        self
    }

    /// How long a call may take with all its attempts and the time between them.
    pub fn call_timeout(mut self, limit: Duration) -> Self {
        if limit.is_zero() {
            self.fail(Error::invalid_input("the call timeout is zero"));
        }
        self.call_timeout = Some(limit);
        self
    }

    /// Which calls go first when the rate window is short. Unless set, waits and lists are in
    /// the background and all other calls are interactive.
    pub fn lane(mut self, lane: Lane) -> Self {
        self.lane = Some(lane);
        self
    }

    fn fail(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("idempotency_key", &self.key.is_some())
            .field("retry_policy", &self.retry)
            .field("backoff_policy", &self.backoff)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("call_timeout", &self.call_timeout)
            .field("lane", &self.lane)
            .finish_non_exhaustive()
    }
}

/// What a call goes by, with nothing left open.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(super) key: Option<GivenKey>,
    pub(super) retry: Arc<dyn RetryPolicy>,
    pub(super) backoff: Arc<dyn BackoffPolicy>,
    pub(super) attempt_timeout: Duration,
    pub(super) call_timeout: Duration,
    pub(super) lane: Option<Lane>,
    pub(super) time: Time,
    pub(super) fault: Option<Error>,
}

impl Settings {
    /// Those of a client, which come without a key.
    pub(crate) fn new(
        retry: Arc<dyn RetryPolicy>,
        backoff: Arc<dyn BackoffPolicy>,
        attempt_timeout: Duration,
        call_timeout: Duration,
    ) -> Self {
        Self {
            key: None,
            retry,
            backoff,
            attempt_timeout,
            call_timeout,
            lane: None,
            time: Time::default(),
            fault: None,
        }
    }

    /// These settings, with another clock to wait by.
    pub(crate) fn by(self, time: Time) -> Self {
        Self { time, ..self }
    }

    /// These settings, but for what the options set.
    pub(super) fn with(&self, options: CallOptions) -> Self {
        let base = self.clone();
        Self {
            key: options.key.or(base.key),
            retry: options.retry.unwrap_or(base.retry),
            backoff: options.backoff.unwrap_or(base.backoff),
            attempt_timeout: options.attempt_timeout.unwrap_or(base.attempt_timeout),
            call_timeout: options.call_timeout.unwrap_or(base.call_timeout),
            lane: options.lane.or(base.lane),
            time: base.time,
            fault: options.fault.or(base.fault),
        }
    }
}
