//! What a person needs to enter now.

use std::fmt;

use chrono::{DateTime, Utc};

use super::record::Record;
use crate::id::InquiryId;
use crate::inquiry::InquiryStatus;
use crate::secret::SessionToken;

/// What a person needs to enter an inquiry now, or why there is no way in.
///
/// [`token`](Self::token) and [`inquiry`](Self::inquiry) are the short way through it.
#[derive(Clone)]
#[non_exhaustive]
pub enum Access {
    /// A session token. Hand it to the signed-in person and to nobody else.
    #[non_exhaustive]
    Token {
        /// Opens the inquiry to whoever holds it.
        token: SessionToken,
        /// When it expires, UTC, as the token itself says; `None` where it does not say, or says
        /// something that cannot be.
        expires_at: Option<DateTime<Utc>>,
        /// The inquiry it opens.
        inquiry: InquiryId,
        /// How many of the inquiry's sessions (25 unless agreed otherwise) were used when the
        /// token was given out.
        sessions_used: u64,
    },
    /// The person has not begun: the inquiry's id alone lets them in. Given only where
    /// [`prefer_open`](super::Open::prefer_open) asked for it.
    Open,
    /// There is nothing to enter: the person is through, or it has expired and the policy refuses.
    /// A status that this crate does not know is told here as well, for resuming could use up a
    /// session for nothing.
    Finished(InquiryStatus),
    /// The person's data was deleted. It cannot be brought back.
    Gone,
    /// A new inquiry stands in place of this one, which has expired. Store the new id in place of
    /// the old one.
    #[non_exhaustive]
    Renewed {
        /// The inquiry that was asked for.
        old: InquiryId,
        /// The one in its place.
        new: InquiryId,
        /// The way into the new one; never `Renewed` itself.
        access: Box<Access>,
    },
}

impl Access {
    /// The session token, of the inquiry or of the one in its place.
    pub fn token(&self) -> Option<&SessionToken> {
        match self {
            Self::Token { token, .. } => Some(token),
            Self::Renewed { access, .. } => access.token(),
            _ => None,
        }
    }

    /// The inquiry to enter where it is another one than was asked for, or where there is a token.
    pub fn inquiry(&self) -> Option<&InquiryId> {
        match self {
            Self::Token { inquiry, .. } => Some(inquiry),
            Self::Renewed { new, .. } => Some(new),
            _ => None,
        }
    }

    pub(super) fn of_record(inquiry: InquiryId, record: Record) -> Self {
        Self::Token {
            expires_at: record.expires_at(),
            sessions_used: record.sessions_used,
            token: record.token,
            inquiry,
        }
    }

    /// The same, told to who asked for `old` and is at `new` now.
    pub(super) fn instead_of(self, old: &InquiryId, new: InquiryId) -> Self {
        if *old == new {
            return self;
        }
        Self::Renewed {
            old: old.clone(),
            new,
            access: Box::new(self),
        }
    }
}

/// Prints no token.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token {
                expires_at,
                inquiry,
                sessions_used,
                ..
            } => f
                .debug_struct("Token")
                .field("expires_at", expires_at)
                .field("inquiry", inquiry)
                .field("sessions_used", sessions_used)
                .finish_non_exhaustive(),
            Self::Open => f.write_str("Open"),
            Self::Finished(status) => f.debug_tuple("Finished").field(status).finish(),
            Self::Gone => f.write_str("Gone"),
            Self::Renewed { old, new, access } => f
                .debug_struct("Renewed")
                .field("old", old)
                .field("new", new)
                .field("access", access)
                .finish(),
        }
    }
}
