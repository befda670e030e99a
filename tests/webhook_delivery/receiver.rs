//! The other end: the receiver behind axum.

use std::io;
use std::time::Duration;

use axum::Router;
use tokio::sync::mpsc;
use withpersona::EventName;
use withpersona::emulator::DeliveryState;
use withpersona::webhook::{Received, Receiver, Verifier};

use crate::http;
use crate::sink::serve;
use crate::world::World;

/// All of it together: a receiver behind axum, a webhook set up by `ensure`, and Persona at its
/// worst.
#[tokio::test]
async fn a_receiver_hears_everything_once_whatever_happens_on_the_way() {
    let world = World::new().await;
    let (to, mut heard) = mpsc::unbounded_channel();
    let clock = world.emulator().clock().clone();
    // Until the webhook is set up there is no secret to take.
    let receiver = Receiver::builder(Verifier::new(["wbhsec_none"]).expect("a secret"))
        .clock(move || clock.now())
        .start(move |received: Received| {
            let _ = to.send(received);
            std::future::ready(Ok::<(), io::Error>(()))
        });
    let url = serve(Router::new().route("/hook", receiver.route())).await;
    let events = [EventName::InquiryCreated, EventName::InquiryApproved];
    let webhook = world
        .persona
        .webhooks()
        .ensure(&url, events)
        .await
        .expect("set up");
    let deliveries = world.emulator().deliveries();

    // Refused until it knows the secret: Persona sends again.
    let first = world.inquiry().await;
    assert_eq!(world.settled().await[0].attempts[0].status, Some(401));
    receiver.set_verifier(Verifier::new(webhook.secrets()).expect("secrets"));
    world.emulator().clock().advance(Duration::from_secs(10));
    world.settled().await;

    deliveries.hold();
    deliveries.duplicate_next(3);
    let second = world.inquiry().await;
    world.emulator().clock().advance(Duration::from_secs(1));
    world
        .persona
        .inquiries()
        .approve(&second)
        .await
        .expect("approved");
    deliveries.release_reversed();
    let all = world.settled().await;
    assert!(all.iter().all(|it| it.state == DeliveryState::Delivered));
    let requests: usize = all.iter().map(|it| it.attempts.len()).sum();
    assert_eq!((all.len(), requests), (3, 6), "one refused, two sent twice");

    receiver.close().await;
    let mut told = Vec::new();
    while let Ok(received) = heard.try_recv() {
        let object = received.event.object_id().expect("an id").to_owned();
        told.push((object, received.event.name(), received.is_late));
    }
    assert_eq!(
        told,
        [
            (first, EventName::InquiryCreated, false),
            (second.clone(), EventName::InquiryApproved, false),
            (second, EventName::InquiryCreated, true),
        ]
    );
}

#[tokio::test]
async fn the_route_refuses_what_it_should() {
    let receiver = Receiver::builder(Verifier::new(["wbhsec_1"]).expect("a secret"))
        .largest_body(1000)
        .start(|_: Received| std::future::ready(Ok::<(), io::Error>(())));
    let url = serve(Router::new().route("/hook", receiver.route())).await;
    let client = http::client();
    let status = |request: reqwest::RequestBuilder| async {
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(status(client.get(&url)).await, 405);
    assert_eq!(status(client.post(&url)).await, 401);
    assert_eq!(status(client.post(&url).body(vec![b' '; 1001])).await, 413);
    let now = std::time::SystemTime::now().into();
    let signature = withpersona::webhook::sign(&"wbhsec_1".into(), b"{}", now);
    let signed = client.post(&url).header("persona-signature", signature);
    assert_eq!(status(signed.body("{}")).await, 400);
}
