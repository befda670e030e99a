use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// The emulator's idea of what time it is.
///
/// Everything in the emulator that has to do with time (expiry of inquiries, sessions and
/// one-time links, the rate window, timestamps) asks this clock, so that a test moves a day
/// ahead without waiting for one. Clones share the same time.
///
/// ```
/// use std::time::Duration;
/// use withpersona::emulator::Clock;
///
/// let clock = Clock::manual("2026-01-31T12:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(60 * 60));
/// assert_eq!(clock.now().to_rfc3339(), "2026-01-31T13:00:00+00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    /// Where a manual clock started; `None` follows the system's time.
    start: Option<DateTime<Utc>>,
    advanced: TimeDelta,
}

impl Clock {
    /// A clock that runs with the system's time, plus whatever it is advanced by.
    ///
    /// ```
    /// use std::time::Duration;
    /// use withpersona::emulator::Clock;
    ///
    /// let clock = Clock::system();
    /// let before = clock.now();
    /// clock.advance(Duration::from_secs(3600));
    /// assert!(clock.now() - before >= chrono::TimeDelta::hours(1));
    /// ```
    pub fn system() -> Self {
        Self::new(None)
    }

    /// A clock that stands at `start` (UTC) and moves only when it is advanced.
    ///
    /// ```
    /// use withpersona::emulator::Clock;
    ///
    /// let start = "2026-01-31T12:00:00Z".parse()?;
    /// assert_eq!(Clock::manual(start).now(), start);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn manual(start: DateTime<Utc>) -> Self {
        Self::new(Some(start))
    }

    /// The time it is for the emulator, in UTC.
    ///
    /// ```
    /// use withpersona::emulator::Clock;
    ///
    /// let clock = Clock::manual(chrono::DateTime::UNIX_EPOCH);
    /// assert_eq!(clock.now().timestamp(), 0);
    /// ```
    pub fn now(&self) -> DateTime<Utc> {
        let inner = self.lock();
        inner.start.unwrap_or_else(Utc::now) + inner.advanced
    }

    /// Moves the clock ahead. What falls due in between happens before the next request or the
    /// next thing the person does, stamped with the time at which it fell due.
    ///
    /// A step that would leave the range of dates stops at a hundred years.
    ///
    /// ```
    /// use std::time::Duration;
    /// use withpersona::emulator::Clock;
    ///
    /// let clock = Clock::manual(chrono::DateTime::UNIX_EPOCH);
    /// clock.advance(Duration::from_millis(1500));
    /// assert_eq!(clock.now().timestamp_millis(), 1500);
    /// ```
    pub fn advance(&self, by: Duration) {
        const LONGEST_STEP: TimeDelta = TimeDelta::days(36_525);
        let by = TimeDelta::from_std(by).map_or(LONGEST_STEP, |by| by.min(LONGEST_STEP));
        self.lock().advanced += by;
    }

    fn new(start: Option<DateTime<Utc>>) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                start,
                advanced: TimeDelta::zero(),
            })),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}
