//! An answer that was read to its end, and what a caller gets of it.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::called::Called;
use super::headers;
use super::transport::Head;
use crate::error::{Error, ErrorKind};

/// A successful answer, not yet decoded.
pub struct Reply {
    called: Called,
    head: Head,
    body: Bytes,
}

impl Reply {
    pub(super) fn new(called: Called, head: Head, body: Bytes) -> Self {
        Self { called, head, body }
    }

    /// Decodes the body as JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`], with the place in the document and never the value there.
    pub fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        match decode(&self.head, &self.body) {
            Ok(value) => Ok(self.with(value)),
            Err(error) => Err(error.of_call(&self.called)),
        }
    }

    /// Leaves the body aside, for operations that answer without one.
    pub fn without_body(self) -> Response<()> {
        self.with(())
    }

    /// The body as it came.
    pub fn into_bytes(self) -> Response<Bytes> {
        let body = self.body.clone();
        self.with(body)
    }

    fn with<T>(self, value: T) -> Response<T> {
        Response::new(value, self.head)
    }
}

/// Decodes the body of an answer as JSON.
pub(super) fn decode<T: DeserializeOwned>(head: &Head, body: &[u8]) -> Result<T, Error> {
    // One look at all bytes is cheaper than one at each text in them.
    let decoded = match std::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    };
    // Tracking the path costs time, so it is done for the error alone.
    decoded.map_err(|error| undecodable::<T>(head, body, &error))
}

fn undecodable<T: DeserializeOwned>(head: &Head, body: &[u8], error: &serde_json::Error) -> Error {
    let other_type = headers::media_type(&head.headers).filter(|it| !headers::is_json(it));
    let is_document = other_type.is_none() && !error.is_syntax() && !error.is_eof();
    let message = match other_type {
        _ if body.is_empty() => "the body is empty".to_owned(),
        Some(media_type) => format!("the body is {media_type}, not JSON"),
        None => {
            let mut document = serde_json::Deserializer::from_slice(body);
            match serde_path_to_error::deserialize::<_, T>(&mut document) {
                Err(error) => format!("at {}: {}", place(error.path()), fault(error.inner())),
                // The document is right, and something stands after it.
                Ok(_) => fault(error),
            }
        }
    };
    let error = head.blame(Error::new(ErrorKind::Decode, message));
    if is_document {
        error
    } else {
        error.without_document()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("operation", &self.called.operation)
            .field("status", &self.head.status.as_u16())
            .field("request_id", &headers::request_id(&self.head.headers))
            .finish_non_exhaustive()
    }
}

/// The value of an answer, with the answer's status and headers.
///
/// It dereferences to the value. `Debug` prints the status and the request id, and not the value,
/// which may hold a person's data.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> Response<T> {
    pub(super) fn new(value: T, head: Head) -> Self {
        Self {
            value,
            status: head.status,
            headers: head.headers,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Turns the value into another and keeps the rest.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: change(self.value),
            status: self.status,
            headers: self.headers,
        }
    }

    /// The HTTP status: 200, 201, 202 or another 2xx.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Persona's id of the request (`req_…`): quote it to their support.
    pub fn request_id(&self) -> Option<String> {
        headers::request_id(&self.headers)
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}

/// A place in a document, such as `data.attributes.status`. A name that is no plain one is not
/// printed: it could be a value in the wrong place.
fn place(path: &Path) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("[{index}]")),
            Segment::Map { key: name } | Segment::Enum { variant: name } => {
                push_name(&mut text, if is_plain_name(name) { name } else { "?" });
            }
            // Where a document breaks off, the path ends in a step to nowhere.
            Segment::Unknown => {}
        }
    }
    if text.is_empty() {
        text.push_str("the top");
    }
    text
}

fn push_name(text: &mut String, name: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(name);
}

/// What is wrong, in words that hold nothing of the document. The decoder's own message repeats
/// the value that it met, so only its fixed beginnings are read.
fn fault(error: &serde_json::Error) -> String {
    const FOUND: [&str; 7] = [
        "null",
        "boolean",
        "integer",
        "floating point",
        "string",
        "sequence",
        "map",
    ];
    let at = format!("(line {}, column {})", error.line(), error.column());
    if error.is_eof() {
        return format!("the document breaks off {at}");
    }
    if error.is_syntax() {
        return format!("this is not valid JSON {at}");
    }
    let message = error.to_string();
    let missing = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next())
        .filter(|name| is_plain_name(name));
    if let Some(name) = missing {
        return format!("\"{name}\" is missing {at}");
    }
    let found = message
        .strip_prefix("invalid type: ")
        .and_then(|rest| FOUND.iter().find(|name| rest.starts_with(**name)));
    match found {
        Some(name) => format!("a value of type {name} is not what is expected there {at}"),
        None => format!("the value is not what is expected there {at}"),
    }
}

fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/'))
}
