//! What a fleet shares through a real Redis: the store itself, single resumes over processes,
//! waits, webhooks, the rate window, and what happens when Redis or a process dies.

#[path = "../canary/mod.rs"]
mod canary;
mod fleet;
#[path = "../interposed_store/mod.rs"]
mod interposed_store;
mod outage;
#[path = "../faults/proxy.rs"]
#[allow(dead_code)]
mod proxy;
mod rate_window;
mod receivers;
mod secrets;
mod server;
mod suite;
#[path = "../takeover/mod.rs"]
mod takeover;
mod waits;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use tokio::time;
use withpersona::emulator::{Emulator, EmulatorBuilder};
use withpersona::store::{RedisStore, RedisStoreBuilder, SealKey};
use withpersona::{Persona, PersonaBuilder};

use self::server::Server;

const KEY: [u8; 32] = [7; 32];

fn sealed(server: &Server) -> RedisStoreBuilder {
    RedisStore::builder(server.url()).seal_with(SealKey::new(KEY))
}

fn client(base_url: &str, store: RedisStore) -> Persona {
    client_builder(base_url, store).build().expect("builds")
}

fn client_builder(base_url: &str, store: RedisStore) -> PersonaBuilder {
    Persona::builder()
        .api_key("persona_sandbox_fleet")
        .base_url(base_url)
        .store(Arc::new(store))
        .backoff_policy(withpersona::retry::NoBackoff)
        .attempt_timeout(Duration::from_secs(20))
}

/// A client leaves a Redis that failed alone for half a second: that is over at once.
async fn rest_is_over() {
    time::pause();
    time::advance(Duration::from_millis(500)).await;
    time::resume();
}

async fn emulator(builder: EmulatorBuilder) -> Emulator {
    builder.rate_limit(1_000_000).start().await.expect("starts")
}
