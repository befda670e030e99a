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
    Route::get("/events", "list-all-events", list).include(Include::Never),
    Route::get("/events/{id}", "retrieve-an-event", retrieve),
];

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&["name", "object-id", "id"])?;
    page(
        call,
        &model.events,
        |it| {
            filters.iter().all(|(filter, wanted)| {
                let value = match filter.as_str() {
                    "name" => &it.name,
                    "object-id" => &it.object_id,
                    _ => &it.id,
                };
                wanted.split(',').any(|wanted| wanted.trim() == value)
            })
        },
        wire::event,
    )
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let event = model.events.get(&call.id);
    event
        .map(|it| Answer::ok(wire::event(it)))
        .ok_or_else(|| Refusal::not_found("event", &call.id))
}
