//! What becomes of deliveries when the emulator forgets, and when it comes back.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use tokio::sync::{mpsc, oneshot};
use withpersona::emulator::{Delivery, DeliveryState};

use crate::configuration::configured;
use crate::sink::{Sink, serve};
use crate::world::World;

#[tokio::test]
async fn a_reset_forgets_deliveries_and_goes_on_delivering() {
    let sink = Sink::default();
    let world = World::with(configured(&sink.start().await)).await;
    world.emulator().deliveries().hold();
    world.inquiry().await;
    world.emulator().reset();
    assert_eq!(
        world.settled().await,
        [],
        "nothing is left, and nothing held"
    );
    world.inquiry().await;
    let deliveries = world.settled().await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].state, DeliveryState::Delivered);
    assert_eq!(sink.names(), ["inquiry.created"]);
}

#[tokio::test]
async fn a_delivery_that_a_reset_overtakes_concerns_nobody() {
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    // Each request waits until the test says how it is answered.
    let url = serve(Router::new().route(
        "/hook",
        post(move || {
            let (answer, answered) = oneshot::channel();
            let _ = arrived.send(answer);
            async { StatusCode::from_u16(answered.await.expect("an answer")).expect("a status") }
        }),
    ))
    .await;
    let world = World::with(configured(&url)).await;
    world.inquiry().await;
    let before = arrivals.recv().await.expect("a request");
    world.emulator().reset();
    world.inquiry().await;
    let after = arrivals
        .recv()
        .await
        .expect("a request, though the other waits");
    before.send(500).expect("somebody waits");
    after.send(200).expect("somebody waits");
    let deliveries = world.settled().await;
    let attempts = deliveries[0].attempts.iter().map(|it| it.status);
    assert_eq!(attempts.collect::<Vec<_>>(), [Some(200)]);
    assert_eq!(
        (deliveries.len(), deliveries[0].state),
        (1, DeliveryState::Delivered)
    );
}

#[tokio::test]
async fn what_was_not_delivered_goes_out_after_a_restart() {
    let name = format!("withpersona-deliveries-{}.json", std::process::id());
    let file = std::env::temp_dir().join(name);
    let sink = Sink::default();
    *sink.answers.lock().unwrap() = vec![500];
    let url = sink.start().await;
    let start = || World::with(configured(&url).state_file(&file));
    let world = start().await;
    world.inquiry().await;
    assert_eq!(world.settled().await[0].attempts.len(), 1);
    world.emulator().deliveries().hold();
    world.inquiry().await;
    drop(world);

    let world = start().await;
    let states = |deliveries: &[Delivery]| -> Vec<_> {
        let made = deliveries.iter().map(|it| (it.state, it.attempts.len()));
        made.collect()
    };
    // The first has seconds to wait, the other was due.
    assert_eq!(
        states(&world.settled().await),
        [(DeliveryState::Waiting, 1), (DeliveryState::Delivered, 1)]
    );
    world.emulator().clock().advance(Duration::from_secs(10));
    assert_eq!(
        states(&world.settled().await),
        [(DeliveryState::Delivered, 2), (DeliveryState::Delivered, 1)]
    );
    drop(world);
    std::fs::remove_file(&file).expect("there is a file");
}
