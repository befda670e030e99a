//! Lists of webhooks.

use super::Webhook;
use crate::error::Error;
use crate::page::{Cursor, Items, Page, Pages, check_page_size, page};
use crate::raw;

/// A list of webhooks to be read, newest first; take its [`items`](Self::items) or
/// [`pages`](Self::pages). Persona has no filter for it.
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct WebhookList {
    raw: raw::Client,
    page_size: Option<Result<i64, Error>>,
    after: Option<Cursor>,
}

impl WebhookList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            page_size: None,
            after: None,
        }
    }

    /// How many to ask for at once, 1 to 100; 10 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = Some(check_page_size(size));
        self
    }

    /// Goes on where an earlier reading stopped.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The webhooks, one by one.
    pub fn items(self) -> Items<Webhook> {
        self.pages().items()
    }

    /// The webhooks, page by page.
    ///
    /// What cannot be sent, such as a page size of 0, is the first page's error.
    pub fn pages(self) -> Pages<Webhook> {
        let Self {
            raw,
            page_size,
            after,
        } = self;
        Pages::new(after, move |after| {
            let (raw, page_size) = (raw.clone(), page_size.clone());
            async move { fetch(&raw, page_size.transpose()?, after.as_ref()).await }
        })
    }
}

async fn fetch(
    raw: &raw::Client,
    page_size: Option<i64>,
    after: Option<&Cursor>,
) -> Result<Page<Webhook>, Error> {
    let answer = raw
        .list_all_webhooks(None, after.map(Cursor::as_str), None, page_size)
        .await?
        .into_inner();
    let webhooks = answer.data.into_iter().map(Webhook::from).collect();
    page(webhooks, answer.links.as_ref())
}
