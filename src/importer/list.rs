use super::Importer;
use crate::error::Error;
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of imports to be read, newest first; take its [`items`](Self::items) or
/// [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct ImporterList {
    raw: raw::Client,
    paging: Paging,
}

paged!(ImporterList => Importer, whole);

impl ImporterList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            paging: Paging::default(),
        }
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<Importer>, Error> {
        let answer = self
            .raw
            .list_all_importers(None, after.map(Cursor::as_str), None, self.paging.size())
            .await?
            .into_inner();
        let importers = answer.data.into_iter().map(Importer::from).collect();
        page(importers, answer.links.as_ref())
    }
}
