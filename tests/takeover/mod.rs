//! Two replicas that come upon one event which its process left behind: it is handled once. For any
//! store that they share; each of them gets its own way to it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::HeaderMap;
use serde_json::json;
use tokio::sync::{Barrier, Notify, Semaphore};
use withpersona::emulator::Emulator;
use withpersona::store::Store;
use withpersona::webhook::{Answer, Received, Receiver, SIGNATURE_HEADER, Verifier, sign};
use withpersona::{NewInquiry, Persona};

use crate::interposed_store::Interposed;

const SECRET: &str = "wbhsec_1";
const DAY: Duration = Duration::from_secs(86_400);

/// A process of which nothing is known but that it once claimed an event, in this place.
const NOBODY: &str = "99/0";

/// Which events were handled, in all replicas.
type Handled = Arc<Mutex<Vec<String>>>;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_769_860_800, 0).expect("a time")
}

fn client(base_url: &str, store: Arc<dyn Store>) -> Persona {
    Persona::builder()
        .api_key("persona_sandbox_1")
        .base_url(base_url)
        .store(store)
        .build()
        .expect("a client")
}

/// A client that has nowhere to go.
fn offline(store: Arc<dyn Store>) -> Persona {
    client("http://127.0.0.1:9/api/v1", store)
}

/// A replica whose handler goes on once it may.
fn replica(persona: &Persona, handled: &Handled, may_go_on: &Arc<Semaphore>) -> Receiver {
    let (handled, may_go_on) = (handled.clone(), may_go_on.clone());
    Receiver::builder(Verifier::new([SECRET]).expect("a usable secret"))
        .persona(persona)
        .clock(now)
        .start(move |received: Received| {
            let id = received.event.id().to_string();
            handled.lock().expect("no panic").push(id);
            let may_go_on = may_go_on.clone();
            async move {
                drop(may_go_on.acquire().await);
                Ok::<(), io::Error>(())
            }
        })
}

async fn give(receiver: &Receiver, id: &str) -> Answer {
    let body = json!({ "data": { "type": "event", "id": id, "attributes": {
        "name": "inquiry.approved",
        "created-at": "2026-01-31T12:00:00.000Z",
        "payload": { "data": { "type": "inquiry", "id": id, "attributes": {} } },
    } } });
    let body = body.to_string();
    let mut headers = HeaderMap::new();
    let signature = sign(&SECRET.into(), body.as_bytes(), now());
    headers.insert(SIGNATURE_HEADER, signature.parse().expect("text"));
    receiver.receive(&headers, body.as_bytes()).await
}

/// Until the store knows the replica: it answers 503 before.
async fn registered(receiver: &Receiver, own: &str) {
    while give(receiver, own).await != Answer::Accepted {
        tokio::task::yield_now().await;
    }
}

fn times(handled: &Handled, id: &str) -> usize {
    let handled = handled.lock().expect("no panic");
    handled.iter().filter(|one| *one == id).count()
}

/// A claim of which the claimant never heard that it has it: its answer from the store was lost.
async fn abandon(store: &dyn Store) {
    let claimed = store.put_new("webhook:seen:evt_1", NOBODY.as_bytes(), DAY);
    assert_eq!(claimed.await, Ok(true));
}

fn looks_who_has_it(operation: &str, about: &str) -> bool {
    operation == "get" && about == format!("webhook:taken:{NOBODY}")
}

/// Both find that nobody has it before one of them takes it.
pub async fn one_of_two_takes_an_abandoned_claim(store: impl Fn() -> Arc<dyn Store>) {
    abandon(&*store()).await;
    let (handled, meeting) = (Handled::default(), Arc::new(Barrier::new(2)));
    let goes_on = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
    let replicas = [(); 2].map(|()| {
        let (meeting, has_met) = (meeting.clone(), AtomicBool::new(false));
        let meets = Interposed::before(store(), move |operation, about| {
            let meets = looks_who_has_it(operation, about) && !has_met.swap(true, Ordering::SeqCst);
            let meeting = meeting.clone();
            async move {
                if meets {
                    meeting.wait().await;
                }
                Ok(())
            }
        });
        replica(&offline(meets), &handled, &goes_on)
    });
    registered(&replicas[0], "evt_own_1").await;
    registered(&replicas[1], "evt_own_2").await;
    let (one, other) = tokio::join!(give(&replicas[0], "evt_1"), give(&replicas[1], "evt_1"));
    // 503 to whoever comes while it is being taken; Persona sends it again.
    let late = match (one, other) {
        (Answer::Accepted, late) => late,
        (late, Answer::Accepted) => late,
        neither => panic!("{neither:?}"),
    };
    assert!(matches!(late, Answer::Busy | Answer::Duplicate), "{late:?}");
    for receiver in &replicas {
        assert_eq!(give(receiver, "evt_1").await, Answer::Duplicate);
        receiver.close().await;
    }
    assert_eq!(times(&handled, "evt_1"), 1);
}

/// One finds that nobody has it, and does not hear of the other who takes it.
pub async fn the_late_one_sees_that_it_is_taken(store: impl Fn() -> Arc<dyn Store>) {
    abandon(&*store()).await;
    let handled = Handled::default();
    let (has_looked, goes_on) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let held = Interposed::before(store(), {
        let (has_looked, goes_on) = (has_looked.clone(), goes_on.clone());
        // It looks once, and is held up before it looks at the claim again.
        let looked = AtomicBool::new(false);
        move |operation, about| {
            let is_claim = operation == "get" && about == "webhook:seen:evt_1";
            let waits = is_claim && looked.load(Ordering::SeqCst);
            looked.fetch_or(looks_who_has_it(operation, about), Ordering::SeqCst);
            let (has_looked, goes_on) = (has_looked.clone(), goes_on.clone());
            async move {
                if waits {
                    has_looked.notify_one();
                    goes_on.acquire().await.expect("never closed").forget();
                }
                Ok(())
            }
        }
    });
    let handlers = Arc::new(Semaphore::new(0));
    let slow = replica(&offline(held), &handled, &handlers);
    let fast = replica(&offline(store()), &handled, &handlers);
    registered(&slow, "evt_own_1").await;
    registered(&fast, "evt_own_2").await;
    let given = tokio::spawn({
        let slow = slow.clone();
        async move { give(&slow, "evt_1").await }
    });
    has_looked.notified().await;
    assert_eq!(give(&fast, "evt_1").await, Answer::Accepted);
    // Its handler is still at it, so nothing but the claim tells.
    goes_on.add_permits(Semaphore::MAX_PERMITS / 2);
    assert_eq!(given.await.expect("no panic"), Answer::Duplicate);
    handlers.add_permits(Semaphore::MAX_PERMITS / 2);
    slow.close().await;
    fast.close().await;
    assert_eq!(times(&handled, "evt_1"), 1);
}

/// As process 1 leaves it that dies with an event in its hands.
async fn leave_behind(store: &dyn Store, event_id: &str) {
    let last = store.add("webhook:process:last", 1, DAY);
    assert_eq!(last.await, Ok(1));
    for (key, value) in [
        ("webhook:process:1:places", "1"),
        ("webhook:taken:1/0", event_id),
    ] {
        store.put(key, value.as_bytes(), DAY).await.expect("kept");
    }
}

/// One finds what process 1 left behind, and is then so slow that the other finds it as well.
pub async fn what_the_dead_had_is_taken_over_once(
    store: impl Fn() -> Arc<dyn Store>,
    end_term: impl AsyncFnOnce(String),
) {
    let emulator = Emulator::start().await.expect("starts");
    let persona = |store| client(emulator.base_url(), store);
    let new = NewInquiry::from_template(emulator.default_template_id());
    let created = persona(store()).inquiries().create(new).await;
    created.expect("created");
    let event = persona(store()).events().list().items().next().await;
    let id = event.expect("one").expect("read").id().to_string();
    let shared = store();
    leave_behind(&*shared, &id).await;
    let claim = format!("webhook:seen:{id}");
    shared.put(&claim, b"1/0", DAY).await.expect("kept");
    drop(shared);

    let (handled, handlers) = (Handled::default(), Arc::new(Semaphore::new(0)));
    let (has_found, goes_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let has_struck_out = Arc::new(Notify::new());
    let held = Interposed::before(store(), {
        let (has_found, goes_on) = (has_found.clone(), goes_on.clone());
        let has_struck_out = has_struck_out.clone();
        move |operation, about| {
            // It is the second process, and this its first place.
            let writes_down = operation == "put" && about == "webhook:taken:2/0";
            if operation == "remove" && about == "webhook:taken:1/0" {
                has_struck_out.notify_one();
            }
            let (has_found, goes_on) = (has_found.clone(), goes_on.clone());
            async move {
                if writes_down {
                    has_found.notify_one();
                    goes_on.notified().await;
                }
                Ok(())
            }
        }
    });
    let slow = replica(&persona(held), &handled, &handlers);
    has_found.notified().await;
    end_term("webhook:process:1".to_owned()).await;
    let fast = replica(&persona(store()), &handled, &handlers);
    while times(&handled, &id) == 0 {
        tokio::task::yield_now().await;
    }
    goes_on.notify_one();
    has_struck_out.notified().await;
    handlers.add_permits(Semaphore::MAX_PERMITS / 2);
    slow.close().await;
    fast.close().await;
    assert_eq!(times(&handled, &id), 1);
}

/// Process 1 wrote the event down and died before it had the claim, which another process has.
pub async fn what_another_one_has_is_left_to_them(store: impl Fn() -> Arc<dyn Store>) {
    let shared = store();
    leave_behind(&*shared, "evt_1").await;
    for key in ["webhook:seen:evt_1", "webhook:taken:99/0"] {
        let value: &[u8] = if key.ends_with("/0") {
            b"evt_1"
        } else {
            b"99/0"
        };
        shared.put(key, value, DAY).await.expect("kept");
    }
    drop(shared);
    let has_struck_out = Arc::new(Notify::new());
    let heard = Interposed::before(store(), {
        let has_struck_out = has_struck_out.clone();
        move |operation, about| {
            if operation == "remove" && about == "webhook:taken:1/0" {
                has_struck_out.notify_one();
            }
            std::future::ready(Ok(()))
        }
    });
    let (handled, goes_on) = (Handled::default(), Arc::new(Semaphore::new(1)));
    let receiver = replica(&offline(heard), &handled, &goes_on);
    has_struck_out.notified().await;
    let kept = store();
    assert_eq!(kept.get("webhook:taken:2/0").await, Ok(None));
    assert_eq!(give(&receiver, "evt_1").await, Answer::Duplicate);
    receiver.close().await;
    assert!(handled.lock().expect("no panic").is_empty());
}
