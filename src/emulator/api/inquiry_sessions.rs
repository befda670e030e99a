use serde_json::Value;

use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::inquiries::link_meta;
use super::page::page;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::transition::Action;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::post("/inquiry-sessions", "create-an-inquiry-session", create),
    Route::get("/inquiry-sessions", "list-all-inquiry-sessions", list).include(Include::Never),
    Route::post("/inquiry-sessions/expire-all", "expire-inquiry-sessions", expire_all),
    Route::get("/inquiry-sessions/{id}", "retrieve-an-inquiry-session", retrieve),
    Route::post("/inquiry-sessions/{id}/expire", "expire-an-inquiry-session", expire),
    Route::post("/inquiry-sessions/{id}/generate-one-time-link", "generate-a-one-time-link-for-an-inquiry-session", generate_link),
];

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let inquiry_id = call
        .attributes(&["inquiry-id"])?
        .required_text("inquiry-id")?;
    let id = model.create_session(&inquiry_id)?;
    Ok(Answer::created(shown(model, &id)?))
}

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["inquiry-id"])?;
    page(
        call,
        &model.sessions,
        |it| filters.iter().all(|(_, id)| it.inquiry_id == *id),
        wire::session,
    )
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn expire(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.change_session(&call.id, Action::Expire)?;
    retrieve(model, call)
}

fn expire_all(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let inquiry_ids = call
        .meta(&["inquiry-ids"])?
        .texts("inquiry-ids")?
        .ok_or_else(|| Refusal::bad_request("meta.inquiry-ids is missing"))?;
    if let Some(unknown) = inquiry_ids
        .iter()
        .find(|id| model.inquiries.get(id).is_none())
    {
        return Err(Refusal::not_found("inquiry", unknown));
    }
    let mut expired = Vec::new();
    for id in &inquiry_ids {
        expired.extend(model.expire_sessions_of(id));
    }
    let data: Result<Vec<Value>, Refusal> = expired.iter().map(|id| shown(model, id)).collect();
    Ok(Answer::ok(data?.into()))
}

fn generate_link(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let link = model.create_link(&call.id, None)?;
    Ok(Answer::ok(shown(model, &call.id)?).with_meta(link_meta(&link)))
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    let session = model.sessions.get(id);
    session
        .map(wire::session)
        .ok_or_else(|| Refusal::not_found("inquiry session", id))
}
