//! No page passes for Persona's, runs foreign scripts, or lets other sites press its buttons.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_SECURITY_POLICY, ORIGIN};

use crate::pages::Pages;

#[tokio::test]
async fn every_page_says_that_it_is_not_persona_and_runs_no_foreign_script() {
    let pages = Pages::start().await;
    let id = pages.api.new_id().await;
    let page = pages.enter(&pages.link().await).await;
    let lost = pages.get("/nowhere").await.text().await.expect("text");
    assert!(
        lost.contains("an emulator of Persona, not Persona"),
        "{lost}"
    );
    for path in [
        "/",
        "/dashboard",
        "/dashboard/inquiries/inq_nobody",
        "/verify/flow",
        &format!("/dashboard/inquiries/{id}"),
        &page,
        "/verify?code=x",
    ] {
        let answer = pages.get(path).await;
        let policy = answer.headers()[CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("text");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(
            policy.ends_with("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        let html = answer.text().await.expect("text");
        assert!(html.contains("This is an emulator, not Persona."), "{path}");
        assert!(
            !html.contains(" style=") && !html.contains("onclick"),
            "{path}"
        );
    }
    let framed = pages
        .get(&format!("{page}&frame-origin=https://shop.example/path"))
        .await;
    let policy = framed.headers()[CONTENT_SECURITY_POLICY]
        .to_str()
        .expect("text");
    assert!(policy.ends_with("frame-ancestors *"), "{policy}");
    let html = framed.text().await.expect("text");
    assert!(
        html.contains("data-frame-origin=\"https://shop.example\""),
        "{html}"
    );
}

#[tokio::test]
async fn other_sites_cannot_press_the_buttons() {
    let pages = Pages::start().await;
    let id = pages.api.new_id().await;
    for path in [
        format!("/dashboard/inquiries/{id}/approve"),
        "/dashboard/clock".to_owned(),
        "/emulator/reset".to_owned(),
        "/emulator/clock".to_owned(),
        "/verify/flow".to_owned(),
    ] {
        let request = pages
            .http
            .post(pages.url(&path))
            .header(ORIGIN, "https://evil.example");
        let answer = request.body("advance=60").send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(pages.api.status(&id).await, "created");
    let own = pages.api.emulator.origin();
    let request = pages
        .http
        .post(pages.url(&format!("/dashboard/inquiries/{id}/approve")));
    let answer = request.header(ORIGIN, own).send().await.expect("an answer");
    assert_eq!(answer.status(), 303);
    assert_eq!(pages.api.status(&id).await, "approved");
}
