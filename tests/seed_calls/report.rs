//! Three calls on reports.

use std::time::Duration;

use withpersona::{NewReport, Report, ReportStatus, Subject};

use super::{Stage, all, first_page, refused};

/// Of whom the emulator's lists, press and offices all tell something.
const EVERYWHERE: &str = "Oskarin Plevnikar";
const NOBODY: &str = "Alexandra Beispiel";

#[tokio::test]
async fn run_a_report() {
    let stage = Stage::set().await;
    let reports = stage.persona.reports();
    let subject = || Subject::full_name(EVERYWHERE);
    let screenings = [
        ("report/watchlist", NewReport::watchlist(subject())),
        ("report/adverse-media", NewReport::adverse_media(subject())),
        (
            "report/politically-exposed-person",
            NewReport::politically_exposed_person(subject()),
        ),
    ];
    for (kind, new) in screenings {
        let report = reports.create(new.reference_id("user-1")).await;
        let report = report.expect("made");
        assert_eq!(report.kind(), kind);
        let minute = Duration::from_secs(60);
        let ready = reports.wait(report.id()).deadline(minute).await;
        let ready = ready.expect("waited").met().expect("ready");
        assert_eq!(ready.status(), ReportStatus::Ready);
        assert_eq!(ready.has_match(), Some(true), "{kind}");
        assert!(!ready.matches().is_empty(), "{kind}");
        let account = ready.account_id().expect("on one");
        let account = stage.persona.accounts().retrieve(account).await;
        assert_eq!(account.expect("read").reference_id(), Some("user-1"));
    }

    // With what narrows the search, in parts, and on nobody's account.
    let subject = Subject::name_parts("Oskarin", "Plevnikar")
        .name_middle("M.")
        .birthdate("2001-01-01")
        .country_code("us");
    let new = NewReport::watchlist(subject)
        .without_account()
        .synchronous();
    let report = reports.create(new).await.expect("made");
    assert_eq!(report.status(), ReportStatus::Ready);
    assert_eq!(report.account_id(), None);
    let told = serde_json::to_value(&report).expect("JSON");
    let query = &told["attributes"];
    assert_eq!(query["name-first"], "Oskarin");
    assert_eq!(query["name-middle"], "M.");
    assert_eq!(query["name-last"], "Plevnikar");
    assert_eq!(query["birthdate"], "2001-01-01");
    assert_eq!(query["country-code"], "US");

    let account = withpersona::NewAccount::new();
    let account = stage.persona.accounts().create(account).await;
    let account = account.expect("created").id();
    let new = NewReport::watchlist(Subject::full_name(NOBODY)).account(&account);
    let report = reports.create(new).await.expect("made");
    assert_eq!(report.account_id(), Some(account));
    assert_eq!(report.has_match(), Some(false));
    let template = NewReport::watchlist(Subject::full_name(NOBODY)).template("rptp_none");
    assert!(refused(reports.create(template).await).is_not_found());
}

#[tokio::test]
async fn get_a_report() {
    let stage = Stage::set().await;
    let reports = stage.persona.reports();
    let new = NewReport::watchlist(Subject::full_name(EVERYWHERE));
    let id = reports.create(new).await.expect("made").id();
    let read = reports.retrieve(&id).await.expect("read");
    assert_eq!(read.id(), id);
    assert_eq!(read.kind(), "report/watchlist");
    assert_eq!(read.status(), ReportStatus::Ready);
    assert!(refused(reports.retrieve("rep_none").await).is_not_found());
}

#[tokio::test]
async fn list_reports() {
    let stage = Stage::set().await;
    let reports = stage.persona.reports();
    let mut made = Vec::new();
    for reference_id in ["user-1", "user-2", "user-1", "user-1"] {
        let new = NewReport::watchlist(Subject::full_name(NOBODY)).reference_id(reference_id);
        made.insert(0, reports.create(new).await.expect("made"));
    }
    let ids: Vec<_> = made.iter().map(Report::id).collect();
    let list = || reports.list();
    assert_eq!(all(list().items(), Report::id).await, ids, "newest first");
    let of_second = list().reference_id("user-2");
    assert_eq!(all(of_second.items(), Report::id).await, ids[2..3]);
    let account = made[2].account_id().expect("on one");
    let of_account = list().account(account);
    assert_eq!(all(of_account.items(), Report::id).await, ids[2..3]);

    let first = first_page(list().reference_id("user-1").page_size(2).pages()).await;
    let first_ids: Vec<_> = first.items.iter().map(Report::id).collect();
    assert_eq!(first_ids, ids[..2]);
    let rest = list()
        .reference_id("user-1")
        .after(first.next.expect("more"));
    assert_eq!(all(rest.items(), Report::id).await, ids[3..]);
}
