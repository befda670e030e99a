//! Every answer of the emulator has the shape that Persona's own OpenAPI document gives it.
//!
//! `PERSONA_UPSTREAM_SPEC` names that document (OpenAPI 3.1, JSON). Without it the same tour is
//! walked, and only what JSON:API asks for is checked.

mod canary;
mod http;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Api, send};
use jsonschema::{Draft, Registry};
use reqwest::Method;
use serde_json::{Value, json};
use withpersona::emulator::{
    ACCOUNT_ACTION_ID, DEVICE_FINGERPRINT_LIST_ID, Emulator, FIELD_LIST_ID, Operation,
    TRANSACTION_TYPE_ID, operations,
};

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
    imports(&mut tour).await;
    one_person(&mut tour).await;
    decisions(&mut tour).await;
    sessions(&mut tour).await;
    accounts(&mut tour).await;
    transactions(&mut tour).await;
    lists(&mut tour).await;
    screening(&mut tour).await;
    reviewing(&mut tour).await;
    workflows_keys_and_logs(&mut tour).await;
    webhooks(&mut tour).await;
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
    let version = "?filter[inquiry-template-id]=itmpl_Everything";
    tour.call_with("", "list-all-inquiry-template-versions", version, None, 200)
        .await;
    let text = json!({ "locale": "fr", "value": "Commencer" });
    let row = json!({
        "step": "start", "component": "title", "attribute-name": "text", "locale-values": [text],
    });
    let rows = json!({ "data": { "attributes": { "translations": [row] } } });
    let import = "import-inquiry-template-translations";
    tour.call("itmpl_Everything", import, Some(rows), 200).await;
    let read = "retrieve-inquiry-template-translations";
    tour.call("itmpl_Everything", read, None, 200).await;
    tour.call("", "list-all-rate-limits", None, 200).await;
}

async fn imports(tour: &mut Tour) {
    for (operation, list, csv) in [
        ("import-an-account", None, "reference_id\nimported-1\n"),
        (
            "import-email-address-lists",
            Some("email-address"),
            "value\na@example.com\n",
        ),
        (
            "import-geolocation-lists",
            Some("geolocation"),
            "latitude,longitude,radius_meters\n1,2,3\n",
        ),
        (
            "import-government-id-number-lists",
            Some("government-id-number"),
            "id_number,id_class\nI1,dl\n",
        ),
        (
            "import-ip-address-lists",
            Some("ip-address"),
            "value\n198.51.100.7\n",
        ),
        (
            "import-name-lists",
            Some("name"),
            "name_first,name_last\nAda,Lovelace\n",
        ),
        (
            "import-phone-number-lists",
            Some("phone-number"),
            "value\n+15555550142\n",
        ),
    ] {
        let file = json!({ "data": STANDARD.encode(csv), "filename": "rows.csv" });
        let mut attributes = json!({ "file": file });
        if let Some(kind) = list {
            let article = if kind.starts_with(['e', 'i']) {
                "an"
            } else {
                "a"
            };
            let create = format!("create-{article}-{kind}-list");
            let body = json!({ "data": { "attributes": { "name": "imported" } } });
            let list = tour.call("", &create, Some(body), 201).await;
            attributes["list-id"] = list["data"]["id"].clone();
        }
        let body = json!({ "data": { "attributes": attributes } });
        let made = tour.call("", operation, Some(body), 201).await;
        let id = made["data"]["id"].as_str().expect("an id").to_owned();
        tour.call(&id, "retrieve-an-importer", None, 200).await;
        tour.api.emulator.clock().advance(Duration::from_secs(5));
        tour.call(&id, "retrieve-an-importer", None, 200).await;
    }
    let size = "?page[size]=2";
    tour.call_with("", "list-all-importers", size, None, 200)
        .await;
    let nothing = json!({ "data": { "attributes": {} } });
    tour.call("", "import-an-account", Some(nothing), 400).await;
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
    for (kind, typed) in [
        ("government-id", "retrieve-a-government-id-document"),
        ("document", "retrieve-a-generic-document"),
    ] {
        let inquiry = tour.call(&id, "retrieve-an-inquiry", None, 200).await;
        let documents = inquiry["data"]["relationships"]["documents"]["data"].as_array();
        let wanted = typed
            .strip_prefix("retrieve-a-")
            .and_then(|it| it.strip_suffix("-document"));
        let wanted = format!("document/{}", wanted.expect("a kind"));
        let mut documents = documents.expect("a list").iter();
        let document = documents.find(|it| it["type"] == wanted).expect(kind);
        let document = document["id"].as_str().expect("an id").to_owned();
        tour.call(&document, typed, None, 200).await;
        let all = "?include=inquiry";
        tour.call_with(&document, "retrieve-a-document", all, None, 200)
            .await;
        let verification = &submitted[kind];
        let lock = "investigation-lock-a-verification";
        tour.call(verification, lock, None, 200).await;
        tour.call(verification, "redact-a-verification", None, 409)
            .await;
        let unlock = "investigation-unlock-a-verification";
        tour.call(verification, unlock, None, 200).await;
        if kind == "document" {
            tour.call(verification, "redact-a-verification", None, 200)
                .await;
        }
        tour.call(&document, "retrieve-a-document", None, 200).await;
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

async fn accounts(tour: &mut Tour) {
    let new = |reference: &str| json!({ "data": { "attributes": { "reference-id": reference, "account-status": "Blocked", "fields": { "age": 30 } } } });
    let id = |answer: Value| answer["data"]["id"].as_str().expect("an id").to_owned();
    let one = id(tour
        .call("", "create-an-account", Some(new("one")), 201)
        .await);
    let other = id(tour
        .call("", "create-an-account", Some(new("other")), 201)
        .await);
    let mut again = new("one");
    again["meta"] = json!({ "upsert-by": "reference-id" });
    tour.call("", "create-an-account", Some(again), 200).await;
    let change = json!({ "data": { "attributes": {
        "name-first": "Ada", "country-code": "GB", "birthdate": "1815-12-10", "tags": ["a"],
    } } });
    tour.call_with(
        &one,
        "update-an-account",
        "?include=account-type",
        Some(change),
        200,
    )
    .await;
    let query = json!({
        "query": { "and": [
            { "attribute": "fields.age", "operator": "gte", "value": 30 },
            { "not": { "attribute": "created_at", "operator": "lt", "value": "2026-01-01" } },
        ] },
        "sort": { "attribute": "created_at", "direction": "asc" },
        "page": { "size": 1 },
    });
    let found = tour.call("", "search-accounts", Some(query), 200).await;
    assert!(found["links"]["next"].is_string(), "{found}");
    let open = json!({ "query": { "attribute": "status", "operator": "eq", "value": "created" } });
    tour.call("", "search-inquiries", Some(open), 200).await;
    tour.call(
        "",
        "search-accounts",
        Some(json!({ "query": { "and": [] } })),
        400,
    )
    .await;
    for (operation, tag) in [
        ("accounts-add-tag", json!("a")),
        ("accounts-remove-tag", json!("a")),
        ("accounts-set-all-tags", json!(["b", "c"])),
    ] {
        let body = json!({ "meta": { "tag-name": tag } });
        tour.call(&one, operation, Some(body), 200).await;
    }
    let relation =
        json!({ "meta": { "relation-schema-key": "family", "target-object-id": other } });
    tour.call(&one, "accounts-add-relation", Some(relation.clone()), 200)
        .await;
    let family = "?filter[key]=family";
    tour.call_with(&one, "accounts-list-all-relations", family, None, 200)
        .await;
    tour.call(&one, "accounts-remove-relation", Some(relation), 200)
        .await;
    let action =
        json!({ "data": { "account-action-id": ACCOUNT_ACTION_ID, "parameters": { "a": 1 } } });
    tour.call(&one, "runAccountAction", Some(action), 200).await;
    let account = tour.call(&one, "retrieve-an-account", None, 200).await;
    let kind = account["data"]["relationships"]["account-type"]["data"]["id"].as_str();
    tour.call(kind.expect("a type"), "retrieve-an-account-type", None, 200)
        .await;
    let sources = json!({ "meta": { "source-account-ids": [other] } });
    tour.call(
        &one,
        "consolidate-into-an-account",
        Some(sources.clone()),
        202,
    )
    .await;
    tour.call(&one, "consolidate-into-an-account", Some(sources), 409)
        .await;
    tour.call(&one, "redact-an-account", None, 200).await;
    tour.call(&one, "redact-an-account", None, 409).await;
    every_event(tour, &one).await;
    every_event(tour, &other).await;
}

async fn transactions(tour: &mut Tour) {
    let id = |answer: Value| answer["data"]["id"].as_str().expect("an id").to_owned();
    let account = id(tour
        .call("", "create-an-account", Some(json!({})), 201)
        .await);
    let new = json!({ "data": { "attributes": {
        "transaction-type-id": TRANSACTION_TYPE_ID, "reference-id": "t-1", "fields": { "amount": 5 },
    } } });
    let one = id(tour.call("", "create-a-transaction", Some(new), 201).await);
    tour.call_with(
        "",
        "list-all-transactions",
        "?filter[reference-id]=t-1",
        None,
        200,
    )
    .await;
    let change = json!({ "data": { "attributes": { "status": "done", "fields": { "paid": true }, "tags": ["a"] } } });
    tour.call(&one, "update-a-transaction", Some(change), 200)
        .await;
    let relation =
        json!({ "meta": { "relation-schema-key": "payer", "target-object-id": account } });
    tour.call(
        &one,
        "transactions-add-relation",
        Some(relation.clone()),
        200,
    )
    .await;
    tour.call(&one, "transactions-remove-relation", Some(relation), 200)
        .await;
    for (operation, tag) in [
        ("transactions-add-tag", json!("a")),
        ("transactions-remove-tag", json!("a")),
        ("transactions-set-tags", json!(["b", "c"])),
    ] {
        let body = json!({ "meta": { "tag-name": tag } });
        tour.call(&one, operation, Some(body), 200).await;
    }
    let label = json!({ "meta": { "label": "fraud", "score": 0.5, "model-version": "1" } });
    let labels = "?include=transaction-label";
    tour.call_with(&one, "create-a-transaction-label", labels, Some(label), 200)
        .await;
    tour.call(&one, "retrieve-a-transaction", None, 200).await;
    tour.call(
        TRANSACTION_TYPE_ID,
        "retrieve-a-transaction-type",
        None,
        200,
    )
    .await;
    tour.call(&one, "redact-transaction-biometrics", None, 200)
        .await;
    tour.call(&one, "redact-a-transaction", None, 200).await;
    tour.call(&one, "redact-a-transaction", None, 409).await;
    every_event(tour, &one).await;
}

/// Lists of each kind with an item on it. Persona's document has no list of strings in the list of
/// lists, so that kind comes last.
async fn lists(tour: &mut Tour) {
    let value = json!({ "value": "x" });
    let kinds = [
        ("browser-fingerprint", value.clone()),
        ("country", json!({ "country-code": "US" })),
        (
            "email-address",
            json!({ "value": "ada@example.com", "match-type": "email_address" }),
        ),
        (
            "geolocation",
            json!({ "latitude": 1.5, "longitude": 2.5, "radius-meters": 10 }),
        ),
        (
            "government-id-number",
            json!({ "id-number": "1", "id-class": "pp" }),
        ),
        ("ip-address", value.clone()),
        (
            "name",
            json!({ "name-first": "Ada", "name-last": "Lovelace" }),
        ),
        ("phone-number", value.clone()),
        ("device-fingerprint", value.clone()),
        ("field", json!({ "field-value": "x" })),
        ("string", value),
    ];
    // While there is nothing on it: the document lets the items of a list have no property at all.
    let new =
        json!({ "data": { "attributes": { "name": "early", "allow-fuzzy-name-first": true } } });
    let early = tour.call("", "create-a-name-list", Some(new), 201).await;
    let early = early["data"]["id"].as_str().expect("an id").to_owned();
    tour.call(&early, "retrieve-a-list", None, 200).await;
    tour.call_with("", "list-all-lists", "?filter[status]=active", None, 200)
        .await;
    tour.call(&early, "archive-a-list", None, 200).await;
    for (kind, mut attributes) in kinds {
        let list = match kind {
            "device-fingerprint" => DEVICE_FINGERPRINT_LIST_ID.to_owned(),
            "field" => FIELD_LIST_ID.to_owned(),
            _ => {
                let new = json!({ "data": { "attributes": { "name": kind } } });
                let create = match kind {
                    "string" => "create-a-strings-list".to_owned(),
                    _ => format!("create-{}-list", with_article(kind)),
                };
                let created = tour.call("", &create, Some(new), 201).await;
                created["data"]["id"].as_str().expect("an id").to_owned()
            }
        };
        attributes["list-id"] = json!(list);
        let new = json!({ "data": { "attributes": attributes } });
        let operation = |verb: &str| format!("{verb}-{}-list-item", with_article(kind));
        let item = tour.call("", &operation("create"), Some(new), 201).await;
        let item = item["data"]["id"].as_str().expect("an id").to_owned();
        tour.call(&item, &operation("retrieve"), None, 200).await;
        tour.call(&item, &operation("archive"), None, 200).await;
    }
    let created = tour
        .new_inquiry(json!({ "auto-create-one-time-link": true }))
        .await;
    let link = created["meta"]["one-time-link"].as_str().expect("a link");
    let mut person = tour.api.emulator.person();
    person.follow_link(link).expect("the link works");
    person.start().expect("they start");
    let sessions = format!(
        "?filter[inquiry-id]={}",
        created["data"]["id"].as_str().expect("an id")
    );
    let sessions = tour
        .call_with("", "list-all-inquiry-sessions", &sessions, None, 200)
        .await;
    let session = sessions["data"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let device = "?include=device";
    tour.call_with(&session, "retrieve-an-inquiry-session", device, None, 200)
        .await;
    let of_session = format!("?filter[inquiry-session-id]={session}");
    let devices = tour
        .call_with("", "list-all-devices", &of_session, None, 200)
        .await;
    let device = devices["data"][0]["id"].as_str().expect("an id").to_owned();
    tour.call(&device, "retrieve-a-device", None, 200).await;
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['e', 'i']) {
        "an"
    } else {
        "a"
    };
    format!("{article}-{kind}")
}

async fn every_event(tour: &mut Tour, object: &str) {
    let filter = format!("?filter[object-id]={object}&page[size]=100");
    let events = tour
        .call_with("", "list-all-events", &filter, None, 200)
        .await;
    assert!(!events["data"].as_array().expect("a list").is_empty());
}

/// The id of what an answer is about.
fn id_of(answer: &Value) -> String {
    answer["data"]["id"].as_str().expect("an id").to_owned()
}

async fn screening(tour: &mut Tour) {
    let person =
        json!({ "name-first": "Oskarin", "name-last": "Plevnikar", "birthdate": "1969-08-21" });
    let mut reports = Vec::new();
    for (kind, template) in [
        ("watchlist", "Watchlist"),
        ("adverse-media", "AdverseMedia"),
        ("politically-exposed-person", "PoliticallyExposedPerson"),
    ] {
        let attributes = json!({
            "query": person,
            "report-template-id": format!("rptp_Emulated{template}Monitored"),
        });
        let body = json!({
            "data": { "type": format!("report/{kind}"), "attributes": attributes },
            "meta": { "auto-create-account-reference-id": "user-1" },
        });
        let pending = tour.call("", "create-a-report", Some(body), 201).await;
        reports.push((kind, id_of(&pending)));
    }
    tour.api
        .emulator
        .clock()
        .advance(std::time::Duration::from_secs(60));
    for (kind, id) in &reports {
        let account = "?include=account";
        tour.call_with(id, "retrieve-a-report", account, None, 200)
            .await;
        tour.call(id, "print-report-pdf", None, 200).await;
        let dismissal = match *kind {
            "adverse-media" => json!({
                "dismiss-type": "entity", "entity-id": "ent_Oskarin", "reason": "a namesake",
            }),
            _ => json!({ "reason": "a namesake" }),
        };
        let body = json!({ "data": { "attributes": dismissal } });
        tour.call(id, "dismiss-matches", Some(body.clone()), 200)
            .await;
        tour.call(id, "dismiss-matches", Some(body), 409).await;
        for operation in [
            "report-action-pause-continuous-monitoring",
            "report-action-resume-continuous-monitoring",
            "report-action-re-run-report",
        ] {
            tour.call(id, operation, None, 200).await;
        }
        for (operation, tag) in [
            ("reports-add-tag", json!("a")),
            ("reports-remove-tag", json!("a")),
            ("reports-set-all-tags", json!(["b"])),
        ] {
            let body = json!({ "meta": { "tag-name": tag } });
            tour.call(id, operation, Some(body), 200).await;
        }
        tour.call(id, "list-report-history", None, 200).await;
    }
    tour.call("", "list-all-reports", None, 200).await;
    tour.call_with("", "list-all-events", "?page[size]=100", None, 200)
        .await;
    for (_, id) in &reports {
        tour.call(id, "redact-a-report", None, 200).await;
        tour.call(id, "redact-a-report", None, 409).await;
    }
}

async fn reviewing(tour: &mut Tour) {
    let inquiry = id_of(&tour.new_inquiry(json!({})).await);
    let attributes = json!({
        "case-template-id": "ctmpl_EmulatedReview",
        "case-queue-id": "cqueue_EmulatedReview",
        "creator-email-address": "ada@example.com",
        "fields": { "risk-score": 4 },
    });
    let meta = json!({ "object-ids": [inquiry], "sla-expires-in-seconds": 60 });
    let body = json!({ "data": { "attributes": attributes }, "meta": meta });
    let case = id_of(&tour.call("", "create-a-case", Some(body), 201).await);
    tour.api
        .emulator
        .comment_on_case(&case, "ada@example.com", "looks fine");
    let everything = "?include=case-comments,case-queue,case-template,inquiries";
    tour.call_with(&case, "retrieve-case", everything, None, 200)
        .await;
    let change = json!({ "data": { "attributes": {
        "case-queue-id": null, "fields": { "decision-note": "fine" },
    } } });
    tour.call(&case, "update-a-case", Some(change), 200).await;
    let objects = json!({ "meta": { "object-ids": [inquiry] } });
    for (operation, body) in [
        (
            "assign-a-case",
            json!({ "meta": { "user-email-address": "ada@example.com" } }),
        ),
        (
            "set-status-for-a-case",
            json!({ "meta": { "status": "Approved" } }),
        ),
        ("remove-persona-objects", objects.clone()),
        ("add-persona-objects", objects),
        ("add-tag", json!({ "meta": { "tag-name": "a" } })),
        ("remove-tag", json!({ "meta": { "tag-name": "a" } })),
        ("set-tags", json!({ "meta": { "tag-name": ["b"] } })),
    ] {
        tour.call(&case, operation, Some(body), 200).await;
    }
    tour.call("", "list-all-cases", None, 200).await;
    let query =
        json!({ "query": { "attribute": "status", "operator": "eq", "value": "Approved" } });
    tour.call("", "search-cases", Some(query), 200).await;
    tour.call(
        "ctmpl_EmulatedReview",
        "retrieve-a-case-template",
        None,
        200,
    )
    .await;
    tour.call_with("", "list-all-events", "?page[size]=100", None, 200)
        .await;
    tour.call(&case, "redact-a-case", None, 200).await;
    tour.call(&case, "redact-a-case", None, 409).await;
}

async fn workflows_keys_and_logs(tour: &mut Tour) {
    let body = json!({ "data": { "attributes": { "fields": {} } } });
    let workflow = "wfl_EmulatedWorkflow";
    let run = id_of(
        &tour
            .call(workflow, "create-a-workflow-run", Some(body), 200)
            .await,
    );
    tour.api
        .emulator
        .clock()
        .advance(std::time::Duration::from_secs(60));
    let both = "?include=workflow,workflow-version";
    tour.call_with(&run, "retrieve-a-workflow-run", both, None, 200)
        .await;
    tour.call("", "list-all-workflow-runs", None, 200).await;
    let of_workflow = "?filter[workflow-id]=wfl_EmulatedWorkflow";
    tour.call_with("", "list-all-workflow-versions", of_workflow, None, 200)
        .await;

    let attributes = json!({ "name": "one", "permissions": ["report.read"] });
    let body = json!({ "data": { "attributes": attributes } });
    let key = id_of(&tour.call("", "create-an-api-key", Some(body), 201).await);
    tour.call(&key, "retrieve-an-api-key", None, 200).await;
    let change = json!({ "data": { "attributes": { "note": "a note" } } });
    tour.call(&key, "update-an-api-key", Some(change), 200)
        .await;
    tour.call(&key, "clone-api-key", None, 200).await;
    let body = json!({ "meta": { "expires-in-seconds": 60 } });
    tour.call(&key, "expire-an-api-key", Some(body), 200).await;
    tour.call("", "list-all-api-keys", None, 200).await;

    let logs = tour.call("", "list-all-api-logs", None, 200).await;
    let log = logs["data"][0]["id"].as_str().expect("an id").to_owned();
    tour.call(&log, "retrieve-an-api-log", None, 200).await;
}

async fn webhooks(tour: &mut Tour) {
    let attributes = json!({
        "name": "everything", "description": null, "url": "http://127.0.0.1:9/hook",
        "enabled-events": ["*"], "api-version": "2025-12-08", "api-key-inflection": "snake",
        "api-attributes-blocklist": [], "file-access-token-expires-in": 60,
        "included-allowlist": { "state": "include_all" },
        "relationship-allowlist": { "state": "include_all" },
        "custom-http-headers": { "Authorization": "Basic 1", "CF-Access-Client-Id": "2" },
    });
    let body = json!({ "data": { "attributes": attributes } });
    let created = tour.call("", "create-a-webhook", Some(body), 201).await;
    let id = created["data"]["id"].as_str().expect("an id").to_owned();
    tour.call(&id, "enable-a-webhook", None, 200).await;
    tour.call(&id, "retrieve-a-webhook", None, 200).await;
    let change = json!({ "data": { "attributes": { "description": "a note" } } });
    tour.call(&id, "update-a-webhook", Some(change), 200).await;
    let overlap = json!({ "meta": { "expires-in-seconds": 60 } });
    tour.call(&id, "rotate-a-webhook-secret", Some(overlap), 200)
        .await;
    tour.call(&id, "rotate-a-webhook-secret", Some(json!({})), 200)
        .await;
    tour.call(&id, "clone-a-webhook", None, 200).await;
    tour.call("", "list-all-webhooks", None, 200).await;
    tour.call(&id, "disable-a-webhook", None, 200).await;
    tour.call(&id, "archive-a-webhook", None, 200).await;
    tour.call(&id, "enable-a-webhook", None, 409).await;
    tour.call("wbh_None", "retrieve-a-webhook", None, 404).await;
    let nothing = json!({ "data": { "attributes": { "name": "nothing" } } });
    tour.call("", "create-a-webhook", Some(nothing), 400).await;
    let none = json!({ "data": { "attributes": {
        "name": "none", "url": "http://127.0.0.1:9/hook", "enabled-events": [],
    } } });
    tour.call("", "create-a-webhook", Some(none), 422).await;
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
        "retrieve-a-document",
        "retrieve-an-importer",
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
        // What happened to a report is told without attributes.
        let has_attributes = resource["attributes"].is_object() || id == "list-report-history";
        assert!(has_attributes, "{id}: {resource}");
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
        "account-type",
        "api-key",
        "api-log",
        "case",
        "case-comment",
        "case-queue",
        "case-template",
        "device",
        "document/generic",
        "document/government-id",
        "event",
        "importer/account",
        "importer/list-item/email-address",
        "importer/list-item/geolocation",
        "importer/list-item/government-id-number",
        "importer/list-item/ip-address",
        "importer/list-item/name",
        "importer/list-item/phone-number",
        "inquiry",
        "inquiry-session",
        "inquiry-template",
        "inquiry-template-version",
        "report/adverse-media",
        "report/politically-exposed-person",
        "report/watchlist",
        "template",
        "transaction",
        "transaction-label",
        "transaction-type",
        "verification/database",
        "verification/document",
        "verification/email-address",
        "verification/government-id",
        "verification/phone-number",
        "verification/selfie",
        "workflow",
        "workflow-run",
        "workflow-version",
        "webhook",
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
