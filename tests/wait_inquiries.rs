//! Waiting for inquiries on the emulator, over sockets, on a time that the test moves.

mod canary;

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use futures_util::future::join_all;
use http::HeaderMap;
use serde_json::json;
use tokio::time::{Instant, sleep};
use withpersona::emulator::Emulator;
use withpersona::store::{MemoryStore, Store};
use withpersona::webhook::{Answer, Received, Receiver, SIGNATURE_HEADER, Verifier, sign};
use withpersona::{
    Change, Condition, ErrorKind, InquiryId, InquiryStatus, NewInquiry, Outcome, Persona,
    ResumePolicy, SimulateAction,
};

mod moved_time;

use moved_time::MovedTime;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a test stands on.
struct Stage {
    time: MovedTime,
    emulator: Emulator,
    /// The one who creates and finishes inquiries, with a rate window of its own.
    others: Persona,
}

impl Stage {
    async fn set() -> Self {
        let time = MovedTime::take_over();
        let emulator = Emulator::builder()
            .clock(time.of_emulator())
            .seed(1)
            .start()
            .await
            .expect("the emulator starts");
        let others = Persona::builder()
            .api_key("persona_sandbox_others")
            .base_url(emulator.base_url())
            .observer(time.line.clone())
            .build()
            .expect("the client is set up");
        time.line.watch(&others);
        Self {
            time,
            emulator,
            others,
        }
    }

    fn client(&self, store: &Arc<dyn Store>) -> Persona {
        let time_of_day = self.time.of_emulator();
        let persona = Persona::builder()
            .api_key(self.emulator.api_key())
            .base_url(self.emulator.base_url())
            .observer(self.time.line.clone())
            .store(store.clone())
            .wall_clock(move || time_of_day.now().into())
            .build()
            .expect("the client is set up");
        self.time.line.watch(&persona);
        persona
    }

    fn a_client(&self) -> Persona {
        self.client(&(Arc::new(MemoryStore::new()) as Arc<dyn Store>))
    }

    fn new_inquiry(&self) -> NewInquiry {
        NewInquiry::from_template(self.emulator.default_template_id())
    }

    async fn create(&self) -> InquiryId {
        let created = self.others.inquiries().create(self.new_inquiry()).await;
        created.expect("is created").inquiry.id()
    }
}

async fn finish(persona: &Persona, id: &InquiryId) {
    let actions = [SimulateAction::Start, SimulateAction::Complete];
    let done = persona.inquiries().simulate(id, actions).await;
    done.expect("is finished");
}

#[tokio::test]
async fn sixty_waits_take_fewer_requests_than_there_are_waits() {
    let stage = Stage::set().await;
    let persona = stage.a_client();
    let mut ids = Vec::new();
    for _ in 0..60 {
        ids.push(stage.create().await);
    }
    let before = stage.emulator.request_count();
    let mut waits = persona.inquiries().wait_many(&ids).deadline(HOUR);
    let others = stage.others.clone();
    let story = async {
        sleep(MINUTE).await;
        for id in &ids {
            finish(&others, id).await;
        }
        Instant::now()
    };
    let ending = async {
        let mut met = 0;
        while let Some((id, outcome)) = waits.next().await {
            let inquiry = outcome.expect("can be asked").met().expect("met");
            assert_eq!(
                (inquiry.id(), inquiry.status()),
                (id, InquiryStatus::Approved)
            );
            assert!(inquiry.created_at().is_some(), "all of it was read");
            met += 1;
        }
        (met, Instant::now())
    };
    let both = async { tokio::join!(ending, story) };
    let ((met, ended), changed) = stage.time.pass_until(both).await;
    assert_eq!(met, 60);
    assert!(ended - changed < MINUTE / 2, "{:?}", ended - changed);
    let requests = stage.emulator.request_count() - before - 60;
    assert!(
        requests < 40,
        "{requests} requests beside those of the people"
    );
}

#[tokio::test]
async fn a_wait_for_a_reference_begins_before_there_is_an_inquiry() {
    let stage = Stage::set().await;
    let persona = stage.a_client();
    let wait = persona
        .inquiries()
        .wait_for_reference("user-1")
        .deadline(HOUR);
    let story = async {
        sleep(MINUTE).await;
        let new = stage.new_inquiry().reference_id("user-1");
        let created = stage
            .others
            .inquiries()
            .create(new)
            .await
            .expect("is created");
        sleep(MINUTE).await;
        finish(&stage.others, &created.inquiry.id()).await;
        created.inquiry.id()
    };
    let both = async { tokio::join!(wait.into_future(), story) };
    let (outcome, id) = stage.time.pass_until(both).await;
    assert_eq!(outcome.expect("can be asked").met().expect("met").id(), id);
}

#[tokio::test]
async fn an_inquiry_that_expires_is_resumed_and_waited_for() {
    let stage = Stage::set().await;
    let persona = stage.a_client();
    let id = stage.create().await;
    let wait = persona
        .inquiries()
        .wait(&id)
        .deadline(3 * DAY)
        .resume_if_expired();
    let mut changes = wait.changes();
    let seeing = async {
        let mut seen = Vec::new();
        while let Some(change) = changes.next().await {
            match change.expect("can be asked") {
                Change::Seen(inquiry) => seen.push(inquiry.status()),
                Change::Ended(outcome) => {
                    seen.push(outcome.met().expect("met").status());
                }
                other => panic!("{other:?}"),
            }
        }
        seen
    };
    // Its day is over in a moment: the time is moved for the emulator alone.
    let story = async {
        sleep(MINUTE).await;
        stage.time.of_emulator().advance(DAY);
        sleep(MINUTE).await;
        finish_started(&stage.others, &id).await;
    };
    let both = async { tokio::join!(seeing, story) };
    let (seen, ()) = stage.time.pass_until(both).await;
    assert_eq!(
        seen,
        [
            InquiryStatus::Created,
            InquiryStatus::Pending,
            InquiryStatus::Approved
        ]
    );
}

/// One who waits, and a visit afterwards.
#[tokio::test]
async fn the_token_of_a_wait_that_resumed_is_kept_for_the_next_visit() {
    let stage = Stage::set().await;
    let persona = stage.a_client();
    let id = stage.create().await;
    let sessions = persona.sessions();
    let first = sessions.open(&id).await.expect("opens");
    let first = first.token().expect("a token").reveal().to_owned();
    let waits = [
        persona.inquiries().wait(&id).deadline(3 * DAY),
        persona.inquiries().wait(&id).deadline(3 * DAY),
    ];
    let [by_itself, by_policy] = waits;
    let by_policy = by_policy.resume_if_expired_by(persona.sessions(), ResumePolicy::resume());
    let by_itself = by_itself.resume_if_expired();
    let story = async {
        sleep(MINUTE).await;
        stage.time.of_emulator().advance(DAY);
        sleep(HOUR).await;
        let asked = stage.emulator.request_count();
        let visit = sessions.open(&id).await.expect("opens");
        assert_eq!(stage.emulator.request_count(), asked, "without a request");
        finish_started(&stage.others, &id).await;
        visit
    };
    let all = async { tokio::join!(by_itself.into_future(), by_policy.into_future(), story) };
    let (by_itself, by_policy, visit) = stage.time.pass_until(all).await;
    for outcome in [by_itself, by_policy] {
        assert_eq!(outcome.expect("can be asked").met().expect("met").id(), id);
    }
    let second = visit.token().expect("a token").reveal();
    assert_ne!(second, first, "the one before ended with the inquiry");
    let inquiry = persona.inquiries().retrieve(&id).await.expect("is read");
    let sessions = inquiry.raw().relationships.many("sessions").len();
    assert_eq!(sessions, 2, "it was resumed once for both");
}

#[tokio::test]
async fn a_wait_that_outlives_its_client_still_resumes() {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()
        .expect("the client is set up");
    let new = NewInquiry::from_template(emulator.default_template_id());
    let created = persona.inquiries().create(new).await.expect("is created");
    let id = created.inquiry.id();
    persona.inquiries().expire(&id).await.expect("expires");
    let wait = persona.inquiries().wait(&id).deadline(MINUTE);
    let wait = wait.until(Condition::status("pending")).resume_if_expired();
    drop(persona);
    let outcome = wait.await.expect("can be asked");
    assert_eq!(outcome.met().expect("met").id(), id);
    assert_eq!(emulator.request_counts()["resume-an-inquiry"], 1);
}

#[tokio::test]
async fn a_new_inquiry_in_place_of_an_expired_one_is_waited_for() {
    let stage = Stage::set().await;
    let persona = stage.a_client();
    let id = stage.create().await;
    let begin_anew = ResumePolicy::resume().renew_after(Duration::ZERO);
    let wait = persona.inquiries().wait(&id).deadline(3 * DAY);
    let wait = wait.resume_if_expired_by(persona.sessions(), begin_anew);
    let story = async {
        sleep(MINUTE).await;
        stage.time.of_emulator().advance(DAY);
        sleep(HOUR).await;
        let access = persona.sessions().open(&id).await.expect("opens");
        let new = access.inquiry().expect("an inquiry").clone();
        assert_ne!(new, id);
        finish(&stage.others, &new).await;
        new
    };
    let both = async { tokio::join!(wait.into_future(), story) };
    let (outcome, new) = stage.time.pass_until(both).await;
    assert_eq!(outcome.expect("can be asked").met().expect("met").id(), new);
}

#[tokio::test]
async fn a_policy_that_refuses_ends_a_wait_as_expired() {
    let stage = Stage::set().await;
    let persona = stage.a_client();
    let id = stage.create().await;
    let wait = persona.inquiries().wait(&id).deadline(3 * DAY);
    let wait = wait.resume_if_expired_by(persona.sessions(), ResumePolicy::refuse());
    let story = async {
        sleep(MINUTE).await;
        stage.time.of_emulator().advance(DAY);
    };
    let both = async { tokio::join!(wait.into_future(), story) };
    let (outcome, ()) = stage.time.pass_until(both).await;
    assert!(matches!(outcome, Ok(Outcome::Expired(_))), "{outcome:?}");
}

async fn finish_started(persona: &Persona, id: &InquiryId) {
    let done = persona
        .inquiries()
        .simulate(id, [SimulateAction::Complete])
        .await;
    done.expect("is finished");
}

#[tokio::test]
async fn an_unknown_inquiry_is_an_error_and_a_redacted_one_an_answer() {
    let stage = Stage::set().await;
    let persona = stage.a_client();
    let id = stage.create().await;
    stage
        .others
        .inquiries()
        .redact(&id)
        .await
        .expect("is redacted");
    let inquiries = persona.inquiries();
    let waits = [
        inquiries.wait("inq_unknown"),
        inquiries.wait("no/id"),
        inquiries.wait(&id),
    ];
    let waits = waits.map(|wait| wait.deadline(HOUR).into_future());
    let mut outcomes = stage.time.pass_until(join_all(waits)).await.into_iter();
    let mut next = || outcomes.next().expect("three");
    assert_eq!(next().expect_err("unknown").kind(), ErrorKind::NotFound);
    assert_eq!(next().expect_err("no id").kind(), ErrorKind::InvalidInput);
    let redacted = next();
    assert!(matches!(redacted, Ok(Outcome::Gone)), "{redacted:?}");
}

#[tokio::test]
async fn a_deploy_loses_no_wait() {
    let stage = Stage::set().await;
    let (first, second) = (stage.create().await, stage.create().await);
    let saved = {
        let persona = stage.a_client();
        let inquiries = persona.inquiries();
        let decided = inquiries
            .wait(&second)
            .deadline(HOUR)
            .until(Condition::decided());
        let mut waits = Box::pin(join_all([
            inquiries.wait(&first).deadline(HOUR).into_future(),
            decided.into_future(),
        ]));
        let begun = async {
            let _ = tokio::time::timeout(MINUTE, &mut waits).await;
        };
        stage.time.pass_until(begun).await;
        serde_json::to_string(&inquiries.watcher().snapshot()).expect("serializes")
    };
    finish(&stage.others, &first).await;
    finish(&stage.others, &second).await;
    let persona = stage.a_client();
    let saved = serde_json::from_str(&saved).expect("is read");
    let mut waits = persona.inquiries().watcher().restore(saved);
    let ending = async {
        let mut ended = Vec::new();
        while let Some((id, outcome)) = waits.next().await {
            assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
            ended.push(id);
        }
        ended.sort();
        ended
    };
    let mut all = vec![first, second];
    all.sort();
    assert_eq!(stage.time.pass_until(ending).await, all);
}

/// Two processes with one store: one of them reads events, and the other goes on when it is gone.
#[tokio::test]
async fn a_fleet_reads_events_once_and_survives_its_reader() {
    let stage = Stage::set().await;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (reader, other) = (stage.client(&store), stage.client(&store));
    let (here, there) = (stage.create().await, stage.create().await);

    let reading = tokio::spawn({
        let wait = reader.inquiries().wait(&here).deadline(10 * HOUR);
        wait.into_future()
    });
    stage.time.pass(MINUTE).await;
    let listening = tokio::spawn({
        let wait = other.inquiries().wait(&there).deadline(10 * HOUR);
        async move { (wait.await, Instant::now()) }
    });
    let before = stage.emulator.request_count();
    stage.time.pass(10 * MINUTE).await;
    let requests = stage.emulator.request_count() - before;
    // One reads events, at most every seven seconds by then; both cast their net.
    assert!(requests < 100, "{requests}");

    reading.abort();
    drop(reader);
    finish(&stage.others, &there).await;
    let changed = Instant::now();
    let (outcome, ended) = stage.time.pass_until(listening).await.expect("no panic");
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    assert!(ended - changed < MINUTE / 2, "{:?}", ended - changed);
}

#[tokio::test]
async fn a_webhook_in_one_process_wakes_a_wait_in_another() {
    let stage = Stage::set().await;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (receives, waits) = (stage.client(&store), stage.client(&store));
    let id = stage.create().await;
    waits.inquiries().watcher().relying_on_webhooks();
    let waiting = tokio::spawn({
        let wait = waits.inquiries().wait(&id).deadline(HOUR);
        async move { (wait.await, Instant::now()) }
    });
    stage.time.pass(5 * MINUTE).await;
    finish(&stage.others, &id).await;
    let told = Instant::now();
    receives.inquiries().changed(&id).await.expect("an id");
    let (outcome, ended) = stage.time.pass_until(waiting).await.expect("no panic");
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    assert!(ended - told < Duration::from_secs(2), "{:?}", ended - told);
}

#[tokio::test]
async fn a_receiver_wakes_waits_whatever_its_handler_does() {
    let stage = Stage::set().await;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (receives, waits) = (stage.client(&store), stage.client(&store));
    let id = stage.create().await;
    waits.inquiries().watcher().relying_on_webhooks();
    let waiting = tokio::spawn({
        let wait = waits.inquiries().wait(&id).deadline(HOUR);
        async move { (wait.await, Instant::now()) }
    });
    stage.time.pass(5 * MINUTE).await;
    finish(&stage.others, &id).await;

    let now = DateTime::from_timestamp(1_769_860_800, 0).expect("a time");
    let body = json!({ "data": { "type": "event", "id": "evt_1", "attributes": {
        "name": "inquiry.approved",
        "created-at": "2026-01-31T12:00:00.000Z",
        "payload": { "data": { "type": "inquiry", "id": id, "attributes": {} } },
    } } });
    let body = body.to_string();
    let mut headers = HeaderMap::new();
    let signature = sign(&"wbhsec_1".into(), body.as_bytes(), now);
    headers.insert(SIGNATURE_HEADER, signature.parse().expect("text"));
    let receiver = Receiver::builder(Verifier::new(["wbhsec_1"]).expect("a secret"))
        .clock(move || now)
        .wakes(&receives)
        .start(async |_: Received| Err("the database is away"));
    let told = Instant::now();
    let answer = receiver.receive(&headers, body.as_bytes()).await;
    assert_eq!(answer, Answer::Accepted);

    let (outcome, ended) = stage.time.pass_until(waiting).await.expect("no panic");
    assert!(matches!(outcome, Ok(Outcome::Met(_))), "{outcome:?}");
    assert!(ended - told < Duration::from_secs(2), "{:?}", ended - told);
    assert_eq!(receiver.pending(), 1, "the handler is still at it");
}
