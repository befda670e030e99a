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
    Route::get("/api-logs", "list-all-api-logs", list).include(Include::Never),
    Route::get("/api-logs/{id}", "retrieve-an-api-log", retrieve),
];

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    call.filters(&[])?;
    page(call, &model.api_logs, |_| true, wire::api_log)
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let log = model.api_logs.get(&call.id);
    log.map(|it| Answer::ok(wire::api_log(it)))
        .ok_or_else(|| Refusal::not_found("API log", &call.id))
}
