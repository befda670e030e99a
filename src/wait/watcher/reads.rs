//! Reading whole what changed.

use std::sync::Arc;
use std::time::Duration;

use super::super::pace::Pace;
use super::super::{Awaited, View};
use super::{Shared, after_failure};

/// How long to wait for others that changed at the same moment.
const GATHERING: Duration = Duration::from_millis(10);

/// Between two reads. The first change is read at once; those that follow on its heels share a
/// request.
const SPACING: Duration = Duration::from_secs(1);

/// Reads what changed, for ever.
pub(super) async fn read<T: Awaited>(shared: Arc<Shared<T>>) {
    let mut patience = Pace::default();
    let mut next = shared.time.now();
    loop {
        while !shared.lock().has_changed() {
            shared.bells.reads.notified().await;
        }
        let at = next.max(shared.time.now() + GATHERING);
        shared.time.sleep_until(at).await;
        next = shared.time.now() + SPACING;
        loop {
            let ids = shared.lock().take_changed();
            if ids.is_empty() {
                break;
            }
            match shared.look(&ids, View::Whole).await {
                Ok(()) => patience.begin_anew(),
                Err(error) => {
                    {
                        let mut state = shared.lock();
                        for id in &ids {
                            state.read_now(id);
                        }
                    }
                    let delay = after_failure(&mut patience, &error);
                    shared.time.sleep(delay).await;
                }
            }
        }
    }
}
