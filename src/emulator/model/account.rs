//! Accounts: the people, over all that is about them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Model;
use super::compact::Compact;
use super::inquiry::AccountChoice;
use super::refusal::Refusal;
use super::relation::{Relation, Relations};
use super::tags::distinct;
use crate::emulator::wire;

/// The one action that accounts of an emulator have. Its runs do nothing.
pub const ACCOUNT_ACTION_ID: &str = "accac_EmulatedAccountActionRuns";

/// The status that new accounts have.
pub(crate) const DEFAULT_STATUS: &str = "Default";

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) reference_id: Option<String>,
    pub(crate) status: String,
    pub(crate) tags: Vec<String>,
    /// As on the wire: every leaf is `{type, value}`.
    pub(crate) fields: Compact,
    pub(crate) relations: Relations,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) redacted_at: Option<DateTime<Utc>>,
    /// When it was consolidated into another one.
    pub(crate) archived_at: Option<DateTime<Utc>>,
}

/// A status of the account type. Which there are, callers decide by using them.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct AccountStatus {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// What an update changes; `None` leaves a part as it is.
#[derive(Default)]
pub(crate) struct AccountUpdate {
    pub(crate) reference_id: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) fields: Map<String, Value>,
}

impl Model {
    pub(crate) fn create_account(
        &mut self,
        reference_id: Option<String>,
        tags: Vec<String>,
        fields: &Map<String, Value>,
    ) -> Result<String, Refusal> {
        self.create_account_of_status(DEFAULT_STATUS, reference_id, tags, fields)
    }

    pub(crate) fn create_account_of_status(
        &mut self,
        status: &str,
        reference_id: Option<String>,
        tags: Vec<String>,
        fields: &Map<String, Value>,
    ) -> Result<String, Refusal> {
        self.reference_id_is_free(reference_id.as_deref(), None)?;
        let id = self.ids.next("act");
        let mut structure = empty_fields();
        write_all(&mut structure, fields);
        self.know_status(status);
        let account = Account {
            id: id.clone(),
            reference_id: reference_id.clone(),
            status: status.to_owned(),
            tags: distinct(tags),
            fields: Compact::from(&structure),
            relations: Relations::default(),
            created_at: self.now,
            updated_at: self.now,
            redacted_at: None,
            archived_at: None,
        };
        self.accounts.insert(&id, account);
        if let Some(reference_id) = reference_id {
            self.accounts_by_reference.insert(reference_id, id.clone());
        }
        self.record_account("account.created", &id);
        Ok(id)
    }

    /// The id of the account with a reference id.
    pub(crate) fn account_by_reference(&self, reference_id: &str) -> Option<&str> {
        self.accounts_by_reference
            .get(reference_id)
            .map(String::as_str)
    }

    /// The id of the account with a value in a field of the top, for an upsert.
    pub(crate) fn account_by_field(&self, name: &str, value: &Value) -> Option<&str> {
        let accounts = self.accounts.rows().iter();
        let mut same = accounts
            .filter(|it| it.fields.may_hold(value) && it.fields.read()[name]["value"] == *value);
        same.next().map(|it| it.id.as_str())
    }

    pub(crate) fn update_account(
        &mut self,
        id: &str,
        update: AccountUpdate,
    ) -> Result<(), Refusal> {
        let now = self.now;
        self.reference_id_is_free(update.reference_id.as_deref(), Some(id))?;
        let account = self.live_account(id)?;
        let before = account.clone();
        if !update.fields.is_empty() {
            let mut fields = account.fields.read();
            write_all(&mut fields, &update.fields);
            account.fields = Compact::from(&fields);
        }
        if let Some(status) = &update.status {
            account.status.clone_from(status);
        }
        if let Some(tags) = update.tags {
            account.tags = distinct(tags);
        }
        if let Some(reference_id) = &update.reference_id {
            account.reference_id = Some(reference_id.clone());
        }
        account.updated_at = now;
        let mut events = Vec::new();
        let changes = [
            (account.fields != before.fields, "account.updated-fields"),
            (account.status != before.status, "account.status-updated"),
            (account.tags != before.tags, "account.updated-tags"),
        ];
        events.extend(
            changes
                .iter()
                .filter(|(changed, _)| *changed)
                .map(|(_, name)| *name),
        );
        if let Some(status) = &update.status {
            self.know_status(status);
        }
        if let Some(reference_id) = update.reference_id {
            if let Some(old) = before.reference_id {
                self.accounts_by_reference.remove(&old);
            }
            self.accounts_by_reference
                .insert(reference_id, id.to_owned());
        }
        for name in events {
            self.record_account(name, id);
        }
        Ok(())
    }

    pub(crate) fn set_account_tags(&mut self, id: &str, tags: Vec<String>) -> Result<(), Refusal> {
        let update = AccountUpdate {
            tags: Some(tags),
            ..AccountUpdate::default()
        };
        self.update_account(id, update)
    }

    /// Moves the sources' inquiries, reports and relations over, and archives the sources.
    pub(crate) fn consolidate(&mut self, id: &str, sources: &[String]) -> Result<(), Refusal> {
        let now = self.now;
        self.live_account(id)?;
        for source in sources {
            if source == id {
                return Err(Refusal::bad_request(
                    "an account cannot be consolidated into itself",
                ));
            }
            self.live_account(source)?;
        }
        for source in sources {
            let account = self.live_account(source)?;
            account.archived_at = Some(now);
            account.updated_at = now;
            let moved = std::mem::take(&mut account.relations);
            self.live_account(id)?.relations.take_over(moved);
            for inquiry in self.inquiries.rows_mut() {
                if inquiry.account_id.as_deref() == Some(source) {
                    inquiry.account_id = Some(id.to_owned());
                }
            }
            for report in self.reports.rows_mut() {
                if report.account_id.as_deref() == Some(source) {
                    report.account_id = Some(id.to_owned());
                }
            }
            self.record_account("account.archived", source);
            self.record_account("account.consolidated", source);
        }
        self.live_account(id)?.updated_at = now;
        self.record_account("account.consolidated-with", id);
        Ok(())
    }

    pub(crate) fn add_account_relation(
        &mut self,
        id: &str,
        relation: Relation,
    ) -> Result<(), Refusal> {
        self.can_be_related(&relation.target)?;
        if self.live_account(id)?.relations.add(relation) {
            self.record_account("account.added-relation", id);
        }
        Ok(())
    }

    pub(crate) fn remove_account_relation(
        &mut self,
        id: &str,
        key: &str,
        target: &str,
    ) -> Result<(), Refusal> {
        if self.live_account(id)?.relations.remove(key, target) {
            self.record_account("account.removed-relation", id);
        }
        Ok(())
    }

    /// Takes away what is known about the person, here and in what belongs to the account. What
    /// was written after that can be taken away again.
    pub(crate) fn redact_account(&mut self, id: &str) -> Result<(), Refusal> {
        let now = self.now;
        let account = self
            .accounts
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("account", id))?;
        let empty = Compact::from(&empty_fields());
        if account.redacted_at.is_some() && account.fields == empty {
            return Err(Refusal::conflict("Account already redacted"));
        }
        account.fields = empty;
        account.redacted_at = Some(now);
        account.updated_at = now;
        let inquiries = self.inquiries.rows().iter();
        let inquiries: Vec<String> = inquiries
            .filter(|it| it.account_id.as_deref() == Some(id) && it.redacted_at.is_none())
            .map(|it| it.id.clone())
            .collect();
        for inquiry in inquiries {
            self.redact_inquiry(&inquiry)?;
        }
        let reports = self.reports.rows().iter();
        let reports: Vec<String> = reports
            .filter(|it| it.account_id.as_deref() == Some(id) && it.redacted_at.is_none())
            .map(|it| it.id.clone())
            .collect();
        for report in reports {
            self.redact_report(&report)?;
        }
        self.record_account("account.redacted", id);
        if let Some(account) = self.accounts.get(id) {
            let rendered = wire::account(self, account);
            self.forget(id, &rendered);
        }
        Ok(())
    }

    /// Begins a run of the account action, which does nothing here.
    pub(crate) fn run_account_action(&mut self, id: &str, action: &str) -> Result<String, Refusal> {
        self.live_account(id)?;
        if action != ACCOUNT_ACTION_ID {
            return Err(Refusal::not_found("account action", action));
        }
        Ok(self.ids.next("wfr"))
    }

    pub(super) fn account_for(&mut self, choice: AccountChoice) -> Result<Option<String>, Refusal> {
        match choice {
            AccountChoice::None => Ok(None),
            AccountChoice::New => self.create_account(None, Vec::new(), &Map::new()).map(Some),
            AccountChoice::Existing(id) => self.live_account(&id).map(|it| Some(it.id.clone())),
            AccountChoice::Reference(reference_id) => {
                match self.account_by_reference(&reference_id).map(str::to_owned) {
                    Some(id) => self.live_account(&id).map(|it| Some(it.id.clone())),
                    None => self
                        .create_account(Some(reference_id), Vec::new(), &Map::new())
                        .map(Some),
                }
            }
        }
    }

    /// An account that was not consolidated into another one.
    pub(crate) fn live_account(&mut self, id: &str) -> Result<&mut Account, Refusal> {
        let account = self
            .accounts
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("account", id))?;
        if account.archived_at.is_some() {
            return Err(Refusal::conflict(
                "the account is archived: it was consolidated into another one",
            ));
        }
        Ok(account)
    }

    /// The id of a status, by its name.
    pub(crate) fn account_status_id(&self, name: &str) -> Option<&str> {
        let mut statuses = self.account_statuses.iter();
        statuses.find(|it| it.name == name).map(|it| it.id.as_str())
    }

    fn know_status(&mut self, name: &str) {
        if self.account_status_id(name).is_none() {
            let id = self.ids.next("actst");
            let name = name.to_owned();
            self.account_statuses.push(AccountStatus { id, name });
        }
    }

    fn reference_id_is_free(&self, wanted: Option<&str>, by: Option<&str>) -> Result<(), Refusal> {
        let taken = wanted.and_then(|wanted| self.account_by_reference(wanted));
        if taken.is_some() && taken != by {
            return Err(Refusal::conflict(
                "an account with this reference id is there already",
            ));
        }
        Ok(())
    }

    fn record_account(&mut self, name: &'static str, id: &str) {
        if let Some(account) = self.accounts.get(id) {
            let data = wire::account(self, account);
            self.record(name, id, data);
        }
    }
}

/// The fields of the usual account type, all unset.
pub(crate) fn empty_fields() -> Value {
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

fn write_all(structure: &mut Value, fields: &Map<String, Value>) {
    for (name, value) in fields {
        write(&mut structure[name.as_str()], value);
    }
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
