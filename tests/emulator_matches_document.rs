//! Every answer of the emulator has the shape that Persona's own OpenAPI document gives it.
//!
//! `PERSONA_UPSTREAM_SPEC` names that document (OpenAPI 3.1, JSON). Without it the same tour is
//! walked, and only what JSON:API asks for is checked.

mod canary;
mod http;

use std::collections::{BTreeMap, BTreeSet};

use http::{Api, send};
use jsonschema::{Draft, Registry};
use reqwest::Method;
use serde_json::{Value, json};
use withpersona::emulator::{Emulator, Operation, operations};

const DOCUMENT: &str = "urn:persona";

/// One template with every kind of verification and every type of field.
const TEMPLATES: &str = r#"
    [[template]]
    id = "itmpl_Everything"
    legacy-id = "tmpl_Everything"
    name = "Everything"
    [template.fields]
    name-first = "string"
    birthdate = "date"
    address-street-1 = "string"
    x-boolean = "boolean"
    x-integer = "integer"
    x-number = "number"
    x-choices = "choices"
    x-multi-choices = "multi-choices"
    x-email-address = "email-address"
    x-json = "json"
    [[template.verification]]
    kind = "government-id"
    template-id = "vtmpl_GovernmentId"
    checks = [{ name = "id_expired_detection" }, { name = "id_glare_detection", requirement = "not_required" }]
    [[template.verification]]
    kind = "selfie"
    template-id = "vtmpl_Selfie"
    checks = [{ name = "selfie_pose_detection" }]
    [[template.verification]]
    kind = "document"
    [[template.verification]]
    kind = "database"
    [[template.verification]]
    kind = "email-address"
    [[template.verification]]
    kind = "phone-number"
"#;

struct Record {
    operation: Operation,
    status: u16,
    request: Option<Value>,
    /// Null for a PDF.
    answer: Value,
}

struct Tour {
    api: Api,
    records: Vec<Record>,
}

impl Tour {
    async fn call(&mut self, id: &str, operation: &str, body: Option<Value>, status: u16) -> Value {
        self.call_with(id, operation, "", body, status).await
    }

    async fn call_with(
        &mut self,
        id: &str,
        operation: &str,
        query: &str,
        body: Option<Value>,
        status: u16,
    ) -> Value {
        let all = operations();
        let operation = *all
            .iter()
            .find(|it| it.id == operation)
            .unwrap_or_else(|| panic!("{operation} is not emulated"));
        let path = format!("{}{query}", operation.path.replace("{id}", id));
        let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
        let mut request = self.api.request(method, &path);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = send(request).await;
        assert_eq!(
            answer.status, status,
            "{} {path}: {}",
            operation.id, answer.body
        );
        self.records.push(Record {
            operation,
            status,
            request: body.filter(|_| status < 300),
            answer: answer.body.clone(),
        });
        answer.body
    }

    async fn new_inquiry(&mut self, meta: Value) -> Value {
        let fields = json!({ "name-first": "Ada", "x-boolean": true, "x-integer": 3 });
        let attributes = json!({
            "inquiry-template-id": "itmpl_Everything",
            "note": "a note",
            "fields": fields,
            "tags": ["new"],
        });
        let body = json!({ "data": { "attributes": attributes }, "meta": meta });
        self.call("", "create-an-inquiry", Some(body), 201).await
    }
}

/// Walks through the operations of the main job, most of them in more than one way. Those of all
/// tests together are looked at by `.ci/exchanges_match_document.py`.
async fn tour() -> Vec<Record> {
    let builder = Emulator::builder()
        .template_toml(TEMPLATES)
        .expect("valid templates");
    let api = Api::with(builder.rate_limit(1000)).await;
    let mut tour = Tour {
        api,
        records: Vec::new(),
    };
    people_and_templates(&mut tour).await;
    one_person(&mut tour).await;
    decisions(&mut tour).await;
    sessions(&mut tour).await;
    refusals(&mut tour).await;
    strangers_and_the_impatient(&mut tour).await;
    tour.records
}

async fn people_and_templates(tour: &mut Tour) {
    let attributes = json!({
        "reference-id": "user-1",
        "name-first": "Ada",
        "tags": ["vip"],
        "fields": { "address": { "city": "London" }, "favourite_number": 7 },
    });
    let body = json!({ "data": { "attributes": attributes } });
    let account = tour
        .call("", "create-an-account", Some(body.clone()), 201)
        .await;
    let account = account["data"]["id"].as_str().expect("an id").to_owned();
    tour.call("", "create-an-account", Some(body), 409).await;
    tour.call(&account, "retrieve-an-account", None, 200).await;
    tour.call_with(
        "",
        "list-all-accounts",
        "?filter[reference-id]=user-1",
        None,
        200,
    )
    .await;
    tour.call("", "list-all-inquiry-templates", None, 200).await;
    tour.call_with(
        "itmpl_Everything",
        "retrieve-an-inquiry-template",
        "?include=latest-published-version",
        None,
        200,
    )
    .await;
    tour.call("", "list-all-rate-limits", None, 200).await;
}

async fn one_person(tour: &mut Tour) {
    let meta = json!({
        "auto-create-account-reference-id": "user-1",
        "auto-create-inquiry-session": true,
        "auto-create-one-time-link": true,
    });
    let created = tour.new_inquiry(meta).await;
    let id = created["data"]["id"].as_str().expect("an id").to_owned();
    let link = created["meta"]["one-time-link"].as_str().expect("a link");
    let mut person = tour.api.emulator.person();
    person.follow_link(link).expect("the link works");
    person.start().expect("they start");
    let mut submitted = BTreeMap::new();
    for kind in [
        "government-id",
        "selfie",
        "document",
        "database",
        "email-address",
        "phone-number",
    ] {
        submitted.insert(kind, person.submit(kind).expect("handed in"));
    }
    // Once with nothing found yet, once with a result.
    for round in 0..2 {
        for (kind, verification) in &submitted {
            let typed = match *kind {
                "government-id" => "retrieve-a-government-id-verification",
                "selfie" => "retrieve-a-selfie-verification",
                "document" => "retrieve-a-document-verification",
                "database" => "retrieve-a-database-verification",
                "email-address" => "retrieve-a-email-address-verification",
                _ => "retrieve-a-phone-number-verification",
            };
            tour.call(verification, typed, None, 200).await;
            let all = "?include=inquiry,accounts";
            tour.call_with(verification, "retrieve-a-verification", all, None, 200)
                .await;
        }
        if round == 0 {
            person.fail("id_expired_detection").expect("found");
        }
    }
    let any = &submitted["selfie"];
    tour.call(any, "print-a-verification-as-pdf", None, 200)
        .await;
    tour.call(&id, "print-an-inquiry-pdf", None, 200).await;
    tour.call(&id, "retrieve-an-inquiry", None, 200).await;
    let change = json!({ "data": { "attributes": {
        "note": "another", "tags": ["seen"], "redirect-uri": null, "fields": { "x-number": 1.5 },
    } } });
    tour.call(&id, "update-an-inquiry", Some(change), 200).await;
    for (operation, tag) in [
        ("inquiries-add-tag", json!("a")),
        ("inquiries-remove-tag", json!("a")),
        ("inquiries-set-all-tags", json!(["b", "c"])),
    ] {
        let body = json!({ "meta": { "tag-name": tag } });
        tour.call(&id, operation, Some(body), 200).await;
    }
    let events = tour
        .call_with("", "list-all-events", "?page[size]=100", None, 200)
        .await;
    for event in events["data"].as_array().expect("a list") {
        let event = event["id"].as_str().expect("an id");
        tour.call(event, "retrieve-an-event", None, 200).await;
    }
    tour.call(&id, "redact-an-inquiry", None, 200).await;
    tour.call(&id, "redact-an-inquiry", None, 409).await;
    tour.call_with(
        &id,
        "retrieve-an-inquiry",
        "?include=verifications",
        None,
        200,
    )
    .await;
}

async fn decisions(tour: &mut Tour) {
    for (operation, body) in [
        (
            "approve-an-inquiry",
            Some(json!({ "meta": { "comment": "fine" } })),
        ),
        ("decline-an-inquiry", Some(json!({}))),
        ("mark-an-inquiry-for-review", None),
    ] {
        let created = tour.new_inquiry(json!({})).await;
        let id = created["data"]["id"].as_str().expect("an id").to_owned();
        tour.call_with(&id, operation, "?include=account", body, 200)
            .await;
    }
    let created = tour
        .new_inquiry(json!({ "auto-create-account": false }))
        .await;
    let id = created["data"]["id"].as_str().expect("an id").to_owned();
    let actions = json!({ "meta": { "simulate-actions": [
        { "type": "start_inquiry" },
        { "type": "create_passed_verification", "data": { "verification-template-id": "vtmpl_GovernmentId" } },
        { "type": "create_failed_verification", "data": { "verification-template-id": "vtmpl_Selfie" } },
        { "type": "complete_inquiry" },
    ] } });
    tour.call(
        &id,
        "inquiries-perform-simulate-actions",
        Some(actions),
        200,
    )
    .await;
    tour.call_with("", "list-all-inquiries", "?page[size]=2", None, 200)
        .await;
}

async fn sessions(tour: &mut Tour) {
    let created = tour.new_inquiry(json!({})).await;
    let id = created["data"]["id"].as_str().expect("an id").to_owned();
    let body = json!({ "data": { "attributes": { "inquiry-id": id } } });
    let session = tour
        .call("", "create-an-inquiry-session", Some(body.clone()), 201)
        .await;
    let session = session["data"]["id"].as_str().expect("an id").to_owned();
    let link = "generate-a-one-time-link-for-an-inquiry-session";
    tour.call(&session, link, None, 200).await;
    let inquiry = "?include=inquiry";
    tour.call_with(&session, "retrieve-an-inquiry-session", inquiry, None, 200)
        .await;
    tour.call(&session, "expire-an-inquiry-session", None, 200)
        .await;
    let lifetime = json!({ "meta": { "expires-in-seconds": 60 } });
    tour.call(&id, "generate-a-one-time-link", Some(lifetime), 200)
        .await;
    tour.call(&id, "resume-an-inquiry", None, 200).await;
    let filter = format!("?filter[inquiry-id]={id}");
    tour.call_with("", "list-all-inquiry-sessions", &filter, None, 200)
        .await;
    let all = json!({ "meta": { "inquiry-ids": [id] } });
    tour.call("", "expire-inquiry-sessions", Some(all), 200)
        .await;
    tour.call(&id, "expire-an-inquiry", None, 200).await;
    tour.call(&id, "generate-a-one-time-link", Some(json!({})), 409)
        .await;
    tour.call("", "create-an-inquiry-session", Some(body), 409)
        .await;
    tour.call(&id, "resume-an-inquiry", None, 200).await;
}

async fn refusals(tour: &mut Tour) {
    let nothing = Some(json!({ "data": { "attributes": {} } }));
    tour.call("", "create-an-inquiry", nothing, 400).await;
    let unknown = json!({ "data": { "attributes": {
        "inquiry-template-id": "itmpl_Everything", "fields": { "nickname": "A" },
    } } });
    tour.call("", "create-an-inquiry", Some(unknown), 422).await;
    for operation in [
        "retrieve-an-inquiry",
        "retrieve-an-account",
        "retrieve-an-event",
        "retrieve-a-verification",
        "retrieve-an-inquiry-template",
        "retrieve-an-inquiry-session",
    ] {
        tour.call("x_1", operation, None, 404).await;
    }
}

/// The two refusals that come before anything else.
async fn strangers_and_the_impatient(tour: &mut Tour) {
    let impatient = Api::with(Emulator::builder().rate_limit(0)).await;
    let refused = impatient.get("/inquiries").await;
    let stranger = http::client().get(format!("{}/inquiries", tour.api.emulator.base_url()));
    for (answer, status) in [(refused, 429), (send(stranger).await, 401)] {
        assert_eq!(answer.status, status);
        let all = operations();
        let operation = all.iter().find(|it| it.id == "list-all-inquiries");
        tour.records.push(Record {
            operation: *operation.expect("it is emulated"),
            status,
            request: None,
            answer: answer.body,
        });
    }
}

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

impl Record {
    fn is_pdf(&self) -> bool {
        self.status < 300 && self.operation.path.ends_with("/print")
    }

    /// The resources in the answer, those that are included among them.
    fn resources(&self) -> impl Iterator<Item = &Value> {
        let data = many(&self.answer["data"]);
        data.iter().chain(many(&self.answer["included"]))
    }
}

fn many(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

/// Where the document describes resources of this one's type.
fn component(resource: &Value) -> String {
    let kind = resource["type"].as_str().unwrap_or_default();
    format!("/components/schemas/{}", kind.replace('/', "-"))
}

/// Schemas that say `additionalProperties: false` refuse what they do not name; `fields` is left
/// open by the document itself, so the template's own names pass.
fn compiled(registry: &Registry<'_>, place: &str) -> jsonschema::Validator {
    let fragment = place.replace('{', "%7B").replace('}', "%7D");
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_registry(registry)
        .build(&json!({ "$ref": format!("{DOCUMENT}#{fragment}") }))
        .expect("the schema compiles")
}

fn document() -> Option<Value> {
    let path = std::env::var_os("PERSONA_UPSTREAM_SPEC")?;
    let text = std::fs::read_to_string(path).expect("PERSONA_UPSTREAM_SPEC can be read");
    Some(serde_json::from_str(&text).expect("PERSONA_UPSTREAM_SPEC is JSON"))
}

/// Where the document has an operation. Its path has other names for its parameters.
fn declared(document: &Value, operation: Operation) -> String {
    let method = operation.method.to_lowercase();
    let paths = document["paths"].as_object().expect("paths");
    let (path, _) = paths
        .iter()
        .find(|(_, item)| item[&method]["operationId"] == operation.id)
        .unwrap_or_else(|| panic!("the document has no {method} {}", operation.id));
    let mut plain = String::new();
    for part in path.split('/').skip(1) {
        plain.push('/');
        plain.push_str(if part.starts_with('{') { "{id}" } else { part });
    }
    assert_eq!(plain, operation.path, "{}", operation.id);
    format!("/paths/{}/{method}", escaped(path))
}

/// The place itself, or the one that it refers to.
fn resolved(document: &Value, place: String) -> String {
    let target = document.pointer(&place).and_then(|it| it["$ref"].as_str());
    target.map_or(place, |target| target.trim_start_matches('#').to_owned())
}

fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}

/// The names of all properties of a schema, through `allOf` and references.
fn properties(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(target) = schema["$ref"].as_str() {
        let target = document.pointer(target.trim_start_matches('#'));
        properties(document, target.expect("it resolves"), names);
    }
    names.extend(
        schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone()),
    );
    for part in schema["allOf"].as_array().into_iter().flatten() {
        properties(document, part, names);
    }
}
