//! A queue of cases in a terminal: list, open, decide.
//!
//! `cargo run --example review_queue` fills a queue on the emulator. On a terminal you decide;
//! where standard input is none, a script does. With `PERSONA_API_KEY` set it shows the cases of
//! Persona instead, and what you decide there is decided.

mod decision;
mod show;

use std::env;
use std::error::Error;
use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use anstream::{eprintln, print, println};
use withpersona::emulator::Emulator;
use withpersona::{Case, NewReport, Persona, Subject};

use decision::Command;

type Failure = Box<dyn Error + Send + Sync>;

/// What a reviewer types who is not there.
const SCRIPT: &str =
    "list\nopen 1\ndecline not a namesake\nopen 2\napprove another birthplace\nlist\nquit\n";

#[tokio::main]
async fn main() -> ExitCode {
    match review().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn review() -> Result<(), Failure> {
    let at_a_terminal = io::stdin().is_terminal();
    if env::var_os("PERSONA_API_KEY").is_some() {
        if !at_a_terminal {
            return Err("PERSONA_API_KEY is set: decide at a terminal, no script does it".into());
        }
        return answer(&Persona::from_env()?, io::stdin().lock(), false).await;
    }
    let emulator = Emulator::builder()
        .processing_delay(Duration::ZERO)
        .cases_on_match()
        .start()
        .await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    println!("On the emulator: no account, no key, no network\n");
    fill_the_queue(&emulator, &persona).await?;
    if at_a_terminal {
        answer(&persona, io::stdin().lock(), false).await
    } else {
        answer(&persona, SCRIPT.as_bytes(), true).await
    }
}

/// Screens three people who do not exist; each match opens a case.
async fn fill_the_queue(emulator: &Emulator, persona: &Persona) -> Result<(), Failure> {
    let reports = [
        NewReport::watchlist(Subject::full_name("Zorblax Quenvoy")),
        NewReport::adverse_media(Subject::full_name("Mirelda Okonvar")),
        NewReport::politically_exposed_person(Subject::full_name("Oskarin Plevnikar")),
    ];
    for (number, new) in reports.into_iter().enumerate() {
        let new = new.reference_id(format!("user-{}", number + 1));
        persona.reports().create(new).await?;
    }
    if let Some(newest) = persona.cases().list().items().next().await {
        let id = newest?.id();
        emulator.comment_on_case(
            id.as_str(),
            "colleague@example.com",
            "seen in the news, too",
        );
    }
    Ok(())
}

/// Does what is typed, line by line, until there is no more.
async fn answer(persona: &Persona, input: impl BufRead, echo: bool) -> Result<(), Failure> {
    println!("A queue of cases. {}", decision::HELP);
    let mut listed: Vec<Case> = Vec::new();
    let mut opened: Option<Case> = None;
    prompt();
    for line in input.lines() {
        let line = line?;
        if echo {
            println!("{line}");
        }
        match Command::read(&line) {
            Command::Nothing => {}
            Command::Quit => return Ok(()),
            Command::Unknown => println!("{}", decision::HELP),
            Command::List => listed = list(persona).await?,
            Command::Open(number) => match number.checked_sub(1).and_then(|at| listed.get(at)) {
                Some(case) => opened = Some(open(persona, case).await?),
                None => println!("there is no case {number} on the list"),
            },
            Command::Decide(decision) => match opened.take() {
                Some(case) => decision.carry_out(persona, &case).await?,
                None => println!("open a case first"),
            },
        }
        prompt();
    }
    Ok(())
}

fn prompt() {
    print!("> ");
    // Where nobody reads on, there is nobody to be prompted.
    let _ = io::stdout().flush();
}

/// The cases that are not decided.
async fn list(persona: &Persona) -> Result<Vec<Case>, Failure> {
    let mut cases = Vec::new();
    let mut items = persona.cases().list().page_size(20).items();
    while let Some(case) = items.next().await {
        let case = case?;
        if case.resolved_at().is_none() && !case.is_redacted() {
            cases.push(case);
        }
        if cases.len() == 20 {
            break;
        }
    }
    show::queue(&cases);
    Ok(cases)
}

/// Reads a case and what it is about.
async fn open(persona: &Persona, case: &Case) -> Result<Case, Failure> {
    let case = persona.cases().retrieve(case.id()).await?;
    show::case(&case);
    for id in case.report_ids() {
        show::report(&persona.reports().retrieve(id).await?);
    }
    for comment in persona.cases().comments(case.id()).await? {
        show::comment(&comment);
    }
    Ok(case)
}
