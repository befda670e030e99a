//! Sparse fieldsets: `fields[inquiry]=status,fields.name-first`.

use serde_json::{Map, Value};

use super::call::Call;
use super::inflection::kebab;

/// Leaves of each resource only the attributes that the call asks for. Relationships stay.
pub(crate) fn thin_out(call: &Call, body: &mut Value) {
    let asked: Vec<(String, Vec<Vec<String>>)> = call
        .group("fields")
        .map(|(kind, names)| (kind, names.split(',').map(path).collect()))
        .collect();
    if asked.is_empty() {
        return;
    }
    for part in ["data", "included"] {
        match &mut body[part] {
            Value::Array(resources) => resources.iter_mut().for_each(|it| thin(it, &asked)),
            Value::Null => {}
            resource => thin(resource, &asked),
        }
    }
    // Indexing has put nulls where there was nothing.
    if let Some(body) = body.as_object_mut() {
        body.retain(|name, value| name != "included" || !value.is_null());
    }
}

fn thin(resource: &mut Value, asked: &[(String, Vec<Vec<String>>)]) {
    let kind = resource["type"].as_str().unwrap_or_default();
    let family = kind.split('/').next().unwrap_or_default();
    let Some((_, paths)) = asked
        .iter()
        .find(|(name, _)| name == kind || name == family)
    else {
        return;
    };
    let attributes = resource["attributes"].take();
    let mut kept = Value::Object(Map::new());
    for path in paths {
        copy(&attributes, &mut kept, path);
    }
    resource["attributes"] = kept;
}

/// A dotted path; what comes after `fields` is the name of a field and keeps its casing.
fn path(name: &str) -> Vec<String> {
    let mut parts = name.trim().split('.');
    let first = kebab(parts.next().unwrap_or_default());
    std::iter::once(first)
        .chain(parts.map(str::to_owned))
        .collect()
}

fn copy(from: &Value, to: &mut Value, path: &[String]) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    let Some(value) = from.get(name) else { return };
    if rest.is_empty() {
        to[name.as_str()] = value.clone();
    } else if value.is_object() {
        if !to[name.as_str()].is_object() {
            to[name.as_str()] = Value::Object(Map::new());
        }
        copy(value, &mut to[name.as_str()], rest);
    }
}
