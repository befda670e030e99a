//! Persona's rate limit: a fixed window for each key that begins with its first request. Quotas
//! are counted in the same way, for each operation.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

const WINDOW: TimeDelta = TimeDelta::minutes(1);

pub(crate) struct RateWindows {
    limit: u32,
    by_key: HashMap<String, Window>,
}

#[derive(Debug)]
struct Window {
    began_at: DateTime<Utc>,
    used: u32,
}

/// Where a key stands after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) seconds_to_reset: i64,
    /// The request was one too many.
    pub(crate) exceeded: bool,
}

impl RateWindows {
    pub(crate) fn new(limit: u32) -> Self {
        Self {
            limit,
            by_key: HashMap::new(),
        }
    }

    /// Counts one request.
    pub(crate) fn take(&mut self, key: &str, now: DateTime<Utc>) -> Standing {
        let fresh = || Window {
            began_at: now,
            used: 0,
        };
        let window = self.by_key.entry(key.to_owned()).or_insert_with(fresh);
        if now - window.began_at >= WINDOW {
            *window = fresh();
        }
        let exceeded = window.used >= self.limit;
        if !exceeded {
            window.used += 1;
        }
        let left = WINDOW - (now - window.began_at);
        Standing {
            limit: self.limit,
            remaining: self.limit - window.used,
            // Rounded up: who waits this long finds the window open.
            seconds_to_reset: (left.num_milliseconds() + 999) / 1000,
            exceeded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_fixed_and_each_key_has_its_own() {
        let mut windows = RateWindows::new(2);
        let start = DateTime::UNIX_EPOCH;
        let after = |seconds| start + TimeDelta::seconds(seconds);
        assert_eq!(windows.take("a", start).remaining, 1);
        let second = windows.take("a", after(20));
        assert_eq!((second.remaining, second.seconds_to_reset), (0, 40));
        assert!(windows.take("a", after(59)).exceeded);
        assert!(!windows.take("b", after(59)).exceeded);
        let next = windows.take("a", after(60));
        assert!(!next.exceeded);
        assert_eq!((next.remaining, next.seconds_to_reset), (1, 60));
    }
}
