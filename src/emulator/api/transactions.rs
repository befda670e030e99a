use serde_json::Value;

use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::page::page;
use super::relations::relation;
use super::route::Route;
use super::tags;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::transaction::{TRANSACTION_TYPE_ID, Transaction, TransactionUpdate};
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::post("/transactions", "create-a-transaction", create).include(Include::Never),
    Route::get("/transactions", "list-all-transactions", list).include(Include::Never),
    Route::get("/transactions/{id}", "retrieve-a-transaction", retrieve),
    Route::patch("/transactions/{id}", "update-a-transaction", update),
    Route::delete("/transactions/{id}", "redact-a-transaction", redact),
    Route::post("/transactions/{id}/redact-biometrics", "redact-transaction-biometrics", redact_biometrics),
    Route::post("/transactions/{id}/label", "create-a-transaction-label", label),
    Route::post("/transactions/{id}/add-relation", "transactions-add-relation", add_relation),
    Route::post("/transactions/{id}/remove-relation", "transactions-remove-relation", remove_relation),
    Route::post("/transactions/{id}/add-tag", "transactions-add-tag", add_tag),
    Route::post("/transactions/{id}/remove-tag", "transactions-remove-tag", remove_tag),
    Route::post("/transactions/{id}/set-tags", "transactions-set-tags", set_tags),
    Route::get("/transaction-types/{id}", "retrieve-a-transaction-type", transaction_type).include(Include::Never),
];

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = call.attributes(&["transaction-type-id", "fields", "reference-id", "tags"])?;
    let id = model.create_transaction(
        &attributes.required_text("transaction-type-id")?,
        attributes.text("reference-id")?,
        attributes.texts("tags")?.unwrap_or_default(),
        attributes.map("fields")?,
    )?;
    Ok(Answer::created(shown(model, &id)?))
}

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    if call
        .query
        .iter()
        .any(|(name, _)| name.starts_with("filter[identifier]"))
    {
        return Err(Refusal::not_emulated(
            "transactions have no identifiers here",
        ));
    }
    let filters = call.filters(&["reference-id", "transaction-type-id"])?;
    page(
        call,
        &model.transactions,
        |it| {
            filters.iter().all(|(name, wanted)| match name.as_str() {
                "reference-id" => it.reference_id.as_deref() == Some(wanted),
                _ => *wanted == TRANSACTION_TYPE_ID,
            })
        },
        |it| wire::transaction(model, it),
    )
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn update(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = call.attributes(&["fields", "status", "reference-id", "label", "tags"])?;
    let label = attributes.text("label")?;
    let update = TransactionUpdate {
        reference_id: attributes.text("reference-id")?,
        status: attributes.text("status")?,
        tags: attributes.texts("tags")?,
        fields: attributes.map("fields")?,
    };
    model.update_transaction(&call.id, update)?;
    if let Some(label) = label {
        model.label_transaction(&call.id, label, None, None)?;
    }
    retrieve(model, call)
}

fn redact(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.redact_transaction(&call.id)?;
    retrieve(model, call)
}

fn redact_biometrics(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.redact_biometrics(&call.id)?;
    retrieve(model, call)
}

fn label(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let meta = call.meta(&["label", "score", "model-version"])?;
    model.label_transaction(
        &call.id,
        meta.required_text("label")?,
        meta.number("score")?,
        meta.text("model-version")?,
    )?;
    retrieve(model, call)
}

fn add_relation(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.add_transaction_relation(&call.id, relation(model, call)?)?;
    retrieve(model, call)
}

fn remove_relation(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let relation = relation(model, call)?;
    model.remove_transaction_relation(&call.id, &relation.key, &relation.target)?;
    retrieve(model, call)
}

fn add_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let tags = tags::added(call, found(model, &call.id)?.tags.clone())?;
    model.set_transaction_tags(&call.id, tags)?;
    retrieve(model, call)
}

fn remove_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let tags = tags::removed(call, found(model, &call.id)?.tags.clone())?;
    model.set_transaction_tags(&call.id, tags)?;
    retrieve(model, call)
}

fn set_tags(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.set_transaction_tags(&call.id, tags::all(call)?)?;
    retrieve(model, call)
}

fn transaction_type(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    if call.id == TRANSACTION_TYPE_ID {
        Ok(Answer::ok(wire::transaction_type(model)))
    } else {
        Err(Refusal::not_found("transaction type", &call.id))
    }
}

fn found<'a>(model: &'a Model, id: &str) -> Result<&'a Transaction, Refusal> {
    model
        .transactions
        .get(id)
        .ok_or_else(|| Refusal::not_found("transaction", id))
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    Ok(wire::transaction(model, found(model, id)?))
}
