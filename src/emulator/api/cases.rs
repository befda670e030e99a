use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::answer::Answer;
use super::call::{Call, Part};
use super::include::Include;
use super::page::page;
use super::route::Route;
use super::search::Searched;
use super::tags;
use crate::emulator::model::Model;
use crate::emulator::model::case::{Actor, Case, CaseUpdate, NewCase};
use crate::emulator::model::case_template::CaseTemplate;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::post("/cases", "create-a-case", create),
    Route::get("/cases", "list-all-cases", list).include(Include::Never),
    Route::post("/cases/search", "search-cases", search).include(Include::Never),
    Route::get("/cases/{id}", "retrieve-case", retrieve),
    Route::patch("/cases/{id}", "update-a-case", update),
    Route::delete("/cases/{id}", "redact-a-case", redact),
    Route::post("/cases/{id}/assign", "assign-a-case", assign),
    Route::post("/cases/{id}/set-status", "set-status-for-a-case", set_status),
    Route::post("/cases/{id}/add-objects", "add-persona-objects", add_objects),
    Route::post("/cases/{id}/remove-objects", "remove-persona-objects", remove_objects),
    Route::post("/cases/{id}/add-tag", "add-tag", add_tag),
    Route::post("/cases/{id}/remove-tag", "remove-tag", remove_tag),
    Route::post("/cases/{id}/set-tags", "set-tags", set_tags),
    Route::get("/case-templates/{id}", "retrieve-a-case-template", retrieve_template),
];

/// How far ahead the end of a service level may be.
const LONGEST_SLA: TimeDelta = TimeDelta::days(90);

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = call.attributes(&[
        "case-template-id",
        "creator-email-address",
        "case-queue-id",
        "fields",
    ])?;
    let meta = call.meta(&["object-ids", "sla-expires-in-seconds"])?;
    let creator = attributes.text("creator-email-address")?;
    let id = model.create_case(NewCase {
        template_id: attributes.required_text("case-template-id")?,
        queue_id: attributes.text("case-queue-id")?,
        creator: creator.map_or(Actor::Api, Actor::User),
        fields: attributes.map("fields")?,
        object_ids: meta.texts("object-ids")?.unwrap_or_default(),
        sla: sla(&meta)?,
    })?;
    Ok(Answer::created(shown(model, &id)?))
}

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&[
        "status",
        "case-template-id",
        "account-id",
        "reference-id",
        "inquiry-id",
        "report-id",
    ])?;
    page(
        call,
        &model.cases,
        |case| {
            filters.iter().all(|(name, wanted)| match name.as_str() {
                "status" => case.status.eq_ignore_ascii_case(wanted),
                "case-template-id" => case.template_id == *wanted,
                "reference-id" => case.objects.iter().any(|it| {
                    let account = model.accounts.get(&it.id);
                    let account = account.and_then(|it| it.reference_id.as_deref());
                    let inquiry = model.inquiries.get(&it.id);
                    let inquiry = inquiry.and_then(|it| it.reference_id.as_deref());
                    account == Some(*wanted) || inquiry == Some(*wanted)
                }),
                _ => case.objects.iter().any(|it| it.id == *wanted),
            })
        },
        wire::case,
    )
}

fn search(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let searched = Searched {
        rows: model.cases.rows(),
        attributes: &[
            "template",
            "status",
            "created_at",
            "updated_at",
            "resolved_at",
            "sla_expires_at",
            "case_queue",
            "fields.*",
        ],
        value: &|case: &Case, attribute| {
            let moment = |at: Option<DateTime<Utc>>| at.map(wire::timestamp).into();
            match attribute {
                "template" => case.template_id.as_str().into(),
                "status" => case.status.as_str().into(),
                "created_at" => moment(Some(case.created_at)),
                "updated_at" => moment(Some(case.updated_at)),
                "resolved_at" => moment(case.resolved_at),
                "sla_expires_at" => moment(case.sla_expires_at),
                "case_queue" => case.queue_id.clone().into(),
                field => {
                    let name = field.trim_start_matches("fields.");
                    case.fields.get(name).cloned().unwrap_or_default()
                }
            }
        },
        render: &wire::case,
    };
    searched.answer(call)
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn update(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = call.attributes(&["attachments", "case-queue-id", "fields"])?;
    if attributes.get("attachments").is_some() {
        return Err(Refusal::not_emulated(
            "the emulator keeps no attachments of cases",
        ));
    }
    let meta = call.meta(&["sla-expires-in-seconds"])?;
    let queue_id = attributes.text("case-queue-id")?;
    let sla = sla(&meta)?;
    let change = CaseUpdate {
        queue_id: attributes.is_given("case-queue-id").then_some(queue_id),
        fields: attributes.map("fields")?,
        sla: meta.is_given("sla-expires-in-seconds").then_some(sla),
    };
    model.update_case(&call.id, change)?;
    retrieve(model, call)
}

fn redact(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.redact_case(&call.id)?;
    retrieve(model, call)
}

fn assign(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let meta = call.meta(&["user-email-address"])?;
    model.assign_case(&call.id, meta.required_text("user-email-address")?)?;
    retrieve(model, call)
}

fn set_status(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let status = call.meta(&["status"])?.required_text("status")?;
    model.set_case_status(&call.id, &status)?;
    retrieve(model, call)
}

fn add_objects(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.add_case_objects(&call.id, &object_ids(call)?)?;
    retrieve(model, call)
}

fn remove_objects(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.remove_case_objects(&call.id, &object_ids(call)?)?;
    retrieve(model, call)
}

fn add_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let with = tags::added(call, model.case_tags(&call.id)?)?;
    model.set_case_tags(&call.id, with)?;
    retrieve(model, call)
}

fn remove_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let without = tags::removed(call, model.case_tags(&call.id)?)?;
    model.set_case_tags(&call.id, without)?;
    retrieve(model, call)
}

fn set_tags(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.set_case_tags(&call.id, tags::all(call)?)?;
    retrieve(model, call)
}

fn retrieve_template(_: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let template = CaseTemplate::find(&call.id)?;
    Ok(Answer::ok(wire::case_template(template)))
}

fn object_ids(call: &Call) -> Result<Vec<String>, Refusal> {
    let ids = call.meta(&["object-ids"])?.texts("object-ids")?;
    Ok(ids.unwrap_or_default())
}

fn sla(meta: &Part<'_>) -> Result<Option<TimeDelta>, Refusal> {
    let sla = meta.seconds("sla-expires-in-seconds")?;
    if sla.is_some_and(|sla| sla > LONGEST_SLA) {
        return Err(Refusal::bad_request(
            "meta.sla-expires-in-seconds must be 90 days at most",
        ));
    }
    Ok(sla)
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    let case: Option<&Case> = model.cases.get(id);
    case.map(wire::case)
        .ok_or_else(|| Refusal::not_found("case", id))
}
