//! Lists of API logs.

use super::ApiLog;
use crate::error::Error;
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of API logs to be read, newest first; take its [`items`](Self::items) or
/// [`pages`](Self::pages). Persona has no filters for it.
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct ApiLogList {
    raw: raw::Client,
    paging: Paging,
}

paged!(ApiLogList => ApiLog, whole);

impl ApiLogList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            paging: Paging::default(),
        }
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<ApiLog>, Error> {
        let answer = self
            .raw
            .list_all_api_logs(None, after.map(Cursor::as_str), None, self.paging.size())
            .await?
            .into_inner();
        let logs = answer.data.into_iter().map(ApiLog::from).collect();
        page(logs, answer.links.as_ref())
    }
}
