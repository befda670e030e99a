//! The JSON:API building blocks: components that the crate writes by hand.

use serde_json::{Value, json};

use crate::schema::reference;

/// What the crate writes by hand instead of generating it.
pub fn building_blocks() -> [(&'static str, Value); 7] {
    let open = json!({ "type": "object" });
    [
        (
            "error-document",
            json!({ "type": "object", "x-shape": "error-document", "properties": { "errors": { "type": "array", "items": open } } }),
        ),
        (
            "page-links",
            json!({ "type": "object", "x-shape": "page-links", "properties": { "next": { "type": "string", "nullable": true }, "prev": { "type": "string", "nullable": true } } }),
        ),
        (
            "relationships",
            json!({ "type": "object", "x-shape": "relationships", "additionalProperties": open }),
        ),
        (
            "resource-document",
            json!({ "type": "object", "x-shape": "resource-document", "properties": { "data": reference("resource-object"), "included": { "type": "array", "items": reference("resource-object") } } }),
        ),
        (
            "resource-object",
            json!({ "type": "object", "x-shape": "resource-object", "properties": { "type": { "type": "string" }, "id": { "type": "string" }, "attributes": open, "relationships": reference("relationships") } }),
        ),
        (
            "sparse-fields",
            json!({ "type": "object", "x-shape": "sparse-fields", "additionalProperties": { "type": "string" } }),
        ),
        (
            "tagged",
            json!({ "type": "object", "x-shape": "tagged", "properties": { "type": { "type": "string" } } }),
        ),
    ]
}
