//! The flow in a frame of somebody else's page.

use serde_json::{Value, json};

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
    assert_eq!(
        events(&calls).collect::<Vec<_>>(),
        [
            "load",
            "ready",
            "page-change consent",
            "start",
            "page-change fields",
            "page-change government-id",
            "verification-change submitted",
            "page-change selfie",
            "verification-change submitted",
            "page-change review",
            "verification-change passed",
            "verification-change passed",
            "page-change done",
            "complete approved",
        ]
    );
    // What the last of these events said besides.
    let of = |event: &str| {
        let mut calls = calls.iter();
        let call = calls.rfind(|call| call[1] == event);
        call.expect("an event")[2].clone()
    };
    assert_eq!(of("page-change")["pathname"], "/done");
    assert!(of("page-change")["pageHeight"].as_u64() > Some(100));
    let verification = of("verification-change")["id"].clone();
    assert!(verification.as_str().expect("an id").starts_with("ver_"));
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
    assert_eq!(of("start")["inquiryId"], id);

    // It is hidden now, and gone when the page says so.
    assert_eq!(browser.run("return client.isOpen").await, false);
    browser.run("client.destroy()").await;
    assert_eq!(frames(browser).await, 0);
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
    let exit = &calls[calls.len() - 2];
    assert_eq!((&exit[1], &exit[2]), (&json!("exit"), canceled));

    // It goes on where it was, and ends without a question when the page says so.
    browser.run("client.open()").await;
    browser.enter_frame("iframe").await;
    browser.is_at("Your details").await;
    browser.out_of_frame().await;
    let open = "const before = client.isOpen; client.cancel(true); return [before, client.isOpen]";
    assert_eq!(browser.run(open).await, json!([true, false]));

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
    assert_eq!(frames(browser).await, 0);
}

#[tokio::test]
async fn the_embedded_flow_tells_what_it_cannot_begin_with() {
    let walk = Walk::begin().await;
    let browser = &walk.browser;
    let template = walk.emulator.default_template_id();
    for options in [
        json!({}),
        json!({ "inquiryId": "inq_nobody" }),
        json!({ "templateId": "itmpl_nobody" }),
        json!({ "templateId": template, "fields": { "favouriteColour": "red" } }),
        json!({ "templateId": template, "referenceId": "user-4711", "accountId": "act_1" }),
    ] {
        let site = Site::start(&embedding(&walk, &options)).await;
        browser.go(&site.url("/")).await;
        let calls = called(browser, "onError").await;
        let error = &calls.last().expect("calls")[1];
        let told = json!({ "status": 400, "code": "invalid_config" });
        assert_eq!(*error, told, "{options}");
        assert!(calls.iter().all(|call| call[0] != "onReady"), "{options}");
    }
    let preloaded = "Persona.Client.preload().then(() => arguments[0](true))";
    assert_eq!(browser.run_until(preloaded).await, true);
}

/// What EMULATOR.md tells a front-end developer to write.
#[tokio::test]
async fn the_page_of_the_documentation_opens_the_flow() {
    let walk = Walk::begin().await;
    let browser = &walk.browser;
    let page = include_str!("../../EMULATOR.md");
    let (_, example) = page.split_once("```html\n").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    let example = example.replace("http://127.0.0.1:7700", walk.emulator.origin());
    let site = Site::start(&format!("<h1>A shop</h1>{example}")).await;
    browser.go(&site.url("/")).await;
    browser.enter_frame("iframe").await;
    walk.agree().await;
    assert_eq!(browser.value("#field-name-first").await, "Alex");
}

/// The names that `onEvent` was called with, and what tells one from another.
fn events(calls: &[Value]) -> impl Iterator<Item = String> {
    let events = calls.iter().filter(|call| call[0] == "onEvent");
    events.map(|call| {
        let name = call[1].as_str().expect("a name");
        match call[2]["name"].as_str().or(call[2]["status"].as_str()) {
            Some(which) => format!("{name} {which}"),
            None => name.to_owned(),
        }
    })
}

async fn frames(browser: &Browser) -> Value {
    let count = "return document.querySelectorAll('iframe').length";
    browser.run(count).await
}

/// A page of some company's that opens the flow and takes down who calls back.
fn embedding(walk: &Walk, options: &Value) -> String {
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
async fn called(browser: &Browser, name: &str) -> Vec<Value> {
    let script = format!(
        "const done = arguments[0]; const look = () => \
         window.calls.some(call => call[0] === '{name}') ? done(window.calls) : setTimeout(look, 50); \
         look();"
    );
    let calls = browser.run_until(&script).await;
    calls.as_array().expect("calls").clone()
}
