//! Every operation of the API belongs to one area, and every area is a cargo feature.

mod canary;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use toml::Table;

/// The features that are no area; a new one is added here.
const OTHER_FEATURES: [&str; 9] = [
    "axum",
    "default",
    "emulator",
    "full",
    "native-tls",
    "qr",
    "redis",
    "reqwest-client",
    "schemars",
];

#[test]
fn areas_and_features_are_the_same() {
    let features = features();
    let mut named: BTreeSet<&str> = features.keys().map(String::as_str).collect();
    for other in OTHER_FEATURES {
        assert!(named.remove(other), "{other} is no feature of Cargo.toml");
    }
    let areas = areas();
    assert_eq!(named, areas.keys().map(String::as_str).collect());
}

#[test]
fn full_is_every_area_and_nothing_else() {
    let features = features();
    let mut reached = BTreeSet::new();
    reach("full", &features, &mut reached);
    reached.retain(|feature| !OTHER_FEATURES.contains(feature));
    assert_eq!(reached, areas().keys().map(String::as_str).collect());

    let mut by_default = BTreeSet::new();
    reach("default", &features, &mut by_default);
    assert!(!by_default.contains("emulator"), "a user pays for it");
}

#[test]
fn every_tag_of_the_document_belongs_to_one_area() {
    let mut areas_of_tag: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (area, tags) in areas() {
        for tag in tags {
            areas_of_tag.entry(tag).or_default().push(area.clone());
        }
    }
    let shared: Vec<_> = areas_of_tag
        .iter()
        .filter(|(_, areas)| areas.len() > 1)
        .collect();
    assert!(shared.is_empty(), "tags of several areas: {shared:?}");

    let operations = tags_of_operations();
    assert!(!operations.is_empty(), "the document has operations");
    let used: BTreeSet<&String> = operations.values().flatten().collect();
    assert_eq!(
        used,
        areas_of_tag.keys().collect(),
        "left: tags of the document; right: tags of areas.toml"
    );
    for (operation, tags) in &operations {
        let areas: BTreeSet<_> = tags.iter().map(|tag| &areas_of_tag[tag]).collect();
        assert_eq!(areas.len(), 1, "{operation} belongs to {areas:?}");
    }
}

/// Feature → what it turns on.
fn features() -> BTreeMap<String, Vec<String>> {
    let manifest = table("Cargo.toml");
    let features = manifest["features"].as_table().expect("features");
    features
        .iter()
        .map(|(feature, turned_on)| (feature.clone(), texts(turned_on)))
        .collect()
}

fn reach<'f>(
    feature: &'f str,
    features: &'f BTreeMap<String, Vec<String>>,
    reached: &mut BTreeSet<&'f str>,
) {
    // `dep:axum` and `tokio/net` are features of dependencies.
    if let Some(turned_on) = features.get(feature)
        && reached.insert(feature)
    {
        for feature in turned_on {
            reach(feature, features, reached);
        }
    }
}

/// Area → its tags.
fn areas() -> BTreeMap<String, Vec<String>> {
    table("openapi/areas.toml")
        .into_iter()
        .map(|(area, settings)| (area, texts(&settings["tags"])))
        .collect()
}

fn tags_of_operations() -> BTreeMap<String, Vec<String>> {
    let document: Value = serde_json::from_str(&read("openapi/persona.json")).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths
        .values()
        .flat_map(|item| item.as_object().expect("a path item").values());
    operations
        .filter_map(|operation| {
            let id = operation["operationId"].as_str()?;
            let tags = operation["tags"].as_array().into_iter().flatten();
            let tags = tags.filter_map(|tag| tag.as_str().map(str::to_owned));
            Some((id.to_owned(), tags.collect()))
        })
        .collect()
}

fn texts(list: &toml::Value) -> Vec<String> {
    let list = list.as_array().expect("a list");
    list.iter()
        .map(|one| one.as_str().expect("a text").to_owned())
        .collect()
}

fn table(path: &str) -> Table {
    read(path).parse().expect("TOML")
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
