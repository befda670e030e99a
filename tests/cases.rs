//! Every call on cases, by its name, against the emulator: what it does, what it refuses, and that
//! nothing of a person is left once a case is redacted.

mod canary;

use std::time::Duration;

use httpmock::MockServer;
use serde_json::json;
use withpersona::emulator::{Clock, Emulator, EmulatorBuilder};
use withpersona::{
    Case, CaseUpdate, ErrorKind, NewCase, NewInquiry, NewReport, Persona, Query, Subject,
};

const TEMPLATE: &str = "ctmpl_EmulatedReview";
const QUEUE: &str = "cqueue_EmulatedReview";

async fn start_with(builder: EmulatorBuilder) -> (Emulator, Persona) {
    let emulator = builder.seed(1).start().await.expect("starts");
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()
        .expect("builds");
    (emulator, persona)
}

async fn start() -> (Emulator, Persona) {
    start_with(Emulator::builder().processing_delay(Duration::ZERO)).await
}

fn new_case() -> NewCase {
    NewCase::from_template(TEMPLATE)
}

async fn opened(persona: &Persona) -> Case {
    persona.cases().create(new_case()).await.expect("opened")
}

async fn events(persona: &Persona, case: &Case) -> Vec<String> {
    let id = case.id();
    let raw = persona.raw();
    let answer = raw
        .list_all_events(None, None, None, Some(id.as_str()), None, None, Some(100))
        .await
        .expect("listed");
    let names = answer.into_inner().data.into_iter().rev();
    names.filter_map(|event| event.attributes.name).collect()
}

/// An inquiry, with the account of `user-1`.
async fn inquiry(emulator: &Emulator, persona: &Persona) -> withpersona::Inquiry {
    let new = NewInquiry::from_template(emulator.default_template_id()).reference_id("user-1");
    persona
        .inquiries()
        .create(new)
        .await
        .expect("created")
        .inquiry
}

#[tokio::test]
async fn create() {
    let (emulator, persona) = start().await;
    let inquiry = inquiry(&emulator, &persona).await;
    let new = new_case()
        .queue(QUEUE)
        .creator_email_address("reviewer@example.com")
        .field("risk-score", 40)
        .object(inquiry.id().as_str())
        .sla_expires_in(Duration::from_secs(3600));
    let case = persona.cases().create(new).await.expect("opened");
    assert_eq!(case.status(), "Open");
    assert_eq!(case.resolution(), None);
    assert_eq!(case.name(), "EREV-1");
    assert_eq!(case.creator_id(), Some("reviewer@example.com"));
    assert_eq!(case.queue_id().expect("in one"), QUEUE);
    assert_eq!(case.template_id().expect("of one"), TEMPLATE);
    assert_eq!(case.inquiry_ids(), [inquiry.id()]);
    assert_eq!(
        case.fields().get::<i64>("risk_score").expect("a number"),
        Some(40)
    );
    let time_left = case.sla_expires_at().expect("set") - case.created_at().expect("set");
    assert_eq!(time_left.num_seconds(), 3600);
    assert_eq!(events(&persona, &case).await, ["case.created"]);

    let cases = persona.cases();
    let elsewhere = NewCase::from_template("ctmpl_none");
    let error = cases.create(elsewhere).await.expect_err("no template");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = cases
        .create(new_case().object("rep_none"))
        .await
        .expect_err("no report");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = cases
        .create(new_case().field("shoe-size", 1))
        .await
        .expect_err("no field");
    assert_eq!(error.kind(), ErrorKind::Validation);
    let told = error.to_string();
    assert!(
        told.contains("/fields/shoe-size"),
        "it names the field: {told}"
    );
}

#[tokio::test]
async fn retrieve() {
    let (_emulator, persona) = start().await;
    let case = opened(&persona).await;
    let read = persona.cases().retrieve(case.id()).await.expect("read");
    assert_eq!((read.id(), read.name()), (case.id(), case.name()));
    let error = persona
        .cases()
        .retrieve("rep_1")
        .await
        .expect_err("no case");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn list_by_each_filter() {
    let (emulator, persona) = start().await;
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
async fn update() {
    let (_emulator, persona) = start().await;
    let cases = persona.cases();
    let case = cases.create(new_case().queue(QUEUE)).await.expect("opened");
    let update = CaseUpdate::new()
        .field("decision-note", "called the bank")
        .without_queue()
        .sla_expires_in(Duration::from_secs(60));
    let changed = cases.update(case.id(), update).await.expect("updated");
    let note: Option<String> = changed.fields().get("decision-note").expect("a text");
    assert_eq!(note.as_deref(), Some("called the bank"));
    assert_eq!(changed.queue_id(), None);
    assert!(changed.sla_expires_at().is_some());

    let update = CaseUpdate::new().queue(QUEUE).without_sla();
    let changed = cases.update(case.id(), update).await.expect("updated");
    assert_eq!(changed.queue_id().expect("in one"), QUEUE);
    assert_eq!(changed.sla_expires_at(), None);
    let note: Option<String> = changed.fields().get("decision-note").expect("a text");
    assert!(note.is_some(), "what was not named stays");
    assert_eq!(
        events(&persona, &case).await,
        [
            "case.created",
            "case.updated-fields",
            "case.queue-updated",
            "case.queue-updated"
        ]
    );
    let wrong = CaseUpdate::new().field("risk-score", "high");
    let error = cases.update(case.id(), wrong).await.expect_err("no number");
    assert_eq!(error.kind(), ErrorKind::Validation);
}

/// The emulator keeps no attachments, so what is sent is looked at.
#[tokio::test]
async fn update_with_an_attachment() {
    let server = MockServer::start_async().await;
    let mock = server
        .mock_async(|when, then| {
            when.method("PATCH")
                .path("/api/v1/cases/case_1")
                .json_body(json!({
                    "data": { "attributes": { "attachments": [
                        { "filename": "letter.pdf", "data": "JVBERi0xLjQ=" },
                    ] } },
                }));
            then.status(200)
                .json_body(json!({ "data": { "type": "case", "id": "case_1" } }));
        })
        .await;
    let persona = Persona::builder()
        .api_key("persona_sandbox_5e1f")
        .base_url(server.url("/api/v1"))
        .build()
        .expect("builds");
    let update = CaseUpdate::new().attachment("letter.pdf", b"%PDF-1.4");
    persona
        .cases()
        .update("case_1", update)
        .await
        .expect("updated");
    mock.assert_async().await;
}

#[tokio::test]
async fn assign() {
    let (_emulator, persona) = start().await;
    let case = opened(&persona).await;
    assert_eq!(case.assignee_id(), None);
    let cases = persona.cases();
    let assigned = cases.assign(case.id(), "reviewer@example.com").await;
    let assigned = assigned.expect("assigned");
    assert_eq!(assigned.assignee_id(), Some("reviewer@example.com"));
    assert!(assigned.assigned_at().is_some());
    assert_eq!(
        events(&persona, &case).await,
        ["case.created", "case.assigned"]
    );
}

#[tokio::test]
async fn set_status() {
    let (_emulator, persona) = start().await;
    let cases = persona.cases();
    let case = opened(&persona).await;
    let pending = cases.set_status(case.id(), "Pending").await.expect("set");
    assert_eq!((pending.status(), pending.resolved_at()), ("Pending", None));
    let approved = cases.set_status(case.id(), "Approved").await.expect("set");
    assert_eq!(approved.status(), "Approved");
    assert_eq!(approved.resolution(), Some("Approved"));
    assert!(approved.resolved_at().is_some());
    let reopened = cases.set_status(case.id(), "Open").await.expect("set");
    assert_eq!(
        (reopened.resolution(), reopened.resolved_at()),
        (None, None)
    );
    assert_eq!(
        events(&persona, &case).await,
        [
            "case.created",
            "case.status-updated",
            "case.status-updated",
            "case.resolved",
            "case.status-updated",
            "case.reopened",
        ]
    );
    let error = cases
        .set_status(case.id(), "Escalated")
        .await
        .expect_err("no status");
    assert_eq!(error.kind(), ErrorKind::Validation);
}

#[tokio::test]
async fn add_and_remove_objects() {
    let (emulator, persona) = start().await;
    let cases = persona.cases();
    let case = opened(&persona).await;
    let inquiry = inquiry(&emulator, &persona).await;
    let account = inquiry.account_id().expect("on one");
    let mut person = emulator.person();
    person.open(inquiry.id().as_str()).expect("open");
    person.start().expect("starts");
    let verification = person.submit("government-id").expect("handed in");

    let ids = [
        inquiry.id().to_string(),
        account.to_string(),
        verification.clone(),
    ];
    let with = cases
        .add_objects(case.id(), ids.clone())
        .await
        .expect("added");
    assert_eq!(with.inquiry_ids(), [inquiry.id()]);
    assert_eq!(with.account_ids(), [account]);
    assert_eq!(with.verification_ids()[0], verification.as_str());
    let again = cases
        .add_objects(case.id(), ids.clone())
        .await
        .expect("added");
    assert_eq!(again.inquiry_ids().len(), 1, "it is there once");
    let without = cases.remove_objects(case.id(), ids).await.expect("removed");
    assert!(without.inquiry_ids().is_empty() && without.verification_ids().is_empty());
    let error = cases.remove_objects(case.id(), ["inq_none"]).await;
    assert_eq!(error.expect_err("not on it").kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn add_remove_and_set_tags() {
    let (_emulator, persona) = start().await;
    let cases = persona.cases();
    let id = opened(&persona).await.id();
    assert_eq!(
        cases.add_tag(&id, "vip").await.expect("tagged").tags(),
        ["vip"]
    );
    assert_eq!(
        cases
            .set_tags(&id, ["a", "b"])
            .await
            .expect("tagged")
            .tags(),
        ["a", "b"]
    );
    assert_eq!(
        cases.remove_tag(&id, "a").await.expect("removed").tags(),
        ["b"]
    );
    assert!(
        cases
            .set_tags(&id, [""; 0])
            .await
            .expect("removed")
            .tags()
            .is_empty()
    );
}

#[tokio::test]
async fn comments() {
    let (emulator, persona) = start().await;
    let id = opened(&persona).await.id();
    assert!(
        persona
            .cases()
            .comments(&id)
            .await
            .expect("read")
            .is_empty()
    );
    for message in ["looks odd", "called the bank"] {
        assert!(emulator.comment_on_case(id.as_str(), "reviewer@example.com", message));
    }
    let comments = persona.cases().comments(&id).await.expect("read");
    let messages: Vec<&str> = comments.iter().map(|one| one.message()).collect();
    assert_eq!(messages, ["looks odd", "called the bank"]);
    assert_eq!(comments[0].commenter_id(), Some("reviewer@example.com"));
    assert_eq!(comments[0].commenter_type(), Some("user"));
    assert!(comments[0].created_at().is_some());
    assert!(comments[0].id().starts_with("cscm_"));
    let error = persona
        .cases()
        .comments("case_none")
        .await
        .expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn template() {
    let (_emulator, persona) = start().await;
    let template = persona.cases().template(TEMPLATE).await.expect("read");
    assert_eq!(template.name(), "Emulated review");
    assert_eq!(template.status(), "active");
    assert_eq!(template.resolutions(), ["Approved", "Declined"]);
    let keys = template
        .field_schemas()
        .iter()
        .map(|schema| &schema.extra["key"]);
    assert_eq!(keys.collect::<Vec<_>>(), ["decision-note", "risk-score"]);
    let error = persona
        .cases()
        .template("ctmpl_none")
        .await
        .expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn an_overdue_case_tells_so_once() {
    let clock = Clock::manual("2026-01-31T12:00:00Z".parse().expect("a time"));
    let (emulator, persona) = start_with(Emulator::builder().clock(clock)).await;
    let hour = Duration::from_secs(3600);
    let late = persona
        .cases()
        .create(new_case().sla_expires_in(hour))
        .await
        .expect("opened");
    let done = persona
        .cases()
        .create(new_case().sla_expires_in(hour))
        .await
        .expect("opened");
    persona
        .cases()
        .set_status(done.id(), "Declined")
        .await
        .expect("set");
    let given_time = persona
        .cases()
        .create(new_case().sla_expires_in(hour))
        .await
        .expect("opened");
    let update = CaseUpdate::new().without_sla();
    persona
        .cases()
        .update(given_time.id(), update)
        .await
        .expect("updated");
    emulator.clock().advance(hour * 2);
    assert_eq!(
        events(&persona, &late).await,
        ["case.created", "case.sla-expired"]
    );
    for kept in [done, given_time] {
        let names = events(&persona, &kept).await;
        assert!(!names.contains(&"case.sla-expired".to_owned()), "{names:?}");
    }
}

#[tokio::test]
async fn redact_leaves_nothing_of_the_person() {
    const CANARIES: [&str; 3] = ["canary note", "canary comment", "canary@example.com"];
    let (emulator, persona) = start().await;
    let cases = persona.cases();
    let new = new_case()
        .creator_email_address("canary@example.com")
        .field("decision-note", "canary note");
    let case = cases.create(new).await.expect("opened");
    let id = case.id();
    cases
        .assign(&id, "canary@example.com")
        .await
        .expect("assigned");
    assert!(emulator.comment_on_case(id.as_str(), "canary@example.com", "canary comment"));
    let left = left_in(&emulator, &case).await;
    for canary in CANARIES {
        assert!(left.contains(canary), "{canary} can be found at all");
    }
    let redacted = cases.redact(&id).await.expect("redacted");
    assert!(redacted.is_redacted());
    assert_eq!(redacted.status(), "Open", "redaction is no status");
    assert!(cases.redact(&id).await.expect_err("done").is_conflict());
    let left = left_in(&emulator, &case).await;
    for canary in CANARIES {
        assert!(!left.contains(canary), "{canary} is left");
    }
    assert!(!emulator.comment_on_case(id.as_str(), "canary@example.com", "late"));
    assert!(
        events(&persona, &case)
            .await
            .contains(&"case.redacted".to_owned())
    );
}

/// Whatever the emulator tells of a case.
async fn left_in(emulator: &Emulator, case: &Case) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    let mut paths: Vec<String> = ["cases", "events", "api-logs", "accounts"]
        .map(|list| format!("/{list}?page[size]=100"))
        .into();
    paths.push(format!("/cases/{}?include=case-comments", case.id()));
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

#[tokio::test]
async fn bad_input_is_told_before_it_is_sent() {
    let (emulator, persona) = start().await;
    let cases = persona.cases();
    let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
    for (new, wanted) in [
        (NewCase::from_template(""), "the case template id is empty"),
        (
            new_case().queue("a/b"),
            "the case queue id contains a slash",
        ),
        (
            new_case().creator_email_address("nobody"),
            "the creator's e-mail address is none",
        ),
        (new_case().object(""), "the id of an object is empty"),
        (
            new_case().object("inq 1"),
            "the id of an object is empty or contains whitespace",
        ),
        (new_case().sla_expires_in(days(91)), "longer than 90 days"),
        (
            new_case().sla_expires_in(Duration::from_millis(1)),
            "under one second",
        ),
        (new_case().field("", 1), "a field has an empty name"),
    ] {
        let error = cases.create(new).await.expect_err(wanted);
        refused_before_sending(&error, wanted);
    }
    for (update, wanted) in [
        (CaseUpdate::new(), "the update names nothing to change"),
        (CaseUpdate::new().queue(""), "the case queue id is empty"),
        (
            CaseUpdate::new().sla_expires_in(days(91)),
            "longer than 90 days",
        ),
        (
            CaseUpdate::new().attachment("", "x"),
            "the name of the attachment is empty",
        ),
        (
            CaseUpdate::new().attachment("a.pdf", ""),
            "the attachment is empty",
        ),
        (
            CaseUpdate::new().fields(&"text"),
            "fields are neither a map nor a struct",
        ),
    ] {
        let error = cases.update("case_1", update).await.expect_err(wanted);
        refused_before_sending(&error, wanted);
    }
    for (list, wanted) in [
        (cases.list().status(""), "the status is empty"),
        (cases.list().reference_id(""), "the reference id is empty"),
        (cases.list().account(""), "the account id is empty"),
        (cases.list().inquiry(""), "the inquiry id is empty"),
        (cases.list().report(""), "the report id is empty"),
        (cases.list().template(""), "the case template id is empty"),
        (cases.list().page_size(0), "the page size is 0"),
        (cases.list().page_size(101), "the page size is 101"),
    ] {
        let error = list.items().next().await.expect("one").expect_err(wanted);
        refused_before_sending(&error, wanted);
    }
    let none: [&str; 0] = [];
    for (error, wanted) in [
        (
            cases.assign("case_1", "nobody").await,
            "the assignee's e-mail address is none",
        ),
        (cases.set_status("case_1", " ").await, "the status is empty"),
        (
            cases.add_objects("case_1", none).await,
            "no object is named",
        ),
        (
            cases.remove_objects("case_1", [""]).await,
            "the id of an object is empty",
        ),
        (cases.add_tag("case_1", "").await, "the tag is empty"),
        (cases.retrieve("").await, "the case id is empty"),
        (
            cases.update("", CaseUpdate::new().field("a", 1)).await,
            "the case id is empty",
        ),
        (cases.assign("", "a@b").await, "the case id is empty"),
        (cases.set_status("", "Open").await, "the case id is empty"),
        (
            cases.add_objects("", ["inq_1"]).await,
            "the case id is empty",
        ),
        (
            cases.remove_objects("", ["inq_1"]).await,
            "the case id is empty",
        ),
        (cases.add_tag("", "a").await, "the case id is empty"),
        (cases.remove_tag("", "a").await, "the case id is empty"),
        (cases.set_tags("", ["a"]).await, "the case id is empty"),
        (cases.redact("").await, "the case id is empty"),
    ] {
        refused_before_sending(&error.expect_err(wanted), wanted);
    }
    let wanted = "the case id is empty";
    refused_before_sending(&cases.comments("").await.expect_err(wanted), wanted);
    let wanted = "the case template id is empty";
    refused_before_sending(&cases.template("").await.expect_err(wanted), wanted);
    assert_eq!(emulator.request_count(), 0);
}

fn refused_before_sending(error: &withpersona::Error, wanted: &str) {
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(error.status(), None);
    let told = error.to_string();
    assert!(told.contains(wanted), "{wanted:?} is not in {told:?}");
}

#[tokio::test]
async fn nothing_of_a_person_prints() {
    let (emulator, persona) = start().await;
    let new = new_case().field("decision-note", "canary note");
    let update = CaseUpdate::new().field("decision-note", "canary note");
    let mut told = format!("{new:?} {update:?}");
    let case = persona.cases().create(new).await.expect("opened");
    emulator.comment_on_case(case.id().as_str(), "canary@example.com", "canary comment");
    told += &format!("{case:?} {:?}", case.fields());
    told += &format!(
        "{:?}",
        persona.cases().comments(case.id()).await.expect("read")
    );
    told += &format!(
        "{:?}",
        persona.cases().list().reference_id("canary-reference")
    );
    assert!(told.contains(case.id().as_str()), "ids may be printed");
    assert!(!told.contains("canary"), "{told}");
}

#[tokio::test]
async fn search() {
    let (_emulator, persona) = start().await;
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
