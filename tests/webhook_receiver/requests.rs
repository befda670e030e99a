//! What a request is answered with, and what the handler hears of it.

use std::collections::HashMap;
use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use tokio::sync::Notify;
use withpersona::store::{MemoryStore, Store};
use withpersona::webhook::{Answer, Dead, Received, SIGNATURE_HEADER, SignatureError, Verifier};

use crate::{SECRET, builder, event, give, headers, heard_id, listening};

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
