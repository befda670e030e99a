//! Lists of webhooks.

use super::Webhook;
use crate::error::Error;
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of webhooks to be read, newest first; take its [`items`](Self::items) or
/// [`pages`](Self::pages). Persona has no filter for it.
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct WebhookList {
    raw: raw::Client,
    paging: Paging,
}

paged!(WebhookList => Webhook, whole);

impl WebhookList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            paging: Paging::default(),
        }
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<Webhook>, Error> {
        let after = after.map(Cursor::as_str);
        let answer = self
            .raw
            .list_all_webhooks(None, after, None, self.paging.size())
            .await?
            .into_inner();
        let webhooks = answer.data.into_iter().map(Webhook::from).collect();
        page(webhooks, answer.links.as_ref())
    }
}
