use super::answer::Answer;
use super::call::Call;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::document::{Document, DocumentKind};
use crate::emulator::model::refusal::Refusal;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::get("/documents/{id}", "retrieve-a-document", retrieve),
    Route::get("/document/generics/{id}", "retrieve-a-generic-document", generic),
    Route::get("/document/government-ids/{id}", "retrieve-a-government-id-document", government_id),
];

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let document = found(model, &call.id)?;
    Ok(Answer::ok(wire::document(model, document)))
}

fn generic(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    of_kind(model, call, DocumentKind::Generic)
}

fn government_id(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    of_kind(model, call, DocumentKind::GovernmentId)
}

fn of_kind(model: &mut Model, call: &Call, kind: DocumentKind) -> Result<Answer, Refusal> {
    if found(model, &call.id)?.kind == kind {
        retrieve(model, call)
    } else {
        let what = format!("{} document", kind.as_str());
        Err(Refusal::not_found(&what, &call.id))
    }
}

fn found<'a>(model: &'a Model, id: &str) -> Result<&'a Document, Refusal> {
    model
        .documents
        .get(id)
        .ok_or_else(|| Refusal::not_found("document", id))
}
