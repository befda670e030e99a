//! What transactions are created, changed, labelled and listed by, as JSON.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{NewTransaction, TransactionLabel, TransactionList, TransactionUpdate};
use crate::arguments::{hides, reads_from, set};
use crate::id::TransactionTypeId;
use crate::page::Cursor;

reads_from!(NewTransaction, NewTransactionArguments);
reads_from!(TransactionUpdate, TransactionUpdateArguments);
reads_from!(TransactionLabel, TransactionLabelArguments);

/// A transaction to be created: something that a person did.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewTransactionArguments {
    /// The transaction type.
    #[schemars(with = "TransactionTypeId")]
    transaction_type_id: String,
    /// The caller's own id for it.
    #[serde(default)]
    #[schemars(length(min = 1))]
    reference_id: Option<String>,
    /// Values by the names of the transaction type's fields.
    #[serde(default)]
    fields: Map<String, Value>,
    /// Names of tags.
    #[serde(default)]
    tags: Vec<String>,
}

impl From<NewTransactionArguments> for NewTransaction {
    fn from(given: NewTransactionArguments) -> Self {
        let mut new = Self::of_type(given.transaction_type_id);
        set!(new: given.reference_id => reference_id);
        for tag in given.tags {
            new = new.tag(tag);
        }
        if !given.fields.is_empty() {
            new = new.fields(&given.fields);
        }
        new
    }
}

/// What to change of a transaction; what is not named stays.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct TransactionUpdateArguments {
    /// The status, by its name in the transaction type.
    #[schemars(length(min = 1))]
    status: Option<String>,
    /// The caller's own id for it.
    #[schemars(length(min = 1))]
    reference_id: Option<String>,
    /// What turned out about it.
    #[schemars(length(min = 1))]
    label: Option<String>,
    /// Names of tags, in place of all that are there.
    tags: Option<Vec<String>>,
    /// Values by the names of the transaction type's fields.
    fields: Map<String, Value>,
}

impl From<TransactionUpdateArguments> for TransactionUpdate {
    fn from(given: TransactionUpdateArguments) -> Self {
        let mut update = Self::new();
        set!(update:
            given.status => status,
            given.reference_id => reference_id,
            given.label => label,
            given.tags => tags,
        );
        if !given.fields.is_empty() {
            update = update.fields(&given.fields);
        }
        update
    }
}

/// What turned out about a transaction.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TransactionLabelArguments {
    /// What it is, such as fraud.
    #[schemars(length(min = 1))]
    label: String,
    /// How sure a model is of it.
    #[serde(default)]
    score: Option<f64>,
    /// Which version of the model.
    #[serde(default)]
    model_version: Option<String>,
}

impl From<TransactionLabelArguments> for TransactionLabel {
    fn from(given: TransactionLabelArguments) -> Self {
        let mut label = Self::new(given.label);
        set!(label:
            given.score => score,
            given.model_version => model_version,
        );
        label
    }
}

/// Which transactions to list, newest first.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TransactionFilter {
    /// Only those with this id of the caller's own.
    #[schemars(length(min = 1))]
    reference_id: Option<String>,
    /// Only those of this transaction type.
    #[schemars(with = "Option<TransactionTypeId>")]
    transaction_type_id: Option<String>,
    /// Only those that have this value in an identifier of the transaction type.
    identifier: Option<Identifier>,
    /// How many to list at once, 1 to 100; 10 unless set.
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    /// The cursor at which an earlier page ended.
    after: Option<Cursor>,
}

#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Identifier {
    /// Its key in the transaction type.
    #[schemars(length(min = 1))]
    key: String,
    #[schemars(length(min = 1))]
    value: String,
}

hides!(TransactionFilter);

impl TransactionList {
    /// Narrows it down by a filter that came as JSON.
    pub fn narrow(self, by: TransactionFilter) -> Self {
        let mut list = self;
        if let Some(given) = by.identifier {
            list = list.identifier(given.key, given.value);
        }
        set!(list:
            by.reference_id => reference_id,
            by.transaction_type_id => transaction_type,
            by.page_size => page_size,
            by.after => after,
        );
        list
    }
}
