//! Links and what else leads a person into an inquiry.
//!
//! | to | use |
//! |---|---|
//! | invite somebody by e-mail or text message | [`Links::one_time`] |
//! | link to a created inquiry, or to a new one for each click | [`HostedFlow`] |
//! | show the flow in a page or an app of your own | [`EmbeddedFlow`] |
//! | know what came of it when the person comes back | [`Redirect`] |
//!
//! See <https://docs.withpersona.com/hosted-flow-parameters>.

#[cfg(feature = "schemars")]
mod arguments;
mod embedded;
mod flow;
mod hosted;
mod one_time;
#[cfg(feature = "qr")]
mod qr;
mod redirect;

use crate::client::Persona;
#[cfg(feature = "sessions")]
use crate::error::Error;
use crate::id::{InquiryId, IntoId};
#[cfg(feature = "sessions")]
use crate::{
    id::SessionId,
    inquiry::{link_of, no_link_came},
    secret::OneTimeLink,
};

pub use self::embedded::{EmbeddedFlow, EmbeddedParameters};
pub use self::hosted::HostedFlow;
pub use self::one_time::OneTimeLinkRequest;
#[cfg(feature = "qr")]
pub use self::qr::{LinkForQr, QrCode};
pub use self::redirect::{Confirmed, Redirect};

/// Calls that make links; get it by [`Persona::links`].
#[derive(Clone, Debug)]
pub struct Links {
    persona: Persona,
}

impl Persona {
    /// Calls that make links.
    pub fn links(&self) -> Links {
        Links {
            persona: self.clone(),
        }
    }
}

impl Links {
    /// A one-time link into an inquiry, whatever became of it; `.await` it.
    ///
    /// It reads the inquiry first, and resumes it when it has expired: Persona makes no link into
    /// an expired one. Each link takes one of the inquiry's 25 sessions, and so does a resumption.
    /// [`Inquiries::one_time_link`](crate::Inquiries::one_time_link) makes the link alone.
    ///
    /// A person opens it once, with five minutes of grace; programs that look at links in e-mails
    /// can use it up before them. Then make another one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an expiry under one second,
    /// before anything is sent. [`ErrorKind::IllegalState`](crate::ErrorKind::IllegalState) when
    /// the inquiry is finished, and [`ErrorKind::Redacted`](crate::ErrorKind::Redacted) when the
    /// person's data is deleted: create another inquiry.
    ///
    /// See <https://docs.withpersona.com/inquiry-one-time-links>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let week = Duration::from_secs(7 * 24 * 60 * 60);
    /// let link = persona.links().one_time("inq_123").expires_in(week).await?;
    /// // Send `link.reveal()`, or `link.reveal_short()`, to the person it belongs to.
    /// # Ok(())
    /// # }
    /// ```
    pub fn one_time(&self, inquiry: impl IntoId<InquiryId>) -> OneTimeLinkRequest {
        OneTimeLinkRequest::new(self.persona.clone(), inquiry)
    }

    /// A one-time link into a session that exists (`iqse_…`). It lives as long as the session.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when the session is over:
    /// [`one_time`](Self::one_time) makes another one.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-sessions/generate-a-one-time-link-for-an-inquiry-session>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let link = persona.links().for_session("iqse_123").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "sessions")]
    pub async fn for_session(&self, session: impl IntoId<SessionId>) -> Result<OneTimeLink, Error> {
        let id = session.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .generate_a_one_time_link_for_an_inquiry_session(id.as_str(), None, None)
            .await?
            .into_inner();
        let meta = answer.meta.unwrap_or_default();
        link_of(meta.one_time_link, meta.one_time_link_short).ok_or_else(no_link_came)
    }
}
