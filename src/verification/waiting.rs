//! Waiting for a verification.

use super::{Verification, VerificationStatus, Verifications};
use crate::id::{IntoId, VerificationId};
use crate::wait::{Awaited, WaitWithoutDeadline, waiting};

impl Verifications {
    /// Waits until a verification has an outcome, or until another condition is met.
    ///
    /// It needs a deadline before it can be awaited; see [`WaitWithoutDeadline`]. It is looked at one by
    /// one: to wait for many people, wait for their inquiries.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let wait = persona.verifications().wait("ver_123");
    /// if let Some(verification) = wait.deadline(Duration::from_secs(60)).await?.met() {
    ///     println!("{}", verification.status());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self, id: impl IntoId<VerificationId>) -> WaitWithoutDeadline<Verification> {
        let verifications = self.persona.in_background().verifications();
        let id = id.into_id();
        waiting(self.persona.time(), move || {
            let (verifications, id) = (verifications.clone(), id.clone());
            async move { verifications.retrieve(id?).await }
        })
    }
}

/// Finished once it has an outcome. What is tentative can still change, and is none.
impl Awaited for Verification {
    fn is_finished(&self) -> bool {
        matches!(
            self.status(),
            VerificationStatus::Passed
                | VerificationStatus::Failed
                | VerificationStatus::RequiresRetry
                | VerificationStatus::Skipped
                | VerificationStatus::Canceled
        )
    }

    fn is_expired(&self) -> bool {
        false
    }

    fn is_gone(&self) -> bool {
        let redacted_at = self.raw().attributes.get("redacted-at");
        redacted_at.is_some_and(|at| !at.is_null())
    }

    fn state(&self) -> String {
        self.status().as_str().to_owned()
    }
}
