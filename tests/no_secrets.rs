//! Keys, tokens, links, people's data and the details of errors appear in no `Debug` and no
//! `Display` of this crate.

mod canary;

use std::fmt::Debug;

use httpmock::MockServer;
use serde_json::{Value, json};
use withpersona::call::{Request, path_segment};
use withpersona::retry::NeverRetry;
use withpersona::{
    ApiKey, Error, ErrorKind, FileUrl, OneTimeLink, Persona, SessionToken, WebhookSecret,
};

const CANARY: &str = "canary";

/// Everything that was printed, to be searched at the end.
#[derive(Default)]
struct Printed(Vec<String>);

impl Printed {
    fn debug(&mut self, value: &dyn Debug) {
        self.0.push(format!("{value:?}"));
        self.0.push(format!("{value:#?}"));
    }

    fn error(&mut self, error: &Error) {
        self.debug(error);
        self.debug(&error.problems());
        self.0.push(error.to_string());
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            self.0.push(format!("{inner} {inner:?}"));
            source = inner.source();
        }
    }

    fn assert_clean(self) {
        assert!(self.0.len() > 1);
        for text in self.0 {
            assert!(!text.to_lowercase().contains(CANARY), "{text}");
        }
    }
}

fn canary_key() -> String {
    format!("persona_sandbox_{CANARY}")
}

fn client(base_url: String) -> Persona {
    Persona::builder()
        .api_key(canary_key())
        .base_url(base_url)
        .retry_policy(NeverRetry)
        .build()
        .unwrap()
}

/// A request with a canary wherever a person's data can be.
fn request(path: &str) -> Request {
    Request::post("create-an-inquiry", path.to_owned())
        .query("filter[reference-id]", CANARY)
        .json(&json!({"data": {"attributes": {"fields": {"name-first": CANARY}}}}))
}

#[test]
fn secrets_print_their_type_alone() {
    let mut printed = Printed::default();
    printed.debug(&ApiKey::new(canary_key()));
    printed.debug(&SessionToken::new(CANARY));
    printed.debug(&WebhookSecret::new(CANARY));
    printed.debug(&FileUrl::new(CANARY));
    printed.debug(&OneTimeLink::new(CANARY).with_short(CANARY));
    printed.debug(&Some(
        serde_json::from_value::<SessionToken>(json!(CANARY)).unwrap(),
    ));
    assert_eq!(printed.0[0], "ApiKey([redacted])");
    printed.assert_clean();
}

#[test]
fn clients_and_requests_print_no_secret() {
    let mut printed = Printed::default();
    printed.debug(
        &Persona::builder()
            .api_key(canary_key())
            .base_url(format!("https://u:{CANARY}@example.com/"))
            .api_version(CANARY),
    );
    let persona = client("http://127.0.0.1:1/api/v1".to_owned());
    printed.debug(&persona);
    printed.debug(persona.call_path());
    printed.debug(&request("/inquiries"));
    printed.assert_clean();
}

#[test]
fn errors_of_configuration_do_not_repeat_the_setting() {
    let mut printed = Printed::default();
    let builders = [
        Persona::builder().api_key(format!("{CANARY}\n")),
        Persona::builder().api_key(format!("Bearer {CANARY}")),
        Persona::builder().api_key(format!("{CANARY}é")),
        Persona::builder().api_key("k").base_url(CANARY),
        Persona::builder()
            .api_key("k")
            .base_url(format!("https://{CANARY}@example.com")),
        Persona::builder()
            .api_key("k")
            .base_url(format!("http://{CANARY}.example.com")),
        Persona::builder()
            .api_key("k")
            .base_url(format!("https://example.com/?{CANARY}")),
        Persona::builder()
            .api_key("k")
            .base_url(format!("https://[{CANARY}]/")),
        Persona::builder().api_key("k").api_version(CANARY),
    ];
    for builder in builders {
        printed.error(&builder.build().unwrap_err());
    }
    printed.assert_clean();
}

#[tokio::test]
async fn errors_of_input_do_not_repeat_the_value() {
    let persona = client("http://127.0.0.1:1/api/v1".to_owned());
    let mut printed = Printed::default();
    for id in [format!("{CANARY}/x"), format!("{CANARY}\n")] {
        let path = format!("/inquiries/{}", path_segment(&id));
        let error = persona.call_path().send(request(&path)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        printed.error(&error);
    }
    printed.assert_clean();
}

#[tokio::test]
async fn errors_of_the_server_do_not_show_details_or_bodies() {
    let server = MockServer::start_async().await;
    let document = json!({"errors": [{
        "title": "Bad request",
        "details": format!("must start with itmpl (sent '{CANARY}')"),
        "meta": {"sent": CANARY},
        "source": {"pointer": "/data/attributes/x"},
    }]});
    for (at, status) in [400, 401, 403, 404, 408, 409, 422, 429, 500, 503]
        .into_iter()
        .enumerate()
    {
        let document = document.clone();
        server
            .mock_async(move |when, then| {
                when.path(format!("/json/{at}"));
                then.status(status).json_body(document);
            })
            .await;
        server
            .mock_async(move |when, then| {
                when.path(format!("/html/{at}"));
                then.status(status)
                    .header("content-type", "text/html")
                    .header("location", format!("https://example.com/{CANARY}"))
                    .body(format!("<p>{CANARY}</p>"));
            })
            .await;
    }
    let persona = client(server.url("/"));
    let mut printed = Printed::default();
    for at in 0..10 {
        let error = persona
            .call_path()
            .send(request(&format!("/json/{at}")))
            .await
            .unwrap_err();
        assert_eq!(
            error.problems()[0].reveal_details(),
            Some("must start with itmpl (sent 'canary')"),
        );
        printed.error(&error);
        printed.error(
            &persona
                .call_path()
                .send(request(&format!("/html/{at}")))
                .await
                .unwrap_err(),
        );
    }
    printed.assert_clean();
}

#[tokio::test]
async fn errors_of_decoding_and_answers_do_not_show_values() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.path("/ok");
            // A name that is no plain one could be a value in the wrong place.
            let odd_name = format!("{CANARY} of a person");
            then.status(200)
                .json_body(json!({"name": CANARY, odd_name: CANARY}));
        })
        .await;
    let persona = client(server.url("/"));
    let mut printed = Printed::default();

    let reply = persona.call_path().send(request("/ok")).await.unwrap();
    printed.debug(&reply);
    printed.debug(&reply.decode::<Value>().unwrap());
    printed.debug(&persona.call_path().stream(request("/ok")).await.unwrap());

    #[derive(Debug, serde::Deserialize)]
    struct Numbers {
        #[serde(rename = "name")]
        _name: i64,
    }
    let reply = persona.call_path().send(request("/ok")).await.unwrap();
    printed.error(&reply.decode::<Numbers>().unwrap_err());

    #[derive(Debug, serde::Deserialize)]
    enum Known {}
    let reply = persona.call_path().send(request("/ok")).await.unwrap();
    let known = reply.decode::<std::collections::HashMap<String, Known>>();
    printed.error(&known.unwrap_err());

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[serde(rename = "name")]
        _name: String,
    }
    let reply = persona.call_path().send(request("/ok")).await.unwrap();
    printed.error(&reply.decode::<Strict>().unwrap_err());
    printed.assert_clean();
}

#[tokio::test]
async fn errors_of_the_connection_do_not_show_the_url() {
    // A port that was free a moment ago refuses the connection.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let persona = client(format!("http://{address}/{CANARY}"));
    let error = persona
        .call_path()
        .send(request("/inquiries"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    let mut printed = Printed::default();
    printed.error(&error);
    printed.assert_clean();
}
