//! Who sent it: the signature, by one secret and by two.

use std::time::Duration;

use chrono::DateTime;
use withpersona::webhook::{Attempts, Verifier};
use withpersona::{Event, WebhookSecret};

use crate::sink::Sink;
use crate::world::World;

#[tokio::test]
async fn an_event_arrives_signed_as_the_events_list_tells_it() {
    let (world, sink) = (World::new().await, Sink::default());
    let (_, secrets) = world.listen(&sink.start().await).await;
    let inquiry = world.inquiry().await;
    world.settled().await;

    let listed = world
        .persona
        .events()
        .list()
        .object_id(&inquiry)
        .items()
        .next()
        .await;
    let listed = listed.expect("an event").expect("read");
    let requests = sink.requests();
    let (headers, body) = requests
        .iter()
        .find(|(_, body)| Event::from_slice(body).is_ok_and(|event| event.id() == listed.id()))
        .expect("delivered");
    let verifier = Verifier::new(secrets).expect("usable secrets");
    let now = world.emulator().clock().now();
    assert_eq!(verifier.verify_headers(headers, body, now), Ok(()));
    assert_eq!(headers["content-type"], "application/json");
    let attempts = Attempts::from_headers(headers);
    assert_eq!((attempts.made, attempts.left), (Some(1), Some(7)));
    assert_eq!(
        attempts.first_at,
        DateTime::from_timestamp(now.timestamp(), 0)
    );

    let delivered = Event::from_slice(body).expect("an event");
    assert_eq!(delivered.created_at(), listed.created_at());
    let (delivered, listed) = (delivered.object(), listed.object());
    assert_eq!(
        serde_json::to_value(delivered).expect("JSON"),
        serde_json::to_value(listed).expect("JSON")
    );
}

#[tokio::test]
async fn both_secrets_sign_while_one_is_replaced() {
    let (world, sink) = (World::new().await, Sink::default());
    let (id, old) = world.listen(&sink.start().await).await;
    let hour = Duration::from_secs(3600);
    let rotated = world
        .persona
        .webhooks()
        .rotate_secret(&id, hour)
        .await
        .expect("rotated");
    assert_eq!(rotated.secrets().len(), 2);
    assert!(rotated.overlap_until().is_some());
    let new = &rotated.secrets()[0];
    assert_ne!(new.reveal(), old[0].reveal());

    let takes = |secret: &WebhookSecret| {
        let requests = sink.requests();
        let (headers, body) = requests.last().expect("a request");
        let verifier = Verifier::new([secret.clone()]).expect("usable");
        let now = world.emulator().clock().now();
        verifier.verify_headers(headers, body, now).is_ok()
    };
    world.inquiry().await;
    world.settled().await;
    assert!(takes(new) && takes(&old[0]));
    world.emulator().clock().advance(hour);
    world.inquiry().await;
    world.settled().await;
    assert!(takes(new) && !takes(&old[0]));
    let left = world.persona.webhooks().retrieve(&id).await.expect("read");
    assert_eq!(left.secrets().len(), 1);
}
