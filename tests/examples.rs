//! Each example plays on the emulator with no arguments, and ends well also where nobody reads what
//! it prints to the end: `cargo run --example list_inquiries | head -1`.

mod canary;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

#[test]
fn each_example_ends_well_when_nobody_reads_on() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into())
        .collect();
    assert!(names.len() > 10, "they are found: {names:?}");
    thread::scope(|scope| {
        let running: Vec<_> = names.iter().map(|name| scope.spawn(|| run(name))).collect();
        for example in running {
            example.join().expect("it ended well");
        }
    });
}

/// Reads one line of what an example prints, as `head -1` does.
fn run(name: &str) {
    let mut command = Command::new(example(name));
    if name == "bulk_import" {
        command.arg("2000"); // as many rows as a test has time for
    }
    for variable in [
        "PERSONA_API_KEY",
        "PERSONA_TEMPLATE_ID",
        "PERSONA_EMULATOR_RECORD",
    ] {
        command.env_remove(variable);
    }
    let mut running = command
        .env("TMPDIR", env!("CARGO_TARGET_TMPDIR")) // what they leave behind
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
    let mut first = String::new();
    let mut printed = BufReader::with_capacity(1, running.stdout.take().expect("a pipe"));
    printed.read_line(&mut first).expect("text");
    drop(printed);
    let ended = running.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(!first.trim().is_empty(), "{name} begins by saying nothing");
    assert!(ended.status.success(), "{name}: {}: {told}", ended.status);
    assert!(told.is_empty(), "{name}: {told}");
}

/// `cargo test` builds the examples, and puts them beside the tests; `cargo test --test examples`
/// does not.
fn example(name: &str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    let test = std::env::current_exe().expect("a program");
    let built = test.ancestors().nth(2).expect("a folder").join("examples");
    let program = built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        BUILT.get_or_init(|| {
            let build = Command::new(env!("CARGO"))
                .args(["build", "--examples"])
                .status();
            assert!(
                build.expect("cargo runs").success(),
                "the examples are built"
            );
        });
    }
    program
}
