//! However many ask at once, Persona is asked once.

use std::future::IntoFuture;

use futures_util::future::join_all;
use withpersona::Access;

use crate::{READ, RESUME, World, asked, client};

fn token(access: Access) -> String {
    access.token().expect("a token").reveal().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_at_once_make_one_resume() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    let watch = world.watch();
    let opening: Vec<_> = (0..10_000)
        .map(|_| tokio::spawn(world.persona.sessions().open(&id).into_future()))
        .collect();
    let mut tokens = Vec::new();
    for opened in join_all(opening).await {
        tokens.push(token(opened.expect("no panic").expect("opened")));
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!(watch.seen(), asked([(READ, 1), (RESUME, 1)]));
}

#[tokio::test]
async fn two_clients_of_one_store_make_one_resume() {
    let world = World::new().await;
    let other = client(
        &world.emulator,
        world.emulator.base_url(),
        world.store.clone(),
    );
    let id = world.inquiry().await.id();
    let watch = world.watch();
    let clients = [&world.persona, &other];
    let opened = join_all((0..200).map(|n| clients[n % 2].sessions().open(&id).into_future()));
    let mut tokens: Vec<_> = opened
        .await
        .into_iter()
        .map(|it| token(it.expect("opened")))
        .collect();
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!(watch.seen(), asked([(READ, 1), (RESUME, 1)]));
}

#[tokio::test]
async fn when_the_first_gives_up_in_the_middle_another_goes_on() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    let watch = world.watch();
    let mut first = world.persona.sessions().open(&id).into_future();
    assert!(
        futures_util::poll!(&mut first).is_pending(),
        "it asks Persona"
    );
    let second = world.persona.sessions().open(&id).into_future();
    let mut third = world.persona.sessions().open(&id).into_future();
    assert!(
        futures_util::poll!(&mut third).is_pending(),
        "it waits for the first"
    );
    drop(first);
    let (second, third) = tokio::join!(second, third);
    assert_eq!(
        token(second.expect("opened")),
        token(third.expect("opened"))
    );
    assert_eq!(watch.seen().get(RESUME), Some(&1));
}

#[tokio::test]
async fn all_who_ask_at_once_get_the_same_error() {
    let world = World::new().await;
    let watch = world.watch();
    let opened =
        join_all((0..100).map(|_| world.persona.sessions().open("inq_none").into_future()));
    for result in opened.await {
        assert!(result.expect_err("there is none").is_not_found());
    }
    assert_eq!(watch.seen(), asked([(READ, 1)]));
}
