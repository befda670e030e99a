//! What it costs to receive a webhook: the signature checked and the event decoded.
//!
//! [`Verifier`] and [`Event`] run against the least that anybody could write by hand over the
//! same bytes: one HMAC-SHA256, and a [`serde_json::Value`]. Both take turns in the same run.
//!
//! ```text
//! cargo bench --bench webhook
//! ```
//!
//! It prints figures and whether the aim is met; it does not fail.

use std::hint::black_box;
use std::time::Instant;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use withpersona::webhook::{Verifier, sign};
use withpersona::{Event, EventName, WebhookSecret};

/// The share of the time by hand, at most.
const AIM: f64 = 1.20;

const ROUNDS: usize = 300;
const WEBHOOKS_OF_A_ROUND: usize = 200;
const SECRET: &str = "wbhsec_abcdefgh-1234-5678-9ijk-lmnopqrstuvw";

/// One inquiry with its fields, as a webhook brings it.
const DOCUMENT: &str = include_str!("../overhead/inquiry.json");

fn main() {
    let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
    let alone = event(&json!({ "data": document["data"] }));
    let with_included = event(&document);
    println!("# Verifying and decoding a webhook, {ROUNDS} rounds\n");
    println!("| event | bytes | by hand | this crate | a second | ratio |");
    println!("|---|---|---|---|---|---|");
    let ratios = [
        ("an inquiry", alone),
        ("an inquiry with all that is tied to it", with_included),
    ]
    .map(|(name, body)| row(name, &body));
    let worst = ratios.into_iter().fold(0.0, f64::max);
    let verdict = if worst <= AIM { "met" } else { "missed" };
    println!("\naim: at most {AIM:.2}; worst {worst:.2}: {verdict}");
}

fn row(name: &str, body: &[u8]) -> f64 {
    let secret = WebhookSecret::new(SECRET);
    let now: DateTime<Utc> = DateTime::from_timestamp(1_769_860_800, 0).expect("a time");
    let header = sign(&secret, body, now);
    let verifier = Verifier::new([secret]).expect("a usable secret");
    let mut ours = Vec::with_capacity(ROUNDS);
    let mut theirs = Vec::with_capacity(ROUNDS);
    let mut ratios = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS + 10 {
        // Each one first in every other round.
        let (this, other) = if round % 2 == 0 {
            let this = timed(|| by_crate(&verifier, &header, body, now));
            (this, timed(|| by_hand(&header, body)))
        } else {
            let other = timed(|| by_hand(&header, body));
            (timed(|| by_crate(&verifier, &header, body, now)), other)
        };
        if round >= 10 {
            ours.push(this);
            theirs.push(other);
            ratios.push(this / other);
        }
    }
    let (ours, theirs, ratio) = (median(ours), median(theirs), median(ratios));
    println!(
        "| {name} | {} | {theirs:.1} µs | {ours:.1} µs | {:.0} | {ratio:.2} |",
        body.len(),
        1e6 / ours
    );
    ratio
}

fn by_crate(verifier: &Verifier, header: &str, body: &[u8], now: DateTime<Utc>) {
    verifier
        .verify_at(black_box(header), black_box(body), now)
        .expect("signed");
    let event = Event::from_slice(black_box(body)).expect("an event");
    assert_eq!(black_box(event.name()), EventName::InquiryApproved);
}

fn by_hand(header: &str, body: &[u8]) {
    let (time, digest) = black_box(header).split_once(",v1=").expect("a digest");
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    mac.update(&time.as_bytes()["t=".len()..]);
    mac.update(b".");
    mac.update(black_box(body));
    let mut expected = [0; 32];
    hex::decode_to_slice(digest, &mut expected).expect("hex");
    mac.verify_slice(&expected).expect("signed");
    let event: Value = serde_json::from_slice(black_box(body)).expect("JSON");
    assert_eq!(
        black_box(&event)["data"]["attributes"]["name"],
        "inquiry.approved"
    );
}

/// Microseconds of one.
fn timed(run: impl Fn()) -> f64 {
    let start = Instant::now();
    for _ in 0..WEBHOOKS_OF_A_ROUND {
        run();
    }
    start.elapsed().as_secs_f64() * 1e6 / WEBHOOKS_OF_A_ROUND as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn event(payload: &Value) -> Vec<u8> {
    let body = json!({ "data": { "type": "event", "id": "evt_1", "attributes": {
        "name": "inquiry.approved", "created-at": "2026-01-31T12:00:00.000Z", "payload": payload,
    } } });
    body.to_string().into_bytes()
}
