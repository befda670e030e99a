//! Relations of accounts and transactions, as callers name them.

use super::call::Call;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::relation::Relation;

/// The relation that the call is about.
pub(super) fn relation(model: &Model, call: &Call) -> Result<Relation, Refusal> {
    let meta = call.meta(&["relation-schema-key", "target-object-id"])?;
    Ok(Relation {
        key: meta.required_text("relation-schema-key")?,
        target: meta.required_text("target-object-id")?,
        created_at: model.now(),
    })
}
