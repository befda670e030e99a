use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

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

#[derive(Clone, Copy, Debug)]
struct Inner {
    /// What time it was for the emulator …
    then: DateTime<Utc>,
    /// … when it was this for the system.
    system_then: DateTime<Utc>,
    /// Seconds of the emulator for a second of the system.
    rate: f64,
}

/// The time and the rate of a clock, as a file keeps them.
#[derive(Serialize, Deserialize)]
pub(crate) struct Reading {
    now: DateTime<Utc>,
    system_now: DateTime<Utc>,
    rate: f64,
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
        let now = Utc::now();
        Self::new(now, now, 1.0)
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
        Self::new(start, Utc::now(), 0.0)
    }

    /// A clock that starts at `start` (UTC) now and runs `rate` seconds for each second of the
    /// system: 60 makes a minute of every second, 0 stands still. A rate that is negative or no
    /// number counts as 0.
    ///
    /// ```
    /// use withpersona::emulator::Clock;
    ///
    /// let start = "2026-01-31T12:00:00Z".parse()?;
    /// assert!(Clock::scaled(start, 60.0).now() >= start);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn scaled(start: DateTime<Utc>, rate: f64) -> Self {
        Self::new(start, Utc::now(), rate)
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
        self.lock().now()
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
        let mut inner = self.lock();
        inner.then = inner.then.checked_add_signed(by).unwrap_or(inner.then);
    }

    /// Moves the clock ahead to a point in time (UTC). It does not go back: for a time that is
    /// past, nothing happens.
    ///
    /// ```
    /// use withpersona::emulator::Clock;
    ///
    /// let clock = Clock::manual("2026-01-31T12:00:00Z".parse()?);
    /// clock.advance_to("2026-02-01T12:00:00Z".parse()?);
    /// clock.advance_to("2025-01-01T12:00:00Z".parse()?);
    /// assert_eq!(clock.now().to_rfc3339(), "2026-02-01T12:00:00+00:00");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn advance_to(&self, at: DateTime<Utc>) {
        let mut inner = self.lock();
        let missing = at - inner.now();
        if missing > TimeDelta::zero() {
            inner.then += missing;
        }
    }

    /// Lets the clock run faster, slower or, with 0, stand still from now on. See
    /// [`scaled`](Self::scaled).
    pub fn set_rate(&self, rate: f64) {
        let mut inner = self.lock();
        *inner = Inner::new(inner.now(), Utc::now(), rate);
    }

    /// How many seconds the clock runs for each second of the system.
    pub fn rate(&self) -> f64 {
        self.lock().rate
    }

    /// For a file.
    pub(crate) fn read(&self) -> Reading {
        let inner = self.lock();
        Reading {
            now: inner.now(),
            system_now: Utc::now(),
            rate: inner.rate,
        }
    }

    /// A clock that has gone on since it was read.
    pub(crate) fn from_reading(reading: &Reading) -> Self {
        Self::new(reading.now, reading.system_now, reading.rate)
    }

    fn new(then: DateTime<Utc>, system_then: DateTime<Utc>, rate: f64) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner::new(then, system_then, rate))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn new(then: DateTime<Utc>, system_then: DateTime<Utc>, rate: f64) -> Self {
        let rate = if rate.is_finite() { rate.max(0.0) } else { 0.0 };
        Self {
            then,
            system_then,
            rate,
        }
    }

    fn now(&self) -> DateTime<Utc> {
        let since = Utc::now() - self.system_then;
        let passed = if self.rate == 0.0 {
            TimeDelta::zero()
        } else if self.rate == 1.0 {
            since
        } else {
            let milliseconds = since.num_milliseconds() as f64 * self.rate;
            TimeDelta::try_milliseconds(milliseconds as i64).unwrap_or_default()
        };
        // A system's clock may be set back; the emulator's does not follow before its start.
        let passed = passed.max(TimeDelta::zero());
        self.then.checked_add_signed(passed).unwrap_or(self.then)
    }
}

/// A text that is no clock. Its message says what is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is no clock: give a start such as 2026-01-31T12:00:00Z, an offset such as +90s, \
     +30m, +12h or +7d, a rate such as x60 or x0, or several of them with commas in between"
)]
#[non_exhaustive]
pub struct ClockError {
    /// The text.
    pub given: String,
}

/// From a start (`2026-01-31T12:00:00Z`; the system's time without one), an offset (`+90s`,
/// `+30m`, `+12h`, `+7d`) and a rate (`x60`; `x0` stands still), each at most once and with commas
/// in between.
///
/// ```
/// use withpersona::emulator::Clock;
///
/// let clock: Clock = "2026-01-31T12:00:00Z, +1d, x0".parse()?;
/// assert_eq!(clock.now().to_rfc3339(), "2026-02-01T12:00:00+00:00");
/// assert!("tomorrow".parse::<Clock>().is_err());
/// # Ok::<(), withpersona::emulator::ClockError>(())
/// ```
impl FromStr for Clock {
    type Err = ClockError;

    fn from_str(text: &str) -> Result<Self, ClockError> {
        let (mut start, mut offset, mut rate) = (None, None, None);
        for part in text.split(',').map(str::trim) {
            let is_new = if let Some(given) = part.strip_prefix('x') {
                let given = given
                    .parse()
                    .ok()
                    .filter(|it: &f64| it.is_finite() && *it >= 0.0);
                given.is_some() && rate.replace(given).is_none()
            } else if let Some(given) = part.strip_prefix('+') {
                let given = duration(given);
                given.is_some() && offset.replace(given).is_none()
            } else {
                let given = part.parse::<DateTime<Utc>>().ok();
                given.is_some() && start.replace(given).is_none()
            };
            if !is_new {
                return Err(ClockError {
                    given: text.to_owned(),
                });
            }
        }
        let clock = Self::scaled(
            start.flatten().unwrap_or_else(Utc::now),
            rate.flatten().unwrap_or(1.0),
        );
        if let Some(offset) = offset.flatten() {
            clock.advance(offset);
        }
        Ok(clock)
    }
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    let number: u64 = number.parse().ok()?;
    Some(Duration::from_secs(number.checked_mul(seconds)?))
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}
