//! How a new inquiry is looked up when nobody knows whether it was created.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};

use super::create::Created;
use super::{Inquiries, Inquiry, NewInquiry};
use crate::client::Persona;
use crate::error::{Error, ErrorKind};
use crate::look_up::{Creation, create_looking_up};
use crate::raw::types::CreateAnInquiryRequest;

/// How far the clock of this machine may be ahead of Persona's.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(120);

/// What of a new inquiry tells it from others.
pub(super) struct Traits {
    pub(super) reference_id: String,
    pub(super) template_id: Option<String>,
    pub(super) with_session: bool,
    pub(super) with_link: bool,
    pub(super) link_expires_in: Option<Duration>,
}

impl Inquiries {
    pub(super) async fn create_looking_up(
        &self,
        new: NewInquiry,
        traits: Traits,
    ) -> Result<Created, Error> {
        let creation = InquiryCreation {
            since: DateTime::<Utc>::from(SystemTime::now() - CLOCK_DIFFERENCE),
            body: new.into_body()?,
            inquiries: self,
            traits,
        };
        create_looking_up(&self.persona, &creation).await
    }
}

struct InquiryCreation<'i> {
    inquiries: &'i Inquiries,
    body: CreateAnInquiryRequest,
    traits: Traits,
    since: DateTime<Utc>,
}

impl Creation for InquiryCreation<'_> {
    type Created = Created;
    type Found = Inquiry;

    async fn create(&self, persona: &Persona) -> Result<Created, Error> {
        persona.inquiries().send_new(&self.body).await
    }

    /// The newest inquiry that can be the one that was asked for.
    async fn find(&self) -> Result<Option<Inquiry>, Error> {
        let list = self
            .inquiries
            .list()
            .reference_id(&self.traits.reference_id)
            .created_from(self.since);
        let mut items = list.items();
        while let Some(inquiry) = items.next().await {
            let inquiry = inquiry?;
            let found = inquiry.template_id();
            let is_other = match (&self.traits.template_id, &found) {
                (Some(wanted), Some(found)) => found.as_str() != wanted,
                _ => false,
            };
            if !is_other && !inquiry.is_redacted() {
                return Ok(Some(inquiry));
            }
        }
        Ok(None)
    }

    async fn complete(&self, inquiry: Inquiry) -> Result<Created, Error> {
        let id = inquiry.id();
        let session_token = match self.traits.with_session {
            true => Some(self.inquiries.resume(&id).await?.session_token),
            false => None,
        };
        let link = match self.traits.with_link {
            true => {
                let link = self.inquiries.one_time_link(&id);
                Some(match self.traits.link_expires_in {
                    Some(expires_in) => link.expires_in(expires_in).await?,
                    None => link.await?,
                })
            }
            false => None,
        };
        Ok(Created {
            inquiry,
            session_token,
            link,
        })
    }

    /// A reference id may have any number of inquiries.
    fn is_there_already(&self, _: &Error) -> bool {
        false
    }
}

/// Without a reference id there is nothing to look up by.
pub(super) fn needs_reference_id() -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        "on_unknown needs a reference id to look the inquiry up by",
    )
}
