//! Lists of API keys.

use std::fmt;

use super::ApiKeyRecord;
use crate::error::Error;
use crate::page::{Cursor, Items, Page, Pages, check_page_size, page};
use crate::raw;

/// A list of API keys to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct ApiKeyList {
    raw: raw::Client,
    name: Option<String>,
    page_size: Option<i64>,
    after: Option<Cursor>,
    fault: Option<Error>,
}

impl ApiKeyList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            name: None,
            page_size: None,
            after: None,
            fault: None,
        }
    }

    /// Only those of this name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        if name.is_empty() {
            self.keep(Error::invalid_input("the name of the key is empty"));
        }
        self.name = Some(name);
        self
    }

    /// How many to ask for at once, 1 to 100; 10 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        match check_page_size(size) {
            Ok(size) => self.page_size = Some(size),
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// Goes on where an earlier reading stopped.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The keys, one by one.
    pub fn items(self) -> Items<ApiKeyRecord> {
        self.pages().items()
    }

    /// The keys, page by page.
    ///
    /// What cannot be sent, such as a page size of 0, is the first page's error.
    pub fn pages(self) -> Pages<ApiKeyRecord> {
        let Self {
            raw,
            name,
            page_size,
            after,
            fault,
        } = self;
        Pages::new(after, move |after| {
            let (raw, name, fault) = (raw.clone(), name.clone(), fault.clone());
            async move {
                match fault {
                    Some(fault) => Err(fault),
                    None => fetch(&raw, name.as_deref(), page_size, after.as_ref()).await,
                }
            }
        })
    }

    fn keep(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

impl fmt::Debug for ApiKeyList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyList").finish_non_exhaustive()
    }
}

async fn fetch(
    raw: &raw::Client,
    name: Option<&str>,
    page_size: Option<i64>,
    after: Option<&Cursor>,
) -> Result<Page<ApiKeyRecord>, Error> {
    let answer = raw
        .list_all_api_keys(None, name, after.map(Cursor::as_str), None, page_size)
        .await?
        .into_inner();
    let keys = answer.data.into_iter().map(ApiKeyRecord::from).collect();
    page(keys, answer.links.as_ref())
}
