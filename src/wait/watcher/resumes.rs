//! Letting in again whoever is waited for and whose time is over.

use std::sync::Arc;

use super::super::Awaited;
use super::super::pace::Pace;
use super::{Shared, after_failure};

/// Resumes what expired, for ever.
pub(super) async fn resume<T: Awaited>(shared: Arc<Shared<T>>) {
    let mut patience = Pace::default();
    loop {
        let Some(id) = shared.lock().take_expired() else {
            shared.bells.resumes.notified().await;
            continue;
        };
        match shared.feed.resume(&id).await {
            Ok(seen) => {
                let now = shared.time.now();
                shared.lock().saw(&id, &seen, true, now);
                patience.begin_anew();
            }
            // The key of a resume makes it safe to be sent again, and a look tells what became
            // of it.
            Err(error) if error.is_retryable() || error.is_server() || error.is_timeout() => {
                let delay = after_failure(&mut patience, &error);
                shared.time.sleep(delay).await;
                shared.lock().read_now(&id);
            }
            Err(_) => shared.lock().give_up_resuming(&id),
        }
        shared.ring_after_look();
    }
}
