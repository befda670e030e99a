//! The time between two looks.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
const FLOOR: Duration = Duration::from_millis(10);

/// Grows from look to look, and begins anew with each change: a person who just did something
/// is likely to do the next thing soon.
pub(super) struct Pace {
    growth: ExponentialBuilder,
    delays: ExponentialBackoff,
    longest: Duration,
}

impl Pace {
    pub(super) fn new(shortest: Duration, longest: Duration) -> Self {
        let shortest = shortest.max(FLOOR);
        let longest = longest.max(shortest);
        let growth = ExponentialBuilder::new()
            .with_min_delay(shortest)
            .with_max_delay(longest)
            .with_factor(1.5)
            .without_max_times();
        Self {
            growth,
            delays: growth.build(),
            longest,
        }
    }

    pub(super) fn begin_anew(&mut self) {
        self.delays = self.growth.build();
    }

    /// Between half and the whole of the delay, so that waits that began together drift apart.
    pub(super) fn next(&mut self) -> Duration {
        let delay = self.delays.next().unwrap_or(self.longest);
        delay.mul_f64(fastrand::f64().mul_add(0.5, 0.5))
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(SHORTEST, LONGEST)
    }
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
}
