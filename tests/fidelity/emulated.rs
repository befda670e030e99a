//! What the emulator answers on a tour through it: examples at hand without an official document.

use serde_json::{Value, json};

use crate::http::{Answer, Api};
use crate::official::Example;

/// Answers of the emulator, each with the operation that gave it.
pub async fn answers() -> Vec<Example> {
    let api = Api::start().await;
    let mut examples = Vec::new();
    let mut keep = |operation: &str, answer: Answer| -> Value {
        assert!(answer.status.is_success(), "{operation}: {}", answer.body);
        examples.push(Example {
            operation: operation.to_owned(),
            name: format!("{operation} of the emulator"),
            value: answer.body.clone(),
        });
        answer.body
    };

    let everything = json!({
        "auto-create-inquiry-session": true,
        "auto-create-one-time-link": true,
        "auto-create-account-reference-id": "user-1",
    });
    let created = keep("create-an-inquiry", api.create(everything).await);
    let id = created["data"]["id"].as_str().expect("an id").to_owned();
    let link = created["meta"]["one-time-link"].as_str().expect("a link");
    let mut person = api.emulator.person();
    person.follow_link(link).expect("the link works");
    person.start().expect("starts");
    keep(
        "resume-an-inquiry",
        api.post(&format!("/inquiries/{id}/resume"), json!({}))
            .await,
    );
    keep(
        "generate-a-one-time-link",
        api.post(
            &format!("/inquiries/{id}/generate-one-time-link"),
            json!({}),
        )
        .await,
    );
    let verification = person.submit("government-id").expect("hands in");
    person.submit("selfie").expect("hands in");
    person.pass().expect("passes");

    let template = api.emulator.default_template_id().to_owned();
    let accounts = keep("list-all-accounts", api.get("/accounts").await);
    let account = accounts["data"][0]["id"]
        .as_str()
        .expect("an account")
        .to_owned();
    let events = keep("list-all-events", api.get("/events").await);
    let event = events["data"][0]["id"]
        .as_str()
        .expect("an event")
        .to_owned();
    for (operation, path) in [
        ("retrieve-an-inquiry", format!("/inquiries/{id}")),
        ("list-all-inquiries", "/inquiries".to_owned()),
        (
            "retrieve-a-verification",
            format!("/verifications/{verification}"),
        ),
        (
            "retrieve-a-government-id-verification",
            format!("/verification/government-ids/{verification}"),
        ),
        (
            "list-all-inquiry-sessions",
            format!("/inquiry-sessions?filter[inquiry-id]={id}"),
        ),
        ("retrieve-an-account", format!("/accounts/{account}")),
        ("retrieve-an-event", format!("/events/{event}")),
        (
            "list-all-inquiry-templates",
            "/inquiry-templates".to_owned(),
        ),
        (
            "retrieve-an-inquiry-template",
            format!("/inquiry-templates/{template}"),
        ),
    ] {
        keep(operation, api.get(&path).await);
    }
    examples
}
