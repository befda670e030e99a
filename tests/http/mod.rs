//! Plain HTTP towards an emulator, as a backend in any language would speak it.

// Each test program uses a part of this.
#![allow(dead_code)]

use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use withpersona::emulator::{Clock, Emulator, EmulatorBuilder};

pub struct Api {
    pub emulator: Emulator,
    http: Client,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// Null when the answer is not JSON.
    pub body: Value,
}

/// A client that needs no TLS. Where `reqwest` is built without a provider of its own, it wants one
/// all the same.
pub fn client() -> Client {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}

impl Api {
    /// An emulator whose clock stands still at a known time.
    pub async fn start() -> Self {
        Self::with(Emulator::builder()).await
    }

    pub async fn with(builder: EmulatorBuilder) -> Self {
        let noon = "2026-01-31T12:00:00Z".parse().expect("a time");
        let emulator = builder.clock(Clock::manual(noon)).seed(1).start().await;
        Self {
            emulator: emulator.expect("the emulator starts"),
            http: client(),
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.emulator.base_url());
        self.http
            .request(method, url)
            .bearer_auth(self.emulator.api_key())
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// Creates an inquiry from the default template.
    pub async fn create(&self, meta: Value) -> Answer {
        let answer = self.post("/inquiries", self.new_inquiry(meta)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer
    }

    pub fn new_inquiry(&self, meta: Value) -> Value {
        json!({
            "data": { "attributes": { "inquiry-template-id": self.emulator.default_template_id() } },
            "meta": meta,
        })
    }

    pub async fn new_id(&self) -> String {
        self.create(json!({})).await.id()
    }

    pub async fn simulate(&self, id: &str, actions: &[&str]) -> Answer {
        let actions: Vec<Value> = actions.iter().map(|it| json!({ "type": it })).collect();
        let path = format!("/inquiries/{id}/perform-simulate-actions");
        self.post(&path, json!({ "meta": { "simulate-actions": actions } }))
            .await
    }

    pub async fn status(&self, id: &str) -> String {
        let answer = self.get(&format!("/inquiries/{id}")).await;
        answer
            .attribute("status")
            .as_str()
            .expect("a status")
            .to_owned()
    }

    /// Names of the events about an object, oldest first.
    pub async fn events(&self, object_id: &str) -> Vec<String> {
        let path = format!("/events?filter[object-id]={object_id}&page[size]=100");
        let answer = self.get(&path).await;
        let events = answer.body["data"].as_array().expect("a list").iter().rev();
        events
            .map(|it| {
                it["attributes"]["name"]
                    .as_str()
                    .expect("a name")
                    .to_owned()
            })
            .collect()
    }
}

impl Answer {
    pub fn id(&self) -> String {
        self.body["data"]["id"].as_str().expect("an id").to_owned()
    }

    pub fn attribute(&self, name: &str) -> &Value {
        &self.body["data"]["attributes"][name]
    }

    pub fn meta(&self, name: &str) -> String {
        let text = self.body["meta"][name].as_str();
        text.unwrap_or_else(|| panic!("no {name} in {}", self.body))
            .to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("text"))
    }

    pub fn title(&self) -> &str {
        self.body["errors"][0]["title"]
            .as_str()
            .expect("an error with a title")
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let status = response.status();
    let headers = response.headers().clone();
    let bytes = response.bytes().await.expect("a body").to_vec();
    Answer {
        status,
        headers,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
        bytes,
    }
}

/// All that an emulator tells at these paths.
pub async fn told(emulator: &Emulator, paths: impl IntoIterator<Item = String>) -> String {
    let client = client();
    let mut told = String::new();
    for path in paths {
        let url = format!("{}{path}", emulator.base_url());
        let answer = send(client.get(url).bearer_auth(emulator.api_key())).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.status);
        told.push_str(&String::from_utf8_lossy(&answer.bytes));
    }
    told
}
