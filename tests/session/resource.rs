//! Sessions as objects of their own.

use withpersona::{ErrorKind, SessionStatus};

use crate::World;

#[tokio::test]
async fn a_session_is_created_found_entered_and_expired() {
    let world = World::new().await;
    let sessions = world.persona.sessions();
    let id = world.inquiry().await.id();
    let created = sessions.create(&id).await.expect("created");
    assert_eq!(created.status(), SessionStatus::New);
    assert_eq!(created.inquiry_id(), Some(id.clone()));
    assert!(created.created_at().is_some());

    let link = sessions.one_time_link(created.id()).await.expect("made");
    assert!(link.reveal_short().is_some());
    let mut person = world.emulator.person();
    person.follow_link(link.reveal()).expect("the link works");
    let active = sessions.retrieve(created.id()).await.expect("read");
    assert_eq!(active.status(), SessionStatus::Active);
    assert!(active.started_at().is_some());

    let expired = sessions.expire(created.id()).await.expect("expired");
    assert_eq!(expired.status(), SessionStatus::Expired);
    assert!(expired.expired_at().is_some());
    person.start().expect_err("they are out");
    let error = sessions.one_time_link(created.id()).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
}

#[tokio::test]
async fn all_sessions_are_listed_over_pages() {
    let world = World::new().await;
    let sessions = world.persona.sessions();
    let (id, other) = (world.inquiry().await.id(), world.inquiry().await.id());
    let mut made = Vec::new();
    for _ in 0..23 {
        made.push(sessions.create(&id).await.expect("created").id());
    }
    sessions.create(&other).await.expect("created");
    let mut listed = Vec::new();
    let mut items = sessions.list(&id).items();
    while let Some(session) = items.next().await {
        listed.push(session.expect("listed").id());
    }
    made.reverse();
    assert_eq!(listed, made);
    let error = sessions
        .list("")
        .items()
        .next()
        .await
        .expect("told")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn to_expire_a_session_forgets_the_token_that_was_kept() {
    let world = World::new().await;
    let sessions = world.persona.sessions();
    let id = world.inquiry().await.id();
    let first = sessions.open(&id).await.expect("opened");
    let expired = sessions.expire_all(&id).await.expect("expired");
    assert_eq!(expired.len(), 1);
    let second = sessions.open(&id).await.expect("opened");
    let token = |access: &withpersona::Access| access.token().map(|it| it.reveal().to_owned());
    assert_ne!(token(&first), token(&second));

    let session = sessions
        .list(&id)
        .items()
        .next()
        .await
        .expect("one")
        .expect("listed");
    sessions.expire(session.id()).await.expect("expired");
    let third = sessions.open(&id).await.expect("opened");
    assert_ne!(token(&second), token(&third));
    let mut person = world.emulator.person();
    let token = token(&third).expect("a token");
    person.enter(id.as_str(), &token).expect("it lets them in");
}
