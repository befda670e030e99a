//! The three ways to get an inquiry, each as somebody would write it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use withpersona::raw::types::InquiryDocument;
use withpersona::{Inquiry, Persona};

const ID: &str = "inq_7Qm2vTfWcYkXe9RbN4Ls8hZd";
const KEY: &str = "persona_sandbox_00000000";
const LIMIT: Duration = Duration::from_secs(30);

/// An inquiry as Persona sends it, without the white space. All facts in it are made up.
pub static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(include_str!("inquiry.json")).expect("JSON");
    document.to_string()
});

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    Client,
    Struct,
    Value,
}

pub const VARIANTS: [Variant; 3] = [Variant::Client, Variant::Struct, Variant::Value];

impl Variant {
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "this client",
            Self::Struct => "reqwest, hand-written struct",
            Self::Value => "reqwest, `serde_json::Value`",
        }
    }

    /// Decodes an answer and reads from it, as it is done in a call.
    pub fn decode(self, answer: &[u8]) -> Read {
        match self {
            Self::Client => {
                let text = std::str::from_utf8(answer).expect("text");
                let document: InquiryDocument = serde_json::from_str(text).expect("decodes");
                of_inquiry(&document.data.into())
            }
            Self::Struct => of_struct(serde_json::from_slice(answer).expect("decodes")),
            Self::Value => of_value(&serde_json::from_slice(answer).expect("decodes")),
        }
    }
}

/// What a backend wants to know of an inquiry.
#[derive(Debug, PartialEq, Eq)]
pub struct Read {
    approved: bool,
    reference_id: Option<String>,
    completed_at: Option<String>,
    name_last: Option<String>,
    birthdate: Option<String>,
}

fn of_inquiry(inquiry: &Inquiry) -> Read {
    let text = |name| inquiry.fields().get(name).expect("a text");
    let attributes = &inquiry.raw().attributes;
    Read {
        approved: inquiry.status() == withpersona::InquiryStatus::Approved,
        reference_id: inquiry.reference_id().map(str::to_owned),
        completed_at: attributes.completed_at.clone(),
        name_last: text("name-last"),
        birthdate: text("birthdate"),
    }
}

#[derive(Deserialize)]
struct Document {
    data: Resource,
}

#[derive(Deserialize)]
#[allow(dead_code)] // A backend has the id; here nobody reads it.
struct Resource {
    id: String,
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(dead_code)] // As above: what a backend reads now and then.
struct Attributes {
    status: String,
    reference_id: Option<String>,
    note: Option<String>,
    tags: Vec<String>,
    created_at: String,
    started_at: Option<String>,
    expires_at: Option<String>,
    completed_at: Option<String>,
    failed_at: Option<String>,
    decisioned_at: Option<String>,
    redacted_at: Option<String>,
    fields: HashMap<String, Field>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Field {
    #[serde(rename = "type")]
    kind: String,
    value: Value,
}

fn of_struct(document: Document) -> Read {
    let attributes = document.data.attributes;
    let text = |name| Some(attributes.fields.get(name)?.value.as_str()?.to_owned());
    Read {
        approved: attributes.status == "approved",
        name_last: text("name-last"),
        birthdate: text("birthdate"),
        reference_id: attributes.reference_id,
        completed_at: attributes.completed_at,
    }
}

fn of_value(document: &Value) -> Read {
    let attributes = &document["data"]["attributes"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Read {
        approved: attributes["status"] == "approved",
        reference_id: text(&attributes["reference-id"]),
        completed_at: text(&attributes["completed-at"]),
        name_last: text(&attributes["fields"]["name-last"]["value"]),
        birthdate: text(&attributes["fields"]["birthdate"]["value"]),
    }
}

/// A client that is set up, for any number of calls.
pub struct Caller {
    variant: Variant,
    persona: Persona,
    http: reqwest::Client,
    base_url: String,
}

impl Caller {
    pub fn new(variant: Variant, server: SocketAddr) -> Self {
        // Where reqwest is built without a provider of its own, it wants one from the process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base_url = format!("http://{server}/api/v1");
        let persona = Persona::builder()
            .api_key(KEY)
            .base_url(&base_url)
            .attempt_timeout(LIMIT)
            .build();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(LIMIT)
            .build();
        let caller = Self {
            variant,
            persona: persona.expect("builds"),
            http: http.expect("builds"),
            base_url,
        };
        assert_eq!(
            variant.decode(DOCUMENT.as_bytes()),
            VARIANTS[1].decode(DOCUMENT.as_bytes()),
            "all variants read the same"
        );
        caller
    }

    pub async fn call(&self) -> Read {
        match self.variant {
            Variant::Client => {
                let inquiry = self.persona.inquiries().retrieve(ID).await;
                of_inquiry(&inquiry.expect("an inquiry"))
            }
            Variant::Struct => of_struct(self.get().await),
            Variant::Value => of_value(&self.get().await),
        }
    }

    /// The call by hand, with what the documentation asks to send.
    async fn get<T: serde::de::DeserializeOwned>(&self) -> T {
        let answer = self
            .http
            .get(format!("{}/inquiries/{ID}", self.base_url))
            .bearer_auth(KEY)
            .header("Persona-Version", "2025-12-08")
            .header("Key-Inflection", "kebab")
            .header("Accept", "application/json")
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        answer.expect("answered").json().await.expect("decodes")
    }
}
