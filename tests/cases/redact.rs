//! What is left of a person after a case is redacted.

use withpersona::Case;
use withpersona::emulator::Emulator;

use super::new_case;
use crate::http;
use crate::on_emulator::{event_names, start_without_delay};

#[tokio::test]
async fn redact_leaves_nothing_of_the_person() {
    const CANARIES: [&str; 3] = ["canary note", "canary comment", "canary@example.com"];
    let (emulator, persona) = start_without_delay().await;
    let cases = persona.cases();
    let new = new_case()
        .creator_email_address("canary@example.com")
        .field("decision-note", "canary note");
    let case = cases.create(new).await.expect("opened");
    let id = case.id();
    cases
        .assign(&id, "canary@example.com")
        .await
        .expect("assigned");
    assert!(emulator.comment_on_case(id.as_str(), "canary@example.com", "canary comment"));
    let left = left_in(&emulator, &case).await;
    for canary in CANARIES {
        assert!(left.contains(canary), "{canary} can be found at all");
    }
    let redacted = cases.redact(&id).await.expect("redacted");
    assert!(redacted.is_redacted());
    assert_eq!(redacted.status(), "Open", "redaction is no status");
    assert!(cases.redact(&id).await.expect_err("done").is_conflict());
    let left = left_in(&emulator, &case).await;
    for canary in CANARIES {
        assert!(!left.contains(canary), "{canary} is left");
    }
    assert!(!emulator.comment_on_case(id.as_str(), "canary@example.com", "late"));
    assert!(
        event_names(&persona, case.id())
            .await
            .contains(&"case.redacted".to_owned())
    );
}

/// Whatever the emulator tells of a case.
async fn left_in(emulator: &Emulator, case: &Case) -> String {
    let mut paths: Vec<String> = ["cases", "events", "api-logs", "accounts"]
        .map(|list| format!("/{list}?page[size]=100"))
        .into();
    paths.push(format!("/cases/{}?include=case-comments", case.id()));
    http::told(emulator, paths).await
}
