//! How long to wait before the next attempt.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use super::retry::FailedAttempt;

/// Decides how long to wait before the next attempt.
///
/// After a 429 the call waits at least until Persona's window ends, whatever a policy says.
pub trait BackoffPolicy: fmt::Debug + Send + Sync {
    /// The delay between this failure and the next attempt.
    fn delay(&self, failed: &FailedAttempt<'_>) -> Duration;

    /// This policy, with each delay drawn from zero to what it says, so that clients that failed
    /// together do not come back together.
    fn with_full_jitter(self) -> FullJitter<Self>
    where
        Self: Sized,
    {
        FullJitter {
            policy: self,
            random: fastrand::f64,
        }
    }
}

/// Delays that double from attempt to attempt.
///
/// ```
/// use std::time::Duration;
/// use withpersona::retry::{BackoffPolicy, ExponentialBackoff};
///
/// let calm = ExponentialBackoff::new(Duration::from_secs(5), Duration::from_secs(40))
///     .with_full_jitter();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ExponentialBackoff {
    shortest: Duration,
    longest: Duration,
}

impl ExponentialBackoff {
    /// From the shortest delay to the longest, which is at least the shortest.
    pub fn new(shortest: Duration, longest: Duration) -> Self {
        Self {
            shortest,
            longest: longest.max(shortest),
        }
    }
}

/// From half a second to 20 seconds.
impl Default for ExponentialBackoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(500), Duration::from_secs(20))
    }
}

impl BackoffPolicy for ExponentialBackoff {
    fn delay(&self, failed: &FailedAttempt<'_>) -> Duration {
        // Past so many doublings every delay is the longest, so none of them has to be counted.
        let earlier = failed.number.saturating_sub(1).min(64) as usize;
        ExponentialBuilder::new()
            .with_min_delay(self.shortest)
            .with_max_delay(self.longest)
            .with_factor(2.0)
            .without_max_times()
            .build()
            .nth(earlier)
            .unwrap_or(self.longest)
    }
}

/// A policy with jitter; from [`BackoffPolicy::with_full_jitter`].
#[derive(Clone)]
pub struct FullJitter<P> {
    policy: P,
    random: fn() -> f64,
}

impl<P> FullJitter<P> {
    /// Draws from another source, such as a fixed one in a test: numbers from 0 to 1.
    #[must_use]
    pub fn with_random(mut self, random: fn() -> f64) -> Self {
        self.random = random;
        self
    }
}

impl<P: BackoffPolicy> BackoffPolicy for FullJitter<P> {
    fn delay(&self, failed: &FailedAttempt<'_>) -> Duration {
        let share = (self.random)();
        let share = if share.is_nan() { 1.0 } else { share };
        self.policy.delay(failed).mul_f64(share.clamp(0.0, 1.0))
    }
}

impl<P: fmt::Debug> fmt::Debug for FullJitter<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FullJitter").field(&self.policy).finish()
    }
}

/// No delay: for tests of your own against a server that does not mind.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoBackoff;

impl BackoffPolicy for NoBackoff {
    fn delay(&self, _: &FailedAttempt<'_>) -> Duration {
        Duration::ZERO
    }
}

impl<P: BackoffPolicy + ?Sized> BackoffPolicy for Arc<P> {
    fn delay(&self, failed: &FailedAttempt<'_>) -> Duration {
        (**self).delay(failed)
    }
}
