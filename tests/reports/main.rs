//! Every call on reports, by its name, against the emulator: what it does, what it refuses, and
//! that nothing of a person is left once a report is redacted.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../http/mod.rs"]
mod http;
#[path = "../on_emulator/mod.rs"]
mod on_emulator;

mod bad_input;
mod create;
mod keep;
mod matches;
mod redact;

use withpersona::{NewReport, Persona, Report};

const LISTED: &str = "Zorblax Quenvoy";
const IN_PRESS: &str = "Mirelda Okonvar";
const IN_OFFICE: &str = "Talindra Voskuyl";
const EVERYWHERE: &str = "Oskarin Plevnikar";
const TROUBLE: &str = "Fenwick Errata";
const NOBODY: &str = "Alexandra Beispiel";

async fn made(persona: &Persona, new: NewReport) -> Report {
    persona.reports().create(new).await.expect("created")
}
