//! Turns Persona's official OpenAPI 3.1 document into the vendored
//! `openapi/persona.json`: OpenAPI 3.0.3, facts only.

mod blocks;
mod document;
mod flat;
mod lower;
mod names;
mod parameters;
mod refs;
mod report;
mod schema;
mod share;
mod stop;
mod union;
mod vocabulary;

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use serde_json::Value;

/// Imports an official OpenAPI 3.1 document of Persona's API.
///
/// Writes nothing when it stops: at a keyword or a construct that it does not
/// understand, it ends with status 1 and tells where that stands.
#[derive(Parser)]
#[command(name = "openapi-import")]
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
    /// Print what changes against the vendored document, as Markdown.
    #[arg(long)]
    report: bool,
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
    let to = arguments.to.display();
    let text = fs::read_to_string(&arguments.from)
        .map_err(|error| format!("{from}: cannot be read: {error}"))?;
    let imported = document::parse(&text)
        .and_then(|official| lower::lower(&official))
        .map_err(|stop| format!("{from}: {stop}"))?;
    let bytes = document::to_bytes(&imported);
    let before = vendored(&arguments.to)?;
    if arguments.report {
        let old = before
            .as_deref()
            .map(serde_json::from_slice::<Value>)
            .transpose()
            .map_err(|error| format!("{to}: no document of this tool: {error}"))?;
        let page = report::report(old.as_ref(), &imported);
        match std::io::stdout().write_all(page.as_bytes()) {
            // Whoever reads may stop reading.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                return Err(format!("the report cannot be printed: {error}"));
            }
            _ => {}
        }
    }
    if before.as_ref() == Some(&bytes) {
        return Ok(());
    }
    if arguments.check {
        let what = match before {
            Some(_) => "is not what this import writes",
            None => "does not exist",
        };
        return Err(format!(
            "{to}: {what}; nothing was written. Run the same command without --check, \
             read the change with --report, and commit the result"
        ));
    }
    document::write(&arguments.to, &bytes)
        .map_err(|error| format!("{to}: cannot be written: {error}"))
}

/// The document that is vendored, if there is one.
fn vendored(path: &Path) -> Result<Option<Vec<u8>>, String> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: cannot be read: {error}", path.display())),
    }
}
