//! The emulator, which holds what tests put into it.

use std::time::Duration;

use withpersona::NewInquiry;
use withpersona::emulator::{Clock, Emulator};
use withpersona::webhook::NewWebhook;

use crate::{BIRTHDATE, CANARY, Printed, on_emulator};

const CONFIG: &str = r#"
[[api-key]]
name = "other"
value = "persona_sandbox_canary"

[[webhook]]
url = "http://127.0.0.1:1/"
secret = "wbhsec_canary"
events = ["*"]
"#;

pub async fn print(printed: &mut Printed) {
    let builder = Emulator::builder().config_toml(CONFIG).expect("choices");
    let now = "2026-01-31T12:00:00Z".parse().expect("a time");
    let builder = builder.clock(Clock::manual(now));
    printed.debug(&builder);
    let wrong = format!("{CONFIG}\n[[webhook]]\nurl = 5\n");
    let refused = Emulator::builder().config_toml(&wrong);
    printed.shown(&refused.expect_err("no address"));

    let (emulator, persona) = on_emulator::start_with(builder).await;
    printed.learn(emulator.api_key());
    let webhook = NewWebhook::new(CANARY, "http://127.0.0.1:1/").every_event();
    let webhook = persona.webhooks().create(webhook).await.expect("made");
    let webhooks = persona.webhooks();
    webhooks
        .enable(webhook.webhook.id())
        .await
        .expect("enabled");
    let new = NewInquiry::from_template(emulator.default_template_id())
        .reference_id(CANARY)
        .field("name-first", CANARY)
        .field("birthdate", BIRTHDATE)
        .with_one_time_link();
    let created = persona.inquiries().create(new).await.expect("created");
    let link = created.link.expect("asked for");
    printed.learn(link.reveal().split("code=").nth(1).expect("a code"));

    let mut person = emulator.person();
    person.follow_link(link.reveal()).expect("opens");
    person.start().expect("starts");
    printed.debug(&person);
    // What does not fit is refused by its name, not by what was written.
    let wrong = format!(
        "{}/verify?inquiry-template-id={}&fields[birthdate]=canary",
        emulator.origin(),
        emulator.default_template_id()
    );
    printed.shown(&emulator.person().follow_link(&wrong).expect_err("no date"));
    let burnt = format!("{}/verify?code=canary", emulator.origin());
    printed.shown(&emulator.person().follow_link(&burnt).expect_err("no code"));

    printed.debug(&emulator);
    printed.debug(&emulator.faults());
    let deliveries = emulator.deliveries();
    printed.debug(&deliveries);
    tokio::time::timeout(Duration::from_secs(30), deliveries.settled())
        .await
        .expect("nobody listens there");
    let sent = deliveries.all();
    let tried = sent.iter().find(|it| !it.attempts.is_empty());
    let tried = tried.expect("one was tried");
    assert!(tried.attempts[0].fault.is_some(), "nobody listens there");
    printed.debug(tried);
    printed.debug(&tried.attempts[0]);
}
