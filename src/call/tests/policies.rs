//! What holds for every policy and every window.

use std::time::Duration;

use proptest::prelude::*;

use crate::call::retry::{
    BackoffPolicy, ExponentialBackoff, FailedAttempt, RetryPolicy, StandardRetry,
};
use crate::error::{Delivery, Error, ErrorKind};

fn failed(error: &Error, number: u32, elapsed: Duration) -> FailedAttempt<'_> {
    FailedAttempt {
        error,
        number,
        elapsed,
        repeatable: true,
    }
}

fn refused() -> Error {
    Error::new(ErrorKind::Connection, "refused")
}

fn reset() -> Error {
    refused().delivered(Delivery::Unknown)
}

proptest! {
    #[test]
    fn delays_grow_and_stay_between_the_shortest_and_the_longest(
        shortest in 0..100_000_u64,
        longest in 0..1_000_000_u64,
        number in 1..u32::MAX,
    ) {
        let (shortest, longest) = (Duration::from_millis(shortest), Duration::from_millis(longest));
        let backoff = ExponentialBackoff::new(shortest, longest);
        let error = refused();
        let delay = |number| backoff.delay(&failed(&error, number, Duration::ZERO));
        prop_assert!(delay(number) >= shortest);
        prop_assert!(delay(number) <= longest.max(shortest));
        prop_assert!(delay(number.saturating_add(1)) >= delay(number));
    }

    #[test]
    fn jitter_never_lengthens_a_delay(shortest in 0..100_000_u64, number in 1..100_u32) {
        let backoff = ExponentialBackoff::new(
            Duration::from_millis(shortest),
            Duration::from_secs(1000),
        );
        let error = refused();
        let failed = failed(&error, number, Duration::ZERO);
        let whole = backoff.delay(&failed);
        prop_assert!(backoff.with_full_jitter().delay(&failed) <= whole);
        let none = backoff.with_full_jitter().with_random(|| 0.0);
        prop_assert_eq!(none.delay(&failed), Duration::ZERO);
        for odd in [|| 7.0, || f64::NAN, || f64::INFINITY] {
            prop_assert_eq!(backoff.with_full_jitter().with_random(odd).delay(&failed), whole);
        }
    }

    #[test]
    fn limits_only_ever_stop(number in 1..100_u32, elapsed in 0..100_u64, limit in 0..100_u32) {
        let error = refused();
        let failed = failed(&error, number, Duration::from_secs(elapsed));
        prop_assert!(StandardRetry.should_retry(&failed));
        prop_assert_eq!(
            StandardRetry.with_attempt_limit(limit).should_retry(&failed),
            number < limit
        );
        let limit = Duration::from_secs(limit.into());
        prop_assert_eq!(
            StandardRetry.with_time_limit(limit).should_retry(&failed),
            Duration::from_secs(elapsed) < limit
        );
    }

    #[test]
    fn what_may_have_happened_is_never_repeated_without_a_key(number in 1..100_u32) {
        let error = reset();
        let mut failed = failed(&error, number, Duration::ZERO);
        prop_assert!(StandardRetry.should_retry(&failed));
        failed.repeatable = false;
        prop_assert!(!StandardRetry.should_retry(&failed));
    }
}
