//! Accounts: the people, as far as inquiries need them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Model;
use super::inquiry::AccountChoice;
use super::refusal::Refusal;
use crate::emulator::wire;

#[derive(Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) reference_id: Option<String>,
    pub(crate) status: String,
    pub(crate) tags: Vec<String>,
    /// As on the wire: every leaf is `{type, value}`.
    pub(crate) fields: Value,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

impl Model {
    pub(crate) fn create_account(
        &mut self,
        reference_id: Option<String>,
        tags: Vec<String>,
        fields: &Map<String, Value>,
    ) -> Result<String, Refusal> {
        if let Some(reference_id) = &reference_id
            && self.accounts_by_reference.contains_key(reference_id)
        {
            return Err(Refusal::conflict(
                "an account with this reference id is there already",
            ));
        }
        let id = self.ids.next("act");
        let mut structure = empty_fields();
        for (name, value) in fields {
            write(&mut structure[name.as_str()], value);
        }
        let account = Account {
            id: id.clone(),
            reference_id: reference_id.clone(),
            status: "Default".into(),
            tags,
            fields: structure,
            created_at: self.now,
            updated_at: self.now,
        };
        let data = wire::account(self, &account);
        self.accounts.insert(&id, account);
        if let Some(reference_id) = reference_id {
            self.accounts_by_reference.insert(reference_id, id.clone());
        }
        self.record("account.created", &id, data);
        Ok(id)
    }

    /// The id of the account with a reference id.
    pub(crate) fn account_by_reference(&self, reference_id: &str) -> Option<&str> {
        self.accounts_by_reference
            .get(reference_id)
            .map(String::as_str)
    }

    pub(super) fn account_for(&mut self, choice: AccountChoice) -> Result<Option<String>, Refusal> {
        match choice {
            AccountChoice::None => Ok(None),
            AccountChoice::New => self.create_account(None, Vec::new(), &Map::new()).map(Some),
            AccountChoice::Existing(id) => match self.accounts.get(&id) {
                Some(_) => Ok(Some(id)),
                None => Err(Refusal::not_found("account", &id)),
            },
            AccountChoice::Reference(reference_id) => {
                match self.account_by_reference(&reference_id) {
                    Some(id) => Ok(Some(id.to_owned())),
                    None => self
                        .create_account(Some(reference_id), Vec::new(), &Map::new())
                        .map(Some),
                }
            }
        }
    }
}

/// The fields of the usual account type, all unset.
fn empty_fields() -> Value {
    let text = || json!({ "type": "string", "value": null });
    json!({
        "name": { "type": "hash", "value": {
            "first": text(), "middle": text(), "last": text(),
        }},
        "address": { "type": "hash", "value": {
            "street_1": text(), "street_2": text(), "city": text(),
            "subdivision": text(), "postal_code": text(), "country_code": text(),
        }},
        "identification_numbers": { "type": "array", "value": [] },
        "birthdate": { "type": "date", "value": null },
        "phone_number": text(),
        "email_address": text(),
        "selfie_photo": { "type": "file", "value": null },
    })
}

/// Writes a bare value into a `{type, value}` place, level by level.
fn write(place: &mut Value, bare: &Value) {
    if let (Some("hash"), Some(parts)) = (place["type"].as_str(), bare.as_object()) {
        for (name, part) in parts {
            write(&mut place["value"][name.as_str()], part);
        }
    } else if place.is_null() {
        *place = json!({ "type": type_of(bare), "value": bare });
    } else {
        place["value"] = bare.clone();
    }
}

fn type_of(bare: &Value) -> &'static str {
    match bare {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Array(_) => "array",
        Value::Object(_) => "json",
        Value::String(_) | Value::Null => "string",
    }
}
