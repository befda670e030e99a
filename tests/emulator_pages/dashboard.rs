//! What the operator sees and does under `/dashboard`.

use reqwest::StatusCode;
use serde_json::json;
use withpersona::emulator::{Emulator, Results};

use crate::pages::{Pages, location, shown};

#[tokio::test]
async fn the_dashboard_shows_and_decides() {
    let pages = Pages::with(Results::ByHand).await;
    let created = pages
        .api
        .create(json!({ "auto-create-one-time-link": true }))
        .await;
    let id = created.id();
    let list = shown(pages.get("/dashboard").await).await.html;
    for part in [
        id.as_str(),
        "inquiry.created",
        "/api/v1/inquiries",
        created.header("request-id").expect("an id"),
    ] {
        assert!(list.contains(part), "no {part} in {list}");
    }
    let here = format!("/dashboard/inquiries/{id}");
    let one = shown(pages.get(&here).await).await.html;
    assert!(
        one.contains(&created.meta("one-time-link")[pages.api.emulator.origin().len()..]),
        "{one}"
    );

    for (action, status) in [
        ("mark-for-review", "needs_review"),
        ("approve", "approved"),
        ("decline", "declined"),
    ] {
        let answer = pages.post(&format!("{here}/{action}"), &[]).await;
        assert_eq!(
            (answer.status(), location(&answer)),
            (StatusCode::SEE_OTHER, here.clone())
        );
        assert_eq!(pages.api.status(&id).await, status);
    }
    let other = pages.api.new_id().await;
    let there = format!("/dashboard/inquiries/{other}");
    let links = |html: &str| html.matches("/verify?code=").count();
    let before = links(&shown(pages.get(&there).await).await.html);
    pages.post(&format!("{there}/expire"), &[]).await;
    assert_eq!(pages.api.status(&other).await, "expired");
    // Its link resumes it first, as a backend would.
    pages.post(&format!("{there}/link"), &[]).await;
    assert_eq!(pages.api.status(&other).await, "pending");
    let after = shown(pages.get(&there).await).await.html;
    assert_eq!((before, links(&after)), (0, 1));

    let refused = shown(pages.post(&format!("{here}/expire"), &[]).await).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused
            .html
            .contains("cannot expire an inquiry that is declined")
    );
    let unknown = pages.get("/dashboard/inquiries/inq_nobody").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    let before = pages.api.emulator.clock().now();
    pages.post("/dashboard/clock", &[("advance", "3600")]).await;
    assert_eq!(
        (pages.api.emulator.clock().now() - before).num_seconds(),
        3600
    );
}

#[tokio::test]
async fn the_dashboard_shows_deliveries_and_sends_them_again() {
    // Nobody listens there.
    let config = "[[webhook]]\nurl = 'http://127.0.0.1:9/hook'\nevents = ['inquiry.created']";
    let builder = Emulator::builder().config_toml(config).expect("a choice");
    let pages = Pages::of(builder).await;
    let empty = shown(pages.get("/dashboard").await).await.html;
    assert!(
        empty.contains("There are none yet. Events go to"),
        "{empty}"
    );

    pages.api.new_id().await;
    let deliveries = pages.api.emulator.deliveries();
    deliveries.settled().await;
    let html = shown(pages.get("/dashboard").await).await.html;
    for part in [
        "http://127.0.0.1:9/hook",
        "nobody listens there",
        "waiting",
        "2026-01-31 12:00:10",
    ] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    let again = "/dashboard/deliveries/dlv_1/again";
    assert!(html.contains(&format!("action=\"{again}\"")), "{html}");

    let answer = pages.post(again, &[]).await;
    assert_eq!(
        (answer.status(), location(&answer)),
        (StatusCode::SEE_OTHER, "/dashboard".to_owned())
    );
    deliveries.settled().await;
    assert_eq!(deliveries.all()[0].attempts.len(), 2);
    let html = shown(pages.get("/dashboard").await).await.html;
    assert_eq!(html.matches("nobody listens there").count(), 2, "{html}");
    let unknown = pages.post("/dashboard/deliveries/dlv_99/again", &[]).await;
    assert!(unknown.status().is_client_error());
}
