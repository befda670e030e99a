//! Every call on API logs, by its name, against the emulator.

mod canary;
mod on_emulator;

use on_emulator::start_with;
use withpersona::emulator::Emulator;
use withpersona::{ErrorKind, NewReport, Persona, Subject};

async fn start() -> (Emulator, Persona) {
    start_with(Emulator::builder().rate_limit(10_000)).await
}

#[tokio::test]
async fn retrieve_by_the_request_id_of_an_error() {
    let (_emulator, persona) = start().await;
    let error = persona
        .reports()
        .retrieve("rep_none")
        .await
        .expect_err("none");
    let request_id = error.request_id().expect("answered");
    let log = persona.api_logs().retrieve(request_id).await.expect("kept");
    assert_eq!(log.id(), request_id);
    assert_eq!(log.method(), Some("GET"));
    assert_eq!(log.path(), Some("/api/v1/reports/rep_none"));
    assert_eq!(log.status(), Some(404));
    assert_eq!(log.ip_address(), Some("127.0.0.1"));
    assert!(log.created_at().is_some());
    assert!(!log.is_redacted());
    let error = persona
        .api_logs()
        .retrieve("req_none")
        .await
        .expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn list_newest_first() {
    let (_emulator, persona) = start().await;
    let subject = Subject::full_name("Canary Person");
    persona
        .reports()
        .create(NewReport::watchlist(subject))
        .await
        .expect("created");
    for id in ["rep_1", "rep_2"] {
        persona.reports().retrieve(id).await.expect_err("none");
    }
    let mut pages = persona.api_logs().list().page_size(2).pages();
    let first = pages.next().await.expect("a page").expect("read");
    let paths: Vec<_> = first.items.iter().map(|log| log.path()).collect();
    assert_eq!(
        paths,
        [Some("/api/v1/reports/rep_2"), Some("/api/v1/reports/rep_1")]
    );
    let mut rest = persona
        .api_logs()
        .list()
        .after(first.next.expect("more"))
        .items();
    let oldest = rest.next().await.expect("one").expect("read");
    assert_eq!(
        (oldest.method(), oldest.status()),
        (Some("POST"), Some(201))
    );
    let kept = serde_json::to_string(&oldest).expect("serializes");
    assert!(
        !kept.contains("Canary"),
        "the emulator keeps no parameters: {kept}"
    );
    assert!(!kept.contains("persona_sandbox"), "and no key: {kept}");
    assert!(rest.next().await.is_none());
}

#[tokio::test]
async fn the_emulator_keeps_the_newest_thousand() {
    let (_emulator, persona) = start().await;
    let mut ids = Vec::new();
    for _ in 0..2_000 {
        let error = persona
            .reports()
            .retrieve("rep_none")
            .await
            .expect_err("none");
        ids.push(error.request_id().expect("answered").to_owned());
    }
    let logs = persona.api_logs();
    let error = logs.retrieve(ids[999].as_str()).await.expect_err("gone");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let log = logs.retrieve(ids[1_000].as_str()).await.expect("kept");
    assert_eq!(log.id(), ids[1_000].as_str());
}

#[tokio::test]
async fn bad_input_is_told_before_it_is_sent() {
    let (emulator, persona) = start().await;
    let logs = persona.api_logs();
    let error = logs.retrieve("").await.expect_err("refused");
    assert!(
        error.to_string().contains("the API log id is empty"),
        "{error}"
    );
    for size in [0, 101] {
        let first = logs.list().page_size(size).items().next().await;
        let error = first.expect("one").expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("the page size"), "{error}");
    }
    assert_eq!(emulator.request_count(), 0);
}
