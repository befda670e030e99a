//! Reading what happened, back to what is known.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::super::Awaited;
use super::super::pace::{Pace, jittered};
use super::fleet::Word;
use super::{Shared, after_failure};
use crate::error::Error;

/// Between two readings: quick after something happened, then rarer.
pub(super) fn usual_haste() -> Pace {
    Pace::new(Duration::from_secs(1), Duration::from_secs(15))
}

/// Between two readings where webhooks tell what happens, before jitter.
const BESIDE_WEBHOOKS: Duration = Duration::from_secs(60);

/// However much happens, haste begins anew no more often than this, which is five readings.
const HASTE_ANEW: Duration = Duration::from_secs(10);

/// Until a key that may not read events is tried again; its permissions may have been changed.
const REFUSED: Duration = Duration::from_secs(10 * 60);

/// How long changes count as told after a reading that should have been followed by another.
const GRACE: Duration = Duration::from_secs(30);

/// How many pages of a hundred are read back before it is taken for a gap.
const MOST_PAGES: usize = 10;

/// Reads what happens while it is for this process to do, for ever.
pub(super) async fn follow<T: Awaited>(shared: Arc<Shared<T>>) {
    let mut hasty_since: Option<Instant> = None;
    let mut patience = Pace::default();
    loop {
        while !shared.lock().reads_events() {
            shared.bells.events.notified().await;
        }
        let read = read_back(&shared).await;
        let now = shared.time.now();
        let (mut next, is_refused) = match read {
            Ok(()) => {
                patience.begin_anew();
                let mut state = shared.lock();
                let delay = if state.relies_on_webhooks {
                    jittered(BESIDE_WEBHOOKS)
                } else {
                    state.haste.next()
                };
                state.told_until = Some(now + delay + GRACE);
                (now + delay, false)
            }
            Err(error) if is_refused(&error) => {
                shared.lock().told_until = None;
                (now + REFUSED, true)
            }
            Err(error) => (now + after_failure(&mut patience, &error), false),
        };
        shared.bells.sweeps.notify_one();
        while shared.time.now() < next {
            let now = shared.time.now();
            {
                let mut state = shared.lock();
                let is_lively = std::mem::take(&mut state.is_lively);
                let may_hurry = !is_refused
                    && !state.relies_on_webhooks
                    && hasty_since.is_none_or(|since| now - since >= HASTE_ANEW);
                if is_lively && may_hurry {
                    hasty_since = Some(now);
                    state.haste.begin_anew();
                    next = next.min(now + state.haste.next());
                }
            }
            let bell = shared.bells.events.notified();
            if shared.time.timeout_at(next, bell).await.is_none() || !shared.lock().reads_events() {
                break;
            }
        }
    }
}

/// Reads from the newest event to one that is known, and passes on what it is about.
async fn read_back<T: Awaited>(shared: &Shared<T>) -> Result<(), Error> {
    let mut walk = shared.lock().reading.begin();
    let mut after: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let page = shared.feed.events(after.as_deref()).await?;
        after = page.next;
        let is_last = after.is_none();
        shared.lock().reading.read(&mut walk, page.events, is_last);
        if walk.is_over() || after.is_none() {
            break;
        }
    }
    let word = {
        let mut state = shared.lock();
        let (about, is_gap) = state.reading.end(walk);
        let mut is_lively = false;
        for id in &about {
            is_lively |= state.told_of(id);
        }
        state.is_lively |= is_lively;
        if is_gap {
            state.look_at_all();
        }
        Word {
            ids: about,
            read_to: state.reading.bookmark.clone(),
            is_gap,
            ..Word::default()
        }
    };
    shared.bells.reads.notify_one();
    shared.bells.sweeps.notify_one();
    if !word.ids.is_empty() || word.is_gap {
        shared.tell(word).await;
    }
    Ok(())
}

/// Whether asking again soon does not help: no permission, or no such list.
fn is_refused(error: &Error) -> bool {
    !error.is_rate_limit() && matches!(error.status(), Some(400..=499 | 501))
}
