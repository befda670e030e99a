use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
    source: Source,
    advanced: TimeDelta,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    System,
    Standing(DateTime<Utc>),
    Scaled {
        start: DateTime<Utc>,
        begun: Instant,
        times: u32,
    },
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
        Self::new(Source::System)
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
        Self::new(Source::Standing(start))
    }

    /// A clock that begins at `start` (UTC) and runs so many times as fast as real time, 1 at
    /// least. A client keeps step with it by a [`ScaledClock`](crate::clock::ScaledClock).
    ///
    /// ```
    /// use withpersona::emulator::Clock;
    ///
    /// let start = "2026-01-31T12:00:00Z".parse()?;
    /// let clock = Clock::scaled(start, 180); // an hour takes 20 seconds
    /// assert!(clock.now() >= start);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn scaled(start: DateTime<Utc>, times: u32) -> Self {
        Self::new(Source::Scaled {
            start,
            begun: Instant::now(),
            times: times.max(1),
        })
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
        let now = match inner.source {
            Source::System => Utc::now(),
            Source::Standing(start) => start,
            Source::Scaled {
                start,
                begun,
                times,
            } => start + delta(begun.elapsed().saturating_mul(times)),
        };
        now + inner.advanced
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
        self.lock().advanced += delta(by);
    }

    fn new(source: Source) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                source,
                advanced: TimeDelta::zero(),
            })),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As much of it as keeps a date within its range.
fn delta(by: Duration) -> TimeDelta {
    const LONGEST: TimeDelta = TimeDelta::days(36_525);
    TimeDelta::from_std(by).map_or(LONGEST, |by| by.min(LONGEST))
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}
