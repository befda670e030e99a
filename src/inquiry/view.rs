//! What an inquiry tells.

use chrono::{DateTime, Utc};

use super::InquiryStatus;
use crate::call::Response;
use crate::fields::Fields;
use crate::id::{AccountId, InquiryId, TemplateId, VerificationId};
use crate::raw::types;
use crate::view::{moment, view};
use crate::wait::Awaited;

view! {
    /// An inquiry as Persona sent it.
    ///
    /// `Debug` prints the id alone. It serializes in Persona's own shape, fields included.
    Inquiry(types::Inquiry), InquiryId
}

impl Inquiry {
    /// Where it stands.
    pub fn status(&self) -> InquiryStatus {
        InquiryStatus::from(self.attributes().status.as_deref().unwrap_or_default())
    }

    /// Your own id for the person.
    pub fn reference_id(&self) -> Option<&str> {
        self.attributes().reference_id.as_deref()
    }

    /// The account it belongs to.
    pub fn account_id(&self) -> Option<AccountId> {
        let account = self.0.relationships.one("account")?;
        Some(AccountId::received(&account.id))
    }

    /// The template it was created from; `None` for one of the legacy kind.
    pub fn template_id(&self) -> Option<TemplateId> {
        let template = self.0.relationships.one("inquiry-template")?;
        Some(TemplateId::received(&template.id))
    }

    /// The verifications that were made in it, in the order in which Persona tells them.
    pub fn verification_ids(&self) -> Vec<VerificationId> {
        let verifications = self.0.relationships.many("verifications");
        let ids = verifications
            .iter()
            .map(|one| VerificationId::received(&one.id));
        ids.collect()
    }

    /// What the template asked for and the person gave.
    pub fn fields(&self) -> Fields<'_> {
        Fields::new(self.attributes().fields.as_ref())
    }

    /// Tags, as they are shown in the dashboard.
    pub fn tags(&self) -> Vec<&str> {
        let tags = self.attributes().tags.iter().flatten().flatten();
        tags.map(String::as_str).collect()
    }

    /// The note that was put on it.
    pub fn note(&self) -> Option<&str> {
        self.attributes().note.as_deref()
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().created_at.as_deref())
    }

    /// When the person began, UTC.
    pub fn started_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().started_at.as_deref())
    }

    /// When it will expire if nothing more happens, UTC.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().expires_at.as_deref())
    }

    /// When the person was through, UTC.
    pub fn completed_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().completed_at.as_deref())
    }

    /// When it was approved or declined, UTC.
    pub fn decisioned_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().decisioned_at.as_deref())
    }

    /// Whether the person's data was deleted. That is no status: the status stays what it was.
    pub fn is_redacted(&self) -> bool {
        self.attributes().redacted_at.is_some()
    }

    fn attributes(&self) -> &types::InquiryAttributes {
        &self.0.attributes
    }
}

/// An inquiry can be given where its id is asked for.
impl From<&Inquiry> for InquiryId {
    fn from(inquiry: &Inquiry) -> Self {
        inquiry.id()
    }
}

/// The inquiry of an answer that is about one.
impl From<Response<types::InquiryDocument>> for Inquiry {
    fn from(answer: Response<types::InquiryDocument>) -> Self {
        answer.into_inner().data.into()
    }
}

impl Awaited for Inquiry {
    fn is_finished(&self) -> bool {
        self.status().is_finished()
    }

    fn is_decided(&self) -> bool {
        self.status().is_decided()
    }

    fn is_expired(&self) -> bool {
        self.status() == InquiryStatus::Expired
    }

    fn is_gone(&self) -> bool {
        self.is_redacted()
    }

    fn state(&self) -> String {
        self.attributes().status.clone().unwrap_or_default()
    }
}
