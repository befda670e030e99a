use serde_json::{Value, json};

use super::timestamp;
use crate::emulator::model::api_log::ApiLog;

/// What is kept of a request, as a resource object.
pub(crate) fn api_log(log: &ApiLog) -> Value {
    let mut headers = json!({ "Authorization": "****" });
    let given = [
        ("Accept", &log.accept),
        ("Host", &log.host),
        ("Persona-Version", &log.version),
        ("User-Agent", &log.user_agent),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            headers[name] = value.as_str().into();
        }
    }
    json!({
        "type": "api-log",
        "id": log.id,
        "attributes": {
            "request": {
                "method": log.method,
                "path": log.path,
                "headers": headers,
                "get-params": {},
                "post-params": {},
                "ip-address": "127.0.0.1",
            },
            "response": {
                "status": log.status,
                "headers": {
                    "Content-Type": log.content_type,
                    "RateLimit-Limit": log.rate_limit.limit,
                    "RateLimit-Remaining": log.rate_limit.remaining,
                    "RateLimit-Reset": log.rate_limit.reset,
                    "Request-Id": log.id,
                },
            },
            "created-at": timestamp(log.created_at),
            "redacted-at": null,
        },
    })
}
