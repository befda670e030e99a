use serde_json::{Value, json};

use super::{optional_timestamp, timestamp};
use crate::emulator::model::api_key::ApiKey;

/// An API key as a resource object, without its value.
pub(crate) fn api_key(key: &ApiKey) -> Value {
    let settings = &key.settings;
    json!({
        "type": "api-key",
        "id": key.id,
        "attributes": {
            "name": settings.name,
            "note": settings.note,
            "api-version": settings.api_version,
            "api-key-inflection": settings.inflection,
            "api-attributes-blocklist": settings.attributes_blocklist,
            "permissions": settings.permissions,
            "ip-address-allowlist": settings.ip_address_allowlist,
            "file-access-token-expires-in": settings.file_access.num_seconds(),
            "last-used-at": optional_timestamp(key.last_used_at),
            "expires-at": optional_timestamp(key.expires_at),
            "created-at": timestamp(key.created_at),
        },
    })
}

/// An API key as a resource object, as the answer to its making has it.
pub(crate) fn api_key_with_value(key: &ApiKey) -> Value {
    let mut shown = api_key(key);
    shown["attributes"]["value"] = key.value.as_str().into();
    shown
}
