//! Waiting for graph queries, by their raw type. The emulator has none.

mod canary;

use std::time::Duration;

use httpmock::{Method, MockServer};
use serde_json::json;
use withpersona::raw::types::GraphQuery;
use withpersona::{Awaited, Condition, ErrorKind, Outcome, Persona};

const MINUTE: Duration = Duration::from_secs(60);

async fn world() -> (MockServer, Persona) {
    let server = MockServer::start_async().await;
    let persona = Persona::builder()
        .api_key("persona_sandbox_1")
        .base_url(format!("{}/api/v1", server.base_url()))
        .build()
        .expect("builds");
    (server, persona)
}

/// What Persona tells of the query from now on.
async fn is_at(server: &MockServer, status: &str, redacted_at: Option<&str>) {
    server.reset_async().await;
    let body = json!({ "data": { "type": "graph-query", "id": "grq_1", "attributes": {
        "status": status, "redacted-at": redacted_at,
    } } });
    server
        .mock_async(|when, then| {
            when.method(Method::GET).path("/api/v1/graph-queries/grq_1");
            then.status(200).json_body(body);
        })
        .await;
}

async fn look(persona: &Persona) -> Outcome<GraphQuery> {
    let wait = persona.wait_for_graph_query("grq_1");
    wait.deadline(Duration::ZERO).await.expect("can be asked")
}

#[tokio::test]
async fn a_wait_ends_when_the_query_does() {
    let (server, persona) = world().await;
    for status in ["pending", "running", "of-tomorrow"] {
        is_at(&server, status, None).await;
        let outcome = look(&persona).await;
        let Outcome::TimedOut { last: Some(last) } = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!((last.state().as_str(), last.is_finished()), (status, false));
    }
    for status in [
        "completed",
        "errored",
        "cancelled",
        "timed_out",
        "timed-out",
    ] {
        is_at(&server, status, None).await;
        let met = look(&persona).await.met().expect("at its end");
        assert_eq!((met.id.as_str(), met.state().as_str()), ("grq_1", status));
    }
    is_at(&server, "completed", Some("2026-01-31T12:00:00.000Z")).await;
    let redacted = look(&persona).await;
    assert!(matches!(redacted, Outcome::Gone), "{redacted:?}");
}

#[tokio::test]
async fn conditions_and_errors_are_those_of_any_wait() {
    let (server, persona) = world().await;
    is_at(&server, "running", None).await;
    let wait = persona.wait_for_graph_query("grq_1").deadline(MINUTE);
    let running = wait.until(Condition::status("running")).await;
    assert!(matches!(running, Ok(Outcome::Met(_))), "{running:?}");
    for (id, kind) in [
        ("grq_unknown", ErrorKind::NotFound),
        ("no/id", ErrorKind::InvalidInput),
    ] {
        let wait = persona.wait_for_graph_query(id).deadline(MINUTE);
        assert_eq!(wait.await.expect_err("none").kind(), kind, "{id}");
    }
}
