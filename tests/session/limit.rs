//! An inquiry that has used up its 25 sessions.

use withpersona::emulator::Emulator;
use withpersona::{Access, ErrorKind, InquiryId};

use crate::{EXPIRE_ALL, READ, RESUME, World, asked};

/// Comes back on 25 devices, one after another.
async fn use_up_all(world: &World) -> InquiryId {
    let id = world.inquiry().await.id();
    for device in 1..=25 {
        match world.persona.sessions().open(&id).await.expect("opened") {
            Access::Token {
                token,
                sessions_used,
                ..
            } => {
                assert_eq!(sessions_used, device);
                let mut person = world.emulator.person();
                person.enter(id.as_str(), token.reveal()).expect("enters");
                person.start().expect("starts");
            }
            other => panic!("{other:?}"),
        }
        world.persona.sessions().forget(&id).await.expect("an id");
    }
    id
}

#[tokio::test]
async fn the_limit_is_told_with_a_way_out() {
    let world = World::new().await;
    let id = use_up_all(&world).await;
    let watch = world.watch();
    let error = world.persona.sessions().open(&id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionLimit);
    assert!(error.is_session_limit());
    assert!(error.to_string().contains("expire_all"), "{error}");
    assert_eq!(error.status(), Some(422));
    assert_eq!(watch.seen(), asked([(READ, 1), (RESUME, 1)]));
}

#[tokio::test]
async fn by_choice_all_sessions_are_expired_and_it_goes_on() {
    let world = World::of(Emulator::builder().limit_live_sessions()).await;
    let id = use_up_all(&world).await;
    let watch = world.watch();
    let open = world.persona.sessions().open(&id).expire_all_on_limit();
    let access = open.await.expect("opened");
    let token = access.token().expect("a token").reveal();
    let mut person = world.emulator.person();
    person.enter(id.as_str(), token).expect("it lets them in");
    assert_eq!(
        watch.seen(),
        asked([(READ, 2), (RESUME, 2), (EXPIRE_ALL, 1)])
    );
}

#[tokio::test]
async fn where_expired_sessions_count_it_is_tried_once() {
    let world = World::new().await;
    let id = use_up_all(&world).await;
    let watch = world.watch();
    let open = world.persona.sessions().open(&id).expire_all_on_limit();
    let error = open.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionLimit);
    assert_eq!(
        watch.seen(),
        asked([(READ, 2), (RESUME, 2), (EXPIRE_ALL, 1)])
    );
}

#[tokio::test]
async fn twenty_six_visits_with_the_store_use_one_session() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    for _ in 0..26 {
        match world.persona.sessions().open(&id).await.expect("opened") {
            Access::Token {
                token,
                sessions_used,
                ..
            } => {
                assert_eq!(sessions_used, 1);
                let mut person = world.emulator.person();
                person.enter(id.as_str(), token.reveal()).expect("enters");
            }
            other => panic!("{other:?}"),
        }
    }
}
