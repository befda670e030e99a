//! One piece of work for all who ask for the same at the same time.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

type Cell<T> = Arc<OnceCell<T>>;

/// What is under way, by what it is about.
pub(super) struct Flights<K: Hash + Eq, T> {
    under_way: Mutex<HashMap<K, Cell<T>>>,
}

impl<K: Hash + Eq + Clone, T: Clone> Flights<K, T> {
    pub(super) fn new() -> Self {
        Self {
            under_way: Mutex::default(),
        }
    }

    /// What comes of the work, done by whoever came first. When that one is dropped, the next one
    /// does its own from the beginning. Who comes once it is done begins anew.
    pub(super) async fn join<F>(&self, key: K, work: impl FnOnce() -> F) -> T
    where
        F: Future<Output = T>,
    {
        let cell = self.lock().entry(key.clone()).or_default().clone();
        let seat = Seat {
            flights: self,
            key,
            cell,
        };
        seat.cell.get_or_init(work).await.clone()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Cell<T>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits. Whoever leaves first after the work is done, or last before it is, clears it away.
struct Seat<'f, K: Hash + Eq + Clone, T: Clone> {
    flights: &'f Flights<K, T>,
    key: K,
    cell: Cell<T>,
}

impl<K: Hash + Eq + Clone, T: Clone> Drop for Seat<'_, K, T> {
    fn drop(&mut self) {
        let mut under_way = self.flights.lock();
        let Some(current) = under_way.get(&self.key) else {
            return;
        };
        // Two hold a cell that nobody else waits for: the map and this one.
        let is_last = Arc::strong_count(&self.cell) == 2;
        if Arc::ptr_eq(current, &self.cell) && (self.cell.initialized() || is_last) {
            under_way.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use futures_util::future::join_all;
    use tokio::time::{sleep, timeout};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn all_who_ask_at_once_get_what_one_did() {
        let flights = Flights::new();
        let done = AtomicU32::new(0);
        let work = async || {
            sleep(Duration::from_secs(1)).await;
            done.fetch_add(1, Ordering::Relaxed) + 1
        };
        let results = join_all((0..1000).map(|_| flights.join("a", work))).await;
        assert!(results.iter().all(|result| *result == 1));
        assert_eq!(flights.join("a", work).await, 2, "it was done before");
        assert!(flights.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn when_the_first_is_dropped_another_goes_on() {
        let flights = Flights::new();
        let begun = AtomicU32::new(0);
        let work = async || {
            begun.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_secs(10)).await;
            "done"
        };
        let first = timeout(Duration::from_secs(1), flights.join("a", work));
        let (first, second, third) =
            tokio::join!(first, flights.join("a", work), flights.join("a", work));
        assert!(first.is_err());
        assert_eq!((second, third), ("done", "done"));
        assert_eq!(begun.load(Ordering::Relaxed), 2);
        assert!(flights.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_everybody_left_is_forgotten() {
        let flights = Flights::new();
        let work = async || std::future::pending::<u32>().await;
        let waiting = timeout(Duration::from_secs(1), flights.join("a", work));
        waiting.await.expect_err("it never ends");
        assert!(flights.lock().is_empty());
    }
}
