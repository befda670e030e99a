//! Lists of accounts.

use std::fmt;

use super::Account;
use crate::error::Error;
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of accounts to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct AccountList {
    raw: raw::Client,
    reference_id: Option<String>,
    paging: Paging,
}

paged!(AccountList => Account);

impl AccountList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            reference_id: None,
            paging: Paging::default(),
        }
    }

    /// Only the one of this reference id.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.reference_id = Some(id.into());
        self
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<Account>, Error> {
        if self.reference_id.as_deref() == Some("") {
            return Err(Error::invalid_input("the reference id is empty"));
        }
        let answer = self
            .raw
            .list_all_accounts(
                None,
                self.reference_id.as_deref(),
                after.map(Cursor::as_str),
                None,
                self.paging.size(),
            )
            .await?
            .into_inner();
        let accounts = answer.data.into_iter().map(Account::from).collect();
        page(accounts, answer.links.as_ref())
    }
}

impl fmt::Debug for AccountList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountList").finish_non_exhaustive()
    }
}
