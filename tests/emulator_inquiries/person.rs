//! What a person does, and what comes of it.

use serde_json::json;
use withpersona::emulator::PersonError;

use super::without_workflow;
use crate::http::Api;

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
