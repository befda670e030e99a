//! Every call on cases, by its name, against the emulator: what it does, what it refuses, and that
//! nothing of a person is left once a case is redacted.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../http/mod.rs"]
mod http;
#[path = "../on_emulator/mod.rs"]
mod on_emulator;

mod bad_input;
mod find;
mod open;
mod redact;
mod review;

use withpersona::emulator::Emulator;
use withpersona::{Case, NewCase, NewInquiry, Persona};

const TEMPLATE: &str = "ctmpl_EmulatedReview";
const QUEUE: &str = "cqueue_EmulatedReview";

fn new_case() -> NewCase {
    NewCase::from_template(TEMPLATE)
}

async fn opened(persona: &Persona) -> Case {
    persona.cases().create(new_case()).await.expect("opened")
}

/// An inquiry, with the account of `user-1`.
async fn inquiry(emulator: &Emulator, persona: &Persona) -> withpersona::Inquiry {
    let new = NewInquiry::from_template(emulator.default_template_id()).reference_id("user-1");
    persona
        .inquiries()
        .create(new)
        .await
        .expect("created")
        .inquiry
}
