//! Screens a list of people on watchlists, in the press and for public offices, side by side.
//!
//! `cargo run --example screening` plays it on the emulator, with people who do not exist.
//! With `PERSONA_API_KEY` set it runs against Persona; names come from standard input then, one a
//! line. Each name is three reports, which Persona may charge for.

mod table;

use std::env;
use std::error::Error;
use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use anstream::{eprintln, println};
use futures_util::StreamExt;
use futures_util::stream;
use indicatif::{ProgressBar, ProgressStyle};
use withpersona::emulator::Emulator;
use withpersona::{NewReport, Outcome, Persona, Report, ReportStatus, Subject};

use table::{Hit, Row};

type Failure = Box<dyn Error + Send + Sync>;

/// So many reports are waited for at once. Persona's window is 300 requests a minute.
const AT_ONCE: usize = 12;

const DEADLINE: Duration = Duration::from_secs(120);

/// People who do not exist. The emulator finds something about five of them, or fails to.
const MADE_UP: [&str; 10] = [
    "Alexandra Beispiel",
    "Zorblax Quenvoy",
    "Jonas Musterfall",
    "Mirelda Okonvar",
    "Talindra Voskuyl",
    "Priya Sampleton",
    "Oskarin Plevnikar",
    "Fenwick Errata",
    "Chidi Exampleson",
    "Noa Placeholder",
];

type Screening = (&'static str, fn(Subject) -> NewReport);

const SCREENINGS: [Screening; 3] = [
    ("watchlist", NewReport::watchlist),
    ("adverse media", NewReport::adverse_media),
    ("public office", NewReport::politically_exposed_person),
];

#[tokio::main]
async fn main() -> ExitCode {
    match screen().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn screen() -> Result<(), Failure> {
    if env::var_os("PERSONA_API_KEY").is_some() {
        let names: Result<Vec<String>, _> = io::stdin().lock().lines().collect();
        let names = names?.into_iter().filter(|name| !name.trim().is_empty());
        return screen_all(&Persona::from_env()?, names.collect()).await;
    }
    let emulator = Emulator::builder()
        .processing_delay(Duration::from_millis(800))
        .start()
        .await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    println!("On the emulator: no account, no key, no network\n");
    screen_all(&persona, MADE_UP.map(str::to_owned).into()).await
}

async fn screen_all(persona: &Persona, names: Vec<String>) -> Result<(), Failure> {
    println!(
        "Screening {} people three ways, {} environment",
        names.len(),
        persona.environment()
    );
    let jobs = names
        .iter()
        .flat_map(|name| SCREENINGS.iter().map(move |screening| (name, screening)));
    let progress = progress_bar(names.len() * SCREENINGS.len());
    let mut rows: Vec<Row> = stream::iter(jobs)
        .map(|(name, (kind, new))| {
            let (persona, progress) = (persona.clone(), progress.clone());
            async move {
                let hit = screen_one(&persona, new(Subject::full_name(name))).await;
                progress.inc(1);
                Row::new(name, kind, hit)
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    progress.finish_and_clear();

    let clean = rows.iter().filter(|row| row.is_clean()).count();
    rows.retain(|row| !row.is_clean());
    table::print(&rows);
    println!("{clean} reports found nothing");
    Ok(())
}

/// One report, from its creation to its result. What goes wrong with one stops no other.
async fn screen_one(persona: &Persona, new: NewReport) -> Hit {
    match report(persona, new).await {
        Ok(report) if report.status() == ReportStatus::Errored => Hit::none("report errored"),
        Ok(report) => Hit::found(&report.matches()),
        Err(failure) => Hit::none(&failure.to_string()),
    }
}

async fn report(persona: &Persona, new: NewReport) -> Result<Report, Failure> {
    let created = persona.reports().create(new).await?;
    let outcome = persona
        .reports()
        .wait(created.id())
        .deadline(DEADLINE)
        .pace(Duration::from_millis(500), Duration::from_secs(10))
        .await?;
    match outcome {
        Outcome::Met(report) => Ok(report),
        Outcome::TimedOut { .. } => Err("not ready in time".into()),
        _ => Err("it was redacted".into()),
    }
}

/// On a terminal alone: a pipe gets the result.
fn progress_bar(length: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} reports, {elapsed}");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
