use serde_json::{Value, json};

use super::{optional_timestamp, timestamp};
use crate::emulator::model::webhook::Webhook;

/// A webhook as a resource object, without its secrets.
pub(crate) fn webhook(webhook: &Webhook) -> Value {
    let settings = &webhook.settings;
    let allowlist = |all| json!({ "state": if all { "include_all" } else { "include_none" } });
    json!({
        "type": "webhook",
        "id": webhook.id,
        "attributes": {
            "status": webhook.status.as_str(),
            "url": settings.url,
            "name": settings.name,
            "description": settings.description,
            "api-version": "2025-12-08",
            "api-key-inflection": settings.inflection,
            "api-attributes-blocklist": [],
            "file-access-token-expires-in": settings.file_access_seconds,
            "enabled-events": settings.events,
            "payload-filter": null,
            "included-allowlist": allowlist(settings.with_included),
            "relationship-allowlist": allowlist(settings.with_relationships),
            "created-at": timestamp(webhook.created_at),
        },
    })
}

/// The same with the secrets that sign it now.
pub(crate) fn webhook_with_secrets(it: &Webhook, now: chrono::DateTime<chrono::Utc>) -> Value {
    let mut resource = webhook(it);
    let secrets: Vec<Value> = it
        .secrets_at(now)
        .map(|secret| {
            let expires_at = optional_timestamp(secret.expires_at);
            json!({ "value": secret.value, "expires-at": expires_at })
        })
        .collect();
    resource["attributes"]["secret"] = secrets[0]["value"].clone();
    resource["attributes"]["secrets"] = secrets.into();
    resource
}
