//! Components shared by many places: the JSON:API building blocks, and every
//! object shape that stands in the document more than once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::schema::{insert_component, reference};
use crate::stop::{Pointer, Stop};

/// What to call a repeated shape, told by its property names in order.
/// Without an entry here, a repeated shape is named after the property that
/// holds it most often.
const SHAPE_NAMES: &[(&str, &str)] = &[
    ("after before size", "search-page"),
    ("and attribute not operator or value", "search-query"),
    ("attribute direction", "search-sort"),
    ("byte-size filename url", "file-reference"),
    ("byte-size url", "photo-reference"),
    ("comment", "comment-meta"),
    ("components inquiry step-assets", "theme-variant"),
    ("created-at name updated-at", "report-template-version"),
    ("dark light settings", "theme-styles"),
    ("data filename", "file-upload"),
    ("day granularity month year", "partial-date"),
    ("expires-in-seconds", "expiry-meta"),
    ("flag-code name url", "named-source"),
    ("list-id value", "list-item-value"),
    ("match-level metadata page value", "extraction-result"),
    (
        "metadata name reasons requirement status",
        "verification-check",
    ),
    ("name", "name-only"),
    ("name source-key", "sourced-name"),
    ("name url", "named-url"),
    ("name-first name-full name-last titles", "associated-person"),
    ("preferred-theme-variant use-dark-theme", "theme-settings"),
    ("source value", "sourced-value"),
    ("tag-id tag-name", "tag-meta"),
    ("value", "value-only"),
    ("version", "report-template-meta"),
];

/// Gives every object shape a component of its own, equal ones the same.
///
/// A generator that names inline objects itself can pick a name that is taken:
/// the `type` of an account and the resource `account-type` became one type.
pub fn lift_objects(
    components: &mut BTreeMap<String, Value>,
    paths: &mut Map<String, Value>,
) -> Result<(), Stop> {
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for (name, schema) in components.iter() {
        each_property(schema, name, &mut |schema, property, path| {
            let seen = seen.entry(schema.to_string()).or_default();
            seen.count += 1;
            *seen.properties.entry(singular(property)).or_default() += 1;
            seen.first.get_or_insert_with(|| path.to_owned());
        });
    }
    // Equal request bodies are components already: keep the first of each.
    let mut bodies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, schema) in components.iter() {
        if name.ends_with("-request") && schema.get("x-shape").is_none() {
            bodies
                .entry(schema.to_string())
                .or_default()
                .push(name.clone());
        }
    }
    let names = names(&seen, components);
    let mut lifted: BTreeMap<String, Value> = BTreeMap::new();
    for schema in components.values_mut() {
        replace(schema, &names, &mut lifted, true);
    }
    for (name, schema) in lifted {
        insert_component(components, &name, schema, &Pointer::root().at(&name))?;
    }
    for same in bodies.into_values().filter(|same| same.len() > 1) {
        for other in &same[1..] {
            components.remove(other);
            redirect(paths, other, &same[0]);
        }
    }
    one_rust_name_each(components)
}

#[derive(Default)]
struct Seen {
    count: usize,
    properties: BTreeMap<String, usize>,
    first: Option<String>,
}

/// Calls `visit` for every inline object schema below `schema`, with the
/// property that holds it and a name made of the way to it.
fn each_property(schema: &Value, path: &str, visit: &mut dyn FnMut(&Value, &str, &str)) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, property) in properties {
            let mut inner = property;
            while let Some(items) = inner
                .get("items")
                .or_else(|| inner.get("additionalProperties"))
            {
                inner = items;
            }
            if inner.get("properties").is_some() {
                let bare = without_nullable(inner);
                let path = format!("{path}-{}", singular(name));
                visit(&bare, name, &path);
                each_property(&bare, &path, visit);
            }
        }
    }
}

fn without_nullable(schema: &Value) -> Value {
    let mut bare = schema.clone();
    if let Some(map) = bare.as_object_mut() {
        map.remove("nullable");
    }
    bare
}

fn names(
    seen: &BTreeMap<String, Seen>,
    components: &BTreeMap<String, Value>,
) -> BTreeMap<String, String> {
    let mut claims: BTreeMap<&String, usize> = BTreeMap::new();
    let favourite = |seen: &Seen| -> String {
        let most = seen.properties.values().max().copied().unwrap_or_default();
        let (name, _) = seen
            .properties
            .iter()
            .find(|(_, count)| **count == most)
            .expect("a shape is held by a property");
        name.clone()
    };
    let favourites: Vec<String> = seen.values().map(favourite).collect();
    for name in &favourites {
        *claims.entry(name).or_default() += 1;
    }
    let mut names = BTreeMap::new();
    let mut taken: BTreeSet<String> = components.keys().cloned().collect();
    for ((shape, seen), favourite) in seen.iter().zip(&favourites) {
        let schema: Value = serde_json::from_str(shape).expect("written by this module");
        let properties: Vec<&str> = schema["properties"]
            .as_object()
            .expect("an object schema")
            .keys()
            .map(String::as_str)
            .collect();
        let properties = properties.join(" ");
        let own = SHAPE_NAMES
            .iter()
            .find(|(known, _)| *known == properties)
            .map(|(_, name)| (*name).to_owned())
            .filter(|_| seen.count > 1);
        let short = (seen.count > 1 && claims[favourite] == 1).then(|| favourite.clone());
        let long = seen.first.clone().expect("set when seen");
        let name = [own, short, Some(long.clone())]
            .into_iter()
            .flatten()
            .find(|name| !taken.contains(name))
            .unwrap_or_else(|| {
                (2..)
                    .map(|number| format!("{long}-{number}"))
                    .find(|name| !taken.contains(name))
                    .expect("numbers do not end")
            });
        taken.insert(name.clone());
        names.insert(shape.clone(), name);
    }
    names
}

/// Replaces repeated shapes below `schema` by references, inner ones first.
fn replace(
    schema: &mut Value,
    names: &BTreeMap<String, String>,
    lifted: &mut BTreeMap<String, Value>,
    top: bool,
) {
    let shape = without_nullable(schema).to_string();
    let nullable = schema.get("nullable").is_some();
    match schema {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                if key == "properties" {
                    for property in value.as_object_mut().into_iter().flatten() {
                        replace(property.1, names, lifted, false);
                    }
                } else if key == "items" || key == "additionalProperties" {
                    replace(value, names, lifted, false);
                }
            }
        }
        _ => return,
    }
    if top {
        return;
    }
    if let Some(name) = names.get(&shape) {
        lifted.insert(name.clone(), without_nullable(schema));
        *schema = if nullable {
            json!({ "nullable": true, "allOf": [reference(name)] })
        } else {
            reference(name)
        };
    }
}

fn redirect(paths: &mut Map<String, Value>, from: &str, to: &str) {
    let (from, to) = (reference(from), reference(to));
    for operation in paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(|item| item.values_mut())
    {
        for content in operation
            .pointer_mut("/requestBody/content")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(|content| content.values_mut())
        {
            if content["schema"] == from {
                content["schema"] = to.clone();
            }
        }
    }
}

/// `checks` holds a `check`; `addresses` an `address`.
fn singular(property: &str) -> String {
    let property = property.to_lowercase();
    for (plural, one) in [("ies", "y"), ("sses", "ss"), ("xes", "x")] {
        if let Some(stem) = property.strip_suffix(plural) {
            return format!("{stem}{one}");
        }
    }
    match property.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') && !stem.ends_with("statu") => stem.to_owned(),
        _ => property,
    }
}

/// Two component names that read alike in Rust would be one type in silence.
fn one_rust_name_each(components: &BTreeMap<String, Value>) -> Result<(), Stop> {
    let mut taken: BTreeMap<String, &String> = BTreeMap::new();
    for name in components.keys() {
        let plain: String = name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase();
        if let Some(other) = taken.insert(plain, name) {
            let at = Pointer::root().at("components").at("schemas").at(name);
            return Err(Stop::new(&at, format!("reads like {other:?} in Rust")));
        }
    }
    Ok(())
}
