//! Inquiries that expire, and those that are resumed.

use serde_json::json;
use withpersona::emulator::PersonError;

use super::{DAY, HOUR, MINUTE};
use crate::http::Api;

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
