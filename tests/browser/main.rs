//! People and operators in a real browser, on the emulator's pages. Every page that is reached is
//! looked over (width, labels, contrast) and photographed into `target/screenshots`.

#[path = "../canary/mod.rs"]
mod canary;
mod driver;
#[path = "../http/mod.rs"]
mod http;
mod site;

use std::path::PathBuf;
use std::time::Duration;

use driver::Browser;
use serde_json::json;
use site::Site;
use withpersona::emulator::{Emulator, Results};
use withpersona::{Created, InquiryStatus, NewInquiry, Outcome, Persona};

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";

struct Walk {
    emulator: Emulator,
    persona: Persona,
    browser: Browser,
}

impl Walk {
    async fn begin() -> Self {
        Self::with(Results::Immediate).await
    }

    async fn with(results: Results) -> Self {
        let emulator = Emulator::builder().results(results).seed(7).start().await;
        let emulator = emulator.expect("the emulator starts");
        let persona = Persona::builder()
            .api_key(emulator.api_key())
            .base_url(emulator.base_url())
            .build()
            .expect("a client");
        Self {
            emulator,
            persona,
            browser: Browser::start().await,
        }
    }

    async fn create(&self) -> Created {
        let new = NewInquiry::from_template(self.emulator.default_template_id())
            .reference_id("user-4711")
            .field("name-first", "Alex")
            .with_one_time_link();
        let created = self.persona.inquiries().create(new).await;
        created.expect("an inquiry")
    }

    fn page(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.emulator.origin())
    }

    async fn status(&self, id: &str) -> InquiryStatus {
        let inquiry = self.persona.inquiries().retrieve(id).await;
        inquiry.expect("an inquiry").status()
    }

    /// Looks the page over and photographs it, on a desk and on a phone.
    async fn keep(&self, name: &str) {
        for width in [390, 1280] {
            self.browser.resize(width).await;
            let wrong = self.browser.run(include_str!("audit.js")).await;
            assert_eq!(wrong, json!([]), "{name} at {width} pixels");
            self.browser.screenshot(&screenshot(name, width)).await;
        }
    }

    async fn agree(&self) {
        self.browser.is_at("Let’s get you verified").await;
        self.browser.click("button[value=start]").await;
        self.browser.is_at("Your details").await;
    }

    async fn hand_in_everything(&self) {
        self.browser.is_at("Your details").await;
        self.browser.click("button[value=fill]").await;
        self.browser.is_at("Your government ID").await;
        self.browser.click("button[value=hand-in]").await;
        self.browser.is_at("A picture of you").await;
        self.browser.click("button[value=hand-in]").await;
        self.browser.is_at("Is everything there?").await;
    }

    /// Tells on the last page what Persona finds.
    async fn finish(&self, found: &str, check: &str) {
        self.browser.click(&format!("input[value={found}]")).await;
        if !check.is_empty() {
            self.browser.click(&format!("option[value={check}]")).await;
        }
        self.browser.click("button[value=finish]").await;
    }
}

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
    walk.keep("done").await;
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
    assert_eq!(walk.status(id.as_str()).await, InquiryStatus::Approved);
}

#[tokio::test]
async fn the_embedded_flow_calls_back() {
    let walk = Walk::begin().await;
    let browser = &walk.browser;
    let site = Site::start(&embedding(
        &walk,
        &json!({
            "templateId": walk.emulator.default_template_id(),
            "referenceId": "user-4711",
            "environmentId": "env_1",
            "fields": { "nameFirst": "Alex" },
        }),
    ))
    .await;
    browser.go(&site.url("/")).await;
    browser.enter_frame("iframe").await;
    browser.is_at("Let’s get you verified").await;
    browser.out_of_frame().await;
    for width in [390, 1280] {
        browser.resize(width).await;
        browser.view(&screenshot("embedded", width)).await;
    }
    browser.enter_frame("iframe").await;
    walk.agree().await;
    assert_eq!(browser.value("#field-name-first").await, "Alex");
    walk.hand_in_everything().await;
    walk.finish("pass", "").await;
    browser.is_at("You are done").await;
    browser.click("button[data-say]").await;
    browser.out_of_frame().await;

    let calls = called(browser, "onComplete").await;
    let names: Vec<&str> = calls
        .iter()
        .map(|call| call[0].as_str().expect("a name"))
        .filter(|name| *name != "onEvent")
        .collect();
    assert_eq!(names, ["onLoad", "onReady", "onComplete"]);
    let events: Vec<&str> = calls
        .iter()
        .filter(|call| call[0] == "onEvent")
        .map(|call| call[1].as_str().expect("a name"))
        .filter(|name| *name != "page-change")
        .collect();
    assert_eq!(events, ["load", "ready", "start", "complete"]);
    let complete = &calls.last().expect("calls")[1];
    assert_eq!(complete["status"], "approved");
    assert_eq!(
        complete["fields"]["name-first"],
        json!({ "type": "string", "value": "Alex" })
    );
    let id = complete["inquiryId"].as_str().expect("an id");
    let inquiry = walk
        .persona
        .inquiries()
        .retrieve(id)
        .await
        .expect("it is there");
    assert_eq!(inquiry.reference_id(), Some("user-4711"));
    assert_eq!(
        browser
            .run("return document.querySelectorAll('iframe').length")
            .await,
        0
    );
}

#[tokio::test]
async fn the_embedded_flow_is_canceled_and_gives_the_way_back() {
    let walk = Walk::begin().await;
    let browser = &walk.browser;
    let id = walk.create().await.inquiry.id();
    let site = Site::start(&embedding(&walk, &json!({ "inquiryId": id.as_str() }))).await;
    browser.go(&site.url("/")).await;
    browser.enter_frame("iframe").await;
    walk.agree().await;
    browser.click("button[data-say]").await;
    browser.accept_alert().await;
    browser.out_of_frame().await;
    let calls = called(browser, "onCancel").await;
    let canceled = &calls.last().expect("calls")[1];
    assert_eq!(canceled["inquiryId"], id.as_str());
    let token = canceled["sessionToken"].as_str().expect("a token");

    // With it the flow goes on; without it there is an error and no way in.
    let options = json!({ "inquiryId": id.as_str(), "sessionToken": token });
    let site = Site::start(&embedding(&walk, &options)).await;
    browser.go(&site.url("/")).await;
    browser.enter_frame("iframe").await;
    browser.is_at("Your details").await;
    browser.out_of_frame().await;

    let site = Site::start(&embedding(&walk, &json!({ "inquiryId": id.as_str() }))).await;
    browser.go(&site.url("/")).await;
    let calls = called(browser, "onError").await;
    let error = &calls.last().expect("calls")[1];
    assert_eq!(*error, json!({ "status": 409, "code": "unauthenticated" }));

    browser.run("client.destroy()").await;
    assert_eq!(
        browser
            .run("return document.querySelectorAll('iframe').length")
            .await,
        0
    );
}

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
    browser.is_at("Dashboard").await;
    assert_eq!(walk.status(lost.as_str()).await, InquiryStatus::Expired);
    browser.reload().await;
    browser.shows("#inquiries .chip", "expired").await;
    browser
        .go(&walk.page("/dashboard/inquiries/inq_nobody"))
        .await;
    browser.is_at("There is no such inquiry").await;
    walk.keep("dashboard-unknown").await;
}

fn screenshot(name: &str, width: u32) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join(format!("{name}-{width}.png"))
}

/// A page of some company's that opens the flow and takes down who calls back.
fn embedding(walk: &Walk, options: &serde_json::Value) -> String {
    format!(
        r#"<h1>A shop</h1><p>Before we send you anything, we have to know you.</p>
        <script src="{}/persona.js"></script>
        <script>
        window.calls = [];
        const options = {options};
        for (const name of ["onLoad", "onReady", "onEvent", "onComplete", "onCancel", "onError"]) {{
            options[name] = (...values) => {{
                window.calls.push([name, ...values]);
                if (name === "onReady") client.open();
            }};
        }}
        const client = new Persona.Client(options);
        </script>"#,
        walk.emulator.origin()
    )
}

/// All calls so far, once there was one of this name.
async fn called(browser: &Browser, name: &str) -> Vec<serde_json::Value> {
    let script = format!(
        "const done = arguments[0]; const look = () => \
         window.calls.some(call => call[0] === '{name}') ? done(window.calls) : setTimeout(look, 50); \
         look();"
    );
    let calls = browser.run_until(&script).await;
    calls.as_array().expect("calls").clone()
}
