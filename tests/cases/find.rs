//! Cases by id, by each filter and by a search.

use withpersona::{ErrorKind, NewReport, Query, Subject};

use super::{QUEUE, TEMPLATE, inquiry, new_case, opened};
use crate::on_emulator::start_without_delay;

#[tokio::test]
async fn retrieve() {
    let (_emulator, persona) = start_without_delay().await;
    let case = opened(&persona).await;
    let read = persona.cases().retrieve(case.id()).await.expect("read");
    assert_eq!((read.id(), read.name()), (case.id(), case.name()));
    let error = persona
        .cases()
        .retrieve("case_1")
        .await
        .expect_err("no case");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn list_by_each_filter() {
    let (emulator, persona) = start_without_delay().await;
    let cases = persona.cases();
    let inquiry = inquiry(&emulator, &persona).await;
    let subject = NewReport::watchlist(Subject::full_name("Zorblax Quenvoy"));
    let report = persona.reports().create(subject).await.expect("created");
    let about_both = new_case()
        .object(inquiry.id().as_str())
        .object(report.id().as_str());
    let about_both = cases.create(about_both).await.expect("opened");
    let account = inquiry.account_id().expect("on one");
    let about_account = new_case().object(account.as_str());
    let about_account = cases.create(about_account).await.expect("opened");
    let approved = opened(&persona).await;
    cases
        .set_status(approved.id(), "Approved")
        .await
        .expect("set");

    let all = [approved.id(), about_account.id(), about_both.id()];
    let rows = [
        (cases.list(), all.to_vec()),
        (cases.list().template(TEMPLATE), all.to_vec()),
        (cases.list().template("ctmpl_none"), vec![]),
        (cases.list().status("Approved"), vec![approved.id()]),
        (
            cases.list().status("Open"),
            vec![about_account.id(), about_both.id()],
        ),
        (cases.list().inquiry(inquiry.id()), vec![about_both.id()]),
        (cases.list().report(report.id()), vec![about_both.id()]),
        (cases.list().account(account), vec![about_account.id()]),
        (
            cases.list().reference_id("user-1"),
            vec![about_account.id(), about_both.id()],
        ),
        (cases.list().reference_id("user-2"), vec![]),
        (cases.list().page_size(1), all.to_vec()),
    ];
    for (row, (list, expected)) in rows.into_iter().enumerate() {
        let mut items = list.items();
        let mut found = Vec::new();
        while let Some(case) = items.next().await {
            found.push(case.expect("read").id());
        }
        assert_eq!(found, expected, "row {row}");
    }
    let mut pages = cases.list().page_size(2).pages();
    let first = pages.next().await.expect("a page").expect("read");
    let mut rest = cases.list().after(first.next.expect("more")).items();
    assert_eq!(
        rest.next().await.expect("one").expect("read").id(),
        about_both.id()
    );
}

#[tokio::test]
async fn search() {
    let (_emulator, persona) = start_without_delay().await;
    let cases = persona.cases();
    let low = cases
        .create(new_case().field("risk-score", 10))
        .await
        .expect("opened");
    let high = cases
        .create(new_case().queue(QUEUE).field("risk-score", 80))
        .await
        .expect("opened");
    let done = cases
        .create(new_case().field("risk-score", 90))
        .await
        .expect("opened");
    cases.set_status(done.id(), "Declined").await.expect("set");
    let rows = [
        (Query::everything(), vec![done.id(), high.id(), low.id()]),
        (Query::equals("status", "Declined"), vec![done.id()]),
        (Query::equals("case_queue", QUEUE), vec![high.id()]),
        (
            Query::all([
                Query::equals("status", "Open"),
                Query::greater("fields.risk-score", 50),
            ]),
            vec![high.id()],
        ),
        (Query::not(Query::equals("template", TEMPLATE)), vec![]),
        (
            Query::at_least("resolved_at", "2000-01-01"),
            vec![done.id()],
        ),
    ];
    for (row, (query, expected)) in rows.into_iter().enumerate() {
        let mut items = cases.search(query).page_size(1).items();
        let mut found = Vec::new();
        while let Some(case) = items.next().await {
            found.push(case.expect("read").id());
        }
        assert_eq!(found, expected, "row {row}");
    }
}
