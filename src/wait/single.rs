//! Looking at one thing until a wait is over.

use tokio::time::Instant;

use super::mailbox::{Mailbox, Note};
use super::pace::Pace;
use super::{Awaited, Condition, Look, Outcome, is_hopeless};
use crate::call::clock::Time;
use crate::error::Error;

/// Looks until the condition is met, or something else ends the wait. What changes on the way is
/// put into the mailbox, if there is one.
pub(super) async fn watch<T: Awaited>(
    look: &Look<T>,
    time: &Time,
    end: Instant,
    condition: &Condition<T>,
    mut pace: Pace,
    tell: Option<&Mailbox<T>>,
) -> Result<Outcome<T>, Error> {
    let mut last: Option<T> = None;
    loop {
        let is_last = time.now() >= end;
        let mut least = std::time::Duration::ZERO;
        match look().await {
            Ok(seen) if seen.is_gone() => return Ok(Outcome::Gone),
            Ok(seen) if condition.is_met_by(&seen) => return Ok(Outcome::Met(seen)),
            Ok(seen) if seen.is_expired() => return Ok(Outcome::Expired(seen)),
            Ok(seen) => {
                if last
                    .as_ref()
                    .is_none_or(|last| last.state() != seen.state())
                {
                    pace.begin_anew();
                    if let Some(tell) = tell {
                        tell.put(0, Note::Changed(Box::new(seen.clone())));
                    }
                }
                last = Some(seen);
            }
            Err(error) if is_hopeless(&error) => return Err(error),
            Err(error) => least = error.retry_after().unwrap_or_default(),
        }
        if is_last {
            return Ok(Outcome::TimedOut { last });
        }
        let next = time.now() + pace.next().max(least);
        time.sleep_until(next.min(end)).await;
    }
}
