//! What a fleet knows together of its rate window, as it stands in the store, and what a process
//! may take of it. It looks at no clock: it is told the time of day.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::window::reserve;

/// How many requests go out before any answer told the limit.
const UNTOLD_LIMIT: u32 = 8;

/// A process gets this part of what is left, so that others get some too. Towards the end of a
/// window permits are given out one by one, and few are left unused in anybody's hand.
const PART: u32 = 4;

/// A window that nobody knows the end of is taken to end this much later than a whole one that
/// begins now: its first request is still on its way.
const SLACK: u64 = 5_000;

/// Of one window of a key. Moments are in milliseconds of Unix time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ledger {
    /// When somebody began it; also what it is known by.
    pub(super) begun: u64,
    /// When its window is over for certain.
    pub(super) end: u64,
    /// No answer told the end yet.
    pub(super) is_guess: bool,
    pub(super) limit: Option<u32>,
    /// Requests that Persona has counted, by the answers that came so far; those of others too.
    pub(super) used: u32,
    /// Permits that were given out, and requests that had none.
    pub(super) own: u32,
    /// How many of these were answered, as far as it was told.
    pub(super) answered: u32,
    /// What others are taken to have used.
    pub(super) others: u32,
}

/// What a process knows when it asks for permits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Report {
    /// When the window ends, if an answer in this window told it.
    pub(super) end: Option<u64>,
    pub(super) limit: Option<u32>,
    /// What Persona has counted, by the answers in this window.
    pub(super) used: u32,
    /// Its requests on their way and its permits in hand.
    pub(super) open: u32,
    /// Its requests in the window that had no permit, as far as it did not tell of them yet.
    pub(super) unpaid: u32,
    /// How many were answered, likewise.
    pub(super) answered: u32,
    /// How long a window is.
    pub(super) length: Duration,
}

/// How many permits a process would like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// For calls of either lane that wait, or will soon.
    pub(super) any: u32,
    /// For interactive ones alone, the reserve included.
    pub(super) interactive: u32,
}

/// What the ledger is after a process asked, and what that one got.
#[derive(Clone, Copy, Debug)]
pub(super) struct Granted {
    pub(super) ledger: Ledger,
    /// For calls of either lane.
    pub(super) any: u32,
    /// For interactive calls alone.
    pub(super) interactive: u32,
    /// It is of a later window than the one that the process told of.
    pub(super) is_later: bool,
}

impl Ledger {
    pub(super) fn ask(current: Option<Self>, report: &Report, wish: Wish, now: u64) -> Granted {
        let (mut ledger, is_later) = match current.map(|ledger| (ledger, ledger.is_of(report, now)))
        {
            Some((ledger, Is::This)) => (ledger.with(report), false),
            Some((ledger, Is::Later)) => (ledger.with_requests(report), report.end.is_some()),
            Some((_, Is::Over)) | None => (Self::begin(report, now), false),
        };
        ledger.limit = report.limit.or(ledger.limit);
        if ledger.limit.is_none() {
            ledger.limit = current.and_then(|before| before.limit);
        }
        let free = ledger.free();
        let spare = free.saturating_sub(ledger.reserve(report.length, now));
        let any = wish.any.min(spare.div_ceil(PART));
        let interactive = wish.interactive.min(free.div_ceil(PART));
        let interactive = interactive.saturating_sub(any);
        ledger.own = ledger.own.saturating_add(any + interactive);
        Granted {
            ledger,
            any,
            interactive,
            is_later,
        }
    }

    /// Permits that nobody has.
    pub(super) fn free(&self) -> u32 {
        let limit = self.limit.unwrap_or(UNTOLD_LIMIT);
        limit.saturating_sub(self.taken())
    }

    fn taken(&self) -> u32 {
        self.own.saturating_add(self.others)
    }

    fn reserve(&self, length: Duration, now: u64) -> u32 {
        let ahead = match self.is_guess {
            true => length,
            false => Duration::from_millis(self.end.saturating_sub(now)),
        };
        reserve(self.limit.unwrap_or(0), ahead, length)
    }

    fn begin(report: &Report, now: u64) -> Self {
        let empty = Self {
            begun: now,
            end: now + millis(report.length) + SLACK,
            is_guess: true,
            limit: report.limit,
            used: 0,
            own: 0,
            answered: 0,
            others: 0,
        };
        match report.end {
            // Whose requests those were that are used, nobody can tell any more.
            Some(end) => Self {
                end,
                is_guess: false,
                used: report.used,
                own: report.open,
                others: report.used,
                ..empty
            },
            None => empty.with_requests(report),
        }
    }

    fn is_of(&self, report: &Report, now: u64) -> Is {
        match report.end {
            None if self.end <= now => Is::Over,
            None => Is::Later,
            // Two windows end at least a length apart.
            Some(end) if end > self.end + millis(report.length) / 2 => Is::Over,
            Some(end) if end <= self.begun => Is::Later,
            Some(_) => Is::This,
        }
    }

    /// With what a process knows of the same window.
    fn with(self, report: &Report) -> Self {
        let end = report.end.unwrap_or(self.end);
        let mut ledger = Self {
            end: match self.is_guess {
                true => end,
                false => end.min(self.end),
            },
            is_guess: false,
            used: self.used.max(report.used),
            ..self.with_requests(report)
        };
        if ledger.used > ledger.taken() {
            // Others use the window too. What was not answered here may not have been counted, so
            // all else is taken for theirs.
            ledger.others = ledger.used.saturating_sub(ledger.answered);
        }
        ledger
    }

    fn with_requests(self, report: &Report) -> Self {
        Self {
            own: self.own.saturating_add(report.unpaid),
            answered: self.answered.saturating_add(report.answered),
            ..self
        }
    }
}

/// What a ledger is to the window that a process tells of.
enum Is {
    This,
    Later,
    Over,
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX / 4)
}
