//! Calls an operation that has no method of its own, and reads what has no accessor.
//!
//! `cargo run --example raw_call` runs on an emulator.

use std::error::Error;

use anstream::println; // ends quietly where nobody reads on
use withpersona::emulator::Emulator;
use withpersona::json_api::SparseFields;
use withpersona::raw::types::InquiryTemplateAttributes;
use withpersona::{NewInquiry, Persona};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::start().await?;
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()?;
    let new = NewInquiry::from_template(emulator.default_template_id());
    let inquiry = persona.inquiries().create(new).await?.inquiry;

    // Every operation of Persona's document is a method of the raw client: path, query by name,
    // body. It passes the same retries, rate window and error handling as everything else.
    let fields = SparseFields::new().only("inquiry", ["status", "created-at"]);
    let include = Some("inquiry-template");
    let answer = persona
        .raw()
        .retrieve_an_inquiry(inquiry.id().as_str(), Some(&fields), include)
        .await?;
    println!(
        "HTTP {} {}",
        answer.status(),
        answer.request_id().unwrap_or_default()
    );

    let attributes = &answer.data.attributes;
    println!(
        "status        {}",
        attributes.status.as_deref().unwrap_or("-")
    );
    println!(
        "reference id  {:?} (it was not asked for)",
        attributes.reference_id
    );

    // What came along is told apart by its type, and typed on demand.
    for object in answer.included.iter().flatten() {
        if let Some(template) = object.decode::<InquiryTemplateAttributes>() {
            println!(
                "template      {}",
                template.attributes.name.unwrap_or_default()
            );
        }
    }
    // What the document does not know yet is kept under its name on the wire.
    println!(
        "unknown       {:?}",
        attributes.extra.keys().collect::<Vec<_>>()
    );
    Ok(())
}
