//! Every call on API keys, by its name, against the emulator: what keys may do, how they end, and
//! that their values do not print.

mod canary;
mod on_emulator;

use std::time::Duration;

use on_emulator::{noon, start_with};
use withpersona::emulator::Emulator;
use withpersona::{ApiKey, ApiKeyUpdate, ErrorKind, NewApiKey, NewReport, Persona, Subject};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn start() -> (Emulator, Persona) {
    start_with(Emulator::builder().clock(noon())).await
}

fn client(emulator: &Emulator, key: ApiKey) -> Persona {
    Persona::builder()
        .api_key(key)
        .base_url(emulator.base_url())
        .build()
        .expect("builds")
}

fn watchlist() -> NewReport {
    NewReport::watchlist(Subject::full_name("Alexandra Beispiel"))
}

#[tokio::test]
async fn create_a_key_that_may_do_some_things() {
    let (emulator, persona) = start().await;
    let new = NewApiKey::named("screening")
        .note("nightly")
        .permissions(["report.read", "report.write"])
        .file_access_expires_in(Duration::from_secs(600));
    let made = persona.api_keys().create(new).await.expect("made");
    assert_eq!(made.key.name(), "screening");
    assert_eq!(made.key.note(), Some("nightly"));
    assert_eq!(made.key.permissions(), ["report.read", "report.write"]);
    assert_eq!(made.key.ip_address_allowlist(), ["*"]);
    assert!(made.key.attributes_blocklist().is_empty());
    assert_eq!(made.key.api_version(), Some("2025-12-08"));
    assert_eq!(made.key.inflection(), Some("kebab"));
    assert_eq!(
        made.key.file_access_expires_in(),
        Some(Duration::from_secs(600))
    );
    assert_eq!(
        (made.key.expires_at(), made.key.last_used_at()),
        (None, None)
    );
    assert!(made.key.created_at().is_some());

    let limited = client(&emulator, made.value);
    let report = limited
        .reports()
        .create(watchlist())
        .await
        .expect("may write");
    limited
        .reports()
        .retrieve(report.id())
        .await
        .expect("may read");
    for refused in [
        limited.cases().retrieve("case_1").await.map(|_| ()),
        limited.inquiries().retrieve("inq_1").await.map(|_| ()),
        limited.api_keys().retrieve(made.key.id()).await.map(|_| ()),
    ] {
        let error = refused.expect_err("may not");
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Permission, Some(403))
        );
    }
    limited.rate_limits().read().await.expect("everybody may");
    let used = persona
        .api_keys()
        .retrieve(made.key.id())
        .await
        .expect("read");
    assert!(used.last_used_at().is_some());
}

#[tokio::test]
async fn each_area_of_a_key_has_its_permission() {
    let (emulator, persona) = start().await;
    let keys = persona.api_keys();
    let of = async |permission: &str| {
        let new = NewApiKey::named(permission).permissions([permission]);
        client(&emulator, keys.create(new).await.expect("made").value)
    };
    let reader = of("report.read").await;
    let error = reader
        .reports()
        .create(watchlist())
        .await
        .expect_err("only reads");
    assert_eq!(error.kind(), ErrorKind::Permission);
    let error = reader
        .reports()
        .retrieve("rep_none")
        .await
        .expect_err("may read");
    assert_eq!(error.kind(), ErrorKind::NotFound);

    let trigger = of("workflow.trigger").await;
    let fields = serde_json::json!({});
    let workflows = trigger.workflows();
    workflows
        .trigger("wfl_EmulatedWorkflow", &fields)
        .await
        .expect("may trigger");
    let mut logs = trigger.api_logs().list().items();
    let error = logs.next().await.expect("an answer").expect_err("may not");
    assert_eq!(error.kind(), ErrorKind::Permission);

    let usual = keys.create(NewApiKey::named("usual")).await.expect("made");
    let usual = client(&emulator, usual.value);
    usual
        .reports()
        .create(watchlist())
        .await
        .expect("may do most");
    let error = usual
        .api_keys()
        .list()
        .items()
        .next()
        .await
        .expect("an answer");
    assert_eq!(
        error.expect_err("but not this").kind(),
        ErrorKind::Permission
    );
}

#[tokio::test]
async fn retrieve_and_list() {
    let (_emulator, persona) = start().await;
    let keys = persona.api_keys();
    let mut ids = Vec::new();
    for name in ["one", "two", "one"] {
        let made = keys.create(NewApiKey::named(name)).await.expect("made");
        ids.insert(0, made.key.id());
    }
    assert_eq!(keys.retrieve(&ids[1]).await.expect("read").name(), "two");
    let error = keys.retrieve("api_none").await.expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    for (list, expected) in [
        (keys.list(), ids.clone()),
        (keys.list().page_size(1), ids.clone()),
        (
            keys.list().name("one"),
            vec![ids[0].clone(), ids[2].clone()],
        ),
        (keys.list().name("three"), vec![]),
    ] {
        let mut items = list.items();
        let mut found = Vec::new();
        while let Some(key) = items.next().await {
            found.push(key.expect("read").id());
        }
        assert_eq!(found, expected);
    }
    let mut pages = keys.list().page_size(2).pages();
    let page = pages.next().await.expect("a page").expect("read");
    let mut rest = keys.list().after(page.next.expect("more")).items();
    assert_eq!(rest.next().await.expect("one").expect("read").id(), ids[2]);
}

#[tokio::test]
async fn update() {
    let (emulator, persona) = start().await;
    let made = persona
        .api_keys()
        .create(NewApiKey::named("one"))
        .await
        .expect("made");
    let limited = client(&emulator, made.value);
    limited.reports().create(watchlist()).await.expect("may");
    let update = ApiKeyUpdate::new()
        .name("two")
        .note("less")
        .permissions(["case.read"]);
    let key = persona
        .api_keys()
        .update(made.key.id(), update)
        .await
        .expect("updated");
    assert_eq!((key.name(), key.note()), ("two", Some("less")));
    assert_eq!(key.permissions(), ["case.read"]);
    assert_eq!(key.inflection(), Some("kebab"), "what was not named stays");
    let error = limited
        .reports()
        .create(watchlist())
        .await
        .expect_err("may not");
    assert_eq!(error.kind(), ErrorKind::Permission, "from now on");
    let update = ApiKeyUpdate::new().ip_address_allowlist(["203.0.113.7"]);
    let error = persona
        .api_keys()
        .update(made.key.id(), update)
        .await
        .expect_err("refused");
    assert_eq!(
        error.status(),
        Some(501),
        "the emulator would not act on it"
    );
}

#[tokio::test]
async fn clone_deploy_and_expire_with_an_overlap() {
    let (emulator, persona) = start().await;
    let keys = persona.api_keys();
    let new = NewApiKey::named("backend").permissions(["report.read", "report.write"]);
    let old = keys.create(new).await.expect("made");
    let backend = client(&emulator, old.value.clone());
    backend.reports().create(watchlist()).await.expect("works");

    let cloned = keys.clone_key(old.key.id()).await.expect("cloned");
    assert_ne!(cloned.key.id(), old.key.id());
    assert_eq!(cloned.key.permissions(), old.key.permissions());
    assert_eq!(cloned.key.name(), "backend");
    assert_ne!(cloned.value.reveal(), old.value.reveal());
    let not_yet_deployed = client(&emulator, old.value);
    backend.set_api_key(cloned.value).expect("taken over");
    let expiring = keys.expire(old.key.id(), DAY).await.expect("expires");
    let overlap = expiring.expires_at().expect("told") - emulator.clock().now();
    assert_eq!(overlap.num_seconds(), 24 * 60 * 60);

    not_yet_deployed
        .reports()
        .create(watchlist())
        .await
        .expect("the overlap");
    emulator.clock().advance(DAY);
    let error = not_yet_deployed
        .reports()
        .create(watchlist())
        .await
        .expect_err("over");
    assert_eq!(error.kind(), ErrorKind::Authentication);
    backend
        .reports()
        .create(watchlist())
        .await
        .expect("goes on");
}

#[tokio::test]
async fn expire_at_once() {
    let (emulator, persona) = start().await;
    let keys = persona.api_keys();
    let made = keys.create(NewApiKey::named("leaked")).await.expect("made");
    keys.expire(made.key.id(), Duration::ZERO)
        .await
        .expect("expired");
    let leaked = client(&emulator, made.value);
    let error = leaked.reports().retrieve("rep_1").await.expect_err("over");
    assert_eq!(error.kind(), ErrorKind::Authentication);
    let other = keys.create(NewApiKey::named("other")).await.expect("made");
    let soon = keys
        .expire(other.key.id(), Duration::from_millis(1))
        .await
        .expect("expires");
    let left = soon.expires_at().expect("told") - emulator.clock().now();
    assert_eq!(left.num_seconds(), 1, "part of a second is a whole one");
}

/// This client names version and inflection in each request; others leave it to the key.
#[tokio::test]
async fn a_key_says_what_a_request_leaves_open() {
    let (emulator, persona) = start().await;
    let camel = NewApiKey::named("camel").inflection("camel");
    let camel = persona.api_keys().create(camel).await.expect("made");
    let old = NewApiKey::named("old").api_version("2023-01-05");
    let old = persona.api_keys().create(old).await.expect("made");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let address = format!("{}/rate-limits", emulator.base_url());
    let get = |key: &ApiKey| http.get(&address).bearer_auth(key.reveal());
    let answer = get(&camel.value).send().await.expect("answers");
    let text = answer.text().await.expect("a text");
    assert!(text.contains("secondsToReset"), "{text}");
    let answer = get(&camel.value).header("key-inflection", "snake");
    let text = answer
        .send()
        .await
        .expect("answers")
        .text()
        .await
        .expect("a text");
    assert!(text.contains("seconds_to_reset"), "a header wins: {text}");
    let answer = get(&old.value).send().await.expect("answers");
    assert_eq!(answer.status(), 501, "the emulator has one version");
}

#[tokio::test]
async fn bad_input_is_told_before_it_is_sent() {
    let (emulator, persona) = start().await;
    let keys = persona.api_keys();
    let named = || NewApiKey::named("name");
    for (new, wanted) in [
        (NewApiKey::named(" "), "the name of the key is empty"),
        (
            named().permissions(["report.read", ""]),
            "a permission is empty",
        ),
        (named().ip_address_allowlist([""]), "an address is empty"),
        (named().attributes_blocklist([""]), "an attribute is empty"),
        (
            named().inflection("pascal"),
            "the inflection is none of kebab, camel and snake",
        ),
        (
            named().file_access_expires_in(Duration::ZERO),
            "for under one second",
        ),
        (
            named().file_access_expires_in(DAY * 2),
            "for more than a day",
        ),
    ] {
        refused_before_sending(keys.create(new).await.map(|_| ()), wanted);
    }
    for (update, wanted) in [
        (ApiKeyUpdate::new(), "the update names nothing to change"),
        (ApiKeyUpdate::new().name(""), "the name of the key is empty"),
        (
            ApiKeyUpdate::new().inflection(""),
            "the inflection is none of",
        ),
    ] {
        refused_before_sending(keys.update("api_1", update).await.map(|_| ()), wanted);
    }
    for (list, wanted) in [
        (keys.list().name(""), "the name of the key is empty"),
        (keys.list().page_size(0), "the page size is 0"),
        (keys.list().page_size(101), "the page size is 101"),
    ] {
        let first = list.items().next().await.expect("one");
        refused_before_sending(first.map(|_| ()), wanted);
    }
    let wanted = "more than 30 days";
    refused_before_sending(keys.expire("api_1", DAY * 31).await.map(|_| ()), wanted);
    let wanted = "the API key id is empty";
    refused_before_sending(keys.retrieve("").await.map(|_| ()), wanted);
    refused_before_sending(keys.clone_key("").await.map(|_| ()), wanted);
    refused_before_sending(keys.expire("", DAY).await.map(|_| ()), wanted);
    let update = ApiKeyUpdate::new().name("name");
    refused_before_sending(keys.update("", update).await.map(|_| ()), wanted);
    assert_eq!(emulator.request_count(), 0);
}

fn refused_before_sending(result: Result<(), withpersona::Error>, wanted: &str) {
    let error = result.expect_err(wanted);
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(
        error.to_string().contains(wanted),
        "{wanted:?} is not in {error}"
    );
}

#[tokio::test]
async fn the_value_of_a_key_does_not_print_or_serialize() {
    let (_emulator, persona) = start().await;
    let made = persona
        .api_keys()
        .create(NewApiKey::named("name"))
        .await
        .expect("made");
    let value = made.value.reveal();
    assert!(value.starts_with("persona_sandbox_") && value.len() > 40);
    let mut told = format!("{made:?} {:#?} {:?}", made.key, made.value);
    told += &serde_json::to_string(&made.key).expect("serializes");
    told += &format!("{:?}", made.key.raw().attributes);
    assert!(told.contains(made.key.id().as_str()));
    assert!(!told.contains(value), "{told}");
    let read = persona
        .api_keys()
        .retrieve(made.key.id())
        .await
        .expect("read");
    let read = serde_json::to_string(&read).expect("serializes");
    assert!(!read.contains(value), "it is told once");
}
