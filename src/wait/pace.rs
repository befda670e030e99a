//! The time between two looks.

use std::time::Duration;

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
const FLOOR: Duration = Duration::from_millis(10);
const GROWTH: f64 = 1.5;

/// Grows from look to look, and begins anew with each change: a person who just did something
/// is likely to do the next thing soon.
///
/// There is one for each inquiry that is waited for, so it is kept small: milliseconds, which
/// reach to seven weeks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    shortest: u32,
    longest: u32,
    next: u32,
}

impl Pace {
    pub(super) fn new(shortest: Duration, longest: Duration) -> Self {
        let shortest = millis(shortest.max(FLOOR));
        Self {
            shortest,
            longest: millis(longest).max(shortest),
            next: shortest,
        }
    }

    pub(super) fn begin_anew(&mut self) {
        self.next = self.shortest;
    }

    /// Between half and the whole of the delay, so that waits that began together drift apart.
    pub(super) fn next(&mut self) -> Duration {
        let delay = self.next;
        let grown = f64::from(delay) * GROWTH;
        self.next = (grown as u32).min(self.longest);
        jittered(Duration::from_millis(delay.into()))
    }

    /// Looks as often as the quicker of the two.
    pub(super) fn hurry(&mut self, other: Self) {
        self.shortest = self.shortest.min(other.shortest);
        self.longest = self.longest.min(other.longest).max(self.shortest);
        self.next = self.next.min(other.next);
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(SHORTEST, LONGEST)
    }
}

/// Between half and the whole of it.
pub(super) fn jittered(delay: Duration) -> Duration {
    delay.mul_f64(fastrand::f64().mul_add(0.5, 0.5))
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_the_longest_and_begin_anew() {
        let mut pace = Pace::new(Duration::from_secs(1), Duration::from_secs(4));
        for most in [1.0, 1.5, 2.25, 3.375, 4.0, 4.0] {
            let delay = pace.next().as_secs_f64();
            assert!((most / 2.0..=most).contains(&delay), "{delay} for {most}");
        }
        pace.begin_anew();
        assert!(pace.next() <= Duration::from_secs(1));
    }

    #[test]
    fn a_pace_of_nothing_is_no_busy_loop() {
        let mut pace = Pace::new(Duration::ZERO, Duration::ZERO);
        assert!(pace.next() >= FLOOR / 2);
    }

    #[test]
    fn of_two_paces_the_quicker_counts() {
        let mut pace = Pace::default();
        pace.hurry(Pace::new(
            Duration::from_millis(100),
            Duration::from_secs(2),
        ));
        assert!(pace.next() <= Duration::from_millis(100));
        for _ in 0..20 {
            assert!(pace.next() <= Duration::from_secs(2));
        }
    }
}
