//! Relations between accounts and transactions, which both have alike.

use crate::error::Error;
use crate::raw::types::{RelationRequest, RelationRequestMeta};

/// The body that adds or removes a relation.
pub(crate) fn relation_body(
    key: impl Into<String>,
    target: &str,
) -> Result<RelationRequest, Error> {
    let key = key.into();
    if key.is_empty() {
        return Err(Error::invalid_input("the key of the relation is empty"));
    }
    if target.trim().is_empty() {
        return Err(Error::invalid_input(
            "the id of the account or transaction to relate to is empty",
        ));
    }
    Ok(RelationRequest {
        meta: RelationRequestMeta {
            relation_schema_key: key,
            target_object_id: target.to_owned(),
            ..Default::default()
        },
        ..Default::default()
    })
}
