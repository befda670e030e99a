//! Lists of transactions.

use std::fmt;

use super::Transaction;
use crate::error::Error;
use crate::id::{IntoId, TransactionTypeId};
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of transactions to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct TransactionList {
    raw: raw::Client,
    reference_id: Option<String>,
    transaction_type: Option<String>,
    identifier: Option<(String, String)>,
    paging: Paging,
}

paged!(TransactionList => Transaction);

impl TransactionList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            reference_id: None,
            transaction_type: None,
            identifier: None,
            paging: Paging::default(),
        }
    }

    /// Only those of this reference id.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.reference_id = Some(id.into());
        self
    }

    /// Only those of this transaction type.
    pub fn transaction_type(mut self, id: impl IntoId<TransactionTypeId>) -> Self {
        self.transaction_type = self.paging.checked(id.into_id()).map(Into::into);
        self
    }

    /// Only those that have this value in an identifier of the transaction type.
    pub fn identifier(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.identifier = Some((key.into(), value.into()));
        self
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<Transaction>, Error> {
        let identifier = self.identifier.as_ref();
        let faults = [
            (
                self.reference_id.as_deref() == Some(""),
                "the reference id is empty",
            ),
            (
                identifier.is_some_and(|(key, value)| key.is_empty() || value.is_empty()),
                "the key or the value of the identifier is empty",
            ),
        ];
        if let Some((_, message)) = faults.into_iter().find(|(wrong, _)| *wrong) {
            return Err(Error::invalid_input(message));
        }
        let answer = self
            .raw
            .list_all_transactions(
                None,
                identifier.map(|(key, _)| key.as_str()),
                identifier.map(|(_, value)| value.as_str()),
                self.reference_id.as_deref(),
                self.transaction_type.as_deref(),
                after.map(Cursor::as_str),
                None,
                self.paging.size(),
            )
            .await?
            .into_inner();
        let transactions = answer.data.into_iter().map(Transaction::from).collect();
        page(transactions, answer.links.as_ref())
    }
}

impl fmt::Debug for TransactionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionList").finish_non_exhaustive()
    }
}
