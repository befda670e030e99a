//! What holds for every operation of the emulator: keys, headers, limits, lists, casing.

mod canary;
mod http;

use std::time::Duration;

use http::{Api, send};
use reqwest::Method;
use serde_json::{Value, json};
use withpersona::emulator::{Emulator, TRANSACTION_TYPE_ID};

const MINUTE: Duration = Duration::from_secs(60);

const STANDARD_HEADERS: [&str; 6] = [
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "request-id",
    "persona-environment-id",
    "persona-organization-id",
];

#[tokio::test]
async fn a_key_is_needed() {
    let api = Api::start().await;
    let url = format!("{}/inquiries", api.emulator.base_url());
    let client = http::client();
    for request in [
        client.get(&url),
        client.get(&url).bearer_auth("persona_production_1"),
        client.get(&url).bearer_auth(""),
        client.get(&url).basic_auth("persona_sandbox_1", Some("")),
        client.get(format!("{}/nothing", api.emulator.base_url())),
    ] {
        let answer = send(request).await;
        assert_eq!(answer.status, 401);
        assert!(!answer.title().is_empty());
        for name in STANDARD_HEADERS {
            assert_eq!(answer.header(name), None);
        }
    }
    let any = send(client.get(&url).bearer_auth("persona_sandbox_whatever")).await;
    assert_eq!(any.status, 200);
    assert_eq!(api.emulator.request_count(), 6);
}

#[tokio::test]
async fn every_authenticated_answer_has_the_standard_headers() {
    let api = Api::start().await;
    for (path, status) in [
        ("/inquiries", 200),
        ("/inquiries?page[size]=0", 400),
        ("/inquiries/inq_none", 404),
        ("/theme-sets", 501),
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        for name in STANDARD_HEADERS {
            assert!(answer.header(name).is_some(), "{path} has no {name}");
        }
        assert!(
            answer
                .header("request-id")
                .is_some_and(|id| id.starts_with("req_"))
        );
        if status != 200 {
            let error = &answer.body["errors"][0];
            assert!(
                error["title"].is_string() && error["details"].is_string(),
                "{error}"
            );
        }
    }
    let wrong_method = api.delete("/inquiries").await;
    assert_eq!(wrong_method.status, 501);
    assert!(wrong_method.header("request-id").is_some());
}

#[tokio::test]
async fn the_rate_window_is_fixed_and_kept_per_key() {
    let api = Api::with(Emulator::builder().rate_limit(3)).await;
    for remaining in ["2", "1", "0"] {
        let answer = api.get("/inquiries").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit-limit"), Some("3"));
        assert_eq!(answer.header("ratelimit-remaining"), Some(remaining));
        assert_eq!(answer.header("ratelimit-reset"), Some("60"));
    }
    api.emulator.clock().advance(Duration::from_millis(20_500));
    let refused = api.get("/inquiries").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.title(), "Rate limit exceeded");
    assert_eq!(refused.header("ratelimit-reset"), Some("40"), "rounded up");
    let url = format!("{}/inquiries", api.emulator.base_url());
    let other_key = http::client().get(url).bearer_auth("persona_sandbox_other");
    assert_eq!(send(other_key).await.status, 200);
    api.emulator.clock().advance(Duration::from_secs(40));
    let limits = api.get("/rate-limits").await;
    assert_eq!(
        limits.body["data"],
        json!([{
            "type": "rate-limit/api",
            "attributes": { "limit": 3, "remaining": 2, "seconds-to-reset": 60 },
        }])
    );
}

#[tokio::test]
async fn an_idempotency_key_gives_the_first_answer_again() {
    let api = Api::with(Emulator::builder().rate_limit(5)).await;
    let create = |key: &str, note: &str| {
        let mut body = api.new_inquiry(json!({ "auto-create-inquiry-session": true }));
        body["data"]["attributes"]["note"] = note.into();
        let request = api.request(Method::POST, "/inquiries");
        send(
            request
                .header("Idempotency-Key", key.to_owned())
                .json(&body),
        )
    };
    let first = create("one", "a").await;
    let again = create("one", "a").await;
    assert_eq!(first.status, 201);
    assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
    assert_eq!(again.header("request-id"), first.header("request-id"));
    assert_eq!(
        again.header("ratelimit-remaining"),
        Some("3"),
        "a replay counts"
    );
    assert_eq!(create("one", "b").await.status, 400, "other parameters");
    let listed = api.get("/inquiries").await;
    assert_eq!(listed.body["data"].as_array().map(Vec::len), Some(1));

    // A refusal is kept like any other answer …
    let bad = api
        .request(Method::POST, "/inquiries")
        .header("Idempotency-Key", "two");
    assert_eq!(send(bad.json(&json!({}))).await.status, 400);
    // … but not one that is decided before the key is looked at.
    assert_eq!(create("three", "a").await.status, 429);
    api.emulator.clock().advance(MINUTE);
    assert_eq!(create("three", "a").await.status, 201);
    let bad = api
        .request(Method::POST, "/inquiries")
        .header("Idempotency-Key", "two");
    assert_eq!(send(bad.json(&json!({}))).await.status, 400);

    api.emulator
        .clock()
        .advance(Duration::from_secs(24 * 60 * 60));
    let forgotten = create("one", "a").await;
    assert_eq!(forgotten.status, 201);
    assert_ne!(forgotten.id(), first.id());
}

#[tokio::test]
async fn a_key_of_the_configuration_has_a_version_and_an_inflection() {
    let config = "[[api-key]]\nvalue = 'persona_sandbox_older'\nname = 'a'\napi-version = '2023-01-05'\n\
                  [[api-key]]\nvalue = 'persona_sandbox_camel'\nname = 'b'\ninflection = 'camel'";
    let builder = Emulator::builder().config_toml(config).expect("a choice");
    let api = Api::with(builder).await;
    let get = |key: &'static str| {
        let request = http::client().get(format!("{}/rate-limits", api.emulator.base_url()));
        send(request.bearer_auth(key))
    };
    let older = get("persona_sandbox_older").await;
    assert_eq!(
        older.status, 501,
        "the emulator has the shapes of one version"
    );
    let camel = get("persona_sandbox_camel").await;
    let attributes = &camel.body["data"][0]["attributes"];
    assert!(attributes["secondsToReset"].is_number(), "{attributes}");
}

#[tokio::test]
async fn a_quota_is_of_one_product_and_of_all_keys() {
    let api = Api::with(Emulator::builder().quota(2)).await;
    let create = |key: &'static str, idempotency_key: &'static str| {
        let request = http::client().post(format!("{}/inquiries", api.emulator.base_url()));
        let request = request
            .bearer_auth(key)
            .header("idempotency-key", idempotency_key);
        send(request.json(&api.new_inquiry(json!({}))))
    };
    assert_eq!(create("persona_sandbox_1", "a").await.status, 201);
    assert_eq!(create("persona_sandbox_2", "b").await.status, 201);
    // What was created already is told again, and counts once.
    assert_eq!(create("persona_sandbox_1", "a").await.status, 201);
    let refused = create("persona_sandbox_1", "c").await;
    assert_eq!(
        (refused.status.as_u16(), refused.title()),
        (429, "Quota exceeded")
    );
    assert_eq!(refused.header("ratelimit-remaining"), Some("297"));
    assert_eq!(api.get("/inquiries").await.status, 200);
    let account = json!({ "data": { "attributes": {} } });
    assert_eq!(api.post("/accounts", account).await.status, 201);
    let transaction = json!({ "data": { "attributes": {
        "transaction-type-id": TRANSACTION_TYPE_ID, "reference-id": "payment-1",
    } } });
    assert_eq!(api.post("/transactions", transaction).await.status, 201);

    api.emulator.clock().advance(MINUTE);
    assert_eq!(create("persona_sandbox_1", "c").await.status, 201);
}

#[tokio::test]
async fn lists_come_newest_first_and_in_pages() {
    let api = Api::start().await;
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.insert(0, api.new_id().await);
        api.emulator.clock().advance(Duration::from_secs(1));
    }
    let on = |answer: &http::Answer| -> Vec<String> {
        let items = answer.body["data"].as_array().expect("a list").iter();
        items
            .map(|it| it["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(
        on(&api.get("/inquiries").await),
        ids[..10],
        "ten unless said otherwise"
    );

    let mut seen = Vec::new();
    let mut next = Some("/inquiries?page[size]=5".to_owned());
    let mut last = None;
    while let Some(path) = next {
        let page = api.get(&path).await;
        seen.extend(on(&page));
        let link = page.body["links"]["next"].as_str();
        next = link.map(|link| link.trim_start_matches("/api/v1").to_owned());
        last = Some(page);
    }
    assert_eq!(seen, ids);

    let last = last.expect("a page");
    assert_eq!(on(&last), ids[10..]);
    let back = last.body["links"]["prev"]
        .as_str()
        .expect("there is a page before");
    let back = api.get(back.trim_start_matches("/api/v1")).await;
    assert_eq!(on(&back), ids[5..10]);
    assert!(back.body["links"]["prev"].is_string() && back.body["links"]["next"].is_string());
    let first = api
        .get(&format!("/inquiries?page[size]=5&page[before]={}", ids[5]))
        .await;
    assert_eq!(on(&first), ids[..5]);
    assert_eq!(first.body["links"]["prev"], json!(null));

    for query in [
        "page[size]=0",
        "page[size]=101",
        "page[size]=many",
        "page[after]=inq_none",
        "page[number]=2",
        "filter[colour]=red",
        "include=account",
        "filter[note]=a&filter[status]=created",
        "filter[created-at-start]=yesterday",
    ] {
        assert_eq!(
            api.get(&format!("/inquiries?{query}")).await.status,
            400,
            "{query}"
        );
    }
}

#[tokio::test]
async fn inquiries_are_found_by_their_filters() {
    let api = Api::start().await;
    let mut ids = Vec::new();
    for person in ["ada", "bob", "ada"] {
        let meta = json!({ "auto-create-account-reference-id": person });
        ids.push(api.create(meta).await.id());
        api.emulator.clock().advance(MINUTE);
    }
    api.post(&format!("/inquiries/{}/approve", ids[1]), json!({}))
        .await;
    let note = json!({ "data": { "attributes": { "note": "call back" } } });
    api.patch(&format!("/inquiries/{}", ids[0]), note).await;
    let account = api.get("/accounts?filter[reference-id]=ada").await;
    assert_eq!(
        account.body["data"].as_array().map(Vec::len),
        Some(1),
        "one account a person"
    );
    let account = account.body["data"][0]["id"].as_str().expect("an id");
    let template = api.emulator.default_template_id();
    for (filter, wanted) in [
        ("filter[reference-id]=ada".to_owned(), vec![2, 0]),
        ("filter[reference_id]=bob".to_owned(), vec![1]),
        (format!("filter[account-id]={account}"), vec![2, 0]),
        ("filter[status]=approved".to_owned(), vec![1]),
        ("filter[status]=approved,created".to_owned(), vec![2, 1, 0]),
        (
            format!("filter[inquiry-id]={},{}", ids[0], ids[1]),
            vec![1, 0],
        ),
        (
            format!("filter[inquiry-template-id]={template}"),
            vec![2, 1, 0],
        ),
        ("filter[template-id]=tmpl_other".to_owned(), vec![]),
        ("filter[note]=call%20back".to_owned(), vec![0]),
        (
            "filter[created-at-start]=2026-01-31T12:01:00Z".to_owned(),
            vec![2, 1],
        ),
        (
            "filter[created-at-end]=2026-01-31T12:01:00Z".to_owned(),
            vec![1, 0],
        ),
    ] {
        let answer = api.get(&format!("/inquiries?{filter}")).await;
        let found: Vec<&Value> = answer.body["data"]
            .as_array()
            .unwrap_or_else(|| panic!("{filter} gave {}", answer.body))
            .iter()
            .map(|it| &it["id"])
            .collect();
        let wanted: Vec<&String> = wanted.into_iter().map(|index: usize| &ids[index]).collect();
        assert_eq!(found, wanted, "{filter}");
    }
}

#[tokio::test]
async fn sparse_fieldsets_leave_what_was_asked_for() {
    let api = Api::start().await;
    let id = api.new_id().await;
    let path = format!("/inquiries/{id}?include=account&fields[inquiry]=status,fields.name-first");
    let answer = api.get(&path).await;
    assert_eq!(
        answer.body["data"]["attributes"],
        json!({
            "status": "created",
            "fields": { "name-first": { "type": "string", "value": null } },
        })
    );
    assert!(answer.body["data"]["relationships"]["account"].is_object());
    assert!(answer.body["included"][0]["attributes"]["created-at"].is_string());
    let list = api.get("/inquiries?fields[inquiry]=createdAt").await;
    let attributes = list.body["data"][0]["attributes"]
        .as_object()
        .expect("attributes");
    assert_eq!(attributes.keys().collect::<Vec<_>>(), ["created-at"]);
}

#[tokio::test]
async fn related_resources_are_included() {
    let api = Api::start().await;
    let meta = json!({ "auto-create-inquiry-session": true });
    let created = api.create(meta).await;
    assert_eq!(created.body.get("included"), None, "only when asked for");
    let kinds = |answer: &http::Answer| -> Vec<String> {
        let included = answer.body["included"].as_array().expect("included").iter();
        included
            .map(|it| it["type"].as_str().expect("a type").to_owned())
            .collect()
    };
    let path = format!("/inquiries/{}", created.id());
    assert_eq!(
        kinds(&api.get(&path).await),
        [
            "account",
            "inquiry-template",
            "inquiry-template-version",
            "inquiry-session",
            "template"
        ]
    );
    assert_eq!(
        kinds(&api.get(&format!("{path}?include=sessions")).await),
        ["inquiry-session"]
    );
    assert_eq!(kinds(&api.get(&format!("{path}?include=")).await), [""; 0]);

    let unknown = api
        .post(&format!("{path}/approve?include=children"), json!({}))
        .await;
    assert_eq!(unknown.status, 400);
    assert_eq!(
        api.get(&path).await.attribute("status"),
        "created",
        "nothing was done"
    );
}

#[tokio::test]
async fn keys_come_in_the_casing_that_is_asked_for() {
    let api = Api::start().await;
    let body = json!({
        "data": { "attributes": {
            "inquiryTemplateId": api.emulator.default_template_id(),
            "fields": { "name-first": "Ada" },
        } },
        "meta": { "auto_create_inquiry_session": true },
    });
    for (inflection, token, created) in [
        ("kebab", "session-token", "created-at"),
        ("camel", "sessionToken", "createdAt"),
        ("snake", "session_token", "created_at"),
    ] {
        let request = api
            .request(Method::POST, "/inquiries")
            .header("Key-Inflection", inflection);
        let answer = send(request.json(&body)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert!(
            answer.body["meta"][token].is_string(),
            "{}",
            answer.body["meta"]
        );
        assert!(answer.attribute(created).is_string());
        assert_eq!(answer.attribute("fields")["name-first"]["value"], "Ada");
    }
    let request = api
        .request(Method::GET, "/inquiries")
        .header("Key-Inflection", "shout");
    assert_eq!(send(request).await.status, 400);
}

#[tokio::test]
async fn only_the_emulated_version_of_the_api_is_answered() {
    let api = Api::start().await;
    for (version, status) in [
        ("2025-12-08", 200),
        ("2023-01-05", 501),
        ("2024-01-01", 400),
    ] {
        let request = api
            .request(Method::GET, "/inquiries")
            .header("Persona-Version", version);
        assert_eq!(send(request).await.status, status, "{version}");
    }
}

#[tokio::test]
async fn pdfs_are_pdfs() {
    let api = Api::start().await;
    let id = api.new_id().await;
    let answer = api.get(&format!("/inquiries/{id}/print")).await;
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    assert!(answer.bytes.starts_with(b"%PDF-1.4") && answer.bytes.ends_with(b"%%EOF\n"));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids() {
    let (one, two) = (Api::start().await, Api::start().await);
    one.get("/inquiries").await;
    let meta = json!({ "auto-create-inquiry-session": true, "auto-create-one-time-link": true });
    let (one, two) = (one.create(meta.clone()).await, two.create(meta).await);
    assert_eq!(one.id(), two.id());
    assert_eq!(one.meta("session-token"), two.meta("session-token"));
    let code = |answer: &http::Answer| {
        let link = answer.meta("one-time-link");
        link.split_once("code=").map(|(_, code)| code.to_owned())
    };
    assert_eq!(code(&one), code(&two));
}

#[tokio::test]
async fn nothing_is_left_listening_after_the_drop() {
    let emulator = Emulator::start().await.expect("it starts");
    let url = format!("{}/inquiries", emulator.base_url());
    let client = http::client();
    let request = || client.get(&url).bearer_auth("persona_sandbox_1").send();
    assert_eq!(request().await.expect("an answer").status(), 200);
    drop(emulator);
    assert!(request().await.is_err());
}

/// Writes the table anew in place of comparing it.
const WRITE: &str = "PERSONA_EMULATOR_TABLE_WRITE";

#[test]
fn the_table_in_the_page_about_the_emulator_is_the_table_of_routes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/EMULATOR.md");
    let page = std::fs::read_to_string(path).expect("the page");
    let (head, rest) = page
        .split_once("<!-- operations: begin -->\n")
        .expect("the table begins");
    let (known, tail) = rest
        .split_once("<!-- operations: end -->")
        .expect("the table ends");
    let mut table = "\n| method | path under `/api/v1` | operation |\n|---|---|---|\n".to_owned();
    for operation in withpersona::emulator::operations() {
        let (method, path, id) = (operation.method, operation.path, operation.id);
        table.push_str(&format!("| {method} | `{path}` | {id} |\n"));
    }
    table.push('\n');
    if std::env::var_os(WRITE).is_some() {
        let begin = "<!-- operations: begin -->\n";
        let end = "<!-- operations: end -->";
        std::fs::write(path, format!("{head}{begin}{table}{end}{tail}")).expect("written");
        return;
    }
    assert!(
        known == table,
        "the table in EMULATOR.md is out of date: run this test with {WRITE}=1"
    );
}
