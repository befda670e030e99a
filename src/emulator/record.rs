//! What went over the wire, written to a file as it goes.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, Response};
use serde_json::{Value, json};

/// Appends to one file, which several emulators may share.
#[derive(Clone, Debug)]
pub(crate) struct Record(Arc<File>);

/// A request, to be written once its answer is there.
pub(crate) struct Recorded {
    operation: Option<&'static str>,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Record {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self(Arc::new(file)))
    }

    /// One line for each exchange. A line that cannot be written is lost: who is answered must
    /// not suffer for it.
    pub(crate) fn write(&self, request: &Recorded, answer: &Response<Bytes>) {
        let headers = request.headers.iter();
        let headers = headers.map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), Value::from(value))
        });
        let line = json!({
            "operation": request.operation,
            "path": request.path,
            "query": request.query,
            "headers": headers.collect::<serde_json::Map<_, _>>(),
            "body": readable(&request.body),
            "status": answer.status().as_u16(),
            "answer": readable(answer.body()),
        });
        // In one piece, so that lines of several emulators do not mix.
        let _ = (&*self.0).write_all(format!("{line}\n").as_bytes());
    }
}

impl Recorded {
    pub(crate) fn new(
        operation: Option<&'static str>,
        path: &str,
        query: &str,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Self {
        Self {
            operation,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.clone(),
            body: body.clone(),
        }
    }
}

/// Null for what is no JSON, such as a PDF.
fn readable(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}
