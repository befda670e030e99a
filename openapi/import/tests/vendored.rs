//! The vendored document: it holds every operation and event of the official
//! one, and none of its words.
//!
//! With `PERSONA_UPSTREAM_SPEC` naming the official document it was imported
//! from, the two are compared; otherwise its own form is checked.

mod harness;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

fn openapi() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn vendored() -> Value {
    let text = std::fs::read_to_string(openapi().join("persona.json"));
    serde_json::from_str(&text.expect("openapi/persona.json")).expect("JSON")
}

/// The official document and where it stands, if it was given.
fn official() -> Option<(PathBuf, Value)> {
    let Some(path) = std::env::var_os("PERSONA_UPSTREAM_SPEC") else {
        println!("PERSONA_UPSTREAM_SPEC is not set: the official document was not given");
        return None;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some((path, serde_json::from_str(&text).expect("JSON")))
}

fn operations(document: &Value) -> Vec<&Value> {
    let items = document["paths"].as_object().expect("paths").values();
    items
        .flat_map(|item| item.as_object().expect("a path").values())
        .filter(|operation| operation.get("operationId").is_some())
        .collect()
}

fn operation_ids(document: &Value) -> BTreeSet<&str> {
    let ids = operations(document).into_iter();
    ids.filter_map(|operation| operation["operationId"].as_str())
        .collect()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

#[test]
fn every_operation_and_event_is_there() {
    let vendored = vendored();
    assert_eq!(operation_ids(&vendored).len(), operations(&vendored).len());
    assert_eq!(operation_ids(&vendored).len(), 209);
    assert_eq!(keys(&vendored["x-webhook-events"]).len(), 130);
    let Some((_, official)) = official() else {
        return;
    };
    assert_eq!(operation_ids(&vendored), operation_ids(&official));
    assert_eq!(
        keys(&vendored["x-webhook-events"]),
        keys(&official["webhooks"])
    );
}

#[test]
fn the_import_of_the_official_document_is_what_is_vendored() {
    let Some((path, _)) = official() else {
        return;
    };
    let run = harness::run(
        &path,
        &openapi().join("persona.json"),
        &["--check", "--report"],
    );
    assert_eq!((run.err.as_str(), run.code), ("", Some(0)));
    assert!(run.out.contains("Nothing changed"), "{}", run.out);
}

/// Keywords that carry the words of a documentation.
const WORDS: [&str; 6] = [
    "description",
    "summary",
    "example",
    "examples",
    "title",
    "default",
];

/// Calls `visit` with every value under one of [`WORDS`] that is a keyword
/// there, and not the name of a property, a component or an example.
fn each_word<'v>(value: &'v Value, names: bool, visit: &mut dyn FnMut(&str, &'v Value)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if !names && WORDS.contains(&key.as_str()) {
                    visit(key, value);
                }
                let holds_names = !names
                    && matches!(
                        key.as_str(),
                        "properties"
                            | "schemas"
                            | "parameters"
                            | "headers"
                            | "responses"
                            | "requestBodies"
                            | "paths"
                            | "webhooks"
                            | "mapping"
                    );
                each_word(value, holds_names, visit);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_word(item, false, visit)),
        _ => {}
    }
}

#[test]
fn there_is_no_place_for_words() {
    let vendored = vendored();
    let mut found = Vec::new();
    each_word(&vendored, false, &mut |key, value| {
        // OpenAPI 3.0 insists on a title of the document and on a description of answers.
        if *value != json!("") && *value != json!("Persona API") {
            found.push(format!("{key}: {value}"));
        }
    });
    assert_eq!(found, Vec::<String>::new());
}

/// All texts of a value.
fn texts<'v>(value: &'v Value, into: &mut BTreeSet<&'v str>) {
    match value {
        Value::String(text) => {
            into.insert(text);
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(map) => map.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

/// All texts of the vendored document but tags and listed values: those are
/// facts, which the words of the documentation repeat.
fn vendored_texts() -> BTreeSet<String> {
    fn without_facts(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("tags");
                map.remove("x-values");
                map.values_mut().for_each(without_facts);
            }
            Value::Array(items) => items.iter_mut().for_each(without_facts),
            _ => {}
        }
    }
    let mut document = vendored();
    without_facts(&mut document);
    let mut found = BTreeSet::new();
    texts(&document, &mut found);
    found.into_iter().map(str::to_owned).collect()
}

#[test]
fn no_sentence_of_the_official_document_is_there() {
    let Some((_, official)) = official() else {
        return;
    };
    let mut words = BTreeSet::new();
    each_word(&official, false, &mut |_, value| texts(value, &mut words));
    texts(&official["components"]["examples"], &mut words);
    let sentences: BTreeSet<&str> = words
        .iter()
        .flat_map(|text| text.split(['\n', '.', ';']))
        .map(str::trim)
        // Two words or fewer can be a fact: a status, a type, a tag.
        .filter(|sentence| sentence.split_whitespace().count() > 2)
        .collect();
    assert!(
        sentences.len() > 1000,
        "the official document has sentences"
    );
    let vendored = vendored_texts();
    let copied: Vec<_> = sentences
        .into_iter()
        .filter(|sentence| vendored.iter().any(|text| text.contains(sentence)))
        .collect();
    assert_eq!(copied, Vec::<&str>::new());
}

/// The values of examples, such as ids, dates and names of people.
#[test]
fn no_value_of_an_example_is_there() {
    let Some((_, official)) = official() else {
        return;
    };
    let mut values = BTreeSet::new();
    texts(&official["components"]["examples"], &mut values);
    let vendored = vendored_texts();
    // What tells a value from a name: an id, a date, an address, a picture.
    let told = |value: &str| {
        value.contains('@')
            || value.starts_with("http://")
            || value.starts_with("https://")
            || value.contains(' ')
            || value.split_once('_').is_some_and(|(prefix, rest)| {
                prefix.len() < 8 && rest.chars().any(|one| one.is_ascii_uppercase())
            })
            || value.starts_with("20")
    };
    let told: Vec<_> = values.into_iter().filter(|value| told(value)).collect();
    assert!(told.len() > 500, "the official document has examples");
    let version = self::vendored()["info"]["version"].clone();
    let copied: Vec<_> = told
        .into_iter()
        .filter(|value| vendored.contains(*value) && version != **value)
        .collect();
    assert_eq!(copied, Vec::<&str>::new());
}

/// An operation whose tag no area names would be built by no cargo feature.
#[test]
fn every_operation_belongs_to_one_area() {
    let areas = std::fs::read_to_string(openapi().join("areas.toml")).expect("openapi/areas.toml");
    for operation in operations(&vendored()) {
        let id = &operation["operationId"];
        let tags: Vec<&Value> = operation["tags"].as_array().expect("tags").iter().collect();
        assert!(!tags.is_empty(), "{id}");
        for tag in tags {
            assert_eq!(
                areas.matches(&tag.to_string()).count(),
                1,
                "{id}: tag {tag}"
            );
        }
    }
}

/// Every reference and every resource that is named is there, none twice.
#[test]
fn the_document_is_complete_in_itself() {
    let document = vendored();
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    fn check(value: &Value, known: &dyn Fn(&str) -> bool) {
        match value {
            Value::Object(map) => {
                if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                    let name = target.strip_prefix("#/components/schemas/");
                    assert!(name.is_some_and(known), "{target}");
                }
                for name in map
                    .get("x-members")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    assert!(known(name.as_str().expect("a name")), "{name}");
                }
                map.values().for_each(|value| check(value, known));
            }
            Value::Array(items) => items.iter().for_each(|item| check(item, known)),
            _ => {}
        }
    }
    check(&document, &|name| schemas.contains_key(name));
    for (event, subjects) in document["x-webhook-events"].as_object().expect("events") {
        for subject in subjects.as_array().expect("a list") {
            let name = subject.as_str().expect("a name");
            assert_eq!(schemas[name]["x-shape"], "resource", "{event}");
        }
    }
}
