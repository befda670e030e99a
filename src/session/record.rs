//! A session token as it is kept in a store.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use secrecy::zeroize::Zeroizing;

use super::token::{expiry, seconds};
use crate::secret::SessionToken;

/// When a token of unknown expiry is asked for anew.
pub(super) const ASK_AGAIN: Duration = Duration::from_secs(5 * 60);

/// The form below, so that another one can follow.
const FORM: &str = "1";

#[derive(Clone)]
pub(super) struct Record {
    pub(super) token: SessionToken,
    /// When it expires, in seconds since 1970; `None` where that is unknown.
    expires_at: Option<u64>,
    /// When it was given out, in seconds since 1970.
    given_at: u64,
    /// How many sessions the inquiry had then.
    pub(super) sessions_used: u64,
}

impl Record {
    pub(super) fn new(token: SessionToken, now: SystemTime, sessions_used: usize) -> Self {
        Self {
            expires_at: expiry(token.reveal(), now),
            given_at: seconds(now),
            token,
            sessions_used: sessions_used as u64,
        }
    }

    /// Whether it can be handed out and is good for this long.
    pub(super) fn lasts(&self, least: Duration, now: SystemTime) -> bool {
        let now = seconds(now);
        match self.expires_at {
            Some(expires_at) => expires_at > now && expires_at - now >= least.as_secs(),
            // A clock that was set back makes it young, but not younger than given out.
            None => now.abs_diff(self.given_at) < ASK_AGAIN.as_secs(),
        }
    }

    /// How long to keep it.
    pub(super) fn keep(&self, now: SystemTime) -> Duration {
        match self.expires_at {
            Some(expires_at) => Duration::from_secs(expires_at.saturating_sub(seconds(now))),
            None => ASK_AGAIN,
        }
    }

    /// When it expires, as it says itself.
    pub(super) fn expires_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(i64::try_from(self.expires_at?).ok()?, 0)
    }

    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let expires_at = self.expires_at.unwrap_or_default();
        let (given_at, used) = (self.given_at, self.sessions_used);
        let token = self.token.reveal();
        let text = format!("{FORM} {expires_at} {given_at} {used}\n{token}");
        Zeroizing::new(text.into_bytes())
    }

    /// `None` for what is no record, or one of another version of this crate.
    pub(super) fn of_bytes(bytes: Vec<u8>) -> Option<Self> {
        let bytes = Zeroizing::new(bytes);
        let (head, token) = std::str::from_utf8(&bytes).ok()?.split_once('\n')?;
        let mut numbers = head.strip_prefix(FORM)?.strip_prefix(' ')?.split(' ');
        let mut number = || numbers.next()?.parse::<u64>().ok();
        let (expires_at, given_at, sessions_used) = (number()?, number()?, number()?);
        if numbers.next().is_some() || token.is_empty() {
            return None;
        }
        Some(Self {
            token: SessionToken::new(token),
            expires_at: Some(expires_at).filter(|expires_at| *expires_at > 0),
            given_at,
            sessions_used,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let record = Record {
            token: SessionToken::new("a.b.c"),
            expires_at: Some(900),
            given_at: 100,
            sessions_used: 3,
        };
        let back = Record::of_bytes(record.to_bytes().to_vec()).expect("it is one");
        assert_eq!(back.token.reveal(), "a.b.c");
        assert_eq!(back.expires_at, Some(900));
        assert_eq!((back.given_at, back.sessions_used), (100, 3));
        assert!(back.lasts(Duration::from_secs(700), at(200)));
        assert!(!back.lasts(Duration::from_secs(701), at(200)));
        assert!(!back.lasts(Duration::ZERO, at(900)));
    }

    #[test]
    fn an_unknown_expiry_is_asked_for_again_after_five_minutes() {
        let record = Record::new(SessionToken::new("opaque"), at(1000), 1);
        let record = Record::of_bytes(record.to_bytes().to_vec()).expect("it is one");
        assert_eq!(record.expires_at(), None);
        assert!(record.lasts(Duration::from_secs(3600), at(1299)));
        assert!(!record.lasts(Duration::ZERO, at(1300)));
        assert!(
            !record.lasts(Duration::ZERO, at(0)),
            "the clock was set back"
        );
    }

    #[test]
    fn what_is_no_record_is_none() {
        for text in [
            "",
            "1",
            "1 2 3\na.b.c",
            "1 2 3 4",
            "1 2 3 4\n",
            "1 2 3 4 5\na.b.c",
            "2 2 3 4\na.b.c",
            "1 x 3 4\na.b.c",
            "eyJhbGciOiJIUzI1NiJ9.e30.sig",
        ] {
            assert!(
                Record::of_bytes(text.as_bytes().to_vec()).is_none(),
                "{text}"
            );
        }
        assert!(Record::of_bytes(vec![0xff, 0xfe, b'\n']).is_none());
    }
}
