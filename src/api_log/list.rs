//! Lists of API logs.

use super::ApiLog;
use crate::error::Error;
use crate::page::{Cursor, Items, Page, Pages, check_page_size, page};
use crate::raw;

/// A list of API logs to be read, newest first; take its [`items`](Self::items) or
/// [`pages`](Self::pages). Persona has no filters for it.
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct ApiLogList {
    raw: raw::Client,
    page_size: Result<Option<i64>, Error>,
    after: Option<Cursor>,
}

impl ApiLogList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            page_size: Ok(None),
            after: None,
        }
    }

    /// How many to ask for at once, 1 to 100; 10 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = check_page_size(size).map(Some);
        self
    }

    /// Goes on where an earlier reading stopped.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The logs, one by one.
    pub fn items(self) -> Items<ApiLog> {
        self.pages().items()
    }

    /// The logs, page by page.
    ///
    /// What cannot be sent, such as a page size of 0, is the first page's error.
    pub fn pages(self) -> Pages<ApiLog> {
        let Self {
            raw,
            page_size,
            after,
        } = self;
        Pages::new(after, move |after| {
            let (raw, page_size) = (raw.clone(), page_size.clone());
            async move { fetch(&raw, page_size?, after.as_ref()).await }
        })
    }
}

async fn fetch(
    raw: &raw::Client,
    page_size: Option<i64>,
    after: Option<&Cursor>,
) -> Result<Page<ApiLog>, Error> {
    let answer = raw
        .list_all_api_logs(None, after.map(Cursor::as_str), None, page_size)
        .await?
        .into_inner();
    let logs = answer.data.into_iter().map(ApiLog::from).collect();
    page(logs, answer.links.as_ref())
}
