//! Onboards one person from end to end.
//!
//! `cargo run --example onboarding` plays it on the emulator, which also plays the person.
//! With `PERSONA_API_KEY` and `PERSONA_TEMPLATE_ID` set it runs against Persona, and you are the
//! person: open the printed link.

mod terminal;

use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use anstream::eprintln;
use tokio::time::sleep;
use withpersona::emulator::{Emulator, Person};
use withpersona::{
    CheckStatus, Created, Inquiry, InquiryUpdate, NewInquiry, Outcome, Persona, Verification,
};

use terminal::Terminal;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match onboard(&Terminal::of_stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn onboard(out: &Terminal) -> Result<(), Failure> {
    match (env::var("PERSONA_API_KEY"), env::var("PERSONA_TEMPLATE_ID")) {
        (Ok(_), Ok(template)) => {
            let persona = Persona::from_env()?;
            out.title(&format!(
                "Onboarding on Persona, {} environment",
                persona.environment()
            ));
            let created = create(&persona, &template, out).await?;
            out.note("open the link in a browser and go through it; waiting for up to 30 minutes");
            let inquiry = wait(
                &persona,
                &created.inquiry,
                Duration::from_secs(30 * 60),
                out,
            )
            .await?;
            show_result(&persona, &inquiry, out).await
        }
        (Ok(_), Err(_)) => Err("PERSONA_API_KEY is set, but PERSONA_TEMPLATE_ID is not".into()),
        _ => on_the_emulator(out).await,
    }
}

/// The same calls, with a stand-in for Persona and for the person.
async fn on_the_emulator(out: &Terminal) -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    out.title("Onboarding on the emulator: no account, no key, no network");
    let created = create(&persona, emulator.default_template_id(), out).await?;
    let link = created
        .link
        .clone()
        .ok_or("a one-time link was asked for")?;

    let person = tokio::spawn(play_the_person(
        persona.clone(),
        created.inquiry.clone(),
        emulator.person(),
        link.reveal().to_owned(),
        *out,
    ));
    let inquiry = wait(&persona, &created.inquiry, Duration::from_secs(60), out).await?;
    person.await??;
    show_result(&persona, &inquiry, out).await
}

async fn create(persona: &Persona, template: &str, out: &Terminal) -> Result<Created, Failure> {
    let new = NewInquiry::from_template(template)
        .reference_id("user-4711")
        .field("name-first", "Alex")
        .field("name-last", "Sample")
        .with_one_time_link();
    let created = persona.inquiries().create(new).await?;
    out.section("The backend creates an inquiry");
    out.row("inquiry", created.inquiry.id());
    out.row(
        "reference id",
        created.inquiry.reference_id().unwrap_or("-"),
    );
    let fields = created.inquiry.fields();
    let filled = fields
        .names()
        .filter(|name| fields.value(name).is_some_and(|it| !it.is_null()));
    out.row("prefilled", filled.collect::<Vec<_>>().join(", "));
    out.status("status", created.inquiry.status().as_str());
    if let Some(link) = &created.link {
        // The one place to reveal it: on its way to the person.
        out.row("one-time link", link.reveal());
    }
    Ok(created)
}

/// Somebody who starts, closes the tab, comes back, and is who they say.
async fn play_the_person(
    persona: Persona,
    inquiry: Inquiry,
    mut person: Person,
    link: String,
    out: Terminal,
) -> Result<(), Failure> {
    let moment = Duration::from_millis(300);

    out.section("The person opens the link");
    person.follow_link(&link)?;
    person.start()?;
    out.note("starts, then closes the tab");
    person.leave();
    sleep(moment).await;

    out.section("The person comes back");
    if let Err(what_they_see) = person.open(inquiry.id().as_str()) {
        out.note(&format!("without a token the page says: {what_they_see}"));
    }
    let resumed = persona.inquiries().resume(inquiry.id()).await?;
    out.note("the backend resumes the session and hands over the token");
    person.enter(inquiry.id().as_str(), resumed.session_token.reveal())?;
    sleep(moment).await;

    out.section("The person hands in what the template asks for");
    for kind in ["government-id", "selfie"] {
        person.submit(kind)?;
        out.note(&format!("submits: {kind}"));
        sleep(moment).await;
    }
    person.pass()?;
    Ok(())
}

async fn wait(
    persona: &Persona,
    inquiry: &Inquiry,
    deadline: Duration,
    out: &Terminal,
) -> Result<Inquiry, Failure> {
    let outcome = persona
        .inquiries()
        .wait(inquiry.id())
        .deadline(deadline)
        .pace(Duration::from_millis(500), Duration::from_secs(10))
        .await?;
    match outcome {
        Outcome::Met(inquiry) => {
            out.section("The wait ends");
            out.status("status", inquiry.status().as_str());
            Ok(inquiry)
        }
        Outcome::Expired(_) => Err("it expired: resume it and send a new link".into()),
        Outcome::TimedOut { .. } => Err("the person did not finish in time".into()),
        Outcome::Gone => Err("the inquiry was redacted".into()),
        _ => Err("the wait ended in a way this example does not know".into()),
    }
}

async fn show_result(persona: &Persona, inquiry: &Inquiry, out: &Terminal) -> Result<(), Failure> {
    out.section("What was verified");
    for verification in persona.inquiries().verifications(inquiry.id()).await? {
        show_verification(&verification, out);
    }
    let update = InquiryUpdate::new().note("onboarded by the example");
    let inquiry = persona.inquiries().update(inquiry.id(), update).await?;
    out.section("The decision");
    out.status("inquiry", inquiry.status().as_str());
    if let Some(at) = inquiry.decisioned_at() {
        out.row("decided at", at.format("%Y-%m-%d %H:%M:%S UTC"));
    }
    Ok(())
}

fn show_verification(verification: &Verification, out: &Terminal) {
    out.status(verification.kind(), verification.status().as_str());
    for check in verification.checks() {
        if check.status() != CheckStatus::NotApplicable {
            out.check(
                check.name(),
                check.status().as_str(),
                check.requirement().as_str(),
            );
        }
    }
}
