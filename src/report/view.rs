//! What a report tells.

use chrono::{DateTime, Utc};

use super::matched::{ReportMatch, matches_of};
use crate::call::Response;
use crate::id::{AccountId, InquiryId, ReportTemplateId};
use crate::json_api::{Attributes, Resource, ResourceObject};
use crate::open_enum::open_enum;
use crate::raw::types::AnyReportDocument;
use crate::view::{moment, view};
use crate::wait::Awaited;

open_enum! {
    /// Where a report stands.
    ReportStatus {
        /// It is being made.
        Pending = "pending",
        /// It is made: see its matches.
        Ready = "ready",
        /// It could not be made. That says nothing about the person: make it again.
        Errored = "errored",
    }
}

view! {
    /// A report of any kind as Persona sent it.
    ///
    /// `Debug` prints the id alone.
    Report(ResourceObject), ReportId
}

impl Report {
    /// The JSON:API type, such as `report/watchlist`. New kinds are kept as they are.
    pub fn kind(&self) -> &str {
        &self.0.kind
    }

    /// Where it stands.
    pub fn status(&self) -> ReportStatus {
        ReportStatus::from(self.text("status").unwrap_or_default())
    }

    /// Whether something was found. `None` until the report is ready, and where the key may not
    /// see it: no answer is not a no.
    pub fn has_match(&self) -> Option<bool> {
        match self.status() {
            ReportStatus::Ready => self.flag("has-match"),
            _ => None,
        }
    }

    /// What was found, for watchlist, adverse media and politically exposed persons. Empty for
    /// other kinds: read these by [`typed`](Self::typed), or whole by [`raw`](Self::raw).
    ///
    /// Decide by [`has_match`](Self::has_match) whether something was found: should Persona change
    /// the shape of matches, they are missing here and still in `raw()`.
    pub fn matches(&self) -> Vec<ReportMatch> {
        matches_of(&self.0)
    }

    /// Whether it has been run more than once.
    pub fn is_continuous(&self) -> Option<bool> {
        self.flag("is-continuous")
    }

    /// Whether it is going to be run again: `false` while its monitoring is paused.
    pub fn is_recurring(&self) -> Option<bool> {
        self.flag("is-recurring")
    }

    /// Tags, as they are shown in the dashboard.
    pub fn tags(&self) -> Vec<&str> {
        let tags = self.0.attributes.get("tags").and_then(|it| it.as_array());
        let tags = tags.into_iter().flatten();
        tags.filter_map(|tag| tag.as_str()).collect()
    }

    /// The account it is on.
    pub fn account_id(&self) -> Option<AccountId> {
        let account = self.0.relationships.one("account")?;
        Some(AccountId::received(&account.id))
    }

    /// The inquiry it was made in.
    pub fn inquiry_id(&self) -> Option<InquiryId> {
        let inquiry = self.0.relationships.one("inquiry")?;
        Some(InquiryId::received(&inquiry.id))
    }

    /// The template it was made from.
    pub fn template_id(&self) -> Option<ReportTemplateId> {
        let template = self.0.relationships.one("report-template")?;
        Some(ReportTemplateId::received(&template.id))
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("created-at"))
    }

    /// When it was made, UTC.
    pub fn completed_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("completed-at"))
    }

    /// Whether the person's data was deleted. That is no status: the status stays what it was.
    pub fn is_redacted(&self) -> bool {
        self.text("redacted-at").is_some()
    }

    /// The typed form of its kind; `None` if it is of another kind.
    ///
    /// ```
    /// use withpersona::Report;
    /// use withpersona::raw::types::ReportEmailAddressAttributes;
    ///
    /// let report: Report = serde_json::from_str(
    ///     r#"{"type":"report/email-address","id":"rep_1","attributes":{"status":"ready"}}"#,
    /// )?;
    /// let typed = report.typed::<ReportEmailAddressAttributes>().expect("about an address");
    /// assert_eq!(typed.attributes.status.as_deref(), Some("ready"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn typed<A: Attributes>(&self) -> Option<Resource<A>> {
        self.0.decode()
    }

    fn text(&self, attribute: &str) -> Option<&str> {
        self.0.attributes.get(attribute)?.as_str()
    }

    fn flag(&self, attribute: &str) -> Option<bool> {
        self.0.attributes.get(attribute)?.as_bool()
    }
}

/// The report of an answer that is about one.
impl From<Response<AnyReportDocument>> for Report {
    fn from(answer: Response<AnyReportDocument>) -> Self {
        answer.into_inner().data.into()
    }
}

impl Awaited for Report {
    fn is_finished(&self) -> bool {
        matches!(self.status(), ReportStatus::Ready | ReportStatus::Errored)
    }

    fn is_expired(&self) -> bool {
        false
    }

    fn is_gone(&self) -> bool {
        self.is_redacted()
    }

    fn state(&self) -> String {
        self.status().as_str().to_owned()
    }
}
