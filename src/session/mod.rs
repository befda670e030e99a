//! Sessions: always a way back into an inquiry, and never more of them than it takes.
//!
//! ```text
//! a token in the store that lasts ──────────────────────────────▶ that token, no request
//! else, once however many ask (flight in the process, lease in the fleet):
//!   read the inquiry
//!     created, pending    ──▶ resume ──▶ token, kept in the store
//!     expired             ──▶ by policy: resume, a new inquiry, or neither
//!     finished            ──▶ its status
//!     redacted            ──▶ gone
//!     409 on resume       ──▶ the state moved: read again
//! ```
//!
//! See <https://docs.withpersona.com/inquiry-sessions>.

#[cfg(feature = "inquiries")]
mod access;
#[cfg(all(feature = "inquiries", feature = "schemars"))]
mod arguments;
#[cfg(feature = "inquiries")]
mod create_once;
mod flight;
#[cfg(feature = "inquiries")]
mod get_or_create;
mod memory;
#[cfg(feature = "inquiries")]
mod open;
#[cfg(feature = "inquiries")]
mod policy;
mod record;
#[cfg(feature = "inquiries")]
mod renew;
mod token;
mod view;
#[cfg(feature = "inquiries")]
mod waiting;
#[cfg(feature = "inquiries")]
mod way;

use crate::client::Persona;
use crate::error::{Error, ErrorKind};
use crate::id::{InquiryId, IntoId, SessionId};
#[cfg(feature = "inquiries")]
use crate::inquiry::NewInquiry;
use crate::page::{Cursor, Pages, page};
use crate::raw::types;
use crate::secret::OneTimeLink;

#[cfg(feature = "inquiries")]
pub use self::access::Access;
#[cfg(feature = "inquiries")]
pub use self::get_or_create::{GetOrCreate, OneInquiry};
pub(crate) use self::memory::Memory;
#[cfg(feature = "inquiries")]
pub use self::open::{Open, Opening};
#[cfg(feature = "inquiries")]
pub use self::policy::ResumePolicy;
#[doc(hidden)]
pub use self::token::expiry as token_expiry;
pub use self::view::{Session, SessionStatus};

/// Ways into inquiries; get it by [`Persona::sessions`].
#[derive(Clone, Debug)]
pub struct Sessions {
    persona: Persona,
}

impl Persona {
    /// Ways into inquiries.
    pub fn sessions(&self) -> Sessions {
        Sessions {
            persona: self.clone(),
        }
    }
}

#[cfg(feature = "inquiries")]
impl Sessions {
    /// Opens a way into an inquiry, for a person who comes, or comes back; `.await` it.
    ///
    /// A token that is kept in the client's [store](crate::PersonaBuilder::store) is given out
    /// again while it lasts, without a request. Else the inquiry is read and, where the person can
    /// go on, resumed: once, however many ask at the same time, over all processes that share the
    /// store. Call it on each visit.
    ///
    /// A token is not taken back when the inquiry ends while it lasts: the person then sees a
    /// page that says so. Call [`forget`](Self::forget) when you learn of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is no such inquiry in the key's environment.
    /// [`ErrorKind::SessionLimit`] when all its sessions are used: see
    /// [`expire_all_on_limit`](Open::expire_all_on_limit). All who ask at the same time get the
    /// same error.
    ///
    /// See <https://docs.withpersona.com/resuming-inquiries>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::{Access, ResumePolicy};
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let week = Duration::from_secs(7 * 24 * 60 * 60);
    /// let access = persona
    ///     .sessions()
    ///     .open("inq_123")
    ///     .policy(ResumePolicy::resume().renew_after(week))
    ///     .await?;
    /// match access {
    ///     Access::Token { token, inquiry, .. } => { /* hand both to the signed-in person */ }
    ///     Access::Renewed { new, access, .. } => { /* store `new`, then as above */ }
    ///     Access::Finished(status) => println!("nothing left to do: {status}"),
    ///     Access::Gone => println!("the data was deleted"),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn open(&self, inquiry: impl IntoId<InquiryId>) -> Open {
        Open::new(self.persona.clone(), inquiry.into_id())
    }

    /// The one inquiry of a person in a template: the newest there is, else a new one; `.await`
    /// it.
    ///
    /// However many ask at the same time, over all processes that share the store, one inquiry is
    /// created. A process that dies in the middle leaves no second one behind. A redacted inquiry
    /// does not count.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] before anything is sent, for an empty reference id and for a
    /// new inquiry that names another one or an account. Else those of listing and creating
    /// inquiries; ask again after any of them.
    ///
    /// ```no_run
    /// use withpersona::{InquiryStatus, NewInquiry};
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let one = persona
    ///     .sessions()
    ///     .get_or_create("user-4711", NewInquiry::from_template("itmpl_123"))
    ///     .start_anew_after(InquiryStatus::Failed)
    ///     .await?;
    /// let access = persona.sessions().open(one.inquiry().id()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_or_create(&self, reference_id: impl Into<String>, new: NewInquiry) -> GetOrCreate {
        GetOrCreate::new(self.persona.clone(), reference_id.into(), new)
    }
}

impl Sessions {
    /// Forgets the token that is kept for an inquiry, in all processes that share the store. To be
    /// called when you learn that the inquiry has ended, such as by a webhook.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for what is no id.
    pub async fn forget(&self, inquiry: impl IntoId<InquiryId>) -> Result<(), Error> {
        let inquiry = inquiry.into_id()?;
        self.persona.session_memory().forget(&inquiry).await;
        Ok(())
    }

    /// Lists the sessions of an inquiry, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-sessions/list-all-inquiry-sessions>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut sessions = persona.sessions().list("inq_123").items();
    /// while let Some(session) = sessions.next().await {
    ///     println!("{}", session?.status());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self, inquiry: impl IntoId<InquiryId>) -> Pages<Session> {
        let persona = self.persona.in_background();
        let inquiry = inquiry.into_id();
        Pages::new(None, move |after: Option<Cursor>| {
            let (persona, inquiry) = (persona.clone(), inquiry.clone());
            async move {
                // The document has no page parameter here, but answers with a link to the next page.
                let mut request = crate::call::Request::get(
                    "list-all-inquiry-sessions",
                    "/inquiry-sessions".into(),
                )
                .query("filter[inquiry-id]", inquiry?.as_str());
                if let Some(after) = &after {
                    request = request.query("page[after]", after.as_str());
                }
                let answer = persona.call_path().send(request).await?;
                let answer = answer
                    .decode::<types::InquirySessionListDocument>()?
                    .into_inner();
                let sessions = answer.data.into_iter().map(Session::from).collect();
                page(sessions, answer.links.as_ref())
            }
        })
    }

    /// Reads a session.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-sessions/retrieve-an-inquiry-session>.
    pub async fn retrieve(&self, id: impl IntoId<SessionId>) -> Result<Session, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .retrieve_an_inquiry_session(id.as_str(), None, None)
            .await?;
        Ok(answer.into_inner().data.into())
    }

    /// Creates a session, for a link into it. It uses up one of the inquiry's sessions, and comes
    /// without a token: to let a person in by one, use `open`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when the inquiry's state does not allow it, and
    /// [`ErrorKind::Validation`] or [`ErrorKind::BadRequest`] when it has no session left.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-sessions/create-an-inquiry-session>.
    pub async fn create(&self, inquiry: impl IntoId<InquiryId>) -> Result<Session, Error> {
        let body = types::CreateAnInquirySessionRequest {
            data: Some(types::CreateAnInquirySessionRequestData {
                attributes: Some(types::CreateAnInquirySessionRequestAttributes {
                    inquiry_id: inquiry.into_id()?.into(),
                    ..Default::default()
                }),
                ..Default::default()
            }),
            ..Default::default()
        };
        let raw = self.persona.raw();
        let answer = raw.create_an_inquiry_session(None, None, &body).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Expires a session: whoever is in the inquiry through it is out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when it has expired before.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-sessions/expire-an-inquiry-session>.
    pub async fn expire(&self, id: impl IntoId<SessionId>) -> Result<Session, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .expire_an_inquiry_session(id.as_str(), None, None)
            .await?;
        let session = Session::from(answer.into_inner().data);
        if let Some(inquiry) = session.inquiry_id() {
            // The token that is kept may be this session's.
            self.persona.session_memory().forget(&inquiry).await;
        }
        Ok(session)
    }

    /// Expires all sessions of an inquiry, and forgets its token: everybody is out, on each of
    /// their devices. The inquiry itself goes on. The sessions that it expired come back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is no such inquiry in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-sessions/expire-inquiry-sessions>.
    pub async fn expire_all(&self, inquiry: impl IntoId<InquiryId>) -> Result<Vec<Session>, Error> {
        let inquiry = inquiry.into_id()?;
        let body = types::ExpireInquirySessionsRequest {
            meta: Some(types::ExpireInquirySessionsRequestMeta {
                inquiry_ids: vec![inquiry.as_str().to_owned()],
                ..Default::default()
            }),
            ..Default::default()
        };
        let raw = self.persona.raw();
        let result = raw.expire_inquiry_sessions(None, None, &body).await;
        // Done or not, or nobody knows: the token is to be asked for again.
        self.persona.session_memory().forget(&inquiry).await;
        let sessions = result?.into_inner().data;
        Ok(sessions.into_iter().map(Session::from).collect())
    }

    /// Makes a one-time link into a session, good for 24 hours.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when the session has expired.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-sessions/generate-a-one-time-link-for-an-inquiry-session>.
    pub async fn one_time_link(&self, id: impl IntoId<SessionId>) -> Result<OneTimeLink, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .generate_a_one_time_link_for_an_inquiry_session(id.as_str(), None, None)
            .await?;
        let meta = answer.into_inner().meta.unwrap_or_default();
        let link = meta.one_time_link.map(OneTimeLink::new).ok_or_else(|| {
            Error::new(
                ErrorKind::Decode,
                "at meta.one-time-link: no link came, though one was made",
            )
        })?;
        Ok(match meta.one_time_link_short {
            Some(short) => link.with_short(short),
            None => link,
        })
    }
}
