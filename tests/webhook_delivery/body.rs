//! What is in it: as the webhook says, and as Persona's document describes it.

use serde_json::Value;
use withpersona::{Event, NewInquiry};

use crate::sink::Sink;
use crate::world::World;

#[tokio::test]
async fn casing_inclusion_and_headers_are_as_the_webhook_says() {
    let (world, sink) = (World::new().await, Sink::default());
    let body = serde_json::json!({ "data": { "attributes": {
        "name": "camel", "url": sink.start().await, "enabled-events": ["inquiry.created"],
        "api-key-inflection": "camel", "included-allowlist": { "state": "include_all" },
        "relationship-allowlist": { "state": "include_none" },
        "custom-http-headers": { "Authorization": "Basic 1", "X-API-Key": "2" },
    } } });
    let created = world.api.post("/webhooks", body).await;
    let id = created.body["data"]["id"].as_str().expect("an id");
    assert_eq!(created.body["data"]["attributes"]["status"], "disabled");
    world.inquiry().await;
    assert!(world.settled().await.is_empty(), "not enabled");
    world.persona.webhooks().enable(id).await.expect("enabled");
    world.inquiry().await;
    world.settled().await;

    let requests = sink.requests();
    let [(headers, body)] = &requests[..] else {
        panic!("one event was asked for")
    };
    assert_eq!(headers["authorization"], "Basic 1");
    assert_eq!(headers["x-api-key"], "2");
    let raw: Value = serde_json::from_slice(body).expect("JSON");
    let attributes = &raw["data"]["attributes"];
    assert!(attributes["createdAt"].is_string());
    assert!(attributes["payload"]["data"]["relationships"].is_null());
    let event = Event::from_slice(body).expect("an event");
    assert!(event.inquiry().expect("an inquiry").created_at().is_some());
    assert!(
        event
            .included()
            .iter()
            .any(|it| it.kind == "inquiry-template")
    );
}

/// `PERSONA_UPSTREAM_SPEC` names the official document, which describes each event's body.
#[tokio::test]
async fn every_body_has_the_documented_shape() {
    let (world, sink) = (World::new().await, Sink::default());
    world.listen(&sink.start().await).await;
    let emulator = world.emulator();
    let new = NewInquiry::from_template(emulator.default_template_id()).with_one_time_link();
    let created = world
        .persona
        .inquiries()
        .create(new)
        .await
        .expect("created");
    let mut person = emulator.person();
    person
        .follow_link(created.link.expect("asked for").reveal())
        .expect("it works");
    person.start().expect("starts");
    person.submit("government-id").expect("handed in");
    person.submit("selfie").expect("handed in");
    person.pass().expect("passes");
    let id = created.inquiry.id();
    world
        .persona
        .inquiries()
        .redact(&id)
        .await
        .expect("redacted");
    let deliveries = world.settled().await;
    let names = sink.names();
    assert_eq!(names.len(), deliveries.len());
    for name in [
        "inquiry.started",
        "inquiry.approved",
        "verification.passed",
        "inquiry.redacted",
    ] {
        assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
    }

    let Some(path) = std::env::var_os("PERSONA_UPSTREAM_SPEC") else {
        println!(
            "PERSONA_UPSTREAM_SPEC is not set: {} bodies not compared",
            names.len()
        );
        return;
    };
    let document = std::fs::read(path).expect("PERSONA_UPSTREAM_SPEC can be read");
    let document: Value = serde_json::from_slice(&document).expect("JSON");
    let registry = jsonschema::Registry::new()
        .draft(jsonschema::Draft::Draft202012)
        .add("urn:persona", &document)
        .and_then(|registry| registry.prepare())
        .expect("a document");
    for (name, (_, body)) in names.iter().zip(sink.requests()) {
        let place = format!(
            "/webhooks/{}/post/requestBody/content/application~1json/schema",
            name.replace('/', "~1")
        );
        assert!(
            document.pointer(&place).is_some(),
            "{name} is not described"
        );
        let schema = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .with_registry(&registry)
            .build(&serde_json::json!({ "$ref": format!("urn:persona#{place}") }))
            .expect("the schema compiles");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        let faults: Vec<String> = schema
            .iter_errors(&body)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    println!("{} bodies satisfy Persona's document", names.len());
}
