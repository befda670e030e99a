//! The receiver: what it answers, and that what it took is handled once, in order, whatever fails.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../interposed_store/mod.rs"]
mod interposed_store;
mod process_dies;
mod requests;
mod store_away;
#[path = "../takeover/mod.rs"]
mod takeover;
mod wakes;

use std::io;

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue};
use serde_json::json;
use tokio::sync::mpsc;
use withpersona::webhook::{
    Answer, Received, Receiver, ReceiverBuilder, SIGNATURE_HEADER, Verifier, sign,
};

const SECRET: &str = "wbhsec_1";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_769_860_800, 0).expect("a time")
}

fn builder() -> ReceiverBuilder {
    let verifier = Verifier::new([SECRET]).expect("a usable secret");
    Receiver::builder(verifier).clock(now)
}

fn headers(secret: &str, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let signature = sign(&secret.into(), body, now());
    let signature = HeaderValue::from_str(&signature).expect("text");
    headers.insert(SIGNATURE_HEADER, signature);
    headers.insert(
        "persona-webhook-attempts-made",
        HeaderValue::from_static("2"),
    );
    headers.insert(
        "persona-webhook-attempts-left",
        HeaderValue::from_static("6"),
    );
    let first = HeaderValue::from_static("1769860700");
    headers.insert("persona-webhook-first-attempted-at", first);
    headers
}

/// An event about an object, so many milliseconds after noon.
fn event(id: &str, object: &str, millis: u32) -> Vec<u8> {
    let body = json!({ "data": { "type": "event", "id": id, "attributes": {
        "name": "inquiry.transitioned",
        "created-at": format!("2026-01-31T12:00:00.{millis:03}Z"),
        "payload": { "data": { "type": "inquiry", "id": object, "attributes": {} } },
    } } });
    body.to_string().into_bytes()
}

async fn give(receiver: &Receiver, body: &[u8]) -> Answer {
    receiver.receive(&headers(SECRET, body), body).await
}

/// Hands everything over to the test.
fn listening() -> (
    mpsc::UnboundedReceiver<Received>,
    impl Fn(Received) -> std::future::Ready<io::Result<()>> + Send + Sync + 'static,
) {
    let (to, heard) = mpsc::unbounded_channel();
    let handler = move |received| {
        let _ = to.send(received);
        std::future::ready(Ok(()))
    };
    (heard, handler)
}

fn heard_id(received: Option<Received>) -> String {
    received.expect("an event").event.id().to_string()
}
