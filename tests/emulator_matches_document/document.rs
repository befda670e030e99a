//! Places in Persona's own document.

use std::collections::BTreeSet;

use jsonschema::{Draft, Registry};
use serde_json::{Value, json};
use withpersona::emulator::Operation;

pub const DOCUMENT: &str = "urn:persona";

/// Where the document describes resources of this one's type.
pub fn component(resource: &Value) -> String {
    let kind = resource["type"].as_str().unwrap_or_default();
    format!("/components/schemas/{}", kind.replace('/', "-"))
}

/// Schemas that say `additionalProperties: false` refuse what they do not name; `fields` is left
/// open by the document itself, so the template's own names pass.
pub fn compiled(registry: &Registry<'_>, place: &str) -> jsonschema::Validator {
    let fragment = place.replace('{', "%7B").replace('}', "%7D");
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_registry(registry)
        .build(&json!({ "$ref": format!("{DOCUMENT}#{fragment}") }))
        .expect("the schema compiles")
}

pub fn document() -> Option<Value> {
    let path = std::env::var_os("PERSONA_UPSTREAM_SPEC")?;
    let text = std::fs::read_to_string(path).expect("PERSONA_UPSTREAM_SPEC can be read");
    Some(serde_json::from_str(&text).expect("PERSONA_UPSTREAM_SPEC is JSON"))
}

/// Where the document has an operation. Its path has other names for its parameters.
pub fn declared(document: &Value, operation: Operation) -> String {
    let method = operation.method.to_lowercase();
    let paths = document["paths"].as_object().expect("paths");
    let (path, _) = paths
        .iter()
        .find(|(_, item)| item[&method]["operationId"] == operation.id)
        .unwrap_or_else(|| panic!("the document has no {method} {}", operation.id));
    let mut plain = String::new();
    for part in path.split('/').skip(1) {
        plain.push('/');
        plain.push_str(if part.starts_with('{') { "{id}" } else { part });
    }
    assert_eq!(plain, operation.path, "{}", operation.id);
    format!("/paths/{}/{method}", escaped(path))
}

/// The place itself, or the one that it refers to.
pub fn resolved(document: &Value, place: String) -> String {
    let target = document.pointer(&place).and_then(|it| it["$ref"].as_str());
    target.map_or(place, |target| target.trim_start_matches('#').to_owned())
}

fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}

/// The names of all properties of a schema, through `allOf` and references.
pub fn properties(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(target) = schema["$ref"].as_str() {
        let target = document.pointer(target.trim_start_matches('#'));
        properties(document, target.expect("it resolves"), names);
    }
    names.extend(
        schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone()),
    );
    for part in schema["allOf"].as_array().into_iter().flatten() {
        properties(document, part, names);
    }
}
