//! The operator's pages.

use std::time::Duration;

use withpersona::emulator::{Emulator, Results};
use withpersona::{InquiryStatus, Outcome};

use crate::site::Site;
use crate::walk::Walk;

#[tokio::test]
async fn a_decision_on_the_dashboard_wakes_the_waiting_backend() {
    let walk = Walk::with(Results::ByHand).await;
    let created = walk.create().await;
    let id = created.inquiry.id();
    let browser = &walk.browser;
    let waiting = tokio::spawn(
        walk.persona
            .inquiries()
            .wait(&id)
            .deadline(Duration::from_secs(120))
            .pace(Duration::from_millis(50), Duration::from_millis(200))
            .condition(|inquiry| inquiry.status().is_decided())
            .into_future(),
    );
    browser.go(created.link.expect("asked for").reveal()).await;
    walk.agree().await;
    walk.hand_in_everything().await;
    walk.finish("fail", "id_expired_detection").await;
    browser.is_at("Persona is looking at it").await;
    walk.keep("waiting").await;

    browser.go(&walk.page("/dashboard")).await;
    browser.is_at("Dashboard").await;
    walk.keep("dashboard").await;
    // The list renews itself: what is created now turns up without a reload.
    let other = walk.create().await.inquiry.id();
    browser.shows("#inquiries a", other.as_str()).await;

    browser
        .click(&format!("a[href='/dashboard/inquiries/{id}']"))
        .await;
    browser.is_at(id.as_str()).await;
    walk.keep("dashboard-inquiry").await;
    browser
        .click("form[action$='/mark-for-review'] button")
        .await;
    browser.shows("#state .chip", "needs_review").await;
    browser.click("form[action$='/approve'] button").await;
    let outcome = waiting.await.expect("no panic").expect("an outcome");
    let Outcome::Met(inquiry) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(inquiry.status(), InquiryStatus::Approved);
    browser.shows("#timeline", "inquiry.approved").await;
    walk.keep("dashboard-decided").await;
}

#[tokio::test]
async fn the_operator_moves_the_clock_and_lets_results_come() {
    let walk = Walk::with(Results::ByHand).await;
    let created = walk.create().await;
    let id = created.inquiry.id();
    let browser = &walk.browser;
    browser.go(created.link.expect("asked for").reveal()).await;
    walk.agree().await;
    walk.hand_in_everything().await;
    walk.finish("fail", "id_expired_detection").await;
    browser.is_at("Persona is looking at it").await;
    browser
        .go(&walk.page(&format!("/dashboard/inquiries/{id}")))
        .await;
    browser.shows("#result", "id_expired_detection").await;
    browser.click("#result input[value=pass]").await;
    browser.click("#result button").await;
    browser.shows("#state .chip", "approved").await;

    let lost = walk.create().await.inquiry.id();
    browser.go(&walk.page("/dashboard")).await;
    browser.click("option[value='604800']").await;
    browser
        .click("form[action='/dashboard/clock'] button")
        .await;
    browser.shows("#inquiries .chip", "expired").await;
    assert_eq!(walk.status(lost.as_str()).await, InquiryStatus::Expired);
    browser
        .go(&walk.page("/dashboard/inquiries/inq_nobody"))
        .await;
    browser.is_at("There is no such inquiry").await;
    walk.keep("dashboard-unknown").await;
}

#[tokio::test]
async fn the_operator_sees_deliveries_with_their_attempts_and_sends_one_again() {
    let site = Site::start("taken").await;
    let config = format!(
        "[[webhook]]\nurl = '{}'\nevents = ['inquiry.created']\n\
         [[webhook]]\nurl = 'http://127.0.0.1:9/nobody'\nevents = ['*']",
        site.url("/webhooks")
    );
    let builder = Emulator::builder().config_toml(&config).expect("a choice");
    let walk = Walk::of(builder).await;
    let browser = &walk.browser;
    browser.go(&walk.page("/dashboard")).await;
    browser.is_at("Dashboard").await;
    walk.keep("dashboard-empty").await;

    walk.create().await;
    let deliveries = walk.emulator.deliveries();
    deliveries.settled().await;
    browser.reload().await;
    browser.shows("#deliveries .chip", "delivered").await;
    browser
        .shows("#deliveries td", "nobody listens there")
        .await;
    walk.keep("dashboard-deliveries").await;

    let all = deliveries.all();
    let taken = all.iter().find(|it| it.url.contains("/webhooks"));
    let taken = &taken.expect("a delivery").id;
    let again = format!("form[action$='/deliveries/{taken}/again'] button");
    browser.click(&again).await;
    browser.is_at("Dashboard").await;
    deliveries.settled().await;
    let all = deliveries.all();
    let attempts = all
        .iter()
        .find(|it| it.id == *taken)
        .map(|it| it.attempts.len());
    assert_eq!(attempts, Some(2));
}
