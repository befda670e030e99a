//! The requests under `/emulator` that move the emulator itself.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use withpersona::emulator::{Found, Results};

use crate::pages::Pages;

#[tokio::test]
async fn results_come_when_the_policy_says() {
    let person = json!([
        "start", { "submit": "government-id" }, { "submit": "selfie" }, { "hand-over": "pass" },
    ]);
    let steps = |id: &str| {
        let mut steps = person.as_array().expect("steps").clone();
        steps.insert(0, json!({ "open": id }));
        json!({ "steps": steps })
    };

    let pages = Pages::with(Results::AfterReads(2)).await;
    let id = pages.api.new_id().await;
    let (status, walked) = pages.control("/emulator/people", steps(&id)).await;
    assert_eq!(
        (status, &walked["status"]),
        (StatusCode::OK, &json!("pending"))
    );
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(pages.api.status(&id).await);
    }
    assert_eq!(seen, ["pending", "pending", "approved"]);

    let (_, policy) = pages
        .control(
            "/emulator/results",
            json!({ "results": { "after-seconds": 90 } }),
        )
        .await;
    assert_eq!(policy, json!({ "results": { "after-seconds": 90 } }));
    let id = pages.api.new_id().await;
    pages.control("/emulator/people", steps(&id)).await;
    pages
        .control("/emulator/clock", json!({ "advance-seconds": 89 }))
        .await;
    assert_eq!(pages.api.status(&id).await, "pending");
    pages
        .control("/emulator/clock", json!({ "advance-seconds": 1 }))
        .await;
    assert_eq!(pages.api.status(&id).await, "approved");

    pages
        .control("/emulator/results", json!({ "results": "by-hand" }))
        .await;
    let id = pages.api.new_id().await;
    pages.control("/emulator/people", steps(&id)).await;
    pages
        .control("/emulator/clock", json!({ "advance-seconds": 3600 }))
        .await;
    assert_eq!(pages.api.status(&id).await, "pending");
    let by_hand = format!("/emulator/results/{id}");
    let found = json!({ "found": { "fail": "id_expired_detection" } });
    let (status, answer) = pages.control(&by_hand, found).await;
    assert_eq!(
        (status, &answer["status"]),
        (StatusCode::OK, &json!("declined"))
    );
    let (status, _) = pages.control(&by_hand, json!({})).await;
    assert_eq!(
        status,
        StatusCode::CONFLICT,
        "there is nothing left to find"
    );
    let error = pages
        .api
        .emulator
        .conclude(&id, &Found::Pass)
        .expect_err("as over HTTP");
    assert_eq!(error.to_string(), "nothing was handed in");
}

#[tokio::test]
async fn what_awaits_a_result_is_given_up_when_the_inquiry_expires() {
    let pages = Pages::with(Results::AfterSeconds(48 * 60 * 60)).await;
    let id = pages.api.new_id().await;
    let mut person = pages.api.emulator.person();
    person.open(&id).expect("a page");
    person.start().expect("started");
    person.submit("government-id").expect("handed in");
    person.submit("selfie").expect("handed in");
    person.hand_over(Found::Pass).expect("waits");
    pages
        .api
        .emulator
        .clock()
        .advance(Duration::from_secs(72 * 60 * 60));
    assert_eq!(pages.api.status(&id).await, "expired");
    pages
        .api
        .post(&format!("/inquiries/{id}/resume"), json!({}))
        .await;
    pages
        .api
        .emulator
        .clock()
        .advance(Duration::from_secs(60 * 60));
    assert_eq!(pages.api.status(&id).await, "pending");
}

#[tokio::test]
async fn people_faults_clock_and_reset_over_http() {
    let pages = Pages::start().await;
    let link = pages.link().await;
    let script = json!({ "steps": [
        { "follow-link": link }, "start", { "fill": { "name-first": "Alex" } },
        { "submit": "government-id" }, { "submit": "iris" },
    ] });
    let (status, told) = pages.control("/emulator/people", script).await;
    assert_eq!((status, &told["step"]), (StatusCode::CONFLICT, &json!(4)));
    assert!(
        told["error"]
            .as_str()
            .expect("a reason")
            .contains("asks for no iris")
    );

    let order = json!({ "operation": "create-an-inquiry", "times": 2 });
    let (_, waiting) = pages.control("/emulator/faults", order).await;
    assert_eq!(waiting["waiting"].as_array().expect("a list").len(), 2);
    for status in [500, 500, 201] {
        let answer = pages
            .api
            .post("/inquiries", pages.api.new_inquiry(json!({})))
            .await;
        assert_eq!(answer.status, status);
    }
    let (status, _) = pages
        .control("/emulator/faults", json!({ "operation": "dance" }))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    pages
        .control(
            "/emulator/faults",
            json!({ "operation": "create-an-inquiry" }),
        )
        .await;
    let request = pages
        .http
        .request(Method::DELETE, pages.url("/emulator/faults"));
    let cleared = request.send().await.expect("an answer");
    assert_eq!(cleared.status(), 200);

    let (status, clock) = pages
        .control(
            "/emulator/clock",
            json!({ "advance-to": "2026-02-01T00:00:00Z" }),
        )
        .await;
    assert_eq!(
        (status, &clock["now"]),
        (StatusCode::OK, &json!("2026-02-01T00:00:00.000Z"))
    );
    let (status, _) = pages
        .control(
            "/emulator/clock",
            json!({ "advance-to": "2020-01-01T00:00:00Z" }),
        )
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "the clock does not go back");
    let (status, _) = pages
        .control("/emulator/clock", json!({ "sideways": 1 }))
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    let first = pages.api.get("/inquiries").await;
    assert_eq!(first.body["data"].as_array().expect("a list").len(), 2);
    let (status, _) = pages.control("/emulator/reset", json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let empty = pages.api.get("/inquiries").await;
    assert_eq!(empty.body["data"], json!([]));
    assert_eq!(
        pages.api.emulator.clock().now().to_rfc3339(),
        "2026-02-01T00:00:00+00:00"
    );
}
