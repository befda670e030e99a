mod error;
mod links;
mod standing;

use std::fmt;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::emulator::model::Model;
use crate::emulator::model::inquiry::InquiryUpdate;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::results::{Found, NoResult};
use crate::emulator::model::session::LINK_GRACE;
use crate::emulator::model::transition::{Action, Resource, Status, find};
use crate::emulator::{State, lock};

pub use error::PersonError;

use links::{Link, Target};
pub(in crate::emulator) use links::{leads_away, redirect_of};
pub(in crate::emulator) use standing::{Step, step};
use standing::{can_go_on, finished, started};

/// The person being verified, with a browser of their own.
///
/// A person has at most one page open. Leaving closes it, and with it goes the way back in: what
/// a real person loses when they close the tab.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use withpersona::emulator::{Emulator, PersonError};
/// use withpersona::{NewInquiry, Persona};
///
/// let emulator = Emulator::start().await?;
/// let persona = Persona::builder()
///     .api_key(emulator.api_key())
///     .base_url(emulator.base_url())
///     .build()?;
/// let new = NewInquiry::from_template(emulator.default_template_id());
/// let id = persona.inquiries().create(new).await?.inquiry.id();
///
/// let mut person = emulator.person();
/// person.open(id.as_str())?;
/// person.start()?;
/// person.leave();
///
/// // Without a session there is no way back in …
/// assert!(matches!(person.open(id.as_str()), Err(PersonError::SessionExpired)));
///
/// // … so the backend resumes the inquiry and hands over the token.
/// let resumed = persona.inquiries().resume(&id).await?;
/// person.enter(id.as_str(), resumed.session_token.reveal())?;
/// person.submit("government-id")?;
/// person.fail("id_expired_detection")?;
/// assert_eq!(person.inquiry_status().as_deref(), Some("declined"));
/// # Ok(())
/// # }
/// ```
pub struct Person {
    state: Arc<Mutex<State>>,
    page: Option<Page>,
    /// The inquiry that this person last had to do with.
    inquiry_id: Option<String>,
}

#[derive(Clone)]
struct Page {
    inquiry_id: String,
    session_id: String,
}

impl Person {
    pub(in crate::emulator) fn new(state: Arc<Mutex<State>>) -> Self {
        Self {
            state,
            page: None,
            inquiry_id: None,
        }
    }

    /// Opens a link: a one-time link (`…?code=…`), or a hosted one with `inquiry-id` and, once the
    /// inquiry was started, `session-token`, or one with a template (`inquiry-template-id`,
    /// `inquiry-template-version-id` or `template-id`), which creates an inquiry, with
    /// `reference-id` or `account-id` and prefilled `fields[name]` as the link says. Host and path
    /// do not matter. A `redirect-uri` in a link is where the person is sent in the end.
    ///
    /// A one-time link is used up by it, but works again for five minutes.
    ///
    /// # Errors
    ///
    /// What the page would say: [`PersonError::LinkAlreadyUsed`], [`PersonError::LinkExpired`],
    /// [`PersonError::LinkUnknown`], [`PersonError::SessionExpired`],
    /// [`PersonError::InquiryFinished`], and [`PersonError::Refused`] for a template or a field
    /// that there is not.
    pub fn follow_link(&mut self, url: &str) -> Result<(), PersonError> {
        let link = Link::parse(url);
        let redirect_uri = link.redirect_uri()?;
        match link.target().ok_or(PersonError::LinkUnknown)? {
            Target::OneTime { code } => self.use_code(&code)?,
            Target::Session { inquiry_id, token } => self.enter(&inquiry_id, &token)?,
            Target::Inquiry { inquiry_id } => self.open(&inquiry_id)?,
            Target::Template(template) => {
                let mut state = lock(&self.state);
                state.model.catch_up();
                let inquiry_id = link.create_inquiry(&mut state.model, template)?;
                drop(state);
                self.open(&inquiry_id)?;
            }
        }
        if let (Some(uri), Some(page)) = (redirect_uri, &self.page) {
            let mut state = lock(&self.state);
            if let Some(inquiry) = state.model.inquiries.get_mut(&page.inquiry_id) {
                inquiry.redirect_uri = Some(uri);
            }
        }
        Ok(())
    }

    /// Opens an inquiry with nothing but its id, as a hosted link without a session does. That
    /// works until the inquiry is started.
    ///
    /// # Errors
    ///
    /// [`PersonError::SessionExpired`] for an inquiry that was started or has expired,
    /// [`PersonError::InquiryFinished`], [`PersonError::LinkUnknown`].
    pub fn open(&mut self, inquiry_id: &str) -> Result<(), PersonError> {
        let mut state = lock(&self.state);
        let model = &mut state.model;
        model.catch_up();
        let inquiry = model.inquiries.get(inquiry_id);
        match inquiry.map(|inquiry| inquiry.status) {
            None => return Err(PersonError::LinkUnknown),
            Some(Status::Created) => {}
            Some(Status::Pending | Status::Expired) => return Err(PersonError::SessionExpired),
            Some(status) => return Err(finished(status)),
        }
        let session_id = model.create_session(inquiry_id).map_err(refused)?;
        let page = open_session(model, inquiry_id, &session_id)?;
        drop(state);
        self.show(page);
        Ok(())
    }

    /// Opens an inquiry with a session token, such as the backend gets by resuming.
    ///
    /// # Errors
    ///
    /// [`PersonError::SessionExpired`] when the token is not one of this inquiry or its session is
    /// over, [`PersonError::InquiryFinished`], [`PersonError::LinkUnknown`].
    pub fn enter(&mut self, inquiry_id: &str, session_token: &str) -> Result<(), PersonError> {
        let mut state = lock(&self.state);
        let model = &mut state.model;
        model.catch_up();
        let inquiry = model
            .inquiries
            .get(inquiry_id)
            .ok_or(PersonError::LinkUnknown)?;
        let session_id = inquiry
            .sessions
            .iter()
            .filter_map(|id| model.sessions.get(id))
            .find(|session| session.token == session_token)
            .map(|session| session.id.clone())
            .ok_or(PersonError::SessionExpired)?;
        let page = open_session(model, inquiry_id, &session_id)?;
        drop(state);
        self.show(page);
        Ok(())
    }

    /// Agrees to be verified: `created` becomes `pending`. Someone who comes back has agreed
    /// before, and nothing happens.
    ///
    /// # Errors
    ///
    /// [`PersonError::NoPage`], [`PersonError::SessionExpired`], [`PersonError::InquiryFinished`].
    pub fn start(&mut self) -> Result<(), PersonError> {
        self.at_the_page(|model, page| {
            let inquiry = model.inquiries.get(&page.inquiry_id);
            if inquiry.is_some_and(|it| it.status == Status::Pending) {
                return Ok(());
            }
            model
                .change_inquiry(&page.inquiry_id, Action::Start)
                .map_err(refused)
        })
    }

    /// Closes the page. The session stays in use on Persona's side, and this person has lost it.
    pub fn leave(&mut self) {
        self.page = None;
    }

    /// Corrects or adds to the details that the inquiry has about the person, by the template's
    /// names. Null takes a detail out; what is not named stays.
    ///
    /// # Errors
    ///
    /// [`PersonError::NotStarted`], [`PersonError::Refused`] for a field that the template does
    /// not have or a value of another type, and those of [`start`](Self::start).
    pub fn fill(&mut self, fields: Map<String, Value>) -> Result<(), PersonError> {
        self.at_the_page(|model, page| {
            started(model, &page.inquiry_id)?;
            let update = InquiryUpdate {
                fields,
                ..InquiryUpdate::default()
            };
            model
                .update_inquiry(&page.inquiry_id, update)
                .map_err(refused)?;
            if let Some(inquiry) = model.inquiries.get_mut(&page.inquiry_id) {
                inquiry.progress.confirmed_fields = true;
            }
            Ok(())
        })
    }

    /// Leaves out a verification that the template does not require.
    ///
    /// # Errors
    ///
    /// [`PersonError::NotStarted`], [`PersonError::UnknownVerification`] also for one that is
    /// required, and those of [`start`](Self::start).
    pub fn skip(&mut self, kind: &str) -> Result<(), PersonError> {
        self.at_the_page(|model, page| {
            started(model, &page.inquiry_id)?;
            let parts = model.asked_for(&page.inquiry_id);
            let mut optional = parts.iter().filter(|part| !part.required);
            let part = optional
                .clone()
                .find(|part| part.kind.as_str() == kind)
                .ok_or_else(|| PersonError::UnknownVerification {
                    kind: kind.to_owned(),
                    known: listed(optional.by_ref().map(|part| part.kind.as_str())),
                })?;
            if let Some(inquiry) = model.inquiries.get_mut(&page.inquiry_id) {
                inquiry.progress.skipped.push(part.id.clone());
            }
            Ok(())
        })
    }

    /// Hands in what a verification of this kind asks for (`government-id`, `selfie`, …) and gives
    /// the id of the verification. Nothing is decided by that: the inquiry stays pending until
    /// [`pass`](Self::pass), [`fail`](Self::fail) or [`require_retry`](Self::require_retry) says
    /// what Persona finds.
    ///
    /// # Errors
    ///
    /// [`PersonError::NotStarted`], [`PersonError::UnknownVerification`],
    /// [`PersonError::AlreadySubmitted`], and those of [`start`](Self::start).
    pub fn submit(&mut self, kind: &str) -> Result<String, PersonError> {
        self.at_the_page(|model, page| {
            let inquiry_id = page.inquiry_id.as_str();
            started(model, inquiry_id)?;
            let parts = model.asked_for(inquiry_id);
            let template = parts
                .iter()
                .find(|part| part.kind.as_str() == kind)
                .ok_or_else(|| PersonError::UnknownVerification {
                    kind: kind.to_owned(),
                    known: listed(parts.iter().map(|part| part.kind.as_str())),
                })?;
            let standing = model.verifications_of(inquiry_id, |status| {
                matches!(status, Status::Submitted | Status::Passed)
            });
            let handed_in = standing.iter().any(|id| {
                let verification = model.verifications.get(id);
                verification.is_some_and(|it| it.template_id == template.id)
            });
            if handed_in {
                return Err(PersonError::AlreadySubmitted {
                    kind: kind.to_owned(),
                });
            }
            let id = model
                .create_verification(inquiry_id, template)
                .map_err(refused)?;
            model
                .change_verification(&id, Action::Submit)
                .map_err(refused)?;
            Ok(id)
        })
    }

    /// Persona finds nothing wrong with what was handed in. Once all that the template requires
    /// has passed, the inquiry completes, and the template's workflow decides.
    ///
    /// It works after the person has left, too: Persona goes on without them.
    ///
    /// # Errors
    ///
    /// [`PersonError::NothingSubmitted`], [`PersonError::NoPage`] for a person who never opened an
    /// inquiry.
    pub fn pass(&mut self) -> Result<(), PersonError> {
        self.conclude(&Found::Pass)
    }

    /// Persona finds that one check fails, named as in `id_expired_detection`; the rest passes.
    /// When the check is required and there are no attempts left, the inquiry fails, and the
    /// template's workflow decides.
    ///
    /// # Errors
    ///
    /// [`PersonError::UnknownCheck`], and those of [`pass`](Self::pass).
    pub fn fail(&mut self, check: &str) -> Result<(), PersonError> {
        self.conclude(&Found::Fail(check.to_owned()))
    }

    /// Persona finds that one check fails, and lets the person try again, also where the template
    /// gives them no more attempts.
    ///
    /// # Errors
    ///
    /// [`PersonError::UnknownCheck`], and those of [`pass`](Self::pass).
    pub fn require_retry(&mut self, check: &str) -> Result<(), PersonError> {
        self.conclude(&Found::Retry(check.to_owned()))
    }

    /// Says that this is all, as the last button of the pages does. What Persona is going to find
    /// is said here; when it does so is a choice of the emulator's, [`Results`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use withpersona::emulator::{Emulator, Found, Results};
    /// use withpersona::{NewInquiry, Persona};
    ///
    /// let emulator = Emulator::builder().results(Results::AfterSeconds(60)).start().await?;
    /// let persona = Persona::builder()
    ///     .api_key(emulator.api_key())
    ///     .base_url(emulator.base_url())
    ///     .build()?;
    /// let new = NewInquiry::from_template(emulator.default_template_id());
    /// let id = persona.inquiries().create(new).await?.inquiry.id();
    ///
    /// let mut person = emulator.person();
    /// person.open(id.as_str())?;
    /// person.start()?;
    /// person.submit("government-id")?;
    /// person.submit("selfie")?;
    /// person.hand_over(Found::Pass)?;
    /// assert_eq!(person.inquiry_status().as_deref(), Some("pending"));
    ///
    /// emulator.clock().advance(Duration::from_secs(60));
    /// assert_eq!(person.inquiry_status().as_deref(), Some("approved"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`Results`]: crate::emulator::Results
    ///
    /// # Errors
    ///
    /// [`PersonError::NothingSubmitted`], [`PersonError::UnknownCheck`], and those of
    /// [`start`](Self::start).
    pub fn hand_over(&mut self, found: Found) -> Result<(), PersonError> {
        self.at_the_page(|model, page| {
            started(model, &page.inquiry_id)?;
            Ok(model.await_result(&page.inquiry_id, found)?)
        })
    }

    /// The inquiry that this person last opened.
    pub fn inquiry_id(&self) -> Option<&str> {
        self.inquiry_id.as_deref()
    }

    /// The status of the inquiry that this person last opened, as on the wire.
    pub fn inquiry_status(&self) -> Option<String> {
        let inquiry_id = self.inquiry_id.as_ref()?;
        let mut state = lock(&self.state);
        state.model.catch_up();
        let inquiry = state.model.inquiries.get(inquiry_id)?;
        Some(inquiry.status.to_string())
    }

    /// Inquiry and session token of the page that is open.
    pub(in crate::emulator) fn way_back(&self) -> Option<(String, String)> {
        let page = self.page.as_ref()?;
        let state = lock(&self.state);
        let session = state.model.sessions.get(&page.session_id)?;
        Some((page.inquiry_id.clone(), session.token.clone()))
    }

    /// Where the browser is sent after the person has done all there is to do: the inquiry's
    /// `redirect-uri` with `inquiry-id`, `status` and `reference-id` added. `None` while the
    /// inquiry is open, and when it has no redirect.
    ///
    /// As at Persona nothing vouches for these values: the backend has to read the inquiry.
    pub fn redirected_to(&self) -> Option<String> {
        let mut state = lock(&self.state);
        state.model.catch_up();
        let inquiry = state.model.inquiries.get(self.inquiry_id.as_ref()?)?;
        redirect_of(inquiry)
    }

    fn use_code(&mut self, code: &str) -> Result<(), PersonError> {
        let mut state = lock(&self.state);
        let model = &mut state.model;
        model.catch_up();
        let now = model.now();
        let link = model.links.get(code).ok_or(PersonError::LinkUnknown)?;
        let used_up = link.used_at.is_some_and(|at| over(at, now));
        let session_id = link.session_id.clone();
        let session = model.sessions.get(&session_id);
        let inquiry_id = session.map(|session| session.inquiry_id.clone());
        let inquiry_id = inquiry_id.ok_or(PersonError::LinkUnknown)?;
        if used_up {
            return Err(PersonError::LinkAlreadyUsed);
        }
        let row = find(Resource::OneTimeLink, link.status, Action::Open);
        let row = row.ok_or(PersonError::LinkExpired)?;
        let page = open_session(model, &inquiry_id, &session_id)?;
        if let Some(link) = model.links.get_mut(code) {
            link.status = row.to;
            link.used_at = link.used_at.or(Some(now));
        }
        drop(state);
        self.show(page);
        Ok(())
    }

    fn conclude(&mut self, found: &Found) -> Result<(), PersonError> {
        let inquiry_id = self.inquiry_id.clone().ok_or(PersonError::NoPage)?;
        let mut state = lock(&self.state);
        let model = &mut state.model;
        model.catch_up();
        model.conclude_submitted(&inquiry_id, found)?;
        Ok(())
    }

    fn show(&mut self, page: Page) {
        self.inquiry_id = Some(page.inquiry_id.clone());
        self.page = Some(page);
    }

    /// Does something on the page that is open, after asking whether it still can be.
    fn at_the_page<T>(
        &mut self,
        act: impl FnOnce(&mut Model, &Page) -> Result<T, PersonError>,
    ) -> Result<T, PersonError> {
        let page = self.page.as_ref().ok_or(PersonError::NoPage)?;
        let mut state = lock(&self.state);
        let model = &mut state.model;
        model.catch_up();
        can_go_on(model, &page.inquiry_id, &page.session_id)?;
        act(model, page)
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("inquiry_id", &self.inquiry_id)
            .field("page_open", &self.page.is_some())
            .finish_non_exhaustive()
    }
}

fn open_session(
    model: &mut Model,
    inquiry_id: &str,
    session_id: &str,
) -> Result<Page, PersonError> {
    can_go_on(model, inquiry_id, session_id)?;
    model
        .change_session(session_id, Action::Open)
        .map_err(|_| PersonError::SessionExpired)?;
    Ok(Page {
        inquiry_id: inquiry_id.to_owned(),
        session_id: session_id.to_owned(),
    })
}

fn over(used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - used_at > LINK_GRACE
}

fn refused(refusal: Refusal) -> PersonError {
    PersonError::Refused {
        reason: refusal.details,
    }
}

impl From<NoResult> for PersonError {
    fn from(reason: NoResult) -> Self {
        match reason {
            NoResult::NothingSubmitted => Self::NothingSubmitted,
            NoResult::UnknownCheck { check, known } => Self::UnknownCheck {
                check,
                known: known.join(", "),
            },
            NoResult::Refused(refusal) => refused(refusal),
        }
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
