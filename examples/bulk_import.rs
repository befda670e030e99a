//! Imports accounts from a CSV of any size: rows that cannot be right go to a file with the
//! reason, the others to Persona, and the import is followed to its end.
//!
//! `cargo run --example bulk_import` makes up 5,000 rows and plays it on an emulator;
//! `cargo run --release --example bulk_import -- 100000` makes up as many as that (the emulator
//! keeps every account in memory, and is slow where it is not optimized).
//! `PERSONA_API_KEY=… cargo run --example bulk_import -- ACCOUNTS.csv` does it for real.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use indicatif::ProgressBar;
use withpersona::emulator::Emulator;
use withpersona::{Csv, ImportKind, Outcome, Persona};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if env::var_os("PERSONA_API_KEY").is_some() {
        let file = arguments.first().ok_or("name a CSV file")?;
        return import(&Persona::from_env()?, Path::new(file)).await;
    }
    let rows = match arguments.as_slice() {
        [] => 5_000,
        [rows] => rows.parse().map_err(|_| "give the number of rows")?,
        _ => return Err("give the number of rows, or nothing".into()),
    };
    let emulator = Emulator::start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    let folder = env::temp_dir().join(format!("withpersona-import-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let file = folder.join("accounts.csv");
    make_up(&file, rows)?;
    let outcome = import(&persona, &file).await;
    fs::remove_dir_all(&folder)?;
    outcome
}

async fn import(persona: &Persona, file: &Path) -> Result<(), Failure> {
    // Persona counts the rows that it refuses, and does not tell which: so what can be known
    // before is looked at here.
    let Sifted {
        right,
        wrong,
        refused,
    } = sift(file)?;
    if refused > 0 {
        println!("{refused} rows cannot be right: {}", wrong.display());
        for line in fs::read_to_string(&wrong)?.lines().skip(1).take(3) {
            println!("   {}", line.rsplit(',').next().unwrap_or_default());
        }
    }

    let began = Instant::now();
    let importers = persona.importers();
    let importer = importers.accounts(Csv::file(&right)).await?;
    println!("uploaded as {}", importer.id());

    let bar = ProgressBar::new_spinner();
    let shown = bar.clone();
    let outcome = importers
        .wait_telling(importer.id(), move |seen| {
            shown.set_message(format!(
                "{}: {} rows done",
                seen.status(),
                seen.counts().done()
            ));
            shown.tick();
        })
        .deadline(Duration::from_secs(60 * 60))
        .await?;
    bar.finish_and_clear();
    let Outcome::Met(done) = outcome else {
        return Err("the rows are not done after an hour; look at the import later".into());
    };
    let counts = done.counts();
    println!("{:<12} {}", "status", done.status());
    println!("{:<12} {}", "new", counts.new);
    println!("{:<12} {}", "duplicate", counts.duplicate);
    println!("{:<12} {}", "failed", counts.failed);
    println!("{:<12} {:.1} s", "time", began.elapsed().as_secs_f64());
    Ok(())
}

struct Sifted {
    /// The rows to be imported.
    right: PathBuf,
    /// The others, each with a reason.
    wrong: PathBuf,
    refused: usize,
}

fn sift(file: &Path) -> Result<Sifted, Failure> {
    let mut sifted = Sifted {
        right: file.with_extension("right.csv"),
        wrong: file.with_extension("failed.csv"),
        refused: 0,
    };
    let mut rows = csv::Reader::from_path(file)?;
    let header = rows.headers()?.clone();
    let known = ImportKind::Accounts.columns();
    if let Some(other) = header.iter().find(|name| !known.contains(name)) {
        return Err(format!("{other} is no column of accounts; known are {known:?}").into());
    }
    let birthdate = header.iter().position(|name| name == "birthdate");
    let mut right = csv::Writer::from_path(&sifted.right)?;
    let mut wrong = csv::Writer::from_path(&sifted.wrong)?;
    right.write_record(&header)?;
    wrong.write_record(header.iter().chain(["reason"]))?;
    let mut row = csv::StringRecord::new();
    while rows.read_record(&mut row)? {
        let given = birthdate
            .and_then(|at| row.get(at))
            .filter(|text| !text.is_empty());
        match given.map(|text| text.parse::<NaiveDate>()) {
            Some(Err(_)) => {
                let line = row.position().map_or(0, |at| at.line());
                let reason = format!("line {line}: the birthdate is no date");
                wrong.write_record(row.iter().chain([reason.as_str()]))?;
                sifted.refused += 1;
            }
            _ => right.write_record(&row)?,
        }
    }
    right.flush()?;
    wrong.flush()?;
    Ok(sifted)
}

fn make_up(file: &Path, rows: usize) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(["reference_id", "name_first", "name_last", "birthdate"])?;
    for number in 1..=rows {
        // Some come twice, and some are born on no day.
        let reference = format!("user-{}", number - usize::from(number % 500 == 0));
        let birthdate = if number % 1000 == 7 {
            "1990-02-30"
        } else {
            "1990-02-28"
        };
        writer.write_record([reference.as_str(), "Alex", "Sample", birthdate])?;
    }
    writer.flush()?;
    Ok(())
}
