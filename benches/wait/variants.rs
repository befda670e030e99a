//! The ways to wait that are measured.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use withpersona::{Outcome, Persona};

use crate::memory;
use crate::moved_time::{Line, MovedTime};
use crate::world::{World, moments};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Those whose end was not heard by then are given up.
const TAIL: Duration = Duration::from_secs(15 * 60);

#[derive(Clone, Copy, PartialEq)]
pub enum Variant {
    /// What a page on the web shows: each asks every ten seconds.
    Loop,
    /// The client with a key that may not read events.
    Sweeps,
    Events,
    Webhooks,
}

pub struct Row {
    pub waits: usize,
    pub finished: usize,
    /// Until each had been looked at once.
    pub first_looks: u64,
    pub requests: u64,
    pub p50: Duration,
    pub p99: Duration,
    /// Waits whose end was not heard.
    pub unheard: usize,
    pub refused: usize,
    pub cpu: Duration,
    /// Bytes that each wait holds.
    pub memory: i64,
}

type Heard = Arc<Mutex<Vec<Option<Instant>>>>;

/// `finishing` of the waits come to their end within an hour.
pub async fn measure(variant: Variant, waits: usize, finishing: usize, limit: u32) -> Row {
    let time = MovedTime::take_over();
    let world = Arc::new(World::with(&time, waits, limit).await);
    let heard: Heard = Arc::new(Mutex::new(vec![None; waits]));
    let cpu = thread_cpu();
    let held = memory::held();
    let before = world.requests();
    let persona = world.client(&time.line);
    let task = match variant {
        Variant::Loop => by_hand(&world, &time.line, &heard),
        Variant::Events => watched(&persona, &world, &heard),
        Variant::Sweeps => {
            persona.inquiries().watcher().without_events();
            watched(&persona, &world, &heard)
        }
        Variant::Webhooks => {
            persona.inquiries().watcher().relying_on_webhooks();
            watched(&persona, &world, &heard)
        }
    };
    let settling = Duration::from_secs(if waits > 10_000 { 600 } else { 120 });
    time.pass(settling).await;
    let memory = (memory::held() - held) / waits as i64;
    let first_looks = world.requests() - before;

    let begin = Instant::now();
    let moments = moments(finishing, begin, HOUR);
    for (number, moment) in moments.iter().enumerate() {
        while Instant::now() < *moment {
            time.pass(crate::moved_time::STEP).await;
        }
        world.finish(&world.ids[number]).await;
        if variant == Variant::Webhooks {
            let told = persona.inquiries().changed(&world.ids[number]).await;
            told.expect("an id");
        }
    }
    let is_all_heard = || {
        let heard = heard.lock().expect("not poisoned");
        heard[..finishing].iter().all(Option::is_some)
    };
    while !is_all_heard() && Instant::now() < begin + HOUR + TAIL {
        time.pass(crate::moved_time::STEP).await;
    }
    let cpu = thread_cpu().saturating_sub(cpu);
    let requests = world.requests() - before - first_looks;
    task.abort();

    let heard = heard.lock().expect("not poisoned");
    let pairs = heard[..finishing].iter().zip(&moments);
    let mut delays: Vec<Duration> = pairs
        .map(|(heard, moment)| heard.map_or(Duration::MAX, |heard| heard - *moment))
        .collect();
    delays.sort();
    let unheard = delays
        .iter()
        .filter(|delay| **delay == Duration::MAX)
        .count();
    Row {
        waits,
        finished: finishing - unheard,
        first_looks,
        requests,
        p50: delays[delays.len() / 2],
        p99: delays[delays.len() * 99 / 100],
        unheard,
        refused: time.line.refused(),
        cpu,
        memory,
    }
}

fn watched(persona: &Persona, world: &World, heard: &Heard) -> JoinHandle<()> {
    let inquiries = persona.inquiries();
    let waits: FuturesUnordered<_> = world
        .ids
        .iter()
        .enumerate()
        .map(|(number, id)| {
            let wait = inquiries.wait(id).deadline(4 * HOUR).into_future();
            Numbered { number, wait }
        })
        .collect();
    let heard = heard.clone();
    tokio::spawn(async move {
        let mut waits = waits;
        while let Some((number, outcome)) = waits.next().await {
            assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
            heard.lock().expect("not poisoned")[number] = Some(Instant::now());
        }
    })
}

/// A wait and its number, without the size of an outcome.
struct Numbered<F> {
    number: usize,
    wait: F,
}

impl<F: Future + Unpin> Future for Numbered<F> {
    type Output = (usize, F::Output);

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        let number = self.number;
        std::pin::Pin::new(&mut self.wait)
            .poll(cx)
            .map(|outcome| (number, outcome))
    }
}

/// One task for each inquiry, asking every ten seconds, until it is finished.
fn by_hand(world: &Arc<World>, line: &Line, heard: &Heard) -> JoinHandle<()> {
    const EVERY: Duration = Duration::from_secs(10);
    let http = reqwest::Client::new();
    let tasks: FuturesUnordered<_> = (0..world.ids.len())
        .map(|number| {
            let (world, line, heard, http) =
                (world.clone(), line.clone(), heard.clone(), http.clone());
            tokio::spawn(async move {
                sleep(EVERY.mul_f64(fastrand::f64())).await;
                let url = format!(
                    "{}/inquiries/{}",
                    world.emulator.base_url(),
                    world.ids[number]
                );
                loop {
                    line.begin();
                    let asked = http
                        .get(&url)
                        .bearer_auth(world.emulator.api_key())
                        .send()
                        .await;
                    let answer = asked.expect("an answer");
                    let is_refused = answer.status() == 429;
                    let body: serde_json::Value = answer.json().await.expect("JSON");
                    line.end();
                    if is_refused {
                        line.count_refusal();
                    }
                    let status = body["data"]["attributes"]["status"].as_str();
                    if matches!(status, Some("completed" | "approved")) {
                        heard.lock().expect("not poisoned")[number] = Some(Instant::now());
                        return;
                    }
                    sleep(EVERY).await;
                }
            })
        })
        .collect();
    tokio::spawn(async move {
        let mut tasks = tasks;
        while tasks.next().await.is_some() {}
    })
}

/// What this thread has used of a processor, where the system tells.
fn thread_cpu() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told
        .split_whitespace()
        .next()
        .and_then(|first| first.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}
