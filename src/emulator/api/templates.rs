use serde_json::{Value, json};

use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::page::page;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::table::Table;
use crate::emulator::model::template::Template;
use crate::emulator::model::translation::Translation;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::get("/inquiry-templates", "list-all-inquiry-templates", list).include(Include::Never),
    Route::get("/inquiry-templates/{id}", "retrieve-an-inquiry-template", retrieve),
    Route::get("/inquiry-template-versions", "list-all-inquiry-template-versions", versions).include(Include::Never),
    Route::get("/inquiry-templates/{id}/translations", "retrieve-inquiry-template-translations", translations),
    Route::post("/inquiry-templates/{id}/translations", "import-inquiry-template-translations", import_translations),
];

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    call.filters(&[])?;
    let mut table = Table::default();
    for template in model.templates() {
        table.insert(&template.id, template);
    }
    page(call, &table, |_| true, |it| wire::inquiry_template(it))
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(wire::inquiry_template(found(model, &call.id)?)))
}

/// The published ones: there is never a draft here.
fn versions(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["inquiry-template-id"])?;
    let [(_, template_id)] = filters.as_slice() else {
        return Err(Refusal::bad_request(
            "filter[inquiry-template-id] is missing",
        ));
    };
    let template = found(model, template_id)?;
    let earlier = template.earlier.iter().map(|version| version.id.as_str());
    let mut table = Table::default();
    for id in earlier.chain([template.version_id.as_str()]) {
        table.insert(id, wire::inquiry_template_version(template, id));
    }
    page(call, &table, |_| true, |it| it.clone().unwrap_or_default())
}

fn translations(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let template = found(model, &call.id)?;
    let rows: Vec<Value> = model
        .translations(&template.id)
        .iter()
        .map(wire::translation)
        .collect();
    Ok(Answer::ok(json!({
        "type": "inquiry-template-translations",
        "id": template.version_id,
        "attributes": { "translations": rows },
    })))
}

/// They show at once: there is no draft that somebody would have to publish.
fn import_translations(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let template = found(model, &call.id)?;
    let version = wire::inquiry_template_version(template, &template.version_id);
    let attributes = call.attributes(&["translations"])?;
    let rows = attributes.get("translations").and_then(Value::as_array);
    let rows: Option<Vec<Translation>> = rows.into_iter().flatten().map(translation).collect();
    match rows {
        Some(rows) if !rows.is_empty() => model.import_translations(&call.id, rows),
        _ => {
            return Err(Refusal::bad_request(
                "data.attributes.translations must be a list of texts with step, component, \
                 attribute-name and locale-values",
            ));
        }
    }
    Ok(Answer::ok(version.unwrap_or_default()))
}

fn translation(row: &Value) -> Option<Translation> {
    let text = |name: &str| Some(row.get(name)?.as_str()?.to_owned());
    let texts = row["locale-values"].as_array()?.iter().map(|given| {
        let locale = given["locale"].as_str()?.to_owned();
        Some((locale, given["value"].as_str().map(str::to_owned)))
    });
    Some(Translation {
        step: text("step")?,
        component: text("component")?,
        attribute: text("attribute-name")?,
        texts: texts.collect::<Option<_>>()?,
    })
}

fn found<'a>(model: &'a Model, id: &str) -> Result<&'a Template, Refusal> {
    model
        .template(id)
        .ok_or_else(|| Refusal::not_found("inquiry template", id))
}
