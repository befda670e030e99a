//! What is known of the current window. It looks at no clock: every method is told the time.

use std::time::Duration;

use tokio::time::Instant;

use super::super::headers::RateHeaders;

/// The share of a window that background calls leave to interactive ones at its beginning.
/// Persona advises to slow down when less than this is left.
const RESERVE_PERCENT: u32 = 15;

/// The share of a window that is kept for interactive calls to its end. When that is, is known to
/// two seconds, and whoever came in these would wait for all of them.
const KEPT_PERCENT: u32 = 2;

/// `RateLimit-Reset` is in whole seconds, and nobody says which way they are rounded.
const ROUNDING: Duration = Duration::from_secs(1);

/// Taken for the length of a window until a longer one was seen.
const USUAL_LENGTH: Duration = Duration::from_secs(60);

/// How much clocks of two processes may differ.
const SKEW: Duration = Duration::from_secs(1);

/// A reset further ahead is no number of seconds, but a date or a mistake.
const LONGEST: Duration = Duration::from_secs(60 * 60);

#[derive(Debug)]
pub(super) struct Window {
    limit: Option<u32>,
    /// What is left of the window that runs, by its answers; of the whole one before the first.
    left: u32,
    /// Requests whose answers are not there yet. Some are counted in `left` already, which does
    /// no harm: it is put right by their own answers.
    on_their_way: u32,
    /// When the window that runs ends; `None` while no answer told it.
    end: Option<Span>,
    /// When the window before ended.
    last_end: Option<Span>,
    length: Duration,
    /// How many windows there were before this one.
    number: u64,
}

/// A moment that is known to lie between two others.
#[derive(Debug, Clone, Copy)]
struct Span {
    earliest: Instant,
    latest: Instant,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            limit: None,
            left: 0,
            on_their_way: 0,
            end: None,
            last_end: None,
            length: USUAL_LENGTH,
            number: 0,
        }
    }
}

impl Window {
    /// Begins anew if the window that ran is over for certain.
    pub(super) fn roll(&mut self, now: Instant) {
        if let Some(end) = self.end
            && end.latest <= now
        {
            self.begin_anew();
        }
    }

    fn begin_anew(&mut self) {
        self.last_end = self.end.take();
        self.left = self.limit.unwrap_or(0);
        self.number += 1;
    }

    /// Changes when another window begins.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn length(&self) -> Duration {
        self.length
    }

    pub(super) fn on_their_way(&self) -> u32 {
        self.on_their_way
    }

    /// What Persona has counted, by the answers in this window.
    pub(super) fn used(&self) -> u32 {
        self.limit.unwrap_or(0).saturating_sub(self.left)
    }

    /// Takes on what other processes know of the window that runs.
    pub(super) fn learn(&mut self, limit: u32, used: u32, end: Option<Instant>, is_later: bool) {
        if is_later {
            self.begin_anew();
        }
        if self.limit.is_none() {
            self.limit = Some(limit);
            self.left = limit;
        }
        let Some(end) = end else {
            return;
        };
        self.left = self.left.min(limit.saturating_sub(used));
        self.end.get_or_insert_with(|| Span {
            earliest: end.checked_sub(2 * ROUNDING + SKEW).unwrap_or(end),
            latest: end + SKEW,
        });
    }

    pub(super) fn limit(&self) -> Option<u32> {
        self.limit
    }

    /// How many more can be sent; `None` where that is not known, such as before the first answer.
    pub(super) fn free(&self) -> Option<u32> {
        if self.limit.is_none() && self.end.is_none() {
            return None;
        }
        Some(self.left.saturating_sub(self.on_their_way))
    }

    /// Whether nothing is left, whatever the answers that are on their way say.
    pub(super) fn is_used_up(&self) -> bool {
        self.free().is_some() && self.left == 0
    }

    /// Whether no more is left than background calls never get.
    pub(super) fn is_used_up_but_for_the_kept(&self) -> bool {
        self.free().is_some() && self.left <= self.kept()
    }

    /// When the window that runs is over for certain.
    pub(super) fn end(&self) -> Option<Instant> {
        self.end.map(|end| end.latest)
    }

    /// What background calls have to leave: less and less towards the window's end.
    pub(super) fn reserve(&self, now: Instant) -> u32 {
        let ahead = match self.end {
            Some(end) => end.earliest.saturating_duration_since(now),
            None => self.length,
        };
        reserve(self.limit.unwrap_or(0), ahead, self.length)
    }

    /// When the reserve is less than what is free, if nothing else happens.
    pub(super) fn reserve_melts_at(&self, now: Instant) -> Option<Instant> {
        let free = self.free().filter(|free| *free > self.kept())?;
        let end = self.end?;
        let ahead = self
            .length
            .mul_f64(f64::from(free) / f64::from(self.whole_reserve().max(1)));
        // A reserve is cut down to a whole number, so it has melted just after this moment.
        let melted = end.earliest.checked_sub(ahead)? + Duration::from_millis(1);
        (melted > now).then_some(melted)
    }

    pub(super) fn sent(&mut self) {
        self.on_their_way += 1;
    }

    pub(super) fn not_sent(&mut self) {
        self.on_their_way = self.on_their_way.saturating_sub(1);
    }

    /// Persona may have counted it.
    pub(super) fn unanswered(&mut self) {
        self.not_sent();
        // Where no end is known, nothing would ever give back what is taken here.
        if self.end.is_some() {
            self.left = self.left.saturating_sub(1);
        }
    }

    pub(super) fn answered(
        &mut self,
        headers: &RateHeaders,
        refused: bool,
        sent_at: Instant,
        now: Instant,
    ) {
        self.roll(now);
        let left = if refused { Some(0) } else { headers.remaining };
        let reset = headers.reset.filter(|reset| *reset <= LONGEST);
        let (Some(left), Some(reset)) = (left, reset) else {
            // A gateway's answer, or one before the rate limit, such as a 401.
            return self.unanswered();
        };
        self.not_sent();
        // A window that lets nothing through could never be learned from again.
        self.limit = headers.limit.filter(|limit| *limit > 0).or(self.limit);
        self.length = self.length.max(reset);
        // Persona looked at its clock somewhere between the two moments.
        let end = Span {
            earliest: (sent_at + reset).checked_sub(ROUNDING).unwrap_or(sent_at),
            latest: now + reset + ROUNDING,
        };
        let is_late = |last: Span| end.earliest <= last.latest && !refused;
        if self.end.is_none() && self.last_end.is_some_and(is_late) {
            // It is from the window before.
            return;
        }
        match self.end {
            Some(current) if end.latest < current.earliest => {}
            Some(current) if end.earliest <= current.latest => {
                self.left = self.left.min(left);
                self.end = Some(Span {
                    earliest: current.earliest.max(end.earliest),
                    latest: current.latest.min(end.latest),
                });
            }
            current => {
                if current.is_some() {
                    self.begin_anew();
                }
                self.left = left;
                self.end = Some(end);
            }
        }
    }

    fn whole_reserve(&self) -> u32 {
        share(self.limit.unwrap_or(0), RESERVE_PERCENT)
    }

    fn kept(&self) -> u32 {
        share(self.limit.unwrap_or(0), KEPT_PERCENT)
    }
}

/// What background calls have to leave of a window that ends in so much time.
pub(super) fn reserve(limit: u32, ahead: Duration, length: Duration) -> u32 {
    let whole = share(limit, RESERVE_PERCENT);
    let part = ahead.as_secs_f64() / length.as_secs_f64();
    let melting = (f64::from(whole) * part.min(1.0)) as u32;
    melting.max(share(limit, KEPT_PERCENT))
}

fn share(limit: u32, percent: u32) -> u32 {
    (u64::from(limit) * u64::from(percent) / 100) as u32
}
