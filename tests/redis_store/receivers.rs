//! Webhooks that reach several replicas on one Redis.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use http::HeaderMap;
use serde::Serialize;
use serde_json::json;
use tokio::sync::mpsc;
use withpersona::emulator::Emulator;
use withpersona::store::Store;
use withpersona::webhook::{Answer, Received, Receiver, SIGNATURE_HEADER, Verifier, sign};
use withpersona::{NewInquiry, Persona};

use crate::server::Server;
use crate::worker::{Order, Worker};
use crate::{client, emulator, sealed, takeover};

const SECRET: &str = "wbhsec_1";
const EVENTS: usize = 200;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_769_860_800, 0).expect("a time")
}

/// Sends it as Persona does: again, as long as the answer is 503.
async fn send(receiver: &Receiver, number: usize) -> Answer {
    let event = json!({ "type": "event", "id": format!("evt_{number}"), "attributes": {
        "name": "inquiry.approved",
        "created-at": "2026-01-31T12:00:00.000Z",
        "payload": { "data": {
            "type": "inquiry", "id": format!("inq_{}", number % 20), "attributes": {}
        } },
    } });
    send_event(receiver, &event).await
}

async fn send_event(receiver: &Receiver, event: &impl Serialize) -> Answer {
    let body = json!({ "data": event }).to_string();
    let mut headers = HeaderMap::new();
    let signature = sign(&SECRET.into(), body.as_bytes(), now());
    headers.insert(SIGNATURE_HEADER, signature.parse().expect("text"));
    loop {
        match receiver.receive(&headers, body.as_bytes()).await {
            Answer::Busy => tokio::task::yield_now().await,
            answer => return answer,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_handle_each_event_once() {
    let server = Server::start();
    let emulator = emulator(Emulator::builder()).await;
    let handled: Arc<Mutex<BTreeMap<String, usize>>> = Arc::default();
    let replica = || {
        let persona = client(
            emulator.base_url(),
            sealed(&server).build().expect("settings"),
        );
        let handled = handled.clone();
        Receiver::builder(Verifier::new([SECRET]).expect("a secret"))
            .persona(&persona)
            .clock(now)
            .start(move |received: Received| {
                let id = received.event.id().to_string();
                *handled.lock().expect("no panic").entry(id).or_default() += 1;
                std::future::ready(Ok::<(), io::Error>(()))
            })
    };
    let replicas = [replica(), replica()];
    // Each event reaches each replica twice, all of them at once.
    let sending = (0..EVENTS * 4).map(|number| {
        let receiver = &replicas[number / EVENTS % 2];
        send(receiver, number % EVENTS)
    });
    let answers = join_all(sending).await;
    for receiver in &replicas {
        receiver.close().await;
    }
    let accepted = answers.iter().filter(|one| **one == Answer::Accepted);
    assert_eq!(accepted.count(), EVENTS);
    let duplicates = answers.iter().filter(|one| **one == Answer::Duplicate);
    assert_eq!(duplicates.count(), 3 * EVENTS);
    let handled = handled.lock().expect("no panic");
    assert_eq!(handled.len(), EVENTS);
    assert!(handled.values().all(|times| *times == 1), "{handled:?}");
    // Nothing is left of them to be taken over.
    let left = server.ask("KEYS *webhook:taken:*\r\n");
    assert_eq!(left.as_deref(), Some("*0\r\n"));
}

/// The other process: takes these events, is through with every second one and never with the
/// others. Returns when that is how it stands.
pub async fn take(persona: &Persona, ids: &[&str]) -> Receiver {
    let through: Vec<String> = ids.iter().step_by(2).map(|id| id.to_string()).collect();
    let pending = ids.len() - through.len();
    let receiver = Receiver::builder(Verifier::new([SECRET]).expect("a secret"))
        .persona(persona)
        .clock(now)
        .at_once(ids.len() as u32)
        .time_limit(Duration::from_secs(60 * 60))
        .start(move |received: Received| {
            let is_through = through.iter().any(|id| received.event.id() == id.as_str());
            async move {
                if !is_through {
                    std::future::pending::<()>().await;
                }
                Ok::<(), io::Error>(())
            }
        });
    for id in ids {
        let event = persona.events().retrieve(*id).await.expect("read");
        assert_eq!(send_event(&receiver, &event).await, Answer::Accepted);
    }
    while receiver.pending() > pending {
        tokio::task::yield_now().await;
    }
    receiver
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_had_taken_is_handled_by_the_next() {
    const EVENTS: usize = 6;
    let server = Server::start();
    let emulator = emulator(Emulator::builder()).await;
    let persona = || {
        client(
            emulator.base_url(),
            sealed(&server).build().expect("settings"),
        )
    };
    for _ in 0..EVENTS {
        let new = NewInquiry::from_template(emulator.default_template_id());
        persona().inquiries().create(new).await.expect("created");
    }
    let mut events = persona().events().list().items();
    let mut ids = Vec::new();
    while ids.len() < EVENTS {
        let event = events.next().await.expect("as many").expect("read");
        ids.push(event.id().to_string());
    }
    let all = ids.join(",");
    let order = Order::TakeWebhooks(&all);
    let mut first = Worker::start(&server.url(), emulator.base_url(), 1, order);
    first.go();
    first.until_taken();
    first.kill();

    let left = server.ask("KEYS *webhook:taken:1/*\r\n").expect("answers");
    assert!(left.starts_with(&format!("*{}\r\n", EVENTS / 2)), "{left}");
    // The term of the dead one's lease is over.
    let lease = server.ask("DEL withpersona:lease/webhook:process:1\r\n");
    assert_eq!(lease.as_deref(), Some(":1\r\n"));
    let (to, mut handed) = mpsc::unbounded_channel();
    let next = Receiver::builder(Verifier::new([SECRET]).expect("a secret"))
        .persona(&persona())
        .clock(now)
        .start(move |received: Received| {
            let _ = to.send((received.event.id().to_string(), received.is_recovered));
            std::future::ready(Ok::<(), io::Error>(()))
        });
    let mut taken_over = Vec::new();
    for _ in 0..EVENTS / 2 {
        let (id, is_recovered) = handed.recv().await.expect("taken over");
        assert!(is_recovered);
        taken_over.push(id);
    }
    let mut open: Vec<String> = ids.iter().skip(1).step_by(2).cloned().collect();
    open.sort();
    taken_over.sort();
    assert_eq!(taken_over, open);
    // Persona, which did not hear of it, may send any of them again.
    for id in &ids {
        let event = persona()
            .events()
            .retrieve(id.as_str())
            .await
            .expect("read");
        assert_eq!(send_event(&next, &event).await, Answer::Duplicate);
    }
    next.close().await;
    assert!(handed.try_recv().is_err(), "nothing twice");
    let left = server.ask("KEYS *webhook:taken:*\r\n");
    assert_eq!(left.as_deref(), Some("*0\r\n"));
}

/// Each replica's way to the Redis that all of them share.
fn shared(server: &Server) -> impl Fn() -> Arc<dyn Store> + '_ {
    || Arc::new(sealed(server).build().expect("settings"))
}

#[tokio::test]
async fn of_two_replicas_that_find_an_abandoned_claim_one_takes_it() {
    let server = Server::start();
    takeover::one_of_two_takes_an_abandoned_claim(shared(&server)).await;
}

#[tokio::test]
async fn whoever_is_late_for_an_abandoned_claim_sees_that_it_is_taken() {
    let server = Server::start();
    takeover::the_late_one_sees_that_it_is_taken(shared(&server)).await;
}

#[tokio::test]
async fn what_a_dead_process_had_is_taken_over_once() {
    let server = Server::start();
    takeover::what_the_dead_had_is_taken_over_once(shared(&server), async |name| {
        let ended = server.ask(&format!("DEL withpersona:lease/{name}\r\n"));
        assert_eq!(ended.as_deref(), Some(":1\r\n"));
    })
    .await;
}

#[tokio::test]
async fn what_another_one_has_is_not_taken_over() {
    let server = Server::start();
    takeover::what_another_one_has_is_left_to_them(shared(&server)).await;
}
