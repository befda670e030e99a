//! Two calls on cases.

use withpersona::{Case, NewCase, NewReport, Subject};

use super::{Stage, all, first_page, refused};

const TEMPLATE: &str = "ctmpl_EmulatedReview";

#[tokio::test]
async fn list_cases() {
    let stage = Stage::set().await;
    let cases = stage.persona.cases();
    let new = stage.new_inquiry().reference_id("user-1");
    let inquiry = stage.created(new).await.inquiry;
    let subject = Subject::full_name("Alexandra Beispiel");
    let reports = stage.persona.reports();
    let report = reports.create(NewReport::watchlist(subject)).await;
    let report = report.expect("made");
    let account = inquiry.account_id().expect("on one");
    let mut ids = Vec::new();
    for object in [
        inquiry.id().as_str(),
        report.id().as_str(),
        account.as_str(),
    ] {
        let new = NewCase::from_template(TEMPLATE).object(object);
        ids.push(cases.create(new).await.expect("opened").id());
    }
    cases.set_status(&ids[1], "Approved").await.expect("set");
    let list = || cases.list();
    let rows = [
        ("all, newest first", list(), vec![2, 1, 0]),
        ("status", list().status("Approved"), vec![1]),
        ("another status", list().status("Open"), vec![2, 0]),
        ("account", list().account(&account), vec![2]),
        ("reference id", list().reference_id("user-1"), vec![2, 0]),
        ("inquiry", list().inquiry(&inquiry), vec![0]),
        ("report", list().report(report.id()), vec![1]),
        ("template", list().template(TEMPLATE), vec![2, 1, 0]),
        ("another template", list().template("ctmpl_none"), vec![]),
        ("one at once", list().page_size(1), vec![2, 1, 0]),
    ];
    for (row, list, expected) in rows {
        let found = all(list.items(), Case::id).await;
        let expected: Vec<_> = expected.iter().map(|at| ids[*at].clone()).collect();
        assert_eq!(found, expected, "{row}");
    }
    let first = first_page(list().page_size(2).pages()).await;
    assert_eq!(first.items.len(), 2);
    let rest = list().after(first.next.expect("more"));
    assert_eq!(all(rest.items(), Case::id).await, ids[..1]);
}

#[tokio::test]
async fn get_a_case() {
    let stage = Stage::set().await;
    let cases = stage.persona.cases();
    let new = NewCase::from_template(TEMPLATE).field("risk-score", 40);
    let id = cases.create(new).await.expect("opened").id();
    let read = cases.retrieve(&id).await.expect("read");
    assert_eq!(read.id(), id);
    assert_eq!(read.status(), "Open");
    assert_eq!(read.template_id().expect("of one"), TEMPLATE);
    let score = read.fields().get::<i64>("risk-score");
    assert_eq!(score.expect("a number"), Some(40));
    assert!(refused(cases.retrieve("case_none").await).is_not_found());
}
