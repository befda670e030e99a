//! Looks at a hundred ids each: the first one at each that is waited for, the net under what is
//! told, and all there is where nothing is told.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::super::pace::Pace;
use super::super::{Awaited, View};
use super::state::State;
use super::{Shared, after_failure};

/// How long to wait for others who begin at the same moment.
const GATHERING: Duration = Duration::from_millis(10);

/// Between two looks where nothing is told: half of Persona's usual window, and no more.
const SPACING: Duration = Duration::from_millis(400);

/// Those that will be due go along with one that is, as far as the request has room.
const SLACK: Duration = Duration::from_secs(10);

/// Between two looks of the net. So it takes as many requests for a hundred thousand waits as for
/// a thousand, and looks at each less often.
const NET_SPACING: Duration = Duration::from_secs(30);

/// As [`SLACK`], for the net.
const NET_SLACK: Duration = Duration::from_secs(150);

enum Step {
    Look(Vec<Arc<str>>),
    WaitUntil(Instant),
    Wait,
}

/// Looks, for ever.
pub(super) async fn sweep<T: Awaited>(shared: Arc<Shared<T>>) {
    let mut patience = Pace::default();
    let mut last: Option<Instant> = None;
    let mut was_told = false;
    loop {
        let now = shared.time.now();
        let step = {
            let mut state = shared.lock();
            let is_told = state.is_told(now);
            if was_told && !is_told || state.misses_word(now) {
                state.look_at_all();
            }
            was_told = is_told;
            next_step(&mut state, now, last)
        };
        match step {
            Step::Look(ids) if ids.is_empty() => {
                // Those that were due have to be read whole.
                shared.bells.reads.notify_one();
            }
            Step::Look(ids) => {
                last = Some(now);
                match shared.look(&ids, View::State).await {
                    Ok(()) => patience.begin_anew(),
                    Err(error) => {
                        shared.lock().look_again(&ids);
                        let delay = after_failure(&mut patience, &error);
                        shared.time.sleep(delay).await;
                    }
                }
            }
            Step::WaitUntil(at) => {
                // Called or not, the state is looked at again.
                let bell = shared.bells.sweeps.notified();
                shared.time.timeout_at(at, bell).await;
                if shared.lock().has_soon() > 0 {
                    shared.time.sleep(GATHERING).await;
                }
            }
            Step::Wait => {
                shared.bells.sweeps.notified().await;
                shared.time.sleep(GATHERING).await;
            }
        }
    }
}

fn next_step<T: Awaited>(state: &mut State<T>, now: Instant, last: Option<Instant>) -> Step {
    let soon = state.take_soon();
    if !soon.is_empty() {
        return Step::Look(soon);
    }
    let is_told = state.is_told(now);
    let (spacing, slack) = if is_told {
        (NET_SPACING, NET_SLACK)
    } else {
        (SPACING, SLACK)
    };
    let Some(due) = state.next_due() else {
        return Step::Wait;
    };
    let at = last.map_or(due, |last| due.max(last + spacing));
    if at <= now {
        return Step::Look(state.take_due(now + slack));
    }
    // When nothing is told any more, others are due.
    match state.told_until.filter(|until| is_told && *until > now) {
        Some(until) => Step::WaitUntil(at.min(until)),
        None => Step::WaitUntil(at),
    }
}
