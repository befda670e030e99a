//! The tools: what a call takes is read from JSON by the crate's own inputs, what it gives is the
//! crate's own output. So the schema that an agent sees is the one that the call goes by.
//!
//! The arguments that name one object are structs of this example: an id, and what goes with it.

use std::error::Error;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, schema_for};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use withpersona::{
    AccountFilter, AccountId, AccountUpdate, CaseFilter, CaseId, Csv, DocumentId, Inquiry,
    InquiryFilter, InquiryId, InquiryUpdate, NewAccount, NewInquiry, NewReport, Page, PageRequest,
    Pages, Persona, ReportFilter, ReportId, VerificationId,
};

pub type Failure = Box<dyn Error + Send + Sync>;
type Answer = Pin<Box<dyn Future<Output = Result<Value, Failure>> + Send>>;

/// One call, as it is offered to an agent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool {
    pub name: &'static str,
    pub description: &'static str,
    pub input_schema: Schema,
    pub output_schema: Schema,
    #[serde(skip)]
    run: Box<dyn Fn(Persona, Value) -> Answer + Send + Sync>,
}

impl Tool {
    fn new<In, Out, Run, Running>(name: &'static str, description: &'static str, run: Run) -> Self
    where
        In: DeserializeOwned + JsonSchema,
        Out: Serialize + JsonSchema,
        Run: Fn(Persona, In) -> Running + Copy + Send + Sync + 'static,
        Running: Future<Output = Result<Out, Failure>> + Send + 'static,
    {
        let run = move |persona: Persona, arguments: Value| -> Answer {
            // Where the arguments do not fit, the message can hold a value of theirs: it goes back
            // to the agent that gave them, and nowhere else.
            match serde_json::from_value::<In>(arguments) {
                Ok(input) => {
                    let running = run(persona, input);
                    Box::pin(async move { Ok(serde_json::to_value(running.await?)?) })
                }
                Err(fault) => Box::pin(async move { Err(fault.into()) }),
            }
        };
        Self {
            name,
            description,
            input_schema: on_one_line(schema_for!(In)),
            output_schema: on_one_line(schema_for!(Out)),
            run: Box::new(run),
        }
    }

    pub fn call(&self, persona: Persona, arguments: Value) -> Answer {
        (self.run)(persona, arguments)
    }
}

/// Descriptions come from comments, which are broken into lines.
fn on_one_line(mut schema: Schema) -> Schema {
    let mut joined = RecursiveTransform(|schema: &mut Schema| {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.replace('\n', " ");
        }
    });
    joined.transform(&mut schema);
    schema
}

/// An id is text here, so that it is looked at like every id that comes from outside.
macro_rules! names_one {
    ($($name:ident($id:literal);)*) => {$(
        #[derive(Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        struct $name {
            #[schemars(with = $id)]
            id: String,
        }
    )*};
}

names_one! {
    OneInquiry("InquiryId");
    OneAccount("AccountId");
    OneCase("CaseId");
    OneReport("ReportId");
    OneVerification("VerificationId");
    OneDocument("DocumentId");
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UpdateInquiry {
    #[schemars(with = "InquiryId")]
    id: String,
    /// What to change.
    change: InquiryUpdate,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UpdateAccount {
    #[schemars(with = "AccountId")]
    id: String,
    /// What to change.
    change: AccountUpdate,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Decide {
    #[schemars(with = "InquiryId")]
    id: String,
    /// Why, for the dashboard.
    #[serde(default)]
    comment: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MakeLink {
    #[schemars(with = "InquiryId")]
    id: String,
    /// Seconds; 24 hours unless set.
    #[serde(default)]
    #[schemars(range(min = 1))]
    expires_in_seconds: Option<u64>,
}

/// Whoever has the link is let in as the person.
#[derive(Serialize, JsonSchema)]
struct Link {
    link: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PrintTo {
    #[schemars(with = "InquiryId")]
    id: String,
    /// Path of the file to be written.
    file: PathBuf,
}

#[derive(Serialize, JsonSchema)]
struct Printed {
    bytes: u64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ImportFrom {
    /// Path of a CSV file with a header.
    file: PathBuf,
}

/// All of them.
pub fn tools() -> Vec<Tool> {
    let mut tools = of_inquiries();
    tools.extend(of_accounts());
    tools.extend(of_what_is_found());
    tools
}

fn of_inquiries() -> Vec<Tool> {
    vec![
        Tool::new(
            "create_inquiry",
            "Create an inquiry for a person",
            create_inquiry,
        ),
        Tool::new(
            "get_inquiry",
            "Read an inquiry",
            |persona: Persona, one: OneInquiry| async move {
                Ok(persona.inquiries().retrieve(one.id).await?)
            },
        ),
        Tool::new(
            "list_inquiries",
            "List inquiries, newest first, a page at once",
            |persona: Persona, filter: InquiryFilter| {
                first(persona.inquiries().list().narrow(filter).pages())
            },
        ),
        Tool::new(
            "update_inquiry",
            "Change what is given of an inquiry",
            |persona: Persona, given: UpdateInquiry| async move {
                Ok(persona.inquiries().update(given.id, given.change).await?)
            },
        ),
        Tool::new(
            "approve_inquiry",
            "Approve an inquiry",
            |persona: Persona, given: Decide| async move {
                Ok(persona
                    .inquiries()
                    .approve(given.id)
                    .comment(given.comment)
                    .await?)
            },
        ),
        Tool::new(
            "decline_inquiry",
            "Decline an inquiry",
            |persona: Persona, given: Decide| async move {
                Ok(persona
                    .inquiries()
                    .decline(given.id)
                    .comment(given.comment)
                    .await?)
            },
        ),
        Tool::new(
            "review_inquiry",
            "Mark an inquiry for review by somebody",
            |persona: Persona, one: OneInquiry| async move {
                Ok(persona.inquiries().mark_for_review(one.id).await?)
            },
        ),
        Tool::new(
            "resume_inquiry",
            "Let a person come back into an inquiry",
            |persona: Persona, one: OneInquiry| async move {
                // The session's token is for the person's own page alone.
                Ok(persona.inquiries().resume(one.id).await?.inquiry)
            },
        ),
        Tool::new(
            "expire_inquiry",
            "Expire an inquiry and all links into it",
            |persona: Persona, one: OneInquiry| async move {
                Ok(persona.inquiries().expire(one.id).await?)
            },
        ),
        Tool::new(
            "make_one_time_link",
            "Make a link into an inquiry that works once",
            make_link,
        ),
        Tool::new(
            "print_inquiry",
            "Write the PDF summary of an inquiry to a file",
            print_inquiry,
        ),
        Tool::new(
            "redact_inquiry",
            "Delete the person's data in an inquiry for good",
            |persona: Persona, one: OneInquiry| async move {
                Ok(persona.inquiries().redact(one.id).await?)
            },
        ),
    ]
}

fn of_accounts() -> Vec<Tool> {
    vec![
        Tool::new(
            "create_account",
            "Create the account of a person",
            |persona: Persona, new: NewAccount| async move { Ok(persona.accounts().create(new).await?) },
        ),
        Tool::new(
            "get_account",
            "Read an account",
            |persona: Persona, one: OneAccount| async move {
                Ok(persona.accounts().retrieve(one.id).await?)
            },
        ),
        Tool::new(
            "list_accounts",
            "List accounts, newest first, a page at once",
            |persona: Persona, filter: AccountFilter| {
                first(persona.accounts().list().narrow(filter).pages())
            },
        ),
        Tool::new(
            "update_account",
            "Change what is given of an account",
            |persona: Persona, given: UpdateAccount| async move {
                Ok(persona.accounts().update(given.id, given.change).await?)
            },
        ),
        Tool::new(
            "import_accounts",
            "Create accounts from a CSV file",
            |persona: Persona, given: ImportFrom| async move {
                Ok(persona.importers().accounts(Csv::file(given.file)).await?)
            },
        ),
        Tool::new(
            "redact_account",
            "Delete the person's data in an account and all that belongs to it",
            |persona: Persona, one: OneAccount| async move {
                Ok(persona.accounts().redact(one.id).await?)
            },
        ),
    ]
}

fn of_what_is_found() -> Vec<Tool> {
    vec![
        Tool::new(
            "list_cases",
            "List cases, newest first, a page at once",
            |persona: Persona, filter: CaseFilter| {
                first(persona.cases().list().narrow(filter).pages())
            },
        ),
        Tool::new(
            "get_case",
            "Read a case",
            |persona: Persona, one: OneCase| async move { Ok(persona.cases().retrieve(one.id).await?) },
        ),
        Tool::new(
            "run_report",
            "Have a report made; it is pending at first",
            |persona: Persona, new: NewReport| async move { Ok(persona.reports().create(new).await?) },
        ),
        Tool::new(
            "get_report",
            "Read a report with its matches",
            |persona: Persona, one: OneReport| async move {
                Ok(persona.reports().retrieve(one.id).await?)
            },
        ),
        Tool::new(
            "list_reports",
            "List reports, newest first, a page at once",
            |persona: Persona, filter: ReportFilter| {
                first(persona.reports().list().narrow(filter).pages())
            },
        ),
        Tool::new(
            "get_verification",
            "Read a verification with its checks",
            |persona: Persona, one: OneVerification| async move {
                Ok(persona.verifications().retrieve(one.id).await?)
            },
        ),
        Tool::new(
            "get_document",
            "Read a document that a person handed in",
            |persona: Persona, one: OneDocument| async move {
                Ok(persona.documents().retrieve(one.id).await?)
            },
        ),
        Tool::new(
            "list_templates",
            "List inquiry templates, a page at once",
            |persona: Persona, page: PageRequest| {
                first(persona.templates().list().narrow(page).pages())
            },
        ),
    ]
}

async fn create_inquiry(persona: Persona, new: NewInquiry) -> Result<Inquiry, Failure> {
    // Token and link stay here: an agent asks for a link by a tool of its own.
    Ok(persona.inquiries().create(new).await?.inquiry)
}

async fn make_link(persona: Persona, given: MakeLink) -> Result<Link, Failure> {
    let mut request = persona.inquiries().one_time_link(given.id);
    if let Some(seconds) = given.expires_in_seconds {
        request = request.expires_in(Duration::from_secs(seconds));
    }
    let link = request.await?.reveal().to_owned();
    Ok(Link { link })
}

async fn print_inquiry(persona: Persona, given: PrintTo) -> Result<Printed, Failure> {
    let mut pdf = persona.inquiries().print(given.id).await?;
    let mut file = tokio::fs::File::create(given.file).await?;
    let bytes = pdf.copy_to(&mut file).await?;
    file.sync_all().await?;
    Ok(Printed { bytes })
}

/// One page: its cursor leads to the next one.
async fn first<T>(mut pages: Pages<T>) -> Result<Page<T>, Failure> {
    let page = pages.next().await.ok_or("a list has a first page")?;
    Ok(page?)
}
