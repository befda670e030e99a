//! Keeps the PDF of every finished inquiry in a folder. Run it again, and it goes on where it
//! stopped: what is there already is not asked for.
//!
//! `cargo run --example archive_pdfs` plays it on an emulator, in a folder that it removes.
//! `PERSONA_API_KEY=… cargo run --example archive_pdfs -- FOLDER` does it for real.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
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
    let (emulator, persona) = some_that_are_finished().await?;
    let folder = env::temp_dir().join(format!("withpersona-pdfs-{}", std::process::id()));
    archive(&persona, &folder).await?;
    println!("\nAgain, as after a crash");
    archive(&persona, &folder).await?;
    fs::remove_dir_all(&folder).await?;
    drop(emulator);
    Ok(())
}

async fn archive(persona: &Persona, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).await?;
    let mut list = persona.inquiries().list().page_size(100);
    for status in [InquiryStatus::Approved, InquiryStatus::Declined] {
        list = list.status(status);
    }
    // How many there are, Persona does not tell; the bar is on stderr, and only on a terminal.
    let bar = ProgressBar::new_spinner().with_message("archiving");
    let (mut new, mut known) = (0, 0);
    let mut finished = list.items();
    while let Some(inquiry) = finished.next().await {
        match keep(persona, &inquiry?.id(), folder).await? {
            true => new += 1,
            false => known += 1,
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!(
        "{new} PDFs written to {}, {known} were there",
        folder.display()
    );
    Ok(())
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

async fn some_that_are_finished() -> Result<(Emulator, Persona), Failure> {
    let emulator = Emulator::start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    let inquiries = persona.inquiries();
    for number in 0..12 {
        let new = NewInquiry::from_template(emulator.default_template_id());
        let id = inquiries.create(new).await?.inquiry.id();
        match number % 3 {
            0 => drop(inquiries.approve(&id).await?),
            1 => drop(inquiries.decline(&id).await?),
            _ => {} // still open: not in the archive
        }
    }
    Ok((emulator, persona))
}
