//! Feature `schemars`: whatever a call takes or gives describes itself as JSON Schema, what it
//! takes is read from JSON that the schema describes and reaches the request, and what it gives
//! fits its schema. A new public type fails this test until it is checked here, or left out for a
//! reason.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../on_emulator/mod.rs"]
mod on_emulator;
#[path = "../public_names/mod.rs"]
mod public_names;

mod alternatives;
mod inputs;
mod outputs;
mod recorder;
mod sample;

use public_names::Seen;
use recorder::Recorder;
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;

/// What has no schema, and why.
const LEFT_OUT: &[(&str, &[&str])] = &[
    (
        "a handle: calls are made on it",
        &[
            "AccountTypes",
            "Accounts",
            "ApiKeys",
            "ApiLogs",
            "Cases",
            "Devices",
            "Documents",
            "Events",
            "Files",
            "Importers",
            "Inquiries",
            "InquiryWatcher",
            "Links",
            "Persona",
            "PersonaBuilder",
            "RateLimits",
            "Reports",
            "Sessions",
            "Templates",
            "TransactionTypes",
            "Transactions",
            "Verifications",
            "Workflows",
            "list::ListItems",
            "list::Lists",
            "raw::Client",
            "webhook::Webhooks",
        ],
    ),
    (
        "a list, which holds a client: it is narrowed down by a filter or a PageRequest",
        &[
            "AccountList",
            "ApiKeyList",
            "ApiLogList",
            "CaseList",
            "EventList",
            "ImporterList",
            "InquiryList",
            "InquiryTemplateList",
            "InquiryTemplateVersionList",
            "ReportHistory",
            "ReportList",
            "Search",
            "TransactionList",
            "WorkflowRunList",
            "WorkflowVersionList",
            "list::ListOfLists",
            "webhook::WebhookList",
        ],
    ),
    (
        "a call that is to be awaited, what one ends in within a program, or a stream",
        &[
            "AfterExpiry",
            "ByteStream",
            "Changes",
            "Csv",
            "Download",
            "FileStream",
            "GetOrCreate",
            "Import",
            "InquiryWaits",
            "Items",
            "LinkRequest",
            "OneTimeLinkRequest",
            "Open",
            "Opening",
            "Pages",
            "RelationsRequest",
            "Review",
            "Wait",
            "WaitWithoutDeadline",
            "WaitsWithoutDeadline",
        ],
    ),
    (
        "a secret, or something that holds one: whoever hands it on reveals it",
        &[
            "Access",
            "ApiKey",
            "Created",
            "CreatedApiKey",
            "EmbeddedParameters",
            "FileUrl",
            "HostedLink",
            "OneInquiry",
            "OneTimeLink",
            "QrCode",
            "Resumed",
            "SessionToken",
            "StoredFile",
            "WebhookSecret",
            "webhook::Verifier",
            "webhook::WebhookWithSecrets",
        ],
    ),
    (
        "an error, or what is told of one",
        &[
            "Delivery",
            "Error",
            "ErrorKind",
            "InvalidId",
            "MalformedEvent",
            "Problem",
            "TimeoutKind",
            "WriteOutcome",
            "webhook::SignatureError",
        ],
    ),
    (
        "how calls are made, not what they are about",
        &[
            "CallOptions",
            "Environment",
            "IdempotencyKey",
            "Lane",
            "LookUp",
            "clock::ScaledClock",
            "retry::AttemptLimit",
            "retry::ExponentialBackoff",
            "retry::FailedAttempt",
            "retry::FullJitter",
            "retry::NeverRetry",
            "retry::NoBackoff",
            "retry::StandardRetry",
            "retry::TimeLimit",
            "observe::AttemptReport",
            "observe::CallInfo",
            "observe::CallReport",
        ],
    ),
    (
        "what no call takes or gives: kept by the program that made it, or read from what it has",
        &["Fields", "ImportKind", "Redirect", "WaitSnapshot"],
    ),
    (
        "a receiver of webhooks, and what it tells its handler beside the event",
        &[
            "webhook::Answer",
            "webhook::Attempts",
            "webhook::Dead",
            "webhook::Received",
            "webhook::Receiver",
            "webhook::ReceiverBuilder",
        ],
    ),
    (
        "the raw layer, whose shapes are those of the official document",
        &[
            "Response",
            "json_api::Document",
            "json_api::OpenAttributes",
            "json_api::OpenObject",
            "json_api::PageLinks",
            "json_api::Relationships",
            "json_api::Resource",
            "json_api::ResourceIdentifier",
            "json_api::ResourceObject",
            "json_api::SparseFields",
            "json_api::Tagged",
        ],
    ),
    (
        "a trait, or a future of the standard library",
        &[
            "Awaited",
            "IntoId",
            "LinkForQr",
            "clock::Clock",
            "clock::Sleeping",
            "json_api::Attributes",
            "list::CreatableList",
            "list::ListEntry",
            "observe::Observer",
            "retry::BackoffPolicy",
            "retry::RetryPolicy",
            "store::Store",
            "store::StoreFuture",
        ],
    ),
    (
        "a store",
        &[
            "store::Heard",
            "store::Lease",
            "store::MemoryStore",
            "store::Replaced",
            #[cfg(feature = "redis")]
            "store::RedisStore",
            #[cfg(feature = "redis")]
            "store::RedisStoreBuilder",
            #[cfg(feature = "redis")]
            "store::SealKey",
            "store::StoreError",
            "store::Subscription",
        ],
    ),
    (
        "the emulator, which is for tests",
        &[
            "emulator::Action",
            "emulator::Clock",
            "emulator::ClockError",
            "emulator::Deliveries",
            "emulator::Delivery",
            "emulator::DeliveryAttempt",
            "emulator::DeliveryState",
            "emulator::Emulator",
            "emulator::EmulatorBuilder",
            "emulator::EmulatorError",
            "emulator::Faults",
            "emulator::Found",
            "emulator::Operation",
            "emulator::Person",
            "emulator::PersonError",
            "emulator::Resource",
            "emulator::Results",
            "emulator::Status",
            "emulator::Transition",
        ],
    ),
];

/// What becomes of an input: a request, or something that is made of it; `None` where it is
/// refused before that.
type Sent = Option<String>;

/// The schemas that were looked at.
struct Described(Seen);

impl Described {
    /// The schema of a type, which is one, and says something.
    fn schema<T: JsonSchema>(&mut self) -> Value {
        self.0.add::<T>();
        let what = std::any::type_name::<T>();
        let schema = schema_for!(T).to_value();
        jsonschema::meta::validate(&schema).unwrap_or_else(|fault| panic!("{what}: {fault}"));
        let has = |name: &str| schema.get(name).is_some();
        assert!(
            has("type") || has("oneOf") || has("anyOf"),
            "{what}: {schema}"
        );
        if schema["type"] == "object" {
            let named = schema["properties"].as_object().map_or(0, |it| it.len());
            assert!(named > 0, "{what} names no property: {schema}");
        }
        schema
    }

    /// A value fits the schema of its type; what it is as JSON.
    fn fits<T: JsonSchema + Serialize>(&mut self, value: &T) -> Value {
        let schema = self.schema::<T>();
        let json = serde_json::to_value(value).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let faults: Vec<String> = validator
            .iter_errors(&json)
            .map(|fault| format!("{} at {}", fault, fault.instance_path()))
            .collect();
        let what = std::any::type_name::<T>();
        assert!(faults.is_empty(), "{what}: {faults:?} in {json}");
        json
    }
}

#[tokio::test]
async fn every_input_and_output_has_a_schema_that_it_keeps_to() {
    let mut described = Described(Seen::nothing());
    let recorder = Recorder::start().await;
    inputs::check(&mut described, &recorder).await;
    alternatives::check(&mut described, &recorder).await;
    outputs::check(&mut described).await;
    described.0.assert_complete(LEFT_OUT);
}
