//! Lists of API keys.

use std::fmt;

use super::ApiKeyRecord;
use crate::error::Error;
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of API keys to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct ApiKeyList {
    raw: raw::Client,
    name: Option<String>,
    paging: Paging,
}

paged!(ApiKeyList => ApiKeyRecord);

impl ApiKeyList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            name: None,
            paging: Paging::default(),
        }
    }

    /// Only those of this name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = self.paging.filled("the name of the key", name);
        self
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<ApiKeyRecord>, Error> {
        let name = self.name.as_deref();
        let after = after.map(Cursor::as_str);
        let answer = self
            .raw
            .list_all_api_keys(None, name, after, None, self.paging.size())
            .await?
            .into_inner();
        let keys = answer.data.into_iter().map(ApiKeyRecord::from).collect();
        page(keys, answer.links.as_ref())
    }
}

impl fmt::Debug for ApiKeyList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyList").finish_non_exhaustive()
    }
}
