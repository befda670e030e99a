//! Who is found, what is told of them, and dismissing what was somebody else.

use std::time::Duration;

use serde_json::json;
use withpersona::emulator::Emulator;
use withpersona::{Dismissal, ErrorKind, NewReport, Report, ReportMatch, ReportStatus, Subject};

use super::{EVERYWHERE, IN_OFFICE, IN_PRESS, LISTED, NOBODY, made};
use crate::on_emulator::{event_names, start_with, start_without_delay};

#[tokio::test]
async fn the_three_screenings_find_whom_they_should() {
    let (_emulator, persona) = start_without_delay().await;
    type Kind = fn(Subject) -> NewReport;
    let kinds: [Kind; 3] = [
        NewReport::watchlist,
        NewReport::adverse_media,
        NewReport::politically_exposed_person,
    ];
    let expected = [
        (LISTED, [1, 0, 0]),
        (IN_PRESS, [0, 1, 0]),
        (IN_OFFICE, [0, 0, 1]),
        (EVERYWHERE, [1, 1, 1]),
        (NOBODY, [0, 0, 0]),
    ];
    for (name, counts) in expected {
        for (kind, count) in kinds.iter().zip(counts) {
            let (first, last) = name.split_once(' ').expect("two words");
            for subject in [Subject::full_name(name), Subject::name_parts(first, last)] {
                let report = made(&persona, kind(subject)).await;
                assert_eq!(report.matches().len(), count, "{} of {name}", report.kind());
                assert_eq!(report.has_match(), Some(count > 0));
            }
        }
    }
    let namesake = Subject::full_name(LISTED).birthdate("1990-01-01");
    let report = made(&persona, NewReport::watchlist(namesake)).await;
    assert_eq!(report.has_match(), Some(false), "another birthdate");
}

#[tokio::test]
async fn matches_are_typed_and_answer_the_same_questions() {
    let (_emulator, persona) = start_without_delay().await;
    let subject = || Subject::full_name(EVERYWHERE).country_code("xa");

    let report = made(&persona, NewReport::watchlist(subject())).await;
    let matches = report.matches();
    let [one] = matches.as_slice() else {
        panic!("{matches:?}")
    };
    assert_eq!(one.names()[0], EVERYWHERE);
    assert_eq!(one.names().len(), 2, "an alias too");
    assert_eq!(one.labels(), ["sanction"]);
    assert_eq!(one.birthdates(), ["1969-08-21"]);
    assert_eq!(one.entity_id(), None);
    let ReportMatch::Watchlist(list) = one else {
        panic!("{one:?}")
    };
    assert_eq!(list.list(), "Emulated Sanctions List");
    assert_eq!(one.sources()[0].name.as_deref(), Some(list.list()));
    assert_eq!(list.raw().flag_code.as_deref(), Some("XA"));

    let report = made(&persona, NewReport::adverse_media(subject())).await;
    let matches = report.matches();
    let [one] = matches.as_slice() else {
        panic!("{matches:?}")
    };
    assert_eq!(one.names()[0], EVERYWHERE);
    assert_eq!(one.entity_id(), Some("ent_Oskarin"));
    assert_eq!(
        one.labels(),
        ["adverse-media", "adverse-media-financial-crime"]
    );
    assert_eq!(one.match_types(), ["name_exact"]);
    assert_eq!(one.sources().len(), 2, "two articles");
    assert_eq!(one.birthdates(), ["1969-08-21"]);

    let report = made(&persona, NewReport::politically_exposed_person(subject())).await;
    let matches = report.matches();
    let [one] = matches.as_slice() else {
        panic!("{matches:?}")
    };
    assert_eq!(one.names(), [EVERYWHERE]);
    assert_eq!(one.labels(), ["pep", "role.pep", "pep-class-1"]);
    assert_eq!(
        one.sources()[0].name.as_deref(),
        Some("Emulated Register of Offices")
    );
    let ReportMatch::PoliticallyExposedPerson(person) = one else {
        panic!("{one:?}")
    };
    assert_eq!(person.positions(), ["Member of an invented parliament"]);
    assert_eq!(person.country(), Some("XA"));
}

#[test]
fn a_match_of_another_shape_is_kept_and_readable() {
    let report: Report = serde_json::from_value(json!({
        "type": "report/watchlist",
        "id": "rep_1",
        "attributes": {
            "status": "ready",
            "has-match": true,
            "matched-lists": "moved to somewhere else",
        },
    }))
    .expect("reads");
    assert_eq!(report.has_match(), Some(true));
    assert!(report.matches().is_empty());
    assert_eq!(
        report.raw().attributes["matched-lists"],
        "moved to somewhere else"
    );

    let report: Report = serde_json::from_value(json!({
        "type": "report/of-tomorrow",
        "id": "rep_1",
        "attributes": { "status": "half_ready", "findings": [1] },
    }))
    .expect("reads");
    assert_eq!(report.kind(), "report/of-tomorrow");
    assert_eq!(
        report.status(),
        ReportStatus::Other("half_ready".to_owned())
    );
    assert_eq!(report.raw().attributes["findings"], json!([1]));
}

#[tokio::test]
async fn a_match_opens_a_case_where_that_is_wanted() {
    let (_emulator, persona) = start_without_delay().await;
    made(&persona, NewReport::watchlist(Subject::full_name(LISTED))).await;
    assert!(
        persona.cases().list().items().next().await.is_none(),
        "not by itself"
    );

    let builder = Emulator::builder().processing_delay(Duration::ZERO);
    let (_emulator, persona) = start_with(builder.cases_on_match()).await;
    made(&persona, NewReport::watchlist(Subject::full_name(NOBODY))).await;
    assert!(
        persona.cases().list().items().next().await.is_none(),
        "no match"
    );
    let report = made(&persona, NewReport::watchlist(Subject::full_name(LISTED))).await;
    let mut cases = persona.cases().list().report(report.id()).items();
    let case = cases.next().await.expect("opened").expect("read");
    assert_eq!(case.report_ids(), [report.id()]);
    assert_eq!(case.account_ids(), [report.account_id().expect("on one")]);
}

#[tokio::test]
async fn dismiss_all_and_keep_them_dismissed() {
    let (_emulator, persona) = start_without_delay().await;
    let reports = persona.reports();
    for (new, template) in [
        (
            NewReport::watchlist(Subject::full_name(EVERYWHERE)),
            "rptp_EmulatedWatchlistMonitored",
        ),
        (
            NewReport::politically_exposed_person(Subject::full_name(EVERYWHERE)),
            "rptp_EmulatedPoliticallyExposedPersonMonitored",
        ),
    ] {
        let report = made(&persona, new.template(template)).await;
        let dismissal = || Dismissal::all("another birthplace");
        let left = reports
            .dismiss(report.id(), dismissal())
            .await
            .expect("dismissed");
        assert_eq!((left.matches().len(), left.has_match()), (0, Some(false)));
        let kept = &left.raw().attributes["ignore-list"][0];
        assert_eq!(kept["ignore-reason"], "another birthplace");
        let again = reports.run_again(report.id()).await.expect("runs");
        assert!(again.matches().is_empty(), "they do not come back");
        let error = reports.dismiss(report.id(), dismissal()).await;
        assert!(error.expect_err("nothing is left").is_conflict());
        let names = event_names(&persona, report.id()).await;
        assert!(
            names.contains(&format!("{}.dismissed", report.kind())),
            "{names:?}"
        );
    }
}

#[tokio::test]
async fn dismiss_an_article_and_then_its_subject() {
    let (_emulator, persona) = start_without_delay().await;
    let reports = persona.reports();
    let report = made(
        &persona,
        NewReport::adverse_media(Subject::full_name(IN_PRESS)),
    )
    .await;
    let found = report.matches().remove(0);
    let url = found.sources()[0].url.clone().expect("an address");
    let error = reports
        .dismiss(report.id(), Dismissal::all("a namesake"))
        .await;
    assert_eq!(
        error.expect_err("one has to be named").kind(),
        ErrorKind::BadRequest
    );
    let left = reports
        .dismiss(report.id(), Dismissal::media(url, "about somebody else"))
        .await
        .expect("dismissed");
    assert_eq!(left.matches()[0].sources().len(), 1);
    let entity = found.entity_id().expect("an id");
    let left = reports
        .dismiss(report.id(), Dismissal::entity(entity, "a namesake"))
        .await
        .expect("dismissed");
    assert!(left.matches().is_empty());
}
