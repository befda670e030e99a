//! Resources as they stand on the wire: JSON:API resource objects, keys in kebab case.

mod account;
mod api_key;
mod api_log;
mod case;
mod device;
mod document;
mod event;
mod importer;
mod inquiry;
mod list;
mod report;
mod session;
mod template;
mod transaction;
mod verification;
mod webhook;
mod workflow;

pub(crate) use account::{account, account_type};
pub(crate) use api_key::{api_key, api_key_with_value};
pub(crate) use api_log::api_log;
pub(crate) use case::{case, case_comment, case_queue, case_template};
pub(crate) use device::device;
pub(crate) use document::document;
pub(crate) use event::event;
pub(crate) use importer::importer;
pub(crate) use inquiry::inquiry;
pub(crate) use list::{list, list_item};
pub(crate) use report::{report, report_history_entry};
pub(crate) use session::session;
pub(crate) use template::{
    inquiry_template, inquiry_template_version, legacy_template, translation,
};
pub(crate) use transaction::{transaction, transaction_label, transaction_type};
pub(crate) use verification::verification;
pub(crate) use webhook::{webhook, webhook_with_secrets};
pub(crate) use workflow::{workflow, workflow_run, workflow_version};

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
