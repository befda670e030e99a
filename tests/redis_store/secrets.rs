//! What stands in Redis, and what it is worth to who reads it or writes into it.

use std::time::Duration;

use withpersona::emulator::Emulator;
use withpersona::store::{Heard, RedisStore, SealKey, Store};
use withpersona::{NewInquiry, Persona};

use crate::server::Server;
use crate::{client, emulator, rest_is_over, sealed};

const MINUTE: Duration = Duration::from_secs(60);
const TOKEN: &[u8] = b"canary-token";

async fn put(store: &RedisStore, key: &str) {
    let lease = store.acquire("lease", MINUTE).await.unwrap().expect("free");
    assert!(store.put_secret(key, TOKEN, MINUTE, &lease).await.unwrap());
    store.release(&lease).await.unwrap();
}

/// Everything that Redis holds under any key.
pub(crate) fn contents(server: &Server) -> String {
    let keys = server.ask("KEYS *\r\n").expect("answers");
    let keys = keys
        .split("\r\n")
        .filter(|line| line.starts_with("withpersona:"));
    let mut contents = String::new();
    for key in keys {
        contents += key;
        contents += &server.ask(&format!("GET {key}\r\n")).expect("answers");
    }
    contents
}

#[tokio::test]
async fn redis_holds_a_token_only_sealed_or_where_asked_by_name() {
    let server = Server::start();
    let unsealed = RedisStore::builder(server.url()).insecure_unsealed_tokens();
    for (builder, is_there) in [
        (sealed(&server), false),
        (RedisStore::builder(server.url()), false),
        (unsealed, true),
    ] {
        server.flush();
        let store = builder.build().expect("settings");
        put(&store, "session/inq_1").await;
        assert_eq!(
            store.secret("session/inq_1").await.unwrap(),
            Some(TOKEN.to_vec())
        );
        let contents = contents(&server);
        assert!(contents.contains("session/inq_1"), "{contents}");
        assert_eq!(contents.contains("canary"), is_there, "{contents}");
    }
}

#[tokio::test]
async fn what_was_moved_planted_or_sealed_by_others_is_not_believed() {
    let server = Server::start();
    let store = sealed(&server).build().expect("settings");
    put(&store, "session/inq_1").await;
    let moved = "COPY withpersona:session/inq_1 withpersona:session/inq_2\r\n";
    assert_eq!(server.ask(moved).as_deref(), Some(":1\r\n"));
    assert_eq!(store.secret("session/inq_2").await.unwrap(), None);
    server.ask("SET withpersona:session/inq_3 planted\r\n");
    assert_eq!(store.secret("session/inq_3").await.unwrap(), None);
    let other = RedisStore::builder(server.url()).seal_with(SealKey::new([8; 32]));
    let other = other.build().expect("settings");
    assert_eq!(other.secret("session/inq_1").await.unwrap(), None);
    let rotated = RedisStore::builder(server.url())
        .seal_with(SealKey::new([8; 32]))
        .also_open_with(SealKey::new(crate::KEY));
    let rotated = rotated.build().expect("settings");
    assert_eq!(
        rotated.secret("session/inq_1").await.unwrap(),
        Some(TOKEN.to_vec())
    );
}

/// Two processes without a key: each has tokens of its own, and none that another has ended.
#[tokio::test]
async fn without_a_key_a_token_that_another_process_ended_is_not_given_out() {
    let server = Server::start();
    let store = || RedisStore::builder(server.url()).build().expect("settings");
    let (one, other) = (store(), store());
    put(&one, "session/inq_1").await;
    assert_eq!(other.secret("session/inq_1").await.unwrap(), None);
    put(&other, "session/inq_1").await;
    assert!(
        one.secret("session/inq_1").await.unwrap().is_some(),
        "both have one"
    );
    assert!(other.secret("session/inq_1").await.unwrap().is_some());
    other.remove("session/inq_1").await.unwrap();
    assert_eq!(one.secret("session/inq_1").await.unwrap(), None);
    put(&other, "session/inq_1").await;
    assert_eq!(
        one.secret("session/inq_1").await.unwrap(),
        None,
        "of before the end"
    );
}

#[tokio::test]
async fn nothing_of_a_person_is_in_redis() {
    let server = Server::start();
    let emulator = emulator(Emulator::builder()).await;
    let persona: Persona = client(
        emulator.base_url(),
        sealed(&server).build().expect("settings"),
    );
    let new = NewInquiry::from_template(emulator.default_template_id())
        .field("name-first", "Canary")
        .with_session();
    let one = persona.sessions().get_or_create("canary-4711", new).await;
    let id = one.expect("created").inquiry().id();
    let access = persona.sessions().open(&id).await.expect("opened");
    let token = access.token().expect("a token").reveal().to_owned();
    let contents = contents(&server);
    assert!(contents.contains(id.as_str()), "{contents}");
    for secret in [
        "anary",
        "4711",
        &token,
        token.split('.').nth(1).expect("a JWT"),
    ] {
        assert!(!contents.contains(secret), "{contents}");
    }
    let printed = format!("{:?}", persona.store());
    assert!(!printed.contains("127.0.0.1"), "{printed}");
}

#[tokio::test]
async fn fences_go_up_over_a_flush() {
    let server = Server::start();
    let store = sealed(&server).build().expect("settings");
    let before = store.acquire("lease", MINUTE).await.unwrap().expect("free");
    server.flush();
    let after = store
        .acquire("lease", MINUTE)
        .await
        .unwrap()
        .expect("flushed");
    assert!(after.fence > before.fence);
    assert!(
        !store
            .put_secret("token", TOKEN, MINUTE, &before)
            .await
            .unwrap()
    );
    assert!(!store.renew(&before, MINUTE).await.unwrap());
}

#[tokio::test]
async fn a_listener_hears_of_the_gap_after_a_restart() {
    let mut server = Server::start();
    let store = sealed(&server).build().expect("settings");
    let mut listener = store.subscribe("topic").await.unwrap();
    store.publish("topic", b"before").await.unwrap();
    assert_eq!(
        listener.next().await,
        Some(Heard::Message(b"before".to_vec()))
    );
    server.kill();
    server.start_again();
    assert_eq!(listener.next().await, Some(Heard::Gap));
    while store.publish("topic", b"after").await.is_err() {
        rest_is_over().await;
    }
    assert_eq!(
        listener.next().await,
        Some(Heard::Message(b"after".to_vec()))
    );
}

#[test]
fn settings_that_cannot_be_are_told_without_the_address() {
    let no_time = RedisStore::builder("redis://localhost").response_timeout(Duration::ZERO);
    let both = RedisStore::builder("redis://localhost")
        .seal_with(SealKey::new([1; 32]))
        .insecure_unsealed_tokens();
    let nowhere = RedisStore::builder("http://user:canary@localhost");
    for builder in [no_time, both, nowhere] {
        assert!(!format!("{builder:?}").contains("canary"));
        let error = builder.build().unwrap_err();
        assert!(error.is_configuration(), "{error}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}
