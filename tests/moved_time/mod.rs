//! Client and emulator on one time that is moved by hand, over real sockets: it stands still
//! while a request is on its way.
//!
//! The client goes by tokio's time, which is paused. Paused time jumps ahead by itself whenever
//! the runtime has nothing to do, an answer on its way included; it does not while a blocking
//! task runs, so one runs for as long as the time is moved.

// Each test program uses a part of this.
#![allow(dead_code)]

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{self, Instant};
use withpersona::Persona;
use withpersona::emulator::Clock;
use withpersona::observe::{AttemptReport, CallInfo, CallReport, Observer};

/// How far the time moves at once.
pub const STEP: Duration = Duration::from_millis(100);

/// How long a call may be under way, in real time, before it counts as one that waits for time
/// between two attempts. Those that the rate window holds back are known.
const STUCK: Duration = Duration::from_secs(5);

pub struct MovedTime {
    clock: Clock,
    pub line: Line,
    _keeps_time_from_jumping: mpsc::Sender<()>,
}

/// Each client holds this as its observer, and this each client.
impl Drop for MovedTime {
    fn drop(&mut self) {
        self.line.forget();
    }
}

/// What is on its way.
#[derive(Clone, Default)]
pub struct Line(Arc<Counts>);

#[derive(Default)]
struct Counts {
    calls: AtomicUsize,
    clients: Mutex<Vec<Persona>>,
    refused: AtomicUsize,
}

impl Line {
    pub fn begin(&self) {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
    }

    pub fn end(&self) {
        self.0.calls.fetch_sub(1, Ordering::SeqCst);
    }

    /// Counts the calls of this client that its rate window holds back as not under way.
    pub fn watch(&self, client: &Persona) {
        self.0
            .clients
            .lock()
            .expect("no panic")
            .push(client.clone());
    }

    pub fn is_busy(&self) -> bool {
        let clients = self.0.clients.lock().expect("no panic");
        let states = clients
            .iter()
            .filter_map(|client| client.rate_limits().state());
        let held_back: usize = states.map(|state| state.waiting).sum();
        self.0.calls.load(Ordering::SeqCst) > held_back
    }

    /// Forgets the clients, which hold what they were built with.
    pub fn forget(&self) {
        self.0.clients.lock().expect("no panic").clear();
    }

    pub fn refused(&self) -> usize {
        self.0.refused.load(Ordering::SeqCst)
    }

    pub fn count_refusal(&self) {
        self.0.refused.fetch_add(1, Ordering::SeqCst);
    }
}

impl Observer for Line {
    fn call_started(&self, _: &CallInfo) {
        self.begin();
    }

    fn attempt_finished(&self, _: &CallInfo, attempt: &AttemptReport<'_>) {
        if attempt.status == Some(429) {
            self.count_refusal();
        }
    }

    fn call_finished(&self, _: &CallInfo, _: &CallReport<'_>) {
        self.end();
    }
}

impl MovedTime {
    /// Takes over the time of this runtime, which must be one of a single thread.
    pub fn take_over() -> Self {
        time::pause();
        let (held, holding) = mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || {
            // Until the sender is dropped.
            let _ = holding.recv();
        });
        Self {
            clock: Clock::manual("2026-01-31T12:00:00Z".parse().expect("a time")),
            line: Line::default(),
            _keeps_time_from_jumping: held,
        }
    }

    /// The emulator's side of it.
    pub fn of_emulator(&self) -> Clock {
        self.clock.clone()
    }

    /// Moves the time, a step at a time, and lets everything happen at each.
    pub async fn pass(&self, span: Duration) {
        let end = Instant::now() + span;
        while Instant::now() < end {
            self.step().await;
        }
    }

    /// Moves the time until the future is done. It goes on while the time stands, as every task
    /// does.
    pub async fn pass_until<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            let mut step = pin!(self.step());
            let output = poll_fn(|cx| match future.as_mut().poll(cx) {
                Poll::Ready(output) => Poll::Ready(Some(output)),
                Poll::Pending => step.as_mut().poll(cx).map(|()| None),
            });
            if let Some(output) = output.await {
                return output;
            }
        }
    }

    async fn step(&self) {
        self.settle().await;
        time::advance(STEP).await;
        self.clock.advance(STEP);
        self.settle().await;
    }

    /// Until nothing is under way any more.
    pub async fn settle(&self) {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let begun = std::time::Instant::now();
        while self.line.is_busy() && begun.elapsed() < STUCK {
            // Parks this thread, so that it is woken by what comes in, and leaves the processor
            // to the emulator's.
            let turn = tokio::task::spawn_blocking(std::thread::yield_now);
            turn.await.expect("no panic");
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        }
    }
}
