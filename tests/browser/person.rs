//! People on the emulator's own pages.

use std::time::Duration;

use withpersona::InquiryStatus;

use crate::site::Site;
use crate::walk::Walk;

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";

#[tokio::test]
async fn a_person_gets_through_by_a_link_with_a_template() {
    let walk = Walk::begin().await;
    let browser = &walk.browser;
    let site = Site::start("<h1>Welcome back</h1>").await;
    browser.go(&walk.page("/")).await;
    browser.is_at("Persona, emulated").await;
    walk.keep("start").await;

    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("inquiry-template-id", walk.emulator.default_template_id());
    query.append_pair("reference-id", "user <b>4711</b>");
    query.append_pair("fields[name-first]", "Alex \"<i>");
    query.append_pair("redirect-uri", &site.url("/back?from=persona"));
    browser
        .go(&walk.page(&format!("/verify?{}", query.finish())))
        .await;
    browser.is_at("Let’s get you verified").await;
    walk.keep("consent").await;

    // With the keyboard alone: the first thing to reach is the button.
    browser.press(TAB).await;
    browser.press(ENTER).await;
    browser.is_at("Your details").await;
    assert_eq!(browser.value("#field-name-first").await, "Alex \"<i>");
    browser.type_into("#field-name-last", "Sample").await;
    walk.keep("fields").await;
    browser.click("button[value=fill]").await;

    browser.is_at("Your government ID").await;
    walk.keep("government-id").await;
    browser.click("button[value=hand-in]").await;
    browser.is_at("A picture of you").await;
    walk.keep("selfie").await;
    browser.click("button[value=hand-in]").await;
    browser.is_at("Is everything there?").await;
    walk.keep("review").await;
    let flow = browser.url().await;
    browser.click("button[value=finish]").await;

    browser.is_at("You are done").await;
    browser.is_at("Welcome back").await;
    let back = url::Url::parse(&browser.url().await).expect("a URL");
    let pairs: Vec<(String, String)> = back.query_pairs().into_owned().collect();
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["from", "inquiry-id", "status", "reference-id"]);
    assert_eq!(pairs[2].1, "approved");
    assert_eq!(pairs[3].1, "user <b>4711</b>");

    // Their own way back leads to the last page still; a bare link says that it is over.
    let id = &pairs[1].1;
    assert_eq!(walk.status(id).await, InquiryStatus::Approved);
    browser.go(&flow).await;
    browser.is_at("You are done").await;
    browser
        .go(&walk.page(&format!("/verify?inquiry-id={id}")))
        .await;
    browser.is_at("This is finished already").await;
    walk.keep("finished").await;
}

#[tokio::test]
async fn it_works_without_scripts() {
    let walk = Walk::begin().await;
    let created = walk.create().await;
    walk.browser.scripts(false).await;
    walk.browser
        .go(created.link.expect("asked for").reveal())
        .await;
    walk.agree().await;
    walk.hand_in_everything().await;
    walk.finish("pass", "").await;
    walk.browser.is_at("You are done").await;
    walk.browser.go(&walk.page("/dashboard")).await;
    walk.browser.is_at("Dashboard").await;
}

#[tokio::test]
async fn a_person_fails_tries_again_and_fails_for_good() {
    let walk = Walk::begin().await;
    let created = walk.create().await;
    let browser = &walk.browser;
    browser.go(created.link.expect("asked for").reveal()).await;
    walk.agree().await;
    walk.hand_in_everything().await;
    walk.finish("retry", "selfie_liveness_detection").await;
    browser.is_at("A picture of you").await;
    browser.shows(".problem", "selfie_liveness_detection").await;
    walk.keep("retry").await;
    browser.click("button[value=hand-in]").await;
    browser.is_at("Is everything there?").await;
    walk.finish("fail", "selfie_pose_detection").await;
    browser.is_at("That did not work").await;
    walk.keep("declined").await;
    let id = created.inquiry.id();
    assert_eq!(walk.status(id.as_str()).await, InquiryStatus::Declined);
}

#[tokio::test]
async fn a_person_who_closed_the_tab_needs_a_token_and_goes_on_where_they_were() {
    let walk = Walk::begin().await;
    let id = walk.create().await.inquiry.id();
    let bare = walk.page(&format!("/verify?inquiry-id={id}"));
    let browser = &walk.browser;
    browser.go(&bare).await;
    walk.agree().await;
    browser.click("button[value=fill]").await;
    browser.is_at("Your government ID").await;
    browser.click("button[value=hand-in]").await;
    browser.is_at("A picture of you").await;

    browser.go("about:blank").await;
    browser.go(&bare).await;
    browser.is_at("Session expired").await;
    walk.keep("session-expired").await;

    let resumed = walk.persona.inquiries().resume(&id).await.expect("a token");
    let token = resumed.session_token.reveal();
    browser.go(&format!("{bare}&session-token={token}")).await;
    browser.is_at("A picture of you").await;
}

#[tokio::test]
async fn a_one_time_link_works_once_and_for_five_more_minutes() {
    let walk = Walk::begin().await;
    let created = walk.create().await;
    let link = created.link.expect("asked for");
    let browser = &walk.browser;
    browser.go(link.reveal()).await;
    browser.is_at("Let’s get you verified").await;
    walk.emulator.clock().advance(Duration::from_secs(4 * 60));
    browser.go(link.reveal()).await;
    browser.is_at("Let’s get you verified").await;
    walk.emulator.clock().advance(Duration::from_secs(2 * 60));
    browser.go(link.reveal()).await;
    browser.is_at("This link was already used").await;
    walk.keep("link-used").await;

    let unused = walk.create().await.link.expect("asked for");
    walk.emulator
        .clock()
        .advance(Duration::from_secs(25 * 60 * 60));
    browser.go(unused.reveal()).await;
    browser.is_at("This link has expired").await;
    walk.keep("link-expired").await;
    browser.go(&walk.page("/verify?code=us1-nobody")).await;
    browser.is_at("This link leads nowhere").await;
    walk.keep("link-unknown").await;
}

#[tokio::test]
async fn an_inquiry_that_expired_under_the_person_is_resumed() {
    let walk = Walk::begin().await;
    let created = walk.create().await;
    let id = created.inquiry.id();
    let browser = &walk.browser;
    browser.go(created.link.expect("asked for").reveal()).await;
    walk.agree().await;
    walk.emulator
        .clock()
        .advance(Duration::from_secs(25 * 60 * 60));
    browser.click("button[value=fill]").await;
    browser.is_at("Session expired").await;
    assert_eq!(walk.status(id.as_str()).await, InquiryStatus::Expired);

    let resumed = walk.persona.inquiries().resume(&id).await.expect("a token");
    let token = resumed.session_token.reveal();
    let back = format!("/verify?inquiry-id={id}&session-token={token}");
    browser.go(&walk.page(&back)).await;
    walk.hand_in_everything().await;
    walk.finish("pass", "").await;
    browser.is_at("You are done").await;
    walk.keep("done").await;
    assert_eq!(walk.status(id.as_str()).await, InquiryStatus::Approved);
}
