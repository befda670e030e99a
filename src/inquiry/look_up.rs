//! What to do when nobody knows whether an inquiry was created.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};

use super::create::Created;
use super::{Inquiries, Inquiry, NewInquiry};
use crate::call::CallOptions;
use crate::error::{Error, ErrorKind, WriteOutcome};

/// Looks a new inquiry up by its reference id when its creation ended in
/// [`WriteOutcome::Unknown`](crate::WriteOutcome::Unknown); for
/// [`NewInquiry::on_unknown`].
///
/// If it is there, that is the answer. If it is not, it is created again: under the same
/// idempotency key, or under a new one after a 500, which Persona stored under the first. After
/// six creations, or when it could not be looked up in five calls, the error of the last creation
/// comes out. Each call has a call timeout of its own; put a limit on the whole around it.
///
/// An inquiry of the same reference id and template that was created in the same minutes is
/// taken for the one that was asked for: give it to people who have one inquiry at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LookUp;

/// How often it is created at most.
const CREATIONS: u32 = 6;

/// How often it is looked up at most after each creation, beyond what the call itself retries.
const LOOKS: u32 = 5;

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
        let since = DateTime::<Utc>::from(SystemTime::now() - CLOCK_DIFFERENCE);
        let body = new.into_body()?;
        let mut inquiries = self.clone();
        let mut creations = 0;
        loop {
            creations += 1;
            let error = match inquiries.send_new(&body).await {
                Ok(created) => return Ok(created),
                Err(error) => error,
            };
            let Some(WriteOutcome::Unknown { key: Some(key) }) = error.write_outcome() else {
                return Err(error);
            };
            match self.look(&traits, since).await {
                Ok(Some(inquiry)) => return self.complete(inquiry, &traits).await,
                Ok(None) if creations < CREATIONS => {}
                // Whatever the look ended in, the error of the creation says more.
                _ => return Err(error),
            }
            inquiries = if error.status() == Some(500) {
                self.persona.with_new_keys().inquiries()
            } else {
                let same = CallOptions::new().idempotency_key(key);
                self.persona.with(same).inquiries()
            };
        }
    }

    /// Looks until a look succeeds.
    async fn look(&self, traits: &Traits, since: DateTime<Utc>) -> Result<Option<Inquiry>, Error> {
        let mut looks = 0;
        loop {
            looks += 1;
            match self.find(traits, since).await {
                Err(_) if looks < LOOKS => {}
                result => return result,
            }
        }
    }

    /// The newest inquiry that can be the one that was asked for.
    async fn find(&self, traits: &Traits, since: DateTime<Utc>) -> Result<Option<Inquiry>, Error> {
        let list = self
            .list()
            .reference_id(&traits.reference_id)
            .created_from(since);
        let mut items = list.items();
        while let Some(inquiry) = items.next().await {
            let inquiry = inquiry?;
            let found = inquiry.template_id();
            let is_other = match (&traits.template_id, &found) {
                (Some(wanted), Some(found)) => found.as_str() != wanted,
                _ => false,
            };
            if !is_other && !inquiry.is_redacted() {
                return Ok(Some(inquiry));
            }
        }
        Ok(None)
    }

    /// Makes what was to come with the creation.
    async fn complete(&self, inquiry: Inquiry, traits: &Traits) -> Result<Created, Error> {
        let id = inquiry.id();
        let session_token = match traits.with_session {
            true => Some(self.resume(&id).await?.session_token),
            false => None,
        };
        let link = match traits.with_link {
            true => {
                let link = self.one_time_link(&id);
                Some(match traits.link_expires_in {
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
}

/// Without a reference id there is nothing to look up by.
pub(super) fn needs_reference_id() -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        "on_unknown needs a reference id to look the inquiry up by",
    )
}
