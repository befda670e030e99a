//! An inquiry in the emulator moves as an inquiry at Persona does.

mod canary;
mod http;

use std::time::Duration;

use http::Api;
use serde_json::json;
use withpersona::emulator::{Emulator, PersonError, Resource, TRANSITIONS};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Nothing decides by itself, so that each status can be stood on.
const NO_WORKFLOW: &str = r#"
    [[template]]
    name = "No workflow"
    workflow = { completed = "none", failed = "none" }
    [[template.verification]]
    kind = "selfie"
    attempts = 2
    checks = [{ name = "selfie_pose_detection" }, { name = "selfie_glare_detection", requirement = "not_required" }]
"#;

async fn without_workflow() -> Api {
    let builder = Emulator::builder().template_toml(NO_WORKFLOW);
    Api::with(builder.expect("valid templates")).await
}

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
async fn a_person_who_leaves_and_comes_back_is_approved() {
    let api = Api::start().await;
    let created = api
        .create(json!({
            "auto-create-one-time-link": true,
            "auto-create-account-reference-id": "user-1",
        }))
        .await;
    let id = created.id();
    let mut person = api.emulator.person();
    person
        .follow_link(&created.meta("one-time-link"))
        .expect("the link works");
    assert_eq!(api.status(&id).await, "created");
    person.start().expect("they start");
    let submitted = person.submit("government-id").expect("they hand in an ID");
    person.leave();
    assert_eq!(person.submit("selfie"), Err(PersonError::NoPage));
    assert_eq!(person.open(&id), Err(PersonError::SessionExpired));

    let resumed = api
        .post(&format!("/inquiries/{id}/resume"), json!({}))
        .await;
    assert_eq!(resumed.attribute("status"), "pending");
    assert_eq!(resumed.attribute("next-step-name"), "verification_selfie");
    person
        .enter(&id, &resumed.meta("session-token"))
        .expect("they come back");
    person.submit("selfie").expect("they hand in a selfie");
    person.pass().expect("Persona is content");

    assert_eq!(
        api.events(&id).await,
        [
            "inquiry.created",
            "inquiry.started",
            "inquiry.completed",
            "inquiry.approved"
        ]
    );
    assert_eq!(
        api.events(&submitted).await,
        [
            "verification.created",
            "verification.submitted",
            "verification.passed"
        ]
    );
    let inquiry = api.get(&format!("/inquiries/{id}")).await;
    assert_eq!(inquiry.attribute("status"), "approved");
    assert_eq!(inquiry.attribute("reference-id"), "user-1");
    assert_eq!(
        inquiry.attribute("fields")["name-first"],
        json!({ "type": "string", "value": "Alexander" }),
        "unset fields are filled from the ID"
    );
    let verification = api.get(&format!("/verifications/{submitted}")).await;
    assert_eq!(verification.attribute("status"), "passed");
    let checks = verification.attribute("checks").as_array().expect("checks");
    assert_eq!(checks.len(), 9);
    assert!(checks.iter().all(|check| check["status"] == "passed"));
    assert!(matches!(
        person.start(),
        Err(PersonError::InquiryFinished {
            status: "approved",
            ..
        })
    ));
}

#[tokio::test]
async fn a_failed_check_is_named_and_the_inquiry_is_declined() {
    let api = Api::start().await;
    let id = api.new_id().await;
    let mut person = api.emulator.person();
    person
        .open(&id)
        .expect("a created inquiry needs no session");
    assert_eq!(person.submit("government-id"), Err(PersonError::NotStarted));
    person.start().expect("they start");
    assert_eq!(person.pass(), Err(PersonError::NothingSubmitted));
    assert!(matches!(
        person.submit("iris"),
        Err(PersonError::UnknownVerification { .. })
    ));
    let submitted = person.submit("government-id").expect("they hand in an ID");
    assert!(matches!(
        person.submit("government-id"),
        Err(PersonError::AlreadySubmitted { .. })
    ));
    assert!(matches!(
        person.fail("selfie_id_comparison"),
        Err(PersonError::UnknownCheck { .. })
    ));
    person
        .fail("id_expired_detection")
        .expect("Persona finds something");

    assert_eq!(
        api.events(&id).await,
        [
            "inquiry.created",
            "inquiry.started",
            "inquiry.failed",
            "inquiry.declined"
        ]
    );
    let verification = api
        .get(&format!("/verification/government-ids/{submitted}"))
        .await;
    let failed: Vec<_> = verification
        .attribute("checks")
        .as_array()
        .expect("checks")
        .iter()
        .filter(|check| check["status"] == "failed")
        .map(|check| (&check["name"], &check["reasons"]))
        .collect();
    assert_eq!(
        failed,
        [(&json!("id_expired_detection"), &json!(["expired"]))]
    );
    let other_kind = api.get(&format!("/verification/selfies/{submitted}")).await;
    assert_eq!(other_kind.status, 404);
}

#[tokio::test]
async fn a_second_attempt_is_given_where_the_template_says_so() {
    let api = without_workflow().await;
    let id = api.new_id().await;
    let mut person = api.emulator.person();
    person.open(&id).expect("it opens");
    person.start().expect("they start");
    let first = person.submit("selfie").expect("handed in");
    person.fail("selfie_pose_detection").expect("found");
    let first = api.get(&format!("/verifications/{first}")).await;
    assert_eq!(first.attribute("status"), "requires_retry");
    assert_eq!(api.status(&id).await, "pending");
    person.submit("selfie").expect("handed in again");
    person
        .fail("selfie_glare_detection")
        .expect("a check that is not required");
    assert_eq!(api.status(&id).await, "completed");
}

#[tokio::test]
async fn an_inquiry_expires_with_all_that_leads_into_it_and_can_be_resumed() {
    let api = Api::start().await;
    let created = api
        .create(json!({ "auto-create-one-time-link": true }))
        .await;
    let id = created.id();
    let mut person = api.emulator.person();
    person
        .follow_link(&created.meta("one-time-link"))
        .expect("the link works");
    person.start().expect("they start");
    let submitted = person.submit("selfie").expect("handed in");
    api.emulator.clock().advance(DAY + HOUR);

    let inquiry = api.get(&format!("/inquiries/{id}")).await;
    assert_eq!(inquiry.attribute("status"), "expired");
    assert_eq!(
        inquiry.attribute("expired-at"),
        "2026-02-01T12:00:00.000Z",
        "when it was due"
    );
    assert_eq!(
        person.submit("government-id"),
        Err(PersonError::SessionExpired)
    );
    let verification = api.get(&format!("/verifications/{submitted}")).await;
    assert_eq!(verification.attribute("status"), "canceled");
    let link = api
        .post(
            &format!("/inquiries/{id}/generate-one-time-link"),
            json!({}),
        )
        .await;
    assert_eq!(link.status, 409);
    let sessions = api
        .get(&format!("/inquiry-sessions?filter[inquiry-id]={id}"))
        .await;
    assert_eq!(sessions.body["data"][0]["attributes"]["status"], "expired");

    let resumed = api
        .post(&format!("/inquiries/{id}/resume"), json!({}))
        .await;
    assert_eq!(resumed.attribute("status"), "pending");
    assert_eq!(
        resumed.attribute("expires-at"),
        "2026-02-02T13:00:00.000Z",
        "a day from now"
    );
    person
        .enter(&id, &resumed.meta("session-token"))
        .expect("they are back");
    person
        .submit("selfie")
        .expect("a canceled one can be handed in again");
}

#[tokio::test]
async fn expiry_follows_creation_start_and_resume() {
    let api = Api::start().await;
    let created = api
        .create(json!({
            "expiration-after-create-interval-seconds": 3600,
            "expiration-after-start-interval-seconds": 7200,
            "expiration-after-resume-interval-seconds": 60,
            "auto-create-inquiry-session": true,
        }))
        .await;
    let id = created.id();
    assert_eq!(created.attribute("expires-at"), "2026-01-31T13:00:00.000Z");
    let started = api.simulate(&id, &["start_inquiry"]).await;
    assert_eq!(started.attribute("expires-at"), "2026-01-31T14:00:00.000Z");

    // The session keeps the expiry that the inquiry had when it was made.
    api.emulator.clock().advance(HOUR);
    assert_eq!(api.status(&id).await, "pending");
    let mut person = api.emulator.person();
    let token = created.meta("session-token");
    assert_eq!(person.enter(&id, &token), Err(PersonError::SessionExpired));

    api.emulator.clock().advance(HOUR);
    let resumed = api
        .post(&format!("/inquiries/{id}/resume"), json!({}))
        .await;
    assert_eq!(resumed.attribute("expires-at"), "2026-01-31T14:01:00.000Z");
    api.emulator.clock().advance(MINUTE);
    assert_eq!(api.status(&id).await, "expired");
}

#[tokio::test]
async fn resuming_reuses_a_session_that_nobody_has_used() {
    let api = Api::start().await;
    let id = api.new_id().await;
    api.simulate(&id, &["start_inquiry"]).await;
    let resume = format!("/inquiries/{id}/resume");
    let first = api.post(&resume, json!({})).await.meta("session-token");
    let second = api.post(&resume, json!({})).await.meta("session-token");
    assert_eq!(first, second);
    let mut person = api.emulator.person();
    person.enter(&id, &first).expect("the token is good");
    let third = api.post(&resume, json!({})).await.meta("session-token");
    assert_ne!(first, third, "a used session is not handed out again");

    use base64::Engine;
    let claims = third.split('.').nth(1).expect("three parts");
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims);
    let claims: serde_json::Value = serde_json::from_slice(&claims.expect("base64")).expect("JSON");
    assert_eq!(claims["aud"], "persona-verify");
    assert_eq!(claims["inquiry_id"], id);
    assert!(
        claims["sub"]
            .as_str()
            .expect("a session")
            .starts_with("iqse_")
    );
    assert_eq!(
        claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat"),
        24 * 60 * 60
    );
}

#[tokio::test]
async fn a_one_time_link_works_once_and_five_minutes_on() {
    let api = Api::start().await;
    let id = api.new_id().await;
    let path = format!("/inquiries/{id}/generate-one-time-link");
    let link = api
        .post(&path, json!({ "meta": { "expires-in-seconds": 600 } }))
        .await;
    let mut person = api.emulator.person();
    person
        .follow_link(&link.meta("one-time-link"))
        .expect("the first time");
    api.emulator.clock().advance(5 * MINUTE);
    person
        .follow_link(&link.meta("one-time-link-short"))
        .expect("within the grace");
    api.emulator.clock().advance(Duration::from_millis(1));
    assert_eq!(
        person.follow_link(&link.meta("one-time-link")),
        Err(PersonError::LinkAlreadyUsed)
    );

    let unused = api
        .post(&path, json!({ "meta": { "expires-in-seconds": 600 } }))
        .await;
    api.emulator.clock().advance(10 * MINUTE);
    assert_eq!(
        person.follow_link(&unused.meta("one-time-link")),
        Err(PersonError::LinkExpired)
    );
    for address in ["https://example.com/verify?code=us1-made-up", "nonsense"] {
        assert_eq!(person.follow_link(address), Err(PersonError::LinkUnknown));
    }
    for seconds in [json!(0), json!(-1), json!("600")] {
        let body = json!({ "meta": { "expires-in-seconds": seconds } });
        assert_eq!(api.post(&path, body).await.status, 400);
    }
}

#[tokio::test]
async fn an_inquiry_has_twenty_five_sessions_at_most() {
    let api = Api::start().await;
    let id = api.new_id().await;
    let path = format!("/inquiries/{id}/generate-one-time-link");
    for _ in 0..25 {
        assert_eq!(api.post(&path, json!({})).await.status, 200);
    }
    assert_eq!(api.post(&path, json!({})).await.status, 422);
    // What is there and unused still can be handed out.
    let resume = api
        .post(&format!("/inquiries/{id}/resume"), json!({}))
        .await;
    assert_eq!(resume.status, 200);
    let all = json!({ "meta": { "inquiry-ids": [id] } });
    let expired = api.post("/inquiry-sessions/expire-all", all).await;
    assert_eq!(expired.body["data"].as_array().map(Vec::len), Some(25));
    let resume = api
        .post(&format!("/inquiries/{id}/resume"), json!({}))
        .await;
    assert_eq!(resume.status, 422, "expired sessions count");
}

#[tokio::test]
async fn sessions_can_be_made_read_and_ended_one_by_one() {
    let api = Api::start().await;
    let inquiry_id = api.new_id().await;
    let body = json!({ "data": { "attributes": { "inquiry-id": inquiry_id } } });
    let session = api.post("/inquiry-sessions", body).await;
    assert_eq!(
        (session.status.as_u16(), session.attribute("status")),
        (201, &json!("new"))
    );
    let path = format!("/inquiry-sessions/{}", session.id());
    let link = api
        .post(&format!("{path}/generate-one-time-link"), json!({}))
        .await;
    let mut person = api.emulator.person();
    person
        .follow_link(&link.meta("one-time-link"))
        .expect("it works");
    assert_eq!(api.get(&path).await.attribute("status"), "active");
    assert_eq!(
        api.post(&format!("{path}/expire"), json!({}))
            .await
            .attribute("status"),
        "expired"
    );
    assert_eq!(
        api.post(&format!("{path}/expire"), json!({})).await.status,
        409
    );
    assert_eq!(person.start(), Err(PersonError::SessionExpired));
    assert_eq!(
        api.events(&session.id()).await,
        ["inquiry-session.started", "inquiry-session.expired"]
    );
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

#[tokio::test]
async fn creating_checks_what_it_is_given() {
    let api = Api::start().await;
    let template = api.emulator.default_template_id();
    for (attributes, meta, status) in [
        (json!({}), json!({}), 400),
        (
            json!({ "inquiry-template-id": template, "template-id": "tmpl_1" }),
            json!({}),
            400,
        ),
        (
            json!({ "inquiry-template-id": "itmpl_other" }),
            json!({}),
            404,
        ),
        (
            json!({ "inquiry-template-version-id": "itmplv_other" }),
            json!({}),
            404,
        ),
        (
            json!({ "inquiry-template-id": template, "colour": "red" }),
            json!({}),
            400,
        ),
        (
            json!({ "inquiry-template-id": template, "fields": { "shoe-size": 4 } }),
            json!({}),
            422,
        ),
        (
            json!({ "inquiry-template-id": template, "fields": { "birthdate": "1.4.1970" } }),
            json!({}),
            422,
        ),
        (
            json!({ "inquiry-template-id": template, "account-id": "act_other" }),
            json!({}),
            404,
        ),
        (
            json!({ "inquiry-template-id": template }),
            json!({ "auto-create-account": false, "auto-create-account-reference-id": "a" }),
            400,
        ),
    ] {
        let body = json!({ "data": { "attributes": attributes }, "meta": meta });
        let answer = api.post("/inquiries", body.clone()).await;
        assert_eq!(answer.status, status, "{body} gave {}", answer.body);
    }
    assert_eq!(
        api.get("/inquiries").await.body["data"],
        json!([]),
        "nothing was made"
    );

    for name in ["inquiry-template-version-id", "template-id"] {
        let id = match name {
            "template-id" => "tmpl_EmulatedKnowYourCustomer",
            _ => "itmplv_EmulatedKnowYourCustomer1",
        };
        let body = json!({ "data": { "attributes": { name: id } } });
        let answer = api.post("/inquiries", body).await;
        assert_eq!(
            answer.body["data"]["relationships"]["inquiry-template"]["data"]["id"],
            template
        );
        assert_eq!(
            answer.body["meta"],
            json!({ "session-token": null, "one-time-link": null, "one-time-link-short": null })
        );
    }
}

#[tokio::test]
async fn updating_and_tagging() {
    let api = Api::start().await;
    let path = format!("/inquiries/{}", api.new_id().await);
    let attributes = json!({ "note": "first", "tags": ["a"], "fields": { "name-last": "Doe" } });
    let body = json!({ "data": { "attributes": attributes } });
    let updated = api.patch(&path, body).await;
    assert_eq!(updated.attribute("note"), "first");
    assert_eq!(updated.attribute("fields")["name-last"]["value"], "Doe");
    let cleared = json!({ "data": { "attributes": { "note": null } } });
    assert_eq!(
        api.patch(&path, cleared).await.attribute("note"),
        &json!(null)
    );
    for (operation, name, tags) in [
        ("add-tag", json!("b"), json!(["a", "b"])),
        ("add-tag", json!("b"), json!(["a", "b"])),
        ("remove-tag", json!("a"), json!(["b"])),
        ("set-tags", json!(["x", "y"]), json!(["x", "y"])),
    ] {
        let body = json!({ "meta": { "tag-name": name } });
        let answer = api.post(&format!("{path}/{operation}"), body).await;
        assert_eq!(answer.attribute("tags"), &tags, "{operation}");
    }
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
async fn resuming_an_open_inquiry_does_not_give_it_more_time() {
    let api = Api::start().await;
    let id = api.new_id().await;
    api.simulate(&id, &["start_inquiry"]).await;
    api.emulator.clock().advance(HOUR);
    let resumed = api
        .post(&format!("/inquiries/{id}/resume"), json!({}))
        .await;
    assert_eq!(resumed.attribute("expires-at"), "2026-02-01T12:00:00.000Z");
}

#[tokio::test]
async fn an_inquiry_completes_once_all_that_is_required_has_passed() {
    let api = Api::start().await;
    let mut new = api.new_inquiry(json!({ "auto-create-account-reference-id": "user 1" }));
    new["data"]["attributes"]["redirect-uri"] = "https://example.com/done?lang=en".into();
    let id = api.post("/inquiries", new).await.id();
    let mut person = api.emulator.person();
    person.open(&id).expect("it opens");
    person.start().expect("they start");
    person.submit("selfie").expect("handed in");
    person.pass().expect("the selfie is fine");
    assert_eq!(person.inquiry_status().as_deref(), Some("pending"));
    assert_eq!(person.redirected_to(), None);
    person.submit("government-id").expect("handed in");
    person.pass().expect("the ID is fine");
    assert_eq!(person.inquiry_status().as_deref(), Some("approved"));
    assert_eq!(
        person.redirected_to(),
        Some(format!(
            "https://example.com/done?lang=en&inquiry-id={id}&status=approved&reference-id=user+1"
        ))
    );
}

#[tokio::test]
async fn what_led_into_an_inquiry_before_it_expired_stays_shut_after_it_is_resumed() {
    let api = Api::start().await;
    let created = api
        .create(json!({
            "auto-create-inquiry-session": true,
            "auto-create-one-time-link": true,
        }))
        .await;
    let id = created.id();
    api.post(&format!("/inquiries/{id}/expire"), json!({}))
        .await;
    let sessions = api
        .get(&format!("/inquiry-sessions?filter[inquiry-id]={id}"))
        .await;
    let sessions = sessions.body["data"].as_array().expect("a list");
    assert_eq!(sessions.len(), 2);
    for session in sessions {
        assert_eq!(session["attributes"]["status"], "expired");
    }
    let resumed = api
        .post(&format!("/inquiries/{id}/resume"), json!({}))
        .await;
    let mut person = api.emulator.person();
    assert_eq!(
        person.enter(&id, &created.meta("session-token")),
        Err(PersonError::SessionExpired)
    );
    assert_eq!(
        person.follow_link(&created.meta("one-time-link")),
        Err(PersonError::LinkExpired)
    );
    let hosted = format!(
        "https://inquiry.withpersona.com/verify?inquiry-id={id}&session-token={}",
        resumed.meta("session-token")
    );
    person.follow_link(&hosted).expect("the new session works");
}
