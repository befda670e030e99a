//! Reading an official document and writing the vendored one.

use serde_json::{Map, Value};

use crate::stop::{Pointer, Stop};

/// Parses an official OpenAPI 3.1 document, JSON or YAML.
pub fn parse(text: &str) -> Result<Value, Stop> {
    let root = Pointer::root();
    let document: Value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| Stop::new(&root, format!("no JSON: {error}")))?
    } else {
        serde_norway::from_str(text)
            .map_err(|error| Stop::new(&root, format!("no YAML: {error}")))?
    };
    match document.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.1.") => Ok(sorted(document)),
        Some(version) => Err(Stop::new(
            &root.at("openapi"),
            format!("version {version}, but only OpenAPI 3.1 is understood"),
        )),
        None => Err(Stop::new(
            &root,
            "no `openapi` version: not an OpenAPI document",
        )),
    }
}

/// The vendored form: keys sorted, two spaces, a line break at the end.
pub fn to_bytes(document: Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(&sorted(document)).expect("a JSON value serializes");
    bytes.push(b'\n');
    bytes
}

/// Rebuilds every object with its keys in order, so that neither the order of
/// the official file nor the map type of `serde_json` shows in the result.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| (key, sorted(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
