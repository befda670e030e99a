//! Keeps the PDF of every finished inquiry in a folder. Run it again, after a crash or a week later,
//! and it goes on where it stopped: what is there already is not asked for.
//!
//! `cargo run --example archive_pdfs` plays it on an emulator, in a folder that it removes.
//! `PERSONA_API_KEY=… cargo run --example archive_pdfs -- FOLDER` does it for real.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use anstream::println; // ends quietly where nobody reads on
use indicatif::{ProgressBar, ProgressStyle};
use tokio::fs;
use withpersona::emulator::Emulator;
use withpersona::{InquiryId, InquiryStatus, NewInquiry, Persona};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    if env::var_os("PERSONA_API_KEY").is_some() {
        let folder = env::args_os().nth(1).ok_or("name a folder for the PDFs")?;
        return archive(&Persona::from_env()?, Path::new(&folder)).await;
    }
    let emulator = Emulator::start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    let folder = env::temp_dir().join(format!("withpersona-pdfs-{}", std::process::id()));
    println!("On the emulator: no account, no key, no network\n");
    println!("Twelve people came, and some are through");
    let template = emulator.default_template_id();
    some_that_are_finished(&persona, template, 12).await?;
    archive(&persona, &folder).await?;
    println!("\nThree more came; only what is new is asked for");
    some_that_are_finished(&persona, template, 3).await?;
    archive(&persona, &folder).await?;
    fs::remove_dir_all(&folder).await?;
    Ok(())
}

async fn archive(persona: &Persona, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).await?;
    let finished = finished(persona).await?;
    // On stderr, and only on a terminal.
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} inquiries, {eta} left")?;
    let bar = ProgressBar::new(finished.len() as u64).with_style(style);
    let (mut new, mut known) = (0, 0);
    for id in finished {
        match keep(persona, &id, folder).await? {
            true => new += 1,
            false => known += 1,
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("   written to  {}", folder.display());
    println!("   new         {new}");
    println!("   were there  {known}");
    Ok(())
}

/// The ids of all, a hundred to a request; their PDFs are one by one.
async fn finished(persona: &Persona) -> Result<Vec<InquiryId>, Failure> {
    let mut list = persona.inquiries().list().page_size(100);
    for status in [InquiryStatus::Approved, InquiryStatus::Declined] {
        list = list.status(status);
    }
    let mut items = list.items();
    let mut ids = Vec::new();
    while let Some(inquiry) = items.next().await {
        ids.push(inquiry?.id());
    }
    Ok(ids)
}

/// Whether it was new. A file has its name only once it is whole.
async fn keep(persona: &Persona, id: &InquiryId, folder: &Path) -> Result<bool, Failure> {
    let whole: PathBuf = folder.join(format!("{id}.pdf"));
    if fs::try_exists(&whole).await? {
        return Ok(false);
    }
    let part = folder.join(format!("{id}.part"));
    let mut file = fs::File::create(&part).await?;
    let mut pdf = persona.inquiries().print(id).await?;
    pdf.copy_to(&mut file).await?;
    file.sync_all().await?;
    fs::rename(&part, &whole).await?;
    Ok(true)
}

/// Of three people one is approved, one declined, and one has not finished: no PDF of that one.
async fn some_that_are_finished(
    persona: &Persona,
    template: &str,
    people: usize,
) -> Result<(), Failure> {
    let inquiries = persona.inquiries();
    for number in 0..people {
        let new = NewInquiry::from_template(template);
        let id = inquiries.create(new).await?.inquiry.id();
        match number % 3 {
            0 => drop(inquiries.approve(&id).await?),
            1 => drop(inquiries.decline(&id).await?),
            _ => {}
        }
    }
    Ok(())
}
