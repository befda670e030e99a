//! One open inquiry for each person.

use std::future::IntoFuture;
use std::sync::Arc;

use futures_util::future::join_all;
use withpersona::store::MemoryStore;
use withpersona::{ErrorKind, InquiryStatus, NewInquiry, OneInquiry, SimulateAction};

use crate::{CREATE, DAY, LIST, World, asked, client};

fn kind(one: &OneInquiry) -> &'static str {
    match one {
        OneInquiry::Created(_) => "created",
        OneInquiry::Open(_) => "open",
        OneInquiry::Finished(_) => "finished",
        _ => "other",
    }
}

#[tokio::test]
async fn a_hundred_at_once_make_one_inquiry() {
    let world = World::new().await;
    let watch = world.watch();
    let sessions = world.persona.sessions();
    let asking = (0..100).map(|_| {
        sessions
            .get_or_create("user-1", world.template())
            .into_future()
    });
    let mut ids = Vec::new();
    for one in join_all(asking).await {
        ids.push(one.expect("got or created").inquiry().id());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(watch.seen(), asked([(LIST, 1), (CREATE, 1)]));

    let again = sessions.get_or_create("user-1", world.template()).await;
    let again = again.expect("got");
    assert_eq!(
        (kind(&again), again.inquiry().id()),
        ("open", ids[0].clone())
    );
    let other = sessions.get_or_create("user-2", world.template()).await;
    assert_eq!(kind(&other.expect("created")), "created");
}

#[tokio::test]
async fn clients_that_share_nothing_make_one_inquiry_all_the_same() {
    let world = World::new().await;
    let clients: Vec<_> = (0..10)
        .map(|_| {
            let store = Arc::new(MemoryStore::new());
            client(&world.emulator, world.emulator.base_url(), store)
        })
        .collect();
    let asking = clients.iter().map(|persona| {
        let sessions = persona.sessions();
        sessions
            .get_or_create("user-1", world.template())
            .into_future()
    });
    let mut ids = Vec::new();
    for one in join_all(asking).await {
        ids.push(one.expect("got or created").inquiry().id());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn a_finished_one_comes_back_unless_its_status_asks_for_a_new_one() {
    let world = World::still().await;
    let sessions = world.persona.sessions();
    let ask = || sessions.get_or_create("user-1", world.template());
    let first = ask().await.expect("created");
    assert_eq!(kind(&first), "created");
    let id = first.inquiry().id();
    let end = [SimulateAction::Start, SimulateAction::Fail];
    world
        .persona
        .inquiries()
        .simulate(&id, end)
        .await
        .expect("played");

    let found = ask().await.expect("found");
    assert_eq!(
        (kind(&found), found.inquiry().id()),
        ("finished", id.clone())
    );
    let found = ask().start_anew_after(InquiryStatus::Declined).await;
    assert_eq!(kind(&found.expect("found")), "finished");
    let anew = ask()
        .start_anew_after(InquiryStatus::Failed)
        .await
        .expect("created");
    assert_eq!(kind(&anew), "created");
    assert_ne!(anew.inquiry().id(), id);
    let open = ask()
        .start_anew_after(InquiryStatus::Failed)
        .await
        .expect("found");
    assert_eq!(
        (kind(&open), open.inquiry().id()),
        ("open", anew.inquiry().id())
    );
}

#[tokio::test]
async fn an_expired_one_is_open_and_a_redacted_one_does_not_count() {
    let world = World::new().await;
    let sessions = world.persona.sessions();
    let ask = || sessions.get_or_create("user-1", world.template());
    let first = ask().await.expect("created").inquiry().id();
    world.pass(2 * DAY);
    let expired = ask().await.expect("found");
    assert_eq!(kind(&expired), "open");
    assert_eq!(expired.inquiry().status(), InquiryStatus::Expired);

    world
        .persona
        .inquiries()
        .redact(&first)
        .await
        .expect("redacted");
    let second = ask().await.expect("created");
    assert_eq!(kind(&second), "created");
    assert_ne!(second.inquiry().id(), first);
    // Within the day for which Persona keeps the key of the first.
    world
        .persona
        .inquiries()
        .redact(second.inquiry().id())
        .await
        .expect("redacted");
    let third = ask().await.expect("created");
    assert_eq!(kind(&third), "created");
    assert!(!third.inquiry().is_redacted());
}

#[tokio::test]
async fn a_stored_500_does_not_lock_the_person_out() {
    let world = World::new().await;
    for work_is_done in [false, true] {
        let person = format!("user-{work_is_done}");
        let faults = world.emulator.faults();
        match work_is_done {
            false => faults.fail_next("create-an-inquiry"),
            true => faults.fail_next_after_work("create-an-inquiry"),
        }
        let sessions = world.persona.sessions();
        let one = sessions.get_or_create(&person, world.template()).await;
        let id = one.expect("created").inquiry().id();
        let mut all = world
            .persona
            .inquiries()
            .list()
            .reference_id(&person)
            .items();
        assert_eq!(all.next().await.expect("one").expect("listed").id(), id);
        assert!(all.next().await.is_none(), "{work_is_done}");
    }
}

#[tokio::test]
async fn its_session_is_kept_for_the_first_visit() {
    let world = World::new().await;
    let sessions = world.persona.sessions();
    let new = world.template().with_session();
    let one = sessions
        .get_or_create("user-1", new)
        .await
        .expect("created");
    let watch = world.watch();
    let access = sessions.open(one.inquiry().id()).await.expect("opened");
    assert!(access.token().is_some());
    assert_eq!(watch.seen(), asked([]));
}

#[tokio::test]
async fn what_cannot_be_right_is_told_before_anything_is_sent() {
    let world = World::new().await;
    let sessions = world.persona.sessions();
    let watch = world.watch();
    let template = || world.template();
    for (reference_id, new) in [
        ("", template()),
        ("user-1", template().reference_id("user-2")),
        ("user-1", template().account("act_1")),
        ("user-1", NewInquiry::from_template("")),
    ] {
        let error = sessions.get_or_create(reference_id, new).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(!error.to_string().contains("user-"), "{error}");
    }
    assert!(sessions.open("").await.unwrap_err().is_invalid_input());
    assert_eq!(watch.seen(), asked([]));
    let asking = sessions.get_or_create("user-1", template());
    assert!(!format!("{asking:?}").contains("user-1"));
}
