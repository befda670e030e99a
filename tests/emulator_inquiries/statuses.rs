//! Each action in each status, and what the sandbox simulates.

use serde_json::json;
use withpersona::emulator::{Emulator, Resource, TRANSITIONS};

use super::{NO_WORKFLOW, without_workflow};
use crate::http::Api;

/// How each status is reached, and what each action makes of it; "409" stands for a refusal.
/// Written down a second time on purpose: the emulator's own table is what is tested here.
#[rustfmt::skip]
const MATRIX: [(&str, &[&str], [&str; 8]); 8] = [
    //                                                          start     complete     fail      expire     mark            approve     decline     resume
    ("created",      &[],                                       ["pending", "409",       "409",    "expired", "needs_review", "approved", "declined", "created"]),
    ("pending",      &["start_inquiry"],                        ["409",     "completed", "failed", "expired", "needs_review", "approved", "declined", "pending"]),
    ("completed",    &["start_inquiry", "complete_inquiry"],    ["409",     "409",       "409",    "409",     "needs_review", "approved", "declined", "409"]),
    ("failed",       &["start_inquiry", "fail_inquiry"],        ["409",     "409",       "409",    "409",     "needs_review", "approved", "declined", "409"]),
    ("expired",      &["expire_inquiry"],                       ["409",     "409",       "409",    "409",     "needs_review", "approved", "declined", "pending"]),
    ("needs_review", &["mark_for_review_inquiry"],              ["409",     "409",       "409",    "409",     "needs_review", "approved", "declined", "409"]),
    ("approved",     &["approve_inquiry"],                      ["409",     "409",       "409",    "409",     "409",          "approved", "declined", "409"]),
    ("declined",     &["decline_inquiry"],                      ["409",     "409",       "409",    "409",     "409",          "approved", "declined", "409"]),
];

#[tokio::test]
async fn every_action_in_every_status() {
    let api = Api::with(
        Emulator::builder()
            .template_toml(NO_WORKFLOW)
            .expect("valid templates")
            .rate_limit(10_000),
    )
    .await;
    let mut allowed = 0;
    for (status, way, outcomes) in MATRIX {
        let steps = [
            "start_inquiry",
            "complete_inquiry",
            "fail_inquiry",
            "expire_inquiry",
            "mark_for_review_inquiry",
            "approve_inquiry",
            "decline_inquiry",
            "resume",
        ];
        for (step, outcome) in steps.into_iter().zip(outcomes) {
            let id = api.new_id().await;
            assert_eq!(api.simulate(&id, way).await.status, 200);
            assert_eq!(api.status(&id).await, status);
            let before = api.events(&id).await.len();
            let answer = if step == "resume" {
                api.post(&format!("/inquiries/{id}/resume"), json!({}))
                    .await
            } else {
                api.simulate(&id, &[step]).await
            };
            let written = api.events(&id).await.len() - before;
            if outcome == "409" {
                assert_eq!(answer.status, 409, "{step} on {status}");
                assert_eq!(api.status(&id).await, status, "a refusal changes nothing");
                assert_eq!(written, 0);
            } else {
                assert_eq!(answer.status, 200, "{step} on {status}: {}", answer.body);
                assert_eq!(answer.attribute("status"), outcome, "{step} on {status}");
                assert_eq!(
                    written,
                    usize::from(outcome != status),
                    "{step} on {status}"
                );
                allowed += 1;
            }
        }
    }
    let rows = TRANSITIONS
        .iter()
        .filter(|row| row.resource == Resource::Inquiry);
    assert_eq!(
        allowed + 1,
        rows.count(),
        "all rows but creation have been walked"
    );
}

#[tokio::test]
async fn the_operations_do_what_the_simulated_actions_do() {
    let api = without_workflow().await;
    for (operation, status, event) in [
        ("approve", "approved", "inquiry.approved"),
        ("decline", "declined", "inquiry.declined"),
        (
            "mark-for-review",
            "needs_review",
            "inquiry.marked-for-review",
        ),
        ("expire", "expired", "inquiry.expired"),
    ] {
        let id = api.new_id().await;
        let answer = api
            .post(&format!("/inquiries/{id}/{operation}"), json!({}))
            .await;
        assert_eq!(answer.attribute("status"), status);
        assert_eq!(api.events(&id).await, ["inquiry.created", event]);
    }
    let id = api.new_id().await;
    let comment = json!({ "meta": { "comment": "looks fine" } });
    let answer = api.post(&format!("/inquiries/{id}/approve"), comment).await;
    assert_eq!(answer.attribute("reviewer-comment"), "looks fine");
    assert_eq!(
        answer.attribute("decisioned-at"),
        "2026-01-31T12:00:00.000Z"
    );
}

#[tokio::test]
async fn simulated_verifications_count_as_real_ones() {
    let api = Api::start().await;
    let id = api.new_id().await;
    let actions = json!({ "meta": { "simulate-actions": [
        { "type": "start_inquiry" },
        { "type": "create_passed_verification", "data": { "verification-template-id": "vtmpl_EmulatedGovernmentId" } },
        { "type": "create_failed_verification", "data": { "verification-template-id": "vtmpl_EmulatedSelfie" } },
        { "type": "fail_inquiry" },
    ] } });
    let answer = api
        .post(
            &format!("/inquiries/{id}/perform-simulate-actions"),
            actions,
        )
        .await;
    assert_eq!(answer.attribute("status"), "declined");
    let inquiry = api
        .get(&format!("/inquiries/{id}?include=verifications"))
        .await;
    let verifications: Vec<_> = inquiry.body["included"]
        .as_array()
        .expect("included")
        .iter()
        .map(|it| (&it["type"], &it["attributes"]["status"]))
        .collect();
    assert_eq!(
        verifications,
        [
            (&json!("verification/government-id"), &json!("passed")),
            (&json!("verification/selfie"), &json!("failed")),
        ]
    );
    let refused = api.simulate(&id, &["sing_a_song"]).await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn a_redacted_inquiry_has_lost_its_data_and_stays_so() {
    let api = Api::start().await;
    let mut new = api.new_inquiry(json!({}));
    new["data"]["attributes"]["fields"] = json!({ "name_first": "Ada" });
    new["data"]["attributes"]["note"] = "a note".into();
    let created = api.post("/inquiries", new).await;
    assert_eq!(created.attribute("fields")["name-first"]["value"], "Ada");
    let path = format!("/inquiries/{}", created.id());
    let redacted = api.delete(&path).await;
    assert_eq!(redacted.status, 200);
    assert_eq!(
        redacted.attribute("redacted-at"),
        "2026-01-31T12:00:00.000Z"
    );
    assert_eq!(
        redacted.attribute("fields")["name-first"]["value"],
        json!(null)
    );
    let again = api.delete(&path).await;
    assert_eq!(again.status, 409);
    assert_eq!(
        again.body["errors"][0]["details"],
        "Inquiry already redacted"
    );
    assert_eq!(
        api.post(&format!("{path}/resume"), json!({})).await.status,
        409
    );
    assert_eq!(api.get(&path).await.status, 200);
}
