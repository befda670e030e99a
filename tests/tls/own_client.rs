//! Calls through an HTTP client of the application's own: its TLS and its headers are in use.

#[path = "../canary/mod.rs"]
mod canary;
mod terminator;

use reqwest::header::{HeaderMap, HeaderValue};
use withpersona::retry::NeverRetry;
use withpersona::{ErrorKind, NewInquiry, Persona, PersonaBuilder};

use crate::terminator::Terminator;

fn http() -> reqwest::ClientBuilder {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
}

fn persona(base_url: impl Into<String>) -> PersonaBuilder {
    Persona::builder()
        .api_key("persona_sandbox_own")
        .base_url(base_url)
        .retry_policy(NeverRetry)
}

fn new(server: &Terminator) -> NewInquiry {
    NewInquiry::from_template(server.emulator.default_template_id())
}

#[tokio::test]
async fn its_trust_is_the_one_that_counts() {
    let server = Terminator::start().await;
    let certificate = reqwest::Certificate::from_pem(server.pem.as_bytes()).expect("read");
    let trusting = http().tls_certs_only([certificate]).build();
    let own = persona(server.base_url("localhost"))
        .http_client(trusting.expect("builds"))
        .build()
        .expect("builds");
    let created = own.inquiries().create(new(&server)).await.expect("created");
    let id = created.inquiry.id();
    assert_eq!(own.inquiries().retrieve(&id).await.expect("read").id(), id);

    let default = persona(server.base_url("localhost")).build();
    let default = default.expect("builds");
    let error = default
        .inquiries()
        .retrieve(&id)
        .await
        .expect_err("no trust");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(server.emulator.request_count(), 2);
}

#[tokio::test]
async fn its_headers_go_along_and_do_not_replace_the_key() {
    let server = Terminator::start().await;
    let mut headers = HeaderMap::new();
    let other = HeaderValue::from_static("Bearer not_the_key");
    headers.insert(reqwest::header::AUTHORIZATION, other);
    // Persona would answer in another casing, and the emulator does.
    headers.insert("key-inflection", HeaderValue::from_static("camel"));
    let client = http().default_headers(headers).build().expect("builds");
    let own = persona(server.emulator.base_url()).http_client(client);
    let own = own.build().expect("builds");
    let new = new(&server).with_session();
    let created = own.inquiries().create(new).await.expect("created");
    assert!(created.session_token.is_some());
}

#[tokio::test]
async fn settings_of_connections_belong_to_the_client() {
    let client = http().build().expect("builds");
    let error = persona("http://127.0.0.1:8080/api/v1")
        .http_client(client)
        .pool_max_idle(1)
        .build()
        .expect_err("two masters");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}
