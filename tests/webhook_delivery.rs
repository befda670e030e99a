//! The emulator delivers as Persona does: signed, again, twice, out of order; and a receiver of
//! axum's hears each event once.

mod canary;
mod http;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Router, body::Bytes, routing::post};
use chrono::DateTime;
use serde_json::Value;
use tokio::sync::mpsc;
use withpersona::emulator::{Delivery, DeliveryState, Emulator, EmulatorBuilder};
use withpersona::webhook::{Attempts, NewWebhook, Received, Receiver, Verifier};
use withpersona::{Event, EventName, NewInquiry, Persona, WebhookSecret};

/// A server that keeps what it gets, and answers what it is told to.
#[derive(Clone, Default)]
struct Sink {
    requests: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Sink {
    async fn start(&self) -> String {
        let keep = |State(sink): State<Sink>, headers: HeaderMap, body: Bytes| async move {
            sink.requests.lock().unwrap().push((headers, body));
            let status = sink.answers.lock().unwrap().pop().unwrap_or(200);
            StatusCode::from_u16(status).expect("a status")
        };
        serve(
            Router::new()
                .route("/hook", post(keep))
                .with_state(self.clone()),
        )
        .await
    }

    fn requests(&self) -> Vec<(HeaderMap, Bytes)> {
        self.requests.lock().unwrap().clone()
    }

    fn events(&self) -> Vec<Event> {
        let requests = self.requests();
        let events = requests.iter().map(|(_, body)| Event::from_slice(body));
        events.collect::<Result<_, _>>().expect("events")
    }

    fn names(&self) -> Vec<String> {
        let events = self.events();
        events
            .iter()
            .map(|event| event.name().to_string())
            .collect()
    }
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/hook")
}

struct World {
    api: http::Api,
    persona: Persona,
}

impl World {
    async fn new() -> Self {
        Self::with(Emulator::builder().rate_limit(10_000)).await
    }

    async fn with(builder: EmulatorBuilder) -> Self {
        let api = http::Api::with(builder).await;
        let persona = Persona::builder()
            .api_key(api.emulator.api_key())
            .base_url(api.emulator.base_url())
            .build()
            .expect("a client");
        Self { api, persona }
    }

    fn emulator(&self) -> &Emulator {
        &self.api.emulator
    }

    async fn listen(&self, url: &str) -> (String, Vec<WebhookSecret>) {
        let new = NewWebhook::new("all", url).every_event();
        let created = self.persona.webhooks().create(new).await.expect("created");
        let id = created.webhook.id();
        self.persona.webhooks().enable(&id).await.expect("enabled");
        (id.to_string(), created.secrets())
    }

    async fn inquiry(&self) -> String {
        let new = NewInquiry::from_template(self.emulator().default_template_id());
        let created = self.persona.inquiries().create(new).await.expect("created");
        created.inquiry.id().to_string()
    }

    async fn settled(&self) -> Vec<Delivery> {
        self.emulator().deliveries().settled().await;
        self.emulator().deliveries().all()
    }
}

#[tokio::test]
async fn an_event_arrives_signed_as_the_events_list_tells_it() {
    let (world, sink) = (World::new().await, Sink::default());
    let (_, secrets) = world.listen(&sink.start().await).await;
    let inquiry = world.inquiry().await;
    world.settled().await;

    let listed = world
        .persona
        .events()
        .list()
        .object_id(&inquiry)
        .items()
        .next()
        .await;
    let listed = listed.expect("an event").expect("read");
    let requests = sink.requests();
    let (headers, body) = requests
        .iter()
        .find(|(_, body)| Event::from_slice(body).is_ok_and(|event| event.id() == listed.id()))
        .expect("delivered");
    let verifier = Verifier::new(secrets).expect("usable secrets");
    let now = world.emulator().clock().now();
    assert_eq!(verifier.verify_headers(headers, body, now), Ok(()));
    assert_eq!(headers["content-type"], "application/json");
    let attempts = Attempts::from_headers(headers);
    assert_eq!((attempts.made, attempts.left), (Some(1), Some(7)));
    assert_eq!(
        attempts.first_at,
        DateTime::from_timestamp(now.timestamp(), 0)
    );

    let delivered = Event::from_slice(body).expect("an event");
    assert_eq!(delivered.created_at(), listed.created_at());
    let (delivered, listed) = (delivered.object(), listed.object());
    assert_eq!(
        serde_json::to_value(delivered).expect("JSON"),
        serde_json::to_value(listed).expect("JSON")
    );
}

#[tokio::test]
async fn eight_attempts_are_made_on_the_emulators_clock() {
    let (world, sink) = (World::new().await, Sink::default());
    *sink.answers.lock().unwrap() = vec![500; 8];
    world.listen(&sink.start().await).await;
    let account = serde_json::json!({ "data": { "attributes": {} } });
    world.api.post("/accounts", account).await;

    let mut wait = 10;
    for made in 1..=8 {
        let delivery = world.settled().await.remove(0);
        assert_eq!(delivery.attempts.len(), made);
        assert_eq!(delivery.attempts[made - 1].status, Some(500));
        if made == 8 {
            assert_eq!(
                (delivery.state, delivery.next_at),
                (DeliveryState::GivenUp, None)
            );
            break;
        }
        assert_eq!(delivery.state, DeliveryState::Waiting);
        let now = world.emulator().clock().now();
        let next = delivery.next_at.expect("a time") - now;
        assert_eq!(next.num_seconds(), wait);
        world
            .emulator()
            .clock()
            .advance(Duration::from_secs(wait as u64));
        wait *= 3;
    }
    let made: Vec<_> = sink
        .requests()
        .iter()
        .map(|(headers, _)| {
            let attempts = Attempts::from_headers(headers);
            (attempts.made.unwrap(), attempts.left.unwrap())
        })
        .collect();
    assert_eq!(
        made,
        [
            (1, 7),
            (2, 6),
            (3, 5),
            (4, 4),
            (5, 3),
            (6, 2),
            (7, 1),
            (8, 0)
        ]
    );
    let bodies: Vec<Bytes> = sink.requests().into_iter().map(|(_, body)| body).collect();
    assert!(
        bodies.iter().all(|body| *body == bodies[0]),
        "the same each time"
    );

    world
        .emulator()
        .clock()
        .advance(Duration::from_secs(86_400));
    assert_eq!(world.settled().await[0].attempts.len(), 8);
    // By hand it goes out once more, and is taken.
    assert!(world.emulator().deliveries().send_again("dlv_1"));
    assert!(!world.emulator().deliveries().send_again("dlv_99"));
    assert_eq!(world.settled().await[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_moved_clock_lets_things_happen_and_be_told_without_a_request() {
    let (world, sink) = (World::new().await, Sink::default());
    world.listen(&sink.start().await).await;
    world.inquiry().await;
    world.settled().await;
    let before = sink.requests().len();
    world
        .emulator()
        .clock()
        .advance(Duration::from_secs(86_400));
    world.settled().await;
    assert!(sink.names()[before..].contains(&"inquiry.expired".to_owned()));
}

#[tokio::test]
async fn events_come_twice_and_in_the_wrong_order_on_demand() {
    let (world, sink) = (World::new().await, Sink::default());
    world.listen(&sink.start().await).await;
    let deliveries = world.emulator().deliveries();
    deliveries.hold();
    let inquiry = world.inquiry().await;
    world
        .persona
        .inquiries()
        .approve(&inquiry)
        .await
        .expect("approved");
    world.settled().await;
    assert!(sink.requests().is_empty(), "held");
    deliveries.release_reversed();
    world.settled().await;
    let names = sink.names();
    assert_eq!(names.first().map(String::as_str), Some("inquiry.approved"));
    let mut forwards: Vec<String> = deliveries
        .all()
        .iter()
        .map(|it| it.event_name.clone())
        .collect();
    forwards.reverse();
    assert_eq!(names, forwards);

    deliveries.duplicate_next(1);
    world
        .persona
        .inquiries()
        .decline(&inquiry)
        .await
        .expect("declined");
    world.settled().await;
    let events = sink.events();
    let [first, second] = &events[events.len() - 2..] else {
        panic!("two")
    };
    assert_eq!(first.name(), EventName::InquiryDeclined);
    assert_eq!(first.id(), second.id());
}

#[tokio::test]
async fn both_secrets_sign_while_one_is_replaced() {
    let (world, sink) = (World::new().await, Sink::default());
    let (id, old) = world.listen(&sink.start().await).await;
    let hour = Duration::from_secs(3600);
    let rotated = world
        .persona
        .webhooks()
        .rotate_secret(&id, hour)
        .await
        .expect("rotated");
    assert_eq!(rotated.secrets().len(), 2);
    assert!(rotated.overlap_until().is_some());
    let new = &rotated.secrets()[0];
    assert_ne!(new.reveal(), old[0].reveal());

    let takes = |secret: &WebhookSecret| {
        let requests = sink.requests();
        let (headers, body) = requests.last().expect("a request");
        let verifier = Verifier::new([secret.clone()]).expect("usable");
        let now = world.emulator().clock().now();
        verifier.verify_headers(headers, body, now).is_ok()
    };
    world.inquiry().await;
    world.settled().await;
    assert!(takes(new) && takes(&old[0]));
    world.emulator().clock().advance(hour);
    world.inquiry().await;
    world.settled().await;
    assert!(takes(new) && !takes(&old[0]));
    let left = world.persona.webhooks().retrieve(&id).await.expect("read");
    assert_eq!(left.secrets().len(), 1);
}

#[tokio::test]
async fn casing_inclusion_and_headers_are_as_the_webhook_says() {
    let (world, sink) = (World::new().await, Sink::default());
    let body = serde_json::json!({ "data": { "attributes": {
        "name": "camel", "url": sink.start().await, "enabled-events": ["inquiry.created"],
        "api-key-inflection": "camel", "included-allowlist": { "state": "include_all" },
        "relationship-allowlist": { "state": "include_none" },
        "custom-http-headers": { "Authorization": "Basic 1", "X-API-Key": "2" },
    } } });
    let created = world.api.post("/webhooks", body).await;
    let id = created.body["data"]["id"].as_str().expect("an id");
    assert_eq!(created.body["data"]["attributes"]["status"], "disabled");
    world.inquiry().await;
    assert!(world.settled().await.is_empty(), "not enabled");
    world.persona.webhooks().enable(id).await.expect("enabled");
    world.inquiry().await;
    world.settled().await;

    let requests = sink.requests();
    let [(headers, body)] = &requests[..] else {
        panic!("one event was asked for")
    };
    assert_eq!(headers["authorization"], "Basic 1");
    assert_eq!(headers["x-api-key"], "2");
    let raw: Value = serde_json::from_slice(body).expect("JSON");
    let attributes = &raw["data"]["attributes"];
    assert!(attributes["createdAt"].is_string());
    assert!(attributes["payload"]["data"]["relationships"].is_null());
    let event = Event::from_slice(body).expect("an event");
    assert!(event.inquiry().expect("an inquiry").created_at().is_some());
    assert!(
        event
            .included()
            .iter()
            .any(|it| it.kind == "inquiry-template")
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_and_not_pretended() {
    let world = World::new().await;
    world.listen("https://example.com/hook").await;
    world.listen("http://127.0.0.1:9/hook").await;
    world.inquiry().await;
    let deliveries = world.settled().await;
    let far = deliveries
        .iter()
        .find(|it| it.url.starts_with("https"))
        .expect("one");
    assert_eq!(far.state, DeliveryState::GivenUp);
    let fault = far.attempts[0].fault.as_deref().expect("a fault");
    assert!(fault.contains("loopback"), "{fault}");
    let near = deliveries
        .iter()
        .find(|it| it.url.contains(":9/"))
        .expect("one");
    assert_eq!(near.state, DeliveryState::Waiting);
    assert_eq!(
        near.attempts[0].fault.as_deref(),
        Some("nobody listens there")
    );
}

/// `PERSONA_UPSTREAM_SPEC` names the official document, which describes each event's body.
#[tokio::test]
async fn every_body_has_the_documented_shape() {
    let (world, sink) = (World::new().await, Sink::default());
    world.listen(&sink.start().await).await;
    let emulator = world.emulator();
    let new = NewInquiry::from_template(emulator.default_template_id()).with_one_time_link();
    let created = world
        .persona
        .inquiries()
        .create(new)
        .await
        .expect("created");
    let mut person = emulator.person();
    person
        .follow_link(created.link.expect("asked for").reveal())
        .expect("it works");
    person.start().expect("starts");
    person.submit("government-id").expect("handed in");
    person.submit("selfie").expect("handed in");
    person.pass().expect("passes");
    let id = created.inquiry.id();
    world
        .persona
        .inquiries()
        .redact(&id)
        .await
        .expect("redacted");
    let deliveries = world.settled().await;
    let names = sink.names();
    assert_eq!(names.len(), deliveries.len());
    for name in [
        "inquiry.started",
        "inquiry.approved",
        "verification.passed",
        "inquiry.redacted",
    ] {
        assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
    }

    let Some(path) = std::env::var_os("PERSONA_UPSTREAM_SPEC") else {
        println!(
            "PERSONA_UPSTREAM_SPEC is not set: {} bodies not compared",
            names.len()
        );
        return;
    };
    let document = std::fs::read(path).expect("PERSONA_UPSTREAM_SPEC can be read");
    let document: Value = serde_json::from_slice(&document).expect("JSON");
    let registry = jsonschema::Registry::new()
        .draft(jsonschema::Draft::Draft202012)
        .add("urn:persona", &document)
        .and_then(|registry| registry.prepare())
        .expect("a document");
    for (name, (_, body)) in names.iter().zip(sink.requests()) {
        let place = format!(
            "/webhooks/{}/post/requestBody/content/application~1json/schema",
            name.replace('/', "~1")
        );
        assert!(
            document.pointer(&place).is_some(),
            "{name} is not described"
        );
        let schema = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .with_registry(&registry)
            .build(&serde_json::json!({ "$ref": format!("urn:persona#{place}") }))
            .expect("the schema compiles");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        let faults: Vec<String> = schema
            .iter_errors(&body)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    println!("{} bodies satisfy Persona's document", names.len());
}

/// All of it together: a receiver behind axum, a webhook set up by `ensure`, and Persona at its
/// worst.
#[tokio::test]
async fn a_receiver_hears_everything_once_whatever_happens_on_the_way() {
    let world = World::new().await;
    let (to, mut heard) = mpsc::unbounded_channel();
    let clock = world.emulator().clock().clone();
    // Until the webhook is set up there is no secret to take.
    let receiver = Receiver::builder(Verifier::new(["wbhsec_none"]).expect("a secret"))
        .clock(move || clock.now())
        .start(move |received: Received| {
            let _ = to.send(received);
            std::future::ready(Ok::<(), io::Error>(()))
        });
    let url = serve(Router::new().route("/hook", receiver.route())).await;
    let events = [EventName::InquiryCreated, EventName::InquiryApproved];
    let webhook = world
        .persona
        .webhooks()
        .ensure(&url, events)
        .await
        .expect("set up");
    let deliveries = world.emulator().deliveries();

    // Refused until it knows the secret: Persona sends again.
    let first = world.inquiry().await;
    assert_eq!(world.settled().await[0].attempts[0].status, Some(401));
    receiver.set_verifier(Verifier::new(webhook.secrets()).expect("secrets"));
    world.emulator().clock().advance(Duration::from_secs(10));
    world.settled().await;

    deliveries.hold();
    deliveries.duplicate_next(3);
    let second = world.inquiry().await;
    world.emulator().clock().advance(Duration::from_secs(1));
    world
        .persona
        .inquiries()
        .approve(&second)
        .await
        .expect("approved");
    deliveries.release_reversed();
    let all = world.settled().await;
    assert!(all.iter().all(|it| it.state == DeliveryState::Delivered));
    let requests: usize = all.iter().map(|it| it.attempts.len()).sum();
    assert_eq!((all.len(), requests), (3, 6), "one refused, two sent twice");

    receiver.close().await;
    let mut told = Vec::new();
    while let Ok(received) = heard.try_recv() {
        let object = received.event.object_id().expect("an id").to_owned();
        told.push((object, received.event.name(), received.is_late));
    }
    assert_eq!(
        told,
        [
            (first, EventName::InquiryCreated, false),
            (second.clone(), EventName::InquiryApproved, false),
            (second, EventName::InquiryCreated, true),
        ]
    );
}

#[tokio::test]
async fn the_route_refuses_what_it_should() {
    let receiver = Receiver::builder(Verifier::new(["wbhsec_1"]).expect("a secret"))
        .largest_body(1000)
        .start(|_: Received| std::future::ready(Ok::<(), io::Error>(())));
    let url = serve(Router::new().route("/hook", receiver.route())).await;
    let client = http::client();
    let status = |request: reqwest::RequestBuilder| async {
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(status(client.get(&url)).await, 405);
    assert_eq!(status(client.post(&url)).await, 401);
    assert_eq!(status(client.post(&url).body(vec![b' '; 1001])).await, 413);
    let now = std::time::SystemTime::now().into();
    let signature = withpersona::webhook::sign(&"wbhsec_1".into(), b"{}", now);
    let signed = client.post(&url).header("persona-signature", signature);
    assert_eq!(status(signed.body("{}")).await, 400);
}

/// Emulators of the configuration file: with a webhook of a secret that is known beforehand.
fn configured(url: &str) -> EmulatorBuilder {
    let config = format!(
        "[[webhook]]\nurl = '{url}'\nevents = ['inquiry.created']\nsecret = 'wbhsec_known'\n\
         inflection = 'camel'"
    );
    let builder = Emulator::builder().rate_limit(10_000);
    builder.config_toml(&config).expect("a choice")
}

#[tokio::test]
async fn a_webhook_of_the_configuration_is_there_from_the_start() {
    let sink = Sink::default();
    let world = World::with(configured(&sink.start().await)).await;
    world.inquiry().await;
    world.settled().await;
    assert_eq!(sink.names(), ["inquiry.created"], "and no account.created");
    let (headers, body) = sink.requests().remove(0);
    let text = String::from_utf8(body.to_vec()).expect("text");
    assert!(text.contains("\"createdAt\""), "{text}");
    let verifier = Verifier::new(["wbhsec_known"]).expect("a secret");
    let now = world.emulator().clock().now();
    assert_eq!(verifier.verify_headers(&headers, &body, now), Ok(()));
}

#[test]
fn a_webhook_that_cannot_work_is_refused_with_the_configuration() {
    for (entry, fault) in [
        (
            "url = 'https://example.com/hook'\nevents = ['*']",
            "loopback",
        ),
        ("url = 'http://127.0.0.1:9/'\nevents = []", "events"),
        (
            "url = 'http://127.0.0.1:9/'\nevents = ['*']\nsecret = ''",
            "secret",
        ),
        (
            "url = 'http://127.0.0.1:9/'\nevents = ['*']\ninflection = 'pascal'",
            "inflection",
        ),
        ("url = 'http://127.0.0.1:9/'", "events"),
    ] {
        let config = format!("[[webhook]]\n{entry}");
        let error = Emulator::builder().config_toml(&config).expect_err(entry);
        assert!(error.to_string().contains(fault), "{error}");
    }
}

#[tokio::test]
async fn a_reset_forgets_deliveries_and_goes_on_delivering() {
    let sink = Sink::default();
    let world = World::with(configured(&sink.start().await)).await;
    world.emulator().deliveries().hold();
    world.inquiry().await;
    world.emulator().reset();
    assert_eq!(
        world.settled().await,
        [],
        "nothing is left, and nothing held"
    );
    world.inquiry().await;
    let deliveries = world.settled().await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].state, DeliveryState::Delivered);
    assert_eq!(sink.names(), ["inquiry.created"]);
}

#[tokio::test]
async fn what_was_not_delivered_goes_out_after_a_restart() {
    let name = format!("withpersona-deliveries-{}.json", std::process::id());
    let file = std::env::temp_dir().join(name);
    let sink = Sink::default();
    *sink.answers.lock().unwrap() = vec![500];
    let url = sink.start().await;
    let start = || World::with(configured(&url).state_file(&file));
    let world = start().await;
    world.inquiry().await;
    assert_eq!(world.settled().await[0].attempts.len(), 1);
    world.emulator().deliveries().hold();
    world.inquiry().await;
    drop(world);

    let world = start().await;
    let states = |deliveries: &[Delivery]| -> Vec<_> {
        let made = deliveries.iter().map(|it| (it.state, it.attempts.len()));
        made.collect()
    };
    // The first has seconds to wait, the other was due.
    assert_eq!(
        states(&world.settled().await),
        [(DeliveryState::Waiting, 1), (DeliveryState::Delivered, 1)]
    );
    world.emulator().clock().advance(Duration::from_secs(10));
    assert_eq!(
        states(&world.settled().await),
        [(DeliveryState::Delivered, 2), (DeliveryState::Delivered, 1)]
    );
    drop(world);
    std::fs::remove_file(&file).expect("there is a file");
}
