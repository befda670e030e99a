//! Components shared by many places: the JSON:API building blocks, and every
//! object shape that stands in the document more than once.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::names::{BODIES, Seen, names, place, singular};
use crate::schema::{insert_component, reference};
use crate::stop::{Pointer, Stop};

/// Gives every object shape a component of its own, equal ones the same.
///
/// A generator that names inline objects itself can pick a name that is taken:
/// the `type` of an account and the resource `account-type` became one type.
pub fn lift_objects(
    components: &mut BTreeMap<String, Value>,
    paths: &mut Map<String, Value>,
) -> Result<(), Stop> {
    share_bodies(components, paths)?;
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for (name, schema) in components.iter() {
        each_property(schema, (name, name), &mut |schema, property, places| {
            let seen = seen.entry(schema.to_string()).or_default();
            seen.count += 1;
            seen.held_by.insert(singular(property));
            seen.places.insert(places);
        });
    }
    let names = names(&seen, components.keys().cloned().collect());
    let mut lifted: BTreeMap<String, Value> = BTreeMap::new();
    for schema in components.values_mut() {
        replace(schema, &names, &mut lifted, true);
    }
    for (name, schema) in lifted {
        insert_component(components, &name, schema, &Pointer::root().at(&name))?;
    }
    one_rust_name_each(components)
}

/// Makes one component of the bodies that are equal.
fn share_bodies(
    components: &mut BTreeMap<String, Value>,
    paths: &mut Map<String, Value>,
) -> Result<(), Stop> {
    let mut bodies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, schema) in components.iter() {
        if name.ends_with("-request") && schema.get("x-shape").is_none() {
            let same = bodies.entry(schema.to_string()).or_default();
            same.push(name.clone());
        }
    }
    for same in bodies.into_values() {
        let own = BODIES.iter().find(|(operation, _)| {
            let name = format!("{operation}-request");
            same.contains(&name)
        });
        let name = own.map_or(same[0].clone(), |(_, name)| (*name).to_owned());
        let schema = components[&same[0]].clone();
        for other in &same {
            components.remove(other);
            redirect(paths, other, &name);
        }
        let at = Pointer::root().at("components").at("schemas").at(&name);
        insert_component(components, &name, schema, &at)?;
    }
    Ok(())
}

/// Takes a schema, the property that holds it, and the names after its place.
type Visit<'a> = dyn FnMut(&Value, &str, (String, String)) + 'a;

/// Calls `visit` for every inline object schema below `schema`, with the
/// property that holds it and the names after its place, short and in full.
fn each_property(schema: &Value, (short, full): (&str, &str), visit: &mut Visit<'_>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let mut inner = property;
        let mut one = name.clone();
        while let Some(items) = inner
            .get("items")
            .or_else(|| inner.get("additionalProperties"))
        {
            inner = items;
            one = singular(name);
        }
        if inner.get("properties").is_some() {
            let bare = without_nullable(inner);
            let (short, full) = (place(short, &one), format!("{full}-{one}"));
            visit(&bare, name, (short.clone(), full.clone()));
            each_property(&bare, (&short, &full), visit);
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
