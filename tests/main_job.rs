//! The main job, as stories: each reads like what happens to somebody.

mod canary;
mod on_emulator;

use std::time::Duration;

use on_emulator::start;
use withpersona::emulator::Emulator;
use withpersona::{
    CheckStatus, ErrorKind, InquiryStatus, InquiryUpdate, NewInquiry, Outcome, SimulateAction, Tag,
    VerificationStatus,
};

fn new_inquiry(emulator: &Emulator) -> NewInquiry {
    NewInquiry::from_template(emulator.default_template_id()).reference_id("user-1")
}

#[tokio::test]
async fn somebody_is_verified_from_link_to_decision() {
    let (emulator, persona) = start().await;
    let new = new_inquiry(&emulator)
        .field("name-first", "Jane")
        .with_one_time_link();
    let created = persona.inquiries().create(new).await.expect("created");
    assert_eq!(created.inquiry.status(), InquiryStatus::Created);
    assert_eq!(created.inquiry.reference_id(), Some("user-1"));
    assert!(created.session_token.is_none(), "it was not asked for");

    let mut person = emulator.person();
    let link = created.link.expect("it was asked for");
    person.follow_link(link.reveal()).expect("the link works");
    person.start().expect("starts");
    person.leave();
    person
        .open(created.inquiry.id().as_str())
        .expect_err("a tab that was closed is no way back in");
    let resumed = persona
        .inquiries()
        .resume(created.inquiry.id())
        .await
        .expect("resumed");
    assert_eq!(resumed.inquiry.status(), InquiryStatus::Pending);
    person
        .enter(
            created.inquiry.id().as_str(),
            resumed.session_token.reveal(),
        )
        .expect("the token lets them in");
    person.submit("government-id").expect("hands in");
    person.submit("selfie").expect("hands in");
    person.pass().expect("passes");

    let outcome = persona
        .inquiries()
        .wait(created.inquiry.id())
        .deadline(Duration::from_secs(60))
        .await
        .expect("can be asked for");
    let inquiry = outcome.met().expect("it is finished");
    assert_eq!(inquiry.status(), InquiryStatus::Approved);
    let name: Option<String> = inquiry.fields().get("name_first").expect("a text");
    assert_eq!(name.as_deref(), Some("Jane"));

    let verifications = persona
        .inquiries()
        .verifications(inquiry.id())
        .await
        .expect("read");
    let kinds: Vec<&str> = verifications.iter().map(|one| one.kind()).collect();
    assert_eq!(kinds, ["verification/government-id", "verification/selfie"]);
    for verification in &verifications {
        assert_eq!(verification.status(), VerificationStatus::Passed);
        assert!(!verification.checks().is_empty());
        assert!(verification.failed_required_checks().is_empty());
        let alone = persona.verifications().retrieve(verification.id()).await;
        assert_eq!(
            alone.expect("read").checks().len(),
            verification.checks().len()
        );
    }
}

#[tokio::test]
async fn somebody_whose_document_is_expired_is_declined_with_the_reason() {
    let (emulator, persona) = start().await;
    let new = new_inquiry(&emulator).with_session();
    let created = persona.inquiries().create(new).await.expect("created");
    let token = created.session_token.expect("it was asked for");
    let mut person = emulator.person();
    let id = created.inquiry.id();
    person.enter(id.as_str(), token.reveal()).expect("enters");
    person.start().expect("starts");
    person.submit("government-id").expect("hands in");
    person.fail("id_expired_detection").expect("fails");

    let inquiry = persona.inquiries().retrieve(&id).await.expect("read");
    assert_eq!(inquiry.status(), InquiryStatus::Declined);
    let verifications = persona.inquiries().verifications(&id).await.expect("read");
    let failed = verifications[0].failed_required_checks();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].name(), "id_expired_detection");
    assert_eq!(failed[0].status(), CheckStatus::Failed);
    let error = persona
        .inquiries()
        .resume(&id)
        .await
        .expect_err("it is finished");
    assert_eq!(error.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn somebody_who_never_comes_expires_and_can_come_back() {
    let (emulator, persona) = start().await;
    let created = persona.inquiries().create(new_inquiry(&emulator)).await;
    let id = created.expect("created").inquiry.id();
    emulator.clock().advance(Duration::from_secs(25 * 60 * 60));
    let outcome = persona
        .inquiries()
        .wait(&id)
        .deadline(Duration::from_secs(60))
        .await;
    match outcome.expect("can be asked for") {
        Outcome::Expired(inquiry) => assert!(inquiry.status().is_resumable()),
        other => panic!("{other:?}"),
    }
    let error = persona
        .inquiries()
        .one_time_link(&id)
        .await
        .expect_err("it is expired");
    assert!(
        matches!(
            error.kind(),
            ErrorKind::Conflict | ErrorKind::Validation | ErrorKind::BadRequest
        ),
        "{error}"
    );
    let resumed = persona.inquiries().resume(&id).await.expect("resumed");
    assert_eq!(resumed.inquiry.status(), InquiryStatus::Pending);
    let hour = Duration::from_secs(3600);
    let link = persona
        .inquiries()
        .one_time_link(&id)
        .expires_in(hour)
        .await
        .expect("made");
    let mut late = emulator.person();
    emulator.clock().advance(hour + Duration::from_secs(1));
    late.follow_link(link.reveal())
        .expect_err("an hour is over");
}

#[tokio::test]
async fn a_reviewer_decides_with_a_comment() {
    let (emulator, persona) = start().await;
    let inquiries = persona.inquiries();
    let created = inquiries
        .create(new_inquiry(&emulator))
        .await
        .expect("created");
    let id = created.inquiry.id();
    let inquiry = inquiries.mark_for_review(&id).await.expect("marked");
    assert_eq!(inquiry.status(), InquiryStatus::NeedsReview);
    let inquiry = inquiries
        .approve(&id)
        .comment("by phone")
        .await
        .expect("approved");
    assert_eq!(inquiry.status(), InquiryStatus::Approved);
    assert!(inquiry.decisioned_at().is_some());
    let error = inquiries
        .mark_for_review(&id)
        .await
        .expect_err("it is decided");
    assert_eq!(error.kind(), ErrorKind::Conflict);

    let other = inquiries
        .create(new_inquiry(&emulator))
        .await
        .expect("created");
    let inquiry = inquiries
        .decline(other.inquiry.id())
        .await
        .expect("declined");
    assert_eq!(inquiry.status(), InquiryStatus::Declined);
}

#[tokio::test]
async fn notes_tags_and_fields_change_and_the_rest_stays() {
    let (emulator, persona) = start().await;
    let inquiries = persona.inquiries();
    let new = new_inquiry(&emulator)
        .note("first")
        .tag("new")
        .field("name-first", "Jane");
    let id = inquiries.create(new).await.expect("created").inquiry.id();
    let update = InquiryUpdate::new().field("name-last", "Doe");
    let inquiry = inquiries.update(&id, update).await.expect("updated");
    assert_eq!(inquiry.note(), Some("first"));
    assert_eq!(
        inquiry
            .fields()
            .get::<String>("name-first")
            .unwrap()
            .as_deref(),
        Some("Jane")
    );
    assert_eq!(
        inquiry
            .fields()
            .get::<String>("name-last")
            .unwrap()
            .as_deref(),
        Some("Doe")
    );

    let inquiry = inquiries.add_tag(&id, "vip").await.expect("added");
    assert_eq!(sorted(inquiry.tags()), ["new", "vip"]);
    let inquiry = inquiries.remove_tag(&id, "new").await.expect("removed");
    assert_eq!(inquiry.tags(), ["vip"]);
    let inquiry = inquiries.set_tags(&id, ["a", "b"]).await.expect("set");
    assert_eq!(sorted(inquiry.tags()), ["a", "b"]);
    let inquiry = inquiries
        .set_tags(&id, Vec::<Tag>::new())
        .await
        .expect("set");
    assert!(inquiry.tags().is_empty());
}

#[tokio::test]
async fn a_redacted_inquiry_is_gone_and_cannot_be_redacted_twice() {
    let (emulator, persona) = start().await;
    let inquiries = persona.inquiries();
    let new = new_inquiry(&emulator).field("name-first", "Jane");
    let id = inquiries.create(new).await.expect("created").inquiry.id();
    let inquiry = inquiries.redact(&id).await.expect("redacted");
    assert!(inquiry.is_redacted());
    assert_eq!(inquiry.fields().get::<String>("name-first").unwrap(), None);
    let outcome = inquiries
        .wait(&id)
        .deadline(Duration::from_secs(60))
        .await
        .expect("asked");
    assert!(matches!(outcome, Outcome::Gone), "{outcome:?}");
    let error = inquiries.redact(&id).await.expect_err("it is redacted");
    assert_eq!(error.kind(), ErrorKind::Redacted);
    assert!(error.is_conflict(), "whatever the words");
    assert_eq!(error.status(), Some(409));
}

#[tokio::test]
async fn the_sandbox_plays_what_people_do() {
    let (emulator, persona) = start().await;
    let inquiries = persona.inquiries();
    let id = inquiries
        .create(new_inquiry(&emulator))
        .await
        .expect("created")
        .inquiry
        .id();
    let actions = [
        SimulateAction::Start,
        SimulateAction::Complete,
        SimulateAction::Approve,
    ];
    let inquiry = inquiries.simulate(&id, actions).await.expect("played");
    assert_eq!(inquiry.status(), InquiryStatus::Approved);
}

#[tokio::test]
async fn an_inquiry_prints_as_pdf() {
    let (emulator, persona) = start().await;
    let id = persona
        .inquiries()
        .create(new_inquiry(&emulator))
        .await
        .expect("created")
        .inquiry
        .id();
    let mut pdf = persona.inquiries().print(&id).await.expect("begins");
    let mut whole = Vec::new();
    while let Some(chunk) = pdf.chunk().await.expect("goes on") {
        whole.extend_from_slice(&chunk);
    }
    assert!(whole.starts_with(b"%PDF-"), "a PDF");
    assert!(whole.trim_ascii_end().ends_with(b"%%EOF"), "a whole one");
}

#[tokio::test]
async fn a_list_is_read_to_its_end_and_from_a_saved_place() {
    let (emulator, persona) = start().await;
    let inquiries = persona.inquiries();
    let mut ids = Vec::new();
    for number in 0..25 {
        let new = NewInquiry::from_template(emulator.default_template_id())
            .reference_id(format!("user-{}", number % 2));
        ids.push(inquiries.create(new).await.expect("created").inquiry.id());
        emulator.clock().advance(Duration::from_secs(1));
    }
    ids.reverse();

    let mut seen = Vec::new();
    let mut items = inquiries.list().page_size(7).items();
    while let Some(inquiry) = items.next().await {
        seen.push(inquiry.expect("read").id());
    }
    assert_eq!(seen, ids, "newest first, none twice, none missing");

    let mut pages = inquiries.list().page_size(10).pages();
    let first = pages.next().await.expect("a page").expect("read");
    assert_eq!(first.items.len(), 10);
    let saved = pages.cursor().expect("there is more").as_str().to_owned();
    let mut rest = inquiries
        .list()
        .after(withpersona::Cursor::new(saved))
        .items();
    let eleventh = rest.next().await.expect("there is more").expect("read");
    assert_eq!(eleventh.id(), ids[10]);

    let mut of_one = inquiries
        .list()
        .reference_id("user-1")
        .page_size(100)
        .items();
    let mut count = 0;
    while let Some(inquiry) = of_one.next().await {
        assert_eq!(inquiry.expect("read").reference_id(), Some("user-1"));
        count += 1;
    }
    assert_eq!(count, 12);
}

#[tokio::test]
async fn bad_input_is_told_before_anything_is_sent() {
    let (emulator, persona) = start().await;
    let inquiries = persona.inquiries();
    let create = |new: NewInquiry| {
        let inquiries = inquiries.clone();
        async move { inquiries.create(new).await.map(|_| ()).unwrap_err() }
    };
    let template = || NewInquiry::from_template("itmpl_1");
    let errors = [
        (
            "the inquiry template id is empty",
            create(NewInquiry::from_template("")).await,
        ),
        (
            "the inquiry template id is of another kind: it begins with itmplv_, as inquiry template version ids do",
            create(NewInquiry::from_template("itmplv_1")).await,
        ),
        (
            "the inquiry template id is of another kind: it begins with tmpl_, as legacy template ids do",
            create(NewInquiry::from_template("tmpl_1")).await,
        ),
        (
            "both an account and a reference id are given: the inquiry can be on one account only",
            create(template().account("act_1").reference_id("user-1")).await,
        ),
        (
            "the reference id is empty",
            create(template().reference_id("")).await,
        ),
        ("a tag is empty", create(template().tag("")).await),
        (
            "the redirect URI is no absolute address",
            create(template().redirect_uri("/done")).await,
        ),
        (
            "a field has an empty name",
            create(template().field("", 1)).await,
        ),
        (
            "fields are neither a map nor a struct",
            create(template().fields(&[1, 2])).await,
        ),
        (
            "the expiry is under one second",
            create(template().expires_after_create(Duration::from_millis(900))).await,
        ),
        (
            "the expiry of the device handoff is under one second",
            create(template().device_handoff_expires_in(Duration::ZERO)).await,
        ),
        (
            "the expiry of the one-time link is under one second",
            inquiries
                .one_time_link("inq_1")
                .expires_in(Duration::ZERO)
                .await
                .unwrap_err(),
        ),
        (
            "the inquiry id contains a slash",
            inquiries.retrieve("inq/1").await.unwrap_err(),
        ),
        (
            "the inquiry id is empty",
            inquiries.approve("").await.unwrap_err(),
        ),
        (
            "the tag is empty",
            inquiries.add_tag("inq_1", " ").await.unwrap_err(),
        ),
        (
            "the update names nothing to change",
            inquiries
                .update("inq_1", InquiryUpdate::new())
                .await
                .unwrap_err(),
        ),
        (
            "a tag is empty",
            inquiries
                .update("inq_1", InquiryUpdate::new().tags(["vip", ""]))
                .await
                .unwrap_err(),
        ),
        (
            "the redirect URI is no absolute address",
            inquiries
                .update("inq_1", InquiryUpdate::new().redirect_uri("/done"))
                .await
                .unwrap_err(),
        ),
        (
            "the range of creation ends before it begins",
            inquiries
                .list()
                .created_from("2026-01-02T00:00:00Z".parse().unwrap())
                .created_until("2026-01-01T00:00:00Z".parse().unwrap())
                .items()
                .next()
                .await
                .unwrap()
                .unwrap_err(),
        ),
        (
            "no action to simulate is given",
            inquiries.simulate("inq_1", []).await.unwrap_err(),
        ),
        (
            "the page size is 0: it must be between 1 and 100",
            inquiries
                .list()
                .page_size(0)
                .items()
                .next()
                .await
                .unwrap()
                .unwrap_err(),
        ),
        (
            "the page size is 101: it must be between 1 and 100",
            inquiries
                .list()
                .page_size(101)
                .pages()
                .next()
                .await
                .unwrap()
                .unwrap_err(),
        ),
        (
            "inquiries are listed by note alone: no other filter can stand beside it",
            inquiries
                .list()
                .note("x")
                .reference_id("y")
                .items()
                .next()
                .await
                .unwrap()
                .unwrap_err(),
        ),
        (
            "the inquiry id is empty",
            inquiries
                .wait("")
                .deadline(Duration::from_secs(1))
                .await
                .unwrap_err(),
        ),
    ];
    for (expected, error) in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(
            error.to_string().contains(expected),
            "{error}, not {expected}"
        );
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

fn sorted(mut tags: Vec<&str>) -> Vec<&str> {
    tags.sort_unstable();
    tags
}
