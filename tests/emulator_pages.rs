//! The pages of the emulator, as a browser without scripts asks for them.

mod canary;
mod http;

use std::time::Duration;

use http::Api;
use reqwest::header::{CONTENT_SECURITY_POLICY, LOCATION, ORIGIN};
use reqwest::{Client, Method, Response, StatusCode, redirect};
use serde_json::{Value, json};
use withpersona::emulator::{Emulator, EmulatorBuilder, Found, Results};

/// A browser: it has no cookies, and follows no redirect by itself.
struct Pages {
    api: Api,
    http: Client,
}

struct Shown {
    status: StatusCode,
    html: String,
}

impl Pages {
    async fn start() -> Self {
        Self::with(Results::Immediate).await
    }

    async fn with(results: Results) -> Self {
        Self::of(Emulator::builder().results(results)).await
    }

    async fn of(builder: EmulatorBuilder) -> Self {
        let api = Api::with(builder).await;
        let http = Client::builder().redirect(redirect::Policy::none()).build();
        Self {
            api,
            http: http.expect("a client"),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.api.emulator.origin())
    }

    async fn get(&self, path: &str) -> Response {
        self.http
            .get(self.url(path))
            .send()
            .await
            .expect("an answer")
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self.http.post(self.url(path)).body(body);
        request.send().await.expect("an answer")
    }

    /// Goes where a link leads, and gives the address of the person's own page.
    async fn enter(&self, link: &str) -> String {
        let path = link.strip_prefix(self.api.emulator.origin());
        let answer = self.get(path.unwrap_or(link)).await;
        assert_eq!(answer.status(), 303, "{link}");
        location(&answer)
    }

    /// Presses a button on the person's page.
    async fn press(&self, page: &str, act: &str, more: &[(&str, &str)]) -> Shown {
        let pairs = query(page);
        let mut form: Vec<(&str, &str)> = vec![("act", act)];
        form.extend(
            pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        form.extend(more);
        let answer = self.post("/verify/flow", &form).await;
        if answer.status() == 303 {
            let next = location(&answer);
            shown(self.get(&next).await).await
        } else {
            shown(answer).await
        }
    }

    async fn control(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let request = self.http.post(self.url(path)).json(&body);
        let answer = request.send().await.expect("an answer");
        (answer.status(), answer.json().await.expect("JSON"))
    }

    async fn link(&self) -> String {
        let created = self
            .api
            .create(json!({ "auto-create-one-time-link": true }));
        created.await.meta("one-time-link")
    }
}

fn location(answer: &Response) -> String {
    let to = answer.headers().get(LOCATION).expect("a redirect");
    to.to_str().expect("text").to_owned()
}

fn query(address: &str) -> Vec<(String, String)> {
    let query = address.split_once('?').expect("a query").1;
    url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

async fn shown(answer: Response) -> Shown {
    Shown {
        status: answer.status(),
        html: answer.text().await.expect("text"),
    }
}

impl Shown {
    fn heading(&self) -> &str {
        let after = self.html.split_once("<h1").expect("a heading").1;
        let inner = after.split_once('>').expect("a tag").1;
        inner.split_once("</h1>").expect("its end").0
    }
}

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

#[tokio::test]
async fn every_page_says_that_it_is_not_persona_and_runs_no_foreign_script() {
    let pages = Pages::start().await;
    let id = pages.api.new_id().await;
    let page = pages.enter(&pages.link().await).await;
    for path in [
        "/",
        "/dashboard",
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
