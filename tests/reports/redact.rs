//! What is left of a person after a report is redacted.

use serde_json::json;
use withpersona::emulator::Emulator;
use withpersona::{Dismissal, NewReport, Report, ReportStatus, Subject};

use super::{LISTED, made};
use crate::http;
use crate::on_emulator::start_without_delay;

#[tokio::test]
async fn redact_leaves_nothing_of_the_person() {
    const CANARIES: [&str; 5] = [
        "Canaryfirst",
        "Canarymiddle",
        "Canarylast",
        "1961-04-12",
        "canary reason",
    ];
    let (emulator, persona) = start_without_delay().await;
    let reports = persona.reports();
    let subject = Subject::name_parts("Canaryfirst", "Canarylast").name_middle("Canarymiddle");
    let unlisted = made(
        &persona,
        NewReport::watchlist(subject.birthdate("1961-04-12")),
    )
    .await;
    let listed = Subject::full_name(LISTED).birthdate("1961-04-12");
    let listed = made(&persona, NewReport::watchlist(listed)).await;
    let reason = Dismissal::all("canary reason");
    reports
        .dismiss(listed.id(), reason)
        .await
        .expect("dismissed");
    let left = left_in(&emulator, &[&unlisted, &listed]).await;
    for canary in CANARIES.iter().chain(&[LISTED]) {
        assert!(left.contains(canary), "{canary} can be found at all");
    }

    for report in [&unlisted, &listed] {
        let redacted = reports.redact(report.id()).await.expect("redacted");
        assert!(redacted.is_redacted());
        assert_eq!(
            redacted.status(),
            ReportStatus::Ready,
            "redaction is no status"
        );
        let error = reports.redact(report.id()).await.expect_err("done");
        assert!(error.is_conflict());
    }
    let left = left_in(&emulator, &[&unlisted, &listed]).await;
    for canary in CANARIES.iter().chain(&[LISTED]) {
        assert!(!left.contains(canary), "{canary} is left");
    }
}

/// Whatever the emulator tells of reports.
async fn left_in(emulator: &Emulator, reports: &[&Report]) -> String {
    let mut paths: Vec<String> = ["reports", "events", "cases", "api-logs", "accounts"]
        .map(|list| format!("/{list}?page[size]=100"))
        .into();
    for report in reports {
        for part in ["", "/history", "/print"] {
            paths.push(format!("/reports/{}{part}", report.id()));
        }
    }
    http::told(emulator, paths).await
}

#[tokio::test]
async fn redact_forgets_what_a_replay_would_tell() {
    let (emulator, persona) = start_without_delay().await;
    let send = async || {
        let body = json!({ "data": {
            "type": "report/watchlist",
            "attributes": { "query": { "term": "Canary Person" } },
        } });
        let answer = http::client()
            .post(format!("{}/reports", emulator.base_url()))
            .bearer_auth(emulator.api_key())
            .header("idempotency-key", "one")
            .json(&body)
            .send()
            .await
            .expect("answers");
        let answer: serde_json::Value = answer.json().await.expect("JSON");
        answer["data"]["id"].as_str().expect("an id").to_owned()
    };
    let first = send().await;
    assert_eq!(send().await, first, "a replay");
    persona.reports().redact(&first).await.expect("redacted");
    assert_ne!(send().await, first, "the first answer is forgotten");
}
