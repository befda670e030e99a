//! What is taken while the store is away.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use withpersona::Persona;
use withpersona::store::{MemoryStore, Store, StoreError};
use withpersona::webhook::Answer;

use crate::interposed_store::Interposed;
use crate::{SECRET, builder, event, give, headers, heard_id, listening};

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
