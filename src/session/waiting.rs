//! Waits that let people in again, as a session is opened.

use std::future::IntoFuture;

use super::access::Access;
use super::policy::ResumePolicy;
use super::{Open, Sessions};
use crate::client::{Persona, WeakPersona};
use crate::id::{InquiryId, IntoId};
use crate::inquiry::{Inquiry, InquiryStatus, Reopen};
use crate::wait::{AfterExpiry, Wait};

impl Wait<Inquiry> {
    /// Each time the inquiry expires, does by this policy what
    /// [`open`](Sessions::open) does on a visit, and waits on: for the same inquiry where it is
    /// resumed, for the new one where that stands in its place. It ends in
    /// [`Outcome::Expired`](crate::Outcome::Expired) where the policy or Persona refuses.
    ///
    /// It is done once, however many wait in all processes that share a store, and the token is
    /// kept for the person's next visit. A [snapshot](crate::InquiryWatcher::snapshot) does not
    /// hold such a wait, and [says so](crate::WaitSnapshot::unsaved).
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::ResumePolicy;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let day = Duration::from_secs(24 * 60 * 60);
    /// let policy = ResumePolicy::resume().renew_after(30 * day);
    /// let outcome = persona
    ///     .inquiries()
    ///     .wait("inq_123")
    ///     .deadline(60 * day)
    ///     .resume_if_expired_by(persona.sessions(), policy)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume_if_expired_by(self, sessions: Sessions, policy: ResumePolicy) -> Self {
        self.when_expired(move |expired| {
            reopen(&sessions, expired.id()).policy(policy).into_future()
        })
    }
}

/// How a wait goes on by what a visit would find.
impl From<Access> for AfterExpiry {
    fn from(access: Access) -> Self {
        match access {
            Access::Renewed { new, .. } => Self::Instead(new.as_str().to_owned()),
            Access::Finished(InquiryStatus::Expired) => Self::End,
            _ => Self::Again,
        }
    }
}

fn reopen(sessions: &Sessions, id: impl IntoId<InquiryId>) -> Open {
    sessions.open(id).ask_first()
}

impl Persona {
    /// Lets a person in again for the watcher of a client, which is a part of that client.
    pub(crate) fn reopening(client: WeakPersona) -> Reopen {
        Box::new(move |id| {
            let sessions = client.upgrade()?.sessions();
            Some(Box::pin(
                async move { reopen(&sessions, id).await.map(drop) },
            ))
        })
    }
}
