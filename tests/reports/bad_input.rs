//! What is not sent, and what does not print.

use std::time::Duration;

use serde_json::json;
use withpersona::{Dismissal, NewReport, ReportMatch, Subject};

use super::{EVERYWHERE, NOBODY, made};
use crate::on_emulator::{assert_not_sent, not_sent, start_without_delay};

/// What cannot be right is told before anything is sent, and never repeats the value.
#[tokio::test]
async fn bad_input_is_told_before_it_is_sent() {
    let (emulator, persona) = start_without_delay().await;
    let reports = persona.reports();
    let named = || Subject::full_name(NOBODY);
    let watchlist = NewReport::watchlist;
    let new: Vec<(NewReport, &str)> = vec![
        (watchlist(Subject::full_name("")), "has no name"),
        (watchlist(Subject::full_name(" ")), "has no name"),
        (watchlist(Subject::name_parts("", "")), "has no name"),
        (
            watchlist(named().name_middle("Q.")),
            "both a full name and name parts",
        ),
        (
            watchlist(named().birthdate("12.04.1961")),
            "the birthdate is no date",
        ),
        (
            watchlist(named().birthdate("1961-02-30")),
            "the birthdate is no date",
        ),
        (
            watchlist(named().birthdate("1961-2-3")),
            "the birthdate is no date",
        ),
        (watchlist(named().birthdate("")), "the birthdate is no date"),
        (
            watchlist(named().country_code("DEU")),
            "the country code is not two letters",
        ),
        (
            watchlist(named().country_code("4x")),
            "the country code is not two letters",
        ),
        (
            watchlist(named().country_code("")),
            "the country code is not two letters",
        ),
        (
            NewReport::adverse_media(Subject::full_name("")),
            "has no name",
        ),
        (
            NewReport::politically_exposed_person(Subject::full_name("")),
            "has no name",
        ),
        (
            watchlist(named()).reference_id(""),
            "the reference id is empty",
        ),
        (
            watchlist(named()).reference_id("u").account("act_1"),
            "both an account and a reference id",
        ),
        (
            watchlist(named()).reference_id("u").without_account(),
            "to have no account",
        ),
        (watchlist(named()).account(""), "the account id is empty"),
        (
            watchlist(named()).template("rptp/1"),
            "the report template id contains a slash",
        ),
        (
            NewReport::of_kind("watchlist").query(&json!({})),
            "does not begin with \"report/\"",
        ),
        (
            NewReport::of_kind("report/").query(&json!({})),
            "does not begin with \"report/\"",
        ),
        (NewReport::of_kind("report/profile"), "has no query"),
        (
            NewReport::of_kind("report/profile").query(&"text"),
            "neither a map nor a struct",
        ),
    ];
    for (new, wanted) in new {
        let told = not_sent(reports.create(new).await);
        assert!(told.contains(wanted), "{wanted:?} is not in {told:?}");
        for value in [NOBODY, "12.04.1961", "1961-02-30", "DEU"] {
            assert!(!told.contains(value), "{told}");
        }
    }
    let lists = [
        (reports.list().reference_id(""), "the reference id is empty"),
        (
            reports.list().account("act 1"),
            "the account id contains whitespace",
        ),
        (reports.list().page_size(0), "the page size is 0"),
        (reports.list().page_size(101), "the page size is 101"),
    ];
    for (list, wanted) in lists {
        assert_not_sent(list.items().next().await.expect("one"), wanted);
    }
    for (history, wanted) in [
        (reports.history(""), "the report id is empty"),
        (reports.history("rep_1").page_size(0), "the page size is 0"),
    ] {
        assert_not_sent(history.items().next().await.expect("one"), wanted);
    }
    for (dismissal, wanted) in [
        (Dismissal::all(" "), "the reason of the dismissal is empty"),
        (
            Dismissal::entity("", "a namesake"),
            "the id of what is to be dismissed is empty",
        ),
    ] {
        assert_not_sent(reports.dismiss("rep_1", dismissal).await, wanted);
    }
    let wanted = "the report id is empty";
    let all = || Dismissal::all("a namesake");
    for error in [
        reports.retrieve("").await,
        reports.pause_monitoring("").await,
        reports.resume_monitoring("").await,
        reports.run_again("").await,
        reports.dismiss("", all()).await,
        reports.add_tag("", "a").await,
        reports.remove_tag("", "a").await,
        reports.set_tags("", ["a"]).await,
        reports.redact("").await,
    ] {
        assert_not_sent(error, wanted);
    }
    assert_not_sent(reports.print("").await, wanted);
    let wait = reports.wait("").deadline(Duration::from_secs(60));
    assert_not_sent(wait.await, wanted);
    assert_eq!(emulator.request_count(), 0);
}

#[tokio::test]
async fn nothing_of_a_person_prints() {
    let (_emulator, persona) = start_without_delay().await;
    let subject = Subject::full_name(EVERYWHERE).birthdate("1969-08-21");
    let mut told = format!("{subject:?}");
    let new = NewReport::watchlist(subject).reference_id("canary-reference");
    told += &format!("{new:?}");
    let report = made(&persona, new).await;
    let reports = persona.reports();
    told += &format!("{report:?} {:?}", report.matches());
    told += &format!("{:?}", report.matches()[0].sources());
    told += &format!("{:?}", reports.list().reference_id("canary-reference"));
    told += &format!("{:?}", Dismissal::all("canary reason"));
    if let ReportMatch::Watchlist(one) = &report.matches()[0] {
        told += &format!("{one:?}");
    }
    let entry = reports.history(report.id()).items().next().await;
    told += &format!("{entry:?}");
    assert!(told.contains(report.id().as_str()), "ids may be printed");
    for canary in [
        "Oskarin",
        "1969-08-21",
        "canary",
        "Sanctions",
        "example.com",
    ] {
        assert!(!told.contains(canary), "{canary} in {told}");
    }
}
