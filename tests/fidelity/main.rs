//! Nothing that Persona sends or takes is lost in the generated types.
//!
//! With `PERSONA_UPSTREAM_SPEC` naming an official document, of any dated
//! version, every example of it is decoded into the type of its operation and
//! encoded back. The examples are read from the document; none is kept here.
//! Without it the answers of the emulator are taken.

#[path = "../canary/mod.rs"]
mod canary;
mod emulated;
#[path = "../http/mod.rs"]
mod http;
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
            Some(trip) => self.note(example, trip),
            None => {
                self.unknown_operations.insert(example.operation.clone());
            }
        }
    }

    fn note(&mut self, example: &Example, trip: Trip) {
        match trip {
            Trip::Lossless { kept } => {
                for path in kept {
                    *self.kept.entry(path).or_default() += 1;
                }
            }
            Trip::Failed(reason) => self.failures.push(format!("{}: {reason}", example.name)),
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

impl Tally {
    /// Through the type of its operation, and each resource in it through that of its kind.
    fn answer(&mut self, example: &Example, type_of: &str) {
        self.add(example, operation(type_of, false, &example.value));
        each_resource(&example.value, &mut |resource| {
            if let Some(trip) = attributes(resource) {
                self.note(example, trip);
            }
        });
    }

    /// What must hold of any document.
    fn check(&self, vendored: &Vendored) {
        assert!(self.examples > 0, "there are examples");
        assert_eq!(self.failures, Vec::<String>::new());
        let expected = |id: &&String| cfg!(feature = "full") && vendored.operations.contains(*id);
        let missing: Vec<_> = self.unknown_operations.iter().filter(expected).collect();
        assert!(missing.is_empty(), "not built in: {missing:?}");
    }

    /// What must hold besides where the version is the vendored one: the types fit.
    fn check_fit(&self) {
        let unfit: Vec<_> = self
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

#[tokio::test]
async fn every_example_survives() {
    let vendored = Vendored::read();
    let Some(official) = Official::from_environment() else {
        println!("PERSONA_UPSTREAM_SPEC is not set: taking the answers of the emulator");
        let mut answers = Tally::default();
        for example in emulated::answers().await {
            answers.answer(&example, &example.operation);
        }
        answers.print("answers of the emulator");
        answers.check(&vendored);
        answers.check_fit();
        return;
    };

    println!("document of version {}", official.version());
    let mut answers = Tally::default();
    for example in official.answers() {
        answers.answer(&example, &example.operation);
    }
    let mut bodies = Tally::default();
    for example in official.bodies() {
        bodies.add(
            &example,
            operation(&example.operation, true, &example.value),
        );
    }
    // A webhook delivers an event in the shape in which the API tells it.
    let mut webhooks = Tally::default();
    for example in official.webhooks() {
        webhooks.answer(&example, "retrieve-an-event");
    }
    answers.print("answers");
    bodies.print("request bodies");
    webhooks.print("webhook bodies");
    for tally in [&answers, &bodies, &webhooks] {
        tally.check(&vendored);
        if official.version() == vendored.version {
            tally.check_fit();
        }
    }
}

/// What the vendored document says of itself.
struct Vendored {
    version: String,
    operations: BTreeSet<String>,
}

impl Vendored {
    fn read() -> Self {
        let text = include_str!("../../openapi/persona.json");
        let document: Value = serde_json::from_str(text).expect("JSON");
        let items = document["paths"].as_object().expect("paths").values();
        Self {
            version: document["info"]["version"]
                .as_str()
                .expect("a version")
                .to_owned(),
            operations: items
                .flat_map(|item| item.as_object().expect("a path item").values())
                .filter_map(|operation| operation["operationId"].as_str().map(str::to_owned))
                .collect(),
        }
    }
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
