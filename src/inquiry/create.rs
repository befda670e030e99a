//! What a new inquiry is made of, and what comes back.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::look_up::{Traits, needs_reference_id};
use super::{Inquiry, link_of};
use crate::error::Error;
use crate::fields::NewFields;
use crate::id::{AccountId, IntoId, LegacyTemplateId, TemplateId, TemplateVersionId};
use crate::look_up::LookUp;
use crate::raw::types;
use crate::secret::{OneTimeLink, SessionToken};

/// An inquiry to be created.
///
/// What is wrong with it is told by [`create`](super::Inquiries::create), before anything is sent.
///
/// ```
/// use withpersona::NewInquiry;
///
/// let new = NewInquiry::from_template("itmpl_123")
///     .reference_id("user-1")
///     .field("name-first", "Jane")
///     .with_session();
/// ```
#[derive(Clone)]
#[must_use]
pub struct NewInquiry {
    attributes: types::CreateAnInquiryRequestAttributes,
    meta: types::CreateAnInquiryRequestMeta,
    fields: NewFields,
    look_up: Option<LookUp>,
    fault: Option<Error>,
}

impl NewInquiry {
    /// From a template (`itmpl_…`), in the version that is published now.
    pub fn from_template(id: impl IntoId<TemplateId>) -> Self {
        Self::from(id.into_id(), |new, id| {
            new.attributes.inquiry_template_id = Some(id.into());
        })
    }

    /// From one version of a template (`itmplv_…`), published or not.
    pub fn from_template_version(id: impl IntoId<TemplateVersionId>) -> Self {
        Self::from(id.into_id(), |new, id| {
            new.attributes.inquiry_template_version_id = Some(id.into());
        })
    }

    /// From a template of the legacy kind (`tmpl_…`).
    pub fn from_legacy_template(id: impl IntoId<LegacyTemplateId>) -> Self {
        Self::from(id.into_id(), |new, id| {
            new.attributes.template_id = Some(id.into());
        })
    }

    /// One that is refused when it is sent.
    #[cfg(feature = "schemars")]
    pub(super) fn refused(message: &'static str) -> Self {
        Self::from::<()>(Err(Error::invalid_input(message)), |_, ()| {})
    }

    fn from<T>(id: Result<T, Error>, set: impl FnOnce(&mut Self, T)) -> Self {
        let mut new = Self {
            attributes: Default::default(),
            meta: Default::default(),
            fields: NewFields::default(),
            look_up: None,
            fault: None,
        };
        match id {
            Ok(id) => set(&mut new, id),
            Err(fault) => new.fault = Some(fault),
        }
        new
    }

    /// Your own id for the person. Persona puts the inquiry on the account of that reference id,
    /// and creates the account if there is none.
    ///
    /// Persona does not treat it as a person's data: use an internal id, not an e-mail address.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.meta.auto_create_account_reference_id = Some(id.into());
        self
    }

    /// The account (`act_…`) to put it on; in place of a reference id.
    pub fn account(mut self, id: impl IntoId<AccountId>) -> Self {
        match id.into_id() {
            Ok(id) => self.attributes.account_id = Some(id.into()),
            Err(fault) => {
                self.fault.get_or_insert(fault);
            }
        }
        self
    }

    /// Fills in a field of the template, as the bare value.
    pub fn field(mut self, name: &str, value: impl Serialize) -> Self {
        self.fields.set(name, &value);
        self
    }

    /// Fills in several fields, from a map or a struct of your own.
    pub fn fields(mut self, fields: &impl Serialize) -> Self {
        self.fields.set_all(fields);
        self
    }

    /// A note, for the dashboard.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.attributes.note = Some(note.into());
        self
    }

    /// Adds a tag by its name.
    pub fn tag(mut self, name: impl Into<String>) -> Self {
        self.attributes
            .tags
            .get_or_insert_default()
            .push(name.into());
        self
    }

    /// Where the person is sent afterwards. The address comes back with parameters that anybody
    /// can change: read the inquiry, do not trust them.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.attributes.redirect_uri = Some(uri.into());
        self
    }

    /// How long the person may take to begin (whole seconds); 24 hours unless the template says
    /// otherwise.
    pub fn expires_after_create(mut self, after: Duration) -> Self {
        self.meta.expiration_after_create_interval_seconds = self.seconds("the expiry", after);
        self
    }

    /// How long the person may take once they have begun (whole seconds).
    pub fn expires_after_start(mut self, after: Duration) -> Self {
        self.meta.expiration_after_start_interval_seconds = self.seconds("the expiry", after);
        self
    }

    /// How long the person may take after each resume (whole seconds).
    pub fn expires_after_resume(mut self, after: Duration) -> Self {
        self.meta.expiration_after_resume_interval_seconds = self.seconds("the expiry", after);
        self
    }

    /// Opens a session as well, for an embedded flow: [`Created::session_token`].
    pub fn with_session(mut self) -> Self {
        self.meta.auto_create_inquiry_session = Some(true);
        self
    }

    /// Makes a one-time link as well, good for 24 hours: [`Created::link`]. For another expiry make
    /// it afterwards, by [`one_time_link`](super::Inquiries::one_time_link).
    pub fn with_one_time_link(mut self) -> Self {
        self.meta.auto_create_one_time_link = Some(true);
        self
    }

    /// How long the link is good that the flow itself makes when the person goes on with another
    /// device (whole seconds); one hour unless set. It does not touch
    /// [`with_one_time_link`](Self::with_one_time_link).
    pub fn device_handoff_expires_in(mut self, expires_in: Duration) -> Self {
        self.meta.one_time_link_expiration_seconds =
            self.seconds("the expiry of the device handoff", expires_in);
        self
    }

    /// Looks the inquiry up when nobody knows whether it was created, instead of failing with
    /// [`WriteOutcome::Unknown`](crate::WriteOutcome::Unknown). It needs a reference id.
    ///
    /// ```
    /// use withpersona::{LookUp, NewInquiry};
    ///
    /// let new = NewInquiry::from_template("itmpl_123")
    ///     .reference_id("user-1")
    ///     .on_unknown(LookUp);
    /// ```
    pub fn on_unknown(mut self, look_up: LookUp) -> Self {
        self.look_up = Some(look_up);
        self
    }

    /// The same for the person of this reference id, checked as far as it can be before it is
    /// sent.
    pub(crate) fn of_person(mut self, reference_id: &str) -> Result<Self, Error> {
        let meta = &mut self.meta.auto_create_account_reference_id;
        if meta.as_deref().is_some_and(|given| given != reference_id) {
            return Err(Error::invalid_input(
                "the new inquiry is for another reference id than the one that is asked for",
            ));
        }
        *meta = Some(reference_id.to_owned());
        self.clone().into_body()?;
        Ok(self)
    }

    /// The template, in whichever way it is named.
    pub(crate) fn template_name(&self) -> &str {
        let attributes = &self.attributes;
        let names = [
            &attributes.inquiry_template_id,
            &attributes.inquiry_template_version_id,
            &attributes.template_id,
        ];
        let mut given = names.into_iter().flatten();
        given.next().map_or("", String::as_str)
    }

    /// Whether an inquiry is from the template that is named here.
    pub(crate) fn is_like(&self, inquiry: &Inquiry) -> bool {
        let ties = &inquiry.raw().relationships;
        let is_tied = |tie: &str, name: &Option<String>| {
            name.is_some() && ties.one(tie).map(|one| one.id) == *name
        };
        let attributes = &self.attributes;
        is_tied("inquiry-template", &attributes.inquiry_template_id)
            || is_tied(
                "inquiry-template-version",
                &attributes.inquiry_template_version_id,
            )
            || is_tied("template", &attributes.template_id)
    }

    /// What it is to be looked up by; `None` when it is not to be.
    pub(super) fn traits(&self) -> Result<Option<Traits>, Error> {
        if self.look_up.is_none() {
            return Ok(None);
        }
        let reference_id = self.meta.auto_create_account_reference_id.clone();
        let seconds = self.meta.one_time_link_expiration_seconds;
        Ok(Some(Traits {
            reference_id: reference_id.ok_or_else(needs_reference_id)?,
            template_id: self.attributes.inquiry_template_id.clone(),
            with_session: self.meta.auto_create_inquiry_session == Some(true),
            with_link: self.meta.auto_create_one_time_link == Some(true),
            link_expires_in: seconds
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map(Duration::from_secs),
        }))
    }

    pub(super) fn into_body(self) -> Result<types::CreateAnInquiryRequest, Error> {
        let Self {
            mut attributes,
            meta,
            fields,
            look_up: _,
            fault,
        } = self;
        if let Some(fault) = fault {
            return Err(fault);
        }
        attributes.fields = fields.finish()?;
        let faults = [
            (
                attributes.account_id.is_some() && meta.auto_create_account_reference_id.is_some(),
                "both an account and a reference id are given: the inquiry can be on one account only",
            ),
            (
                meta.auto_create_account_reference_id.as_deref() == Some(""),
                "the reference id is empty",
            ),
        ];
        if let Some((_, message)) = faults.into_iter().find(|(wrong, _)| *wrong) {
            return Err(Error::invalid_input(message));
        }
        check_tags(&attributes.tags)?;
        check_redirect_uri(&attributes.redirect_uri)?;
        Ok(types::CreateAnInquiryRequest {
            data: types::CreateAnInquiryRequestData {
                attributes,
                ..Default::default()
            },
            meta: Some(meta),
            ..Default::default()
        })
    }

    fn seconds(&mut self, name: &str, duration: Duration) -> Option<i64> {
        match whole_seconds(name, duration) {
            Ok(seconds) => Some(seconds),
            Err(fault) => {
                self.fault.get_or_insert(fault);
                None
            }
        }
    }
}

impl fmt::Debug for NewInquiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewInquiry").finish_non_exhaustive()
    }
}

/// Persona counts in whole seconds, and from one on.
pub(super) fn check_tags(tags: &Option<Vec<String>>) -> Result<(), Error> {
    match tags.iter().flatten().any(String::is_empty) {
        true => Err(Error::invalid_input("a tag is empty")),
        false => Ok(()),
    }
}

pub(super) fn check_redirect_uri(uri: &Option<String>) -> Result<(), Error> {
    match uri.as_deref().map(url::Url::parse) {
        Some(Err(_)) => Err(Error::invalid_input(
            "the redirect URI is no absolute address",
        )),
        _ => Ok(()),
    }
}

pub(super) fn whole_seconds(name: &str, duration: Duration) -> Result<i64, Error> {
    match i64::try_from(duration.as_secs()) {
        Ok(0) => Err(Error::invalid_input(format!("{name} is under one second"))),
        Ok(seconds) => Ok(seconds),
        Err(_) => Err(Error::invalid_input(format!("{name} is too long"))),
    }
}

/// A created inquiry, with what was asked for along with it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Created {
    /// The inquiry.
    pub inquiry: Inquiry,
    /// Opens the inquiry in an embedded flow; there if it was asked for by
    /// [`with_session`](NewInquiry::with_session).
    pub session_token: Option<SessionToken>,
    /// Lets the person in once; there if it was asked for by
    /// [`with_one_time_link`](NewInquiry::with_one_time_link).
    pub link: Option<OneTimeLink>,
}

impl From<types::CreateAnInquiryDocument> for Created {
    fn from(answer: types::CreateAnInquiryDocument) -> Self {
        let meta = answer.meta.unwrap_or_default();
        Self {
            inquiry: answer.data.into(),
            session_token: meta.session_token.map(SessionToken::new),
            link: link_of(meta.one_time_link, meta.one_time_link_short),
        }
    }
}

impl fmt::Debug for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Created")
            .field("inquiry", &self.inquiry)
            .field("session_token", &self.session_token.is_some())
            .field("link", &self.link.is_some())
            .finish()
    }
}
