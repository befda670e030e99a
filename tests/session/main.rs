//! Ways back into inquiries: which requests each state makes, one of them however many ask, and
//! the stories behind it.

#[path = "../canary/mod.rs"]
mod canary;
mod expiry;
mod get_or_create;
mod limit;
mod moved;
mod resource;
mod stories;
mod storm;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use withpersona::emulator::{Clock, Emulator, EmulatorBuilder};
use withpersona::store::{MemoryStore, Store};
use withpersona::{Inquiry, InquiryId, NewInquiry, Persona};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A template whose inquiries stay where they are put.
const STILL: &str = r#"
    [[template]]
    id = "itmpl_Still"
    name = "No workflow"
    workflow = { completed = "none", failed = "none" }
    fields = { name-first = "string" }
    [[template.verification]]
    kind = "selfie"
"#;

/// An emulator and a client that go by one clock, which stands still unless it is moved.
struct World {
    emulator: Emulator,
    persona: Persona,
    store: Arc<MemoryStore>,
}

impl World {
    async fn new() -> Self {
        Self::of(Emulator::builder()).await
    }

    async fn still() -> Self {
        Self::of(
            Emulator::builder()
                .template_toml(STILL)
                .expect("a template"),
        )
        .await
    }

    async fn of(builder: EmulatorBuilder) -> Self {
        let noon = "2026-01-31T12:00:00Z".parse().expect("a time");
        let emulator = builder
            .clock(Clock::manual(noon))
            .rate_limit(1_000_000)
            .start()
            .await
            .expect("starts");
        let store = Arc::new(MemoryStore::new());
        let persona = client(&emulator, emulator.base_url(), store.clone());
        Self {
            emulator,
            persona,
            store,
        }
    }

    fn template(&self) -> NewInquiry {
        NewInquiry::from_template(self.emulator.default_template_id())
    }

    async fn inquiry(&self) -> Inquiry {
        let new = self.template().reference_id("user-1");
        let created = self.persona.inquiries().create(new).await;
        created.expect("created").inquiry
    }

    fn pass(&self, time: Duration) {
        self.emulator.clock().advance(time);
    }

    /// What is asked of the emulator meanwhile, by operation.
    fn watch(&self) -> Watch<'_> {
        Watch {
            emulator: &self.emulator,
            before: self.emulator.request_counts(),
        }
    }

    /// Puts these bytes where the token of an inquiry is kept.
    async fn plant(&self, id: &InquiryId, bytes: &[u8]) {
        let lease = self.store.acquire("planting", MINUTE).await;
        let lease = lease.expect("memory").expect("free");
        let key = format!("session/{id}");
        let planted = self.store.put_secret(&key, bytes, DAY, &lease).await;
        assert!(planted.expect("memory"));
        self.store.release(&lease).await.expect("memory");
    }

    /// The emulator's clock, in seconds.
    fn now(&self) -> i64 {
        self.emulator.clock().now().timestamp()
    }
}

fn client(emulator: &Emulator, base_url: &str, store: Arc<dyn Store>) -> Persona {
    let clock = emulator.clock().clone();
    Persona::builder()
        .api_key(emulator.api_key())
        .base_url(base_url)
        .store(store)
        .wall_clock(move || clock.now().into())
        .backoff_policy(withpersona::retry::NoBackoff)
        .build()
        .expect("builds")
}

struct Watch<'w> {
    emulator: &'w Emulator,
    before: BTreeMap<&'static str, u64>,
}

impl Watch<'_> {
    /// The operations that were asked for, each with how often.
    fn seen(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = self.emulator.request_counts();
        for (operation, before) in &self.before {
            *counts.get_mut(operation).expect("counts grow") -= before;
        }
        counts.retain(|_, count| *count > 0);
        counts
    }
}

/// Expected counts of operations.
fn asked<const N: usize>(counts: [(&'static str, u64); N]) -> BTreeMap<&'static str, u64> {
    BTreeMap::from(counts)
}

const READ: &str = "retrieve-an-inquiry";
const RESUME: &str = "resume-an-inquiry";
const CREATE: &str = "create-an-inquiry";
const LIST: &str = "list-all-inquiries";
const EXPIRE_ALL: &str = "expire-inquiry-sessions";
