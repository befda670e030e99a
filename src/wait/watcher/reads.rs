//! Reading whole what changed.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

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
    let mut next = Instant::now();
    loop {
        while !shared.lock().has_changed() {
            shared.bells.reads.notified().await;
        }
        sleep_until(next.max(Instant::now() + GATHERING)).await;
        next = Instant::now() + SPACING;
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
                    sleep(after_failure(&mut patience, &error)).await;
                }
            }
        }
    }
}
