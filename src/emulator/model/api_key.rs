//! API keys that were made by the API. Any other key may do everything.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Model;
use super::refusal::Refusal;

/// What a new key may do that nobody limited: everything but to manage keys.
const USUAL_PERMISSIONS: [&str; 27] = [
    "account.read",
    "account.write",
    "api_log.read",
    "api_log.write",
    "case.read",
    "case.write",
    "document.read",
    "document.write",
    "event.read",
    "event.write",
    "importer.read",
    "importer.write",
    "inquiry.read",
    "inquiry.write",
    "list.read",
    "list.write",
    "report.read",
    "report.write",
    "txn.read",
    "txn.write",
    "user_audit_log.read",
    "user_audit_log.write",
    "verification.read",
    "verification.write",
    "webhook.read",
    "webhook.write",
    "workflow.trigger",
];

/// How long addresses of files are good unless a key says otherwise.
const FILE_ACCESS: TimeDelta = TimeDelta::hours(6);

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ApiKey {
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) settings: ApiKeySettings,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_used_at: Option<DateTime<Utc>>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ApiKeySettings {
    pub(crate) name: String,
    pub(crate) note: Option<String>,
    pub(crate) permissions: Vec<String>,
    pub(crate) ip_address_allowlist: Vec<String>,
    pub(crate) attributes_blocklist: Vec<String>,
    pub(crate) api_version: String,
    pub(crate) inflection: String,
    pub(crate) file_access: TimeDelta,
}

impl ApiKeySettings {
    /// What a key is like of which nothing but the name is said.
    pub(crate) fn named(name: String, api_version: &str) -> Self {
        Self {
            name,
            note: None,
            permissions: USUAL_PERMISSIONS.map(str::to_owned).into(),
            ip_address_allowlist: vec!["*".to_owned()],
            attributes_blocklist: Vec::new(),
            api_version: api_version.to_owned(),
            inflection: "kebab".to_owned(),
            file_access: FILE_ACCESS,
        }
    }
}

impl Model {
    /// Has this key from now on; one of the same value becomes like it.
    pub(crate) fn provide_api_key(&mut self, value: &str, settings: ApiKeySettings) {
        let known = self.api_keys.rows_mut().iter_mut();
        if let Some(known) = known.into_iter().find(|key| key.value == value) {
            known.settings = settings;
            return;
        }
        let id = self.ids.next("api");
        let key = ApiKey {
            id: id.clone(),
            value: value.to_owned(),
            settings,
            created_at: self.now,
            last_used_at: None,
            expires_at: None,
        };
        self.api_keys.insert(&id, key);
    }

    pub(crate) fn create_api_key(&mut self, settings: ApiKeySettings, prefix: &str) -> String {
        let id = self.ids.next("api");
        let key = ApiKey {
            id: id.clone(),
            value: format!("{prefix}{}", self.ids.text(36)),
            settings,
            created_at: self.now,
            last_used_at: None,
            expires_at: None,
        };
        self.api_keys.insert(&id, key);
        id
    }

    pub(crate) fn change_api_key(
        &mut self,
        id: &str,
        settings: ApiKeySettings,
    ) -> Result<(), Refusal> {
        let key = self
            .api_keys
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("API key", id))?;
        key.settings = settings;
        Ok(())
    }

    pub(crate) fn expire_api_key(&mut self, id: &str, after: TimeDelta) -> Result<(), Refusal> {
        let expires_at = self.now + after;
        let key = self
            .api_keys
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("API key", id))?;
        key.expires_at = Some(expires_at);
        Ok(())
    }

    /// The key of that value, if it is one that was made here.
    pub(crate) fn api_key_of(&self, value: &str) -> Option<&ApiKey> {
        self.api_keys.rows().iter().find(|key| key.value == value)
    }

    /// Notes the use of a key, and says whether it is good.
    pub(crate) fn use_api_key(&mut self, value: &str) -> bool {
        let now = self.now;
        let mut keys = self.api_keys.rows_mut().iter_mut();
        match keys.find(|key| key.value == value) {
            None => true,
            Some(key) if key.expires_at.is_some_and(|at| at <= now) => false,
            Some(key) => {
                key.last_used_at = Some(now);
                true
            }
        }
    }

    /// Refuses what a key may not do.
    pub(crate) fn check_permission(&self, value: &str, permission: &str) -> Result<(), Refusal> {
        match self.api_key_of(value) {
            Some(key) if !key.settings.permissions.iter().any(|it| it == permission) => Err(
                Refusal::forbidden(format!("the API key lacks the permission {permission}")),
            ),
            _ => Ok(()),
        }
    }
}
