use chrono::DateTime;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{Call, Part};
use super::include::Include;
use super::page::page;
use super::relations::relation;
use super::route::Route;
use super::search::Searched;
use super::tags;
use crate::emulator::model::Model;
use crate::emulator::model::account::{Account, AccountUpdate, DEFAULT_STATUS};
use crate::emulator::model::refusal::Refusal;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::post("/accounts", "create-an-account", create),
    Route::get("/accounts", "list-all-accounts", list).include(Include::Never),
    Route::post("/accounts/search", "search-accounts", search).include(Include::Never),
    Route::get("/accounts/{id}", "retrieve-an-account", retrieve),
    Route::patch("/accounts/{id}", "update-an-account", update),
    Route::delete("/accounts/{id}", "redact-an-account", redact),
    Route::post("/accounts/{id}/consolidate", "consolidate-into-an-account", consolidate),
    Route::post("/accounts/{id}/add-relation", "accounts-add-relation", add_relation),
    Route::post("/accounts/{id}/remove-relation", "accounts-remove-relation", remove_relation),
    Route::get("/accounts/{id}/relations", "accounts-list-all-relations", relations).include(Include::Never),
    Route::post("/accounts/{id}/add-tag", "accounts-add-tag", add_tag),
    Route::post("/accounts/{id}/remove-tag", "accounts-remove-tag", remove_tag),
    Route::post("/accounts/{id}/set-tags", "accounts-set-all-tags", set_tags),
    Route::post("/accounts/{id}/run-action", "runAccountAction", run_action).include(Include::Never),
    Route::get("/account-types/{id}", "retrieve-an-account-type", account_type).include(Include::Never),
];

/// What may be given beside `fields`, and the field that it is about.
const FLAT: [(&str, &[&str]); 13] = [
    ("name-first", &["name", "first"]),
    ("name-middle", &["name", "middle"]),
    ("name-last", &["name", "last"]),
    ("birthdate", &["birthdate"]),
    ("phone-number", &["phone_number"]),
    ("email-address", &["email_address"]),
    ("social-security-number", &["social_security_number"]),
    ("address-street-1", &["address", "street_1"]),
    ("address-street-2", &["address", "street_2"]),
    ("address-city", &["address", "city"]),
    ("address-subdivision", &["address", "subdivision"]),
    ("address-postal-code", &["address", "postal_code"]),
    ("country-code", &["address", "country_code"]),
];

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = attributes(call, &["account-type-id"])?;
    if let Some(id) = attributes.text("account-type-id")?
        && id != model.account_type_id
    {
        return Err(Refusal::not_found("account type", &id));
    }
    let fields = fields(&attributes)?;
    let reference_id = attributes.text("reference-id")?;
    let status = attributes.text("account-status")?;
    let tags = attributes.texts("tags")?;
    if let Some(by) = call.meta(&["upsert-by"])?.text("upsert-by")? {
        let there = match by.replace('-', "_").as_str() {
            "reference_id" => {
                let id = reference_id
                    .as_deref()
                    .ok_or_else(|| nothing_to_upsert_by(&by))?;
                model.account_by_reference(id)
            }
            name => {
                let value = fields.get(name).ok_or_else(|| nothing_to_upsert_by(&by))?;
                model.account_by_field(name, value)
            }
        };
        if let Some(id) = there.map(str::to_owned) {
            let update = AccountUpdate {
                reference_id,
                status,
                tags,
                fields,
            };
            model.update_account(&id, update)?;
            return Ok(Answer::ok(shown(model, &id)?));
        }
    }
    let id = model.create_account_of_status(
        status.as_deref().unwrap_or(DEFAULT_STATUS),
        reference_id,
        tags.unwrap_or_default(),
        &fields,
    )?;
    Ok(Answer::created(shown(model, &id)?))
}

fn nothing_to_upsert_by(name: &str) -> Refusal {
    Refusal::unprocessable(
        "/meta/upsert-by",
        format!("the account has no {name} to be found by"),
    )
}

fn update(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = attributes(call, &[])?;
    let update = AccountUpdate {
        reference_id: attributes.text("reference-id")?,
        status: attributes.text("account-status")?,
        tags: attributes.texts("tags")?,
        fields: fields(&attributes)?,
    };
    model.update_account(&call.id, update)?;
    retrieve(model, call)
}

/// What both a new account and an update may have, and what else is known.
fn attributes<'a>(call: &'a Call, others: &[&str]) -> Result<Part<'a>, Refusal> {
    let mut known = vec![
        "reference-id",
        "account-status",
        "tags",
        "fields",
        "selfie-photo",
    ];
    known.extend(FLAT.iter().map(|(name, _)| *name));
    known.extend(others);
    let attributes = call.attributes(&known)?;
    if attributes.is_given("selfie-photo") {
        return Err(Refusal::not_emulated("the emulator keeps no photos"));
    }
    Ok(attributes)
}

fn fields(attributes: &Part<'_>) -> Result<Map<String, Value>, Refusal> {
    let mut fields = attributes.map("fields")?;
    for (name, path) in FLAT {
        let Some(value) = attributes.text(name)? else {
            continue;
        };
        match path {
            [group, part] => {
                let group = fields.entry(*group).or_insert_with(|| json!({}));
                if !group.is_object() {
                    return Err(Refusal::bad_request(
                        "data.attributes.fields: an object is wanted",
                    ));
                }
                group[*part] = value.into();
            }
            [name] => {
                fields.insert((*name).to_owned(), value.into());
            }
            _ => {}
        }
    }
    Ok(fields)
}

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["reference-id"])?;
    page(
        call,
        &model.accounts,
        |it| {
            let mut wanted = filters.iter();
            wanted.all(|(_, id)| it.reference_id.as_deref() == Some(id))
        },
        |it| wire::account(model, it),
    )
}

fn search(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let searched = Searched {
        rows: model.accounts.rows(),
        attributes: &["type", "status", "created_at", "updated_at", "fields.*"],
        value: &|it: &Account, attribute| match attribute {
            "type" => model.account_type_id.as_str().into(),
            "status" => model.account_status_id(&it.status).into(),
            "created_at" => wire::timestamp(it.created_at).into(),
            "updated_at" => wire::timestamp(it.updated_at).into(),
            field => {
                let path = field.trim_start_matches("fields.").split('.');
                path.fold(it.fields.read(), |mut place, name| {
                    place[name]["value"].take()
                })
            }
        },
        render: &|it| wire::account(model, it),
    };
    searched.answer(call)
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn redact(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.redact_account(&call.id)?;
    retrieve(model, call)
}

fn consolidate(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let sources = call
        .meta(&["source-account-ids"])?
        .texts("source-account-ids")?
        .filter(|sources| !sources.is_empty())
        .ok_or_else(|| Refusal::bad_request("meta.source-account-ids is missing"))?;
    model.consolidate(&call.id, &sources)?;
    Ok(Answer::accepted(shown(model, &call.id)?))
}

fn add_relation(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.add_account_relation(&call.id, relation(model, call)?)?;
    retrieve(model, call)
}

fn remove_relation(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let relation = relation(model, call)?;
    model.remove_account_relation(&call.id, &relation.key, &relation.target)?;
    retrieve(model, call)
}

/// All in one answer: the list takes no page.
fn relations(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["key", "created-at-start", "created-at-end"])?;
    let filter = |wanted: &str| {
        let mut filters = filters.iter();
        filters
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| *value)
    };
    let time = |name: &str| {
        let time = filter(name).map(DateTime::parse_from_rfc3339).transpose();
        time.map_err(|_| Refusal::bad_request(format!("filter[{name}] is not a point in time")))
    };
    let key = filter("key").ok_or_else(|| Refusal::bad_request("filter[key] is missing"))?;
    let (from, until) = (time("created-at-start")?, time("created-at-end")?);
    let account = found(model, &call.id)?;
    let related = account.relations.iter().rev().filter(|it| {
        it.key == key
            && from.is_none_or(|from| it.created_at >= from)
            && until.is_none_or(|until| it.created_at <= until)
    });
    let data: Vec<Value> = related
        .filter_map(|it| match model.accounts.get(&it.target) {
            Some(account) => Some(wire::account(model, account)),
            None => {
                let transaction = model.transactions.get(&it.target)?;
                Some(wire::transaction(model, transaction))
            }
        })
        .collect();
    Ok(Answer::ok(data.into()).with_links(None, None))
}

fn add_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let tags = tags::added(call, found(model, &call.id)?.tags.clone())?;
    model.set_account_tags(&call.id, tags)?;
    retrieve(model, call)
}

fn remove_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let tags = tags::removed(call, found(model, &call.id)?.tags.clone())?;
    model.set_account_tags(&call.id, tags)?;
    retrieve(model, call)
}

fn set_tags(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.set_account_tags(&call.id, tags::all(call)?)?;
    retrieve(model, call)
}

fn run_action(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let data = call.data(&["account-action-id", "parameters"])?;
    data.map("parameters")?;
    let action = data.required_text("account-action-id")?;
    let run = model.run_account_action(&call.id, &action)?;
    Ok(Answer::ok(shown(model, &call.id)?).with_meta(json!({ "workflow-run-id": run })))
}

fn account_type(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    if call.id == model.account_type_id {
        Ok(Answer::ok(wire::account_type(model)))
    } else {
        Err(Refusal::not_found("account type", &call.id))
    }
}

fn found<'a>(model: &'a Model, id: &str) -> Result<&'a Account, Refusal> {
    model
        .accounts
        .get(id)
        .ok_or_else(|| Refusal::not_found("account", id))
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    Ok(wire::account(model, found(model, id)?))
}
