//! Transactions: what a person did, as the caller describes it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::Model;
use super::refusal::Refusal;
use super::relation::{Relation, Relations};
use super::tags::distinct;
use crate::emulator::wire;

/// The one type of transactions that an emulator has. Its fields are whatever is written.
pub const TRANSACTION_TYPE_ID: &str = "txntp_EmulatedPayment";

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) reference_id: Option<String>,
    pub(crate) status: String,
    pub(crate) tags: Vec<String>,
    /// Bare values.
    pub(crate) fields: Map<String, Value>,
    pub(crate) label: Option<Label>,
    pub(crate) relations: Relations,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: Option<DateTime<Utc>>,
    pub(crate) redacted_at: Option<DateTime<Utc>>,
}

/// What turned out about a transaction.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Label {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) score: Option<Number>,
    pub(crate) model_version: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
}

/// What an update changes; `None` leaves a part as it is.
#[derive(Default)]
pub(crate) struct TransactionUpdate {
    pub(crate) reference_id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) fields: Map<String, Value>,
}

impl Model {
    pub(crate) fn create_transaction(
        &mut self,
        type_id: &str,
        reference_id: Option<String>,
        tags: Vec<String>,
        fields: Map<String, Value>,
    ) -> Result<String, Refusal> {
        if type_id != TRANSACTION_TYPE_ID {
            return Err(Refusal::not_found("transaction type", type_id));
        }
        let id = self.ids.next("txn");
        let transaction = Transaction {
            id: id.clone(),
            reference_id,
            status: "created".to_owned(),
            tags: distinct(tags),
            fields,
            label: None,
            relations: Relations::default(),
            created_at: self.now,
            updated_at: None,
            redacted_at: None,
        };
        self.transactions.insert(&id, transaction);
        self.record_transaction("transaction.created", &id);
        Ok(id)
    }

    pub(crate) fn update_transaction(
        &mut self,
        id: &str,
        update: TransactionUpdate,
    ) -> Result<(), Refusal> {
        let now = self.now;
        let transaction = self.live_transaction(id)?;
        let before = (transaction.status.clone(), transaction.fields.clone());
        transaction.fields.extend(update.fields);
        transaction.fields.retain(|_, value| !value.is_null());
        if let Some(status) = update.status {
            transaction.status = status;
        }
        if let Some(tags) = update.tags {
            transaction.tags = distinct(tags);
        }
        if let Some(reference_id) = update.reference_id {
            transaction.reference_id = Some(reference_id);
        }
        transaction.updated_at = Some(now);
        let status_changed = transaction.status != before.0;
        let fields_changed = transaction.fields != before.1;
        if status_changed {
            self.record_transaction("transaction.status-updated", id);
        }
        if fields_changed {
            self.record_transaction("transaction.updated-fields", id);
        }
        Ok(())
    }

    pub(crate) fn set_transaction_tags(
        &mut self,
        id: &str,
        tags: Vec<String>,
    ) -> Result<(), Refusal> {
        let update = TransactionUpdate {
            tags: Some(tags),
            ..TransactionUpdate::default()
        };
        self.update_transaction(id, update)
    }

    pub(crate) fn label_transaction(
        &mut self,
        id: &str,
        text: String,
        score: Option<Number>,
        model_version: Option<String>,
    ) -> Result<(), Refusal> {
        let label = Label {
            id: self.ids.next("txnl"),
            text,
            score,
            model_version,
            created_at: self.now,
        };
        self.live_transaction(id)?.label = Some(label);
        self.record_transaction("transaction.labeled", id);
        Ok(())
    }

    pub(crate) fn add_transaction_relation(
        &mut self,
        id: &str,
        relation: Relation,
    ) -> Result<(), Refusal> {
        self.can_be_related(&relation.target)?;
        if self.live_transaction(id)?.relations.add(relation) {
            self.record_transaction("transaction.added-relation", id);
        }
        Ok(())
    }

    pub(crate) fn remove_transaction_relation(
        &mut self,
        id: &str,
        key: &str,
        target: &str,
    ) -> Result<(), Refusal> {
        if self.live_transaction(id)?.relations.remove(key, target) {
            self.record_transaction("transaction.removed-relation", id);
        }
        Ok(())
    }

    /// Takes away what is known about the person. It cannot be undone.
    pub(crate) fn redact_transaction(&mut self, id: &str) -> Result<(), Refusal> {
        let now = self.now;
        let transaction = self.live_transaction(id)?;
        transaction.fields.clear();
        transaction.redacted_at = Some(now);
        transaction.updated_at = Some(now);
        self.record_transaction("transaction.redacted", id);
        if let Some(transaction) = self.transactions.get(id) {
            let rendered = wire::transaction(self, transaction);
            self.forget(id, &rendered);
        }
        Ok(())
    }

    /// Transactions hold no biometrics here, so there is nothing to take away.
    pub(crate) fn redact_biometrics(&mut self, id: &str) -> Result<(), Refusal> {
        let now = self.now;
        self.live_transaction(id)?.updated_at = Some(now);
        Ok(())
    }

    /// A transaction that has not been redacted.
    pub(crate) fn live_transaction(&mut self, id: &str) -> Result<&mut Transaction, Refusal> {
        let transaction = self
            .transactions
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("transaction", id))?;
        if transaction.redacted_at.is_some() {
            return Err(Refusal::conflict("Transaction already redacted"));
        }
        Ok(transaction)
    }

    fn record_transaction(&mut self, name: &'static str, id: &str) {
        if let Some(transaction) = self.transactions.get(id) {
            let data = wire::transaction(self, transaction);
            self.record(name, id, data);
        }
    }
}
