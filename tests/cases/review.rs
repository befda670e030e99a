//! What a reviewer does to a case.

use std::time::Duration;

use httpmock::MockServer;
use serde_json::json;
use withpersona::{CaseUpdate, ErrorKind, Persona};

use super::{QUEUE, inquiry, new_case, opened};
use crate::on_emulator::{event_names, start_without_delay};

#[tokio::test]
async fn update() {
    let (_emulator, persona) = start_without_delay().await;
    let cases = persona.cases();
    let case = cases.create(new_case().queue(QUEUE)).await.expect("opened");
    let update = CaseUpdate::new()
        .field("decision-note", "called the bank")
        .without_queue()
        .sla_expires_in(Duration::from_secs(60));
    let changed = cases.update(case.id(), update).await.expect("updated");
    let note: Option<String> = changed.fields().get("decision-note").expect("a text");
    assert_eq!(note.as_deref(), Some("called the bank"));
    assert_eq!(changed.queue_id(), None);
    assert!(changed.sla_expires_at().is_some());

    let update = CaseUpdate::new().queue(QUEUE).without_sla();
    let changed = cases.update(case.id(), update).await.expect("updated");
    assert_eq!(changed.queue_id().expect("in one"), QUEUE);
    assert_eq!(changed.sla_expires_at(), None);
    let note: Option<String> = changed.fields().get("decision-note").expect("a text");
    assert!(note.is_some(), "what was not named stays");
    assert_eq!(
        event_names(&persona, case.id()).await,
        [
            "case.created",
            "case.updated-fields",
            "case.queue-updated",
            "case.queue-updated"
        ]
    );
    let wrong = CaseUpdate::new().field("risk-score", "high");
    let error = cases.update(case.id(), wrong).await.expect_err("no number");
    assert_eq!(error.kind(), ErrorKind::Validation);
}

/// The emulator keeps no attachments, so what is sent is looked at.
#[tokio::test]
async fn update_with_an_attachment() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method("PATCH")
                .path("/api/v1/cases/case_1")
                .json_body(json!({
                    "data": { "attributes": { "attachments": [
                        { "filename": "letter.pdf", "data": "JVBERi0xLjQ=" },
                    ] } },
                }));
            then.status(200)
                .json_body(json!({ "data": { "type": "case", "id": "case_1" } }));
        })
        .await;
    let persona = Persona::builder()
        .api_key("persona_sandbox_5e1f")
        .base_url(server.url("/api/v1"))
        .build()
        .expect("builds");
    let update = CaseUpdate::new().attachment("letter.pdf", b"%PDF-1.4");
    persona
        .cases()
        .update("case_1", update)
        .await
        .expect("updated");
    mock.assert_async().await;
}

#[tokio::test]
async fn assign() {
    let (_emulator, persona) = start_without_delay().await;
    let case = opened(&persona).await;
    assert_eq!(case.assignee_id(), None);
    let cases = persona.cases();
    let assigned = cases.assign(case.id(), "reviewer@example.com").await;
    let assigned = assigned.expect("assigned");
    assert_eq!(assigned.assignee_id(), Some("reviewer@example.com"));
    assert!(assigned.assigned_at().is_some());
    assert_eq!(
        event_names(&persona, case.id()).await,
        ["case.created", "case.assigned"]
    );
}

#[tokio::test]
async fn set_status() {
    let (_emulator, persona) = start_without_delay().await;
    let cases = persona.cases();
    let case = opened(&persona).await;
    let pending = cases.set_status(case.id(), "Pending").await.expect("set");
    assert_eq!((pending.status(), pending.resolved_at()), ("Pending", None));
    let approved = cases.set_status(case.id(), "Approved").await.expect("set");
    assert_eq!(approved.status(), "Approved");
    assert_eq!(approved.resolution(), Some("Approved"));
    assert!(approved.resolved_at().is_some());
    let reopened = cases.set_status(case.id(), "Open").await.expect("set");
    assert_eq!(
        (reopened.resolution(), reopened.resolved_at()),
        (None, None)
    );
    assert_eq!(
        event_names(&persona, case.id()).await,
        [
            "case.created",
            "case.status-updated",
            "case.status-updated",
            "case.resolved",
            "case.status-updated",
            "case.reopened",
        ]
    );
    let error = cases
        .set_status(case.id(), "Escalated")
        .await
        .expect_err("no status");
    assert_eq!(error.kind(), ErrorKind::Validation);
}

#[tokio::test]
async fn add_and_remove_objects() {
    let (emulator, persona) = start_without_delay().await;
    let cases = persona.cases();
    let case = opened(&persona).await;
    let inquiry = inquiry(&emulator, &persona).await;
    let account = inquiry.account_id().expect("on one");
    let mut person = emulator.person();
    person.open(inquiry.id().as_str()).expect("open");
    person.start().expect("starts");
    let verification = person.submit("government-id").expect("handed in");

    let ids = [
        inquiry.id().to_string(),
        account.to_string(),
        verification.clone(),
    ];
    let with = cases
        .add_objects(case.id(), ids.clone())
        .await
        .expect("added");
    assert_eq!(with.inquiry_ids(), [inquiry.id()]);
    assert_eq!(with.account_ids(), [account]);
    assert_eq!(with.verification_ids()[0], verification.as_str());
    let again = cases
        .add_objects(case.id(), ids.clone())
        .await
        .expect("added");
    assert_eq!(again.inquiry_ids().len(), 1, "it is there once");
    let without = cases.remove_objects(case.id(), ids).await.expect("removed");
    assert!(without.inquiry_ids().is_empty() && without.verification_ids().is_empty());
    let error = cases.remove_objects(case.id(), ["inq_none"]).await;
    assert_eq!(error.expect_err("not on it").kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn add_remove_and_set_tags() {
    let (_emulator, persona) = start_without_delay().await;
    let cases = persona.cases();
    let id = opened(&persona).await.id();
    assert_eq!(
        cases.add_tag(&id, "vip").await.expect("tagged").tags(),
        ["vip"]
    );
    assert_eq!(
        cases
            .set_tags(&id, ["a", "b"])
            .await
            .expect("tagged")
            .tags(),
        ["a", "b"]
    );
    assert_eq!(
        cases.remove_tag(&id, "a").await.expect("removed").tags(),
        ["b"]
    );
    assert!(
        cases
            .set_tags(&id, [""; 0])
            .await
            .expect("removed")
            .tags()
            .is_empty()
    );
}

#[tokio::test]
async fn comments() {
    let (emulator, persona) = start_without_delay().await;
    let id = opened(&persona).await.id();
    assert!(
        persona
            .cases()
            .comments(&id)
            .await
            .expect("read")
            .is_empty()
    );
    for message in ["looks odd", "called the bank"] {
        assert!(emulator.comment_on_case(id.as_str(), "reviewer@example.com", message));
    }
    let comments = persona.cases().comments(&id).await.expect("read");
    let messages: Vec<&str> = comments.iter().map(|one| one.message()).collect();
    assert_eq!(messages, ["looks odd", "called the bank"]);
    assert_eq!(comments[0].commenter_id(), Some("reviewer@example.com"));
    assert_eq!(comments[0].commenter_type(), Some("user"));
    assert!(comments[0].created_at().is_some());
    assert!(comments[0].id().starts_with("cscm_"));
    let error = persona
        .cases()
        .comments("case_none")
        .await
        .expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
