//! Lists and their items: one implementation for all kinds, told apart by the path.

use serde_json::{Map, Number, Value};

use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::page::page;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::list::{Attribute, ListKind, Type};
use crate::emulator::model::refusal::Refusal;
use crate::emulator::wire;

macro_rules! routes {
    ($(lists $list:literal: $create:literal;)* $(items $items:literal: $new:literal, $read:literal, $archive:literal;)*) => {
        &[
            Route::get("/lists", "list-all-lists", list_all).include(Include::Never),
            Route::get("/lists/{id}", "retrieve-a-list", retrieve),
            Route::delete("/lists/{id}", "archive-a-list", archive),
            $(Route::post(concat!("/list/", $list), $create, create),)*
            $(
                Route::post(concat!("/list-item/", $items), $new, create_item),
                Route::get(concat!("/list-item/", $items, "/{id}"), $read, retrieve_item),
                Route::delete(concat!("/list-item/", $items, "/{id}"), $archive, archive_item),
            )*
        ]
    };
}

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = routes! {
    lists "browser-fingerprints": "create-a-browser-fingerprint-list";
    lists "countries": "create-a-country-list";
    lists "email-addresses": "create-an-email-address-list";
    lists "geolocations": "create-a-geolocation-list";
    lists "government-id-numbers": "create-a-government-id-number-list";
    lists "ip-addresses": "create-an-ip-address-list";
    lists "names": "create-a-name-list";
    lists "phone-numbers": "create-a-phone-number-list";
    lists "strings": "create-a-strings-list";
    items "browser-fingerprints": "create-a-browser-fingerprint-list-item", "retrieve-a-browser-fingerprint-list-item", "archive-a-browser-fingerprint-list-item";
    items "countries": "create-a-country-list-item", "retrieve-a-country-list-item", "archive-a-country-list-item";
    items "device-fingerprints": "create-a-device-fingerprint-list-item", "retrieve-a-device-fingerprint-list-item", "archive-a-device-fingerprint-list-item";
    items "email-addresses": "create-an-email-address-list-item", "retrieve-an-email-address-list-item", "archive-an-email-address-list-item";
    items "fields": "create-a-field-list-item", "retrieve-a-field-list-item", "archive-a-field-list-item";
    items "geolocations": "create-a-geolocation-list-item", "retrieve-a-geolocation-list-item", "archive-a-geolocation-list-item";
    items "government-id-numbers": "create-a-government-id-number-list-item", "retrieve-a-government-id-number-list-item", "archive-a-government-id-number-list-item";
    items "ip-addresses": "create-an-ip-address-list-item", "retrieve-an-ip-address-list-item", "archive-an-ip-address-list-item";
    items "names": "create-a-name-list-item", "retrieve-a-name-list-item", "archive-a-name-list-item";
    items "phone-numbers": "create-a-phone-number-list-item", "retrieve-a-phone-number-list-item", "archive-a-phone-number-list-item";
    items "strings": "create-a-string-list-item", "retrieve-a-string-list-item", "archive-a-string-list-item";
};

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let kind = kind(call)?;
    let known: &[&str] = match kind.name {
        "name" => &["name", "allow-fuzzy-name-first"],
        _ => &["name"],
    };
    let attributes = call.attributes(known)?;
    let fuzzy = attributes.flag("allow-fuzzy-name-first", false)?;
    let id = model.create_list(kind, attributes.required_text("name")?, fuzzy);
    Ok(Answer::created(shown(model, &id)?))
}

fn list_all(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["status"])?;
    let mut archived = None;
    for (_, status) in filters {
        archived = Some(match status {
            "active" => false,
            "archived" => true,
            _ => {
                return Err(Refusal::bad_request(
                    "filter[status] must be active or archived",
                ));
            }
        });
    }
    page(
        call,
        &model.lists,
        |it| !it.is_provided() && archived.is_none_or(|wanted| it.archived_at.is_some() == wanted),
        wire::list,
    )
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn archive(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.archive_list(&call.id)?;
    retrieve(model, call)
}

fn create_item(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let kind = kind(call)?;
    let optional = kind.optional.iter().map(|(attribute, _)| attribute);
    let all: Vec<&Attribute> = kind.required.iter().chain(optional).collect();
    let mut known = vec!["list-id"];
    known.extend(all.iter().map(|(name, _)| *name));
    let given = call.attributes(&known)?;
    let mut attributes = Map::new();
    for (name, wanted) in all {
        let value: Option<Value> = match wanted {
            Type::Number => given.number(name)?.map(Value::Number),
            Type::Whole => given.number(name)?.and_then(whole),
            Type::Text | Type::Country => given.text(name)?.map(Value::String),
        };
        let Some(value) = value else { continue };
        if *wanted == Type::Country && !is_country(&value) {
            return Err(Refusal::unprocessable(
                format!("/data/attributes/{name}"),
                format!("{name} is no country"),
            ));
        }
        attributes.insert((*name).to_owned(), value);
    }
    for (name, _) in kind.required {
        if !attributes.contains_key(*name) {
            return Err(Refusal::bad_request(format!(
                "data.attributes.{name} is missing"
            )));
        }
    }
    for ((name, _), usual) in kind.optional {
        attributes.entry(*name).or_insert_with(|| (*usual).into());
    }
    let id = model.create_list_item(kind, &given.required_text("list-id")?, attributes)?;
    Ok(Answer::created(wire::list_item(
        model.list_item(kind, &id)?,
    )))
}

fn retrieve_item(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let item = model.list_item(kind(call)?, &call.id)?;
    Ok(Answer::ok(wire::list_item(item)))
}

fn archive_item(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.archive_list_item(kind(call)?, &call.id)?;
    retrieve_item(model, call)
}

/// The kind that the path names: `/api/v1/list-item/names/…`.
fn kind(call: &Call) -> Result<&'static ListKind, Refusal> {
    let mut segments = call.path.split('/');
    segments.find(|it| matches!(*it, "list" | "list-item"));
    let segment = segments.next().unwrap_or_default();
    ListKind::of_segment(segment).ok_or_else(|| Refusal::not_found("kind of lists", segment))
}

fn whole(number: Number) -> Option<Value> {
    let whole = number.as_i64().or_else(|| Some(number.as_f64()? as i64));
    whole.map(Value::from)
}

fn is_country(value: &Value) -> bool {
    let code = value.as_str().unwrap_or_default();
    code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase())
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    model
        .lists
        .get(id)
        .map(wire::list)
        .ok_or_else(|| Refusal::not_found("list", id))
}
