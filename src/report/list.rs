//! Lists of reports.

use std::fmt;

use super::Report;
use crate::error::Error;
use crate::id::{AccountId, IntoId};
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of reports to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct ReportList {
    raw: raw::Client,
    account_id: Option<String>,
    reference_id: Option<String>,
    paging: Paging,
}

paged!(ReportList => Report);

impl ReportList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            account_id: None,
            reference_id: None,
            paging: Paging::default(),
        }
    }

    /// Only those of the account with this reference id.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.reference_id = self.paging.filled("the reference id", id);
        self
    }

    /// Only those of this account.
    pub fn account(mut self, id: impl IntoId<AccountId>) -> Self {
        self.account_id = self.paging.checked(id.into_id()).map(Into::into);
        self
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<Report>, Error> {
        let answer = self
            .raw
            .list_all_reports(
                None,
                self.account_id.as_deref(),
                self.reference_id.as_deref(),
                after.map(Cursor::as_str),
                None,
                self.paging.size(),
            )
            .await?
            .into_inner();
        let reports = answer.data.into_iter().map(Report::from).collect();
        page(reports, answer.links.as_ref())
    }
}

/// A filter can hold a reference id: it does not print.
impl fmt::Debug for ReportList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportList").finish_non_exhaustive()
    }
}
