//! How much memory large transfers take: `cargo bench --bench memory`.
//!
//! An import of 100,000 rows, from an iterator and from a file, and a download of 1 GiB. Each is
//! made in a process of its own, against a server in another one, and prints the most that its
//! process ever had in memory (VmHWM, Linux). Nothing is asserted.

mod server;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use serde::Serialize;
use withpersona::{Csv, Persona, StoredFile};

const ROWS: usize = 100_000;
const FILE_SIZE: u64 = 1024 * 1024 * 1024;

/// What is to stay under this many KiB.
const LIMIT: u64 = 64 * 1024;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let role = arguments.get(1).map(String::as_str);
    match (role, arguments.get(2)) {
        (Some("serve"), _) => server::run(FILE_SIZE),
        (Some(job), Some(address)) if !job.starts_with("--") => child(job, address),
        _ => parent(),
    }
}

fn parent() {
    let (mut server, address) = start_server();
    println!(
        "most memory of the client's process, in MiB (limit {})",
        LIMIT / 1024
    );
    for (job, label) in [
        ("nothing", "client, no call"),
        ("rows", "import of 100,000 rows of an iterator"),
        ("file", "import of a file of 100,000 rows"),
        ("download", "download of 1 GiB"),
    ] {
        let begun = Instant::now();
        let output = Command::new(env::current_exe().expect("this program"))
            .args([job, &address])
            .stderr(Stdio::inherit())
            .output()
            .expect("the client runs");
        assert!(output.status.success(), "{job} failed");
        let text = String::from_utf8_lossy(&output.stdout);
        let (peak, note) = text.trim().split_once(' ').expect("a figure and a note");
        let peak: u64 = peak.parse().expect("a figure");
        let verdict = if peak < LIMIT { "under" } else { "OVER" };
        println!(
            "{label:<40} {:>6.1}  {verdict}  {:>6.1} s  {note}",
            peak as f64 / 1024.0,
            begun.elapsed().as_secs_f64(),
        );
    }
    server.kill().expect("the server ends");
    server.wait().expect("the server ends");
}

fn start_server() -> (Child, String) {
    let mut server = Command::new(env::current_exe().expect("this program"))
        .arg("serve")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server runs");
    let mut line = String::new();
    let output: ChildStdout = server.stdout.take().expect("it is piped");
    BufReader::new(output)
        .read_line(&mut line)
        .expect("an address");
    (server, line.trim().to_owned())
}

fn child(job: &str, address: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let note = runtime.expect("a runtime").block_on(run(job, address));
    println!("{} {note}", most_memory());
}

async fn run(job: &str, address: &str) -> String {
    let persona = Persona::builder()
        .api_key("persona_sandbox_bench")
        .base_url(format!("http://{address}/api/v1"))
        .build()
        .expect("builds");
    match job {
        "rows" => imported(&persona, Csv::rows(rows())).await,
        "file" => {
            let path = env::temp_dir().join(format!("withpersona-rows-{}.csv", std::process::id()));
            write_rows(&path);
            let note = imported(&persona, Csv::file(&path)).await;
            fs::remove_file(&path).expect("removed");
            note
        }
        "download" => {
            let file = StoredFile::at(format!("http://{address}/files/large"));
            let opened = persona.files().download(&file).limit(FILE_SIZE).await;
            let mut sink = tokio::io::sink();
            let copied = opened.expect("opened").copy_to(&mut sink).await;
            format!("{} MiB", copied.expect("copied") / 1024 / 1024)
        }
        _ => String::from("-"),
    }
}

async fn imported(persona: &Persona, csv: Csv) -> String {
    let importer = persona.importers().accounts(csv).await.expect("imported");
    // The server tells how much came.
    format!("{} bytes came", importer.counts().new)
}

#[derive(Serialize)]
struct Row {
    reference_id: String,
    name_first: &'static str,
    name_last: &'static str,
    birthdate: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    (0..ROWS).map(|number| Row {
        reference_id: format!("user-{number:08}"),
        name_first: "Alexander",
        name_last: "Sample",
        birthdate: "1977-07-17",
    })
}

fn write_rows(path: &Path) {
    let mut file = BufWriter::new(fs::File::create(path).expect("made"));
    writeln!(file, "reference_id,name_first,name_last,birthdate").expect("written");
    for row in rows() {
        let Row {
            reference_id,
            name_first,
            name_last,
            birthdate,
        } = row;
        writeln!(file, "{reference_id},{name_first},{name_last},{birthdate}").expect("written");
    }
    file.flush().expect("written");
}

/// In KiB.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("VmHWM:"));
    let digits = line.and_then(|line| line.split_whitespace().next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
