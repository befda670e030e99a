//! Resources as they stand on the wire: JSON:API resource objects, keys in kebab case.

mod account;
mod event;
mod inquiry;
mod session;
mod template;
mod verification;
mod webhook;

pub(crate) use account::account;
pub(crate) use event::event;
pub(crate) use inquiry::inquiry;
pub(crate) use session::session;
pub(crate) use template::{inquiry_template, inquiry_template_version, legacy_template};
pub(crate) use verification::verification;
pub(crate) use webhook::{webhook, webhook_with_secrets};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// A point in time: ISO 8601 with milliseconds and Z.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn optional_timestamp(at: Option<DateTime<Utc>>) -> Value {
    at.map_or(Value::Null, |at| timestamp(at).into())
}

/// A relationship to one resource, or to none.
fn to_one(kind: &str, id: Option<&str>) -> Value {
    match id {
        Some(id) => json!({ "data": { "type": kind, "id": id } }),
        None => json!({ "data": null }),
    }
}

/// A relationship to many resources of one type.
fn to_many<'a>(kind: &str, ids: impl IntoIterator<Item = &'a String>) -> Value {
    let data: Vec<Value> = ids
        .into_iter()
        .map(|id| json!({ "type": kind, "id": id }))
        .collect();
    json!({ "data": data })
}
