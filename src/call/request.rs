//! A request as data: what an operation asks for, before anything is sent.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use url::Url;

use super::called::Called;
use super::headers::JSON;
use super::{Payload, Upload};
use crate::error::Error;

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// What is left as it is in a path segment: the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request of one operation.
///
/// What cannot be sent (a bad path segment, a body that does not serialize) is remembered and
/// returned by [`CallPath::send`](super::CallPath::send), so that building one is a plain chain.
///
/// `Debug` prints the operation, the method, the path and the names of query parameters; no query
/// value and no body.
#[must_use]
pub struct Request {
    pub(super) operation: &'static str,
    pub(super) method: Method,
    pub(super) path: String,
    /// The path with each value in it in braces.
    marked: String,
    pub(super) base: Option<&'static str>,
    /// The whole address of a request that is not for the API.
    pub(super) elsewhere: Option<Url>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<(HeaderValue, Payload)>,
    pub(super) accept: HeaderValue,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    fault: Option<Error>,
}

impl Request {
    /// A GET of `path`, which begins with a slash and is percent-encoded: put values into it
    /// through [`path_segment`].
    pub fn get(operation: &'static str, path: String) -> Self {
        Self::new(operation, Method::GET, path)
    }

    /// A POST to `path`; see [`get`](Self::get).
    pub fn post(operation: &'static str, path: String) -> Self {
        Self::new(operation, Method::POST, path)
    }

    /// A PATCH of `path`; see [`get`](Self::get).
    pub fn patch(operation: &'static str, path: String) -> Self {
        Self::new(operation, Method::PATCH, path)
    }

    /// A PUT to `path`; see [`get`](Self::get).
    pub fn put(operation: &'static str, path: String) -> Self {
        Self::new(operation, Method::PUT, path)
    }

    /// A DELETE of `path`; see [`get`](Self::get).
    pub fn delete(operation: &'static str, path: String) -> Self {
        Self::new(operation, Method::DELETE, path)
    }

    /// A GET of a file by its own address, which is never the API's: neither the key nor any of
    /// the API's headers go there, and it takes nothing of the rate window.
    pub(crate) fn file(operation: &'static str, address: Url) -> Self {
        let path = format!("/{}", path_segment("file"));
        Self {
            elsewhere: Some(address),
            accept: HeaderValue::from_static("*/*"),
            ..Self::new(operation, Method::GET, path)
        }
    }

    fn new(operation: &'static str, method: Method, path: String) -> Self {
        Self {
            operation,
            method,
            path: unmark(&path, |value| value),
            marked: path,
            base: None,
            elsewhere: None,
            query: Vec::new(),
            body: None,
            accept: JSON,
            headers: Vec::new(),
            fault: None,
        }
    }

    /// Puts the path below another one than that of the base URL, on the same host.
    pub fn base(mut self, path: &'static str) -> Self {
        self.base = Some(path);
        self
    }

    /// Adds a header that the operation itself asks for. It is sent as a sensitive one.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.push((HeaderName::from_static(name), value));
            }
            Err(_) => self.fail("the value of a header holds a character that a header cannot"),
        }
        self
    }

    /// Adds a query parameter; `None` and an empty list add nothing.
    pub fn query<V: QueryValue>(mut self, name: &str, value: V) -> Self {
        value.append(name, &mut self.query);
        self
    }

    /// Sets a JSON body.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        match serde_json::to_vec(body) {
            Ok(text) => self.body = Some((JSON, Payload::Whole(text.into()))),
            // The serializer's message can hold a value of the body.
            Err(_) => self.fail("the body cannot be written as JSON"),
        }
        self
    }

    /// Sets a form-encoded body.
    pub fn form<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        match serde_urlencoded::to_string(body) {
            Ok(text) => self.body = Some((FORM, Payload::Whole(text.into()))),
            Err(_) => self.fail("the body cannot be written as a form"),
        }
        self
    }

    /// Sets a body of any other content type.
    pub fn bytes(mut self, content_type: &str, body: Bytes) -> Self {
        match HeaderValue::from_str(content_type) {
            Ok(content_type) => self.body = Some((content_type, Payload::Whole(body))),
            Err(_) => self.fail("the content type of the body cannot be a header"),
        }
        self
    }

    /// Sets a body that is made while it is sent.
    #[cfg_attr(not(feature = "importers"), allow(dead_code))]
    pub(crate) fn upload(mut self, content_type: &str, body: Upload) -> Self {
        match HeaderValue::from_str(content_type) {
            Ok(content_type) => self.body = Some((content_type, Payload::Made(Arc::new(body)))),
            Err(_) => self.fail("the content type of the body cannot be a header"),
        }
        self
    }

    /// Asks for another content type than JSON.
    pub fn accept(mut self, content_type: &'static str) -> Self {
        self.accept = HeaderValue::from_static(content_type);
        self
    }

    /// The path with `{id}` for each value in it.
    pub(super) fn template(&self) -> String {
        unmark(&self.marked, |_| "{id}")
    }

    pub(super) fn called(&self) -> Called {
        Called::new(self.operation, self.method.clone())
    }

    /// The request, if it can be sent.
    ///
    /// # Errors
    ///
    /// The first fault that was met while it was built, or that its path has.
    pub(super) fn checked(mut self) -> Result<Self, Error> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        check_path(&self.path)?;
        Ok(self)
    }

    fn fail(&mut self, message: &'static str) {
        self.fault
            .get_or_insert_with(|| Error::invalid_input(message));
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &query)
            .field("body", &self.body.is_some())
            .finish()
    }
}

/// Percent-encodes a value for one segment of a path: `format!("/inquiries/{}", path_segment(id))`.
///
/// It does not refuse anything itself, so that a path stays one `format!` without a `Result`. All
/// that makes a value unfit for a segment is still to be seen in the finished path, because
/// everything but unreserved characters is encoded here: an empty segment, a dot segment, an
/// encoded slash or control character. [`CallPath::send`](super::CallPath::send) looks for these,
/// and so covers every operation, also one whose author forgot to check.
///
/// The value comes in braces, which tell [`Request`] what of the path is an id. They are taken off
/// again: in a path they could not stand, and in a value they are encoded.
pub fn path_segment(value: &str) -> impl fmt::Display + '_ {
    struct Marked<'v>(&'v str);
    impl fmt::Display for Marked<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{{{}}}", utf8_percent_encode(self.0, SEGMENT))
        }
    }
    Marked(value)
}

/// The path with something in place of each value that is marked in it.
fn unmark(marked: &str, put: impl Fn(&str) -> &str) -> String {
    let mut path = String::with_capacity(marked.len());
    let mut rest = marked;
    while let Some((before, (value, after))) = rest
        .split_once('{')
        .and_then(|(before, marked)| Some((before, marked.split_once('}')?)))
    {
        path.push_str(before);
        path.push_str(put(value));
        rest = after;
    }
    path.push_str(rest);
    path
}

fn check_path(path: &str) -> Result<(), Error> {
    let Some(segments) = path.strip_prefix('/') else {
        return Err(Error::invalid_input("the path does not begin with a slash"));
    };
    let mut before = "/";
    for segment in segments.split('/') {
        if let Some(fault) = segment_fault(segment) {
            // Only the segment before is named: it has passed, and the faulty value may be
            // anything, a person's data included.
            return Err(Error::invalid_input(format!(
                "the id after \"{before}\" in the path {fault}"
            )));
        }
        before = segment;
    }
    Ok(())
}

fn segment_fault(segment: &str) -> Option<&'static str> {
    let value: Vec<u8> = percent_decode_str(segment).collect();
    match value.as_slice() {
        b"" => Some("is empty"),
        b"." | b".." => Some("is a dot segment"),
        value if value.contains(&b'/') || value.contains(&b'\\') => Some("contains a slash"),
        value if value.iter().any(u8::is_ascii_control) => Some("contains a control character"),
        _ => None,
    }
}

/// What can stand as the value of a query parameter.
pub trait QueryValue {
    /// Adds the pairs that this value stands for under the name: none for `None`, one for a
    /// scalar, one for each item of a list.
    fn append(&self, name: &str, query: &mut Vec<(String, String)>);
}

macro_rules! scalar_query_values {
    ($($scalar:ty),*) => {$(
        impl QueryValue for $scalar {
            fn append(&self, name: &str, query: &mut Vec<(String, String)>) {
                query.push((name.to_owned(), self.to_string()));
            }
        }
    )*};
}

scalar_query_values!(str, String, bool, i32, i64, u32, u64, usize, f64);

impl<V: QueryValue + ?Sized> QueryValue for &V {
    fn append(&self, name: &str, query: &mut Vec<(String, String)>) {
        (**self).append(name, query);
    }
}

impl<V: QueryValue> QueryValue for Option<V> {
    fn append(&self, name: &str, query: &mut Vec<(String, String)>) {
        if let Some(value) = self {
            value.append(name, query);
        }
    }
}

impl<V: QueryValue> QueryValue for [V] {
    fn append(&self, name: &str, query: &mut Vec<(String, String)>) {
        for value in self {
            value.append(name, query);
        }
    }
}

impl<V: QueryValue, const N: usize> QueryValue for [V; N] {
    fn append(&self, name: &str, query: &mut Vec<(String, String)>) {
        self.as_slice().append(name, query);
    }
}

impl<V: QueryValue> QueryValue for Vec<V> {
    fn append(&self, name: &str, query: &mut Vec<(String, String)>) {
        self.as_slice().append(name, query);
    }
}

/// An open map such as `fields[…]`: one parameter for each entry, named `name[key]`.
impl<V: QueryValue> QueryValue for BTreeMap<String, V> {
    fn append(&self, name: &str, query: &mut Vec<(String, String)>) {
        for (key, value) in self {
            value.append(&format!("{name}[{key}]"), query);
        }
    }
}
