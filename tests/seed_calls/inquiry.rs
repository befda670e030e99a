//! Twelve calls on inquiries.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use withpersona::{Inquiry, InquiryStatus, InquiryUpdate};

use super::{Stage, all, first_page, refused};

fn text(inquiry: &Inquiry, name: &str) -> Option<String> {
    inquiry.fields().get(name).expect("a text")
}

fn reviewer_comment(inquiry: &Inquiry) -> Option<&str> {
    inquiry.raw().attributes.reviewer_comment.as_deref()
}

#[tokio::test]
async fn create_an_inquiry() {
    #[derive(Serialize)]
    struct Known {
        name_last: &'static str,
        birthdate: &'static str,
    }
    let stage = Stage::set().await;
    let hour = Duration::from_secs(60 * 60);
    let new = stage
        .new_inquiry()
        .reference_id("user-1")
        .field("name-first", "Jane")
        .fields(&Known {
            name_last: "Doe",
            birthdate: "1980-02-29",
        })
        .note("from the shop")
        .tag("vip")
        .tag("new")
        .redirect_uri("https://shop.example/back")
        .expires_after_create(hour)
        .expires_after_start(2 * hour)
        .expires_after_resume(3 * hour)
        .with_session()
        .with_one_time_link();
    let created = stage.created(new).await;
    let inquiry = &created.inquiry;
    assert_eq!(inquiry.status(), InquiryStatus::Created);
    assert_eq!(inquiry.reference_id(), Some("user-1"));
    assert_eq!(text(inquiry, "name-first").as_deref(), Some("Jane"));
    assert_eq!(text(inquiry, "name-last").as_deref(), Some("Doe"));
    assert_eq!(text(inquiry, "birthdate").as_deref(), Some("1980-02-29"));
    assert_eq!(inquiry.note(), Some("from the shop"));
    assert_eq!(inquiry.tags(), ["vip", "new"]);
    let template = inquiry.template_id().expect("of one");
    assert_eq!(template.as_str(), stage.emulator.default_template_id());
    let clock = stage.emulator.clock();
    assert_eq!(inquiry.expires_at(), Some(clock.now() + hour));

    // The person is told where to go back to.
    let mut person = stage.emulator.person();
    let token = created.session_token.as_ref().expect("asked for");
    person
        .enter(inquiry.id().as_str(), token.reveal())
        .expect("is let in");
    person.start().expect("starts");
    person.submit("government-id").expect("hands in");
    person.submit("selfie").expect("hands in");
    person.pass().expect("passes");
    let back = person.redirected_to().expect("is sent back");
    assert!(back.starts_with("https://shop.example/back?"), "{back}");
    assert!(created.link.is_some());

    // On an account that is there, in place of a reference id.
    let account = inquiry.account_id().expect("on one");
    let second = stage.created(stage.new_inquiry().account(&account)).await;
    assert_eq!(second.inquiry.account_id(), Some(account));
    assert!(second.session_token.is_none() && second.link.is_none());
}

#[tokio::test]
async fn get_an_inquiry() {
    let stage = Stage::set().await;
    let new = stage.new_inquiry().reference_id("user-1");
    let created = stage.created(new).await.inquiry;
    let inquiries = stage.persona.inquiries();
    let read = inquiries.retrieve(&created).await.expect("read");
    assert_eq!(read.id(), created.id());
    assert_eq!(read.reference_id(), Some("user-1"));
    assert_eq!(read.created_at(), Some(stage.emulator.clock().now()));
    assert!(refused(inquiries.retrieve("inq_none").await).is_not_found());
}

#[tokio::test]
async fn list_inquiries() {
    let stage = Stage::set().await;
    let inquiries = stage.persona.inquiries();
    let mut ids = Vec::new();
    let mut times = Vec::new();
    for reference_id in ["user-1", "user-2", "user-1", "user-3"] {
        times.push(stage.later());
        let new = stage.new_inquiry().reference_id(reference_id);
        ids.push(stage.created(new.note(reference_id)).await.inquiry);
    }
    inquiries.approve(&ids[1]).await.expect("approved");
    inquiries.decline(&ids[3]).await.expect("declined");
    let account = ids[0].account_id().expect("on one");
    let template = stage.emulator.default_template_id();
    let list = || inquiries.list();
    let rows = [
        ("all, newest first", list(), vec![3, 2, 1, 0]),
        ("status", list().status(InquiryStatus::Approved), vec![1]),
        (
            "two statuses",
            list()
                .status(InquiryStatus::Approved)
                .status(InquiryStatus::Declined),
            vec![3, 1],
        ),
        ("account", list().account(&account), vec![2, 0]),
        ("reference id", list().reference_id("user-2"), vec![1]),
        ("created from", list().created_from(times[2]), vec![3, 2]),
        ("created until", list().created_until(times[1]), vec![1, 0]),
        (
            "created in between",
            list().created_from(times[1]).created_until(times[2]),
            vec![2, 1],
        ),
        ("note", list().note("user-3"), vec![3]),
        ("ids", list().id(&ids[0]).id(&ids[3]), vec![3, 0]),
        ("template", list().template(template), vec![3, 2, 1, 0]),
        ("another template", list().template("itmpl_none"), vec![]),
        (
            "legacy template",
            list().legacy_template("tmpl_none"),
            vec![],
        ),
        (
            "a status and a person",
            list()
                .reference_id("user-1")
                .status(InquiryStatus::Approved),
            vec![],
        ),
        ("one at once", list().page_size(1), vec![3, 2, 1, 0]),
    ];
    for (row, list, expected) in rows {
        let found = all(list.items(), Inquiry::id).await;
        let expected: Vec<_> = expected.iter().map(|at| ids[*at].id()).collect();
        assert_eq!(found, expected, "{row}");
    }
    let first = first_page(list().page_size(3).pages()).await;
    assert_eq!(first.items.len(), 3);
    let cursor = first.next.expect("there is more");
    let rest = all(list().page_size(3).after(cursor).items(), Inquiry::id).await;
    assert_eq!(rest, [ids[0].id()]);
}

#[tokio::test]
async fn update_an_inquiry() {
    let stage = Stage::set().await;
    let new = stage
        .new_inquiry()
        .reference_id("user-1")
        .field("name-first", "Jane")
        .note("first")
        .tag("old")
        .with_session();
    let created = stage.created(new).await;
    let id = created.inquiry.id();
    let update = InquiryUpdate::new()
        .note("second")
        .field("name-last", "Doe")
        .fields(&BTreeMap::from([("birthdate", "1980-02-29")]))
        .tags(["new", "vip"])
        .redirect_uri("https://shop.example/later");
    let inquiries = stage.persona.inquiries();
    inquiries.update(&id, update).await.expect("updated");
    let read = inquiries.retrieve(&id).await.expect("read");
    assert_eq!(read.note(), Some("second"));
    assert_eq!(read.tags(), ["new", "vip"]);
    assert_eq!(text(&read, "name-last").as_deref(), Some("Doe"));
    assert_eq!(text(&read, "birthdate").as_deref(), Some("1980-02-29"));
    // What was not named stays.
    assert_eq!(text(&read, "name-first").as_deref(), Some("Jane"));
    assert_eq!(read.reference_id(), Some("user-1"));

    let mut person = stage.emulator.person();
    let token = created.session_token.expect("asked for");
    person.enter(id.as_str(), token.reveal()).expect("enters");
    person.start().expect("starts");
    person.submit("government-id").expect("hands in");
    person.submit("selfie").expect("hands in");
    person.pass().expect("passes");
    let back = person.redirected_to().expect("is sent back");
    assert!(back.starts_with("https://shop.example/later?"), "{back}");
}

#[tokio::test]
async fn approve_an_inquiry() {
    let stage = Stage::set().await;
    let id = stage.created(stage.new_inquiry()).await.inquiry.id();
    let now = stage.later();
    let inquiries = stage.persona.inquiries();
    inquiries
        .approve(&id)
        .comment("the papers are good")
        .await
        .expect("approved");
    let read = inquiries.retrieve(&id).await.expect("read");
    assert_eq!(read.status(), InquiryStatus::Approved);
    assert_eq!(read.decisioned_at(), Some(now));
    assert_eq!(reviewer_comment(&read), Some("the papers are good"));
}

#[tokio::test]
async fn decline_an_inquiry() {
    let stage = Stage::set().await;
    let id = stage.created(stage.new_inquiry()).await.inquiry.id();
    let now = stage.later();
    let inquiries = stage.persona.inquiries();
    inquiries
        .decline(&id)
        .comment("somebody else")
        .await
        .expect("declined");
    let read = inquiries.retrieve(&id).await.expect("read");
    assert_eq!(read.status(), InquiryStatus::Declined);
    assert_eq!(read.decisioned_at(), Some(now));
    assert_eq!(reviewer_comment(&read), Some("somebody else"));
}

#[tokio::test]
async fn review_an_inquiry() {
    let stage = Stage::set().await;
    let id = stage.created(stage.new_inquiry()).await.inquiry.id();
    let inquiries = stage.persona.inquiries();
    inquiries.mark_for_review(&id).await.expect("marked");
    let read = inquiries.retrieve(&id).await.expect("read");
    assert_eq!(read.status(), InquiryStatus::NeedsReview);
    assert_eq!(read.decisioned_at(), None, "nobody has decided yet");
}

#[tokio::test]
async fn resume_an_inquiry() {
    let stage = Stage::set().await;
    let new = stage
        .new_inquiry()
        .expires_after_create(Duration::from_secs(30));
    let id = stage.created(new).await.inquiry.id();
    stage.later();
    let inquiries = stage.persona.inquiries();
    let expired = inquiries.retrieve(&id).await.expect("read");
    assert_eq!(expired.status(), InquiryStatus::Expired);

    let resumed = inquiries.resume(&id).await.expect("resumed");
    assert_eq!(resumed.inquiry.id(), id);
    assert_ne!(resumed.inquiry.status(), InquiryStatus::Expired);
    let mut person = stage.emulator.person();
    let token = resumed.session_token;
    person.enter(id.as_str(), token.reveal()).expect("is back");
    person.submit("government-id").expect("goes on");
}

#[tokio::test]
async fn expire_an_inquiry() {
    let stage = Stage::set().await;
    let new = stage.new_inquiry().with_one_time_link();
    let created = stage.created(new).await;
    let id = created.inquiry.id();
    let inquiries = stage.persona.inquiries();
    inquiries.expire(&id).await.expect("expired");
    let read = inquiries.retrieve(&id).await.expect("read");
    assert_eq!(read.status(), InquiryStatus::Expired);
    let link = created.link.expect("asked for");
    let opened = stage.emulator.person().follow_link(link.reveal());
    opened.expect_err("what led into it is over, too");
}

#[tokio::test]
async fn make_a_one_time_link() {
    let stage = Stage::set().await;
    let id = stage.created(stage.new_inquiry()).await.inquiry.id();
    let inquiries = stage.persona.inquiries();
    let minutes = |count: u64| Duration::from_secs(60 * count);
    let short = inquiries.one_time_link(&id).expires_in(minutes(2));
    let short = short.await.expect("made");
    assert!(short.reveal_short().is_some());
    let long = inquiries.one_time_link(&id).expires_in(minutes(10));
    let long = long.await.expect("made");
    let unset = inquiries.one_time_link(&id).await.expect("made");

    stage.emulator.clock().advance(minutes(5));
    let mut person = stage.emulator.person();
    let late = person.follow_link(short.reveal());
    late.expect_err("it was good for two minutes");
    person.follow_link(long.reveal()).expect("still good");
    assert_eq!(person.inquiry_id(), Some(id.as_str()));
    stage.emulator.clock().advance(minutes(10));
    let mut person = stage.emulator.person();
    person.follow_link(unset.reveal()).expect("good for a day");
}

#[tokio::test]
async fn print_the_pdf_summary_of_an_inquiry() {
    let stage = Stage::set().await;
    let id = stage.created(stage.new_inquiry()).await.inquiry.id();
    let mut pdf = stage.persona.inquiries().print(&id).await.expect("made");
    let mut bytes = Vec::new();
    let count = pdf.copy_to(&mut bytes).await.expect("read");
    assert_eq!(count, bytes.len() as u64);
    assert!(bytes.starts_with(b"%PDF-"));
    let end = bytes.trim_ascii_end();
    assert!(end.ends_with(b"%%EOF"), "it came whole");
}

#[tokio::test]
async fn redact_an_inquiry() {
    let stage = Stage::set().await;
    let new = stage.new_inquiry().field("name-first", "Canary");
    let id = stage.created(new).await.inquiry.id();
    let inquiries = stage.persona.inquiries();
    let redacted = inquiries.redact(&id).await.expect("redacted");
    assert!(redacted.is_redacted());
    let read = inquiries.retrieve(&id).await.expect("it is still there");
    assert!(read.is_redacted());
    let told = serde_json::to_string(&read).expect("JSON");
    assert!(!told.contains("Canary"), "{told}");
}
