//! Turns Persona's official OpenAPI 3.1 document into the vendored
//! `openapi/persona.json`: OpenAPI 3.0.3, facts only.

mod blocks;
mod document;
mod flat;
mod lower;
mod parameters;
mod refs;
mod schema;
mod share;
mod stop;
mod union;
mod vocabulary;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Imports an official OpenAPI 3.1 document of Persona's API.
#[derive(Parser)]
struct Arguments {
    /// The official document, JSON or YAML.
    #[arg(long)]
    from: PathBuf,
    /// The vendored document.
    #[arg(long)]
    to: PathBuf,
    /// Write nothing; fail if the vendored document is not what would be written.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let from = arguments.from.display();
    let text = std::fs::read_to_string(&arguments.from)
        .map_err(|error| format!("{from}: cannot be read: {error}"))?;
    let bytes = document::parse(&text)
        .and_then(|official| lower::lower(&official))
        .map(|vendored| document::to_bytes(&vendored))
        .map_err(|stop| format!("{from}: {stop}"))?;
    let to = arguments.to.display();
    document::write(&arguments.to, &bytes)
        .map_err(|error| format!("{to}: cannot be written: {error}"))
}
