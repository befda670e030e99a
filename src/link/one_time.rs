//! A one-time link into an inquiry, resumed first where it has expired.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use crate::client::Persona;
use crate::error::{Error, ErrorKind};
use crate::id::{InquiryId, IntoId};
use crate::inquiry::{Inquiry, InquiryStatus, LinkRequest};
use crate::secret::OneTimeLink;

/// A one-time link to be made when it is awaited; from [`Links::one_time`](super::Links::one_time).
#[must_use = "no link is made until it is awaited"]
pub struct OneTimeLinkRequest {
    persona: Persona,
    id: Result<InquiryId, Error>,
    expires_in: Option<Duration>,
}

impl OneTimeLinkRequest {
    pub(super) fn new(persona: Persona, id: impl IntoId<InquiryId>) -> Self {
        Self {
            persona,
            id: id.into_id(),
            expires_in: None,
        }
    }

    /// How long it is good for: whole seconds, one at least; 24 hours unless set. It never
    /// outlives its session, which ends when the inquiry expires.
    pub fn expires_in(mut self, expires_in: Duration) -> Self {
        self.expires_in = Some(expires_in);
        self
    }

    async fn make(self) -> Result<OneTimeLink, Error> {
        let id = self.id?;
        let request = |persona: &Persona| -> LinkRequest {
            let request = persona.inquiries().one_time_link(&id);
            match self.expires_in {
                Some(expires_in) => request.expires_in(expires_in),
                None => request,
            }
        };
        request(&self.persona).check()?;
        // A key of the caller's is for the link, and for the first try at it.
        let with_new_keys = self.persona.with_new_keys();
        let inquiries = with_new_keys.inquiries();

        if needs_resuming(&inquiries.retrieve(&id).await?)? {
            inquiries.resume(&id).await?;
        }
        let refused = match request(&self.persona).await {
            Err(error) if matches!(error.status(), Some(409 | 422)) => error,
            made_or_hopeless => return made_or_hopeless,
        };
        // Something may have happened to the inquiry in between.
        if !needs_resuming(&inquiries.retrieve(&id).await?)? {
            return Err(refused);
        }
        inquiries.resume(&id).await?;
        request(&with_new_keys).await
    }
}

impl IntoFuture for OneTimeLinkRequest {
    type Output = Result<OneTimeLink, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.make())
    }
}

impl fmt::Debug for OneTimeLinkRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeLinkRequest")
            .field("id", &self.id)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// Whether the inquiry has to be resumed before a link can lead into it; an error where none can.
fn needs_resuming(inquiry: &Inquiry) -> Result<bool, Error> {
    if inquiry.is_redacted() {
        return Err(Error::new(
            ErrorKind::Redacted,
            "no link can be made into a redacted inquiry",
        ));
    }
    let status = inquiry.status();
    if status.is_finished() {
        return Err(Error::new(
            ErrorKind::IllegalState,
            format!("the inquiry is {status}, so there is nothing to link to"),
        ));
    }
    Ok(status == InquiryStatus::Expired)
}
