//! Writes spans and metrics of a few calls to the console.
//!
//! It needs no account: it runs against the emulator. `cargo run --example observe`

use std::time::Duration;

use anstream::println; // ends quietly where nobody reads on
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;
use withpersona::emulator::Emulator;
use withpersona::observe::{AttemptReport, CallInfo, CallReport, Observer};
use withpersona::{NewInquiry, Persona};

/// Where a program would count, this prints.
struct Console;

impl Observer for Console {
    fn attempt_finished(&self, call: &CallInfo, attempt: &AttemptReport<'_>) {
        let again = attempt.retry_in.map_or(String::new(), |delay: Duration| {
            format!(", again in {} ms", delay.as_millis())
        });
        println!(
            "attempts_total{{operation={:?}, status={:?}}} += 1{again}",
            call.operation, attempt.status
        );
    }

    fn call_finished(&self, call: &CallInfo, report: &CallReport<'_>) {
        println!(
            "call_seconds{{operation={:?}, failed={}}} observes {:.3}",
            call.operation,
            report.error.is_some(),
            report.duration.as_secs_f64()
        );
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let spans = tracing_subscriber::fmt::layer()
        .with_span_events(FmtSpan::CLOSE)
        .without_time()
        .log_internal_errors(false); // as when nobody reads on
    // Everything that this crate tells, and nothing of the HTTP client below it.
    let ours = Targets::new().with_target("withpersona", Level::DEBUG);
    tracing_subscriber::registry().with(spans).with(ours).init();
    let emulator = Emulator::start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .observer(Console)
        .build()?;

    let new = NewInquiry::from_template(emulator.default_template_id()).reference_id("user-1");
    let created = persona.inquiries().create(new).await?;
    persona.inquiries().retrieve(created.inquiry.id()).await?;
    if let Err(error) = persona.inquiries().retrieve("inq_unknown").await {
        println!("{error}");
    }
    if let Some(state) = persona.rate_limits().state() {
        println!("{} of {} requests left", state.remaining, state.limit);
    }
    Ok(())
}
