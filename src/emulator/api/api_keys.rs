use axum::routing::MethodFilter;
use chrono::TimeDelta;

use super::answer::Answer;
use super::call::{Call, Part};
use super::gate::{KEY_PREFIX, VERSION, is_version};
use super::include::Include;
use super::inflection::Inflection;
use super::page::page;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::api_key::{ApiKey, ApiKeySettings};
use crate::emulator::model::refusal::Refusal;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::get("/api-keys", "list-all-api-keys", list).include(Include::Never),
    Route::post("/api-keys", "create-an-api-key", create),
    Route::get("/api-keys/{id}", "retrieve-an-api-key", retrieve),
    Route::patch("/api-keys/{id}", "update-an-api-key", update),
    Route::post("/api-keys/{id}/clone", "clone-api-key", clone),
    Route::post("/api-keys/{id}/expire", "expire-an-api-key", expire),
];

/// How long a key may go on after it was told to expire.
const LONGEST_OVERLAP: TimeDelta = TimeDelta::days(30);

/// How long the address of a file may be good.
const LONGEST_FILE_ACCESS: TimeDelta = TimeDelta::days(1);

/// The permission that an operation needs, such as `report.write`.
pub(super) fn permission(route: &Route) -> Option<String> {
    let resource = match route.path.split('/').nth(1)? {
        "accounts" | "account-types" => "account",
        "api-keys" => "api_key",
        "api-logs" => "api_log",
        "cases" | "case-templates" => "case",
        "document" | "documents" | "selfies" => "document",
        "events" => "event",
        "importer" | "importers" => "importer",
        "inquiries" | "inquiry-sessions" | "inquiry-templates" => "inquiry",
        "list" | "list-item" | "list-items" | "lists" => "list",
        "reports" => "report",
        "transactions" => "txn",
        "user-audit-logs" => "user_audit_log",
        "verification" | "verifications" => "verification",
        "webhooks" => "webhook",
        "workflows" => return Some("workflow.trigger".to_owned()),
        _ => return None,
    };
    let only_reads = route.method == MethodFilter::GET || route.path.ends_with("/search");
    Some(format!(
        "{resource}.{}",
        if only_reads { "read" } else { "write" }
    ))
}

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["name"])?;
    page(
        call,
        &model.api_keys,
        |it| filters.iter().all(|(_, name)| it.settings.name == *name),
        wire::api_key,
    )
}

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = attributes(call)?;
    let usual = ApiKeySettings::named(attributes.required_text("name")?, VERSION);
    let settings = changed(usual, &attributes)?;
    let id = model.create_api_key(settings, KEY_PREFIX);
    let key = found(model, &id)?;
    Ok(Answer::created(wire::api_key_with_value(key)))
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(wire::api_key(found(model, &call.id)?)))
}

fn update(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let before = found(model, &call.id)?.settings.clone();
    let settings = changed(before, &attributes(call)?)?;
    model.change_api_key(&call.id, settings)?;
    retrieve(model, call)
}

fn clone(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let settings = found(model, &call.id)?.settings.clone();
    let id = model.create_api_key(settings, KEY_PREFIX);
    Ok(Answer::ok(wire::api_key_with_value(found(model, &id)?)))
}

fn expire(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let meta = call.meta(&["expires-in-seconds"])?;
    let seconds = meta.get("expires-in-seconds").and_then(|it| it.as_i64());
    let after = seconds.and_then(TimeDelta::try_seconds);
    let after = after.filter(|after| (TimeDelta::zero()..=LONGEST_OVERLAP).contains(after));
    let after = after.ok_or_else(|| {
        Refusal::bad_request("meta.expires-in-seconds must be a number of seconds, 30 days at most")
    })?;
    model.expire_api_key(&call.id, after)?;
    retrieve(model, call)
}

fn attributes(call: &Call) -> Result<Part<'_>, Refusal> {
    call.attributes(&[
        "name",
        "note",
        "api-version",
        "api-key-inflection",
        "api-attributes-blocklist",
        "ip-address-allowlist",
        "permissions",
        "file-access-token-expires-in",
    ])
}

fn changed(mut settings: ApiKeySettings, to: &Part<'_>) -> Result<ApiKeySettings, Refusal> {
    if let Some(name) = to.text("name")? {
        settings.name = name;
    }
    if let Some(note) = to.text("note")? {
        settings.note = Some(note);
    }
    if let Some(version) = to.text("api-version")? {
        if !is_version(&version) {
            return Err(Refusal::bad_request(
                "data.attributes.api-version is not a known version",
            ));
        }
        settings.api_version = version;
    }
    if let Some(inflection) = to.text("api-key-inflection")? {
        if Inflection::parse(&inflection).is_none() {
            return Err(Refusal::bad_request(
                "data.attributes.api-key-inflection must be kebab, camel or snake",
            ));
        }
        settings.inflection = inflection;
    }
    for name in ["api-attributes-blocklist", "ip-address-allowlist"] {
        // Leaving nothing out and letting everybody in is what the emulator does anyway.
        let given = to.texts(name)?.unwrap_or_default();
        if given
            .iter()
            .any(|it| it != "*" || name == "api-attributes-blocklist")
        {
            return Err(Refusal::not_emulated(format!(
                "the emulator does not act on {name}: leave it out"
            )));
        }
    }
    if let Some(permissions) = to.texts("permissions")? {
        settings.permissions = permissions;
    }
    if let Some(within) = to.seconds("file-access-token-expires-in")? {
        if within > LONGEST_FILE_ACCESS {
            return Err(Refusal::bad_request(
                "data.attributes.file-access-token-expires-in must be a day at most",
            ));
        }
        settings.file_access = within;
    }
    Ok(settings)
}

fn found<'a>(model: &'a Model, id: &str) -> Result<&'a ApiKey, Refusal> {
    model
        .api_keys
        .get(id)
        .ok_or_else(|| Refusal::not_found("API key", id))
}
