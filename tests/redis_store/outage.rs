//! A Redis that is stopped, started anew, made slow or flushed: no wrong answer, and soon none
//! that is worse than before.

use std::collections::BTreeSet;
use std::future::IntoFuture;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use serde_json::Value;
use withpersona::emulator::Emulator;
use withpersona::{InquiryId, NewInquiry, Persona};

use crate::server::Server;
use crate::{client, emulator, rest_is_over, sealed};

struct Fleet {
    server: Server,
    emulator: Emulator,
    /// As two processes would be: each with a store of its own on the same Redis.
    one: Persona,
    other: Persona,
}

impl Fleet {
    async fn start() -> Self {
        let server = Server::start();
        let emulator = emulator(Emulator::builder()).await;
        let persona = || {
            client(
                emulator.base_url(),
                sealed(&server).build().expect("settings"),
            )
        };
        Self {
            one: persona(),
            other: persona(),
            server,
            emulator,
        }
    }

    async fn inquiry(&self) -> InquiryId {
        let new = NewInquiry::from_template(self.emulator.default_template_id());
        let created = self.one.inquiries().create(new).await;
        created.expect("created").inquiry.id()
    }

    fn resumes(&self) -> u64 {
        let counts = self.emulator.request_counts();
        counts.get("resume-an-inquiry").copied().unwrap_or_default()
    }

    /// A hundred callers at once, then ten one after another. Each token is one of the inquiry.
    async fn open(&self, what: &str, persona: &Persona, id: &InquiryId) -> String {
        let before = self.resumes();
        let begun = Instant::now();
        let opening = (0..100).map(|_| persona.sessions().open(id).into_future());
        let mut tokens = BTreeSet::new();
        for access in join_all(opening).await {
            let access = access.expect("opened");
            assert_eq!(access.inquiry(), Some(id));
            tokens.insert(access.token().expect("a token").reveal().to_owned());
        }
        let at_once = begun.elapsed();
        let mut slowest = Duration::ZERO;
        for _ in 0..10 {
            let begun = Instant::now();
            let access = persona.sessions().open(id).await.expect("opened");
            tokens.insert(access.token().expect("a token").reveal().to_owned());
            slowest = slowest.max(begun.elapsed());
        }
        println!(
            "{what}: {} resumes, 100 at once in {at_once:?}, then the slowest of 10 in {slowest:?}",
            self.resumes() - before
        );
        for token in &tokens {
            assert_eq!(inquiry_of(token), id.as_str());
        }
        assert_eq!(tokens.len(), 1);
        tokens.into_iter().next().expect("one")
    }

    /// Until the store answers again: a client leaves it alone for half a second.
    async fn until_it_is_back(&self) {
        for persona in [&self.one, &self.other] {
            while persona.store().get("probe").await.is_err() {
                rest_is_over().await;
            }
        }
    }
}

fn inquiry_of(token: &str) -> String {
    let claims = token.split('.').nth(1).expect("a JWT");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    claims["inquiry_id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn without_redis_each_process_resumes_once_by_itself() {
    let mut fleet = Fleet::start().await;
    let id = fleet.inquiry().await;
    fleet.server.kill();
    let one = fleet.open("stopped, one process", &fleet.one, &id).await;
    assert_eq!(fleet.resumes(), 1);
    let other = fleet.open("stopped, the other", &fleet.other, &id).await;
    assert_eq!(fleet.resumes(), 2);
    assert_eq!(one, other, "Persona gives an unused session again");

    fleet.server.start_again();
    fleet.until_it_is_back().await;
    fleet
        .open("started anew, one process", &fleet.one, &id)
        .await;
    assert_eq!(fleet.resumes(), 3);
    fleet
        .open("started anew, the other", &fleet.other, &id)
        .await;
    assert_eq!(fleet.resumes(), 3, "it has what the first one kept");
}

#[tokio::test]
async fn a_redis_that_is_stopped_while_it_is_used_is_done_without() {
    let mut fleet = Fleet::start().await;
    let id = fleet.inquiry().await;
    fleet.open("up", &fleet.one, &id).await;
    fleet.open("up, the other", &fleet.other, &id).await;
    assert_eq!(fleet.resumes(), 1);
    fleet.server.kill();
    fleet.open("stopped in use", &fleet.one, &id).await;
    assert_eq!(fleet.resumes(), 2);
}

#[tokio::test]
async fn a_redis_that_does_not_answer_holds_nobody_up() {
    let fleet = Fleet::start().await;
    let id = fleet.inquiry().await;
    fleet.open("up", &fleet.one, &id).await;
    fleet.server.freeze();
    fleet.open("frozen", &fleet.one, &id).await;
    let second = fleet.inquiry().await;
    fleet
        .open("frozen, another inquiry", &fleet.one, &second)
        .await;
    fleet.server.thaw();
    fleet.until_it_is_back().await;
    let before = fleet.resumes();
    fleet.open("thawed", &fleet.one, &id).await;
    assert_eq!(fleet.resumes(), before, "what was kept is there again");
}

#[tokio::test]
async fn a_redis_that_was_flushed_is_filled_again() {
    let fleet = Fleet::start().await;
    let id = fleet.inquiry().await;
    let before = fleet.open("up", &fleet.one, &id).await;
    fleet.server.flush();
    let after = fleet.open("flushed", &fleet.other, &id).await;
    assert_eq!(fleet.resumes(), 2);
    assert_eq!(before, after);
    fleet.open("flushed, one process", &fleet.one, &id).await;
    assert_eq!(fleet.resumes(), 2);
    let mut person = fleet.emulator.person();
    person.enter(id.as_str(), &after).expect("it lets them in");
}

#[tokio::test]
async fn what_one_process_ends_no_other_gives_out() {
    let fleet = Fleet::start().await;
    let id = fleet.inquiry().await;
    let before = fleet.open("up", &fleet.one, &id).await;
    assert_eq!(fleet.open("up, the other", &fleet.other, &id).await, before);
    fleet.one.sessions().expire_all(&id).await.expect("expired");
    let after = fleet
        .open("all expired by the first", &fleet.other, &id)
        .await;
    assert_ne!(before, after);
}
