//! Prints calls of this crate as a list of tools for an agent: name, what it does, and the JSON
//! Schema of what it takes and gives. `cargo run --example tools`
//!
//! The types of the crate bring their schemas along (feature `schemars`): ids and statuses to put
//! into the arguments of a tool of yours, and the objects that come back.

// The arguments are never made here: their schemas are all that is asked for.
#![allow(dead_code)]

use std::collections::BTreeMap;

use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};
use withpersona::{
    Document, DocumentId, ImportKind, Importer, Inquiry, InquiryId, InquiryStatus, InquiryTemplate,
    TemplateId, Verification, VerificationId,
};

#[derive(JsonSchema)]
struct CreateInquiry {
    template_id: TemplateId,
    /// Your own id for the person; not their name or address.
    reference_id: Option<String>,
    /// Values to begin with, by the template's names.
    fields: Option<BTreeMap<String, Value>>,
    tags: Option<Vec<String>>,
    note: Option<String>,
    redirect_uri: Option<String>,
}

#[derive(JsonSchema)]
struct OneInquiry {
    inquiry_id: InquiryId,
}

#[derive(JsonSchema)]
struct ListInquiries {
    status: Option<InquiryStatus>,
    reference_id: Option<String>,
    /// RFC 3339, UTC.
    created_from: Option<String>,
    /// RFC 3339, UTC.
    created_until: Option<String>,
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    /// Where an earlier page ended.
    after: Option<String>,
}

#[derive(JsonSchema)]
struct UpdateInquiry {
    inquiry_id: InquiryId,
    fields: Option<BTreeMap<String, Value>>,
    tags: Option<Vec<String>>,
    note: Option<String>,
}

#[derive(JsonSchema)]
struct Decide {
    inquiry_id: InquiryId,
    comment: Option<String>,
}

#[derive(JsonSchema)]
struct MakeLink {
    inquiry_id: InquiryId,
    #[schemars(range(min = 1))]
    expires_in_seconds: Option<u32>,
}

#[derive(JsonSchema)]
struct OneVerification {
    verification_id: VerificationId,
}

#[derive(JsonSchema)]
struct OneDocument {
    document_id: DocumentId,
}

#[derive(JsonSchema)]
struct ImportAccounts {
    /// Path of a CSV file with a header.
    file: String,
}

#[derive(JsonSchema)]
struct Page {
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    after: Option<String>,
}

#[rustfmt::skip]
fn main() -> Result<(), serde_json::Error> {
    let columns = format!("Import accounts; columns: {}", ImportKind::Accounts.columns().join(", "));
    let tools = [
        tool::<CreateInquiry, Inquiry>("create_inquiry", "Create an inquiry for a person"),
        tool::<OneInquiry, Inquiry>("get_inquiry", "Read an inquiry"),
        tool::<ListInquiries, Vec<Inquiry>>("list_inquiries", "List inquiries, newest first"),
        tool::<UpdateInquiry, Inquiry>("update_inquiry", "Change what is given of an inquiry"),
        tool::<Decide, Inquiry>("approve_inquiry", "Approve an inquiry"),
        tool::<Decide, Inquiry>("decline_inquiry", "Decline an inquiry"),
        tool::<OneInquiry, Inquiry>("review_inquiry", "Mark an inquiry for review by a person"),
        tool::<OneInquiry, Inquiry>("resume_inquiry", "Let a person come back into an inquiry"),
        tool::<OneInquiry, Inquiry>("expire_inquiry", "Expire an inquiry and its links"),
        tool::<MakeLink, Inquiry>("make_one_time_link", "Make a link that works once"),
        tool::<OneInquiry, ()>("print_inquiry", "Write the PDF of an inquiry to a file"),
        tool::<OneInquiry, Inquiry>("redact_inquiry", "Delete the person's data for good"),
        tool::<ImportAccounts, Importer>("import_accounts", &columns),
        tool::<OneVerification, Verification>("get_verification", "Read a verification with its checks"),
        tool::<OneDocument, Document>("get_document", "Read a document that a person handed in"),
        tool::<Page, Vec<InquiryTemplate>>("list_templates", "List inquiry templates"),
    ];
    println!("{}", serde_json::to_string_pretty(&tools)?);
    Ok(())
}

fn tool<Takes: JsonSchema, Gives: JsonSchema>(name: &str, description: &str) -> Value {
    json!({
        "name": name,
        "description": description,
        "inputSchema": schema_for!(Takes),
        "outputSchema": schema_for!(Gives),
    })
}
