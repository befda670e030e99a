//! Deletes everything of one person, found by their reference id, and tells what was deleted.
//!
//! `cargo run --example redact_person` plays it on the emulator, with a person made up for it.
//! `cargo run --example redact_person -- REFERENCE_ID --yes` with `PERSONA_API_KEY` set does it on
//! Persona. Redaction cannot be undone; without `--yes` it only tells what it would delete.

use std::collections::BTreeMap;
use std::env;
use std::process::ExitCode;

use anstream::{eprintln, println};
use anstyle::{AnsiColor, Style};
use withpersona::emulator::{Emulator, TRANSACTION_TYPE_ID};
use withpersona::{
    AccountId, Error, Items, NewAccount, NewCase, NewInquiry, NewReport, NewTransaction, Persona,
    Subject,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(report) if report.failed == 0 => ExitCode::SUCCESS,
        Ok(report) => {
            eprintln!(
                "error: {} could not be redacted; run it again",
                report.failed
            );
            ExitCode::FAILURE
        }
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<Report, Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (switches, names): (Vec<_>, Vec<_>) = arguments.iter().partition(|it| it.starts_with("--"));
    match names.as_slice() {
        [] if switches.is_empty() => on_the_emulator().await,
        [reference_id] => {
            let for_good = match switches.as_slice() {
                [] => false,
                [yes] if *yes == "--yes" => true,
                _ => return Err("the only switch is --yes".into()),
            };
            let persona = Persona::from_env()?;
            redact_person(&persona, reference_id, for_good).await
        }
        _ => Err("give one reference id, and --yes to delete; or nothing, for the emulator".into()),
    }
}

/// The same, of a person who is made up.
async fn on_the_emulator() -> Result<Report, Failure> {
    let emulator = Emulator::start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    println!("On the emulator: no account, no key, no network");
    let reference_id = "user-4711";
    let account = NewAccount::new()
        .reference_id(reference_id)
        .name_first("Alex")
        .name_last("Sample");
    let account = persona.accounts().create(account).await?.id();
    let mut case = NewCase::from_template("ctmpl_EmulatedReview").object(account.as_str());
    for _ in 0..2 {
        let new = NewInquiry::from_template(emulator.default_template_id())
            .account(&account)
            .field("name-first", "Alex");
        let inquiry = persona.inquiries().create(new).await?.inquiry;
        case = case.object(inquiry.id().as_str());
    }
    let report = NewReport::watchlist(Subject::full_name("Alex Sample")).account(&account);
    let report = persona.reports().create(report).await?;
    persona
        .cases()
        .create(case.object(report.id().as_str()))
        .await?;
    let payment = NewTransaction::of_type(TRANSACTION_TYPE_ID)
        .reference_id(reference_id)
        .field("payer", "Alex Sample");
    persona.transactions().create(payment).await?;
    redact_person(&persona, reference_id, true).await
}

/// What belongs to an account goes first, the account itself last: while it is there, a run that
/// was broken off can be made again and finds the rest.
async fn redact_person(
    persona: &Persona,
    reference_id: &str,
    for_good: bool,
) -> Result<Report, Failure> {
    let mut report = Report::new(for_good);
    let inquiries = persona
        .inquiries()
        .list()
        .reference_id(reference_id)
        .page_size(100);
    for id in ids(inquiries.items(), |it| (!it.is_redacted()).then(|| it.id())).await? {
        let name = id.to_string();
        report
            .one("inquiry", &name, async {
                persona.inquiries().redact(id).await
            })
            .await;
    }
    let reports = persona
        .reports()
        .list()
        .reference_id(reference_id)
        .page_size(100);
    for id in ids(reports.items(), |it| Some(it.id())).await? {
        let name = id.to_string();
        report
            .one("report", &name, async {
                persona.reports().redact(id).await
            })
            .await;
    }
    let cases = persona
        .cases()
        .list()
        .reference_id(reference_id)
        .page_size(100);
    for id in ids(cases.items(), |it| Some(it.id())).await? {
        let name = id.to_string();
        report
            .one("case", &name, async { persona.cases().redact(id).await })
            .await;
    }
    let transactions = persona
        .transactions()
        .list()
        .reference_id(reference_id)
        .page_size(100);
    for id in ids(transactions.items(), |it| Some(it.id())).await? {
        let name = id.to_string();
        report
            .one("transaction", &name, async {
                persona.transactions().redact(id).await
            })
            .await;
    }
    let accounts = persona.accounts().list().reference_id(reference_id);
    let accounts: Vec<AccountId> = ids(accounts.items(), |it| Some(it.id())).await?;
    for id in accounts {
        let name = id.to_string();
        report
            .one("account", &name, async {
                persona.accounts().redact(id).await
            })
            .await;
    }
    report.print();
    Ok(report)
}

/// All ids first: redacting while reading would move the pages.
async fn ids<T, I>(mut items: Items<T>, id: impl Fn(&T) -> Option<I>) -> Result<Vec<I>, Error> {
    let mut ids = Vec::new();
    while let Some(item) = items.next().await {
        ids.extend(id(&item?));
    }
    Ok(ids)
}

/// What was deleted, by kind.
struct Report {
    for_good: bool,
    counts: BTreeMap<&'static str, [usize; 3]>,
    failed: usize,
}

impl Report {
    fn new(for_good: bool) -> Self {
        Self {
            for_good,
            counts: BTreeMap::new(),
            failed: 0,
        }
    }

    /// Redacts one object. One that was redacted before counts as done.
    async fn one<T>(
        &mut self,
        kind: &'static str,
        id: &str,
        redact: impl Future<Output = Result<T, Error>>,
    ) {
        let (outcome, colour, what) = if !self.for_good {
            (0, AnsiColor::Yellow, "would be redacted".to_owned())
        } else {
            match redact.await {
                Ok(_) => (0, AnsiColor::Green, "redacted".to_owned()),
                Err(error) if error.is_conflict() => {
                    (1, AnsiColor::Yellow, "was redacted before".to_owned())
                }
                Err(error) => (2, AnsiColor::Red, error.to_string()),
            }
        };
        self.counts.entry(kind).or_default()[outcome] += 1;
        self.failed += usize::from(outcome == 2);
        let style = Style::new().fg_color(Some(colour.into()));
        println!("   {kind:<12} {id:<32} {style}{what}{style:#}");
    }

    fn print(&self) {
        let heading = Style::new().bold();
        let done = if self.for_good { "redacted" } else { "found" };
        println!(
            "\n{heading}   {:<12} {done:>9} {:>9} {:>9}{heading:#}",
            "", "before", "failed"
        );
        for (kind, [redacted, before, failed]) in &self.counts {
            println!("   {kind:<12} {redacted:>9} {before:>9} {failed:>9}");
        }
        if self.counts.is_empty() {
            println!("   nothing was found");
        }
    }
}
