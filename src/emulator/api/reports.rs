use serde_json::Value;

use super::answer::Answer;
use super::call::{Call, Part};
use super::include::Include;
use super::page::{page, page_of};
use super::pdf::pdf;
use super::route::Route;
use super::tags;
use crate::emulator::model::Model;
use crate::emulator::model::inquiry::AccountChoice;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::report::{Dismissed, NewReport, Report};
use crate::emulator::model::report_kind::{OTHER_KINDS, ReportKind};
use crate::emulator::model::report_match::name_of;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::post("/reports", "create-a-report", create),
    Route::get("/reports", "list-all-reports", list).include(Include::Never),
    Route::get("/reports/{id}", "retrieve-a-report", retrieve),
    Route::delete("/reports/{id}", "redact-a-report", redact),
    Route::post("/reports/{id}/dismiss", "dismiss-matches", dismiss),
    Route::get("/reports/{id}/history", "list-report-history", history).include(Include::Never),
    Route::post("/reports/{id}/pause", "report-action-pause-continuous-monitoring", pause),
    Route::post("/reports/{id}/resume", "report-action-resume-continuous-monitoring", resume),
    Route::post("/reports/{id}/run", "report-action-re-run-report", run),
    Route::post("/reports/{id}/add-tag", "reports-add-tag", add_tag),
    Route::post("/reports/{id}/remove-tag", "reports-remove-tag", remove_tag),
    Route::post("/reports/{id}/set-tags", "reports-set-all-tags", set_tags),
    Route::get("/reports/{id}/print", "print-report-pdf", print).include(Include::Never),
];

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes =
        call.attributes(&["query", "account-id", "reference-id", "report-template-id"])?;
    let meta = call.meta(&[
        "auto-create-account",
        "auto-create-account-type-id",
        "auto-create-account-reference-id",
        "processing-mode",
        "request-flags",
    ])?;
    let kind = call.body["data"]["type"].as_str().unwrap_or_default();
    let kind = match ReportKind::parse(kind) {
        Some(kind) => kind,
        None if OTHER_KINDS.contains(&kind) => {
            return Err(Refusal::not_emulated(
                "the emulator makes reports of watchlists, adverse media and politically exposed \
                 persons",
            ));
        }
        None => return Err(Refusal::bad_request("data.type is not a kind of report")),
    };
    if attributes.get("query").is_none() {
        return Err(Refusal::bad_request("data.attributes.query is missing"));
    }
    let query = attributes.map("query")?;
    let mut parts = query.iter();
    if let Some((name, _)) = parts.find(|(_, it)| !it.is_string() && !it.is_null()) {
        return Err(Refusal::bad_request(format!(
            "data.attributes.query.{name} must be a string"
        )));
    }
    if name_of(&query).trim().is_empty() {
        return Err(Refusal::bad_request(
            "data.attributes.query needs at least one of name-first, name-middle, name-last and term",
        ));
    }
    let id = model.create_report(NewReport {
        kind,
        template_id: attributes.text("report-template-id")?,
        account: account_choice(&attributes, &meta)?,
        query,
        at_once: meta.text("processing-mode")?.as_deref() == Some("sync"),
    })?;
    Ok(Answer::created(shown(model, &id)?))
}

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["account-id", "reference-id"])?;
    page(
        call,
        &model.reports,
        |it| {
            filters.iter().all(|(name, wanted)| {
                let account = it.account_id.as_deref();
                if name == "account-id" {
                    account == Some(*wanted)
                } else {
                    let account = account.and_then(|id| model.accounts.get(id));
                    account.is_some_and(|it| it.reference_id.as_deref() == Some(*wanted))
                }
            })
        },
        |it| wire::report(model, it),
    )
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn redact(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.redact_report(&call.id)?;
    retrieve(model, call)
}

fn dismiss(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = call.attributes(&["dismiss-type", "entity-id", "reason"])?;
    let reason = attributes.required_text("reason")?;
    let dismissed = match attributes.text("dismiss-type")?.as_deref() {
        None => Dismissed::All,
        Some("entity") => Dismissed::Entity(attributes.required_text("entity-id")?),
        Some("media") => Dismissed::Article(attributes.required_text("entity-id")?),
        Some(_) => {
            return Err(Refusal::bad_request(
                "data.attributes.dismiss-type must be entity or media",
            ));
        }
    };
    model.dismiss_matches(&call.id, &dismissed, &reason)?;
    retrieve(model, call)
}

fn history(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let entries = &found(model, &call.id)?.history;
    page_of(
        call,
        entries,
        |id| entries.iter().position(|it| it.id == id),
        |_| true,
        wire::report_history_entry,
    )
}

fn pause(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.pause_report(&call.id)?;
    retrieve(model, call)
}

fn resume(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.resume_report(&call.id)?;
    retrieve(model, call)
}

fn run(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.run_report(&call.id)?;
    retrieve(model, call)
}

fn add_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let with = tags::added(call, model.report_tags(&call.id)?)?;
    model.set_report_tags(&call.id, with)?;
    retrieve(model, call)
}

fn remove_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let without = tags::removed(call, model.report_tags(&call.id)?)?;
    model.set_report_tags(&call.id, without)?;
    retrieve(model, call)
}

fn set_tags(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.set_report_tags(&call.id, tags::all(call)?)?;
    retrieve(model, call)
}

fn print(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let report = found(model, &call.id)?;
    let mut lines = vec![
        format!("Report {}", report.id),
        format!("Kind: {}", report.kind.as_str()),
        format!("Status: {}", report.status.as_str()),
        format!("Created: {}", wire::timestamp(report.created_at)),
        format!("Matches: {}", report.matches.len()),
    ];
    for it in &report.matches {
        if let Some(name) = it["name"].as_str() {
            lines.push(format!("- {name}"));
        }
    }
    Ok(Answer::Pdf(pdf(&lines)))
}

fn account_choice(attributes: &Part<'_>, meta: &Part<'_>) -> Result<AccountChoice, Refusal> {
    let auto_create = meta.flag("auto-create-account", true)?;
    let automatic = meta.text("auto-create-account-reference-id")?;
    let type_id = meta.text("auto-create-account-type-id")?;
    if !auto_create && (automatic.is_some() || type_id.is_some()) {
        return Err(Refusal::bad_request(
            "meta.auto-create-account-* cannot be given when meta.auto-create-account is false",
        ));
    }
    let reference = automatic.or(attributes.text("reference-id")?);
    match (attributes.text("account-id")?, reference) {
        (Some(_), Some(_)) => Err(Refusal::bad_request(
            "account-id and a reference id cannot be given together",
        )),
        (Some(id), None) => Ok(AccountChoice::Existing(id)),
        (None, Some(reference)) => Ok(AccountChoice::Reference(reference)),
        (None, None) if auto_create => Ok(AccountChoice::New),
        (None, None) => Ok(AccountChoice::None),
    }
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    Ok(wire::report(model, found(model, id)?))
}

fn found<'a>(model: &'a Model, id: &str) -> Result<&'a Report, Refusal> {
    model
        .reports
        .get(id)
        .ok_or_else(|| Refusal::not_found("report", id))
}
