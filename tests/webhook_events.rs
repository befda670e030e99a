//! What a webhook delivers is read as an event: every name, every casing, and no other body.

mod canary;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use withpersona::raw::WEBHOOK_EVENTS;
use withpersona::raw::types::InquiryAttributes;
use withpersona::{Event, EventName, InquiryStatus, VerificationStatus};

fn vendored() -> Value {
    serde_json::from_str(include_str!("../openapi/persona.json")).expect("JSON")
}

fn body(name: &str, kind: &str) -> Value {
    json!({ "data": { "type": "event", "id": "evt_1", "attributes": {
        "name": name,
        "created-at": "2026-01-31T12:00:00.123Z",
        "payload": {
            "data": { "type": kind, "id": "obj_1", "attributes": {
                "status": "passed", "created-at": "2026-01-31T11:00:00.000Z", "brand-new": 1,
                "fields": { "name-first": { "type": "string", "value": "A" }, "other_key": 1 },
            } },
            "included": [{ "type": "account", "id": "act_1", "attributes": { "reference-id": "r" } }],
        },
    } } })
}

fn read(body: &Value) -> Event {
    Event::from_slice(body.to_string().as_bytes()).expect("an event")
}

#[test]
fn the_enum_has_the_names_of_the_document_and_no_other() {
    let document = vendored();
    let described = document["x-webhook-events"].as_object().expect("events");
    assert_eq!(described.len(), 130);
    let mut variants = BTreeSet::new();
    for name in described.keys() {
        let known = EventName::from(name.as_str());
        assert!(
            !matches!(known, EventName::Other(_)),
            "{name} has no variant"
        );
        assert_eq!(known.as_str(), name);
        assert!(
            variants.insert(format!("{known:?}")),
            "{name} has that of another"
        );
    }
    let source = include_str!("../src/event/name.rs");
    assert_eq!(source.matches(" = \"").count(), described.len());
    assert_eq!(WEBHOOK_EVENTS.len(), described.len());

    let other = EventName::from("report/screening.ready");
    assert_eq!(other, EventName::Other("report/screening.ready".to_owned()));
    assert_eq!(other.as_str(), "report/screening.ready");
}

#[test]
fn every_event_is_read_in_every_casing() {
    let document = vendored();
    for (name, payloads) in document["x-webhook-events"].as_object().expect("events") {
        for schema in payloads.as_array().expect("a list") {
            let schema = schema.as_str().expect("a name");
            let types = &document["components"]["schemas"][schema]["x-types"];
            let kind = types[0].as_str().unwrap_or(schema);
            let kebab = body(name, kind);
            let expected = read(&kebab);
            assert_eq!(expected.name().as_str(), name);
            assert_eq!(expected.object_type(), Some(kind));
            for write in [camel, snake] {
                let event = read(&rekey(&kebab, &write));
                assert_eq!(
                    serde_json::to_value(&event).expect("written"),
                    serde_json::to_value(&expected).expect("written"),
                );
            }
        }
    }
}

/// `PERSONA_UPSTREAM_SPEC` names an official document with examples.
#[test]
fn the_official_examples_are_read_in_every_casing() {
    let Some(path) = std::env::var_os("PERSONA_UPSTREAM_SPEC") else {
        println!("PERSONA_UPSTREAM_SPEC is not set: no examples to read");
        return;
    };
    let document = std::fs::read(path).expect("PERSONA_UPSTREAM_SPEC can be read");
    let document: Value = serde_json::from_slice(&document).expect("JSON");
    let examples = document["components"]["examples"]
        .as_object()
        .expect("examples");
    let bodies = examples
        .iter()
        .filter(|(name, _)| name.ends_with("-webhook-body"));
    let mut count = 0;
    for (name, example) in bodies {
        let expected = read(&example["value"]);
        assert!(!matches!(expected.name(), EventName::Other(_)), "{name}");
        assert!(
            expected.created_at().is_some() && expected.object_id().is_some(),
            "{name}"
        );
        for write in [camel, snake] {
            let event = read(&rekey(&example["value"], &write));
            assert_eq!(event.object_id(), expected.object_id(), "{name}");
            assert_eq!(event.created_at(), expected.created_at(), "{name}");
        }
        count += 1;
    }
    assert!(count > 0, "there are examples");
    println!("{count} examples, each in three casings");
}

#[test]
fn the_object_is_there_in_its_own_type() {
    let event = read(&body("inquiry.approved", "inquiry"));
    let inquiry = event.inquiry().expect("an inquiry");
    assert_eq!(inquiry.id(), "obj_1");
    assert_eq!(inquiry.status(), InquiryStatus::Other("passed".to_owned()));
    assert!(event.verification().is_none());
    let typed = event.typed::<InquiryAttributes>().expect("an inquiry");
    assert_eq!(typed.attributes.extra["brand-new"], 1, "nothing is lost");

    let event = read(&body("verification.passed", "verification/of-tomorrow"));
    let verification = event.verification().expect("a verification");
    assert_eq!(verification.status(), VerificationStatus::Passed);
    assert!(event.inquiry().is_none());
    assert_eq!(event.included()[0].id, "act_1");
    assert_eq!(event.object_id(), Some("obj_1"));

    let bare = r#"{"data":{"type":"event","id":"evt_1"}}"#;
    let bare = Event::from_slice(bare.as_bytes()).expect("an event all the same");
    assert_eq!(bare.object_id(), None);
    assert!(bare.included().is_empty() && bare.created_at().is_none());
}

#[test]
fn events_are_ordered_by_when_they_happened() {
    let at = |time: Value| {
        let mut body = body("inquiry.approved", "inquiry");
        body["data"]["attributes"]["created-at"] = time;
        read(&body)
    };
    let (first, second) = (
        at(json!("2026-01-31T12:00:00.001Z")),
        at(json!("2026-01-31T13:00:00.002+01:00")),
    );
    assert!(second.is_newer_than(&first) && !first.is_newer_than(&second));
    assert!(!first.is_newer_than(&first));
    for none in [at(json!(null)), at(json!("yesterday"))] {
        assert!(!none.is_newer_than(&first) && !first.is_newer_than(&none));
    }
}

#[test]
fn an_event_prints_no_person() {
    let mut canary = body("inquiry.approved", "inquiry");
    canary["data"]["attributes"]["payload"]["data"]["attributes"]["fields"]["name-first"] =
        json!("Canary");
    let event = read(&canary);
    assert!(!format!("{event:?} {event:#?}").contains("Canary"));
    let broken = format!("{} Canary", canary);
    let error = Event::from_slice(broken.as_bytes()).expect_err("no JSON");
    assert_eq!(format!("{error}"), "the body is not JSON");
    assert!(!format!("{error:?}").contains("Canary"));
}

#[test]
fn what_is_no_event_is_refused() {
    let right = body("inquiry.approved", "inquiry").to_string();
    let mut cases: Vec<String> = [
        "",
        " ",
        "null",
        "true",
        "1",
        "\"event\"",
        "[]",
        "{}",
        "{\"data\":null}",
        "{\"data\":1}",
        "{\"data\":[]}",
        "{\"data\":{}}",
        "{\"data\":\"evt_1\"}",
        "{\"Data\":{\"type\":\"event\"}}",
        "{\"data\":{\"type\":\"event\"}}",
        "{\"data\":{\"id\":\"evt_1\"}}",
        "\u{feff}{}",
        "{]",
        "{\"data\":",
        "data=event&id=evt_1",
        "<event/>",
        "type: event",
        "{'data':{}}",
        "NaN",
        "--",
        "{}{}",
    ]
    .map(str::to_owned)
    .into();
    for id in [
        "", " ", "a b", "a/b", "a\\\\b", "\\u0000", "a\\n", "..", ".",
    ] {
        cases.push(format!(
            "{{\"data\":{{\"type\":\"event\",\"id\":\"{id}\"}}}}"
        ));
    }
    for id in ["null", "1", "[]", "{}", "true"] {
        cases.push(format!("{{\"data\":{{\"type\":\"event\",\"id\":{id}}}}}"));
    }
    for kind in ["", "Event", "events", "inquiry", "event ", "evt"] {
        cases.push(format!(
            "{{\"data\":{{\"type\":\"{kind}\",\"id\":\"evt_1\"}}}}"
        ));
    }
    // Cut off anywhere, or followed by something.
    let boundaries = (0..right.len()).filter(|at| right.is_char_boundary(*at));
    cases.extend(boundaries.map(|at| right[..at].to_owned()));
    cases.extend(["x", "{", "}", ",", "0", "\u{0}"].map(|more| format!("{right}{more}")));
    cases.push("[".repeat(100_000));
    cases.push(format!("{}1{}", "{\"data\":".repeat(500), "}".repeat(500)));
    assert!(cases.len() >= 200, "{} cases", cases.len());
    for case in cases {
        let shown = &case[..case.len().min(80)];
        assert!(Event::from_slice(case.as_bytes()).is_err(), "{shown:?}");
    }
    assert!(Event::from_slice(b"\xff\xfe{}").is_err());
    assert!(Event::from_slice(right.as_bytes()).is_ok());
}

fn rekey(value: &Value, write: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(map) => {
            let members = map.iter().map(|(key, value)| match key.as_str() {
                "fields" => (key.clone(), value.clone()),
                _ => (write(key), rekey(value, write)),
            });
            members.collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(|item| rekey(item, write)).collect(),
        other => other.clone(),
    }
}

fn snake(key: &str) -> String {
    key.replace('-', "_")
}

fn camel(key: &str) -> String {
    let mut words = key.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| {
        let (head, tail) = word.split_at(1);
        camel + &head.to_uppercase() + tail
    })
}
