//! The flow in a frame of somebody else's page.

use serde_json::json;

use crate::driver::Browser;
use crate::site::Site;
use crate::walk::{Walk, screenshot};

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
