//! Part of every test program. Where `WITHPERSONA_CANARIES` names a folder, all that the process
//! tells at TRACE goes to a file in it; `.ci/canaries.py` then looks there for what travelled in
//! the same run: keys, tokens, links, fields, names, reference ids, details of errors.

// Only before `main` nobody has told anything yet.
#![allow(unsafe_code)]

use std::fs::File;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::fmt::format::FmtSpan;

/// What the search has to find in each file, to show that it would find anything.
const HEARD: &str = "a-canary-that-is-heard";

#[ctor::ctor(unsafe)]
fn listen() {
    let Some(folder) = std::env::var_os("WITHPERSONA_CANARIES") else {
        return;
    };
    let program = std::env::current_exe().expect("a program");
    let name = program.file_name().expect("a name").to_string_lossy();
    let file = Path::new(&folder).join(format!("{name}-{}.trace", std::process::id()));
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(Mutex::new(File::create(file).expect("a file")))
        .init();
    tracing::trace!(HEARD);
}
