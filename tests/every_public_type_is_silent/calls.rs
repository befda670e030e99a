//! What calls give, in answers and in errors, and what is told of them on the way.

use std::mem;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue};
use httpmock::MockServer;
use serde_json::json;
use withpersona::emulator::{ACCOUNT_ACTION_ID, Emulator};
use withpersona::observe::{AttemptReport, CallInfo, CallReport, Observer};
use withpersona::retry::{FailedAttempt, NoBackoff, RetryPolicy};
use withpersona::webhook::{NewWebhook, Received, Receiver, SIGNATURE_HEADER, Verifier, sign};
use withpersona::{
    Change, Confirmed, NewAccount, NewApiKey, NewInquiry, OneInquiry, Outcome, Persona, Redirect,
    SimulateAction, StoredFile,
};

use crate::{BIRTHDATE, CANARY, KEY, Printed, on_emulator, resource};

const NO_TIME: Duration = Duration::ZERO;

pub async fn print(printed: &mut Printed) {
    let (emulator, persona) = on_emulator::start().await;
    printed.learn(emulator.api_key());
    answers(printed, &emulator, &persona).await;
    ways_in(printed, &emulator, &persona).await;
    others(printed, &persona).await;
    errors(printed).await;
    streams(printed).await;
    webhooks(printed).await;
}

fn new(emulator: &Emulator) -> NewInquiry {
    NewInquiry::from_template(emulator.default_template_id())
        .note(CANARY)
        .field("name-first", CANARY)
        .field("birthdate", BIRTHDATE)
}

async fn answers(printed: &mut Printed, emulator: &Emulator, persona: &Persona) {
    let inquiries = persona.inquiries();
    let new = new(emulator).reference_id(CANARY);
    let new = new.with_session().with_one_time_link();
    let created = inquiries.create(new).await.expect("created");
    let token = created.session_token.as_ref().expect("asked for");
    let link = created.link.as_ref().expect("asked for");
    printed.learn(token.reveal());
    printed.learn(link.reveal().split("code=").nth(1).expect("a code"));
    printed.debug(&created);
    printed.debug(token);
    printed.debug(link);

    let id = created.inquiry.id();
    let raw = persona.raw();
    let answer = raw.retrieve_an_inquiry(id.as_str(), None, None).await;
    printed.debug(&answer.expect("read"));
    let mut pages = inquiries.list().reference_id(CANARY).page_size(1).pages();
    let page = pages.next().await.expect("a page").expect("read");
    assert_eq!(page.items[0].reference_id(), Some(CANARY));
    printed.debug(&page);
    let mut changes = inquiries.wait(&id).deadline(NO_TIME).changes();
    while let Some(change) = changes.next().await {
        let change = change.expect("seen");
        printed.debug(&change);
        if let Change::Ended(outcome) = &change {
            assert!(matches!(outcome, Outcome::TimedOut { last: Some(_) }));
            printed.debug(outcome);
        }
    }

    let visit = format!("https://example.com/?inquiry-id={id}&reference-id={CANARY}");
    let visit = Redirect::parse(&visit).expect("a visit");
    let confirmed = visit.confirm_for(persona, CANARY).await.expect("read");
    assert!(matches!(confirmed, Confirmed::Theirs(_)));
    printed.debug(&confirmed);
    let resumed = inquiries.resume(&id).await.expect("resumed");
    printed.learn(resumed.session_token.reveal());
    printed.debug(&resumed);

    let template = "vtmpl_EmulatedGovernmentId".parse().expect("an id");
    let actions = [
        SimulateAction::Start,
        SimulateAction::PassVerification(template),
    ];
    inquiries.simulate(&id, actions).await.expect("played");
    let verifications = inquiries.verifications(&id).await.expect("read");
    assert!(!verifications.is_empty());
    for verification in verifications {
        printed.debug(&verification);
        assert!(!verification.checks().is_empty());
        verification
            .checks()
            .iter()
            .for_each(|it| printed.debug(it));
    }
    printed.debug(&inquiries.print(&id).await.expect("printed"));
    // A field of no template: Persona's answer can repeat what was sent.
    let new = self::new(emulator).field("no-such-field", CANARY);
    let error = inquiries.create(new).await.expect_err("refused");
    assert!(error.to_string().contains("create-an-inquiry"), "{error}");
    printed.shown(&error);
}

async fn ways_in(printed: &mut Printed, emulator: &Emulator, persona: &Persona) {
    let sessions = persona.sessions();
    let reference_id = "canary-reference";
    let one = sessions.get_or_create(reference_id, new(emulator)).await;
    let one = one.expect("created");
    assert!(matches!(one, OneInquiry::Created(_)));
    printed.debug(&one);
    let id = one.inquiry().id();
    let access = sessions.open(&id).await.expect("opened");
    printed.learn(access.token().expect("a token").reveal());
    printed.debug(&access);
    let again = sessions.get_or_create(reference_id, new(emulator)).await;
    printed.debug(&again.expect("found"));
}

async fn others(printed: &mut Printed, persona: &Persona) {
    let account = NewAccount::new().reference_id(CANARY).name_first(CANARY);
    let upserted = persona.accounts().upsert(account, "reference_id").await;
    let upserted = upserted.expect("upserted");
    printed.debug(&upserted);
    let parameters = json!({ "reason": CANARY });
    let accounts = persona.accounts();
    let run = accounts.run_action(upserted.account.id(), ACCOUNT_ACTION_ID, parameters);
    printed.debug(&run.await.expect("run"));

    let key = NewApiKey::named(CANARY).note(CANARY);
    let made = persona.api_keys().create(key).await.expect("made");
    printed.learn(made.value.reveal());
    printed.debug(&made);
    let webhook = NewWebhook::new(CANARY, "http://127.0.0.1:1/canary").every_event();
    let webhook = persona.webhooks().create(webhook).await.expect("made");
    printed.learn(webhook.secrets()[0].reveal());
    printed.debug(&webhook);
    printed.debug(&webhook.webhook);
    printed.debug(&persona.rate_limits().state().expect("told by answers"));
}

/// Is told of each attempt and each call, and prints what it is told.
#[derive(Clone)]
struct Told(Arc<Mutex<Printed>>);

impl Observer for Told {
    fn call_started(&self, call: &CallInfo) {
        self.0.lock().expect("no panic").debug(call);
    }

    fn attempt_finished(&self, _: &CallInfo, attempt: &AttemptReport<'_>) {
        assert!(attempt.error.is_some());
        self.0.lock().expect("no panic").debug(attempt);
    }

    fn call_finished(&self, _: &CallInfo, report: &CallReport<'_>) {
        assert!(report.error.is_some());
        self.0.lock().expect("no panic").debug(report);
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

impl RetryPolicy for Told {
    fn should_retry(&self, failed: &FailedAttempt<'_>) -> bool {
        self.0.lock().expect("no panic").debug(failed);
        failed.number() < 2
    }
}

/// A refusal that repeats what was sent.
async fn errors(printed: &mut Printed) {
    let server = MockServer::start_async().await;
    let refusal = json!({ "errors": [{
        "title": "Bad Request",
        "details": "canary is no date",
        "meta": { "sent": CANARY },
        "source": { "pointer": "/data/attributes/birthdate" },
    }] });
    let mock = server.mock_async(move |_, then| {
        then.status(500).json_body(refusal);
    });
    mock.await;
    let told = Told(Arc::new(Mutex::new(mem::replace(
        printed,
        Printed::nothing(),
    ))));
    let persona = Persona::builder()
        .api_key(KEY)
        .base_url(server.url("/canary"))
        .observer(told.clone())
        .retry_policy(told.clone())
        .backoff_policy(NoBackoff)
        .build()
        .expect("builds");
    let new = NewAccount::new().reference_id(CANARY);
    let error = persona.accounts().create(new).await.expect_err("refused");
    *printed = mem::replace(&mut told.0.lock().expect("no panic"), Printed::nothing());
    assert_eq!(error.attempts(), 2);
    let problem = &error.problems()[0];
    assert_eq!(problem.reveal_details(), Some("canary is no date"));
    printed.shown(&error);
    printed.debug(problem);
    printed.debug(&error.write_outcome().expect("a write"));
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        printed.search::<withpersona::Error>(&format!("{inner} {inner:?}"));
        source = inner.source();
    }
}

async fn streams(printed: &mut Printed) {
    let server = MockServer::start_async().await;
    let mock = server.mock_async(|_, then| {
        then.status(200)
            .header("content-type", "application/pdf; name=canary.pdf")
            .header("content-disposition", "attachment; filename=canary.pdf")
            .body(CANARY);
    });
    mock.await;
    let persona = Persona::builder().api_key(KEY).base_url(server.url("/"));
    let persona = persona.build().expect("builds");
    let file = StoredFile::at(server.url("/canary?signature=canary"));
    let mut file = persona.files().download(&file).await.expect("there");
    assert_eq!(
        file.content_type(),
        Some("application/pdf; name=canary.pdf")
    );
    printed.debug(&file);
    file.chunk().await.expect("read").expect("a chunk");
    printed.debug(&file);
    let pdf = persona.reports().print("rep_1").await.expect("there");
    printed.debug(&pdf);
}

async fn webhooks(printed: &mut Printed) {
    let secret = "wbhsec_canary";
    let (to, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let (dead_to, mut dead) = tokio::sync::mpsc::unbounded_channel();
    let now: DateTime<Utc> = "2026-01-31T12:00:00Z".parse().expect("a time");
    let receiver = Receiver::builder(Verifier::new([secret]).expect("a secret"))
        .clock(move || now)
        .retries(1, NO_TIME, NO_TIME)
        .on_dead(move |event| dead_to.send(event).expect("listened to"))
        .start(move |received: Received| {
            to.send(received).expect("listened to");
            std::future::ready(Err("canary in the handler's own error"))
        });
    let event = json!({ "data": { "type": "event", "id": "evt_1", "attributes": {
        "name": "inquiry.approved",
        "created-at": "2026-01-31T12:00:00.000Z",
        "payload": { "data": resource("inquiry") },
    } } });
    let body = event.to_string();
    let signature = sign(&secret.into(), body.as_bytes(), now);
    printed.learn(signature.split("v1=").nth(1).expect("a digest"));
    let mut headers = HeaderMap::new();
    headers.insert(
        SIGNATURE_HEADER,
        HeaderValue::from_str(&signature).expect("text"),
    );
    let answer = receiver.receive(&headers, body.as_bytes()).await;
    assert_eq!(answer.status(), 200);
    printed.debug(&answer);
    printed.debug(&receiver);
    let received = heard.recv().await.expect("handled");
    let inquiry = received.event.inquiry().expect("one");
    assert_eq!(inquiry.reference_id(), Some(CANARY));
    printed.debug(&received);
    let dead = dead.recv().await.expect("given up");
    assert!(dead.error.to_string().contains(CANARY));
    printed.debug(&dead);
    receiver.close().await;
    printed.debug(&receiver.receive(&headers, b"canary").await);
}
