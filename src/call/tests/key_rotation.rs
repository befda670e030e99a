//! A new key is used by all clones at once, and no call is dropped for it.

use super::server::{Fate, Script, get, path};
use crate::error::ErrorKind;
use crate::secret::ApiKey;

#[tokio::test(start_paused = true)]
async fn a_new_key_is_used_by_clones_and_by_further_attempts() {
    let server = Script::new([Fate::status(503)]);
    let path = path(server.clone());
    let clone = path.clone();
    let call = tokio::spawn(async move { clone.send(get()).await });
    // The first attempt is made, the second one waits for its delay.
    while server.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    path.set_key(&ApiKey::new("persona_sandbox_new")).unwrap();
    call.await.unwrap().unwrap();
    path.clone().send(get()).await.unwrap();
    let keys: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.header("authorization").unwrap().to_owned())
        .collect();
    let new = "Bearer persona_sandbox_new";
    assert_eq!(keys, ["Bearer persona_sandbox_5e1f", new, new]);
}

#[tokio::test(start_paused = true)]
async fn a_401_is_not_retried() {
    let server = Script::new(vec![Fate::status(401); 4]);
    let error = path(server.clone()).send(get()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(server.seen().len(), 1);
}
