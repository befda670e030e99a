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

/// A ledger that goes on longer was not written by this crate.
const LONGEST: u64 = 2 * 60 * 60 * 1000;

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
    /// `None` for what cannot be one: somebody else wrote it, and it is begun anew.
    pub(super) fn read(stored: &[u8], now: u64) -> Option<Self> {
        let ledger: Self = serde_json::from_slice(stored).ok()?;
        let is_one = ledger.begun <= ledger.end && ledger.end <= now.saturating_add(LONGEST);
        is_one.then_some(ledger)
    }

    pub(super) fn ask(current: Option<Self>, report: &Report, wish: Wish, now: u64) -> Granted {
        let (mut ledger, is_later) = match current.map(|ledger| (ledger, ledger.is_of(report, now)))
        {
            Some((ledger, Is::This)) => (ledger.with(report), false),
            Some((ledger, Is::Later)) => (ledger.with_requests(report), report.end.is_some()),
            Some((_, Is::Over)) | None => (Self::begin(report, now), false),
        };
        ledger.limit = report.limit.or(current.and_then(|before| before.limit));
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
            limit: None,
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000_000;
    const SECOND: u64 = 1000;

    fn report() -> Report {
        Report {
            limit: Some(300),
            length: Duration::from_secs(60),
            ..Report::default()
        }
    }

    /// What a process knows whose answers told that the window ends in so many seconds.
    fn told(ends_in: u64, used: u32) -> Report {
        Report {
            end: Some(NOW + ends_in * SECOND),
            used,
            ..report()
        }
    }

    const MUCH: Wish = Wish {
        any: 1000,
        interactive: 1000,
    };

    fn ledger(ends_in: u64, own: u32) -> Ledger {
        Ledger {
            begun: NOW - 10 * SECOND,
            end: NOW + ends_in * SECOND,
            is_guess: false,
            limit: Some(300),
            used: 0,
            own,
            answered: 0,
            others: 0,
        }
    }

    #[test]
    fn however_many_ask_no_more_is_given_than_there_is() {
        let mut ledger = ledger(30, 0);
        let mut given = 0;
        for _ in 0..200 {
            let granted = Ledger::ask(Some(ledger), &report(), MUCH, NOW);
            given += granted.any + granted.interactive;
            ledger = granted.ledger;
        }
        assert_eq!((given, ledger.free()), (300, 0));
    }

    #[test]
    fn background_calls_leave_a_reserve_that_melts() {
        let background = Wish {
            any: 1000,
            interactive: 0,
        };
        for (ends_in, left) in [(60, 45), (30, 22), (1, 6)] {
            let mut ledger = ledger(ends_in, 0);
            for _ in 0..200 {
                ledger = Ledger::ask(Some(ledger), &report(), background, NOW).ledger;
            }
            assert_eq!(ledger.free(), left, "{ends_in} s");
            let granted = Ledger::ask(Some(ledger), &report(), MUCH, NOW);
            assert_eq!((granted.any, granted.interactive), (0, left.div_ceil(PART)));
        }
    }

    #[test]
    fn ends_that_are_told_a_little_apart_are_of_one_window() {
        for ends_in in [28, 30, 32, 55] {
            let granted = Ledger::ask(Some(ledger(30, 100)), &told(ends_in, 50), MUCH, NOW);
            assert_eq!(granted.ledger.begun, NOW - 10 * SECOND, "{ends_in}");
            assert_eq!(granted.ledger.end, NOW + ends_in.min(30) * SECOND);
            assert!(!granted.is_later);
        }
        let granted = Ledger::ask(Some(ledger(1, 300)), &told(60, 7), MUCH, NOW);
        assert_eq!((granted.ledger.begun, granted.ledger.others), (NOW, 7));
    }

    #[test]
    fn who_knows_of_no_end_goes_on_in_the_window_that_runs_or_begins_one() {
        let granted = Ledger::ask(Some(ledger(1, 300)), &report(), MUCH, NOW);
        assert_eq!((granted.any, granted.interactive), (0, 0));
        let granted = Ledger::ask(Some(ledger(0, 300)), &report(), MUCH, NOW);
        assert!(granted.any > 0);
        assert!(granted.ledger.is_guess);
        // The first answer tells the end, even where others began the window long before.
        let granted = Ledger::ask(Some(granted.ledger), &told(3, 200), MUCH, NOW);
        assert_eq!(granted.ledger.end, NOW + 3 * SECOND);
        assert!(!granted.ledger.is_guess);
    }

    #[test]
    fn who_is_in_the_window_before_is_told() {
        let mut late = told(0, 300);
        late.end = Some(NOW - 11 * SECOND);
        let granted = Ledger::ask(Some(ledger(50, 10)), &late, MUCH, NOW);
        assert!(granted.is_later);
        assert_eq!(granted.ledger.used, 0);
    }

    #[test]
    fn requests_on_their_way_are_not_taken_for_those_of_others() {
        let ours = Ledger::ask(Some(ledger(30, 100)), &told(30, 80), MUCH, NOW);
        assert_eq!(ours.ledger.others, 0);
        let answered = Report {
            answered: 60,
            ..told(30, 180)
        };
        let theirs = Ledger::ask(Some(ledger(30, 100)), &answered, MUCH, NOW);
        assert_eq!(
            theirs.ledger.others, 120,
            "100 at least, and 40 may be ours"
        );
    }

    #[test]
    fn a_process_that_starts_knows_the_limit_of_the_window_before() {
        let new = Report {
            limit: None,
            ..report()
        };
        let granted = Ledger::ask(Some(ledger(0, 300)), &new, MUCH, NOW);
        assert_eq!(granted.ledger.limit, Some(300));
        let granted = Ledger::ask(None, &new, MUCH, NOW);
        assert_eq!(granted.ledger.free() + granted.any + granted.interactive, 8);
    }

    #[test]
    fn what_cannot_be_a_ledger_is_not_believed() {
        let good = ledger(60, 1);
        let read = |ledger| Ledger::read(&serde_json::to_vec(&ledger).unwrap(), NOW);
        assert_eq!(read(good), Some(good));
        let end = u64::MAX;
        assert_eq!(read(Ledger { end, ..good }), None);
        let begun = good.end + 1;
        assert_eq!(read(Ledger { begun, ..good }), None);
        for other in ["", "{}", "[1]", "\u{0}", "{\"begun\":-1}"] {
            assert_eq!(Ledger::read(other.as_bytes(), NOW), None, "{other}");
        }
        let all = Ledger {
            used: u32::MAX,
            own: u32::MAX,
            answered: u32::MAX,
            others: u32::MAX,
            ..good
        };
        assert_eq!(
            Ledger::ask(Some(all), &told(30, 1), MUCH, NOW)
                .ledger
                .free(),
            0
        );
    }
}
