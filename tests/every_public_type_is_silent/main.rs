//! No public type prints anything of a person, or what gives access: each is filled with canaries
//! wherever it can hold a text, and printed in every way that it has. A new public type fails this
//! test until it is printed here, or left out for a reason.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../on_emulator/mod.rs"]
mod on_emulator;
#[path = "../public_names/mod.rs"]
mod public_names;

mod calls;
mod emulated;
mod inputs;
mod views;

use std::fmt::{Debug, Display};
use std::sync::LazyLock;

use public_names::Seen;
use serde_json::{Map, Value, json};
use withpersona::Persona;

/// Stands in every text; printed texts are searched in small letters.
const CANARY: &str = "canary";
const BIRTHDATE: &str = "1971-02-03";
const KEY: &str = "persona_sandbox_canary";

/// What is not printed here, and why there is nothing of a person in it.
const LEFT_OUT: &[(&str, &[&str])] = &[
    (
        "an id, which may be printed",
        &[
            "AccountActionId",
            "AccountId",
            "AccountTypeId",
            "ApiKeyId",
            "ApiLogId",
            "CaseId",
            "CaseQueueId",
            "CaseTemplateId",
            "DeviceId",
            "DocumentId",
            "EnvironmentId",
            "EventId",
            "ImporterId",
            "InquiryId",
            "LegacyTemplateId",
            "ListId",
            "ListItemId",
            "ReportId",
            "ReportTemplateId",
            "SelfieId",
            "SessionId",
            "TemplateId",
            "TemplateVersionId",
            "TransactionId",
            "TransactionTypeId",
            "VerificationId",
            "VerificationTemplateId",
            "WebhookId",
            "WorkflowId",
            "WorkflowRunId",
            "WorkflowVersionId",
            "json_api::ResourceIdentifier",
        ],
    ),
    (
        "one of Persona's own words, which say where something stands",
        &[
            "CheckRequirement",
            "CheckStatus",
            "DocumentStatus",
            "EventName",
            "ImporterStatus",
            "InquiryStatus",
            "ReportHistoryKind",
            "ReportStatus",
            "SessionStatus",
            "VerificationStatus",
            "webhook::WebhookStatus",
        ],
    ),
    (
        "fixed words and numbers",
        &[
            "Delivery",
            "Environment",
            "ErrorKind",
            "ImportCounts",
            "ImportKind",
            "Lane",
            "LookUp",
            "ResumePolicy",
            "TimeoutKind",
            "clock::ScaledClock",
            "emulator::Action",
            "emulator::Clock",
            "emulator::DeliveryState",
            "emulator::Operation",
            "emulator::Resource",
            "emulator::Results",
            "emulator::Status",
            "emulator::Transition",
            "retry::AttemptLimit",
            "retry::ExponentialBackoff",
            "retry::FullJitter",
            "retry::NeverRetry",
            "retry::NoBackoff",
            "retry::StandardRetry",
            "retry::TimeLimit",
            "webhook::Attempts",
            "webhook::SignatureError",
        ],
    ),
    (
        "a name that is given to a limit, a field or a check of everybody's, or a text of a template",
        &[
            "FieldCheck",
            "FieldFinding",
            "RateLimit",
            "Translation",
            "WorkflowInput",
            "emulator::ClockError",
            "emulator::Found",
            "json_api::SparseFields",
        ],
    ),
    (
        "what a store says of itself, made to be logged",
        &["store::Lease", "store::StoreError"],
    ),
    (
        "a trait",
        &[
            "Awaited",
            "IntoId",
            "LinkForQr",
            "clock::Clock",
            "json_api::Attributes",
            "list::CreatableList",
            "list::ListEntry",
            "observe::Observer",
            "retry::BackoffPolicy",
            "retry::RetryPolicy",
            "store::Store",
        ],
    ),
    (
        "another name of a type, or a future of the standard library",
        &[
            "clock::Sleeping",
            "json_api::OpenAttributes",
            "json_api::ResourceObject",
            "store::StoreFuture",
        ],
    ),
];

/// Prints, and looks for canaries in what was printed.
struct Printed {
    seen: Seen,
    canaries: Vec<String>,
}

impl Printed {
    fn nothing() -> Self {
        Self {
            seen: Seen::nothing(),
            canaries: vec![CANARY.into(), BIRTHDATE.into()],
        }
    }

    /// A secret that was made on the way must not be printed either.
    fn learn(&mut self, secret: &str) {
        assert!(secret.len() > 5, "too short to be told from chance");
        self.canaries.push(secret.to_lowercase());
    }

    fn debug<T: Debug>(&mut self, value: &T) {
        self.seen.add::<T>();
        self.search::<T>(&format!("{value:?}"));
        self.search::<T>(&format!("{value:#?}"));
    }

    fn shown<T: Debug + Display>(&mut self, value: &T) {
        self.debug(value);
        self.search::<T>(&format!("{value}"));
        self.search::<T>(&format!("{value:#}"));
    }

    fn search<T>(&self, text: &str) {
        let what = std::any::type_name::<T>();
        assert!(!text.is_empty(), "{what} says something");
        let text = text.to_lowercase();
        for canary in &self.canaries {
            assert!(!text.contains(canary), "{what} prints {canary}: {text}");
        }
    }
}

/// A client that holds canaries and reaches nobody.
fn client() -> Persona {
    Persona::builder()
        .api_key(KEY)
        .base_url("http://127.0.0.1:1/canary")
        .build()
        .expect("builds")
}

/// A canary in every attribute that any resource of the official document has.
static ATTRIBUTES: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let document = include_str!("../../openapi/persona.json");
    let document: Value = serde_json::from_str(document).expect("JSON");
    let mut attributes = Map::new();
    collect_names(&document, &mut attributes);
    assert!(attributes.len() > 500, "{}", attributes.len());
    let name = json!({ "type": "string", "value": CANARY });
    let fields = json!({ "name-first": name, "born": BIRTHDATE });
    attributes.insert("fields".into(), fields);
    attributes
});

/// A resource full of canaries.
fn resource(kind: &str) -> Value {
    let tie = json!({ "data": { "type": "account", "id": "canary-id" } });
    json!({
        "type": kind,
        "id": "id_1",
        "attributes": *ATTRIBUTES,
        "relationships": { "account": tie, "inquiry": tie, "inquiry-template": tie },
        "meta": { "note": CANARY },
        "links": { "self": "https://canary.example" },
    })
}

fn collect_names(from: &Value, into: &mut Map<String, Value>) {
    match from {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                into.extend(properties.keys().map(|name| (name.clone(), json!(CANARY))));
            }
            object.values().for_each(|it| collect_names(it, into));
        }
        Value::Array(list) => list.iter().for_each(|it| collect_names(it, into)),
        _ => {}
    }
}

#[tokio::test]
async fn no_public_type_prints_a_person_or_a_secret() {
    let mut printed = Printed::nothing();
    views::print(&mut printed);
    inputs::print(&mut printed);
    calls::print(&mut printed).await;
    emulated::print(&mut printed).await;
    printed.seen.assert_complete(LEFT_OUT);
}

#[test]
#[should_panic(expected = "prints canary")]
fn a_type_that_prints_is_found() {
    #[derive(Debug)]
    struct Loud(#[allow(dead_code)] &'static str);

    Printed::nothing().search::<Loud>(&format!("{:?}", Loud("a Canary in it")));
}
