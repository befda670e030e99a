use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::page::page;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::table::Table;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::get("/inquiry-templates", "list-all-inquiry-templates", list).include(Include::Never),
    Route::get("/inquiry-templates/{id}", "retrieve-an-inquiry-template", retrieve),
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
    let template = model.template(&call.id);
    template
        .map(|it| Answer::ok(wire::inquiry_template(it)))
        .ok_or_else(|| Refusal::not_found("inquiry template", &call.id))
}
