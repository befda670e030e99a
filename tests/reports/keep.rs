//! Reports that are there: read, monitored, tagged and printed.

use serde_json::json;
use withpersona::{ErrorKind, NewReport, Report, ReportHistoryKind, Subject};

use super::{LISTED, NOBODY, made};
use crate::on_emulator::start_without_delay;

#[tokio::test]
async fn retrieve() {
    let (_emulator, persona) = start_without_delay().await;
    let report = made(&persona, NewReport::watchlist(Subject::full_name(LISTED))).await;
    let read = persona.reports().retrieve(report.id()).await.expect("read");
    assert_eq!(read.id(), report.id());
    assert_eq!(read.matches().len(), 1);
    assert_eq!(read.inquiry_id(), None);
    let error = persona
        .reports()
        .retrieve("rep_none")
        .await
        .expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn list_by_account_or_reference_id() {
    let (_emulator, persona) = start_without_delay().await;
    let mut of_first = Vec::new();
    for number in 0..5 {
        let reference_id = if number % 2 == 0 { "user-1" } else { "user-2" };
        let new = NewReport::watchlist(Subject::full_name(NOBODY)).reference_id(reference_id);
        let report = made(&persona, new).await;
        if number % 2 == 0 {
            of_first.insert(0, report.id());
        }
    }
    let mut pages = persona
        .reports()
        .list()
        .reference_id("user-1")
        .page_size(2)
        .pages();
    let first = pages.next().await.expect("a page").expect("read");
    let ids: Vec<_> = first.items.iter().map(Report::id).collect();
    assert_eq!(ids, of_first[..2], "newest first");
    let rest = persona.reports().list().reference_id("user-1");
    let mut rest = rest.after(first.next.expect("more")).items();
    let last = rest.next().await.expect("one more").expect("read");
    assert_eq!(last.id(), of_first[2]);
    assert!(rest.next().await.is_none());

    let account = last.account_id().expect("on one");
    let mut items = persona.reports().list().account(account).items();
    let mut count = 0;
    while let Some(report) = items.next().await {
        report.expect("read");
        count += 1;
    }
    assert_eq!(count, 3);
}

#[tokio::test]
async fn pause_resume_and_run_again() {
    let (_emulator, persona) = start_without_delay().await;
    let reports = persona.reports();
    let once = made(&persona, NewReport::watchlist(Subject::full_name(LISTED))).await;
    for refused in [
        reports.pause_monitoring(once.id()).await,
        reports.resume_monitoring(once.id()).await,
        reports.run_again(once.id()).await,
    ] {
        assert!(refused.expect_err("not monitored").is_conflict());
    }
    let new = NewReport::watchlist(Subject::full_name(LISTED));
    let report = made(&persona, new.template("rptp_EmulatedWatchlistMonitored")).await;
    assert_eq!(report.is_continuous(), Some(false));
    let again = reports.run_again(report.id()).await.expect("runs");
    assert_eq!(again.is_continuous(), Some(true));
    let paused = reports.pause_monitoring(report.id()).await.expect("paused");
    assert_eq!(paused.is_recurring(), Some(false));
    let error = reports.pause_monitoring(report.id()).await;
    assert!(error.expect_err("paused already").is_conflict());
    let resumed = reports
        .resume_monitoring(report.id())
        .await
        .expect("resumed");
    assert_eq!(resumed.is_recurring(), Some(true));

    let mut history = reports.history(report.id()).page_size(2).items();
    let mut seen = Vec::new();
    while let Some(entry) = history.next().await {
        let entry = entry.expect("read");
        assert!(entry.id().is_some() && entry.at().is_some());
        if entry.kind() == ReportHistoryKind::Run {
            assert_eq!(entry.match_count(), Some(1));
            assert_eq!(entry.run_type(), Some("manual"));
        } else {
            assert!(entry.creator_name().is_some());
        }
        seen.push(entry.kind());
    }
    use ReportHistoryKind::{Pause, Resume, Run};
    assert_eq!(
        seen,
        [Resume, Pause, Run, Run],
        "newest first, over two pages"
    );
}

#[tokio::test]
async fn history_of_tomorrow_is_kept() {
    let entry: withpersona::ReportHistoryEntry =
        serde_json::from_value(json!({ "type": "escalate", "to": "nobody" })).expect("reads");
    assert_eq!(
        entry.kind(),
        ReportHistoryKind::Other("escalate".to_owned())
    );
    assert_eq!((entry.id(), entry.at()), (None, None));
    assert_eq!(entry.raw().extra["to"], "nobody");
}

#[tokio::test]
async fn add_remove_and_set_tags() {
    let (_emulator, persona) = start_without_delay().await;
    let reports = persona.reports();
    let report = made(&persona, NewReport::watchlist(Subject::full_name(NOBODY))).await;
    let id = report.id();
    assert_eq!(
        reports.add_tag(&id, "vip").await.expect("tagged").tags(),
        ["vip"]
    );
    let two = reports.set_tags(&id, ["a", "b"]).await.expect("tagged");
    assert_eq!(two.tags(), ["a", "b"]);
    assert_eq!(
        reports.remove_tag(&id, "a").await.expect("removed").tags(),
        ["b"]
    );
    let none = reports.set_tags(&id, [""; 0]).await.expect("removed");
    assert!(none.tags().is_empty());
    let error = reports.add_tag(&id, " ").await.expect_err("empty");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn print() {
    let (_emulator, persona) = start_without_delay().await;
    let report = made(&persona, NewReport::watchlist(Subject::full_name(LISTED))).await;
    let mut file = Vec::new();
    let mut stream = persona.reports().print(report.id()).await.expect("printed");
    stream.copy_to(&mut file).await.expect("copied");
    assert!(file.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&file);
    assert!(
        text.contains(report.id().as_str()),
        "it is about this report"
    );
    let error = persona.reports().print("rep_none").await.expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
