//! Hear what happens by webhook, and let it drive a state machine of your own.
//!
//! ```text
//! cargo run --example webhooks
//! ```
//!
//! It runs on the emulator: three people are invited, webhooks come twice, out of order, and while
//! the application's database is away. Each event changes a customer once all the same.

mod customers;
#[allow(dead_code)] // the other example prints more
#[path = "../onboarding/terminal.rs"]
mod terminal;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use withpersona::emulator::Emulator;
use withpersona::webhook::{Received, Receiver, Verifier};
use withpersona::{EventName, InquiryId, NewInquiry, Persona};

use self::customers::{Customers, DatabaseAway};
use self::terminal::Terminal;

type Failure = Box<dyn Error>;

/// What the application wants to hear of.
const EVENTS: [EventName; 5] = [
    EventName::InquiryCreated,
    EventName::InquiryStarted,
    EventName::InquiryApproved,
    EventName::InquiryDeclined,
    EventName::InquiryExpired,
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let out = Terminal::of_stdout();
    out.title("Webhooks on the emulator: no account, no key, no network");
    let emulator = Emulator::start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    let customers = Arc::new(Customers::default());

    out.section("The application starts");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/webhooks/persona", listener.local_addr()?);
    let webhook = persona.webhooks().ensure(&url, EVENTS).await?;
    out.row("webhook", webhook.webhook.id());
    out.row("sends to", &url);
    let receiver = receiver(&emulator, &customers, Verifier::new(webhook.secrets())?);
    let app = Router::new().route("/webhooks/persona", receiver.route());
    tokio::spawn(async move { axum::serve(listener, app).await });

    out.section("Ada is verified, while each webhook comes twice");
    emulator.deliveries().duplicate_next(3);
    let ada = invite(&emulator, &persona, "ada").await?;
    verify(&emulator, &persona, &ada, None).await?;
    heard(&emulator, &receiver).await;

    out.section("Ben is declined, while the database is away");
    customers.be_away_for(2);
    let ben = invite(&emulator, &persona, "ben").await?;
    verify(&emulator, &persona, &ben, Some("id_expired_detection")).await?;
    heard(&emulator, &receiver).await;

    out.section("Cleo does not come; what happened to her arrives in the wrong order");
    emulator.deliveries().hold();
    invite(&emulator, &persona, "cleo").await?;
    emulator.clock().advance(Duration::from_secs(24 * 60 * 60));
    persona.events().list().page_size(1).pages().next().await; // a day later, somebody looks
    emulator.deliveries().release_reversed();
    heard(&emulator, &receiver).await;

    // At the end of a process: nothing that was answered with 200 is left behind.
    receiver.close().await;
    out.section("The customers");
    for (name, state) in customers.all() {
        out.row(&name, state);
    }
    out.section("What was sent");
    let deliveries = emulator.deliveries().all();
    let requests: usize = deliveries.iter().map(|one| one.attempts.len()).sum();
    out.row("events", deliveries.len());
    out.row("requests", requests);
    out.row("changes of a customer", customers.changes());
    Ok(())
}

fn receiver(emulator: &Emulator, customers: &Arc<Customers>, verifier: Verifier) -> Receiver {
    let customers = customers.clone();
    let clock = emulator.clock().clone();
    Receiver::builder(verifier)
        .clock(move || clock.now()) // the emulator's: it is moved below
        .at_once(1) // so that the lines come in order
        .retries(5, Duration::from_millis(20), Duration::from_secs(1))
        .on_dead(|dead| eprintln!("given up: {} ({})", dead.event_id, dead.error))
        .start(move |received| {
            let customers = customers.clone();
            async move { handle(&customers, received) }
        })
}

/// The application's own part. An error means: call me again.
fn handle(customers: &Customers, received: Received) -> Result<(), DatabaseAway> {
    let out = Terminal::of_stdout();
    let name = received.event.name();
    let inquiry = received.event.inquiry();
    let Some(customer) = inquiry.as_ref().and_then(|it| it.reference_id()) else {
        return Ok(()); // not one of ours
    };
    if received.is_late {
        out.row(name.as_str(), "late: what came after it counts");
        return Ok(());
    }
    match customers.apply(customer, &name) {
        Ok(change) => out.row(name.as_str(), change),
        Err(away) => {
            out.row(name.as_str(), "the database is away: later");
            return Err(away);
        }
    }
    Ok(())
}

async fn invite(
    emulator: &Emulator,
    persona: &Persona,
    customer: &str,
) -> Result<InquiryId, Failure> {
    let new = NewInquiry::from_template(emulator.default_template_id()).reference_id(customer);
    Ok(persona.inquiries().create(new).await?.inquiry.id())
}

/// The person goes through it, and Persona finds what it finds.
async fn verify(
    emulator: &Emulator,
    persona: &Persona,
    inquiry: &InquiryId,
    failed_check: Option<&str>,
) -> Result<(), Failure> {
    let link = persona.inquiries().one_time_link(inquiry).await?;
    let mut person = emulator.person();
    person.follow_link(link.reveal())?;
    person.start()?;
    person.submit("government-id")?;
    match failed_check {
        Some(check) => person.fail(check)?,
        None => {
            person.submit("selfie")?;
            person.pass()?;
        }
    }
    Ok(())
}

/// Waits until everything is sent and handled.
async fn heard(emulator: &Emulator, receiver: &Receiver) {
    emulator.deliveries().settled().await;
    while receiver.pending() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
