//! Exchanges kept in a file, for whoever wants to look over what went by.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use axum::body::Bytes;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Response};
use serde_json::{Map, Value, json};

/// Names a directory in which every emulator of the process records, as
/// [`record_exchanges`](super::EmulatorBuilder::record_exchanges) says.
pub(super) const VARIABLE: &str = "PERSONA_EMULATOR_RECORD";

static RECORDERS: AtomicU64 = AtomicU64::new(0);

/// Writes one line of JSON for each exchange.
pub(crate) struct Recorder {
    file: File,
    recorded_by: String,
}

/// A request as it came, kept until it is answered.
pub(crate) struct Asked {
    pub(crate) operation: Option<&'static str>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Recorder {
    /// A new file in a directory, which is made where it is missing.
    pub(super) fn in_directory(directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let number = RECORDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}.jsonl", process::id());
        Ok(Self {
            file: File::create(directory.join(name))?,
            recorded_by: running_test(),
        })
    }

    pub(crate) fn keep(&mut self, asked: &Asked, answer: &Response<Bytes>) {
        let line = json!({
            "test": self.recorded_by,
            "operation": asked.operation,
            "method": asked.method,
            "path": asked.path,
            "query": asked.query,
            "request-headers": headers(&asked.headers),
            "request": body(&asked.body),
            "status": answer.status().as_u16(),
            "answer-headers": headers(answer.headers()),
            "answer": body(answer.body()),
        });
        // An exchange that could not be kept must not fail the request that it was.
        let _ = writeln!(self.file, "{line}");
    }
}

/// All but the key.
fn headers(headers: &HeaderMap) -> Value {
    let mut shown = Map::new();
    for (name, value) in headers {
        if name != AUTHORIZATION {
            let text = String::from_utf8_lossy(value.as_bytes());
            shown.insert(name.to_string(), text.into());
        }
    }
    shown.into()
}

/// JSON as it is, null for nothing, and of anything else how long it is.
fn body(bytes: &Bytes) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes).unwrap_or_else(|_| json!({ "bytes": bytes.len() }))
}

/// Tests run on threads of their own names; nextest has a process for each, and says so.
fn running_test() -> String {
    std::env::var("NEXTEST_TEST_NAME")
        .ok()
        .or_else(|| thread::current().name().map(str::to_owned))
        .unwrap_or_default()
}
