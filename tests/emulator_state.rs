//! What the emulator keeps in a file, and how it treats a file that is not its own.

mod canary;
mod http;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use http::Api;
use serde_json::{Value, json};
use withpersona::emulator::{Clock, Emulator, EmulatorBuilder, EmulatorError};

/// A directory of the test's own, gone with it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("withpersona-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("state.json")
    }

    fn builder(&self) -> EmulatorBuilder {
        Emulator::builder().state_file(self.file())
    }

    async fn api(&self) -> Api {
        Api::with(self.builder()).await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_restart_changes_nothing_but_the_address() {
    let place = Place::new("restart");
    let api = place.api().await;
    let created = api
        .create(json!({ "auto-create-one-time-link": true }))
        .await;
    let (id, link) = (created.id(), created.meta("one-time-link"));
    let mut person = api.emulator.person();
    person.follow_link(&link).expect("a page");
    person.start().expect("started");
    person.submit("government-id").expect("handed in");
    let report = json!({ "data": { "attributes": {
        "report-template-id": "rptp_1", "query": { "term": "Alexander Sample" },
    } } });
    // Whatever of the other resources can be made is made: all of it has to come back.
    let _ = api.post("/reports", report).await;
    let _ = api
        .post(
            "/accounts",
            json!({ "data": { "attributes": { "reference-id": "user-1" } } }),
        )
        .await;
    let paths = [
        "/inquiries",
        "/accounts",
        "/events?page[size]=100",
        "/inquiry-sessions",
        "/reports",
        "/cases",
        "/inquiry-templates",
    ];
    let before = all(&api, &paths).await;
    let environment = created.header("persona-environment-id").map(str::to_owned);
    drop(api);

    let api = place.api().await;
    assert_eq!(all(&api, &paths).await, before);
    let again = api.get(&format!("/inquiries/{id}")).await;
    assert_eq!(
        again.header("persona-environment-id").map(str::to_owned),
        environment
    );
    // The person's link is of the old address, and its code is as good as it was.
    let mut person = api.emulator.person();
    person.follow_link(&link).expect("within five minutes");
    person.submit("selfie").expect("handed in");
    person.pass().expect("found");
    assert_eq!(api.status(&id).await, "approved");
    assert_ne!(api.new_id().await, id, "ids go on");

    // What falls due while it is off happens at the next start.
    let lost = api.new_id().await;
    drop(api);
    let later = Clock::manual("2026-02-09T12:00:00Z".parse().expect("a time"));
    let emulator = place
        .builder()
        .clock(later)
        .start()
        .await
        .expect("it starts");
    let answer = http::client()
        .get(format!("{}/inquiries/{lost}", emulator.base_url()))
        .bearer_auth(emulator.api_key())
        .send()
        .await
        .expect("an answer");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["data"]["attributes"]["status"], "expired");
    assert_eq!(
        body["data"]["attributes"]["expired-at"],
        "2026-02-01T12:00:00.000Z"
    );
}

#[tokio::test]
async fn the_clock_goes_on_where_it_was() {
    let place = Place::new("clock");
    let emulator = place.builder().start().await.expect("it starts");
    emulator
        .clock()
        .advance(Duration::from_secs(7 * 24 * 60 * 60));
    let moved = emulator.clock().now();
    drop(emulator);
    let emulator = place.builder().start().await.expect("it starts");
    assert!(emulator.clock().now() >= moved);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_and_kept() {
    let place = Place::new("torn");
    drop(place.api().await);
    let whole = fs::read(place.file()).expect("a file");
    let older = String::from_utf8(whole.clone()).expect("text").replacen(
        "\"format\":2",
        "\"format\":99",
        1,
    );
    for (content, told) in [
        (whole[..whole.len() / 2].to_vec(), "torn"),
        (Vec::new(), "torn"),
        (b"{}".to_vec(), "torn"),
        (older.into_bytes(), "its format is 99"),
        (
            br#"{"format":2,"clock":null}"#.to_vec(),
            "does not fit together",
        ),
    ] {
        fs::write(place.file(), &content).expect("written");
        let error = place.builder().start().await.expect_err("it is refused");
        assert!(matches!(error, EmulatorError::State { .. }));
        let message = error.to_string();
        assert!(
            message.contains(told) && message.contains("left as it is"),
            "{message}"
        );
        assert_eq!(
            fs::read(place.file()).expect("a file"),
            content,
            "it is kept"
        );
    }

    let nowhere = Emulator::builder()
        .state_file("/nowhere/at/all/state.json")
        .start()
        .await;
    assert!(matches!(nowhere, Err(EmulatorError::State { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_nobody_elses() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new("private");
    drop(place.api().await);
    let mode = fs::metadata(place.file())
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let beside: Vec<_> = fs::read_dir(&place.0).expect("a directory").collect();
    assert_eq!(beside.len(), 1, "no half of a file is left");
}

#[tokio::test]
async fn templates_without_ids_keep_those_of_their_first_start() {
    const TEMPLATE: &str =
        "[[template]]\nname = \"Mine\"\n[[template.verification]]\nkind = \"selfie\"\n";
    let place = Place::new("templates");
    let start = |text: String| {
        let builder = place.builder().seed(1).template_toml(&text);
        builder.expect("valid").start()
    };
    let first = start(TEMPLATE.to_owned()).await.expect("it starts");
    let id = first.default_template_id().to_owned();
    let mut person = first.person();
    person
        .follow_link(&format!("?inquiry-template-id={id}"))
        .expect("a page");
    drop(first);

    let changed = format!("{TEMPLATE}attempts = 2\n\n[[template]]\nname = \"Another\"\n");
    let second = start(changed).await.expect("it starts");
    assert_eq!(second.default_template_id(), id);
    drop(second);
    // Left out, it stays for the inquiries that were made from it.
    let third = start("[[template]]\nname = \"Another\"\n".to_owned())
        .await
        .expect("it starts");
    assert_ne!(third.default_template_id(), id);
    let mut person = third.person();
    person
        .follow_link(&format!("?inquiry-template-id={id}"))
        .expect("it is there still");
}

async fn all(api: &Api, paths: &[&str]) -> Vec<Value> {
    let mut bodies = Vec::new();
    for path in paths {
        bodies.push(api.get(path).await.body);
    }
    bodies
}
