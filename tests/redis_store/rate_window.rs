//! One rate window for four clients on one Redis, with clients and emulator on one clock that the
//! test moves.

#[path = "../rate_window/stepping.rs"]
mod stepping;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use withpersona::clock::Clock;
use withpersona::emulator::Emulator;
use withpersona::observe::{AttemptReport, CallInfo, Observer};
use withpersona::{CallOptions, InquiryId, Lane, NewInquiry, Persona};

use self::stepping::SteppingClock;
use crate::secrets::contents;
use crate::server::Server;
use crate::{client_builder, sealed};

const LIMIT: u32 = 300;
const CALLS: u32 = 1500;
const CLIENTS: usize = 4;
const TASKS: usize = 8;

/// Counts answers, and those of 429.
#[derive(Clone, Default)]
struct Answers(Arc<(AtomicU32, AtomicU32)>);

impl Observer for Answers {
    fn attempt_finished(&self, _: &CallInfo, attempt: &AttemptReport<'_>) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
        if attempt.status == Some(429) {
            self.0.1.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn inquiry(emulator: &Emulator, server: &Server) -> InquiryId {
    let store = sealed(server).build().expect("settings");
    // Under another key, which has a window of its own.
    let other = client_builder(emulator.base_url(), store).api_key("persona_sandbox_other");
    let new = NewInquiry::from_template(emulator.default_template_id());
    let other = other.build().expect("builds");
    other
        .inquiries()
        .create(new)
        .await
        .expect("created")
        .inquiry
        .id()
}

/// How many of [`CALLS`] calls were refused, and how many minutes they took.
async fn run(lane: Lane, shares: bool) -> (u32, u64) {
    let server = Server::start();
    let clock = SteppingClock::begin();
    let emulator = Emulator::builder()
        .clock(clock.of_emulator())
        .rate_limit(LIMIT)
        .start()
        .await
        .expect("starts");
    let id = inquiry(&emulator, &server).await;
    let answers = Answers::default();
    let client = || {
        let time_of_day = clock.of_emulator();
        let builder = client_builder(
            emulator.base_url(),
            sealed(&server).build().expect("settings"),
        )
        .clock(clock.clone())
        .wall_clock(move || time_of_day.now().into())
        .observer(answers.clone())
        .call_timeout(Duration::from_secs(60 * 60));
        let builder = match shares {
            true => builder.share_rate_window(),
            false => builder,
        };
        let persona = builder.build().expect("builds");
        persona.with(CallOptions::new().lane(lane))
    };
    let left = Arc::new(Mutex::new(CALLS));
    let tasks = (0..CLIENTS)
        .flat_map(|_| vec![client(); TASKS])
        .map(|persona| {
            let (clock, left, id) = (clock.clone(), left.clone(), id.clone());
            async move {
                while take_one(&left) {
                    clock
                        .sleep(Duration::from_millis(fastrand::u64(1..40)))
                        .await;
                    persona.inquiries().retrieve(&id).await.expect("answered");
                }
            }
        });
    clock.run(tasks).await;
    let (all, refused) = &*answers.0;
    let refused = refused.load(Ordering::Relaxed);
    assert_eq!(all.load(Ordering::Relaxed) - refused, CALLS);
    (refused, clock.now().as_secs() / 60)
}

fn take_one(left: &Mutex<u32>) -> bool {
    let mut left = left.lock().expect("no panic");
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}

#[tokio::test]
async fn four_clients_that_share_a_window_are_never_refused() {
    for lane in [Lane::Interactive, Lane::Background] {
        let (refused, minutes) = run(lane, true).await;
        println!("{lane:?}, shared: {refused} of {CALLS} refused, {minutes} minutes");
        assert_eq!(refused, 0, "{lane:?}");
        // Windows that are used to 95 % take five minutes and some of the sixth.
        assert!(minutes <= 5, "{lane:?}: {minutes} minutes");
    }
}

#[tokio::test]
async fn four_clients_that_do_not_are_refused() {
    let (refused, minutes) = run(Lane::Interactive, false).await;
    println!("each by itself: {refused} of {CALLS} refused, {minutes} minutes");
    assert!(refused > 0);
}

#[tokio::test]
async fn a_redis_that_is_stopped_or_does_not_answer_fails_no_call() {
    let mut server = Server::start();
    let emulator = crate::emulator(Emulator::builder()).await;
    let id = inquiry(&emulator, &server).await;
    let store = sealed(&server).build().expect("settings");
    let builder = client_builder(emulator.base_url(), store).share_rate_window();
    let persona = builder.build().expect("builds");
    let call = async |persona: &Persona| {
        let inquiries = persona.inquiries();
        let calls = (0..20).map(|_| inquiries.retrieve(&id));
        for answer in join_all(calls).await {
            answer.expect("answered");
        }
    };
    call(&persona).await;
    let contents = contents(&server);
    assert!(contents.contains("withpersona:rate/"), "{contents}");
    assert!(!contents.contains("persona_sandbox"), "{contents}");
    server.freeze();
    call(&persona).await;
    server.thaw();
    call(&persona).await;
    server.kill();
    call(&persona).await;
    server.start_again();
    call(&persona).await;
}
