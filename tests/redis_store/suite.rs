//! What every store has to do, over memory and over Redis in each of its ways to keep secrets.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{advance, timeout};
use withpersona::store::{Heard, MemoryStore, RedisStore, Replaced, Store};

use crate::sealed;
use crate::server::Server;

const MINUTE: Duration = Duration::from_secs(60);
const MOMENT: Duration = Duration::from_millis(40);

type Shared = Arc<dyn Store>;

#[tokio::test(start_paused = true)]
async fn memory() {
    let store: Shared = Arc::new(MemoryStore::new());
    all(store.clone(), store, async || advance(2 * MOMENT).await).await;
}

#[tokio::test]
async fn redis_sealed() {
    let server = Server::start();
    let store = || sealed(&server).build().expect("settings");
    let passes = async || server.pass(2 * MOMENT);
    all(Arc::new(store()), Arc::new(store()), passes).await;
}

#[tokio::test]
async fn redis_that_holds_no_secrets() {
    let server = Server::start();
    let store: Shared = Arc::new(RedisStore::builder(server.url()).build().expect("settings"));
    // Each process has its own secrets: the suite's two are one here.
    all(store.clone(), store, async || server.pass(2 * MOMENT)).await;
}

#[tokio::test]
async fn redis_unsealed() {
    let server = Server::start();
    let store = || {
        let builder = RedisStore::builder(server.url()).insecure_unsealed_tokens();
        builder.build().expect("settings")
    };
    let passes = async || server.pass(2 * MOMENT);
    all(Arc::new(store()), Arc::new(store()), passes).await;
}

/// Two that share what they know, as two processes do. What is kept for a moment is over when
/// `moment_passes` is.
async fn all(one: Shared, other: Shared, moment_passes: impl AsyncFn()) {
    values(&*one, &*other, &moment_passes).await;
    counters(&*one, &*other, &moment_passes).await;
    only_one_is_first(&one, &other, &moment_passes).await;
    what_was_seen_is_replaced(&*one, &*other, &moment_passes).await;
    nothing_is_replaced_twice(&one, &other).await;
    leases(&*one, &*other).await;
    leases_end(&*one, &*other, &moment_passes).await;
    secrets(&*one, &*other).await;
    topics(&*one, &*other).await;
}

async fn values(one: &dyn Store, other: &dyn Store, moment_passes: &impl AsyncFn()) {
    assert_eq!(one.get("value").await.unwrap(), None);
    let bytes: Vec<u8> = (0..=255).collect();
    one.put("value", &bytes, MINUTE).await.unwrap();
    assert_eq!(other.get("value").await.unwrap(), Some(bytes));
    other.put("value", b"second", MINUTE).await.unwrap();
    assert_eq!(one.get("value").await.unwrap(), Some(b"second".to_vec()));
    one.remove("value").await.unwrap();
    assert_eq!(other.get("value").await.unwrap(), None);
    one.remove("value").await.unwrap();

    one.put("short", b"", MOMENT).await.unwrap();
    one.put("no time", b"x", Duration::ZERO).await.unwrap();
    moment_passes().await;
    assert_eq!(other.get("short").await.unwrap(), None);
    assert_eq!(other.get("no time").await.unwrap(), None);
    one.put("for ever", b"x", Duration::MAX / 4).await.unwrap();
    assert!(other.get("for ever").await.unwrap().is_some());
}

async fn counters(one: &dyn Store, other: &dyn Store, moment_passes: &impl AsyncFn()) {
    assert_eq!(one.add("count", 2, MINUTE).await.unwrap(), 2);
    assert_eq!(other.add("count", 3, MINUTE).await.unwrap(), 5);
    assert_eq!(one.add("count", 0, MINUTE).await.unwrap(), 5);
    one.add("short count", 9, MOMENT).await.unwrap();
    moment_passes().await;
    assert_eq!(other.add("short count", 1, MOMENT).await.unwrap(), 1);
}

async fn only_one_is_first(one: &Shared, other: &Shared, moment_passes: &impl AsyncFn()) {
    let firsts = join_all((0..100).map(|number| {
        let store = if number % 2 == 0 { one } else { other };
        store.put_new("seen", b"1", MINUTE)
    }));
    let firsts = firsts
        .await
        .into_iter()
        .filter(|first| *first.as_ref().unwrap());
    assert_eq!(firsts.count(), 1);
    assert!(
        one.put_new("seen for a moment", b"1", MOMENT)
            .await
            .unwrap()
    );
    moment_passes().await;
    assert!(
        other
            .put_new("seen for a moment", b"1", MOMENT)
            .await
            .unwrap()
    );
}

async fn what_was_seen_is_replaced(
    one: &dyn Store,
    other: &dyn Store,
    moment_passes: &impl AsyncFn(),
) {
    let there = |value: &[u8]| Ok(Replaced::Differs(Some(value.to_vec())));
    let nothing = Ok(Replaced::Differs(None));
    let all: Vec<u8> = (0..=255).collect();
    let replaced = one.replace("replaced", Some(b"x"), b"y", MINUTE).await;
    assert_eq!(replaced, nothing, "nothing is there");
    let replaced = one.replace("replaced", None, &all, MINUTE).await;
    assert_eq!(replaced, Ok(Replaced::Done));
    assert_eq!(other.get("replaced").await.unwrap(), Some(all.clone()));
    let replaced = other.replace("replaced", None, b"y", MINUTE).await;
    assert_eq!(replaced, there(&all));
    let replaced = other.replace("replaced", Some(b""), b"y", MINUTE).await;
    assert_eq!(replaced, there(&all));
    let replaced = other.replace("replaced", Some(&all), b"", MINUTE).await;
    assert_eq!(replaced, Ok(Replaced::Done));
    let replaced = one.replace("replaced", None, b"y", MINUTE).await;
    assert_eq!(replaced, there(b""), "empty is not nothing");
    let replaced = one.replace("replaced", Some(b""), b"z", MOMENT).await;
    assert_eq!(replaced, Ok(Replaced::Done));
    moment_passes().await;
    let replaced = other.replace("replaced", Some(b"no"), b"y", MINUTE).await;
    assert_eq!(replaced, nothing, "it was kept for a moment");
}

/// Fifty at a time add one each, and try again until they could.
async fn nothing_is_replaced_twice(one: &Shared, other: &Shared) {
    let add_one = async |store: &Shared| {
        let mut seen = None;
        loop {
            let before: u32 = seen
                .as_deref()
                .map_or(0, |text| String::from_utf8_lossy(text).parse().unwrap());
            let sum = (before + 1).to_string();
            let replaced = store.replace("sum", seen.as_deref(), sum.as_bytes(), MINUTE);
            match replaced.await.unwrap() {
                Replaced::Done => return,
                Replaced::Differs(there) => seen = there,
                other => panic!("{other:?}"),
            }
        }
    };
    join_all((0..50).map(|number| add_one(if number % 2 == 0 { one } else { other }))).await;
    assert_eq!(one.get("sum").await.unwrap(), Some(b"50".to_vec()));
}

async fn leases(one: &dyn Store, other: &dyn Store) {
    let first = one.acquire("lease", MINUTE).await.unwrap().expect("free");
    assert_eq!(other.acquire("lease", MINUTE).await.unwrap(), None);
    assert_eq!(one.acquire("lease", MINUTE).await.unwrap(), None);
    assert!(one.renew(&first, MINUTE).await.unwrap());
    one.release(&first).await.unwrap();
    assert!(!one.renew(&first, MINUTE).await.unwrap());
    let second = other.acquire("lease", MINUTE).await.unwrap().expect("free");
    assert!(second.fence > first.fence);
    one.release(&first).await.unwrap();
    assert_eq!(
        one.acquire("lease", MINUTE).await.unwrap(),
        None,
        "not theirs"
    );
    other.release(&second).await.unwrap();

    let many = join_all((0..50).map(|_| one.acquire("wanted", MINUTE)));
    let held: Vec<_> = many.await.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(held.len(), 1);
}

async fn leases_end(one: &dyn Store, other: &dyn Store, moment_passes: &impl AsyncFn()) {
    let dead = one.acquire("mortal", MOMENT).await.unwrap().expect("free");
    moment_passes().await;
    let next = other.acquire("mortal", MINUTE).await.unwrap();
    let next = next.expect("it ended");
    assert!(next.fence > dead.fence);
    assert!(!one.renew(&dead, MINUTE).await.unwrap());
    // A late writer is refused, and what the one after wrote stays.
    assert!(
        other
            .put_secret("fenced", b"new", MINUTE, &next)
            .await
            .unwrap()
    );
    assert!(
        !one.put_secret("fenced", b"late", MINUTE, &dead)
            .await
            .unwrap()
    );
    assert_eq!(other.secret("fenced").await.unwrap(), Some(b"new".to_vec()));
}

async fn secrets(one: &dyn Store, other: &dyn Store) {
    let lease = one.acquire("secret", MINUTE).await.unwrap().expect("free");
    assert_eq!(other.secret("token").await.unwrap(), None);
    assert!(
        one.put_secret("token", b"first", MINUTE, &lease)
            .await
            .unwrap()
    );
    assert_eq!(
        other.secret("token").await.unwrap(),
        Some(b"first".to_vec())
    );
    assert!(
        one.put_secret("token", b"second", MINUTE, &lease)
            .await
            .unwrap()
    );
    assert_eq!(
        other.secret("token").await.unwrap(),
        Some(b"second".to_vec())
    );
    other.remove("token").await.unwrap();
    assert_eq!(one.secret("token").await.unwrap(), None);
    one.release(&lease).await.unwrap();
    assert!(
        !one.put_secret("token", b"late", MINUTE, &lease)
            .await
            .unwrap()
    );
    assert_eq!(one.secret("token").await.unwrap(), None);
}

async fn topics(one: &dyn Store, other: &dyn Store) {
    let mut mine = one.subscribe("topic").await.unwrap();
    let mut theirs = other.subscribe("topic").await.unwrap();
    let mut elsewhere = other.subscribe("another topic").await.unwrap();
    one.publish("topic", b"\x00hello\xff").await.unwrap();
    other.publish("topic", b"again").await.unwrap();
    for listener in [&mut mine, &mut theirs] {
        for expected in [&b"\x00hello\xff"[..], b"again"] {
            let heard = timeout(MINUTE, listener.next()).await.expect("in time");
            assert_eq!(heard, Some(Heard::Message(expected.to_vec())));
        }
    }
    one.publish("another topic", b"last").await.unwrap();
    assert_eq!(
        elsewhere.next().await,
        Some(Heard::Message(b"last".to_vec()))
    );
    drop(mine);
    one.publish("topic", b"after").await.unwrap();
    assert_eq!(theirs.next().await, Some(Heard::Message(b"after".to_vec())));
}
