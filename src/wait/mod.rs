//! Waiting until something changes.
//!
//! A wait asks at growing, jittered intervals that begin anew with each change. A failed look is
//! a delay, not the end, unless asking can never succeed. The last look is at the deadline.

mod pace;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use self::pace::Pace;
use crate::error::{Error, ErrorKind};

type Look<T> = Arc<dyn Fn() -> Looking<T> + Send + Sync>;
type Looking<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;
type Condition<T> = Box<dyn Fn(&T) -> bool + Send + Sync>;

/// Something that can be waited for.
pub trait Awaited: Send + 'static {
    /// Whether it has come to its end, whatever that is for it.
    fn is_finished(&self) -> bool;
    /// Whether its time is over before it came to its end.
    fn is_expired(&self) -> bool;
    /// Whether it was deleted, so that nothing more can come.
    fn is_gone(&self) -> bool;
    /// A text that is another one after each change.
    fn state(&self) -> String;
}

/// How a wait ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome<T> {
    /// The condition is met.
    Met(T),
    /// It expired while it was waited for. An inquiry can be resumed.
    Expired(T),
    /// The deadline passed.
    TimedOut {
        /// What was seen last; `None` if not one look succeeded.
        last: Option<T>,
    },
    /// It was redacted.
    Gone,
}

impl<T> Outcome<T> {
    /// What the condition was met by.
    pub fn met(self) -> Option<T> {
        match self {
            Self::Met(met) => Some(met),
            _ => None,
        }
    }
}

/// A wait without a deadline. It cannot be awaited: a person may never come back.
///
/// ```compile_fail,E0277
/// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
/// persona.inquiries().wait("inq_123").await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a wait needs a deadline"]
pub struct WaitSetup<T> {
    look: Look<T>,
}

/// A wait that asks by `look`.
pub(crate) fn waiting<T, F, Fut>(look: F) -> WaitSetup<T>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, Error>> + Send + 'static,
{
    WaitSetup {
        look: Arc::new(move || Box::pin(look())),
    }
}

impl<T: Awaited> WaitSetup<T> {
    /// How long to wait at most, from the moment it is awaited.
    pub fn deadline(self, within: Duration) -> Wait<T> {
        Wait {
            look: self.look,
            within,
            condition: Box::new(T::is_finished),
            pace: Pace::default(),
        }
    }
}

/// A wait; `.await` it for its [`Outcome`].
///
/// Dropping it ends it: no task is left behind.
///
/// # Errors
///
/// Awaiting it fails only when asking can never succeed: an argument that cannot be sent, or
/// [`ErrorKind::Authentication`], [`ErrorKind::Permission`], [`ErrorKind::IpNotAllowed`],
/// [`ErrorKind::NotFound`].
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<T> {
    look: Look<T>,
    within: Duration,
    condition: Condition<T>,
    pace: Pace,
}

impl<T: Awaited> Wait<T> {
    /// Waits for this instead of the end.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let outcome = persona
    ///     .inquiries()
    ///     .wait("inq_123")
    ///     .deadline(Duration::from_secs(600))
    ///     .condition(|inquiry| inquiry.status().is_decided())
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn condition(mut self, condition: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.condition = Box::new(condition);
        self
    }

    /// The shortest and the longest time between two looks, before jitter; 1 and 30 seconds
    /// unless set. The shortest is at least 10 ms, and the longest at least the shortest.
    pub fn pace(mut self, shortest: Duration, longest: Duration) -> Self {
        self.pace = Pace::new(shortest, longest);
        self
    }

    async fn run(self) -> Result<Outcome<T>, Error> {
        let end = Instant::now() + self.within.min(FAR_AHEAD);
        let mut pace = self.pace;
        let mut last: Option<T> = None;
        loop {
            let is_last = Instant::now() >= end;
            let mut least = Duration::ZERO;
            match (self.look)().await {
                Ok(seen) if seen.is_gone() => return Ok(Outcome::Gone),
                Ok(seen) if (self.condition)(&seen) => return Ok(Outcome::Met(seen)),
                Ok(seen) if seen.is_expired() => return Ok(Outcome::Expired(seen)),
                Ok(seen) => {
                    if last
                        .as_ref()
                        .is_none_or(|last| last.state() != seen.state())
                    {
                        pace.begin_anew();
                    }
                    last = Some(seen);
                }
                Err(error) if is_hopeless(&error) => return Err(error),
                Err(error) => least = error.retry_after().unwrap_or_default(),
            }
            if is_last {
                return Ok(Outcome::TimedOut { last });
            }
            let next = Instant::now() + pace.next().max(least);
            sleep_until(next.min(end)).await;
        }
    }
}

/// Stands for "never": adding a larger limit to the clock could overflow it.
const FAR_AHEAD: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

fn is_hopeless(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidInput
            | ErrorKind::Authentication
            | ErrorKind::Permission
            | ErrorKind::IpNotAllowed
            | ErrorKind::NotFound
    )
}

impl<T: Awaited> IntoFuture for Wait<T> {
    type Output = Result<Outcome<T>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<T> fmt::Debug for WaitSetup<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitSetup").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
