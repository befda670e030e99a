//! Sessions and links: how many, how long, how often.

use std::time::Duration;

use serde_json::json;
use withpersona::emulator::PersonError;

use super::MINUTE;
use crate::http::Api;

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
