use chrono::TimeDelta;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::call::{Call, Part};
use super::include::Include;
use super::inflection::Inflection;
use super::page::page;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::webhook::{WebhookSettings, WebhookStatus};
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::post("/webhooks", "create-a-webhook", create),
    Route::get("/webhooks", "list-all-webhooks", list).include(Include::Never),
    Route::get("/webhooks/{id}", "retrieve-a-webhook", retrieve),
    Route::patch("/webhooks/{id}", "update-a-webhook", update),
    Route::post("/webhooks/{id}/archive", "archive-a-webhook", archive),
    Route::post("/webhooks/{id}/clone", "clone-a-webhook", duplicate),
    Route::post("/webhooks/{id}/disable", "disable-a-webhook", disable),
    Route::post("/webhooks/{id}/enable", "enable-a-webhook", enable),
    Route::post("/webhooks/{id}/rotate-secret", "rotate-a-webhook-secret", rotate),
];

const ATTRIBUTES: [&str; 11] = [
    "name",
    "description",
    "url",
    "api-version",
    "api-key-inflection",
    "api-attributes-blocklist",
    "file-access-token-expires-in",
    "enabled-events",
    "payload-filter",
    "included-allowlist",
    "relationship-allowlist",
];

/// The headers that Persona lets a webhook have, as they are spelled.
const HEADERS: [&str; 5] = [
    "Authorization",
    "Calling-Application",
    "CF-Access-Client-Id",
    "CF-Access-Client-Secret",
    "X-API-Key",
];

const DAY: i64 = 24 * 60 * 60;

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let mut settings = WebhookSettings::new(String::new(), String::new(), Vec::new());
    let attributes = attributes(call)?;
    attributes.required_text("name")?;
    attributes.required_text("url")?;
    if attributes.texts("enabled-events")?.is_none() {
        return Err(Refusal::bad_request(
            "data.attributes.enabled-events is missing",
        ));
    }
    apply(&attributes, &mut settings)?;
    let id = model.create_webhook(settings);
    let webhook = wire::webhook_with_secrets(model.webhook(&id)?, model.now());
    Ok(Answer::created(webhook))
}

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    call.filters(&[])?;
    page(call, &model.webhooks, |_| true, wire::webhook)
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    with_secrets(model, &call.id)
}

fn update(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = attributes(call)?;
    let mut settings = model.webhook_settings(&call.id)?.clone();
    apply(&attributes, &mut settings)?;
    *model.webhook_settings(&call.id)? = settings;
    without_secrets(model, &call.id)
}

fn archive(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.set_webhook_status(&call.id, WebhookStatus::Archived)?;
    without_secrets(model, &call.id)
}

fn disable(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.set_webhook_status(&call.id, WebhookStatus::Disabled)?;
    without_secrets(model, &call.id)
}

fn enable(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.set_webhook_status(&call.id, WebhookStatus::Enabled)?;
    without_secrets(model, &call.id)
}

fn duplicate(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let settings = model.webhook(&call.id)?.settings.clone();
    let id = model.create_webhook(settings);
    with_secrets(model, &id)
}

fn rotate(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let meta = call.meta(&["expires-in-seconds"])?;
    let overlap = match meta.get("expires-in-seconds") {
        None => TimeDelta::zero(),
        Some(seconds) => seconds
            .as_i64()
            .filter(|seconds| *seconds >= 0)
            .and_then(TimeDelta::try_seconds)
            .ok_or_else(|| {
                Refusal::bad_request("meta.expires-in-seconds must be a number of seconds")
            })?,
    };
    model.rotate_webhook_secret(&call.id, overlap)?;
    with_secrets(model, &call.id)
}

fn with_secrets(model: &Model, id: &str) -> Result<Answer, Refusal> {
    let webhook = model.webhook(id)?;
    Ok(Answer::ok(wire::webhook_with_secrets(webhook, model.now())))
}

fn without_secrets(model: &Model, id: &str) -> Result<Answer, Refusal> {
    Ok(Answer::ok(wire::webhook(model.webhook(id)?)))
}

fn attributes(call: &Call) -> Result<Part<'_>, Refusal> {
    let mut known = ATTRIBUTES.to_vec();
    known.push("custom-http-headers");
    call.attributes(&known)
}

/// Takes over what is given.
fn apply(given: &Part<'_>, settings: &mut WebhookSettings) -> Result<(), Refusal> {
    if let Some(name) = given.text("name")? {
        settings.name = name;
    }
    if let Some(url) = given.text("url")? {
        if url::Url::parse(&url).is_err() {
            return Err(Refusal::unprocessable("/data/attributes/url", "is no URL"));
        }
        settings.url = url;
    }
    if given.is_given("description") {
        settings.description = given.text("description")?;
    }
    if let Some(events) = given.texts("enabled-events")? {
        if events.is_empty() {
            let details = "a webhook has at least one event";
            return Err(Refusal::unprocessable(
                "/data/attributes/enabled-events",
                details,
            ));
        }
        settings.events = events;
    }
    if let Some(inflection) = given.text("api-key-inflection")? {
        if Inflection::parse(&inflection).is_none() {
            return Err(Refusal::bad_request(
                "api-key-inflection must be kebab, camel or snake",
            ));
        }
        settings.inflection = inflection;
    }
    if let Some(lifetime) = given.seconds("file-access-token-expires-in")? {
        if lifetime.num_seconds() > DAY {
            return Err(Refusal::unprocessable(
                "/data/attributes/file-access-token-expires-in",
                "is a day at most",
            ));
        }
        settings.file_access_seconds = lifetime.num_seconds();
    }
    if let Some(state) = state(given, "included-allowlist")? {
        settings.with_included = state;
    }
    if let Some(state) = state(given, "relationship-allowlist")? {
        settings.with_relationships = state;
    }
    if given.is_given("custom-http-headers") {
        settings.headers = headers(&given.map("custom-http-headers")?)?;
    }
    refuse_what_is_not_done(given)
}

fn state(given: &Part<'_>, name: &str) -> Result<Option<bool>, Refusal> {
    let Some(allowlist) = given.get(name) else {
        return Ok(None);
    };
    match allowlist["state"].as_str() {
        Some("include_all") => Ok(Some(true)),
        Some("include_none") => Ok(Some(false)),
        Some("custom") if name == "included-allowlist" => Err(Refusal::not_emulated(
            "the emulator includes all objects or none",
        )),
        _ => Err(Refusal::bad_request(format!(
            "{name}.state must be include_all or include_none"
        ))),
    }
}

/// Keys arrive in kebab case, so a header is found by its letters.
fn headers(given: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let letters = |name: &str| name.replace('-', "").to_ascii_lowercase();
    let mut headers = Map::new();
    for (name, value) in given {
        let known = HEADERS
            .iter()
            .find(|known| letters(known) == letters(name))
            .ok_or_else(|| Refusal::bad_request(format!("{name} is not a header to be set")))?;
        if !value.is_string() {
            return Err(Refusal::bad_request(format!("{known} must be a string")));
        }
        headers.insert((*known).to_owned(), value.clone());
    }
    Ok(headers)
}

fn refuse_what_is_not_done(given: &Part<'_>) -> Result<(), Refusal> {
    let blocks = given.texts("api-attributes-blocklist")?;
    if blocks.is_some_and(|blocks| !blocks.is_empty()) {
        return Err(Refusal::not_emulated(
            "the emulator holds no attributes back from webhooks",
        ));
    }
    if given.get("payload-filter").is_some() {
        return Err(Refusal::not_emulated(
            "the emulator does not filter webhooks by what they hold",
        ));
    }
    match given.text("api-version")?.as_deref() {
        None | Some("2025-12-08") => Ok(()),
        Some(_) => Err(Refusal::not_emulated(
            "the emulator sends webhooks in the shapes of 2025-12-08 only",
        )),
    }
}
