//! Imports accounts from a CSV of any size: rows that cannot be right go to a file with the
//! reason, the others to Persona, and the import is followed to its end.
//!
//! `cargo run --example bulk_import` makes up 100,000 rows and plays it on an emulator; with a
//! number after `--` it makes up as many as that.
//! `PERSONA_API_KEY=… cargo run --example bulk_import -- ACCOUNTS.csv` does it for real.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anstream::println; // ends quietly where nobody reads on
use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};
use withpersona::emulator::Emulator;
use withpersona::{Csv, ImportKind, Importer, Outcome, Persona};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if env::var_os("PERSONA_API_KEY").is_some() {
        let file = arguments.first().ok_or("name a CSV file")?;
        return import(&Persona::from_env()?, Path::new(file)).await;
    }
    let rows = match arguments.as_slice() {
        [] => 100_000,
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
    println!("On the emulator: no account, no key, no network\n");
    println!("{rows} made-up people");
    let outcome = import(&persona, &file).await;
    fs::remove_file(&file)?;
    outcome
}

async fn import(persona: &Persona, file: &Path) -> Result<(), Failure> {
    // Persona counts the rows that it refuses, and does not tell which: so what can be known
    // before is looked at here.
    let sifted = sift(file)?;
    println!("   to import   {}", sifted.right);
    println!("   refused     {}", sifted.refused);
    if sifted.refused > 0 {
        println!("   written to  {}", sifted.wrong_rows.display());
    }

    let began = Instant::now();
    let importers = persona.importers();
    let importer = importers.accounts(Csv::file(&sifted.right_rows)).await?;
    println!("   uploaded as {}", importer.id());

    // On stderr, and only on a terminal.
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {elapsed}")?;
    let bar = ProgressBar::new(sifted.right).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    let shown = bar.clone();
    let outcome = importers
        .wait_telling(importer.id(), move |seen| {
            shown.set_position(seen.counts().done());
        })
        .deadline(Duration::from_secs(60 * 60))
        .pace(Duration::from_millis(500), Duration::from_secs(10))
        .await?;
    bar.finish_and_clear();
    let Outcome::Met(done) = outcome else {
        return Err("the rows are not done after an hour; look at the import later".into());
    };
    fs::remove_file(&sifted.right_rows)?;
    show(&done, began.elapsed());
    Ok(())
}

fn show(done: &Importer, took: Duration) {
    let counts = done.counts();
    println!("\nThe import is {}", done.status());
    println!("   new         {}", counts.new);
    println!("   duplicate   {}", counts.duplicate);
    println!("   failed      {}", counts.failed);
    println!("   took        {:.1} s", took.as_secs_f64());
}

struct Sifted {
    right_rows: PathBuf,
    right: u64,
    /// Each with its line and the reason.
    wrong_rows: PathBuf,
    refused: u64,
}

fn sift(file: &Path) -> Result<Sifted, Failure> {
    let mut sifted = Sifted {
        right_rows: file.with_extension("right.csv"),
        right: 0,
        wrong_rows: file.with_extension("failed.csv"),
        refused: 0,
    };
    let mut rows = csv::Reader::from_path(file)?;
    let header = rows.headers()?.clone();
    let known = ImportKind::Accounts.columns();
    if let Some(other) = header.iter().find(|name| !known.contains(name)) {
        return Err(format!("{other} is no column of accounts; known are {known:?}").into());
    }
    let birthdate = header.iter().position(|name| name == "birthdate");
    let mut right = csv::Writer::from_path(&sifted.right_rows)?;
    let mut wrong = csv::Writer::from_path(&sifted.wrong_rows)?;
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
            _ => {
                right.write_record(&row)?;
                sifted.right += 1;
            }
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
