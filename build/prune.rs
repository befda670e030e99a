//! Leaves of the document only what the enabled areas need.

use std::collections::BTreeSet;

use serde_json::Value;

/// The tags of the areas that are on.
pub fn enabled_tags(areas: &toml::Table, on: impl Fn(&str) -> bool) -> BTreeSet<String> {
    areas
        .iter()
        .filter(|(area, _)| on(area))
        .flat_map(|(area, settings)| {
            let tags = settings["tags"].as_array();
            tags.unwrap_or_else(|| panic!("areas.toml: {area} has no tags"))
        })
        .map(|tag| tag.as_str().expect("a tag is a text").to_owned())
        .collect()
}

/// Drops operations of other tags, and components that nothing refers to.
///
/// `x-members` counts as a reference: it names what a union of an operation
/// holds, such as the kinds of reports. What `included` may hold is not
/// followed: it can be nearly everything, and each area brings its own.
pub fn prune(document: &mut Value, tags: &BTreeSet<String>) {
    let paths = document["paths"].as_object_mut().expect("paths");
    for item in paths.values_mut().filter_map(Value::as_object_mut) {
        item.retain(|key, operation| {
            key == "servers"
                || operation["tags"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .any(|tag| tag.as_str().is_some_and(|tag| tags.contains(tag)))
        });
    }
    paths.retain(|_, item| {
        item.as_object()
            .is_some_and(|item| item.keys().any(|key| key != "servers"))
    });

    let mut reached = BTreeSet::new();
    follow(&document["paths"], document, &mut reached);
    let schemas = document["components"]["schemas"]
        .as_object_mut()
        .expect("schemas");
    schemas.retain(|name, _| reached.contains(name));
}

fn follow(value: &Value, document: &Value, reached: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("$ref", Value::String(target)) => {
                        reach(
                            target.trim_start_matches("#/components/schemas/"),
                            document,
                            reached,
                        );
                    }
                    ("x-members", Value::Array(names)) => {
                        for name in names.iter().filter_map(Value::as_str) {
                            reach(name, document, reached);
                        }
                    }
                    _ => follow(value, document, reached),
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| follow(item, document, reached)),
        _ => {}
    }
}

fn reach(name: &str, document: &Value, reached: &mut BTreeSet<String>) {
    if reached.insert(name.to_owned()) {
        follow(&document["components"]["schemas"][name], document, reached);
    }
}
