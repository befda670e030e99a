//! What a wait does, on a paused clock: `look` plays the API.

use std::sync::Mutex;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::super::*;
use crate::call::clock::Time;
use crate::error::Delivery;

#[derive(Clone, Debug, PartialEq)]
struct Thing(&'static str);

impl Awaited for Thing {
    fn is_finished(&self) -> bool {
        self.0 == "done"
    }

    fn is_expired(&self) -> bool {
        self.0 == "expired"
    }

    fn is_gone(&self) -> bool {
        self.0 == "gone"
    }

    fn state(&self) -> String {
        self.0.to_owned()
    }
}

/// Plays the script, and then its last line for ever. Notes when it was looked at.
struct Script {
    lines: Vec<Result<&'static str, Error>>,
    looks: Arc<Mutex<Vec<Duration>>>,
}

impl Script {
    fn new(lines: Vec<Result<&'static str, Error>>) -> Self {
        Self {
            lines,
            looks: Arc::default(),
        }
    }

    fn wait(&self) -> WaitWithoutDeadline<Thing> {
        let lines = self.lines.clone();
        let looks = Arc::clone(&self.looks);
        let begin = Instant::now();
        waiting(&Time::default(), move || {
            let mut looks = looks.lock().expect("not poisoned");
            let line = lines[looks.len().min(lines.len() - 1)].clone();
            looks.push(begin.elapsed());
            async move { line.map(Thing) }
        })
    }

    fn looks(&self) -> Vec<Duration> {
        self.looks.lock().expect("not poisoned").clone()
    }
}

fn failure(kind: ErrorKind) -> Error {
    Error::new(kind, "").delivered(Delivery::Answered)
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn it_ends_when_the_condition_is_met() {
    let script = Script::new(vec![Ok("new"), Ok("begun"), Ok("done")]);
    let outcome = script.wait().deadline(MINUTE).await.expect("can be asked");
    assert_eq!(outcome.met(), Some(Thing("done")));
    assert_eq!(script.looks().len(), 3);

    let script = Script::new(vec![Ok("begun")]);
    let met = script
        .wait()
        .deadline(MINUTE)
        .condition(|thing| thing.0 == "begun")
        .await;
    assert_eq!(met.expect("can be asked").met(), Some(Thing("begun")));
}

#[tokio::test(start_paused = true)]
async fn expiry_and_redaction_are_answers() {
    let outcome = Script::new(vec![Ok("new"), Ok("expired")])
        .wait()
        .deadline(MINUTE)
        .await;
    assert!(
        matches!(outcome, Ok(Outcome::Expired(Thing("expired")))),
        "{outcome:?}"
    );
    let outcome = Script::new(vec![Ok("new"), Ok("gone")])
        .wait()
        .deadline(MINUTE)
        .await;
    assert!(matches!(outcome, Ok(Outcome::Gone)), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn the_last_look_is_at_the_deadline() {
    let script = Script::new(vec![Ok("new")]);
    let outcome = script.wait().deadline(MINUTE).await;
    assert!(
        matches!(
            outcome,
            Ok(Outcome::TimedOut {
                last: Some(Thing("new"))
            })
        ),
        "{outcome:?}"
    );
    assert_eq!(script.looks().last(), Some(&MINUTE));
}

#[tokio::test(start_paused = true)]
async fn no_deadline_at_all_is_one_look() {
    let script = Script::new(vec![Ok("new")]);
    let outcome = script.wait().deadline(Duration::ZERO).await;
    assert!(
        matches!(outcome, Ok(Outcome::TimedOut { last: Some(_) })),
        "{outcome:?}"
    );
    assert_eq!(script.looks(), [Duration::ZERO]);
}

#[tokio::test(start_paused = true)]
async fn looks_grow_rarer_and_begin_anew_with_a_change() {
    let mut lines = vec![Ok("new"); 12];
    lines.push(Ok("begun"));
    let script = Script::new(lines);
    let _ = script.wait().deadline(MINUTE * 10).await;
    let looks = script.looks();
    let gap = |at: usize| looks[at + 1] - looks[at];
    assert!(gap(0) <= Duration::from_secs(1));
    assert!(gap(11) >= Duration::from_secs(15), "{looks:?}");
    assert!(gap(12) <= Duration::from_secs(1), "{looks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_failed_look_is_a_delay() {
    let script = Script::new(vec![
        Err(failure(ErrorKind::Server)),
        Err(failure(ErrorKind::Connection)),
        Err(failure(ErrorKind::RateLimit).with_retry_after(Some(Duration::from_secs(40)))),
        Ok("done"),
    ]);
    let outcome = script.wait().deadline(MINUTE).await.expect("can be asked");
    assert_eq!(outcome.met(), Some(Thing("done")));
    let looks = script.looks();
    assert_eq!(
        looks[3] - looks[2],
        Duration::from_secs(40),
        "as long as Persona asks for"
    );
}

#[tokio::test(start_paused = true)]
async fn it_fails_only_when_asking_can_never_succeed() {
    for kind in [
        ErrorKind::InvalidInput,
        ErrorKind::Authentication,
        ErrorKind::Permission,
        ErrorKind::IpNotAllowed,
        ErrorKind::NotFound,
    ] {
        let script = Script::new(vec![Ok("new"), Err(failure(kind))]);
        let error = script.wait().deadline(MINUTE).await.expect_err("hopeless");
        assert_eq!(error.kind(), kind);
        assert_eq!(script.looks().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_seen_until_the_deadline_is_no_error() {
    let script = Script::new(vec![Err(failure(ErrorKind::Server))]);
    let outcome = script.wait().deadline(MINUTE).await;
    assert!(
        matches!(outcome, Ok(Outcome::TimedOut { last: None })),
        "{outcome:?}"
    );
}
