use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::page::page;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::importer::ImportKind;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::get("/importers", "list-all-importers", list).include(Include::Never),
    Route::get("/importers/{id}", "retrieve-an-importer", retrieve),
    Route::post("/importer/accounts", "import-an-account", accounts),
    Route::post("/importer/list-item/email-addresses", "import-email-address-lists", email_addresses),
    Route::post("/importer/list-item/geolocations", "import-geolocation-lists", geolocations),
    Route::post("/importer/list-item/government-id-numbers", "import-government-id-number-lists", government_id_numbers),
    Route::post("/importer/list-item/ip-addresses", "import-ip-address-lists", ip_addresses),
    Route::post("/importer/list-item/names", "import-name-lists", names),
    Route::post("/importer/list-item/phone-numbers", "import-phone-number-lists", phone_numbers),
];

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    call.filters(&[])?;
    page(call, &model.importers, |_| true, wire::importer)
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn accounts(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let file = call.attributes(&["file"])?.map("file")?;
    let id = model.create_importer(ImportKind::Account, None, &csv(&file)?)?;
    Ok(Answer::created(shown(model, &id)?))
}

fn email_addresses(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    list_items(model, call, ImportKind::EmailAddress)
}

fn geolocations(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    list_items(model, call, ImportKind::Geolocation)
}

fn government_id_numbers(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    list_items(model, call, ImportKind::GovernmentIdNumber)
}

fn ip_addresses(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    list_items(model, call, ImportKind::IpAddress)
}

fn names(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    list_items(model, call, ImportKind::Name)
}

fn phone_numbers(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    list_items(model, call, ImportKind::PhoneNumber)
}

fn list_items(model: &mut Model, call: &Call, kind: ImportKind) -> Result<Answer, Refusal> {
    let attributes = call.attributes(&["file", "list-id"])?;
    let list_id = attributes.required_text("list-id")?;
    let file = attributes.map("file")?;
    let id = model.create_importer(kind, Some(list_id), &csv(&file)?)?;
    Ok(Answer::created(shown(model, &id)?))
}

/// The file of a JSON body; a form was brought into the same shape.
fn csv(file: &serde_json::Map<String, Value>) -> Result<Vec<u8>, Refusal> {
    let data = file.get("data").and_then(Value::as_str);
    let data = data.ok_or_else(|| Refusal::bad_request("data.attributes.file is missing"))?;
    STANDARD
        .decode(data)
        .map_err(|_| Refusal::bad_request("data.attributes.file.data is not base64"))
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    let importer = model.importers.get(id);
    importer
        .map(wire::importer)
        .ok_or_else(|| Refusal::not_found("importer", id))
}
