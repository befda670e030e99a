//! Lists of inquiries.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Inquiry, InquiryStatus};
use crate::error::Error;
use crate::id::{AccountId, InquiryId, IntoId, LegacyTemplateId, TemplateId};
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of inquiries to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct InquiryList {
    raw: raw::Client,
    filter: Filter,
    paging: Paging,
}

paged!(InquiryList => Inquiry);

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
}

impl InquiryList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            filter: Filter::default(),
            paging: Paging::default(),
        }
    }

    /// Only those of this reference id.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.filter.reference_id = Some(id.into());
        self
    }

    /// Only those of this account.
    pub fn account(mut self, id: impl IntoId<AccountId>) -> Self {
        self.filter.account_id = self.paging.checked(id.into_id()).map(Into::into);
        self
    }

    /// Only those of this template.
    pub fn template(mut self, id: impl IntoId<TemplateId>) -> Self {
        self.filter.template_id = self.paging.checked(id.into_id()).map(Into::into);
        self
    }

    /// Only those of this template of the legacy kind.
    pub fn legacy_template(mut self, id: impl IntoId<LegacyTemplateId>) -> Self {
        self.filter.legacy_template_id = self.paging.checked(id.into_id()).map(Into::into);
        self
    }

    /// Only this one; call it again to allow another.
    pub fn id(mut self, id: impl IntoId<InquiryId>) -> Self {
        let id = self.paging.checked(id.into_id()).map(String::from);
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

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<Inquiry>, Error> {
        let filter = &self.filter;
        filter.check()?;
        let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(","));
        let answer = self
            .raw
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
                self.paging.size(),
            )
            .await?
            .into_inner();
        let inquiries = answer.data.into_iter().map(Inquiry::from).collect();
        page(inquiries, answer.links.as_ref())
    }
}

/// A filter can hold a reference id or a note: it does not print.
impl fmt::Debug for InquiryList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InquiryList").finish_non_exhaustive()
    }
}

impl Filter {
    fn check(&self) -> Result<(), Error> {
        let others = self.account_id.is_some()
            || self.created_at_end.is_some()
            || self.created_at_start.is_some()
            || !self.inquiry_ids.is_empty()
            || self.template_id.is_some()
            || self.legacy_template_id.is_some()
            || self.reference_id.is_some()
            || !self.statuses.is_empty();
        if self.note.is_some() && others {
            return Err(Error::invalid_input(
                "inquiries are listed by note alone: no other filter can stand beside it",
            ));
        }
        if self.reference_id.as_deref() == Some("") {
            return Err(Error::invalid_input("the reference id is empty"));
        }
        // Both are of one form, so that texts compare as moments do.
        if let (Some(from), Some(until)) = (&self.created_at_start, &self.created_at_end)
            && from > until
        {
            return Err(Error::invalid_input(
                "the range of creation ends before it begins",
            ));
        }
        Ok(())
    }
}
