//! Every operation that is built in can be called, and goes out as the vendored document says,
//! through the one call path.

mod canary;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use httpmock::MockServer;
use serde_json::Value;
use withpersona::{Error, Persona};

type Call = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// All operations by their ids, with placeholders for arguments.
fn calls(persona: &Persona) -> Vec<(&'static str, Call)> {
    macro_rules! generated {
        ($(operation $id:literal ($($body:tt)*) -> ($($answer:tt)*) by $name:ident($($arguments:tt)*);)*
         $(kind $kind:literal $attributes:ident;)*) => {
            vec![$(($id, {
                let raw = persona.raw();
                Box::pin(async move { raw.$name($($arguments)*).await.map(drop) }) as Call
            })),*]
        };
    }
    include!(concat!(env!("OUT_DIR"), "/operations.rs"))
}

/// Method and path of each operation in the vendored document.
fn documented() -> BTreeMap<String, (String, String)> {
    let document: Value =
        serde_json::from_str(include_str!("../openapi/persona.json")).expect("JSON");
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let base = match item.pointer("/servers/0/url").and_then(Value::as_str) {
            Some(server) => server.trim_start_matches("https://api.withpersona.com"),
            None => "/api/v1",
        };
        for (method, operation) in item.as_object().expect("a path item") {
            if let Some(id) = operation["operationId"].as_str() {
                let path = path.split('/').map(|segment| {
                    if segment.starts_with('{') {
                        "placeholder"
                    } else {
                        segment
                    }
                });
                let path = format!("{base}{}", path.collect::<Vec<_>>().join("/"));
                operations.insert(id.to_owned(), (method.to_uppercase(), path));
            }
        }
    }
    operations
}

#[tokio::test]
async fn every_operation_goes_out_as_documented() {
    let server = MockServer::start_async().await;
    let seen: Arc<Mutex<Vec<(String, String, bool)>>> = Arc::default();
    let record = Arc::clone(&seen);
    server
        .mock_async(|when, then| {
            when.is_true(move |request| {
                let headers = request.headers();
                let key = headers.get("authorization");
                record.lock().expect("not poisoned").push((
                    request.method().to_string(),
                    request.uri().path().to_owned(),
                    key.is_some_and(|key| key.as_bytes() == b"Bearer persona_sandbox_1"),
                ));
                true
            });
            then.status(404)
                .header("content-type", "application/json")
                .header("request-id", "req_1")
                .body(r#"{"errors":[{"title":"Record not found"}]}"#);
        })
        .await;
    let persona = Persona::builder()
        .api_key("persona_sandbox_1")
        .base_url(server.url("/api/v1"))
        .build()
        .expect("builds");

    let documented = documented();
    let calls = calls(&persona);
    if cfg!(feature = "full") {
        assert_eq!(calls.len(), documented.len());
        assert_eq!(calls.len(), 209);
    }
    for (id, call) in calls {
        let error = call.await.expect_err("not found");
        assert_eq!(error.operation(), Some(id));
        assert_eq!(
            (error.status(), error.request_id()),
            (Some(404), Some("req_1")),
            "{error}"
        );
        let (method, path, with_key) = seen.lock().expect("not poisoned").pop().expect("sent");
        assert_eq!(
            (&method, &path),
            (&documented[id].0, &documented[id].1),
            "{id}"
        );
        assert!(with_key, "{id}");
    }
}
