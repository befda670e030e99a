//! Several processes on one Redis.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Instant;

use tokio::sync::Notify;
use withpersona::emulator::Emulator;
use withpersona::{InquiryId, NewInquiry};

use crate::proxy::{Fault, Proxy};
use crate::server::Server;
use crate::worker::{Order, Worker};
use crate::{client, emulator, sealed};

async fn inquiry(emulator: &Emulator, server: &Server) -> InquiryId {
    let persona = client(
        emulator.base_url(),
        sealed(server).build().expect("settings"),
    );
    let new = NewInquiry::from_template(emulator.default_template_id()).reference_id("user-1");
    let created = persona.inquiries().create(new).await;
    created.expect("created").inquiry.id()
}

fn count(emulator: &Emulator, operation: &str) -> u64 {
    emulator
        .request_counts()
        .get(operation)
        .copied()
        .unwrap_or_default()
}

/// One and the same result of all.
fn only(results: Vec<String>) -> String {
    let distinct: BTreeSet<String> = results.into_iter().collect();
    assert_eq!(distinct.len(), 1, "{distinct:?}");
    distinct.into_iter().next().expect("one")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_processes_of_2500_make_one_resume() {
    let server = Server::start();
    let emulator = emulator(Emulator::builder()).await;
    let id = inquiry(&emulator, &server).await;
    let url = server.url();
    let mut workers: Vec<Worker> = (0..4)
        .map(|_| Worker::start(&url, emulator.base_url(), 2500, Order::Open(id.as_str())))
        .collect();
    let begun = Instant::now();
    for worker in &mut workers {
        worker.go();
    }
    let results: Vec<String> = workers.into_iter().flat_map(Worker::results).collect();
    println!(
        "4 processes x 2,500: {} resume, {} reads, all served in {:?}",
        count(&emulator, "resume-an-inquiry"),
        count(&emulator, "retrieve-an-inquiry"),
        begun.elapsed()
    );
    assert_eq!(results.len(), 10_000);
    let token = only(results);
    let (inquiry, token) = token.split_once(' ').expect("both");
    assert_eq!(inquiry, id.as_str());
    assert_eq!(count(&emulator, "resume-an-inquiry"), 1);
    let mut person = emulator.person();
    person.enter(inquiry, token).expect("it lets them in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_holder_of_the_lease_is_killed_all_others_are_served() {
    let server = Server::start();
    let emulator = emulator(Emulator::builder()).await;
    let id = inquiry(&emulator, &server).await;
    // The resume of the first process is carried out, and its answer never comes.
    let is_in_the_middle = Arc::new(Notify::new());
    let tell = is_in_the_middle.clone();
    let plan = move |request: &[u8]| {
        let is_resume = String::from_utf8_lossy(request).contains("/resume");
        is_resume.then(|| {
            tell.notify_one();
            Fault::DelayedHead
        })
    };
    let proxy = Proxy::start(&emulator, Arc::new(plan)).await;
    let (url, order) = (server.url(), || Order::Open(id.as_str()));
    let mut first = Worker::start(&url, proxy.base_url(), 100, order());
    let mut others: Vec<Worker> = (0..2)
        .map(|_| Worker::start(&url, emulator.base_url(), 500, order()))
        .collect();
    first.go();
    is_in_the_middle.notified().await;
    for worker in &mut others {
        worker.go();
    }
    let killed = Instant::now();
    first.kill();
    let results: Vec<String> = others.into_iter().flat_map(Worker::results).collect();
    println!(
        "holder killed: all 1,000 others served after {:?}",
        killed.elapsed()
    );
    assert_eq!(results.len(), 1000);
    let token = only(results);
    assert!(token.starts_with(id.as_str()), "{token}");
    // The dead one's, and the one of who took over.
    assert_eq!(count(&emulator, "resume-an-inquiry"), 2);
}

/// One request in ten meets one of these.
const FAULTS: [Fault; 8] = [
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::Truncated,
    Fault::GarbageBody,
    Fault::StoredError,
    Fault::StoredErrorAfterWork,
    Fault::BadGateway,
    Fault::GatewayTimeout,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_make_one_inquiry_for_each_person_under_faults() {
    const PEOPLE: u32 = 20;
    let server = Server::start();
    let emulator = emulator(Emulator::builder().seed(1)).await;
    let random = std::sync::Mutex::new(fastrand::Rng::with_seed(4711));
    let (struck, requests) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let counters = (struck.clone(), requests.clone());
    let plan = move |_: &[u8]| {
        let mut random = random.lock().expect("no panic");
        counters.1.fetch_add(1, Ordering::Relaxed);
        let fault = (random.u32(..100) < 10)
            .then(|| random.choice(FAULTS))
            .flatten();
        counters
            .0
            .fetch_add(u32::from(fault.is_some()), Ordering::Relaxed);
        fault
    };
    let proxy = Proxy::start(&emulator, Arc::new(plan)).await;
    let url = server.url();
    let mut served = 0;
    let mut errors = BTreeSet::new();
    for person in 0..PEOPLE {
        let person = format!("person-{person}");
        let order = || Order::GetOrCreate {
            person: &person,
            template: emulator.default_template_id(),
        };
        let mut workers: Vec<Worker> = (0..2)
            .map(|_| Worker::start(&url, proxy.base_url(), 100, order()))
            .collect();
        for worker in &mut workers {
            worker.go();
        }
        let results = workers.into_iter().flat_map(Worker::results);
        let (failed, ids): (BTreeSet<_>, BTreeSet<_>) =
            results.partition(|result| result.starts_with("error"));
        served += ids.len();
        errors.extend(failed);

        let persona = client(
            emulator.base_url(),
            sealed(&server).build().expect("settings"),
        );
        let mut all = persona.inquiries().list().reference_id(&person).items();
        let mut made = BTreeSet::new();
        while let Some(inquiry) = all.next().await {
            made.insert(inquiry.expect("listed").id().to_string());
        }
        assert_eq!(made.len(), 1, "{person}");
        assert!(ids.is_subset(&made), "{person}");
    }
    println!(
        "{PEOPLE} people, 2 processes x 100 each: {PEOPLE} inquiries; {} of {} requests met a \
         fault; {served} groups served; errors: {errors:?}",
        struck.load(Ordering::Relaxed),
        requests.load(Ordering::Relaxed),
    );
    assert!(errors.is_empty(), "{errors:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_in_the_middle_of_creating_leaves_no_second_inquiry() {
    let server = Server::start();
    let emulator = emulator(Emulator::builder()).await;
    let created = Arc::new(Notify::new());
    let tell = created.clone();
    let is_first = AtomicBool::new(true);
    let is_create = |request: &[u8]| request.starts_with(b"POST /api/v1/inquiries ");
    let plan = move |request: &[u8]| {
        let holds = is_create(request) && is_first.swap(false, Ordering::Relaxed);
        holds.then_some(Fault::DelayedHead)
    };
    let ear = move |request: &[u8]| {
        if is_create(request) {
            tell.notify_one();
        }
    };
    let proxy = Proxy::with_ear(&emulator, Arc::new(plan), Arc::new(ear)).await;
    let url = server.url();
    let order = || Order::GetOrCreate {
        person: "person-1",
        template: emulator.default_template_id(),
    };
    let mut first = Worker::start(&url, proxy.base_url(), 1, order());
    let mut second = Worker::start(&url, proxy.base_url(), 50, order());
    first.go();
    // The emulator has created it, and its answer stays with the proxy.
    created.notified().await;
    second.go();
    first.kill();
    let id = only(second.results());
    let persona = client(
        emulator.base_url(),
        sealed(&server).build().expect("settings"),
    );
    let mut all = persona.inquiries().list().items();
    assert_eq!(
        all.next()
            .await
            .expect("one")
            .expect("listed")
            .id()
            .as_str(),
        id
    );
    assert!(all.next().await.is_none());
}
