//! A walk through the operations of the main job, which takes down what went in and came out.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use withpersona::emulator::{Emulator, Operation, operations};

use crate::http;
use crate::http::{Api, send};

pub struct Record {
    pub operation: Operation,
    pub status: u16,
    pub request: Option<Value>,
    /// Null for a PDF.
    pub answer: Value,
}

impl Record {
    pub fn is_pdf(&self) -> bool {
        self.status < 300 && self.operation.path.ends_with("/print")
    }

    /// The resources in the answer, those that are included among them.
    pub fn resources(&self) -> impl Iterator<Item = &Value> {
        let data = many(&self.answer["data"]);
        data.iter().chain(many(&self.answer["included"]))
    }
}

/// Walks through the operations of the main job, most of them in more than one way. Those of all
/// tests together are looked at by `.ci/exchanges_match_document.py`.
pub async fn tour() -> Vec<Record> {
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

fn many(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}
