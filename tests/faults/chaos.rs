//! Ten thousand creates under faults of all kinds, 64 at a time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use withpersona::emulator::Emulator;
use withpersona::retry::{NeverRetry, NoBackoff};
use withpersona::{CallOptions, Error, LookUp, NewInquiry, Persona, PersonaBuilder, WriteOutcome};

use crate::proxy::{Fault, Plan, Proxy};

const AT_A_TIME: usize = 64;
const FAULTS_IN_100: u32 = 20;
const SEED: u64 = 4711;

/// Only who meets a silent server waits this long. Writing down all that is told takes time.
fn attempt() -> Duration {
    match is_listened_to() {
        false => Duration::from_secs(2),
        true => Duration::from_secs(5),
    }
}

fn is_listened_to() -> bool {
    std::env::var_os("WITHPERSONA_CANARIES").is_some()
}

/// Above what is asked for, so that the emulator itself refuses nothing.
const PER_MINUTE: u32 = 1_000_000;

/// Fewer where all that is told is written down: some kilobytes for each request.
fn people() -> u32 {
    match is_listened_to() {
        false => 10_000,
        true => 500,
    }
}

/// Who met what. What a request meets follows from the person and from how many requests about
/// them came before, and not from the order among people.
#[derive(Default)]
struct Weather {
    seen: HashMap<u32, u64>,
    requests: u32,
    struck: BTreeMap<Fault, u32>,
}

impl Weather {
    fn draw(&mut self, person: u32) -> Option<Fault> {
        let seen = self.seen.entry(person).or_default();
        // Seeds that are alike give numbers that are alike.
        let mut hasher = DefaultHasher::new();
        (SEED, person, *seen).hash(&mut hasher);
        let mut random = fastrand::Rng::with_seed(hasher.finish());
        *seen += 1;
        self.requests += 1;
        if random.u32(..100) >= FAULTS_IN_100 {
            return None;
        }
        let fault = random.choice(Fault::ALL)?;
        *self.struck.entry(fault).or_default() += 1;
        Some(fault)
    }
}

/// The number in the reference id, which stands in the body of a create and in the query of a list.
fn person(request: &[u8]) -> u32 {
    let request = std::str::from_utf8(request).expect("text");
    let digits = request.split("person-").nth(1).expect("a reference id");
    let end = digits.find(|it: char| !it.is_ascii_digit());
    digits[..end.unwrap_or(digits.len())]
        .parse()
        .expect("a number")
}

fn client(base_url: &str) -> PersonaBuilder {
    Persona::builder()
        .api_key("persona_sandbox_faults")
        .base_url(base_url)
        .backoff_policy(NoBackoff)
}

/// Whether the client makes more than one attempt for this person. Where it does, refusals are
/// mended before anybody sees them.
fn has_retries(person: u32, look_up: bool) -> bool {
    look_up || person.is_multiple_of(2)
}

struct Outcomes {
    look_up: bool,
    /// By person.
    results: Vec<Result<(), Error>>,
    /// How many inquiries the emulator has, by person.
    inquiries: Vec<u32>,
    weather: Weather,
}

async fn run(look_up: bool) -> Outcomes {
    let emulator = Emulator::builder().rate_limit(PER_MINUTE).seed(SEED);
    let emulator = emulator.start().await.expect("starts");
    let weather = Arc::new(Mutex::new(Weather::default()));
    let plan: Plan = {
        let weather = weather.clone();
        Arc::new(move |request| weather.lock().expect("no panic").draw(person(request)))
    };
    let proxy = Proxy::start(&emulator, plan).await;
    let persona = client(proxy.base_url())
        .attempt_timeout(attempt())
        .build()
        .expect("builds");

    let next = Arc::new(AtomicU32::new(0));
    let template = emulator.default_template_id().to_owned();
    let workers: Vec<_> = (0..AT_A_TIME)
        .map(|_| {
            let (persona, next, template) = (persona.clone(), next.clone(), template.clone());
            let hasty = persona.with(CallOptions::new().retry_policy(NeverRetry));
            tokio::spawn(async move {
                let mut results = Vec::new();
                loop {
                    let person = next.fetch_add(1, Ordering::Relaxed);
                    if person >= people() {
                        return results;
                    }
                    let mut new = NewInquiry::from_template(template.as_str())
                        .reference_id(format!("person-{person}"));
                    if look_up {
                        new = new.on_unknown(LookUp);
                    }
                    let result = if has_retries(person, look_up) {
                        persona.inquiries().create(new).await
                    } else {
                        hasty.inquiries().create(new).await
                    };
                    results.push((person, result.map(drop)));
                }
            })
        })
        .collect();
    let mut results = BTreeMap::new();
    for worker in workers {
        results.extend(worker.await.expect("no panic"));
    }
    let inquiries = count(&emulator).await;
    drop(proxy);
    Outcomes {
        look_up,
        results: results.into_values().collect(),
        inquiries,
        weather: std::mem::take(&mut weather.lock().expect("no panic")),
    }
}

/// Asks the emulator itself, past the proxy.
async fn count(emulator: &Emulator) -> Vec<u32> {
    let persona = client(emulator.base_url()).build().expect("builds");
    let mut all = persona.inquiries().list().page_size(100).items();
    let mut inquiries = vec![0; people() as usize];
    while let Some(inquiry) = all.next().await {
        let inquiry = inquiry.expect("listed");
        let reference = inquiry.reference_id().expect("each has one");
        inquiries[person(reference.as_bytes()) as usize] += 1;
    }
    inquiries
}

fn word(result: &Result<(), Error>) -> &'static str {
    match result {
        Ok(()) => "created",
        Err(error) => match error.write_outcome() {
            Some(WriteOutcome::NotSent) => "error: not sent",
            Some(WriteOutcome::Rejected) => "error: rejected",
            Some(WriteOutcome::Unknown { .. }) => "error: unknown",
            _ => "error: nothing said",
        },
    }
}

fn print(outcomes: &Outcomes) {
    println!("| fault | requests |\n|---|---:|");
    for (fault, count) in &outcomes.weather.struck {
        println!("| {fault:?} | {count} |");
    }
    let struck: u32 = outcomes.weather.struck.values().sum();
    println!("| all faults | {struck} |");
    println!("| all requests | {} |\n", outcomes.weather.requests);

    let mut table: BTreeMap<(bool, &str), [u32; 3]> = BTreeMap::new();
    for (person, result) in (0..).zip(&outcomes.results) {
        let inquiries = outcomes.inquiries[person as usize].min(2);
        let row = (has_retries(person, outcomes.look_up), word(result));
        table.entry(row).or_default()[inquiries as usize] += 1;
    }
    println!("| attempts | the call says | no inquiry | one | more |\n|---|---|---:|---:|---:|");
    for ((retries, word), [none, one, more]) in table {
        let attempts = if retries { "up to 4" } else { "1" };
        println!("| {attempts} | {word} | {none} | {one} | {more} |");
    }
    println!();
}

/// That the faults came at all: each kind, and a fifth of all requests.
fn assert_rough_weather(weather: &Weather) {
    for fault in Fault::ALL {
        assert!(weather.struck.contains_key(&fault), "{fault:?}");
    }
    let struck: u32 = weather.struck.values().sum();
    let in_100 = struck * 100 / weather.requests;
    assert!((FAULTS_IN_100 - 2..=FAULTS_IN_100 + 2).contains(&in_100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_look_up_everybody_has_exactly_one_inquiry() {
    let outcomes = run(true).await;
    print(&outcomes);
    assert_rough_weather(&outcomes.weather);
    for (person, result) in outcomes.results.iter().enumerate() {
        assert!(result.is_ok(), "person {person}: {result:?}");
    }
    let total: u32 = outcomes.inquiries.iter().sum();
    assert_eq!(total, people());
    assert!(outcomes.inquiries.iter().all(|count| *count == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_one_nobody_has_two_and_every_error_is_true() {
    let outcomes = run(false).await;
    print(&outcomes);
    assert_rough_weather(&outcomes.weather);
    let mut told = BTreeSet::new();
    for (person, result) in outcomes.results.iter().enumerate() {
        let inquiries = outcomes.inquiries[person];
        let what = || format!("person {person} has {inquiries}: {result:?}");
        assert!(inquiries <= 1, "{}", what());
        match result {
            Ok(()) => assert_eq!(inquiries, 1, "{}", what()),
            Err(error) => {
                told.insert(word(result));
                match error.write_outcome() {
                    Some(WriteOutcome::NotSent | WriteOutcome::Rejected) => {
                        assert_eq!(inquiries, 0, "{}", what());
                    }
                    Some(WriteOutcome::Unknown { key: Some(_) }) => {}
                    _ => panic!("{}", what()),
                }
            }
        }
    }
    assert_eq!(Vec::from_iter(told), ["error: rejected", "error: unknown"]);
}
