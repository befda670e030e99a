//! Every change of status that the emulator knows, in one table.

use std::fmt;

use Action::*;
use Resource::*;
use Status::*;

/// One row: what an action does to a resource that is in a status, and the event it writes.
///
/// A pair of status and action without a row is refused with 409.
///
/// ```
/// use withpersona::emulator::{Action, Resource, Status, TRANSITIONS};
///
/// let resumed = TRANSITIONS
///     .iter()
///     .find(|row| row.resource == Resource::Inquiry && row.from == Status::Expired && row.action == Action::Resume)
///     .expect("an expired inquiry can be resumed");
/// assert_eq!(resumed.to, Status::Pending);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition {
    /// What kind of resource changes.
    pub resource: Resource,
    /// The status before; [`Status::Absent`] for the row that creates the resource.
    pub from: Status,
    /// What is done to it.
    pub action: Action,
    /// The status after.
    pub to: Status,
    /// The name of the event that is written, if one is.
    pub event: Option<&'static str>,
}

/// The whole behaviour of inquiries, sessions, one-time links and verifications.
///
/// ```
/// for row in withpersona::emulator::TRANSITIONS {
///     println!("{:14} {:14} {:16} {:14} {}", row.resource, row.from, row.action, row.to, row.event.unwrap_or("-"));
/// }
/// ```
#[rustfmt::skip]
pub const TRANSITIONS: &[Transition] = &[
    //  what          from            action          to              event
    row(Inquiry,      Absent,         Create,         Created,        "inquiry.created"),
    row(Inquiry,      Created,        Start,          Pending,        "inquiry.started"),
    row(Inquiry,      Created,        Expire,         Expired,        "inquiry.expired"),
    row(Inquiry,      Created,        Resume,         Created,        ""),
    row(Inquiry,      Created,        MarkForReview,  NeedsReview,    "inquiry.marked-for-review"),
    row(Inquiry,      Created,        Approve,        Approved,       "inquiry.approved"),
    row(Inquiry,      Created,        Decline,        Declined,       "inquiry.declined"),
    row(Inquiry,      Pending,        Complete,       Completed,      "inquiry.completed"),
    row(Inquiry,      Pending,        Fail,           Failed,         "inquiry.failed"),
    row(Inquiry,      Pending,        Expire,         Expired,        "inquiry.expired"),
    row(Inquiry,      Pending,        Resume,         Pending,        ""),
    row(Inquiry,      Pending,        MarkForReview,  NeedsReview,    "inquiry.marked-for-review"),
    row(Inquiry,      Pending,        Approve,        Approved,       "inquiry.approved"),
    row(Inquiry,      Pending,        Decline,        Declined,       "inquiry.declined"),
    row(Inquiry,      Expired,        Resume,         Pending,        "inquiry.started"),
    row(Inquiry,      Expired,        MarkForReview,  NeedsReview,    "inquiry.marked-for-review"),
    row(Inquiry,      Expired,        Approve,        Approved,       "inquiry.approved"),
    row(Inquiry,      Expired,        Decline,        Declined,       "inquiry.declined"),
    row(Inquiry,      Completed,      MarkForReview,  NeedsReview,    "inquiry.marked-for-review"),
    row(Inquiry,      Completed,      Approve,        Approved,       "inquiry.approved"),
    row(Inquiry,      Completed,      Decline,        Declined,       "inquiry.declined"),
    row(Inquiry,      Failed,         MarkForReview,  NeedsReview,    "inquiry.marked-for-review"),
    row(Inquiry,      Failed,         Approve,        Approved,       "inquiry.approved"),
    row(Inquiry,      Failed,         Decline,        Declined,       "inquiry.declined"),
    row(Inquiry,      NeedsReview,    MarkForReview,  NeedsReview,    ""),
    row(Inquiry,      NeedsReview,    Approve,        Approved,       "inquiry.approved"),
    row(Inquiry,      NeedsReview,    Decline,        Declined,       "inquiry.declined"),
    row(Inquiry,      Approved,       Approve,        Approved,       ""),
    row(Inquiry,      Approved,       Decline,        Declined,       "inquiry.declined"),
    row(Inquiry,      Declined,       Decline,        Declined,       ""),
    row(Inquiry,      Declined,       Approve,        Approved,       "inquiry.approved"),

    row(Session,      Absent,         Create,         New,            ""),
    row(Session,      New,            Open,           Active,         "inquiry-session.started"),
    row(Session,      New,            Expire,         Expired,        "inquiry-session.expired"),
    row(Session,      Active,         Open,           Active,         ""),
    row(Session,      Active,         Expire,         Expired,        "inquiry-session.expired"),

    row(OneTimeLink,  Absent,         Create,         Unused,         ""),
    row(OneTimeLink,  Unused,         Open,           Used,           ""),
    row(OneTimeLink,  Unused,         Expire,         Expired,        ""),
    row(OneTimeLink,  Used,           Open,           Used,           ""), // within five minutes of the first time
    row(OneTimeLink,  Used,           Expire,         Expired,        ""),

    row(Verification, Absent,         Create,         Initiated,      "verification.created"),
    row(Verification, Initiated,      Submit,         Submitted,      "verification.submitted"),
    row(Verification, Initiated,      Cancel,         Canceled,       "verification.canceled"),
    row(Verification, Submitted,      Pass,           Passed,         "verification.passed"),
    row(Verification, Submitted,      Fail,           Failed,         "verification.failed"),
    row(Verification, Submitted,      RequireRetry,   RequiresRetry,  "verification.requires-retry"),
    row(Verification, Submitted,      Cancel,         Canceled,       "verification.canceled"),
];

/// The row for an action on a resource in a status, if there is one.
pub(crate) fn find(
    resource: Resource,
    from: Status,
    action: Action,
) -> Option<&'static Transition> {
    TRANSITIONS
        .iter()
        .find(|row| row.resource == resource && row.from == from && row.action == action)
}

const fn row(
    resource: Resource,
    from: Status,
    action: Action,
    to: Status,
    event: &'static str,
) -> Transition {
    Transition {
        resource,
        from,
        action,
        to,
        event: if event.is_empty() { None } else { Some(event) },
    }
}

macro_rules! names {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// The name as it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

names! {
    /// The kinds of resource that have a status.
    ///
    /// ```
    /// assert_eq!(withpersona::emulator::Resource::Inquiry.as_str(), "inquiry");
    /// ```
    Resource {
        /// An inquiry.
        Inquiry => "inquiry",
        /// A session of an inquiry.
        Session => "inquiry-session",
        /// A one-time link; its status is not visible in the API.
        OneTimeLink => "one-time-link",
        /// A verification of any kind.
        Verification => "verification",
    }
}

names! {
    /// The statuses of all resources.
    ///
    /// ```
    /// assert_eq!(withpersona::emulator::Status::NeedsReview.to_string(), "needs_review");
    /// ```
    Status {
        /// It does not exist yet.
        Absent => "-",
        /// Inquiry: nobody has started it.
        Created => "created",
        /// Inquiry: the person has started.
        Pending => "pending",
        /// Inquiry: the person has done all that the template asks for.
        Completed => "completed",
        /// Inquiry or verification: a required check failed.
        Failed => "failed",
        /// Inquiry, session or one-time link: its time is over.
        Expired => "expired",
        /// Inquiry: someone has to look at it.
        NeedsReview => "needs_review",
        /// Inquiry: the answer is yes.
        Approved => "approved",
        /// Inquiry: the answer is no.
        Declined => "declined",
        /// Session: nobody has used it.
        New => "new",
        /// Session: in use.
        Active => "active",
        /// One-time link: nobody has opened it.
        Unused => "unused",
        /// One-time link: opened.
        Used => "used",
        /// Verification: begun, nothing handed in.
        Initiated => "initiated",
        /// Verification: handed in, no result yet.
        Submitted => "submitted",
        /// Verification: all required checks passed.
        Passed => "passed",
        /// Verification: failed, and the person may try again.
        RequiresRetry => "requires_retry",
        /// Verification: given up because the inquiry ended.
        Canceled => "canceled",
    }
}

names! {
    /// What can be done to a resource.
    ///
    /// ```
    /// assert_eq!(withpersona::emulator::Action::MarkForReview.as_str(), "mark-for-review");
    /// ```
    Action {
        /// Bring it into being.
        Create => "create",
        /// The person agrees and begins.
        Start => "start",
        /// All required verifications passed.
        Complete => "complete",
        /// A required verification failed.
        Fail => "fail",
        /// Its time is over, or it was ended by hand.
        Expire => "expire",
        /// Let the person come back.
        Resume => "resume",
        /// Ask for a human to look.
        MarkForReview => "mark-for-review",
        /// Decide for the person.
        Approve => "approve",
        /// Decide against the person.
        Decline => "decline",
        /// The person opens it.
        Open => "open",
        /// The person hands something in.
        Submit => "submit",
        /// Its checks passed.
        Pass => "pass",
        /// A check failed and the person may try again.
        RequireRetry => "require-retry",
        /// The inquiry ended before a result was there.
        Cancel => "cancel",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_and_an_action_have_at_most_one_row() {
        for (index, row) in TRANSITIONS.iter().enumerate() {
            let twin = TRANSITIONS[index + 1..].iter().find(|other| {
                (other.resource, other.from, other.action) == (row.resource, row.from, row.action)
            });
            assert_eq!(twin, None, "two rows for the same step");
        }
    }

    #[test]
    fn every_status_can_be_reached_from_creation() {
        for row in TRANSITIONS {
            let mut reached = vec![Absent];
            while let Some(next) = TRANSITIONS.iter().find(|step| {
                step.resource == row.resource
                    && reached.contains(&step.from)
                    && !reached.contains(&step.to)
            }) {
                reached.push(next.to);
            }
            assert!(reached.contains(&row.from), "{row:?} can never happen");
        }
    }
}
