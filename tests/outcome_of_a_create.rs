//! A create whose outcome nobody knows is looked up before another is made, if that is asked for.

mod canary;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use httpmock::Method::{GET, POST};
use httpmock::MockServer;
use serde_json::json;
use withpersona::retry::NeverRetry;
use withpersona::{CallOptions, ErrorKind, LookUp, NewInquiry, Persona, WriteOutcome};

fn client(server: &MockServer) -> Persona {
    Persona::builder()
        .api_key("persona_sandbox_5e1f")
        .base_url(server.url("/api/v1"))
        .retry_policy(NeverRetry)
        .build()
        .unwrap()
}

fn new() -> NewInquiry {
    NewInquiry::from_template("itmpl_1").reference_id("user-1")
}

fn inquiry(id: &str, template: &str) -> serde_json::Value {
    json!({
        "type": "inquiry",
        "id": id,
        "attributes": {"status": "created", "reference-id": "user-1"},
        "relationships": {"inquiry-template": {"data": {"type": "inquiry-template", "id": template}}},
    })
}

#[tokio::test]
async fn an_inquiry_that_was_created_behind_a_500_is_found() {
    let server = MockServer::start_async().await;
    let create = server
        .mock_async(|when, then| {
            when.method(POST).path("/api/v1/inquiries");
            then.status(500);
        })
        .await;
    let list = server
        .mock_async(|when, then| {
            when.method(GET)
                .path("/api/v1/inquiries")
                .query_param("filter[reference-id]", "user-1");
            then.status(200).json_body(json!({
                "data": [inquiry("inq_2", "itmpl_other"), inquiry("inq_1", "itmpl_1")],
                "links": {"next": null},
            }));
        })
        .await;
    let resume = server
        .mock_async(|when, then| {
            when.method(POST).path("/api/v1/inquiries/inq_1/resume");
            then.status(200).json_body(
                json!({"data": inquiry("inq_1", "itmpl_1"), "meta": {"session-token": "t"}}),
            );
        })
        .await;
    let persona = client(&server);
    let new = new().with_session().on_unknown(LookUp);
    let created = persona.inquiries().create(new).await.unwrap();
    assert_eq!(created.inquiry.id(), "inq_1");
    assert_eq!(created.session_token.unwrap().reveal(), "t");
    assert_eq!(create.calls_async().await, 1);
    assert_eq!(list.calls_async().await, 1);
    assert_eq!(resume.calls_async().await, 1);
}

#[tokio::test]
async fn an_inquiry_that_is_not_there_is_created_under_a_new_key() {
    let server = MockServer::start_async().await;
    let keys = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = keys.clone();
    let create = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/api/v1/inquiries")
                .is_true(move |request| {
                    let key = request.headers().get("idempotency-key").cloned();
                    let key = key.and_then(|key| key.to_str().map(str::to_owned).ok());
                    let has_key = key.is_some();
                    seen.lock().unwrap().insert(key);
                    has_key
                });
            then.status(500);
        })
        .await;
    let list = server
        .mock_async(|when, then| {
            when.method(GET).path("/api/v1/inquiries");
            then.status(200)
                .json_body(json!({"data": [], "links": {"next": null}}));
        })
        .await;
    let given = CallOptions::new().idempotency_key("signup-1");
    let error = client(&server)
        .with(given)
        .inquiries()
        .create(new().on_unknown(LookUp))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert!(matches!(
        error.write_outcome(),
        Some(WriteOutcome::Unknown { key: Some(_) })
    ));
    // It gives up after six creations, each looked for.
    assert_eq!(create.calls_async().await, 6);
    assert_eq!(list.calls_async().await, 6);
    let keys = keys.lock().unwrap();
    assert_eq!(keys.len(), 6, "{keys:?}");
    assert!(keys.contains(&Some("signup-1".to_owned())), "{keys:?}");
}

#[tokio::test]
async fn without_being_asked_nothing_is_looked_up() {
    let server = MockServer::start_async().await;
    let everything = server
        .mock_async(|_when, then| {
            then.status(500);
        })
        .await;
    let error = client(&server).inquiries().create(new()).await.unwrap_err();
    assert_eq!(error.status(), Some(500));
    assert_eq!(everything.calls_async().await, 1);
}

#[tokio::test]
async fn a_refused_inquiry_is_not_looked_up() {
    let server = MockServer::start_async().await;
    let everything = server
        .mock_async(|_when, then| {
            then.status(400);
        })
        .await;
    let asked = new().on_unknown(LookUp);
    let error = client(&server).inquiries().create(asked).await.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Rejected));
    assert_eq!(everything.calls_async().await, 1);
}

#[tokio::test]
async fn looking_up_needs_a_reference_id() {
    let server = MockServer::start_async().await;
    let without = NewInquiry::from_template("itmpl_1").on_unknown(LookUp);
    let error = client(&server)
        .inquiries()
        .create(without)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
}
