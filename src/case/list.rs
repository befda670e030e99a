//! Lists of cases.

use std::fmt;

use super::Case;
use crate::error::Error;
use crate::id::{AccountId, CaseTemplateId, InquiryId, IntoId, ReportId};
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of cases to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct CaseList {
    raw: raw::Client,
    filter: Filter,
    paging: Paging,
}

paged!(CaseList => Case);

#[derive(Clone, Default)]
struct Filter {
    account_id: Option<String>,
    template_id: Option<String>,
    inquiry_id: Option<String>,
    reference_id: Option<String>,
    report_id: Option<String>,
    status: Option<String>,
}

impl CaseList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            filter: Filter::default(),
            paging: Paging::default(),
        }
    }

    /// Only those of this status of their template.
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.filter.status = self.paging.filled("the status", status);
        self
    }

    /// Only those of this account.
    pub fn account(mut self, id: impl IntoId<AccountId>) -> Self {
        self.filter.account_id = self.paging.checked(id.into_id()).map(Into::into);
        self
    }

    /// Only those about the person of this reference id.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.filter.reference_id = self.paging.filled("the reference id", id);
        self
    }

    /// Only those about this inquiry.
    pub fn inquiry(mut self, id: impl IntoId<InquiryId>) -> Self {
        self.filter.inquiry_id = self.paging.checked(id.into_id()).map(Into::into);
        self
    }

    /// Only those about this report.
    pub fn report(mut self, id: impl IntoId<ReportId>) -> Self {
        self.filter.report_id = self.paging.checked(id.into_id()).map(Into::into);
        self
    }

    /// Only those of this template.
    pub fn template(mut self, id: impl IntoId<CaseTemplateId>) -> Self {
        self.filter.template_id = self.paging.checked(id.into_id()).map(Into::into);
        self
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<Case>, Error> {
        let filter = &self.filter;
        let answer = self
            .raw
            .list_all_cases(
                None,
                filter.account_id.as_deref(),
                filter.template_id.as_deref(),
                filter.inquiry_id.as_deref(),
                filter.reference_id.as_deref(),
                filter.report_id.as_deref(),
                filter.status.as_deref(),
                after.map(Cursor::as_str),
                None,
                self.paging.size(),
            )
            .await?
            .into_inner();
        let cases = answer.data.into_iter().map(Case::from).collect();
        page(cases, answer.links.as_ref())
    }
}

/// A filter can hold a reference id: it does not print.
impl fmt::Debug for CaseList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseList").finish_non_exhaustive()
    }
}
