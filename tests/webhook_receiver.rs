//! The receiver: what it answers, and that what it took is handled once, in order, whatever fails.

mod canary;
mod interposed_store;
mod takeover;

use std::collections::HashMap;
use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue};
use serde_json::json;
use tokio::sync::{Notify, mpsc};
use withpersona::emulator::Emulator;
use withpersona::store::{Lease, MemoryStore, Store, StoreError};
use withpersona::webhook::{
    Answer, Dead, Received, Receiver, ReceiverBuilder, SIGNATURE_HEADER, SignatureError, Verifier,
    sign,
};
use withpersona::{NewInquiry, Persona};

use interposed_store::Interposed;

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

#[tokio::test]
async fn each_request_gets_the_status_that_fits() {
    let (mut heard, handler) = listening();
    let receiver = builder().largest_body(2_000).start(handler);
    let body = event("evt_1", "inq_1", 0);

    let unsigned = receiver.receive(&HeaderMap::new(), &body).await;
    assert_eq!(unsigned, Answer::Unsigned(SignatureError::Missing));
    assert_eq!(unsigned.status(), 401);
    let forged = receiver.receive(&headers("wbhsec_2", &body), &body).await;
    assert_eq!(forged.status(), 401);
    let mut unreadable = HeaderMap::new();
    unreadable.insert(SIGNATURE_HEADER, HeaderValue::from_static("t=1"));
    assert_eq!(receiver.receive(&unreadable, &body).await.status(), 400);
    assert_eq!(give(&receiver, b"{}").await.status(), 400);
    assert_eq!(give(&receiver, &vec![b' '; 2_001]).await.status(), 413);
    assert_eq!(receiver.pending(), 0, "nothing of this was taken");

    assert_eq!(give(&receiver, &body).await, Answer::Accepted);
    let received = heard.recv().await.expect("handled");
    assert_eq!(received.event.id(), "evt_1");
    assert_eq!(received.attempts.made, Some(2));
    assert_eq!(received.attempts.left, Some(6));
    let first = received.attempts.first_at.expect("a time");
    assert_eq!(first.timestamp(), 1_769_860_700);
    assert!(!received.is_late && !received.is_recovered);

    let again = give(&receiver, &body).await;
    assert_eq!((again, again.status().as_u16()), (Answer::Duplicate, 200));
    receiver.close().await;
    assert!(heard.try_recv().is_err(), "handled once");
    let closed = give(&receiver, &event("evt_2", "inq_1", 1)).await;
    assert_eq!((closed, closed.status().as_u16()), (Answer::Busy, 503));
}

#[tokio::test(start_paused = true)]
async fn the_answer_does_not_wait_for_the_handler_and_the_queue_has_an_end() {
    let open = Arc::new(Notify::new());
    let done = Arc::new(AtomicUsize::new(0));
    let (gate, count) = (open.clone(), done.clone());
    let receiver = builder().capacity(3).at_once(1).start(move |_: Received| {
        let (gate, count) = (gate.clone(), count.clone());
        async move {
            gate.notified().await;
            count.fetch_add(1, Ordering::SeqCst);
            Ok::<(), io::Error>(())
        }
    });
    for number in 0..3 {
        let body = event(&format!("evt_{number}"), &format!("inq_{number}"), 0);
        assert_eq!(give(&receiver, &body).await, Answer::Accepted);
    }
    let fourth = event("evt_4", "inq_4", 0);
    assert_eq!(give(&receiver, &fourth).await, Answer::Busy);
    assert_eq!(receiver.pending(), 3);

    while receiver.pending() > 0 {
        open.notify_one();
        tokio::task::yield_now().await;
    }
    assert_eq!(
        give(&receiver, &fourth).await,
        Answer::Accepted,
        "it was not taken for known"
    );
    open.notify_one();
    receiver.close().await;
    assert_eq!(done.load(Ordering::SeqCst), 4);
}

#[tokio::test(start_paused = true)]
async fn a_failing_handler_is_called_again_and_then_its_event_is_buried() {
    let calls: Arc<Mutex<HashMap<String, u32>>> = Arc::default();
    let dead: Arc<Mutex<Vec<Dead>>> = Arc::default();
    let (count, graves) = (calls.clone(), dead.clone());
    let receiver = builder()
        .retries(3, Duration::from_secs(1), Duration::from_secs(60))
        .time_limit(Duration::from_secs(30))
        .on_dead(move |buried| graves.lock().unwrap().push(buried))
        .start(move |received: Received| {
            let id = received.event.id().to_string();
            let call = {
                let mut count = count.lock().unwrap();
                *count
                    .entry(id.clone())
                    .and_modify(|calls| *calls += 1)
                    .or_insert(1)
            };
            async move {
                match id.as_str() {
                    "evt_twice" if call < 3 => Err(io::Error::other("not yet")),
                    "evt_never" => Err(io::Error::other("secret of the handler")),
                    "evt_panics" => panic!("on purpose"),
                    "evt_hangs" => pending().await,
                    _ => Ok(()),
                }
            }
        });
    for id in [
        "evt_twice",
        "evt_never",
        "evt_panics",
        "evt_hangs",
        "evt_works",
    ] {
        // All of one object: a failure does not end the queue behind it.
        assert_eq!(
            give(&receiver, &event(id, "inq_1", 0)).await,
            Answer::Accepted
        );
    }
    receiver.close().await;
    let calls = calls.lock().unwrap();
    assert_eq!(calls["evt_twice"], 3);
    assert_eq!(calls["evt_works"], 1);
    for id in ["evt_never", "evt_panics", "evt_hangs"] {
        assert_eq!(calls[id], 3, "{id}");
    }
    let dead = dead.lock().unwrap();
    let told: Vec<(&str, String)> = dead
        .iter()
        .map(|dead| (dead.event_id.as_str(), dead.error.to_string()))
        .collect();
    assert_eq!(
        told,
        [
            ("evt_never", "secret of the handler".to_owned()),
            ("evt_panics", "the handler panicked".to_owned()),
            ("evt_hangs", "the handler took longer than 30s".to_owned()),
        ]
    );
    assert!(!format!("{dead:?}").contains("secret of the handler"));
    assert!(dead.iter().all(|dead| dead.attempts == 3));
}

#[tokio::test]
async fn events_of_one_object_come_one_by_one_and_late_ones_are_told() {
    let (mut heard, handler) = listening();
    let receiver = builder().start(handler);
    for (id, object, millis) in [
        ("evt_2", "inq_1", 2),
        ("evt_1", "inq_1", 1),
        ("evt_other", "inq_2", 0),
        ("evt_same", "inq_1", 2),
        ("evt_3", "inq_1", 3),
    ] {
        give(&receiver, &event(id, object, millis)).await;
    }
    receiver.close().await;
    let mut of_one = Vec::new();
    let mut others = Vec::new();
    while let Ok(received) = heard.try_recv() {
        let is_one = received.event.object_id() == Some("inq_1");
        let row = (received.event.id().to_string(), received.is_late);
        if is_one {
            of_one.push(row)
        } else {
            others.push(row)
        }
    }
    let row = |id: &str, late| (id.to_owned(), late);
    assert_eq!(
        of_one,
        [
            row("evt_2", false),
            row("evt_1", true),
            row("evt_same", false),
            row("evt_3", false)
        ]
    );
    assert_eq!(others, [row("evt_other", false)]);
}

#[tokio::test]
async fn late_events_can_be_skipped() {
    let (mut heard, handler) = listening();
    let receiver = builder().skip_late().start(handler);
    for (id, millis) in [("evt_2", 2), ("evt_1", 1), ("evt_3", 3)] {
        assert_eq!(
            give(&receiver, &event(id, "inq_1", millis)).await,
            Answer::Accepted
        );
    }
    receiver.close().await;
    assert_eq!(heard_id(heard.recv().await), "evt_2");
    assert_eq!(heard_id(heard.recv().await), "evt_3");
    assert!(heard.try_recv().is_err());
}

#[tokio::test]
async fn secrets_can_be_replaced_while_it_runs() {
    let (_heard, handler) = listening();
    let receiver = builder().start(handler);
    let body = event("evt_1", "inq_1", 0);
    let by_new = headers("wbhsec_2", &body);
    assert_eq!(receiver.receive(&by_new, &body).await.status(), 401);
    let both = Verifier::new([SECRET, "wbhsec_2"]).expect("usable secrets");
    receiver.clone().set_verifier(both);
    assert_eq!(receiver.receive(&by_new, &body).await, Answer::Accepted);
    assert_eq!(give(&receiver, &body).await, Answer::Duplicate);
}

#[tokio::test]
async fn replicas_with_one_store_handle_an_event_once() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (mut heard, handler) = listening();
    let one = builder().store(store.clone()).start(handler);
    let (mut heard_by_other, handler) = listening();
    let other = builder().store(store).start(handler);
    let body = event("evt_1", "inq_1", 0);
    assert_eq!(give(&one, &body).await, Answer::Accepted);
    assert_eq!(give(&other, &body).await, Answer::Duplicate);
    // What one has handled is newer than what the other gets.
    one.close().await;
    assert_eq!(
        give(&other, &event("evt_2", "inq_2", 0)).await,
        Answer::Accepted
    );
    other.close().await;
    assert_eq!(heard_id(heard.recv().await), "evt_1");
    assert_eq!(heard_id(heard_by_other.recv().await), "evt_2");
    assert!(heard_by_other.try_recv().is_err());
}

/// What ails a store.
#[derive(Default)]
struct Mood {
    is_away: AtomicBool,
    hangs: AtomicBool,
}

/// A store that can be away, or not answer at all.
fn moody() -> (Arc<Mood>, Arc<dyn Store>) {
    let mood = Arc::new(Mood::default());
    let felt = mood.clone();
    let store = Interposed::before(Arc::new(MemoryStore::new()), move |_, _| {
        let mood = felt.clone();
        async move {
            if mood.hangs.load(Ordering::SeqCst) {
                pending::<()>().await;
            }
            match mood.is_away.load(Ordering::SeqCst) {
                true => Err(StoreError::new("away")),
                false => Ok(()),
            }
        }
    });
    (mood, store)
}

fn offline(store: Arc<dyn Store>) -> Persona {
    Persona::builder()
        .api_key("persona_sandbox_1")
        .base_url("http://127.0.0.1:9/api/v1")
        .store(store)
        .build()
        .expect("a client")
}

#[tokio::test(start_paused = true)]
async fn without_its_store_a_receiver_takes_what_nobody_else_would_keep() {
    let (mood, store) = moody();
    let (mut heard, handler) = listening();
    let receiver = builder().store(store.clone()).start(handler);
    mood.is_away.store(true, Ordering::SeqCst);
    assert_eq!(
        give(&receiver, &event("evt_1", "inq_1", 0)).await,
        Answer::Accepted
    );
    assert_eq!(heard_id(heard.recv().await), "evt_1");
}

#[tokio::test(start_paused = true)]
async fn a_durable_receiver_takes_nothing_that_it_cannot_write_down() {
    let (mood, store) = moody();
    let (mut heard, handler) = listening();
    let receiver = builder().persona(&offline(store.clone())).start(handler);
    let body = event("evt_1", "inq_1", 0);
    mood.is_away.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(give(&receiver, &body).await, Answer::Busy, "not registered");
    mood.is_away.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(15)).await;

    mood.is_away.store(true, Ordering::SeqCst);
    assert_eq!(give(&receiver, &body).await.status(), 503);
    mood.is_away.store(false, Ordering::SeqCst);
    assert_eq!(receiver.pending(), 0);
    assert_eq!(give(&receiver, &body).await, Answer::Accepted);
    assert_eq!(heard_id(heard.recv().await), "evt_1");
    assert_eq!(give(&receiver, &body).await, Answer::Duplicate);

    // Whoever was not heard of for longer than its term may be taken for dead.
    mood.is_away.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(60)).await;
    mood.is_away.store(false, Ordering::SeqCst);
    let next = event("evt_2", "inq_1", 1);
    assert_eq!(give(&receiver, &next).await, Answer::Busy);
    tokio::time::sleep(Duration::from_secs(15)).await;
    assert_eq!(give(&receiver, &next).await, Answer::Accepted);
}

/// Its claim is carried out, and it hears neither of that nor can it take back what it wrote down.
#[tokio::test(start_paused = true)]
async fn what_is_claimed_when_the_store_goes_away_is_handled_though_nobody_else_takes_it() {
    let shared: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (is_away, same) = (Arc::new(AtomicBool::new(false)), shared.clone());
    let (away, has_claimed) = (is_away.clone(), AtomicBool::new(false));
    let store = Interposed::before(shared.clone(), move |operation, about| {
        let claims = operation == "put_new" && about == "webhook:seen:evt_1";
        let claims = claims && !has_claimed.swap(true, Ordering::SeqCst);
        let (away, store) = (away.clone(), same.clone());
        async move {
            if claims {
                away.store(true, Ordering::SeqCst);
                let day = Duration::from_secs(86_400);
                store.put_new("webhook:seen:evt_1", b"1/0", day).await?;
            }
            match away.load(Ordering::SeqCst) {
                true => Err(StoreError::new("away")),
                false => Ok(()),
            }
        }
    });
    let (mut heard, handler) = listening();
    let receiver = builder().persona(&offline(store)).start(handler);
    let (_others, handler) = listening();
    let other = builder().persona(&offline(shared)).start(handler);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let body = event("evt_1", "inq_1", 0);
    assert_eq!(give(&receiver, &body).await, Answer::Busy);
    assert_eq!(give(&other, &body).await, Answer::Duplicate);
    assert_eq!(receiver.pending(), 1, "its place is kept");

    // Back again: what was claimed a moment before is not claimed anew.
    is_away.store(false, Ordering::SeqCst);
    let received = heard.recv();
    let received = tokio::time::timeout(Duration::from_secs(10), received).await;
    assert_eq!(heard_id(received.expect("handled")), "evt_1");
    receiver.close().await;
    assert_eq!(give(&other, &body).await, Answer::Duplicate);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_costs_four_seconds_and_no_event() {
    let (mood, store) = moody();
    let (mut heard, handler) = listening();
    let receiver = builder().store(store.clone()).start(handler);
    let body = event("evt_1", "inq_1", 0);
    mood.hangs.store(true, Ordering::SeqCst);
    let asked = tokio::time::Instant::now();
    assert_eq!(give(&receiver, &body).await, Answer::Busy);
    assert_eq!(asked.elapsed(), Duration::from_secs(4));
    mood.hangs.store(false, Ordering::SeqCst);
    assert_eq!(give(&receiver, &body).await, Answer::Accepted);
    assert_eq!(heard_id(heard.recv().await), "evt_1");
}

#[tokio::test]
async fn a_caller_who_hangs_up_leaves_no_event_that_nobody_handles() {
    let (mut heard, handler) = listening();
    let receiver = builder().start(handler);
    let body = event("evt_1", "inq_1", 0);
    {
        let headers = headers(SECRET, &body);
        let call = std::pin::pin!(receiver.receive(&headers, &body));
        // Polled once, then dropped.
        assert!(futures_util::poll!(call).is_pending());
    }
    assert_eq!(heard_id(heard.recv().await), "evt_1");
    assert_eq!(give(&receiver, &body).await, Answer::Duplicate);
}

/// The process that took an event dies before its handler is through. Another one reads the event
/// again from Persona and handles it.
#[tokio::test]
async fn what_a_process_took_outlives_it() {
    let emulator = Emulator::start().await.expect("starts");
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .store(store.clone())
        .build()
        .expect("a client");
    let new = NewInquiry::from_template(emulator.default_template_id());
    let inquiry = persona
        .inquiries()
        .create(new)
        .await
        .expect("created")
        .inquiry;
    let written = persona
        .events()
        .list()
        .object_id(inquiry.id())
        .items()
        .next()
        .await;
    let written = written.expect("an event").expect("read");
    let body = serde_json::to_vec(&json!({ "data": written })).expect("JSON");

    // A process of its own, as far as that goes: a runtime that is shut down in the middle.
    let (seen, called) = std::sync::mpsc::channel();
    let process = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let client = persona.clone();
    let first_body = body.clone();
    process.spawn(async move {
        let receiver = builder().persona(&client).start(move |_: Received| {
            let _ = seen.send(());
            pending::<io::Result<()>>()
        });
        while give(&receiver, &first_body).await != Answer::Accepted {
            tokio::task::yield_now().await;
        }
        pending::<()>().await;
    });
    tokio::task::spawn_blocking(move || called.recv())
        .await
        .expect("waits")
        .expect("the handler was called");
    process.shutdown_background();

    // Nothing of the person is in the store: an id and a place.
    let kept = store.get("webhook:taken:1/0").await.expect("there");
    assert_eq!(kept.as_deref(), Some(written.id().as_str().as_bytes()));

    // Its lease has run out.
    let lease = Lease {
        name: "webhook:process:1".to_owned(),
        fence: 1,
    };
    store.release(&lease).await.expect("released");
    let (mut heard, handler) = listening();
    let receiver = builder().persona(&persona).start(handler);
    let received = heard.recv().await.expect("taken over");
    assert_eq!(received.event.id(), written.id());
    assert!(received.is_recovered);
    assert_eq!(received.event.object_id(), Some(inquiry.id().as_str()));
    assert_eq!(give(&receiver, &body).await, Answer::Duplicate);
    receiver.close().await;
    assert_eq!(store.get("webhook:taken:1/0").await, Ok(None));
    assert_eq!(store.get("webhook:taken:2/0").await, Ok(None));
}

/// Each replica's way to the store that all of them share.
fn shared() -> impl Fn() -> Arc<dyn Store> {
    let store = Arc::new(MemoryStore::new());
    move || store.clone()
}

#[tokio::test]
async fn of_two_replicas_that_find_an_abandoned_claim_one_takes_it() {
    takeover::one_of_two_takes_an_abandoned_claim(shared()).await;
}

#[tokio::test]
async fn whoever_is_late_for_an_abandoned_claim_sees_that_it_is_taken() {
    takeover::the_late_one_sees_that_it_is_taken(shared()).await;
}

#[tokio::test]
async fn what_a_dead_process_had_is_taken_over_once() {
    let store = shared();
    let same = store();
    takeover::what_the_dead_had_is_taken_over_once(store, async move |name| {
        // The first is the replica's own.
        let lease = Lease { name, fence: 2 };
        same.release(&lease).await.expect("released");
    })
    .await;
}

#[tokio::test]
async fn what_another_one_has_is_not_taken_over() {
    takeover::what_another_one_has_is_left_to_them(shared()).await;
}

#[tokio::test]
async fn an_event_that_cannot_be_read_again_is_buried() {
    let emulator = Emulator::start().await.expect("starts");
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .store(store.clone())
        .build()
        .expect("a client");
    let day = Duration::from_secs(86_400);
    // As a process leaves it that died.
    store
        .add("webhook:process:last", 1, day)
        .await
        .expect("counted");
    store
        .put("webhook:process:1:places", b"2", day)
        .await
        .expect("kept");
    store
        .put("webhook:taken:1/1", b"evt_Gone", day)
        .await
        .expect("kept");

    let (to, mut buried) = mpsc::unbounded_channel();
    let (_heard, handler) = listening();
    let _receiver = builder()
        .persona(&persona)
        .on_dead(move |dead| drop(to.send(dead)))
        .start(handler);
    let dead = buried.recv().await.expect("told");
    assert_eq!(dead.event_id, "evt_Gone");
    assert_eq!((dead.name, dead.attempts), (None, 0));
    let error = dead
        .error
        .downcast::<withpersona::Error>()
        .expect("the client's own");
    assert_eq!(error.status(), Some(404));
}

/// The handler already gets a token that lets the person in.
#[tokio::test]
async fn the_token_of_an_inquiry_that_expired_is_forgotten_before_the_handler_is_called() {
    let emulator = Emulator::start().await.expect("starts");
    let client = || {
        Persona::builder()
            .api_key(emulator.api_key())
            .base_url(emulator.base_url())
            .build()
            .expect("a client")
    };
    let (persona, others) = (client(), client());
    let new = NewInquiry::from_template(emulator.default_template_id());
    let created = others.inquiries().create(new).await.expect("created");
    let id = created.inquiry.id();
    let open = async |persona: &Persona| {
        let access = persona.sessions().open(&id).await.expect("opened");
        access.token().expect("a token").reveal().to_owned()
    };
    let before = open(&persona).await;

    let (to, mut handed) = mpsc::unbounded_channel();
    let (in_handler, inquiry) = (persona.clone(), id.clone());
    let receiver = builder().wakes(&persona).start(move |_: Received| {
        let (persona, id, to) = (in_handler.clone(), inquiry.clone(), to.clone());
        async move {
            let access = persona.sessions().open(&id).await?;
            let _ = to.send(access.token().expect("a token").reveal().to_owned());
            Ok::<(), withpersona::Error>(())
        }
    });
    let happened = |id: &str, name: &str, kind: &str, object: &str| {
        let body = json!({ "data": { "type": "event", "id": id, "attributes": {
            "name": name,
            "created-at": "2026-01-31T12:00:00.000Z",
            "payload": { "data": { "type": kind, "id": object, "attributes": {} } },
        } } });
        body.to_string().into_bytes()
    };
    // Neither what ends nothing nor what is about something else costs the token.
    for body in [
        happened("evt_1", "inquiry.started", "inquiry", id.as_str()),
        happened("evt_2", "inquiry.expired", "inquiry", "inq_Other"),
        happened("evt_3", "inquiry.expired", "case", id.as_str()),
    ] {
        assert_eq!(give(&receiver, &body).await, Answer::Accepted);
        assert_eq!(handed.recv().await.expect("handled"), before);
    }

    others.inquiries().expire(&id).await.expect("expired");
    let expired = happened("evt_4", "inquiry.expired", "inquiry", id.as_str());
    assert_eq!(give(&receiver, &expired).await, Answer::Accepted);
    let after = handed.recv().await.expect("handled");
    assert_ne!(after, before);
    let mut person = emulator.person();
    person.enter(id.as_str(), &after).expect("enters");
}
