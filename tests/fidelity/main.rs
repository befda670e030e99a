//! Nothing that Persona sends or takes is lost in the generated types.
//!
//! With `PERSONA_UPSTREAM_SPEC` naming an official document, of any dated
//! version, every example of it is decoded into the type of its operation and
//! encoded back. The examples are read from the document; none is kept here.

mod official;
mod round_trip;
mod tomorrow;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use official::{Example, Official};
use withpersona::wire::DOES_NOT_FIT;

use round_trip::{Trip, attributes, operation};

/// What came of all examples of one sort.
#[derive(Default)]
struct Tally {
    examples: usize,
    unknown_operations: BTreeSet<String>,
    /// Attributes kept under their name on the wire, for want of a property.
    kept: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn add(&mut self, example: &Example, trip: Option<Trip>) {
        self.examples += 1;
        match trip {
            Some(Trip::Lossless { kept }) => {
                for path in kept {
                    *self.kept.entry(path).or_default() += 1;
                }
            }
            Some(Trip::Failed(reason)) => self.failures.push(format!("{}: {reason}", example.name)),
            None => {
                self.unknown_operations.insert(example.operation.clone());
            }
        }
    }

    fn print(&self, sort: &str) {
        println!(
            "{sort}: {} examples, {} not equal, {} of operations that are not built in, {} attributes kept by name",
            self.examples,
            self.failures.len(),
            self.unknown_operations.len(),
            self.kept.len(),
        );
        for failure in &self.failures {
            println!("  {failure}");
        }
        for (path, times) in &self.kept {
            println!("  kept by name: {path} ({times})");
        }
    }
}

#[test]
fn every_example_of_the_official_document_survives() {
    let Some(official) = Official::from_environment() else {
        println!("PERSONA_UPSTREAM_SPEC is not set: the official document was not given");
        return;
    };
    println!("document of version {}", official.version());
    let (vendored, same_version) = vendored(official.version());
    let mut answers = Tally::default();
    for example in official.answers() {
        answers.add(
            &example,
            operation(&example.operation, false, &example.value),
        );
        each_resource(&example.value, &mut |resource| {
            if let Some(trip) = attributes(resource) {
                answers.add(&example, Some(trip));
                answers.examples -= 1;
            }
        });
    }
    let mut bodies = Tally::default();
    for example in official.bodies() {
        bodies.add(
            &example,
            operation(&example.operation, true, &example.value),
        );
    }
    let mut webhooks = Tally::default();
    for example in official.webhooks() {
        webhooks.add(
            &example,
            operation("retrieve-an-event", false, &example.value),
        );
        each_resource(&example.value, &mut |resource| {
            if let Some(trip) = attributes(resource) {
                webhooks.add(&example, Some(trip));
                webhooks.examples -= 1;
            }
        });
    }
    answers.print("answers");
    bodies.print("request bodies");
    webhooks.print("webhook bodies");
    for tally in [&answers, &bodies, &webhooks] {
        assert!(tally.examples > 0, "the document has examples");
        assert_eq!(tally.failures, Vec::<String>::new());
        let expected = |id: &&String| cfg!(feature = "full") && vendored.contains(*id);
        let missing: Vec<_> = tally.unknown_operations.iter().filter(expected).collect();
        assert!(missing.is_empty(), "not built in: {missing:?}");
        if same_version {
            let unfit: Vec<_> = tally
                .kept
                .keys()
                .filter(|path| path.ends_with(DOES_NOT_FIT))
                .collect();
            assert!(
                unfit.is_empty(),
                "of another type than the document says: {unfit:?}"
            );
        }
    }
}

/// The operations of the vendored document, and whether it is of that version.
fn vendored(version: &str) -> (BTreeSet<String>, bool) {
    let text = include_str!("../../openapi/persona.json");
    let document: Value = serde_json::from_str(text).expect("JSON");
    let operations = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("a path item").values())
        .filter_map(|operation| operation["operationId"].as_str().map(str::to_owned))
        .collect();
    (operations, document["info"]["version"] == version)
}

/// Calls `visit` for everything that looks like a resource, at any depth.
fn each_resource(value: &Value, visit: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(map) => {
            if map.contains_key("type") && map.contains_key("attributes") {
                visit(value);
            }
            map.values().for_each(|value| each_resource(value, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| each_resource(item, visit)),
        _ => {}
    }
}
