//! Lists inquiries, page by page, by what one wants to know of them.
//!
//! `cargo run --example list_inquiries` fills an emulator first. With `PERSONA_API_KEY` set it
//! lists those of that key's environment.

use std::env;
use std::error::Error;

use anstream::println; // ends quietly where nobody reads on
use withpersona::emulator::Emulator;
use withpersona::{Cursor, InquiryList, InquiryStatus, NewInquiry, Persona};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os("PERSONA_API_KEY").is_some() {
        return list(&Persona::from_env()?).await;
    }
    let emulator = Emulator::start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    println!("On the emulator: no account, no key, no network\n");
    for number in 1..=7 {
        let new = NewInquiry::from_template(emulator.default_template_id())
            .reference_id(format!("user-{}", number % 3))
            .field("name-first", "Alex");
        let created = persona.inquiries().create(new).await?;
        if number % 2 == 0 {
            let id = created.inquiry.id();
            persona.inquiries().mark_for_review(id).await?;
        }
    }
    list(&persona).await
}

async fn list(persona: &Persona) -> Result<(), Box<dyn Error>> {
    let all = || persona.inquiries().list();

    println!("Waiting for a review");
    show(all().status(InquiryStatus::NeedsReview)).await?;
    println!("\nOf one person");
    show(all().reference_id("user-1")).await?;

    // A job that goes on tomorrow where it stopped today: save the cursor as text.
    println!("\nIn two runs");
    let mut pages = all().page_size(4).pages();
    let first = pages.next().await.transpose()?;
    println!("   first run: {}", first.map_or(0, |page| page.items.len()));
    let Some(saved) = pages.cursor().map(|cursor| cursor.as_str().to_owned()) else {
        println!("   everything was on the first page");
        return Ok(());
    };
    let mut rest = all().after(Cursor::new(saved)).items();
    let mut count = 0;
    while let Some(inquiry) = rest.next().await {
        inquiry?;
        count += 1;
    }
    println!("   second run: {count}");
    Ok(())
}

/// Asks for a page when it is needed, so stopping early costs nothing.
async fn show(list: InquiryList) -> Result<(), Box<dyn Error>> {
    let mut items = list.items();
    for _ in 0..10 {
        let Some(inquiry) = items.next().await.transpose()? else {
            return Ok(());
        };
        let created = inquiry.created_at().map(|at| at.format("%F").to_string());
        let status = inquiry.status().to_string();
        println!(
            "   {}  {status:<14}{}",
            inquiry.id(),
            created.unwrap_or_default()
        );
    }
    println!("   … and more");
    Ok(())
}
