//! Each request carries the headers that Persona needs, and its path, query and body as they were
//! given.

mod canary;

use std::collections::BTreeMap;
use std::time::Duration;

use httpmock::{Method::POST, MockServer};
use serde_json::{Value, json};
use withpersona::Persona;
use withpersona::call::{Request, path_segment};

fn client(server: &MockServer) -> Persona {
    Persona::builder()
        .api_key("persona_sandbox_5e1f")
        .base_url(server.url("/api/v1/"))
        .build()
        .unwrap()
}

#[tokio::test]
async fn the_standard_headers_are_on_every_request() {
    let server = MockServer::start_async().await;
    let expected = server
        .mock_async(|when, then| {
            when.path("/api/v1/inquiries/inq_1")
                .header("authorization", "Bearer persona_sandbox_5e1f")
                .header("persona-version", "2025-12-08")
                .header("key-inflection", "kebab")
                .header("accept", "application/json")
                .header(
                    "user-agent",
                    concat!("withpersona/", env!("CARGO_PKG_VERSION")),
                )
                .header_missing("content-type");
            then.status(200)
                .header("request-id", "req_1")
                .json_body(json!({"data": {"id": "inq_1"}}));
        })
        .await;
    let request = Request::get("retrieve-an-inquiry", "/inquiries/inq_1".to_owned());
    let reply = client(&server).call_path().send(request).await.unwrap();
    let response = reply.decode::<Value>().unwrap();
    assert_eq!(response["data"]["id"], "inq_1");
    assert_eq!(response.status(), 200);
    assert_eq!(response.request_id().as_deref(), Some("req_1"));
    expected.assert_async().await;
}

#[tokio::test]
async fn another_version_is_asked_for_by_its_date() {
    let server = MockServer::start_async().await;
    let expected = server
        .mock_async(|when, then| {
            when.header("persona-version", "2023-01-05");
            then.status(204);
        })
        .await;
    let persona = Persona::builder()
        .api_key("persona_sandbox_5e1f")
        .base_url(server.url("/api/v1"))
        .api_version("2023-01-05")
        .build()
        .unwrap();
    let request = Request::delete("redact-an-inquiry", "/inquiries/inq_1".to_owned());
    let reply = persona.call_path().send(request).await.unwrap();
    assert_eq!(reply.without_body().status(), 204);
    expected.assert_async().await;
}

#[tokio::test]
async fn bodies_go_out_with_their_content_type() {
    let server = MockServer::start_async().await;
    let json_body = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/api/v1/inquiries")
                .header("content-type", "application/json")
                .json_body(json!({"data": {"attributes": {"note": "a"}}}));
            then.status(201).body("{}");
        })
        .await;
    let form_body = server
        .mock_async(|when, then| {
            when.method(POST)
                .path("/api/v1/oauth/token")
                .header("content-type", "application/x-www-form-urlencoded")
                .body("grant_type=client_credentials&scope=a+b");
            then.status(200).body("{}");
        })
        .await;
    let persona = client(&server);
    let call = persona.call_path();
    let created = Request::post("create-an-inquiry", "/inquiries".to_owned())
        .json(&json!({"data": {"attributes": {"note": "a"}}}));
    assert!(call.send(created).await.is_ok());
    let token = Request::post("create-oauth-token", "/oauth/token".to_owned())
        .form(&[("grant_type", "client_credentials"), ("scope", "a b")]);
    assert!(call.send(token).await.is_ok());
    json_body.assert_async().await;
    form_body.assert_async().await;
}

#[tokio::test]
async fn query_values_arrive_as_they_were_given() {
    let server = MockServer::start_async().await;
    let expected = server
        .mock_async(|when, then| {
            when.path("/api/v1/inquiries")
                .query_param("filter[reference-id]", "a&b=c d+é")
                .query_param("page[size]", "100")
                .query_param("include", "account")
                .query_param("filter[status]", "created")
                .query_param("filter[status]", "pending")
                .query_param("fields[inquiry]", "status")
                .query_param_missing("page[after]")
                .query_param_missing("page[before]");
            then.status(200).body("{}");
        })
        .await;
    let fields = BTreeMap::from([("inquiry".to_owned(), "status")]);
    let request = Request::get("list-all-inquiries", "/inquiries".to_owned())
        .query("filter[reference-id]", "a&b=c d+é")
        .query("page[size]", Some(100_i64))
        .query("page[after]", None::<&str>)
        .query("page[before]", Vec::<String>::new())
        .query("include", String::from("account"))
        .query("filter[status]", ["created", "pending"].as_slice())
        .query("fields", fields);
    client(&server).call_path().send(request).await.unwrap();
    expected.assert_async().await;
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_path() {
    let server = MockServer::start_async().await;
    let expected = server
        .mock_async(|when, then| {
            when.path("/api/v1/inquiries/a%3Fb%23c%20%25d%7Be%7D");
            then.status(200).body("{}");
        })
        .await;
    let path = format!("/inquiries/{}", path_segment("a?b#c %d{e}"));
    let request = Request::get("retrieve-an-inquiry", path);
    client(&server).call_path().send(request).await.unwrap();
    expected.assert_async().await;
}

#[tokio::test]
async fn the_longest_limits_can_be_given() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|_when, then| {
            then.status(200).body("{}");
        })
        .await;
    let persona = Persona::builder()
        .api_key("persona_sandbox_5e1f")
        .base_url(server.base_url())
        .connect_timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .call_timeout(Duration::MAX)
        .response_limit(usize::MAX)
        .build()
        .unwrap();
    let request = || Request::get("retrieve-an-inquiry", "/inquiries/inq_1".to_owned());
    let reply = persona.call_path().send(request()).await.unwrap();
    assert_eq!(&reply.into_bytes()[..], b"{}");
    let mut stream = persona.call_path().stream(request()).await.unwrap();
    assert_eq!(
        stream.chunk().await.unwrap().as_deref(),
        Some(b"{}".as_slice())
    );
}

/// A variable of the process cannot be set safely while tests run, so one of them is run in a
/// process of its own.
#[test]
fn a_proxy_of_the_environment_never_sees_a_loopback_host() {
    let nobody_listens_here = "http://127.0.0.1:9";
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_standard_headers_are_on_every_request"])
        .env("HTTP_PROXY", nobody_listens_here)
        .env("http_proxy", nobody_listens_here)
        .env("ALL_PROXY", nobody_listens_here)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(printed.contains("1 passed"), "{printed}");
}
