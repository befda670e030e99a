use serde_json::{Map, Value, json};

use super::{optional_timestamp, timestamp, to_one};
use crate::emulator::model::Model;
use crate::emulator::model::transaction::{Label, TRANSACTION_TYPE_ID, Transaction};

/// A transaction as a resource object.
pub(crate) fn transaction(model: &Model, transaction: &Transaction) -> Value {
    let related: Vec<Value> = transaction
        .relations
        .iter()
        .map(|it| {
            let kind = match model.accounts.get(&it.target) {
                Some(_) => "account",
                None => "transaction",
            };
            json!({ "type": kind, "id": it.target })
        })
        .collect();
    let fields: Map<String, Value> = transaction
        .fields
        .iter()
        .map(|(name, value)| {
            let kind = match value {
                Value::Bool(_) => "boolean",
                Value::Number(_) => "number",
                Value::Array(_) | Value::Object(_) => "json",
                Value::String(_) | Value::Null => "string",
            };
            (name.clone(), json!({ "type": kind, "value": value }))
        })
        .collect();
    let label = transaction.label.as_ref().map(|it| it.id.as_str());
    json!({
        "type": "transaction",
        "id": transaction.id,
        "attributes": {
            "status": transaction.status,
            "reference-id": transaction.reference_id,
            "fields": fields,
            "tags": transaction.tags,
            "created-at": timestamp(transaction.created_at),
            "updated-at": optional_timestamp(transaction.updated_at),
        },
        "relationships": {
            "reviewer": to_one("user", None),
            "transaction-label": to_one("transaction-label", label),
            "transaction-type": to_one("transaction-type", Some(TRANSACTION_TYPE_ID)),
            "related-objects": { "data": related },
        },
    })
}

/// What turned out about a transaction, as a resource object.
pub(crate) fn transaction_label(label: &Label) -> Value {
    json!({
        "type": "transaction-label",
        "id": label.id,
        "attributes": {
            "model-label": label.text,
            "model-version": label.model_version,
            "created-at": timestamp(label.created_at),
            "updated-at": null,
        },
    })
}

/// The one type of transactions as a resource object. Its fields are whatever is written.
pub(crate) fn transaction_type(model: &Model) -> Value {
    json!({
        "type": "transaction-type",
        "id": TRANSACTION_TYPE_ID,
        "attributes": {
            "name": "Payment",
            "created-at": timestamp(model.started_at()),
            "updated-at": null,
            "field-schemas": [],
        },
    })
}
