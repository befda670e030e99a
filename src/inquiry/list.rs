//! Lists of inquiries.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Inquiry, InquiryStatus};
use crate::error::Error;
use crate::id::{AccountId, InquiryId, IntoId, LegacyTemplateId, TemplateId};
use crate::page::{Cursor, Items, Page, Pages, check_page_size, page};
use crate::raw;

/// A list of inquiries to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct InquiryList {
    raw: raw::Client,
    filter: Filter,
    after: Option<Cursor>,
    fault: Option<Error>,
}

#[derive(Clone, Default)]
struct Filter {
    account_id: Option<String>,
    created_at_end: Option<String>,
    created_at_start: Option<String>,
    inquiry_ids: Vec<String>,
    template_id: Option<String>,
    legacy_template_id: Option<String>,
    note: Option<String>,
    reference_id: Option<String>,
    statuses: Vec<String>,
    page_size: Option<i64>,
}

/// A filter can hold a reference id or a note: it does not print.
impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").finish_non_exhaustive()
    }
}

impl InquiryList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            filter: Filter::default(),
            after: None,
            fault: None,
        }
    }

    /// Only those of this reference id.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.filter.reference_id = Some(id.into());
        self
    }

    /// Only those of this account.
    pub fn account(mut self, id: impl IntoId<AccountId>) -> Self {
        self.filter.account_id = self.checked(id.into_id());
        self
    }

    /// Only those of this template.
    pub fn template(mut self, id: impl IntoId<TemplateId>) -> Self {
        self.filter.template_id = self.checked(id.into_id());
        self
    }

    /// Only those of this template of the legacy kind.
    pub fn legacy_template(mut self, id: impl IntoId<LegacyTemplateId>) -> Self {
        self.filter.legacy_template_id = self.checked(id.into_id());
        self
    }

    /// Only this one; call it again to allow another.
    pub fn id(mut self, id: impl IntoId<InquiryId>) -> Self {
        let id = self.checked(id.into_id());
        self.filter.inquiry_ids.extend(id);
        self
    }

    /// Only those of this status; call it again to allow another.
    pub fn status(mut self, status: InquiryStatus) -> Self {
        self.filter.statuses.push(status.as_str().to_owned());
        self
    }

    /// Only those with this note. Persona takes no other filter beside it.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.filter.note = Some(note.into());
        self
    }

    /// Only those created at this moment or later.
    pub fn created_from(mut self, from: DateTime<Utc>) -> Self {
        self.filter.created_at_start = Some(from.to_rfc3339_opts(SecondsFormat::Millis, true));
        self
    }

    /// Only those created at this moment or earlier.
    pub fn created_until(mut self, until: DateTime<Utc>) -> Self {
        self.filter.created_at_end = Some(until.to_rfc3339_opts(SecondsFormat::Millis, true));
        self
    }

    /// How many to ask for at once, 1 to 100; 10 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        match check_page_size(size) {
            Ok(size) => self.filter.page_size = Some(size),
            Err(fault) => {
                self.fault.get_or_insert(fault);
            }
        }
        self
    }

    /// Goes on where an earlier reading stopped.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The inquiries, one by one.
    pub fn items(self) -> Items<Inquiry> {
        self.pages().items()
    }

    /// The inquiries, page by page.
    ///
    /// What cannot be sent, such as a page size of 0, is the first page's error.
    pub fn pages(self) -> Pages<Inquiry> {
        let Self {
            raw,
            filter,
            after,
            fault,
        } = self;
        Pages::new(after, move |after| {
            let (raw, filter, fault) = (raw.clone(), filter.clone(), fault.clone());
            async move {
                match fault.or_else(|| filter.fault()) {
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
                self.fault.get_or_insert(fault);
                None
            }
        }
    }
}

impl Filter {
    fn fault(&self) -> Option<Error> {
        let others = self.account_id.is_some()
            || self.created_at_end.is_some()
            || self.created_at_start.is_some()
            || !self.inquiry_ids.is_empty()
            || self.template_id.is_some()
            || self.legacy_template_id.is_some()
            || self.reference_id.is_some()
            || !self.statuses.is_empty();
        if self.note.is_some() && others {
            return Some(Error::invalid_input(
                "inquiries are listed by note alone: no other filter can stand beside it",
            ));
        }
        if self.reference_id.as_deref() == Some("") {
            return Some(Error::invalid_input("the reference id is empty"));
        }
        // Both are of one form, so that texts compare as moments do.
        if let (Some(from), Some(until)) = (&self.created_at_start, &self.created_at_end)
            && from > until
        {
            return Some(Error::invalid_input(
                "the range of creation ends before it begins",
            ));
        }
        None
    }
}

async fn fetch(
    raw: &raw::Client,
    filter: &Filter,
    after: Option<&Cursor>,
) -> Result<Page<Inquiry>, Error> {
    let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(","));
    let answer = raw
        .list_all_inquiries(
            None,
            filter.account_id.as_deref(),
            filter.created_at_end.as_deref(),
            filter.created_at_start.as_deref(),
            joined(&filter.inquiry_ids).as_deref(),
            filter.template_id.as_deref(),
            filter.note.as_deref(),
            filter.reference_id.as_deref(),
            joined(&filter.statuses).as_deref(),
            filter.legacy_template_id.as_deref(),
            after.map(Cursor::as_str),
            None,
            filter.page_size,
        )
        .await?
        .into_inner();
    let inquiries = answer.data.into_iter().map(Inquiry::from).collect();
    page(inquiries, answer.links.as_ref())
}
