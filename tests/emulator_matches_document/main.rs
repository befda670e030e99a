//! Every answer of the emulator has the shape that Persona's own OpenAPI document gives it.
//!
//! `PERSONA_UPSTREAM_SPEC` names that document (OpenAPI 3.1, JSON). Without it the same tour is
//! walked, and only what JSON:API asks for is checked.

#[path = "../canary/mod.rs"]
mod canary;
mod document;
#[path = "../http/mod.rs"]
mod http;
mod tour;

use std::collections::{BTreeMap, BTreeSet};

use document::{DOCUMENT, compiled, component, declared, document, properties, resolved};
use jsonschema::{Draft, Registry};
use serde_json::Value;
use tour::{Record, tour};

#[tokio::test]
async fn every_answer_has_the_documented_shape() {
    let records = tour().await;
    records.iter().for_each(is_json_api);
    let Some(document) = document() else {
        println!(
            "{} answers are JSON:API; PERSONA_UPSTREAM_SPEC is not set, so they were not compared \
             with Persona's document",
            records.len()
        );
        return;
    };
    let checks = satisfies_its_schemas(&document, &records);
    has_every_attribute(&document, &records);
    println!("{checks} requests, answers and event payloads satisfy Persona's document");
}

fn is_json_api(record: &Record) {
    let (id, answer) = (record.operation.id, &record.answer);
    if record.status >= 400 {
        let errors = answer["errors"].as_array().expect("errors");
        assert!(!errors.is_empty(), "{id}");
        assert!(
            errors.iter().all(|it| it["title"].is_string()),
            "{id}: {answer}"
        );
        return;
    }
    if record.is_pdf() {
        return;
    }
    assert!(answer.get("data").is_some(), "{id}: {answer}");
    for resource in record.resources() {
        assert!(resource["type"].is_string(), "{id}: {resource}");
        let named = resource["id"].is_string() || resource["type"] == "rate-limit/api";
        assert!(named, "{id}: {resource}");
    }
}

/// Checks all that went in and came out, and gives the number of checks.
fn satisfies_its_schemas(document: &Value, records: &[Record]) -> usize {
    let mut checks = 0;
    let mut faults = BTreeSet::new();
    let mut schemas = BTreeMap::new();
    let registry = Registry::new()
        .draft(Draft::Draft202012)
        .add(DOCUMENT, document)
        .and_then(|registry| registry.prepare())
        .expect("a document");
    let mut check = |place: String, value: &Value| {
        assert!(
            document.pointer(&place).is_some(),
            "the document has no {place}"
        );
        let schema = schemas
            .entry(place.clone())
            .or_insert_with(|| compiled(&registry, &place));
        for error in schema.iter_errors(value) {
            faults.insert(format!("{place}\n  at {}: {error}", error.instance_path()));
        }
        checks += 1;
    };
    for record in records {
        let operation = declared(document, record.operation);
        let body = |place: String| {
            let place = resolved(document, place);
            format!("{place}/content/application~1json/schema")
        };
        if !record.is_pdf() {
            let place = body(format!("{operation}/responses/{}", record.status));
            check(place, &record.answer);
        }
        if let Some(request) = &record.request {
            check(body(format!("{operation}/requestBody")), request);
        }
        for event in record.resources().filter(|it| it["type"] == "event") {
            let about = &event["attributes"]["payload"]["data"];
            check(component(about), about);
        }
    }
    let faults: Vec<_> = faults.into_iter().collect();
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    checks
}

/// What the document lists for a resource is there, null where it is unset.
fn has_every_attribute(document: &Value, records: &[Record]) {
    let mut seen = BTreeSet::new();
    for resource in records.iter().flat_map(Record::resources) {
        let Some(schema) = document.pointer(&component(resource)) else {
            continue;
        };
        let mut wanted = BTreeSet::new();
        properties(document, &schema["properties"]["attributes"], &mut wanted);
        let attributes = resource["attributes"].as_object().expect("attributes");
        for name in wanted {
            assert!(
                attributes.contains_key(&name),
                "{} has no {name}",
                resource["type"]
            );
        }
        seen.insert(resource["type"].as_str().expect("a type").to_owned());
    }
    let kinds = [
        "account",
        "event",
        "inquiry",
        "inquiry-session",
        "inquiry-template",
        "inquiry-template-version",
        "template",
        "verification/database",
        "verification/document",
        "verification/email-address",
        "verification/government-id",
        "verification/phone-number",
        "verification/selfie",
    ];
    for kind in kinds {
        assert!(seen.contains(kind), "the tour met no {kind}");
    }
}
