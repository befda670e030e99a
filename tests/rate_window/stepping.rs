//! Client and emulator on one clock that a test moves: whenever every task waits for time alone,
//! the clock steps to the moment for which the first of them waits. While a byte is on its way it
//! stands still, so no answer comes at a time at which it could not have come.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::task::{JoinSet, yield_now};
use withpersona::clock::{Clock, Sleeping};
use withpersona::emulator;

/// How often all runnable tasks have a turn before they count as waiting for time.
const TURNS: u32 = 4;

#[derive(Debug, Clone)]
pub struct SteppingClock {
    moved: emulator::Clock,
    start: DateTime<Utc>,
    sleepers: Arc<Sleepers>,
}

#[derive(Debug, Default)]
struct Sleepers {
    waiting: Mutex<BTreeMap<(Duration, u64), Waker>>,
    numbers: AtomicU64,
}

impl SteppingClock {
    pub fn begin() -> Self {
        let start = "2026-01-31T12:00:00Z".parse().expect("a time");
        Self {
            moved: emulator::Clock::manual(start),
            start,
            sleepers: Arc::default(),
        }
    }

    /// The emulator's side of it.
    pub fn of_emulator(&self) -> emulator::Clock {
        self.moved.clone()
    }

    pub async fn sleep(&self, time: Duration) {
        self.sleep_until(self.now() + time).await;
    }

    /// Runs tasks to their end. Each of them must wait by this clock or for an answer, and the
    /// runtime must be one of a single thread.
    pub async fn run<T: Send + 'static>(
        &self,
        tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
    ) -> Vec<T> {
        let mut running = JoinSet::new();
        for task in tasks {
            running.spawn(task);
        }
        let mut outputs = Vec::new();
        let mut quiet = 0;
        while !running.is_empty() {
            yield_now().await;
            while let Some(output) = running.try_join_next() {
                outputs.push(output.expect("no panic"));
            }
            quiet = match self.all_asleep(running.len()) {
                true => quiet + 1,
                false => 0,
            };
            if quiet == TURNS {
                self.step();
                quiet = 0;
            } else if quiet == 0 {
                // The emulator has a thread of its own.
                std::thread::yield_now();
            }
        }
        outputs
    }

    fn all_asleep(&self, tasks: usize) -> bool {
        let waiting = self.sleepers.waiting.lock().expect("no panic");
        let nobody_is_due = waiting
            .first_key_value()
            .is_some_and(|((until, _), _)| *until > self.now());
        waiting.len() == tasks && nobody_is_due
    }

    fn step(&self) {
        let waiting = self.sleepers.waiting.lock().expect("no panic");
        let Some(((next, _), _)) = waiting.first_key_value() else {
            return;
        };
        self.moved.advance(*next - self.now());
        for waker in waiting.range(..=(*next, u64::MAX)).map(|(_, waker)| waker) {
            waker.wake_by_ref();
        }
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> Duration {
        let passed = self.moved.now() - self.start;
        passed.to_std().expect("never before its start")
    }

    fn sleep_until(&self, until: Duration) -> Sleeping<'_> {
        let place = Place {
            at: (until, self.sleepers.numbers.fetch_add(1, Ordering::Relaxed)),
            sleepers: self.sleepers.clone(),
        };
        Box::pin(poll_fn(move |cx| {
            if self.now() >= until {
                return Poll::Ready(());
            }
            let mut waiting = place.sleepers.waiting.lock().expect("no panic");
            waiting.insert(place.at, cx.waker().clone());
            Poll::Pending
        }))
    }
}

/// Given up when its sleeper wakes or is dropped.
struct Place {
    at: (Duration, u64),
    sleepers: Arc<Sleepers>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut waiting = self.sleepers.waiting.lock().expect("no panic");
        waiting.remove(&self.at);
    }
}
