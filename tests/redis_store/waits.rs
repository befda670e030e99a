//! Waits of several processes on one Redis.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::sync::watch;
use withpersona::clock::ScaledClock;
use withpersona::emulator::Emulator;
use withpersona::{InquiryId, NewInquiry, Outcome, Persona, SimulateAction};

use crate::proxy::Proxy;
use crate::server::Server;
use crate::worker::{Order, Worker};
use crate::{client, client_builder, emulator, sealed};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

async fn create(emulator: &Emulator, persona: &Persona) -> InquiryId {
    let new = NewInquiry::from_template(emulator.default_template_id());
    let created = persona.inquiries().create(new).await;
    created.expect("created").inquiry.id()
}

async fn finish(persona: &Persona, id: &InquiryId) {
    let actions = [SimulateAction::Start, SimulateAction::Complete];
    let done = persona.inquiries().simulate(id, actions).await;
    done.expect("finished");
}

fn count(emulator: &Emulator, operation: &str) -> u64 {
    let counts = emulator.request_counts();
    counts.get(operation).copied().unwrap_or_default()
}

/// A way to the emulator on which it is heard what was asked and answered.
struct Line {
    proxy: Proxy,
    answered: watch::Receiver<Vec<String>>,
}

impl Line {
    async fn start(emulator: &Emulator) -> Self {
        let (heard, answered) = watch::channel(Vec::new());
        let ear = move |request: &[u8]| {
            let request = String::from_utf8_lossy(request);
            let what = request.lines().next().unwrap_or_default().to_owned();
            heard.send_modify(|answered| answered.push(what));
        };
        let proxy = Proxy::with_ear(emulator, Arc::new(|_| None), Arc::new(ear)).await;
        Self { proxy, answered }
    }

    fn base_url(&self) -> &str {
        self.proxy.base_url()
    }

    /// Until so many requests that begin like this were answered.
    async fn until(&mut self, times: usize, begin: &str) {
        let is_so = |answered: &Vec<String>| {
            let such = answered.iter().filter(|what| what.starts_with(begin));
            such.count() >= times
        };
        self.answered.wait_for(is_so).await.expect("it listens");
    }
}

const EVENTS: &str = "GET /api/v1/events?";
const LOOK: &str = "GET /api/v1/inquiries?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_in_one_process_wakes_a_wait_in_another() {
    let server = Server::start();
    let emulator = emulator(Emulator::builder()).await;
    let mut line = Line::start(&emulator).await;
    let persona = client(line.base_url(), sealed(&server).build().expect("settings"));
    let id = create(&emulator, &persona).await;
    // It reads no events, and would look again in an hour.
    let order = Order::WaitForWord(id.as_str());
    let mut waiting = Worker::start(&server.url(), line.base_url(), 1, order);
    let redis = server.monitor();
    waiting.go();
    line.until(1, LOOK).await;
    let subscribes = |line: &str| line.contains("\"SUBSCRIBE\"") && line.contains("wait:");
    redis.until(subscribes).await;
    finish(&persona, &id).await;
    let told = Instant::now();
    persona.inquiries().changed(&id).await.expect("an id");
    assert_eq!(waiting.results(), [format!("{id} approved")]);
    println!("told in one process, met in another: {:?}", told.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_process_that_reads_events_is_killed_another_reads_on() {
    let server = Server::start();
    let emulator = emulator(Emulator::builder()).await;
    let mut line = Line::start(&emulator).await;
    let persona = client(line.base_url(), sealed(&server).build().expect("settings"));
    let (theirs, ours) = (
        create(&emulator, &persona).await,
        create(&emulator, &persona).await,
    );
    let order = Order::WaitByEvents(theirs.as_str());
    let mut reads = Worker::start(&server.url(), line.base_url(), 1, order);
    reads.go();
    line.until(2, EVENTS).await;

    // It would look by itself in an hour: what it waits for can only be told by events.
    let wait = persona.inquiries().wait(&ours).deadline(10 * HOUR);
    let wait = wait.pace(HOUR, HOUR);
    let waiting = tokio::spawn(wait.into_future());
    line.until(2, LOOK).await;
    // Redis ends the lease of the dead by its own clock, which goes on as usual.
    reads.kill();
    let killed = Instant::now();
    let before = count(&emulator, "list-all-events");
    finish(&persona, &ours).await;
    let outcome = waiting.await.expect("no panic");
    println!("reader killed, met after {:?}", killed.elapsed());
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    assert!(
        count(&emulator, "list-all-events") > before,
        "the other one reads events now"
    );
}

/// How a wait is to end.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Met,
    Expired,
    Gone,
    TimedOut,
}

/// Two clients wait for ten inquiries each, while Redis is there, then gone, then there again.
async fn every_wait_ends_as_it_should(mut gone: impl FnMut(&mut Server), back: fn(&mut Server)) {
    // An hour in six seconds.
    const HASTE: u32 = 600;
    let mut server = Server::start();
    let emulator = emulator(Emulator::builder()).await;
    let mut line = Line::start(&emulator).await;
    let waits = || {
        let store = sealed(&server).build().expect("settings");
        let builder = client_builder(line.base_url(), store);
        let built = builder.clock(ScaledClock::new(HASTE)).build();
        built.expect("builds")
    };
    let replicas = [waits(), waits()];
    let others = client(
        emulator.base_url(),
        sealed(&server).build().expect("settings"),
    );

    let mut fates: Vec<BTreeMap<InquiryId, Fate>> = Vec::new();
    let mut waiting = Vec::new();
    for persona in &replicas {
        let mut own = BTreeMap::new();
        for fate in [Fate::Met, Fate::Expired, Fate::Gone].repeat(3) {
            own.insert(create(&emulator, &others).await, fate);
        }
        let mut many = persona
            .inquiries()
            .wait_many(own.keys())
            .deadline(10 * HOUR);
        waiting.push(tokio::spawn(async move {
            let mut ended = BTreeMap::new();
            while let Some((id, outcome)) = many.next().await {
                ended.insert(id, outcome.expect("can be asked"));
            }
            ended
        }));
        let late = create(&emulator, &others).await;
        own.insert(late.clone(), Fate::TimedOut);
        let wait = persona.inquiries().wait(&late).deadline(40 * MINUTE);
        waiting.push(tokio::spawn(async move {
            let outcome = wait.await.expect("can be asked");
            BTreeMap::from([(late, outcome)])
        }));
        fates.push(own);
    }
    let all: Vec<(InquiryId, Fate)> = fates.into_iter().flatten().collect();
    // In each phase one third of each kind comes to its end.
    for phase in 0..3 {
        line.until(2, LOOK).await;
        match phase {
            1 => gone(&mut server),
            2 => back(&mut server),
            _ => {}
        }
        for fate in [Fate::Met, Fate::Expired, Fate::Gone] {
            let of_kind = all.iter().filter(|(_, other)| {
                std::mem::discriminant(other) == std::mem::discriminant(&fate)
            });
            for (id, _) in of_kind.skip(phase).step_by(3) {
                let inquiries = others.inquiries();
                match fate {
                    Fate::Met => finish(&others, id).await,
                    Fate::Expired => {
                        let expire = [SimulateAction::Start, SimulateAction::Expire];
                        inquiries.simulate(id, expire).await.expect("expired");
                    }
                    // With nothing of the store in the way.
                    Fate::Gone => {
                        inquiries.redact(id).await.expect("redacted");
                    }
                    Fate::TimedOut => {}
                }
            }
        }
    }
    let mut ended = BTreeMap::new();
    for outcomes in join_all(waiting).await {
        ended.extend(outcomes.expect("no panic"));
    }
    assert_eq!(ended.len(), 20);
    for (id, fate) in &all {
        let outcome = &ended[id];
        let is_right = match fate {
            Fate::Met => matches!(outcome, Outcome::Met(_)),
            Fate::Expired => matches!(outcome, Outcome::Expired(_)),
            Fate::Gone => matches!(outcome, Outcome::Gone),
            Fate::TimedOut => matches!(outcome, Outcome::TimedOut { last: Some(_) }),
        };
        assert!(is_right, "{fate:?} ended in {outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wait_ends_as_it_should_when_redis_is_stopped_in_the_middle() {
    every_wait_ends_as_it_should(Server::kill, Server::start_again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wait_ends_as_it_should_when_redis_does_not_answer_in_the_middle() {
    every_wait_ends_as_it_should(|server| server.freeze(), |server| server.thaw()).await;
}
