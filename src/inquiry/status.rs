//! Where an inquiry stands.

use crate::open_enum::open_enum;

open_enum! {
    /// Where an inquiry stands.
    ///
    /// A template decides which statuses are the end: with workflows a completed inquiry goes on to
    /// be approved, declined or marked for review. Redaction is not a status; see
    /// [`Inquiry::is_redacted`](crate::Inquiry::is_redacted).
    ///
    /// See <https://docs.withpersona.com/model-lifecycle>.
    InquiryStatus {
        /// It exists, and the person has not begun.
        Created = "created",
        /// The person has begun, or it was resumed.
        Pending = "pending",
        /// All that was required was passed. That is not yet an approval.
        Completed = "completed",
        /// Something that was required failed, or all attempts are used.
        Failed = "failed",
        /// Its time is over. It can be resumed.
        Expired = "expired",
        /// Waits for a person to look at it.
        NeedsReview = "needs_review",
        /// Approved.
        Approved = "approved",
        /// Declined.
        Declined = "declined",
    }
}

impl InquiryStatus {
    /// Whether the person has nothing more to do in it.
    pub fn is_finished(&self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Failed | Self::NeedsReview | Self::Approved | Self::Declined
        )
    }

    /// Whether it was approved or declined.
    pub fn is_decided(&self) -> bool {
        matches!(self, Self::Approved | Self::Declined)
    }

    /// Whether the person can be let in again, at once or through a resumed session.
    pub fn is_resumable(&self) -> bool {
        matches!(self, Self::Created | Self::Pending | Self::Expired)
    }
}
