//! Lists of cases.

use super::Case;
use crate::error::Error;
use crate::id::{AccountId, CaseTemplateId, InquiryId, IntoId, ReportId};
use crate::page::{Cursor, Items, Page, Pages, check_page_size, page};
use crate::raw;

/// A list of cases to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct CaseList {
    raw: raw::Client,
    filter: Filter,
    after: Option<Cursor>,
    fault: Option<Error>,
}

#[derive(Clone, Default)]
struct Filter {
    account_id: Option<String>,
    template_id: Option<String>,
    inquiry_id: Option<String>,
    reference_id: Option<String>,
    report_id: Option<String>,
    status: Option<String>,
    page_size: Option<i64>,
}

/// A filter can hold a reference id: it does not print.
impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").finish_non_exhaustive()
    }
}

impl CaseList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            filter: Filter::default(),
            after: None,
            fault: None,
        }
    }

    /// Only those of this status of their template.
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.filter.status = self.text("the status", status.into());
        self
    }

    /// Only those of this account.
    pub fn account(mut self, id: impl IntoId<AccountId>) -> Self {
        self.filter.account_id = self.checked(id.into_id());
        self
    }

    /// Only those about the person of this reference id.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.filter.reference_id = self.text("the reference id", id.into());
        self
    }

    /// Only those about this inquiry.
    pub fn inquiry(mut self, id: impl IntoId<InquiryId>) -> Self {
        self.filter.inquiry_id = self.checked(id.into_id());
        self
    }

    /// Only those about this report.
    pub fn report(mut self, id: impl IntoId<ReportId>) -> Self {
        self.filter.report_id = self.checked(id.into_id());
        self
    }

    /// Only those of this template.
    pub fn template(mut self, id: impl IntoId<CaseTemplateId>) -> Self {
        self.filter.template_id = self.checked(id.into_id());
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

    /// The cases, one by one.
    pub fn items(self) -> Items<Case> {
        self.pages().items()
    }

    /// The cases, page by page.
    ///
    /// What cannot be sent, such as a page size of 0, is the first page's error.
    pub fn pages(self) -> Pages<Case> {
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

    fn checked<T: Into<String>>(&mut self, id: Result<T, Error>) -> Option<String> {
        match id {
            Ok(id) => Some(id.into()),
            Err(fault) => {
                self.keep(fault);
                None
            }
        }
    }

    fn text(&mut self, name: &str, text: String) -> Option<String> {
        if text.is_empty() {
            self.keep(Error::invalid_input(format!("{name} is empty")));
        }
        Some(text)
    }

    fn keep(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

async fn fetch(
    raw: &raw::Client,
    filter: &Filter,
    after: Option<&Cursor>,
) -> Result<Page<Case>, Error> {
    let answer = raw
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
            filter.page_size,
        )
        .await?
        .into_inner();
    let cases = answer.data.into_iter().map(Case::from).collect();
    page(cases, answer.links.as_ref())
}
