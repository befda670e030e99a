//! How often, when and in which order it is sent.

use std::time::Duration;

use axum::body::Bytes;
use withpersona::EventName;
use withpersona::emulator::DeliveryState;
use withpersona::webhook::Attempts;

use crate::sink::Sink;
use crate::world::World;

#[tokio::test]
async fn eight_attempts_are_made_on_the_emulators_clock() {
    let (world, sink) = (World::new().await, Sink::default());
    *sink.answers.lock().unwrap() = vec![500; 8];
    world.listen(&sink.start().await).await;
    let account = serde_json::json!({ "data": { "attributes": {} } });
    world.api.post("/accounts", account).await;

    let mut wait = 10;
    for made in 1..=8 {
        let delivery = world.settled().await.remove(0);
        assert_eq!(delivery.attempts.len(), made);
        assert_eq!(delivery.attempts[made - 1].status, Some(500));
        if made == 8 {
            assert_eq!(
                (delivery.state, delivery.next_at),
                (DeliveryState::GivenUp, None)
            );
            break;
        }
        assert_eq!(delivery.state, DeliveryState::Waiting);
        let now = world.emulator().clock().now();
        let next = delivery.next_at.expect("a time") - now;
        assert_eq!(next.num_seconds(), wait);
        world
            .emulator()
            .clock()
            .advance(Duration::from_secs(wait as u64));
        wait *= 3;
    }
    let made: Vec<_> = sink
        .requests()
        .iter()
        .map(|(headers, _)| {
            let attempts = Attempts::from_headers(headers);
            (attempts.made.unwrap(), attempts.left.unwrap())
        })
        .collect();
    assert_eq!(
        made,
        [
            (1, 7),
            (2, 6),
            (3, 5),
            (4, 4),
            (5, 3),
            (6, 2),
            (7, 1),
            (8, 0)
        ]
    );
    let bodies: Vec<Bytes> = sink.requests().into_iter().map(|(_, body)| body).collect();
    assert!(
        bodies.iter().all(|body| *body == bodies[0]),
        "the same each time"
    );

    world
        .emulator()
        .clock()
        .advance(Duration::from_secs(86_400));
    assert_eq!(world.settled().await[0].attempts.len(), 8);
    // By hand it goes out once more, and is taken.
    assert!(world.emulator().deliveries().send_again("dlv_1"));
    assert!(!world.emulator().deliveries().send_again("dlv_99"));
    assert_eq!(world.settled().await[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_moved_clock_lets_things_happen_and_be_told_without_a_request() {
    let (world, sink) = (World::new().await, Sink::default());
    world.listen(&sink.start().await).await;
    world.inquiry().await;
    world.settled().await;
    let before = sink.requests().len();
    world
        .emulator()
        .clock()
        .advance(Duration::from_secs(86_400));
    world.settled().await;
    assert!(sink.names()[before..].contains(&"inquiry.expired".to_owned()));
}

#[tokio::test]
async fn events_come_twice_and_in_the_wrong_order_on_demand() {
    let (world, sink) = (World::new().await, Sink::default());
    world.listen(&sink.start().await).await;
    let deliveries = world.emulator().deliveries();
    deliveries.hold();
    let inquiry = world.inquiry().await;
    world
        .persona
        .inquiries()
        .approve(&inquiry)
        .await
        .expect("approved");
    world.settled().await;
    assert!(sink.requests().is_empty(), "held");
    deliveries.release_reversed();
    world.settled().await;
    let names = sink.names();
    assert_eq!(names.first().map(String::as_str), Some("inquiry.approved"));
    let mut forwards: Vec<String> = deliveries
        .all()
        .iter()
        .map(|it| it.event_name.clone())
        .collect();
    forwards.reverse();
    assert_eq!(names, forwards);

    deliveries.duplicate_next(1);
    world
        .persona
        .inquiries()
        .decline(&inquiry)
        .await
        .expect("declined");
    world.settled().await;
    let events = sink.events();
    let [first, second] = &events[events.len() - 2..] else {
        panic!("two")
    };
    assert_eq!(first.name(), EventName::InquiryDeclined);
    assert_eq!(first.id(), second.id());
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_and_not_pretended() {
    let world = World::new().await;
    world.listen("https://example.com/hook").await;
    world.listen("http://127.0.0.1:9/hook").await;
    world.inquiry().await;
    let deliveries = world.settled().await;
    let far = deliveries
        .iter()
        .find(|it| it.url.starts_with("https"))
        .expect("one");
    assert_eq!(far.state, DeliveryState::GivenUp);
    let fault = far.attempts[0].fault.as_deref().expect("a fault");
    assert!(fault.contains("loopback"), "{fault}");
    let near = deliveries
        .iter()
        .find(|it| it.url.contains(":9/"))
        .expect("one");
    assert_eq!(near.state, DeliveryState::Waiting);
    assert_eq!(
        near.attempts[0].fault.as_deref(),
        Some("nobody listens there")
    );
}
