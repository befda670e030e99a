use serde_json::json;

use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;

pub(super) const ROUTES: &[Route] =
    &[Route::get("/rate-limits", "list-all-rate-limits", list).include(Include::Never)];

fn list(_: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!([{
        "type": "rate-limit/api",
        "attributes": {
            "limit": call.standing.limit,
            "remaining": call.standing.remaining,
            "seconds-to-reset": call.standing.seconds_to_reset,
        },
    }])))
}
