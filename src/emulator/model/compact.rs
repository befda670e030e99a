use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A JSON value that is kept as its text: its tree takes ten times the memory, and most of what is
/// kept is never asked for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Compact(Box<str>);

impl From<&Value> for Compact {
    fn from(value: &Value) -> Self {
        Self(value.to_string().into_boxed_str())
    }
}

impl Compact {
    pub(crate) fn read(&self) -> Value {
        // It is always a value that was written, or null in a file that somebody has edited.
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether the value may be somewhere in it; `false` is certain.
    pub(crate) fn may_hold(&self, value: &Value) -> bool {
        self.0.contains(&value.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Compact;

    #[test]
    fn a_value_is_read_as_it_was_written() {
        let value = json!({ "name": { "type": "string", "value": "Zoë \"Z\"" }, "age": 3.5 });
        let compact = Compact::from(&value);
        assert_eq!(compact.read(), value);
        assert!(compact.may_hold(&json!("Zoë \"Z\"")));
        assert!(!compact.may_hold(&json!("Ada")));
    }
}
