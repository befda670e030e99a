//! Relations of accounts and transactions to each other.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Model;
use super::refusal::Refusal;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Relation {
    pub(crate) key: String,
    /// An account or a transaction.
    pub(crate) target: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// In the order in which they were added.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Relations(Vec<Relation>);

impl Relations {
    /// Whether it was not there before.
    pub(crate) fn add(&mut self, relation: Relation) -> bool {
        let is_new = !self.has(&relation.key, &relation.target);
        if is_new {
            self.0.push(relation);
        }
        is_new
    }

    /// Whether it was there.
    pub(crate) fn remove(&mut self, key: &str, target: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|it| it.key != key || it.target != target);
        self.0.len() < before
    }

    pub(crate) fn take_over(&mut self, others: Self) {
        for relation in others.0 {
            self.add(relation);
        }
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Relation> {
        self.0.iter()
    }

    fn has(&self, key: &str, target: &str) -> bool {
        let mut relations = self.0.iter();
        relations.any(|it| it.key == key && it.target == target)
    }
}

impl Model {
    /// Accounts and transactions can be related to.
    pub(super) fn can_be_related(&self, id: &str) -> Result<(), Refusal> {
        if self.accounts.get(id).is_some() || self.transactions.get(id).is_some() {
            Ok(())
        } else {
            Err(Refusal::not_found("account or transaction", id))
        }
    }
}
