//! Persona's rate window: what of it is left, and who may use it next.
//!
//! The window is fixed. It begins with the first request after the last one ended and lets so
//! many requests through, whenever they come; a token bucket would send up to twice as many.
//! Every answer tells the limit, what is left, and in how many seconds the window ends. From that
//! a call is held back while nothing is left, and sent when the next window begins.
//!
//! Calls have two lanes. Interactive calls go first, and a reserve of the window is theirs
//! alone. The reserve melts with the time that is left, so that background calls use up what
//! nobody came for before the window ends; a few requests are kept to its end, which nobody knows
//! to the second.
//!
//! Processes can share a window through their store: then a call needs a permit too, from the part
//! of the window that its process has taken.

mod lanes;
mod ledger;
mod share;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use self::lanes::{Lanes, Slot};
use self::share::{Ask, Share, Told};
use self::window::Window;
use super::clock::Time;
use super::deadline::CallDeadline;
use super::headers::RateHeaders;
use super::rate_limits::whole_seconds;
use crate::error::{Error, ErrorKind};
use crate::store::NoStore;

pub use self::lanes::Lane;
pub(crate) use self::share::Fleet;

/// What a client knows of its rate window; from [`RateLimits::state`](crate::RateLimits::state).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RateState {
    /// How many requests a window lets through.
    pub limit: u32,
    /// How many of them are left, as far as this process knows. Requests on their way are taken
    /// as used.
    pub remaining: u32,
    /// How long until the window ends, up to two seconds too long rather than too short; `None`
    /// when the last known one is over.
    #[serde(rename = "resets_in_seconds", serialize_with = "whole_seconds")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<u64>"))]
    pub resets_in: Option<Duration>,
    /// How many calls are held back now.
    pub waiting: usize,
}

/// The rate window of a client, shared by all of its clones.
#[derive(Clone)]
pub(super) struct RateWindow(Arc<Shared>);

struct Shared {
    time: Time,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    window: Window,
    lanes: Lanes,
    /// Where the window is shared with other processes.
    share: Option<Box<Share>>,
}

impl RateWindow {
    pub(super) fn new(time: Time) -> Self {
        Self(Arc::new(Shared {
            time,
            state: Mutex::default(),
        }))
    }

    /// Shares the window with all processes that go by the ledger of this name.
    pub(super) fn share(&self, fleet: Fleet, name: String) {
        self.lock().share = Some(Box::new(Share::new(fleet, name)));
    }

    /// Goes by the ledger of another name, where the window is shared.
    pub(super) fn rename_share(&self, name: impl FnOnce() -> String) {
        if let Some(share) = &mut self.lock().share {
            share.rename(name());
        }
    }

    /// Waits until a request may be sent.
    ///
    /// # Errors
    ///
    /// That of a rate limit, with nothing sent, as soon as it is clear that the call's time is
    /// over before.
    pub(super) async fn admit(&self, lane: Lane, deadline: &CallDeadline) -> Result<Pass, Error> {
        let waiting = match self.enter(lane) {
            Ok(pass) => return Ok(pass),
            Err(waiting) => waiting,
        };
        loop {
            let now = self.now();
            let next = {
                let mut state = self.lock();
                // Only a change is passed on: two fronts would call each other for ever.
                if state.let_through(now) {
                    state.lanes.call_next();
                }
                if waiting.slot.take() {
                    return Ok(self.pass(now));
                }
                match state.begin_ask(now) {
                    Some(ask) => Err(ask),
                    None => Ok(state.opens_at(&waiting.slot, lane, now)),
                }
            };
            let wake_at = match next {
                Ok(wake_at) => wake_at,
                Err(ask) => {
                    let asking = Asking(Some(self));
                    asking.settle(ask.put().await);
                    continue;
                }
            };
            if now >= deadline.at() || wake_at.is_some_and(|at| at >= deadline.at()) {
                return Err(held_back(wake_at, now));
            }
            let wake_at = wake_at.unwrap_or(deadline.at());
            // Called or timed out, the state is looked at again.
            self.0.time.timeout_at(wake_at, waiting.slot.called()).await;
        }
    }

    pub(super) fn state(&self) -> Option<RateState> {
        let now = self.now();
        let mut state = self.lock();
        state.roll(now);
        let free = state.window.free().unwrap_or(0);
        let shared = state.share.as_ref().and_then(|share| share.free(now));
        Some(RateState {
            limit: state.window.limit()?,
            remaining: shared.map_or(free, |shared| shared.min(free)),
            resets_in: state.window.end().map(|end| end - now),
            waiting: state.lanes.len(),
        })
    }

    /// A place in the lane, unless the request may be sent at once.
    fn enter(&self, lane: Lane) -> Result<Pass, Waiting> {
        let mut state = self.lock();
        let now = self.now();
        state.grant(now);
        if state.lanes.is_next(lane) && state.is_open_for(lane, now) {
            state.sent(lane);
            drop(state);
            return Ok(self.pass(now));
        }
        Err(Waiting {
            window: self.clone(),
            slot: state.lanes.join(lane),
        })
    }

    fn pass(&self, now: Instant) -> Pass {
        Pass {
            window: self.clone(),
            sent_at: now,
            used: false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics between two halves of a change.
        let state = &self.0.state;
        state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Instant {
        self.0.time.now()
    }
}

impl State {
    /// Lets through whoever may go, and calls whoever is next to look at the state again.
    fn grant(&mut self, now: Instant) {
        self.let_through(now);
        self.lanes.call_next();
    }

    fn roll(&mut self, now: Instant) {
        self.window.roll(now);
        if let Some(share) = &mut self.share {
            share.roll(&self.window);
        }
    }

    fn sent(&mut self, lane: Lane) {
        self.window.sent();
        if let Some(share) = &mut self.share {
            share.sent(lane);
        }
    }

    fn not_sent(&mut self) {
        self.window.not_sent();
        if let Some(share) = &mut self.share {
            share.not_sent();
        }
    }

    /// Whether anybody was let through.
    fn let_through(&mut self, now: Instant) -> bool {
        self.roll(now);
        let waiting = self.lanes.len();
        while let Some(lane) = self.lanes.next_lane() {
            if !self.is_open_for(lane, now) {
                break;
            }
            self.sent(lane);
            self.lanes.let_through(lane);
        }
        self.lanes.len() < waiting
    }

    fn is_open_for(&self, lane: Lane, now: Instant) -> bool {
        self.has_room_for(lane, now)
            && match &self.share {
                Some(share) => share.is_open_for(lane, &self.window, now),
                None => true,
            }
    }

    /// What permits are to be asked for, where they are all that is missing.
    fn begin_ask(&mut self, now: Instant) -> Option<Ask> {
        let lane = self.lanes.next_lane()?;
        if !self.has_room_for(lane, now) || self.is_open_for(lane, now) {
            return None;
        }
        let share = self.share.as_mut()?;
        let is_time = share.asks_at(lane, now).is_some_and(|at| at <= now);
        is_time.then(|| share.begin_ask(&self.lanes, &self.window, now))
    }

    /// Whether this process's own window has room.
    fn has_room_for(&self, lane: Lane, now: Instant) -> bool {
        match self.window.free() {
            // Nothing is known before the first answer.
            None => true,
            Some(free) => match lane {
                Lane::Interactive => free > 0,
                Lane::Background => free > self.window.reserve(now),
            },
        }
    }

    /// When the slot may be let through if nothing happens until then; `None` if something has to
    /// happen first.
    fn opens_at(&self, slot: &Slot, lane: Lane, now: Instant) -> Option<Instant> {
        if let Some(share) = &self.share
            && self.has_room_for(lane, now)
        {
            // Permits are asked for whoever goes next.
            let lane = self.lanes.next_lane().unwrap_or(lane);
            let is_front = self.lanes.is_front(slot);
            return is_front.then(|| share.asks_at(lane, now)).flatten();
        }
        if self.lanes.next_lane() == Some(Lane::Background)
            && self.lanes.is_front(slot)
            && let Some(melted) = self.window.reserve_melts_at(now)
        {
            return Some(melted);
        }
        // While answers are on their way, they can show that more is left than was thought.
        let is_used_up = match lane {
            Lane::Interactive => self.window.is_used_up(),
            Lane::Background => self.window.is_used_up_but_for_the_kept(),
        };
        is_used_up.then(|| self.window.end()).flatten()
    }
}

/// A place in a lane; given up when dropped.
struct Waiting {
    window: RateWindow,
    slot: Arc<Slot>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.window.lock();
        if self.slot.take() {
            // Let through, but the call was dropped before it saw that.
            state.not_sent();
        }
        state.lanes.leave(&self.slot);
        state.grant(self.window.now());
    }
}

/// A call that asks the store for permits. Dropped, another one asks.
struct Asking<'w>(Option<&'w RateWindow>);

impl Asking<'_> {
    fn settle(mut self, told: Result<Option<Told>, NoStore>) {
        let Some(window) = self.0.take() else {
            return;
        };
        let now = window.now();
        let mut state = window.lock();
        let State { window, share, .. } = &mut *state;
        match told.transpose() {
            Some(told) => {
                if let Some(share) = share {
                    share.settle(told, window, now);
                }
            }
            None => {
                *share = None;
                tracing::warn!(
                    target: "withpersona",
                    "the store cannot share a rate window (Store::replace): each process has its own"
                );
            }
        }
        state.grant(now);
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if let Some(window) = self.0 {
            let mut state = window.lock();
            if let Some(share) = &mut state.share {
                share.give_up_ask();
            }
            state.grant(window.now());
        }
    }
}

/// The right to send one request. Dropped without word of the request's end, it counts as used.
pub(super) struct Pass {
    window: RateWindow,
    sent_at: Instant,
    used: bool,
}

impl Pass {
    /// An answer came, and `refused` when it says that the rate limit was reached.
    pub(super) fn answered(mut self, headers: &RateHeaders, refused: bool) {
        self.end(|state, sent_at, now| {
            let knew_limit = state.window.limit().is_some();
            state.window.answered(headers, refused, sent_at, now);
            if let Some(share) = &mut state.share {
                share.answered(!knew_limit && state.window.limit().is_some());
            }
        });
    }

    /// The request never left this process.
    pub(super) fn not_sent(mut self) {
        self.end(|state, _, _| state.not_sent());
    }

    fn end(&mut self, how: impl FnOnce(&mut State, Instant, Instant)) {
        if !std::mem::replace(&mut self.used, true) {
            let now = self.window.now();
            let mut state = self.window.lock();
            how(&mut state, self.sent_at, now);
            state.grant(now);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.end(|state, _, _| state.window.unanswered());
    }
}

fn held_back(opens_at: Option<Instant>, now: Instant) -> Error {
    Error::new(
        ErrorKind::RateLimit,
        "held back: nothing is left of the rate window in the time that the call has",
    )
    .with_retry_after(opens_at.map(|at| at.saturating_duration_since(now)))
}
