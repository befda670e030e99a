use serde_json::Value;

use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::page::{page, page_of};
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::workflow::{VERSION_ID, WORKFLOW_ID};
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::post("/workflows/{id}/trigger", "create-a-workflow-run", trigger),
    Route::get("/workflow-runs", "list-all-workflow-runs", list_runs).include(Include::Never),
    Route::get("/workflow-runs/{id}", "retrieve-a-workflow-run", retrieve_run),
    Route::get("/workflow-versions", "list-all-workflow-versions", list_versions).include(Include::Never),
];

fn trigger(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = call.attributes(&["fields"])?;
    if attributes.get("fields").is_none() {
        return Err(Refusal::bad_request("data.attributes.fields is missing"));
    }
    let id = model.trigger_workflow(&call.id, &attributes.map("fields")?)?;
    Ok(Answer::ok(shown(model, &id)?))
}

fn list_runs(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["status"])?;
    page(
        call,
        &model.workflow_runs,
        |it| {
            filters
                .iter()
                .all(|(_, status)| it.status.as_str() == *status)
        },
        wire::workflow_run,
    )
}

fn retrieve_run(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn list_versions(_: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["workflow-id"])?;
    match filters.as_slice() {
        [(_, WORKFLOW_ID)] => {}
        [(_, id)] => return Err(Refusal::not_found("workflow", id)),
        _ => return Err(Refusal::bad_request("filter[workflow-id] is missing")),
    }
    page_of(
        call,
        &[()],
        |id| (id == VERSION_ID).then_some(0),
        |()| true,
        |()| wire::workflow_version(),
    )
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    let run = model.workflow_runs.get(id);
    run.map(wire::workflow_run)
        .ok_or_else(|| Refusal::not_found("workflow run", id))
}
