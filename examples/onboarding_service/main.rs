//! A service that takes people through their verification, and loses nobody: not those who leave
//! and come back, not those whose webhook does not come, and not those of a restart.
//!
//! ```text
//! cargo run --example onboarding_service
//! ```
//!
//! `service.rs` is the service. This file plays what happens around it, on the emulator, where an
//! hour takes a minute; it ends by itself.

#[allow(dead_code)] // the other example prints more
#[path = "../onboarding/terminal.rs"]
mod terminal;

mod service;

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use reqwest::redirect::Policy;
use tokio::net::TcpListener;
use withpersona::clock::ScaledClock;
use withpersona::emulator::{Clock, Emulator, Person};
use withpersona::webhook::{Receiver, Verifier};
use withpersona::{EventName, Persona};

use self::service::{Records, Service};
use self::terminal::Terminal;

type Failure = Box<dyn Error>;

/// How many times as fast as usual the time goes here.
const HASTE: u32 = 60;

/// What a person takes for a step.
const MOMENT: Duration = Duration::from_millis(200);

/// What the waits are about.
const EVENTS: [EventName; 5] = [
    EventName::InquiryApproved,
    EventName::InquiryDeclined,
    EventName::InquiryExpired,
    EventName::InquiryFailed,
    EventName::InquiryRedacted,
];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let _ = rustls::crypto::ring::default_provider().install_default(); // for the browser
    let out = Terminal::of_stdout();
    out.title("An onboarding service on the emulator: no account, no key, no network");
    let clock = Clock::scaled(SystemTime::now().into(), HASTE.into());
    let emulator = Emulator::builder().clock(clock).start().await?;
    let mut world = World {
        emulator,
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        records: Records::default(),
        out,
    };

    out.section("The service starts");
    let listener = TcpListener::bind(world.address).await?;
    world.address = listener.local_addr()?;
    let service = world.service(listener, None).await?;

    out.section("Ada leaves in the middle and comes back; a webhook tells when she is through");
    let mut ada = world.emulator.person();
    world.visit("ada", &mut ada).await?;
    ada.start()?;
    ada.submit("government-id")?;
    ada.leave();
    out.row("ada", "closes the tab");
    world.visit("ada", &mut ada).await?;
    ada.submit("selfie")?;
    ada.pass()?;
    world.hear_of("ada").await?;

    out.section("No webhook comes any more; the service asks by itself");
    world.emulator.deliveries().hold();
    let mut ben = world.emulator.person();
    world.visit("ben", &mut ben).await?;
    ben.start()?;
    ben.submit("government-id")?;
    ben.fail("id_expired_detection")?;
    world.hear_of("ben").await?;
    world.emulator.deliveries().release();

    out.section("The service is deployed anew while Cleo is at it");
    let mut cleo = world.emulator.person();
    world.visit("cleo", &mut cleo).await?;
    cleo.start()?;
    let saved = service.stop().await?;
    out.row("saved", format_args!("{} bytes of waits", saved.len()));
    cleo.submit("government-id")?;
    cleo.submit("selfie")?;
    cleo.pass()?;
    out.row("cleo", "is through while nobody listens");
    let listener = TcpListener::bind(world.address).await?;
    let service = world.service(listener, Some(&saved)).await?;
    world.hear_of("cleo").await?;

    service.stop().await?;
    out.section("What the service knows");
    for (person, state) in world.records.borrow().iter() {
        out.status(person, state);
    }
    Ok(())
}

/// What is around the service.
struct World {
    emulator: Emulator,
    address: SocketAddr,
    records: Records,
    out: Terminal,
}

impl World {
    /// A process of the service, with a client of its own.
    async fn service(&self, on: TcpListener, saved: Option<&str>) -> Result<Service, Failure> {
        let (for_tokens, for_webhooks) =
            (self.emulator.clock().clone(), self.emulator.clock().clone());
        let persona = Persona::builder()
            .api_key(self.emulator.api_key())
            .base_url(self.emulator.base_url())
            .clock(ScaledClock::new(HASTE)) // as the emulator's; none of the three is needed
            .wall_clock(move || for_tokens.now().into()) // where time goes as usual
            .build()?;
        let url = format!("http://{}/webhooks/persona", self.address);
        let webhook = persona.webhooks().ensure(&url, EVENTS).await?;
        self.out.row("webhook", webhook.webhook.id());
        let verifier = Verifier::new(webhook.secrets())?;
        let receiver = Receiver::builder(verifier).clock(move || for_webhooks.now());
        let template = self.emulator.default_template_id();
        let service = Service::start(persona, template, &self.records, receiver, on, saved)?;
        Ok(service)
    }

    /// The person opens the page of the service, and their browser follows where it leads.
    async fn visit(&self, name: &str, person: &mut Person) -> Result<(), Failure> {
        let browser = reqwest::Client::builder()
            .redirect(Policy::none())
            .build()?;
        let page = format!("http://{}/verify/{name}", self.address);
        let answer = browser.get(page).send().await?;
        let link = answer.headers().get("location").ok_or("no way in")?;
        person.follow_link(link.to_str()?)?;
        self.out.row(name, "is let in");
        tokio::time::sleep(MOMENT).await;
        Ok(())
    }

    /// Until the service has written down what came of this person, who is through now.
    async fn hear_of(&self, name: &str) -> Result<(), Failure> {
        let through = self.emulator.clock().now();
        let mut records = self.records.subscribe();
        let known = records.wait_for(|all| all.contains_key(name));
        let known = tokio::time::timeout(Duration::from_secs(60), known).await??;
        let state = known[name].clone();
        let after = self.emulator.clock().now() - through;
        self.out.status(name, &state);
        self.out
            .row("known after", format_args!("{} s", after.num_seconds()));
        Ok(())
    }
}
