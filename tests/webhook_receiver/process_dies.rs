//! What a process had taken that died, and what two replicas find at one time.

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;
use withpersona::emulator::Emulator;
use withpersona::store::{Lease, MemoryStore, Store};
use withpersona::webhook::{Answer, Received};
use withpersona::{NewInquiry, Persona};

use crate::takeover;
use crate::{builder, give, listening};

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
