//! The last look, at the deadline.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::super::{Awaited, View};
use super::{Shared, is_hopeless};

/// How long a last look may take before the wait ends with what was seen earlier.
const LIMIT: Duration = Duration::from_secs(30);

/// How many last looks there are at the same time.
const AT_ONCE: usize = 4;

/// Looks at whoever is at their deadline and ends their waits, for ever.
pub(super) async fn look_last<T: Awaited>(shared: Arc<Shared<T>>) {
    let mut looks = JoinSet::new();
    let room = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let next = shared.lock().next_deadline();
        let bell = shared.bells.deadlines.notified();
        match next {
            None => bell.await,
            Some(at) if at > shared.time.now() => {
                shared.time.timeout_at(at, bell).await;
                continue;
            }
            Some(_) => {}
        }
        let (overdue, batch) = {
            let mut state = shared.lock();
            (state.take_overdue(shared.time.now()), state.batch)
        };
        for waiters in overdue.chunks(batch) {
            looks.spawn(look_at(shared.clone(), waiters.to_vec(), room.clone()));
        }
        while looks.try_join_next().is_some() {}
    }
}

async fn look_at<T: Awaited>(
    shared: Arc<Shared<T>>,
    waiters: Vec<(Arc<str>, u64)>,
    room: Arc<Semaphore>,
) {
    let mut ids: Vec<Arc<str>> = waiters.iter().map(|(id, _)| id.clone()).collect();
    ids.dedup();
    let look = async {
        let _room = room.acquire().await;
        let mut seen = shared.feed.look(&ids, View::Whole).await;
        if let Ok(seen) = &mut seen {
            for id in &ids {
                if seen.iter().any(|one| shared.feed.id(one) == &**id) {
                    continue;
                }
                match shared.feed.read(id).await {
                    Ok(one) => seen.push(one),
                    Err(error) if is_hopeless(&error) => shared.lock().fail(id, &error),
                    Err(_) => {}
                }
            }
        }
        seen
    };
    let limit = shared.time.now() + LIMIT;
    let looked = shared.time.timeout_at(limit, look).await;
    let now = shared.time.now();
    let mut state = shared.lock();
    let seen = match looked {
        Some(Ok(seen)) => seen,
        Some(Err(error)) if is_hopeless(&error) => {
            for id in &ids {
                state.fail(id, &error);
            }
            return;
        }
        Some(Err(_)) | None => Vec::new(),
    };
    for one in &seen {
        state.saw(shared.feed.id(one), one, true, now);
    }
    for (id, key) in waiters {
        let seen = seen.iter().find(|one| shared.feed.id(one) == &*id);
        state.time_out(&id, key, |known| match seen {
            Some(seen) => Some(seen.clone()),
            None => Some(shared.feed.sketch(&id, known)),
        });
    }
    let is_idle = state.is_idle();
    drop(state);
    if is_idle {
        shared.bells.idle.notify_one();
    }
}
