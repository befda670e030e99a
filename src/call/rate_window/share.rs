//! A rate window that several processes share: before a request is sent, a permit for it is taken
//! from a ledger in their store.
//!
//! Answers tell what Persona has counted of the whole fleet's requests, but not which of them are
//! still on their way, nor what another process is about to send. That is what the ledger adds. A
//! process takes several permits at once, the more of them the faster it uses them up, and only
//! while calls wait; so the store is asked a few dozen times in a window, not for each call.
//!
//! Without the store each process goes by its own window.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, timeout};

use super::lanes::{Lane, Lanes};
use super::ledger::{Granted, Ledger, Report, Wish, millis};
use super::window::Window;
use crate::store::{NoStore, Outage, REST, Replaced, Store, StoreError};

/// How long the store may take for an answer, in real time.
const STORE_LIMIT: Duration = Duration::from_millis(250);

/// How often others may be faster in one asking. Each time one of them got on.
const TRIES: u32 = 100;

/// A ledger is kept for its limit too, which a process that starts does not know.
const KEEP: Duration = Duration::from_secs(60 * 60);

/// Permits are taken for this time of demand.
const AHEAD: Duration = Duration::from_secs(1);

/// The most permits that are taken ahead of need.
const MOST_AHEAD: u32 = 8;

/// How long until permits are asked for again that were not to be had, while a reserve melts or
/// nobody knows the window's end: at first little, then twice as long each time.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// What processes share their rate window by.
#[derive(Clone)]
pub(crate) struct Fleet {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) outage: Arc<Outage>,
    /// Processes tell each other moments by it.
    pub(crate) wall_clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

/// This process's part of the window.
pub(super) struct Share {
    fleet: Fleet,
    /// Of the ledger, in the store.
    name: Arc<str>,
    /// The ledger as it was when it was last asked.
    seen: Option<Vec<u8>>,
    /// Permits for either lane, and for interactive calls alone.
    any: u32,
    interactive: u32,
    /// Requests that may count in the window and had none.
    unpaid: u32,
    /// Answers that the ledger was not told of.
    answered: u32,
    /// The window of these four.
    window: u64,
    /// Permits that nobody had when the ledger was last asked.
    elsewhere: Option<u32>,
    ahead: u32,
    refilled_at: Option<Instant>,
    pause: Duration,
    /// When there is something to ask for again, by lane.
    interactive_from: Option<Instant>,
    background_from: Option<Instant>,
    is_asking: bool,
    is_failing: bool,
    alone_until: Option<Instant>,
    /// Some answer came.
    has_heard: bool,
}

impl Share {
    pub(super) fn new(fleet: Fleet, name: String) -> Self {
        Self {
            fleet,
            name: name.into(),
            seen: None,
            any: 0,
            interactive: 0,
            unpaid: 0,
            answered: 0,
            window: 0,
            elsewhere: None,
            ahead: 1,
            refilled_at: None,
            pause: SHORTEST_PAUSE,
            interactive_from: None,
            background_from: None,
            is_asking: false,
            is_failing: false,
            alone_until: None,
            has_heard: false,
        }
    }

    /// Goes on with another ledger.
    pub(super) fn rename(&mut self, name: String) {
        self.name = name.into();
        self.seen = None;
        self.begin_anew(0);
    }

    /// Permits are good for the window for which they were taken.
    pub(super) fn roll(&mut self, window: &Window) {
        if self.window != window.number() {
            self.window = window.number();
            // What is on its way may arrive in either window.
            self.begin_anew(window.on_their_way());
        }
    }

    fn begin_anew(&mut self, unpaid: u32) {
        self.any = 0;
        self.interactive = 0;
        self.unpaid = unpaid;
        self.answered = 0;
        self.elsewhere = None;
        self.ask_soon();
    }

    fn ask_soon(&mut self) {
        self.pause = SHORTEST_PAUSE;
        self.interactive_from = None;
        self.background_from = None;
    }

    /// Whether a call of this lane needs no permit, or has one.
    pub(super) fn is_open_for(&self, lane: Lane, window: &Window, now: Instant) -> bool {
        let has_one = match lane {
            Lane::Interactive => self.any + self.interactive > 0,
            Lane::Background => self.any > 0,
        };
        has_one || self.goes_alone(window, now)
    }

    fn goes_alone(&self, window: &Window, now: Instant) -> bool {
        let rests = self.alone_until.is_some_and(|until| now < until);
        // One call finds out whether the store is back. The others do not wait for that.
        let is_tried = self.is_failing && self.is_asking;
        // Where answers tell no limit, there is none to share.
        let has_no_limit = self.has_heard && window.limit().is_none();
        rests || is_tried || has_no_limit
    }

    /// A request goes out. What only interactive calls can have goes first to them.
    pub(super) fn sent(&mut self, lane: Lane) {
        let permits = match lane {
            Lane::Interactive if self.interactive > 0 => &mut self.interactive,
            _ => &mut self.any,
        };
        match permits.checked_sub(1) {
            Some(rest) => *permits = rest,
            None => self.unpaid = self.unpaid.saturating_add(1),
        }
    }

    /// It did not after all.
    pub(super) fn not_sent(&mut self) {
        match self.unpaid.checked_sub(1) {
            Some(rest) => self.unpaid = rest,
            None => self.any += 1,
        }
    }

    /// An answer came; `is_first_limit` where it was the first to tell one.
    pub(super) fn answered(&mut self, is_first_limit: bool) {
        self.has_heard = true;
        self.answered = self.answered.saturating_add(1);
        if is_first_limit {
            self.ask_soon();
        }
    }

    /// How many more can be sent, as far as the ledger told; `None` where it did not.
    pub(super) fn free(&self, now: Instant) -> Option<u32> {
        let is_alone = self.alone_until.is_some_and(|until| now < until);
        let elsewhere = self.elsewhere.filter(|_| !is_alone)?;
        Some(elsewhere + self.any + self.interactive)
    }

    /// When permits for the lane can be asked for; `None` while an answer of the store will tell.
    pub(super) fn asks_at(&self, lane: Lane, now: Instant) -> Option<Instant> {
        let from = match lane {
            Lane::Interactive => self.interactive_from,
            Lane::Background => self.background_from,
        };
        (!self.is_asking).then(|| from.unwrap_or(now))
    }

    /// What to ask the store for those who wait; [`settle`](Self::settle) has to follow.
    pub(super) fn begin_ask(&mut self, lanes: &Lanes, window: &Window, now: Instant) -> Ask {
        self.is_asking = true;
        let waiting = |calls| u32::try_from(calls).unwrap_or(u32::MAX);
        let interactive = waiting(lanes.interactive());
        let all = waiting(lanes.len());
        Ask {
            fleet: self.fleet.clone(),
            name: self.name.clone(),
            seen: self.seen.clone(),
            report: Report {
                end: None,
                limit: window.limit(),
                used: window.used(),
                open: window.on_their_way() + self.any + self.interactive,
                unpaid: self.unpaid,
                answered: self.answered,
                length: window.length(),
            },
            ends_in: window.end().map(|end| end.saturating_duration_since(now)),
            wish: Wish {
                any: self.ahead.max(all),
                interactive: match interactive {
                    0 => 0,
                    waiting => self.ahead.max(waiting),
                },
            },
            asked_at: now,
        }
    }

    /// Nobody waits for the store's answer any more.
    pub(super) fn give_up_ask(&mut self) {
        self.is_asking = false;
    }

    /// Takes on what came of asking.
    pub(super) fn settle(
        &mut self,
        told: Result<Told, NoStore>,
        window: &mut Window,
        now: Instant,
    ) {
        self.is_asking = false;
        let told = match told {
            Ok(told) => told,
            Err(NoStore) => {
                self.is_failing = true;
                self.alone_until = Some(now + REST);
                return;
            }
        };
        self.is_failing = false;
        self.alone_until = None;
        if !Arc::ptr_eq(&told.name, &self.name) {
            return;
        }
        let Granted {
            ledger,
            any,
            interactive,
            is_later,
        } = told.granted;
        if let Some(limit) = ledger.limit {
            let end = (!ledger.is_guess).then_some(told.end);
            window.learn(limit, ledger.used, end, is_later);
        }
        self.roll(window);
        self.seen = Some(told.value);
        self.unpaid = self.unpaid.saturating_sub(told.unpaid);
        self.answered = self.answered.saturating_sub(told.answered);
        self.any += any;
        self.interactive += interactive;
        self.elsewhere = Some(ledger.free());
        let has_some = any + interactive > 0;
        if has_some {
            self.refill(now);
        }
        let is_for_people = told.wish.interactive > 0;
        if has_some && (is_for_people || any >= told.wish.any.min(MOST_AHEAD)) {
            return self.ask_soon();
        }
        let again = match window.end() {
            Some(end) if self.elsewhere == Some(0) => end,
            Some(end) => end.min(now + self.pause),
            None => now + self.pause,
        };
        let again = Some(again);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        self.background_from = again;
        if is_for_people {
            self.interactive_from = again;
        }
    }

    /// The next time it is more, if this time's permits are soon used up.
    fn refill(&mut self, now: Instant) {
        let is_fast = self
            .refilled_at
            .is_some_and(|before| now.saturating_duration_since(before) < AHEAD);
        self.ahead = match is_fast {
            true => (self.ahead * 2).min(MOST_AHEAD),
            false => (self.ahead / 2).max(1),
        };
        self.refilled_at = Some(now);
    }
}

/// A question to the store.
pub(super) struct Ask {
    fleet: Fleet,
    name: Arc<str>,
    seen: Option<Vec<u8>>,
    report: Report,
    ends_in: Option<Duration>,
    wish: Wish,
    asked_at: Instant,
}

/// What the store told.
pub(super) struct Told {
    name: Arc<str>,
    granted: Granted,
    /// The ledger as it stands in the store.
    value: Vec<u8>,
    end: Instant,
    unpaid: u32,
    answered: u32,
    wish: Wish,
}

impl Ask {
    /// `None` when the store is none that a window can be shared by.
    pub(super) async fn put(mut self) -> Result<Option<Told>, NoStore> {
        let wall_clock = (self.fleet.wall_clock)().duration_since(UNIX_EPOCH);
        let wall_clock = millis(wall_clock.unwrap_or_default());
        self.report.end = self.ends_in.map(|ahead| wall_clock + millis(ahead));
        let outage = self.fleet.outage.clone();
        let answer = timeout(STORE_LIMIT, self.agree(wall_clock)).await;
        outage.noted(answer.unwrap_or_else(|_| Err(StoreError::new("no answer in time"))))
    }

    async fn agree(mut self, wall_clock: u64) -> Result<Option<Told>, StoreError> {
        for _ in 0..TRIES {
            let seen = self.seen.as_deref();
            let current = seen.and_then(|stored| Ledger::read(stored, wall_clock));
            let granted = Ledger::ask(current, &self.report, self.wish, wall_clock);
            let value = serde_json::to_vec(&granted.ledger)
                .map_err(|_| StoreError::new("the rate window cannot be written"))?;
            let replaced = self.fleet.store.replace(&self.name, seen, &value, KEEP);
            match replaced.await? {
                Replaced::Done => {
                    let ahead = granted.ledger.end.saturating_sub(wall_clock);
                    return Ok(Some(Told {
                        end: self.asked_at + Duration::from_millis(ahead),
                        name: self.name,
                        granted,
                        value,
                        unpaid: self.report.unpaid,
                        answered: self.report.answered,
                        wish: self.wish,
                    }));
                }
                Replaced::Differs(there) => self.seen = there,
                Replaced::Unsupported => return Ok(None),
            }
        }
        Err(StoreError::new("others were always faster"))
    }
}
