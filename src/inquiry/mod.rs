//! Inquiries: one person's way through one template.
//!
//! See <https://docs.withpersona.com/inquiries>.

#[cfg(feature = "schemars")]
mod arguments;
mod change;
mod create;
mod list;
mod look_up;
mod simulate;
mod status;
mod view;
mod waiting;

use std::fmt;

use crate::call::ByteStream;
use crate::client::Persona;
use crate::error::{Error, ErrorKind};
use crate::id::{InquiryId, IntoId};
use crate::page::{Cursor, page};
use crate::raw::types::CreateAnInquiryRequest;
use crate::search::{Query, Search};
use crate::secret::{OneTimeLink, SessionToken};
use crate::tag::Tag;
#[cfg(feature = "verifications")]
use crate::verification::Verification;

#[cfg(feature = "schemars")]
pub use self::arguments::InquiryFilter;
pub use self::change::{InquiryUpdate, LinkRequest, Review};
pub use self::create::{Created, NewInquiry};
pub use self::list::InquiryList;
pub use self::simulate::SimulateAction;
pub use self::status::InquiryStatus;
pub use self::view::Inquiry;
pub(crate) use self::waiting::Reopen;
pub use self::waiting::{InquiryWaits, InquiryWatcher, WaitsWithoutDeadline};

/// Calls on inquiries; get it by [`Persona::inquiries`].
#[derive(Clone, Debug)]
pub struct Inquiries {
    persona: Persona,
}

impl Persona {
    /// Calls on inquiries.
    pub fn inquiries(&self) -> Inquiries {
        Inquiries {
            persona: self.clone(),
        }
    }
}

impl Inquiries {
    /// Creates an inquiry.
    ///
    /// The session token and the one-time link are there only if the new inquiry asks for them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a new inquiry that cannot be right, before anything is
    /// sent. [`ErrorKind::NotFound`] or [`ErrorKind::BadRequest`] when the template is not one of
    /// the key's environment. After [`WriteOutcome::Unknown`](crate::WriteOutcome::Unknown) it may
    /// exist: send it again under the same key, or let it be looked up by
    /// [`NewInquiry::on_unknown`].
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/create-an-inquiry>.
    ///
    /// ```no_run
    /// use withpersona::NewInquiry;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let new = NewInquiry::from_template("itmpl_123")
    ///     .reference_id("user-1")
    ///     .field("name-first", "Jane")
    ///     .with_one_time_link();
    /// let created = persona.inquiries().create(new).await?;
    /// println!("{}", created.inquiry.id());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, new: NewInquiry) -> Result<Created, Error> {
        match new.traits()? {
            Some(traits) => self.create_looking_up(new, traits).await,
            None => self.send_new(&new.into_body()?).await,
        }
    }

    async fn send_new(&self, body: &CreateAnInquiryRequest) -> Result<Created, Error> {
        let raw = self.persona.raw();
        let answer = raw.create_an_inquiry(None, None, body).await?;
        Ok(Created::from(answer.into_inner()))
    }

    /// Reads an inquiry.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/retrieve-an-inquiry>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let inquiry = persona.inquiries().retrieve("inq_123").await?;
    /// println!("{}", inquiry.status());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<InquiryId>) -> Result<Inquiry, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_an_inquiry(id.as_str(), None, None).await?;
        Ok(answer.into())
    }

    /// The verifications that were made in an inquiry, all kinds, in one request.
    ///
    /// # Errors
    ///
    /// As for [`retrieve`](Self::retrieve).
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// for verification in persona.inquiries().verifications("inq_123").await? {
    ///     println!("{} {}", verification.kind(), verification.status());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "verifications")]
    pub async fn verifications(
        &self,
        id: impl IntoId<InquiryId>,
    ) -> Result<Vec<Verification>, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .retrieve_an_inquiry(id.as_str(), None, Some("verifications"))
            .await?
            .into_inner();
        let order = Inquiry::from(answer.data.clone()).verification_ids();
        let mut found: Vec<Verification> = answer
            .included
            .into_iter()
            .flatten()
            .filter(|object| object.kind.starts_with("verification/"))
            .map(Verification::from)
            .collect();
        found.sort_by_key(|one| order.iter().position(|id| *id == one.id()));
        Ok(found)
    }

    /// Lists inquiries, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/list-all-inquiries>.
    ///
    /// ```no_run
    /// use withpersona::InquiryStatus;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut waiting = persona.inquiries().list().status(InquiryStatus::NeedsReview).items();
    /// while let Some(inquiry) = waiting.next().await {
    ///     println!("{}", inquiry?.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> InquiryList {
        InquiryList::new(self.persona.in_background().raw())
    }

    /// As [`list`](Self::list), where somebody waits for what comes of it.
    #[cfg(feature = "sessions")]
    pub(crate) fn list_at_once(&self) -> InquiryList {
        InquiryList::new(self.persona.raw())
    }

    /// Searches inquiries by several conditions at once.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/search-inquiries>.
    ///
    /// ```no_run
    /// use withpersona::Query;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let undecided = Query::any([
    ///     Query::equals("status", "completed"),
    ///     Query::equals("status", "needs_review"),
    /// ]);
    /// let mut found = persona.inquiries().search(undecided).ascending("created_at").items();
    /// while let Some(inquiry) = found.next().await {
    ///     println!("{}", inquiry?.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn search(&self, query: Query) -> Search<Inquiry> {
        let raw = self.persona.in_background().raw();
        Search::new(raw, query, |raw, after, body| {
            Box::pin(async move {
                let after = after.as_ref().map(Cursor::as_str);
                let answer = raw
                    .search_inquiries(None, after, None, None, &body)
                    .await?
                    .into_inner();
                let inquiries = answer.data.into_iter().map(Inquiry::from).collect();
                page(inquiries, answer.links.as_ref())
            })
        })
    }

    /// Changes what the update names, and nothing else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the update names nothing or cannot be sent;
    /// [`ErrorKind::Conflict`] when the inquiry changed at the same moment: read and update again.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/update-an-inquiry>.
    ///
    /// ```no_run
    /// use withpersona::InquiryUpdate;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let update = InquiryUpdate::new().note("called back").field("name-last", "Doe");
    /// persona.inquiries().update("inq_123", update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update(
        &self,
        id: impl IntoId<InquiryId>,
        update: InquiryUpdate,
    ) -> Result<Inquiry, Error> {
        let id = id.into_id()?;
        let body = update.into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .update_an_inquiry(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Approves an inquiry; `.await` it, with a comment if there is one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when the inquiry's state does not allow it.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/approve-an-inquiry>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// persona.inquiries().approve("inq_123").comment("address checked by phone").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn approve(&self, id: impl IntoId<InquiryId>) -> Review {
        Review::approve(self.persona.raw(), id)
    }

    /// Declines an inquiry; as [`approve`](Self::approve).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when the inquiry's state does not allow it.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/decline-an-inquiry>.
    pub fn decline(&self, id: impl IntoId<InquiryId>) -> Review {
        Review::decline(self.persona.raw(), id)
    }

    /// Marks an inquiry for review by a person.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when it is approved or declined already.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/mark-an-inquiry-for-review>.
    pub async fn mark_for_review(&self, id: impl IntoId<InquiryId>) -> Result<Inquiry, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .mark_an_inquiry_for_review(id.as_str(), None, None)
            .await?;
        Ok(answer.into())
    }

    /// Expires an inquiry, its sessions and its one-time links now. It can be resumed.
    ///
    /// The session token that is kept for it is forgotten, in all processes that share the store.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when the inquiry's state does not allow it.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/expire-an-inquiry>.
    pub async fn expire(&self, id: impl IntoId<InquiryId>) -> Result<Inquiry, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.expire_an_inquiry(id.as_str(), None, None).await;
        self.forget_token(&id).await;
        Ok(answer?.into())
    }

    /// Deletes the person's data for good. The inquiry itself stays, without it.
    ///
    /// It returns at once; verifications and documents of the inquiry follow in the background.
    /// The session token that is kept for it is forgotten, in all processes that share the store.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when it was redacted before.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/redact-an-inquiry>.
    pub async fn redact(&self, id: impl IntoId<InquiryId>) -> Result<Inquiry, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.redact_an_inquiry(id.as_str(), None, None).await;
        self.forget_token(&id).await;
        Ok(answer?.into())
    }

    /// Adds a tag.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an empty tag, before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/inquiries-add-tag>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// persona.inquiries().add_tag("inq_123", "vip").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add_tag(
        &self,
        id: impl IntoId<InquiryId>,
        tag: impl Into<Tag>,
    ) -> Result<Inquiry, Error> {
        let id = id.into_id()?;
        let body = tag.into().into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .inquiries_add_tag(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Removes a tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/inquiries-remove-tag>.
    pub async fn remove_tag(
        &self,
        id: impl IntoId<InquiryId>,
        tag: impl Into<Tag>,
    ) -> Result<Inquiry, Error> {
        let id = id.into_id()?;
        let body = tag.into().into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .inquiries_remove_tag(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Replaces all tags by these; none at all removes every tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/inquiries-set-all-tags>.
    pub async fn set_tags<I>(&self, id: impl IntoId<InquiryId>, tags: I) -> Result<Inquiry, Error>
    where
        I: IntoIterator,
        I::Item: Into<Tag>,
    {
        let id = id.into_id()?;
        let body = Tag::into_set_body(tags)?;
        let raw = self.persona.raw();
        let answer = raw
            .inquiries_set_all_tags(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Opens a way back in: a session token for the person who left.
    ///
    /// An expired inquiry becomes pending again. A valid session that was not used yet is given
    /// out again before a new one is made: an inquiry has 25 sessions at most.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when the inquiry is finished or redacted: read it again and decide
    /// from its status.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/resume-an-inquiry>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let resumed = persona.inquiries().resume("inq_123").await?;
    /// // Hand `resumed.session_token.reveal()` to the signed-in person and to nobody else.
    /// # Ok(())
    /// # }
    /// ```
    pub async fn resume(&self, id: impl IntoId<InquiryId>) -> Result<Resumed, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .resume_an_inquiry(id.as_str(), None, None)
            .await?
            .into_inner();
        match answer.meta.and_then(|meta| meta.session_token) {
            Some(token) => Ok(Resumed {
                inquiry: answer.data.into(),
                session_token: SessionToken::new(token),
            }),
            // Taken as a success, this would be a dead end for the person.
            None => Err(Error::new(
                ErrorKind::Decode,
                "at meta.session-token: the inquiry was resumed, but no session token came",
            )),
        }
    }

    /// Makes a one-time link, good for 24 hours unless said otherwise; `.await` it.
    ///
    /// Each one takes one of the inquiry's 25 sessions. An expired inquiry has to be resumed
    /// before.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an expiry under one second, before anything is sent.
    /// [`ErrorKind::Conflict`] or [`ErrorKind::Validation`] when the inquiry is expired
    /// (resume it), finished or redacted.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/generate-a-one-time-link>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let hour = Duration::from_secs(3600);
    /// let link = persona.inquiries().one_time_link("inq_123").expires_in(hour).await?;
    /// // Send `link.reveal()` to the person it belongs to.
    /// # Ok(())
    /// # }
    /// ```
    pub fn one_time_link(&self, id: impl IntoId<InquiryId>) -> LinkRequest {
        LinkRequest::new(self.persona.raw(), id)
    }

    /// The inquiry as a PDF, streamed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/print-inquiry-pdf>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut pdf = persona.inquiries().print("inq_123").await?;
    /// let mut size = 0;
    /// while let Some(chunk) = pdf.chunk().await? {
    ///     size += chunk.len(); // or write the chunk to a file
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn print(&self, id: impl IntoId<InquiryId>) -> Result<ByteStream, Error> {
        let id = id.into_id()?;
        self.persona.raw().print_an_inquiry_pdf(id.as_str()).await
    }

    /// Plays what a person or Persona would do. Sandbox only.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an empty list; [`ErrorKind::Permission`] in production.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiries/perform-simulate-actions>.
    ///
    /// ```no_run
    /// use withpersona::SimulateAction;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let actions = [SimulateAction::Start, SimulateAction::Complete, SimulateAction::Approve];
    /// persona.inquiries().simulate("inq_123", actions).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn simulate(
        &self,
        id: impl IntoId<InquiryId>,
        actions: impl IntoIterator<Item = SimulateAction>,
    ) -> Result<Inquiry, Error> {
        let id = id.into_id()?;
        let body = SimulateAction::into_body(actions)?;
        let raw = self.persona.raw();
        let answer = raw
            .inquiries_perform_simulate_actions(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Done or not, or nobody knows: the way in is to be asked for again.
    async fn forget_token(&self, _id: &InquiryId) {
        #[cfg(feature = "sessions")]
        self.persona.session_memory().forget(_id).await;
    }
}

/// A resumed inquiry, and the token that lets the person in.
#[derive(Clone)]
#[non_exhaustive]
pub struct Resumed {
    /// The inquiry, pending if it was expired.
    pub inquiry: Inquiry,
    /// Opens the inquiry to whoever holds it.
    pub session_token: SessionToken,
}

impl fmt::Debug for Resumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resumed")
            .field("inquiry", &self.inquiry)
            .finish_non_exhaustive()
    }
}

/// The link of an answer's `meta`.
pub(crate) fn link_of(long: Option<String>, short: Option<String>) -> Option<OneTimeLink> {
    let link = OneTimeLink::new(long?);
    Some(match short {
        Some(short) => link.with_short(short),
        None => link,
    })
}

/// The error of an answer without the link that it is about.
pub(crate) fn no_link_came() -> Error {
    Error::new(
        ErrorKind::Decode,
        "at meta.one-time-link: no link came, though one was made",
    )
}
