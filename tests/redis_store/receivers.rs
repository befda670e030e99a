//! Webhooks that reach several replicas on one Redis.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use http::HeaderMap;
use serde_json::json;
use withpersona::emulator::Emulator;
use withpersona::webhook::{Answer, Received, Receiver, SIGNATURE_HEADER, Verifier, sign};

use crate::server::Server;
use crate::{client, emulator, sealed};

const SECRET: &str = "wbhsec_1";
const EVENTS: usize = 200;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_769_860_800, 0).expect("a time")
}

/// Sends it as Persona does: again, as long as the answer is 503.
async fn send(receiver: &Receiver, number: usize) -> Answer {
    let body = json!({ "data": { "type": "event", "id": format!("evt_{number}"), "attributes": {
        "name": "inquiry.approved",
        "created-at": "2026-01-31T12:00:00.000Z",
        "payload": { "data": {
            "type": "inquiry", "id": format!("inq_{}", number % 20), "attributes": {}
        } },
    } } });
    let body = body.to_string();
    let mut headers = HeaderMap::new();
    let signature = sign(&SECRET.into(), body.as_bytes(), now());
    headers.insert(SIGNATURE_HEADER, signature.parse().expect("text"));
    loop {
        match receiver.receive(&headers, body.as_bytes()).await {
            Answer::Busy => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
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
