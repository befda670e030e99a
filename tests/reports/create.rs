//! Reports from their creation to their result.

use std::time::Duration;

use serde_json::json;
use withpersona::emulator::Emulator;
use withpersona::raw::types;
use withpersona::{ErrorKind, NewReport, Outcome, ReportStatus, Subject};

use super::{IN_PRESS, LISTED, NOBODY, TROUBLE, made};
use crate::on_emulator::{event_names, noon, start_with, start_without_delay};

#[tokio::test]
async fn create_and_wait_until_ready() {
    let (emulator, persona) = start_with(Emulator::builder().clock(noon())).await;
    let subject = Subject::full_name(LISTED).birthdate("1961-04-12");
    let report = made(&persona, NewReport::watchlist(subject)).await;
    assert_eq!(report.kind(), "report/watchlist");
    assert_eq!(report.status(), ReportStatus::Pending);
    assert_eq!(report.has_match(), None, "nobody knows yet");
    assert!(report.matches().is_empty());
    assert!(report.completed_at().is_none());

    let wait = persona.reports().wait(report.id()).deadline(Duration::ZERO);
    let outcome = wait.await.expect("asked");
    assert!(
        matches!(outcome, Outcome::TimedOut { last: Some(_) }),
        "{outcome:?}"
    );

    emulator.clock().advance(Duration::from_secs(3));
    let wait = persona.reports().wait(report.id());
    let outcome = wait.deadline(Duration::from_secs(60)).await.expect("asked");
    let ready = outcome.met().expect("ready");
    assert_eq!(ready.status(), ReportStatus::Ready);
    assert_eq!(ready.has_match(), Some(true));
    let took = ready.completed_at().expect("through") - ready.created_at().expect("created");
    assert_eq!(took.num_seconds(), 3);
    assert_eq!(
        event_names(&persona, ready.id()).await,
        ["report/watchlist.ready", "report/watchlist.matched"]
    );
}

#[tokio::test]
async fn wait_ends_with_an_errored_report() {
    let (_emulator, persona) = start_without_delay().await;
    let report = made(&persona, NewReport::watchlist(Subject::full_name(TROUBLE))).await;
    let wait = persona.reports().wait(report.id());
    let outcome = wait.deadline(Duration::from_secs(60)).await.expect("asked");
    let errored = outcome.met().expect("an error is an outcome");
    assert_eq!(errored.status(), ReportStatus::Errored);
    assert_eq!(errored.has_match(), None, "no result is not a no");
    assert_eq!(
        event_names(&persona, errored.id()).await,
        ["report/watchlist.errored"]
    );
}

#[tokio::test]
async fn wait_ends_when_the_report_is_redacted() {
    let (_emulator, persona) = start_without_delay().await;
    let report = made(&persona, NewReport::watchlist(Subject::full_name(NOBODY))).await;
    persona
        .reports()
        .redact(report.id())
        .await
        .expect("redacted");
    let wait = persona.reports().wait(report.id());
    let outcome = wait.deadline(Duration::from_secs(60)).await.expect("asked");
    assert!(matches!(outcome, Outcome::Gone));
}

#[tokio::test]
async fn create_synchronously() {
    let (_emulator, persona) = start_with(Emulator::builder()).await;
    let new = NewReport::watchlist(Subject::full_name(NOBODY)).synchronous();
    let report = made(&persona, new).await;
    assert_eq!(report.status(), ReportStatus::Ready);
    assert_eq!(report.has_match(), Some(false));
}

#[tokio::test]
async fn create_of_any_kind() {
    let (_emulator, persona) = start_without_delay().await;
    let query = types::PersonQuery {
        term: Some(IN_PRESS.to_owned()),
        ..Default::default()
    };
    let new = NewReport::of_kind("report/adverse-media").query(&query);
    let report = made(&persona, new).await;
    assert_eq!(report.kind(), "report/adverse-media");
    assert_eq!(report.has_match(), Some(true));
    let typed = report.typed::<types::ReportAdverseMediaAttributes>();
    let typed = typed.expect("of its kind");
    assert_eq!(typed.attributes.term.as_deref(), Some(IN_PRESS));
    assert!(report.typed::<types::ReportWatchlistAttributes>().is_none());

    // What the emulator does not make, and what Persona does not: both go out.
    for (kind, status) in [("report/email-address", 501), ("report/of-tomorrow", 400)] {
        let new = NewReport::of_kind(kind).query(&json!({ "email-address": "a@example.com" }));
        let error = persona.reports().create(new).await.expect_err("refused");
        assert_eq!(error.status(), Some(status), "{error}");
    }
}

#[tokio::test]
async fn create_on_an_account() {
    let (_emulator, persona) = start_without_delay().await;
    let new = || NewReport::watchlist(Subject::full_name(NOBODY));
    let by_reference = made(&persona, new().reference_id("user-1")).await;
    let account = by_reference.account_id().expect("made along");
    let by_id = made(&persona, new().account(&account)).await;
    assert_eq!(by_id.account_id(), Some(account));
    let without = made(&persona, new().without_account()).await;
    assert_eq!(without.account_id(), None);
    let error = persona.reports().create(new().account("act_none")).await;
    assert_eq!(error.expect_err("none").kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn create_from_a_template() {
    let (_emulator, persona) = start_without_delay().await;
    let new = || NewReport::watchlist(Subject::full_name(NOBODY));
    let usual = made(&persona, new()).await;
    assert_eq!(usual.template_id().expect("one"), "rptp_EmulatedWatchlist");
    assert_eq!(usual.is_recurring(), Some(false));
    let monitored = made(&persona, new().template("rptp_EmulatedWatchlistMonitored")).await;
    assert_eq!(monitored.is_recurring(), Some(true));
    let error = persona
        .reports()
        .create(new().template("rptp_EmulatedAdverseMedia"))
        .await;
    assert_eq!(
        error.expect_err("of another kind").kind(),
        ErrorKind::NotFound
    );
}
