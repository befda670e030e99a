//! Many calls over real sockets against the emulator's rate window, with client and emulator on
//! one clock: nothing is refused, every window is used, and whoever is waited for goes first.

#[path = "../canary/mod.rs"]
mod canary;
mod stepping;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use withpersona::clock::Clock;
use withpersona::emulator::Emulator;
use withpersona::observe::{AttemptReport, CallInfo, Observer};
use withpersona::{CallOptions, InquiryId, Lane, NewInquiry, Persona};

use crate::stepping::SteppingClock;

const LIMIT: u32 = 300;
const CALLS: u32 = 2000;
const TASKS: usize = 32;

/// Counts answers of 429, those too that a further attempt makes up for.
#[derive(Clone, Default)]
struct Refusals(Arc<AtomicU32>);

impl Observer for Refusals {
    fn attempt_finished(&self, _: &CallInfo, attempt: &AttemptReport<'_>) {
        if attempt.status == Some(429) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

struct Run {
    /// What each window let through, the last one included.
    used: Vec<u32>,
    refused: u32,
    /// How long calls took in all and how many there were, interactive and background.
    interactive: (Duration, u32),
    background: (Duration, u32),
}

struct Answered {
    at: Duration,
    took: Duration,
    lane: Lane,
    remaining: u32,
}

/// [`CALLS`] calls of [`TASKS`] tasks, the first of which are interactive.
async fn run(interactive: usize) -> Run {
    let clock = SteppingClock::begin();
    let emulator = Emulator::builder()
        .clock(clock.of_emulator())
        .rate_limit(LIMIT)
        .start()
        .await
        .expect("starts");
    let refusals = Refusals::default();
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .clock(clock.clone())
        .observer(refusals.clone())
        .call_timeout(Duration::from_secs(60 * 60))
        .build()
        .expect("builds");
    // Made under another key, which has a window of its own.
    let id = new_inquiry(&emulator).await;

    let left = Arc::new(Mutex::new(CALLS));
    let tasks = (0..TASKS).map(|task| {
        let lane = match task < interactive {
            true => Lane::Interactive,
            false => Lane::Background,
        };
        let persona = persona.with(CallOptions::new().lane(lane));
        let (clock, left, id) = (clock.clone(), left.clone(), id.clone());
        async move {
            let mut answered = Vec::new();
            while take_one(&left) {
                clock.sleep(think_time(lane, interactive)).await;
                let begun = clock.now();
                let remaining = remaining(&persona, &id).await;
                let at = clock.now();
                answered.push(Answered {
                    at,
                    took: at - begun,
                    lane,
                    remaining,
                });
            }
            answered
        }
    });
    let answered: Vec<Answered> = clock.run(tasks).await.into_iter().flatten().collect();
    let took = |lane| {
        let of_lane = answered.iter().filter(|one| one.lane == lane);
        let times: Vec<Duration> = of_lane.map(|one| one.took).collect();
        (times.iter().sum(), times.len() as u32)
    };
    Run {
        used: windows(&answered),
        refused: refusals.0.load(Ordering::Relaxed),
        interactive: took(Lane::Interactive),
        background: took(Lane::Background),
    }
}

async fn new_inquiry(emulator: &Emulator) -> InquiryId {
    let other = Persona::builder()
        .api_key(format!("{}2", emulator.api_key()))
        .base_url(emulator.base_url())
        .build()
        .expect("builds");
    let new = NewInquiry::from_template(emulator.default_template_id());
    let created = other.inquiries().create(new).await.expect("created");
    created.inquiry.id()
}

/// What the emulator says is left of the window after this call.
async fn remaining(persona: &Persona, id: &InquiryId) -> u32 {
    let raw = persona.raw();
    let answer = raw.retrieve_an_inquiry(id.as_str(), None, None).await;
    let answer = answer.expect("answered");
    let remaining = answer.headers()["ratelimit-remaining"].to_str();
    remaining.expect("text").parse().expect("a number")
}

/// Up to 0.4 s between two calls of a task; somebody who is waited for comes every few seconds.
fn think_time(lane: Lane, interactive: usize) -> Duration {
    let is_person = lane == Lane::Interactive && interactive < TASKS;
    Duration::from_millis(match is_person {
        true => fastrand::u64(3000..9000),
        false => fastrand::u64(5..400),
    })
}

fn take_one(left: &Mutex<u32>) -> bool {
    let mut left = left.lock().expect("no panic");
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}

/// A window begins with the call that leaves all but one. The clock stands while calls are on
/// their way, so every other call of that moment is in the same window.
fn windows(answered: &[Answered]) -> Vec<u32> {
    let begins = answered.iter().filter(|one| one.remaining == LIMIT - 1);
    let mut begins: Vec<Duration> = begins.map(|one| one.at).collect();
    begins.sort();
    let mut used = vec![0; begins.len()];
    for one in answered {
        let window = begins.partition_point(|begin| *begin <= one.at);
        used[window - 1] += 1;
    }
    used
}

fn assert_all_used(run: &Run, what: &str) {
    println!("{what}: {:?} of {LIMIT}, {} refused", run.used, run.refused);
    assert_eq!(run.refused, 0, "{what}");
    assert_eq!(run.used.iter().sum::<u32>(), CALLS, "{what}");
    let (_, whole) = run.used.split_last().expect("a window");
    assert!(whole.len() >= 6, "{what}: {:?}", run.used);
    let least = whole.iter().min().expect("a window");
    assert!(*least * 100 >= LIMIT * 97, "{what}: {:?}", run.used);
}

#[tokio::test]
async fn two_thousand_calls_of_32_tasks_use_every_window_and_are_never_refused() {
    assert_all_used(&run(TASKS).await, "all interactive");
    assert_all_used(&run(0).await, "all in the background");
}

#[tokio::test]
async fn interactive_calls_hardly_wait_while_background_calls_do() {
    let run = run(2).await;
    assert_all_used(&run, "both");
    let mean = |(sum, count): (Duration, u32)| sum / count;
    let interactive = mean(run.interactive);
    let background = mean(run.background);
    println!("interactive calls take {interactive:?}, background ones {background:?}");
    assert!(run.interactive.1 >= 20, "{:?}", run.interactive);
    assert!(
        interactive * 100 < background,
        "{interactive:?} and {background:?}"
    );
}
