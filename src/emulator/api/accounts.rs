use serde_json::{Value, json};

use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::page::page;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::post("/accounts", "create-an-account", create),
    Route::get("/accounts", "list-all-accounts", list).include(Include::Never),
    Route::get("/accounts/{id}", "retrieve-an-account", retrieve),
];

/// What may be given beside `fields`, and the field that it is about.
const FLAT: [(&str, &[&str]); 11] = [
    ("name-first", &["name", "first"]),
    ("name-middle", &["name", "middle"]),
    ("name-last", &["name", "last"]),
    ("birthdate", &["birthdate"]),
    ("phone-number", &["phone_number"]),
    ("email-address", &["email_address"]),
    ("address-street-1", &["address", "street_1"]),
    ("address-street-2", &["address", "street_2"]),
    ("address-city", &["address", "city"]),
    ("address-subdivision", &["address", "subdivision"]),
    ("address-postal-code", &["address", "postal_code"]),
];

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let mut known = vec!["reference-id", "tags", "fields"];
    known.extend(FLAT.iter().map(|(name, _)| *name));
    let attributes = call.attributes(&known)?;
    if call.meta(&["upsert-by"])?.text("upsert-by")?.is_some() {
        return Err(Refusal::not_emulated(
            "the emulator does not update accounts: leave out meta.upsert-by",
        ));
    }
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
    let id = model.create_account(
        attributes.text("reference-id")?,
        attributes.texts("tags")?.unwrap_or_default(),
        &fields,
    )?;
    Ok(Answer::created(shown(model, &id)?))
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

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    let account = model.accounts.get(id);
    account
        .map(|it| wire::account(model, it))
        .ok_or_else(|| Refusal::not_found("account", id))
}
