use serde_json::{Value, json};

use super::{optional_timestamp, timestamp, to_many, to_one};
use crate::emulator::model::Model;
use crate::emulator::model::account::{Account, DEFAULT_STATUS, empty_fields};

/// An account as a resource object.
pub(crate) fn account(model: &Model, account: &Account) -> Value {
    json!({
        "type": "account",
        "id": account.id,
        "attributes": {
            "reference-id": account.reference_id,
            "account-type-name": ACCOUNT_TYPE_NAME,
            "account-status": account.status,
            "created-at": timestamp(account.created_at),
            "updated-at": timestamp(account.updated_at),
            "redacted-at": optional_timestamp(account.redacted_at),
            "fields": account.fields.read(),
            "tags": account.tags,
        },
        "relationships": {
            "account-type": to_one("account-type", Some(&model.account_type_id)),
        },
    })
}

const ACCOUNT_TYPE_NAME: &str = "User";

/// The one type of accounts as a resource object.
pub(crate) fn account_type(model: &Model) -> Value {
    let statuses = model.account_statuses.iter().map(|it| &it.id);
    json!({
        "type": "account-type",
        "id": model.account_type_id,
        "attributes": {
            "name": ACCOUNT_TYPE_NAME,
            "created-at": timestamp(model.started_at()),
            "updated-at": null,
            "field-schemas": field_schemas(&empty_fields()),
        },
        "relationships": {
            "account-statuses": to_many("account-status", statuses),
            "default-account-status": to_one("account-status", model.account_status_id(DEFAULT_STATUS)),
        },
    })
}

/// The schemas of fields, as their values would stand on the wire.
fn field_schemas(fields: &Value) -> Value {
    let fields = fields.as_object().into_iter().flatten();
    fields
        .map(|(key, field)| {
            let mut schema = json!({ "type": field["type"], "key": key, "label": null });
            schema["config"] = match field["value"].is_object() {
                true => json!({ "item-schemas": field_schemas(&field["value"]) }),
                false => json!({}),
            };
            schema
        })
        .collect()
}
