use std::time::Duration;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn a_full_store_forgets_what_expires_first() {
    let store = MemoryStore::with_capacity(10);
    for number in 0..10 {
        let keep = MINUTE * (number + 1);
        store.put(&number.to_string(), b"x", keep).await.unwrap();
    }
    store.put("new", b"x", MINUTE).await.unwrap();
    assert_eq!(store.get("0").await.unwrap(), None);
    assert!(store.get("1").await.unwrap().is_some());
    assert!(store.get("new").await.unwrap().is_some());
    assert_eq!(store.len(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_slow_listener_hears_of_the_gap() {
    let store = MemoryStore::new();
    let mut listener = store.subscribe("t").await.unwrap();
    for _ in 0..2000 {
        store.publish("t", b"m").await.unwrap();
    }
    let mut heard = 0;
    for _ in 0..1024 {
        assert_eq!(listener.next().await, Some(Heard::Message(b"m".to_vec())));
        heard += 1;
    }
    assert_eq!(heard, 1024);
    store.publish("t", b"last").await.unwrap();
    assert_eq!(listener.next().await, Some(Heard::Gap));
    assert_eq!(
        listener.next().await,
        Some(Heard::Message(b"last".to_vec()))
    );
}
