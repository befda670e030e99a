/// What a person sees when something does not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PersonError {
    /// The session is over, or a session is needed and the person has none. The backend has to
    /// resume the inquiry.
    #[error("session expired")]
    SessionExpired,
    /// The one-time link was opened more than five minutes ago. The backend has to make another.
    #[error("this link was already used")]
    LinkAlreadyUsed,
    /// The one-time link is too old. The backend has to make another.
    #[error("this link has expired")]
    LinkExpired,
    /// The address leads nowhere: the code, inquiry or token in it is not the emulator's.
    #[error("this link leads nowhere")]
    LinkUnknown,
    /// There is nothing left to do: the inquiry has a result.
    #[error("inquiry is finished: {status}")]
    #[non_exhaustive]
    InquiryFinished {
        /// The inquiry's status, as on the wire.
        status: &'static str,
    },
    /// The person has no page open.
    #[error("no page is open: follow a link first")]
    NoPage,
    /// The person has not agreed and begun yet.
    #[error("the person has not started yet")]
    NotStarted,
    /// The template asks for no verification of this kind.
    #[error("the template asks for no {kind}; it asks for {known}")]
    #[non_exhaustive]
    UnknownVerification {
        /// What was to be handed in.
        kind: String,
        /// What the template asks for, separated by commas.
        known: String,
    },
    /// This was handed in, and needs no other.
    #[error("{kind} was handed in already")]
    #[non_exhaustive]
    AlreadySubmitted {
        /// What was to be handed in.
        kind: String,
    },
    /// There is nothing for Persona to look at.
    #[error("nothing was handed in")]
    NothingSubmitted,
    /// Nothing of what was handed in has a check of this name.
    #[error("what was handed in has no check {check}; it has {known}")]
    #[non_exhaustive]
    UnknownCheck {
        /// The check that was to fail.
        check: String,
        /// The checks there are, separated by commas.
        known: String,
    },
    /// The emulator refused for another reason.
    #[error("{reason}")]
    #[non_exhaustive]
    Refused {
        /// Why.
        reason: String,
    },
}
