//! What the person sees and does under `/verify`.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use withpersona::emulator::Emulator;

use crate::pages::{Pages, query, shown};

#[tokio::test]
async fn a_link_with_a_template_creates_what_it_says_and_shows_it_escaped() {
    let pages = Pages::start().await;
    let template = pages.api.emulator.default_template_id();
    let link = format!(
        "/verify?inquiry-template-id={template}&reference-id=user-1&language=en\
         &fields%5Bname-first%5D=%3Cscript%3E%22&redirect-uri=https%3A%2F%2Fshop.example%2Fback%3Fa%3D1%23top"
    );
    let page = pages.enter(&link).await;
    assert_eq!(
        pages.press(&page, "start", &[]).await.heading(),
        "Your details"
    );
    let details = shown(pages.get(&page).await).await;
    assert!(
        details.html.contains("value=\"&lt;script&gt;&quot;\""),
        "{}",
        details.html
    );
    assert!(
        !details.html.contains("<script"),
        "there is no script on a page of its own"
    );

    let fields = [
        ("fields[name-first]", "Alex"),
        ("fields[birthdate]", "1977-07-17"),
    ];
    let next = pages.press(&page, "fill", &fields).await;
    assert_eq!(next.heading(), "Your government ID");
    let next = pages
        .press(&page, "hand-in", &[("kind", "government-id")])
        .await;
    assert_eq!(next.heading(), "A picture of you");
    let next = pages.press(&page, "hand-in", &[("kind", "selfie")]).await;
    assert_eq!(next.heading(), "Is everything there?");
    let last = pages.press(&page, "finish", &[("found", "pass")]).await;
    assert_eq!(last.heading(), "You are done");
    let id = &query(&page)[0].1;
    let back = format!(
        "https://shop.example/back?a=1&amp;inquiry-id={id}&amp;status=approved&amp;reference-id=user-1#top"
    );
    assert!(last.html.contains(&back), "{}", last.html);
    assert_eq!(pages.api.status(id).await, "approved");
    let fields = pages.api.get(&format!("/inquiries/{id}")).await;
    assert_eq!(
        fields.attribute("fields")["birthdate"]["value"],
        "1977-07-17"
    );

    let again = shown(pages.get(&format!("/verify?inquiry-id={id}")).await).await;
    assert_eq!(
        (again.status, again.heading()),
        (StatusCode::OK, "This is finished already")
    );
}

#[tokio::test]
async fn the_page_around_a_frame_gets_fields_typed_as_the_web_sdk_types_them() {
    let template = "[[template]]\nid = 'itmpl_Colours'\nname = 'Colours'\n\
                    fields = { colours = 'multi-choices' }\n\
                    [[template.verification]]\nkind = 'selfie'";
    let builder = Emulator::builder().config_toml(template).expect("a choice");
    let pages = Pages::of(builder).await;
    let link = "/verify?inquiry-template-id=itmpl_Colours&frame-origin=https://shop.example";
    let page = pages.enter(link).await;
    pages.press(&page, "start", &[]).await;
    let colours = [("fields[colours]", "red, blue")];
    pages.press(&page, "fill", &colours).await;
    pages.press(&page, "hand-in", &[("kind", "selfie")]).await;
    let last = pages.press(&page, "finish", &[("found", "pass")]).await;
    let told = r#""colours":{"type":"multi_choices","value":["red","blue"]}"#;
    let told = told.replace('"', "&quot;");
    assert!(last.html.contains(&told), "{}", last.html);
}

#[tokio::test]
async fn what_does_not_fit_is_told_on_the_page() {
    let pages = Pages::start().await;
    let page = pages.enter(&pages.link().await).await;
    pages.press(&page, "start", &[]).await;
    let wrong = pages
        .press(&page, "fill", &[("fields[birthdate]", "tomorrow")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong
            .html
            .contains("Date of birth: this is not of type date")
    );
    let wrong = pages.press(&page, "dance", &[]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);

    let template = pages.api.emulator.default_template_id();
    for (query, status) in [
        ("code=us1-nobody".to_owned(), StatusCode::NOT_FOUND),
        ("inquiry-id=inq_nobody".to_owned(), StatusCode::NOT_FOUND),
        (String::new(), StatusCode::NOT_FOUND),
        (
            "inquiry-template-id=itmpl_nobody".to_owned(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            format!("inquiry-template-id={template}&fields[colour]=red"),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            format!("inquiry-template-id={template}&redirect-uri=javascript:alert(1)"),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            format!("inquiry-template-id={template}&reference-id=a&account-id=act_1"),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let page = pages.get(&format!("/verify?{query}")).await;
        assert_eq!(page.status(), status, "{query}");
        assert!(page.text().await.expect("text").contains("not Persona"));
    }
}

#[tokio::test]
async fn the_way_back_in_is_a_token_and_leads_to_the_right_step() {
    let pages = Pages::start().await;
    let id = pages.api.new_id().await;
    let bare = format!("/verify?inquiry-id={id}");
    let page = pages.enter(&bare).await;
    pages.press(&page, "start", &[]).await;
    pages.press(&page, "fill", &[]).await;
    pages
        .press(&page, "hand-in", &[("kind", "government-id")])
        .await;

    let closed = shown(pages.get(&bare).await).await;
    assert_eq!(
        (closed.status, closed.heading()),
        (StatusCode::CONFLICT, "Session expired")
    );
    let resumed = pages
        .api
        .post(&format!("/inquiries/{id}/resume"), json!({}))
        .await;
    let token = resumed.meta("session-token");
    let page = pages.enter(&format!("{bare}&session-token={token}")).await;
    let next = shown(pages.get(&page).await).await;
    assert_eq!(next.heading(), "A picture of you");

    // Pressing twice is no mistake.
    let twice = pages
        .press(&page, "hand-in", &[("kind", "government-id")])
        .await;
    assert_eq!(twice.heading(), "A picture of you");

    pages
        .api
        .emulator
        .clock()
        .advance(Duration::from_secs(25 * 60 * 60));
    let expired = pages.press(&page, "hand-in", &[("kind", "selfie")]).await;
    assert_eq!(expired.heading(), "Session expired");
    assert_eq!(pages.api.status(&id).await, "expired");
}

#[tokio::test]
async fn a_person_may_have_to_try_again() {
    let pages = Pages::start().await;
    let page = pages.enter(&pages.link().await).await;
    for (act, more) in [
        ("start", vec![]),
        ("fill", vec![]),
        ("hand-in", vec![("kind", "government-id")]),
        ("hand-in", vec![("kind", "selfie")]),
    ] {
        pages.press(&page, act, &more).await;
    }
    let retry = [("found", "retry"), ("check", "selfie_pose_detection")];
    let again = pages.press(&page, "finish", &retry).await;
    assert_eq!(again.heading(), "A picture of you");
    assert!(again.html.contains("selfie_pose_detection"));
    pages.press(&page, "hand-in", &[("kind", "selfie")]).await;
    let unknown = pages
        .press(&page, "finish", &[("found", "fail"), ("check", "id_iris")])
        .await;
    assert!(unknown.html.contains("has no check id_iris"));
    let fail = [("found", "fail"), ("check", "selfie_pose_detection")];
    let last = pages.press(&page, "finish", &fail).await;
    assert_eq!(last.heading(), "That did not work");
    let id = &query(&page)[0].1;
    assert_eq!(pages.api.status(id).await, "declined");
}
