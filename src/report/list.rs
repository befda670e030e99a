//! Lists of reports.

use super::Report;
use crate::error::Error;
use crate::id::{AccountId, IntoId};
use crate::page::{Cursor, Items, Page, Pages, check_page_size, page};
use crate::raw;

/// A list of reports to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct ReportList {
    raw: raw::Client,
    filter: Filter,
    after: Option<Cursor>,
    fault: Option<Error>,
}

#[derive(Clone, Default)]
struct Filter {
    account_id: Option<String>,
    reference_id: Option<String>,
    page_size: Option<i64>,
}

/// A filter can hold a reference id: it does not print.
impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").finish_non_exhaustive()
    }
}

impl ReportList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            filter: Filter::default(),
            after: None,
            fault: None,
        }
    }

    /// Only those of the account with this reference id.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        let id = id.into();
        if id.is_empty() {
            self.keep(Error::invalid_input("the reference id is empty"));
        }
        self.filter.reference_id = Some(id);
        self
    }

    /// Only those of this account.
    pub fn account(mut self, id: impl IntoId<AccountId>) -> Self {
        match id.into_id() {
            Ok(id) => self.filter.account_id = Some(id.into()),
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// How many to ask for at once, 1 to 100; 10 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        match check_page_size(size) {
            Ok(size) => self.filter.page_size = Some(size),
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// Goes on where an earlier reading stopped.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The reports, one by one.
    pub fn items(self) -> Items<Report> {
        self.pages().items()
    }

    /// The reports, page by page.
    ///
    /// What cannot be sent, such as a page size of 0, is the first page's error.
    pub fn pages(self) -> Pages<Report> {
        let Self {
            raw,
            filter,
            after,
            fault,
        } = self;
        Pages::new(after, move |after| {
            let (raw, filter, fault) = (raw.clone(), filter.clone(), fault.clone());
            async move {
                match fault {
                    Some(fault) => Err(fault),
                    None => fetch(&raw, &filter, after.as_ref()).await,
                }
            }
        })
    }

    fn keep(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

async fn fetch(
    raw: &raw::Client,
    filter: &Filter,
    after: Option<&Cursor>,
) -> Result<Page<Report>, Error> {
    let answer = raw
        .list_all_reports(
            None,
            filter.account_id.as_deref(),
            filter.reference_id.as_deref(),
            after.map(Cursor::as_str),
            None,
            filter.page_size,
        )
        .await?
        .into_inner();
    let reports = answer.data.into_iter().map(Report::from).collect();
    page(reports, answer.links.as_ref())
}
