//! What a case tells.

use chrono::{DateTime, Utc};

use crate::call::Response;
use crate::fields::Fields;
use crate::id::{AccountId, CaseQueueId, CaseTemplateId, InquiryId, ReportId, VerificationId};
use crate::raw::types;
use crate::view::{moment, view};

view! {
    /// A case as Persona sent it.
    ///
    /// `Debug` prints the id alone. It serializes in Persona's own shape, fields included.
    Case(types::Case), CaseId
}

impl Case {
    /// Its short name, such as `MRR-3`.
    pub fn name(&self) -> &str {
        self.attributes().name.as_deref().unwrap_or_default()
    }

    /// Where it stands, in its template's words.
    pub fn status(&self) -> &str {
        self.attributes().status.as_deref().unwrap_or_default()
    }

    /// What it was resolved to, in its template's words.
    pub fn resolution(&self) -> Option<&str> {
        self.attributes().resolution.as_deref()
    }

    /// Who it is assigned to; for a user that is an e-mail address.
    pub fn assignee_id(&self) -> Option<&str> {
        self.attributes().assignee_id.as_deref()
    }

    /// Who opened it; for a user that is an e-mail address.
    pub fn creator_id(&self) -> Option<&str> {
        self.attributes().creator_id.as_deref()
    }

    /// The fields of its template.
    pub fn fields(&self) -> Fields<'_> {
        Fields::new(self.attributes().fields.as_ref())
    }

    /// Tags, as they are shown in the dashboard.
    pub fn tags(&self) -> Vec<String> {
        let tags = self.attributes().tags.iter().flatten();
        tags.filter_map(|tag| tag.as_str().map(str::to_owned))
            .collect()
    }

    /// The template it was made from.
    pub fn template_id(&self) -> Option<CaseTemplateId> {
        let template = self.0.relationships.one("case-template")?;
        Some(CaseTemplateId::received(&template.id))
    }

    /// The queue it is in.
    pub fn queue_id(&self) -> Option<CaseQueueId> {
        let queue = self.0.relationships.one("case-queue")?;
        Some(CaseQueueId::received(&queue.id))
    }

    /// The accounts it is about.
    pub fn account_ids(&self) -> Vec<AccountId> {
        self.ids("accounts", AccountId::received)
    }

    /// The inquiries it is about.
    pub fn inquiry_ids(&self) -> Vec<InquiryId> {
        self.ids("inquiries", InquiryId::received)
    }

    /// The reports it is about.
    pub fn report_ids(&self) -> Vec<ReportId> {
        self.ids("reports", ReportId::received)
    }

    /// The verifications it is about.
    pub fn verification_ids(&self) -> Vec<VerificationId> {
        self.ids("verifications", VerificationId::received)
    }

    /// When it was opened, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().created_at.as_deref())
    }

    /// When it was changed last, UTC.
    pub fn updated_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().updated_at.as_deref())
    }

    /// When it was assigned, UTC.
    pub fn assigned_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().assigned_at.as_deref())
    }

    /// When it was resolved, UTC.
    pub fn resolved_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().resolved_at.as_deref())
    }

    /// When it should be decided, UTC.
    pub fn sla_expires_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().sla_expires_at.as_deref())
    }

    /// Whether what it knew of people was deleted. That is no status: the status stays.
    pub fn is_redacted(&self) -> bool {
        self.attributes().redacted_at.is_some()
    }

    fn ids<T>(&self, name: &str, id: fn(&str) -> T) -> Vec<T> {
        let objects = self.0.relationships.many(name);
        objects.iter().map(|object| id(&object.id)).collect()
    }

    fn attributes(&self) -> &types::CaseAttributes {
        &self.0.attributes
    }
}

/// The case of an answer that is about one.
impl From<Response<types::CaseDocument>> for Case {
    fn from(answer: Response<types::CaseDocument>) -> Self {
        answer.into_inner().data.into()
    }
}
