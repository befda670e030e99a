use serde_json::Value;

use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::get("/devices", "list-all-devices", list).include(Include::Never),
    Route::get("/devices/{id}", "retrieve-a-device", retrieve).include(Include::Never),
];

/// All in one answer: the list takes no page.
fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["inquiry-session-id"])?;
    let [(_, session)] = filters.as_slice() else {
        return Err(Refusal::bad_request(
            "filter[inquiry-session-id] is missing",
        ));
    };
    let session = model
        .sessions
        .get(session)
        .ok_or_else(|| Refusal::not_found("inquiry session", session))?;
    let devices: Vec<Value> = wire::device(session).into_iter().collect();
    Ok(Answer::ok(devices.into()).with_links(None, None))
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let mut sessions = model.sessions.rows().iter();
    sessions
        .find(|it| it.device_id().as_deref() == Some(&call.id))
        .and_then(wire::device)
        .map(Answer::ok)
        .ok_or_else(|| Refusal::not_found("device", &call.id))
}
