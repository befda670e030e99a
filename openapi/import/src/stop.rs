//! Why an import stopped: where in the official document, and what stood there.

use std::fmt;

use serde_json::{Map, Value};

/// A place in a JSON document (RFC 6901), built while walking down.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// One step down, by property name or array index.
    pub fn at(&self, step: impl fmt::Display) -> Self {
        let step = step.to_string().replace('~', "~0").replace('/', "~1");
        Self(format!("{}/{step}", self.0))
    }

    /// The place that a local reference (`#/components/…`) names.
    pub fn of_reference(reference: &str) -> Option<Self> {
        reference
            .strip_prefix('#')
            .map(|path| Self(path.to_owned()))
    }

    /// The pointer as `serde_json::Value::pointer` takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// The import met something it does not understand. Nothing is written.
#[derive(Debug)]
pub struct Stop {
    /// Where it stands in the official document.
    pub pointer: Pointer,
    /// What stood there.
    pub found: String,
}

impl Stop {
    pub fn new(pointer: &Pointer, found: impl Into<String>) -> Self {
        Self {
            pointer: pointer.clone(),
            found: found.into(),
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.found)
    }
}

impl std::error::Error for Stop {}

/// The value as an object.
pub fn object<'v>(value: &'v Value, at: &Pointer) -> Result<&'v Map<String, Value>, Stop> {
    value
        .as_object()
        .ok_or_else(|| Stop::new(at, format!("{} where an object belongs", kind(value))))
}

/// The value as a list.
pub fn list<'v>(value: &'v Value, at: &Pointer) -> Result<&'v Vec<Value>, Stop> {
    value
        .as_array()
        .ok_or_else(|| Stop::new(at, format!("{} where a list belongs", kind(value))))
}

/// The value as a text.
pub fn text<'v>(value: &'v Value, at: &Pointer) -> Result<&'v str, Stop> {
    value
        .as_str()
        .ok_or_else(|| Stop::new(at, format!("{} where a text belongs", kind(value))))
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        scalar => scalar.to_string(),
    }
}
