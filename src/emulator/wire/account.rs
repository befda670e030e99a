use serde_json::{Value, json};

use super::{timestamp, to_one};
use crate::emulator::model::Model;
use crate::emulator::model::account::Account;

/// An account as a resource object.
pub(crate) fn account(model: &Model, account: &Account) -> Value {
    json!({
        "type": "account",
        "id": account.id,
        "attributes": {
            "reference-id": account.reference_id,
            "account-type-name": "User",
            "account-status": account.status,
            "created-at": timestamp(account.created_at),
            "updated-at": timestamp(account.updated_at),
            "redacted-at": null,
            "fields": account.fields,
            "tags": account.tags,
        },
        "relationships": {
            "account-type": to_one("account-type", Some(&model.account_type_id)),
        },
    })
}
