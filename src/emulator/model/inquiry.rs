//! Inquiries: one person going through one template once.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::results::Awaited;
use super::session::LinkUrls;
use super::tags::distinct;
use super::template::{Intervals, Template};
use super::transition::{Action, Resource, Status, find};
use super::{Deadline, Model, prefill};
use crate::emulator::wire;

#[derive(Serialize, Deserialize)]
pub(crate) struct Inquiry {
    pub(crate) id: String,
    pub(crate) template_id: String,
    /// The version it was created from. It stays on it.
    pub(crate) template_version_id: String,
    pub(crate) status: Status,
    pub(crate) reference_id: Option<String>,
    pub(crate) account_id: Option<String>,
    pub(crate) creator: String,
    pub(crate) note: Option<String>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) reviewer_comment: Option<String>,
    /// Bare values, by the template's names. What is unset is not in it.
    pub(crate) fields: Map<String, Value>,
    pub(crate) sessions: Vec<String>,
    pub(crate) verifications: Vec<String>,
    /// What the person has done on the pages and no status tells.
    #[serde(default)]
    pub(crate) progress: Progress,
    pub(crate) intervals: Intervals,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
    pub(crate) failed_at: Option<DateTime<Utc>>,
    pub(crate) marked_for_review_at: Option<DateTime<Utc>>,
    pub(crate) decisioned_at: Option<DateTime<Utc>>,
    pub(crate) expired_at: Option<DateTime<Utc>>,
    pub(crate) redacted_at: Option<DateTime<Utc>>,
}

/// How far the person is, besides what they have handed in.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// They have looked over their details.
    pub(crate) confirmed_fields: bool,
    /// Verification templates that they may leave out, and do.
    pub(crate) skipped: Vec<String>,
    /// What Persona is going to find in what they have handed in.
    pub(crate) awaited: Option<Awaited>,
}

/// How a caller names the template: three spellings of one thing.
#[derive(Clone, Debug)]
pub(crate) enum TemplateName {
    Template(String),
    Version(String),
    Legacy(String),
}

/// Which account a new inquiry belongs to.
#[derive(Clone)]
pub(crate) enum AccountChoice {
    Existing(String),
    /// The account with this reference id, made if there is none.
    Reference(String),
    /// A new one that has no reference id.
    New,
    None,
}

pub(crate) struct NewInquiry {
    pub(crate) template: TemplateName,
    pub(crate) account: AccountChoice,
    pub(crate) creator: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) fields: Map<String, Value>,
    pub(crate) expire_after_create: Option<TimeDelta>,
    pub(crate) expire_after_start: Option<TimeDelta>,
    pub(crate) expire_after_resume: Option<TimeDelta>,
}

/// What an update changes; `None` leaves a part as it is.
#[derive(Default)]
pub(crate) struct InquiryUpdate {
    pub(crate) note: Option<Option<String>>,
    pub(crate) redirect_uri: Option<Option<String>>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) fields: Map<String, Value>,
}

impl Model {
    pub(crate) fn create_inquiry(&mut self, new: NewInquiry) -> Result<String, Refusal> {
        let template = self.named_template(&new.template)?;
        let template_id = template.id.clone();
        let template_version_id = match &new.template {
            TemplateName::Version(id) => id.clone(),
            _ => template.version_id.clone(),
        };
        let mut intervals = template.intervals;
        let fields = prefill::assign(template, Map::new(), new.fields)?;
        if let Some(after) = new.expire_after_create {
            // Without a time of its own, starting follows what creation was given.
            intervals.after_create = after;
            intervals.after_start = after;
        }
        intervals.after_start = new.expire_after_start.unwrap_or(intervals.after_start);
        intervals.after_resume = new.expire_after_resume.unwrap_or(intervals.after_resume);
        let account_id = self.account_for(new.account)?;
        let reference_id = account_id
            .as_ref()
            .and_then(|id| self.accounts.get(id)?.reference_id.clone());

        let id = self.ids.next("inq");
        let inquiry = Inquiry {
            id: id.clone(),
            template_id,
            template_version_id,
            status: Status::Absent,
            reference_id,
            account_id,
            creator: new.creator.unwrap_or_else(|| "API".into()),
            note: new.note,
            redirect_uri: new.redirect_uri,
            tags: new.tags,
            reviewer_comment: None,
            fields,
            sessions: Vec::new(),
            verifications: Vec::new(),
            progress: Progress::default(),
            intervals,
            expires_at: self.now,
            created_at: self.now,
            updated_at: self.now,
            started_at: None,
            completed_at: None,
            failed_at: None,
            marked_for_review_at: None,
            decisioned_at: None,
            expired_at: None,
            redacted_at: None,
        };
        self.inquiries.insert(&id, inquiry);
        self.change_inquiry(&id, Action::Create)?;
        Ok(id)
    }

    /// Takes an inquiry through one row of the table, and through what its template's workflow
    /// does by itself after that.
    pub(crate) fn change_inquiry(&mut self, id: &str, action: Action) -> Result<(), Refusal> {
        let now = self.now;
        let inquiry = self.live_inquiry(id)?;
        let from = inquiry.status;
        let Some(row) = find(Resource::Inquiry, from, action) else {
            return Err(Refusal::conflict(format!(
                "cannot {action} an inquiry that is {from}"
            )));
        };
        let changed = from != row.to;
        inquiry.status = row.to;
        if changed {
            inquiry.updated_at = now;
            match row.to {
                Status::Pending => inquiry.started_at = inquiry.started_at.or(Some(now)),
                Status::Completed => inquiry.completed_at = Some(now),
                Status::Failed => inquiry.failed_at = Some(now),
                Status::NeedsReview => inquiry.marked_for_review_at = Some(now),
                Status::Approved | Status::Declined => inquiry.decisioned_at = Some(now),
                Status::Expired => inquiry.expired_at = Some(now),
                _ => {}
            }
        }
        let restarts = match action {
            Action::Create => Some(inquiry.intervals.after_create),
            Action::Start => Some(inquiry.intervals.after_start),
            Action::Resume if changed => Some(inquiry.intervals.after_resume),
            _ => None,
        };
        if let Some(interval) = restarts {
            let expires_at = now + interval;
            inquiry.expires_at = expires_at;
            self.due(expires_at, Deadline::Inquiry(id.to_owned()));
        }
        self.record_transition(row.event, Resource::Inquiry, id);

        match action {
            Action::Expire => {
                self.expire_sessions_of(id);
                self.cancel_verifications_of(id);
            }
            _ if changed && ends_the_flow(row.to) => self.cancel_verifications_of(id),
            _ => {}
        }
        match self.workflow_step(id, action) {
            Some(next) => self.change_inquiry(id, next),
            None => Ok(()),
        }
    }

    /// Approves, declines or marks for review, with a reviewer's comment.
    pub(crate) fn decide(
        &mut self,
        id: &str,
        action: Action,
        comment: Option<String>,
    ) -> Result<(), Refusal> {
        let before = self.live_inquiry(id)?.reviewer_comment.clone();
        if comment.is_some() {
            self.live_inquiry(id)?.reviewer_comment = comment;
        }
        let outcome = self.change_inquiry(id, action);
        if outcome.is_err() {
            self.live_inquiry(id)?.reviewer_comment = before;
        }
        outcome
    }

    /// Lets the person come back: the token of a session that nobody has used yet.
    pub(crate) fn resume(&mut self, id: &str) -> Result<String, Refusal> {
        self.change_inquiry(id, Action::Resume)?;
        let session_id = self.unused_session(id)?;
        self.sessions
            .get(&session_id)
            .map(|session| session.token.clone())
            .ok_or_else(|| Refusal::not_found("inquiry session", &session_id))
    }

    /// A link into a new session.
    pub(crate) fn link_into(
        &mut self,
        id: &str,
        lifetime: Option<TimeDelta>,
    ) -> Result<LinkUrls, Refusal> {
        let session_id = self.create_session(id)?;
        self.create_link(&session_id, lifetime)
    }

    pub(crate) fn update_inquiry(
        &mut self,
        id: &str,
        update: InquiryUpdate,
    ) -> Result<(), Refusal> {
        let now = self.now;
        let inquiry = self.live_inquiry(id)?;
        let before = inquiry.fields.clone();
        let template_id = inquiry.template_id.clone();
        let template = self
            .template(&template_id)
            .ok_or_else(|| Refusal::not_found("inquiry template", &template_id))?;
        let fields = prefill::assign(template, before, update.fields)?;
        let inquiry = self.live_inquiry(id)?;
        inquiry.fields = fields;
        inquiry.updated_at = now;
        if let Some(note) = update.note {
            inquiry.note = note;
        }
        if let Some(redirect_uri) = update.redirect_uri {
            inquiry.redirect_uri = redirect_uri;
        }
        match update.tags {
            Some(tags) => self.set_tags(id, tags),
            None => Ok(()),
        }
    }

    pub(crate) fn set_tags(&mut self, id: &str, tags: Vec<String>) -> Result<(), Refusal> {
        let now = self.now;
        let inquiry = self.live_inquiry(id)?;
        let distinct = distinct(tags);
        if inquiry.tags == distinct {
            return Ok(());
        }
        inquiry.tags = distinct;
        inquiry.updated_at = now;
        self.record_inquiry("inquiry.updated-tags", id);
        Ok(())
    }

    pub(crate) fn tags(&mut self, id: &str) -> Result<Vec<String>, Refusal> {
        self.live_inquiry(id).map(|inquiry| inquiry.tags.clone())
    }

    /// Takes away what is known about the person. It cannot be undone.
    pub(crate) fn redact_inquiry(&mut self, id: &str) -> Result<(), Refusal> {
        let now = self.now;
        let inquiry = self.live_inquiry(id)?;
        inquiry.redacted_at = Some(now);
        inquiry.updated_at = now;
        inquiry.fields.clear();
        inquiry.note = None;
        inquiry.reviewer_comment = None;
        let verifications = inquiry.verifications.clone();
        self.expire_sessions_of(id);
        for verification in verifications {
            // One that is locked, or was redacted by itself, stays as it is.
            let _ = self.redact_verification(&verification);
        }
        self.record_inquiry("inquiry.redacted", id);
        if let Some(inquiry) = self.inquiries.get(id) {
            let rendered = wire::inquiry(self, inquiry);
            self.forget(id, &rendered);
        }
        Ok(())
    }

    /// An inquiry that the person can go on with.
    pub(crate) fn open_inquiry(&self, id: &str) -> Result<&Inquiry, Refusal> {
        let inquiry = self
            .inquiries
            .get(id)
            .ok_or_else(|| Refusal::not_found("inquiry", id))?;
        if inquiry.redacted_at.is_some() {
            return Err(already_redacted());
        }
        match inquiry.status {
            Status::Created | Status::Pending => Ok(inquiry),
            Status::Expired => Err(Refusal::conflict(
                "the inquiry has expired: resume it first",
            )),
            status => Err(Refusal::conflict(format!(
                "the inquiry is {status}: it cannot be entered any more"
            ))),
        }
    }

    pub(super) fn inquiry_is_due(&mut self, id: &str) {
        let due = self.inquiries.get(id).is_some_and(|inquiry| {
            matches!(inquiry.status, Status::Created | Status::Pending)
                && inquiry.redacted_at.is_none()
                && inquiry.expires_at <= self.now
        });
        if due {
            // The row is there for both statuses.
            let _ = self.change_inquiry(id, Action::Expire);
        }
    }

    /// An inquiry that has not been redacted.
    pub(super) fn live_inquiry(&mut self, id: &str) -> Result<&mut Inquiry, Refusal> {
        let inquiry = self
            .inquiries
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("inquiry", id))?;
        if inquiry.redacted_at.is_some() {
            return Err(already_redacted());
        }
        Ok(inquiry)
    }

    pub(crate) fn named_template(&self, name: &TemplateName) -> Result<&Template, Refusal> {
        let mut templates = self.templates.iter();
        let (found, what, id) = match name {
            TemplateName::Template(id) => (
                templates.find(|template| template.id == *id),
                "inquiry template",
                id,
            ),
            TemplateName::Version(id) => (
                templates.find(|template| template.version(id).is_some()),
                "inquiry template version",
                id,
            ),
            TemplateName::Legacy(id) => (
                templates.find(|template| template.legacy_id.as_ref() == Some(id)),
                "template",
                id,
            ),
        };
        found.ok_or_else(|| Refusal::not_found(what, id))
    }

    fn workflow_step(&self, id: &str, action: Action) -> Option<Action> {
        let inquiry = self.inquiries.get(id)?;
        self.template(&inquiry.template_id)?.workflow.after(action)
    }

    fn record_inquiry(&mut self, name: &'static str, id: &str) {
        if let Some(inquiry) = self.inquiries.get(id) {
            let data = wire::inquiry(self, inquiry);
            self.record(name, id, data);
        }
    }
}

fn already_redacted() -> Refusal {
    Refusal::conflict("Inquiry already redacted")
}

fn ends_the_flow(status: Status) -> bool {
    matches!(
        status,
        Status::Completed
            | Status::Failed
            | Status::NeedsReview
            | Status::Approved
            | Status::Declined
    )
}
