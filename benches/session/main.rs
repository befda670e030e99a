//! What it takes to open a way into an inquiry whose token is kept: `cargo bench --bench session`.
//!
//! A million calls over a warm store in memory, and how many bytes of this process a kept token
//! takes. Figures are printed, nothing is asserted but that no request was made.

use std::alloc::{GlobalAlloc, Layout, System};
use std::future::IntoFuture;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use withpersona::emulator::Emulator;
use withpersona::store::MemoryStore;
use withpersona::{InquiryId, NewInquiry, Persona};

const CALLS: u32 = 1_000_000;
const INQUIRIES: usize = 2_000;

/// Counts the bytes that are held, as they were asked for.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code)]
// Sound: it hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    // `cargo test` runs benches too, to see that they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let emulator = Emulator::builder().rate_limit(u32::MAX).start().await;
    let emulator = emulator.expect("starts");
    let store = Arc::new(MemoryStore::new());
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .store(store.clone())
        .build()
        .expect("builds");
    let mut ids: Vec<InquiryId> = Vec::new();
    for _ in 0..INQUIRIES {
        let new = NewInquiry::from_template(emulator.default_template_id());
        let created = persona.inquiries().create(new).await.expect("created");
        ids.push(created.inquiry.id());
    }

    // The emulator runs in this process: what it holds is taken by itself, of a store apart.
    let token = warm(&persona, &ids).await;
    let kept = kept_bytes(&token).await;
    println!(
        "kept in memory: {} bytes a token of {} characters",
        kept,
        token.len()
    );

    let requests = emulator.request_count();
    for (name, ids) in [("one inquiry", &ids[..1]), ("2,000 inquiries", &ids[..])] {
        let allocations = ALLOCATIONS.load(Ordering::Relaxed);
        let mut rounds: Vec<Duration> = Vec::new();
        for _ in 0..5 {
            let begun = Instant::now();
            for call in 0..CALLS / 5 {
                let id = &ids[call as usize % ids.len()];
                black_box(persona.sessions().open(id).await.expect("opened"));
            }
            rounds.push(begun.elapsed() / (CALLS / 5));
        }
        rounds.sort();
        let allocations = ALLOCATIONS.load(Ordering::Relaxed) - allocations;
        println!(
            "warm open, {name}: {:?} a call (median of 5 rounds, {:?} to {:?}), {} allocations",
            rounds[2],
            rounds[0],
            rounds[4],
            allocations / CALLS as usize
        );
    }
    println!(
        "requests in {} calls: {}",
        2 * CALLS,
        emulator.request_count() - requests
    );
    assert_eq!(emulator.request_count(), requests);

    for id in &ids {
        persona.sessions().forget(id).await.expect("an id");
    }
    let before = emulator.request_count();
    let begun = Instant::now();
    let storm = (0..10_000).map(|_| persona.sessions().open(&ids[0]).into_future());
    let opened = join_all(storm).await;
    println!(
        "storm: 10,000 at once served in {:?} by {} requests",
        begun.elapsed(),
        emulator.request_count() - before
    );
    assert!(opened.iter().all(Result::is_ok));
}

/// Opens all, and gives the last token.
async fn warm(persona: &Persona, ids: &[InquiryId]) -> String {
    let mut token = String::new();
    for id in ids {
        let access = persona.sessions().open(id).await.expect("opened");
        token = access.token().expect("a token").reveal().to_owned();
    }
    token
}

/// What one of many tokens takes in a store, its key and its part of the table included.
async fn kept_bytes(token: &str) -> usize {
    use withpersona::store::Store;

    const MANY: usize = 50_000;
    let store = MemoryStore::new();
    let minute = Duration::from_secs(60);
    let lease = store
        .acquire("bench", minute)
        .await
        .expect("memory")
        .expect("free");
    let record = format!("1 1800000000 1800000000 1\n{token}");
    let resident_before = resident();
    let before = HELD.load(Ordering::Relaxed);
    for number in 0..MANY {
        let key = format!("session/inq_{number:024}");
        let put = store
            .put_secret(&key, record.as_bytes(), minute, &lease)
            .await;
        assert!(put.expect("memory"));
    }
    if let (Some(before), Some(after)) = (resident_before, resident()) {
        println!(
            "resident memory: {} bytes a token",
            after.saturating_sub(before) / MANY
        );
    }
    (HELD.load(Ordering::Relaxed) - before) / MANY
}

/// Resident memory of this process in bytes, where the system tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kibibytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}
