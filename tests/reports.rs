//! Every call on reports, by its name, against the emulator: what it does, what it refuses, and
//! that nothing of a person is left once a report is redacted.

mod canary;

use std::time::Duration;

use serde_json::json;
use withpersona::emulator::{Clock, Emulator, EmulatorBuilder};
use withpersona::raw::types;
use withpersona::{
    Dismissal, ErrorKind, NewReport, Outcome, Persona, Report, ReportHistoryKind, ReportMatch,
    ReportStatus, Subject,
};

const LISTED: &str = "Zorblax Quenvoy";
const IN_PRESS: &str = "Mirelda Okonvar";
const IN_OFFICE: &str = "Talindra Voskuyl";
const EVERYWHERE: &str = "Oskarin Plevnikar";
const TROUBLE: &str = "Fenwick Errata";
const NOBODY: &str = "Alexandra Beispiel";

async fn start_with(builder: EmulatorBuilder) -> (Emulator, Persona) {
    let emulator = builder.seed(1).start().await.expect("starts");
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()
        .expect("builds");
    (emulator, persona)
}

/// An emulator whose reports are ready at once.
async fn start() -> (Emulator, Persona) {
    start_with(Emulator::builder().processing_delay(Duration::ZERO)).await
}

async fn made(persona: &Persona, new: NewReport) -> Report {
    persona.reports().create(new).await.expect("created")
}

async fn events(persona: &Persona, report: &Report) -> Vec<String> {
    let id = report.id();
    let raw = persona.raw();
    let answer = raw
        .list_all_events(None, None, None, Some(id.as_str()), None, None, Some(100))
        .await
        .expect("listed");
    let names = answer.into_inner().data.into_iter().rev();
    names.filter_map(|event| event.attributes.name).collect()
}

#[tokio::test]
async fn create_and_wait_until_ready() {
    let clock = Clock::manual("2026-01-31T12:00:00Z".parse().expect("a time"));
    let (emulator, persona) = start_with(Emulator::builder().clock(clock)).await;
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
        events(&persona, &ready).await,
        ["report/watchlist.ready", "report/watchlist.matched"]
    );
}

#[tokio::test]
async fn wait_ends_with_an_errored_report() {
    let (_emulator, persona) = start().await;
    let report = made(&persona, NewReport::watchlist(Subject::full_name(TROUBLE))).await;
    let wait = persona.reports().wait(report.id());
    let outcome = wait.deadline(Duration::from_secs(60)).await.expect("asked");
    let errored = outcome.met().expect("an error is an outcome");
    assert_eq!(errored.status(), ReportStatus::Errored);
    assert_eq!(errored.has_match(), None, "no result is not a no");
    assert_eq!(
        events(&persona, &errored).await,
        ["report/watchlist.errored"]
    );
}

#[tokio::test]
async fn wait_ends_when_the_report_is_redacted() {
    let (_emulator, persona) = start().await;
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
async fn the_three_screenings_find_whom_they_should() {
    let (_emulator, persona) = start().await;
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
    let (_emulator, persona) = start().await;
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
async fn create_of_any_kind() {
    let (_emulator, persona) = start().await;
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
    let (_emulator, persona) = start().await;
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
    let (_emulator, persona) = start().await;
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

#[tokio::test]
async fn retrieve() {
    let (_emulator, persona) = start().await;
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
    let error = persona
        .reports()
        .retrieve("inq_1")
        .await
        .expect_err("no report");
    assert_eq!(
        error.kind(),
        ErrorKind::NotFound,
        "an inquiry's id finds no report"
    );
}

#[tokio::test]
async fn list_by_account_or_reference_id() {
    let (_emulator, persona) = start().await;
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
    let (_emulator, persona) = start().await;
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
async fn dismiss_all_and_keep_them_dismissed() {
    let (_emulator, persona) = start().await;
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
        let names = events(&persona, &report).await;
        assert!(
            names.contains(&format!("{}.dismissed", report.kind())),
            "{names:?}"
        );
    }
}

#[tokio::test]
async fn dismiss_an_article_and_then_its_subject() {
    let (_emulator, persona) = start().await;
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

#[tokio::test]
async fn add_remove_and_set_tags() {
    let (_emulator, persona) = start().await;
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
    let (_emulator, persona) = start().await;
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

#[tokio::test]
async fn redact_leaves_nothing_of_the_person() {
    const CANARIES: [&str; 5] = [
        "Canaryfirst",
        "Canarymiddle",
        "Canarylast",
        "1961-04-12",
        "canary reason",
    ];
    let (emulator, persona) = start().await;
    let reports = persona.reports();
    let subject = Subject::name_parts("Canaryfirst", "Canarylast").name_middle("Canarymiddle");
    let unlisted = made(
        &persona,
        NewReport::watchlist(subject.birthdate("1961-04-12")),
    )
    .await;
    let listed = Subject::full_name(LISTED).birthdate("1961-04-12");
    let listed = made(&persona, NewReport::watchlist(listed)).await;
    let reason = Dismissal::all("canary reason");
    reports
        .dismiss(listed.id(), reason)
        .await
        .expect("dismissed");
    let left = left_in(&emulator, &[&unlisted, &listed]).await;
    for canary in CANARIES.iter().chain(&[LISTED]) {
        assert!(left.contains(canary), "{canary} can be found at all");
    }

    for report in [&unlisted, &listed] {
        let redacted = reports.redact(report.id()).await.expect("redacted");
        assert!(redacted.is_redacted());
        assert_eq!(
            redacted.status(),
            ReportStatus::Ready,
            "redaction is no status"
        );
        let error = reports.redact(report.id()).await.expect_err("done");
        assert!(error.is_conflict());
    }
    let left = left_in(&emulator, &[&unlisted, &listed]).await;
    for canary in CANARIES.iter().chain(&[LISTED]) {
        assert!(!left.contains(canary), "{canary} is left");
    }
}

/// Whatever the emulator tells of reports.
async fn left_in(emulator: &Emulator, reports: &[&Report]) -> String {
    let mut paths: Vec<String> = ["reports", "events", "cases", "api-logs", "accounts"]
        .map(|list| format!("/{list}?page[size]=100"))
        .into();
    for report in reports {
        for part in ["", "/history", "/print"] {
            paths.push(format!("/reports/{}{part}", report.id()));
        }
    }
    let client = plain_client();
    let mut left = String::new();
    for path in paths {
        let answer = client
            .get(format!("{}{path}", emulator.base_url()))
            .bearer_auth(emulator.api_key())
            .send()
            .await
            .expect("answers");
        assert!(answer.status().is_success(), "{path}");
        left.push_str(&answer.text().await.expect("a text"));
    }
    left
}

fn plain_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

#[tokio::test]
async fn redact_forgets_what_a_replay_would_tell() {
    let (emulator, persona) = start().await;
    let send = async || {
        let body = json!({ "data": {
            "type": "report/watchlist",
            "attributes": { "query": { "term": "Canary Person" } },
        } });
        let answer = plain_client()
            .post(format!("{}/reports", emulator.base_url()))
            .bearer_auth(emulator.api_key())
            .header("idempotency-key", "one")
            .json(&body)
            .send()
            .await
            .expect("answers");
        let answer: serde_json::Value = answer.json().await.expect("JSON");
        answer["data"]["id"].as_str().expect("an id").to_owned()
    };
    let first = send().await;
    assert_eq!(send().await, first, "a replay");
    persona.reports().redact(&first).await.expect("redacted");
    assert_ne!(send().await, first, "the first answer is forgotten");
}

#[tokio::test]
async fn a_match_opens_a_case_where_that_is_wanted() {
    let (_emulator, persona) = start().await;
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

/// What cannot be right is told before anything is sent, and never repeats the value.
#[tokio::test]
async fn bad_input_is_told_before_it_is_sent() {
    let (emulator, persona) = start().await;
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
        let error = reports.create(new).await.expect_err(wanted);
        refused_before_sending(&error, wanted);
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
        let error = list.items().next().await.expect("one").expect_err(wanted);
        refused_before_sending(&error, wanted);
    }
    for (history, wanted) in [
        (reports.history(""), "the report id is empty"),
        (reports.history("rep_1").page_size(0), "the page size is 0"),
    ] {
        let error = history
            .items()
            .next()
            .await
            .expect("one")
            .expect_err(wanted);
        refused_before_sending(&error, wanted);
    }
    for (dismissal, wanted) in [
        (Dismissal::all(" "), "the reason of the dismissal is empty"),
        (
            Dismissal::entity("", "a namesake"),
            "the id of what is to be dismissed is empty",
        ),
    ] {
        let error = reports.dismiss("rep_1", dismissal).await.expect_err(wanted);
        refused_before_sending(&error, wanted);
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
        refused_before_sending(&error.expect_err(wanted), wanted);
    }
    let error = reports.print("").await.expect_err(wanted);
    refused_before_sending(&error, wanted);
    let wait = reports.wait("").deadline(Duration::from_secs(60));
    refused_before_sending(&wait.await.expect_err(wanted), wanted);
    assert_eq!(emulator.request_count(), 0);
}

fn refused_before_sending(error: &withpersona::Error, wanted: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(error.status(), None);
    let told = error.to_string();
    assert!(told.contains(wanted), "{wanted:?} is not in {told:?}");
    for value in [NOBODY, "12.04.1961", "1961-02-30", "DEU"] {
        assert!(!told.contains(value), "{told}");
    }
}

#[tokio::test]
async fn nothing_of_a_person_prints() {
    let (_emulator, persona) = start().await;
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
