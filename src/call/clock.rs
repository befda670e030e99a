//! The time that a client goes by when it waits.
//!
//! It is tokio's unless another one is given by
//! [`PersonaBuilder::clock`](crate::PersonaBuilder::clock): waits and their watcher, waiting for
//! the rate window, the delays between attempts and the time of a whole call. The limit of a single attempt and the
//! durations in reports stay in real time, for they are about the line.
//!
//! Another clock is for tests and benches over real sockets, where tokio's paused time does not
//! do: it jumps while an answer is on its way. Give both ends a clock that runs faster, or one
//! that your test moves:
//!
#![cfg_attr(feature = "emulator", doc = "```")]
#![cfg_attr(not(feature = "emulator"), doc = "```ignore")]
//! use withpersona::Persona;
//! use withpersona::clock::ScaledClock;
//! use withpersona::emulator::{Clock, Emulator};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // An hour takes 20 seconds, for the emulator and for the client.
//! let noon = "2026-01-31T12:00:00Z".parse()?;
//! let emulator = Emulator::builder().clock(Clock::scaled(noon, 180.0)).start().await?;
//! let persona = Persona::builder()
//!     .api_key(emulator.api_key())
//!     .base_url(emulator.base_url())
//!     .clock(ScaledClock::new(180))
//!     .build()?;
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

/// Stands for "never": adding a larger limit to the clock could overflow it.
pub(crate) const FAR_AHEAD: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// Tells a client the time and lets it wait.
pub trait Clock: fmt::Debug + Send + Sync {
    /// How long ago the clock began. It never goes back.
    fn now(&self) -> Duration;

    /// Until the clock shows this or more.
    fn sleep_until(&self, until: Duration) -> Sleeping<'_>;
}

/// What [`Clock::sleep_until`] returns.
pub type Sleeping<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Runs so many times as fast as tokio's time.
///
/// What a request takes on the line is scaled along: at 180 times, an answer after 5 ms comes
/// after 0.9 s.
#[derive(Debug, Clone, Copy)]
pub struct ScaledClock {
    begun: Instant,
    times: u32,
}

impl ScaledClock {
    /// Begins now; `times` is 1 at least.
    pub fn new(times: u32) -> Self {
        Self {
            begun: Instant::now(),
            times: times.max(1),
        }
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Duration {
        self.begun.elapsed().saturating_mul(self.times)
    }

    fn sleep_until(&self, until: Duration) -> Sleeping<'_> {
        // The quotient is cut down to whole nanoseconds, and would end a moment too early.
        let real = until.min(FAR_AHEAD) / self.times + Duration::from_nanos(1);
        Box::pin(tokio::time::sleep_until(self.begun + real))
    }
}

/// The time of one client, as moments that can be reckoned with.
#[derive(Clone, Default)]
pub(crate) struct Time(Option<Given>);

#[derive(Clone)]
struct Given {
    clock: Arc<dyn Clock>,
    /// Where the clock's beginning lies among the moments.
    origin: Instant,
}

impl Time {
    pub(crate) fn of(clock: Arc<dyn Clock>) -> Self {
        Self(Some(Given {
            clock,
            origin: Instant::now(),
        }))
    }

    pub(crate) fn now(&self) -> Instant {
        match &self.0 {
            None => Instant::now(),
            Some(given) => given.origin + given.clock.now().min(FAR_AHEAD),
        }
    }

    pub(crate) async fn sleep(&self, delay: Duration) {
        self.sleep_until(self.now() + delay.min(FAR_AHEAD)).await;
    }

    pub(crate) async fn sleep_until(&self, at: Instant) {
        match &self.0 {
            None => tokio::time::sleep_until(at).await,
            Some(given) => {
                let until = at.saturating_duration_since(given.origin);
                given.clock.sleep_until(until).await;
            }
        }
    }

    /// The future's output, or `None` if it takes longer.
    pub(crate) async fn timeout_at<F: Future>(&self, at: Instant, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        let mut end = pin!(self.sleep_until(at));
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending => end.as_mut().poll(cx).map(|()| None),
        })
        .await
    }
}
