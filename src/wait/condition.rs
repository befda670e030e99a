//! What a wait waits for.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Awaited;
use crate::open_enum::same_name;

/// What a wait waits for; give it to [`Wait::until`](super::Wait::until).
///
/// Conditions by name look at the status alone and can be saved over a restart. One with a
/// [`check`](Self::check) in it sees the whole thing, costs a full read at each look, and cannot
/// be saved.
///
/// ```
/// use withpersona::{Condition, Inquiry, InquiryStatus};
///
/// let decided: Condition<Inquiry> = Condition::decided();
/// let looked_at = decided.or(Condition::status(InquiryStatus::NeedsReview));
/// let tagged = looked_at.and(Condition::check(|inquiry: &Inquiry| inquiry.tags().contains(&"vip")));
/// ```
pub struct Condition<T>(Rule<T>);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", bound = "")]
enum Rule<T> {
    Finished,
    Decided,
    Status(Box<str>),
    Not(Box<Rule<T>>),
    All(Box<[Rule<T>; 2]>),
    Any(Box<[Rule<T>; 2]>),
    #[serde(skip)]
    Check(Arc<dyn Fn(&T) -> bool + Send + Sync>),
}

impl<T: Awaited> Condition<T> {
    /// It has come to its end: [`Awaited::is_finished`].
    pub fn finished() -> Self {
        Self(Rule::Finished)
    }

    /// It was decided: [`Awaited::is_decided`].
    pub fn decided() -> Self {
        Self(Rule::Decided)
    }

    /// It has this status, in kebab, snake or camel case.
    pub fn status(status: impl fmt::Display) -> Self {
        Self(Rule::Status(status.to_string().into()))
    }

    /// Whatever the closure says.
    pub fn check(check: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        Self(Rule::Check(Arc::new(check)))
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(Rule::All(Box::new([self.0, other.0])))
    }

    /// One of the two at least.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Rule::Any(Box::new([self.0, other.0])))
    }

    /// The opposite.
    #[allow(clippy::should_implement_trait)] // beside `and` and `or`, an operator would be odd
    pub fn not(condition: Self) -> Self {
        Self(Rule::Not(Box::new(condition.0)))
    }

    /// Whether it is met by this.
    pub fn is_met_by(&self, seen: &T) -> bool {
        self.0.is_met_by(seen)
    }

    /// Whether it looks at the status alone, and can be saved.
    pub fn is_named(&self) -> bool {
        self.0.is_named()
    }
}

impl<T: Awaited> Rule<T> {
    fn is_met_by(&self, seen: &T) -> bool {
        match self {
            Self::Finished => seen.is_finished(),
            Self::Decided => seen.is_decided(),
            Self::Status(status) => same_name(&seen.state(), status),
            Self::Not(rule) => !rule.is_met_by(seen),
            Self::All(rules) => rules.iter().all(|rule| rule.is_met_by(seen)),
            Self::Any(rules) => rules.iter().any(|rule| rule.is_met_by(seen)),
            Self::Check(check) => check(seen),
        }
    }
}

impl<T> Rule<T> {
    fn is_named(&self) -> bool {
        match self {
            Self::Finished | Self::Decided | Self::Status(_) => true,
            Self::Not(rule) => rule.is_named(),
            Self::All(rules) | Self::Any(rules) => rules.iter().all(Self::is_named),
            Self::Check(_) => false,
        }
    }
}

impl<T> Clone for Rule<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Finished => Self::Finished,
            Self::Decided => Self::Decided,
            Self::Status(status) => Self::Status(status.clone()),
            Self::Not(rule) => Self::Not(rule.clone()),
            Self::All(rules) => Self::All(rules.clone()),
            Self::Any(rules) => Self::Any(rules.clone()),
            Self::Check(check) => Self::Check(check.clone()),
        }
    }
}

impl<T> Clone for Condition<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Awaited> Default for Condition<T> {
    fn default() -> Self {
        Self::finished()
    }
}

impl<T> fmt::Debug for Rule<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => f.write_str("finished"),
            Self::Decided => f.write_str("decided"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Not(rule) => write!(f, "not {rule:?}"),
            Self::All(rules) => write!(f, "({:?} and {:?})", rules[0], rules[1]),
            Self::Any(rules) => write!(f, "({:?} or {:?})", rules[0], rules[1]),
            Self::Check(_) => f.write_str("a check"),
        }
    }
}

impl<T> fmt::Debug for Condition<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({:?})", self.0)
    }
}

/// Fails for a condition that is not [named](Condition::is_named).
impl<T> Serialize for Condition<T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

#[cfg(feature = "schemars")]
impl<T> schemars::JsonSchema for Condition<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let inner = generator.subschema_for::<Self>();
        let one = |name: &str, of: serde_json::Value| {
            schemars::json_schema!({
                "type": "object",
                "properties": { name: of },
                "required": [name],
                "additionalProperties": false,
            })
        };
        let two = serde_json::json!({
            "type": "array",
            "items": inner,
            "minItems": 2,
            "maxItems": 2,
        });
        schemars::json_schema!({
            "oneOf": [
                { "type": "string", "enum": ["finished", "decided"] },
                one("status", serde_json::json!({ "type": "string" })),
                one("not", inner.to_value()),
                one("all", two.clone()),
                one("any", two),
            ],
        })
    }
}

impl<'de, T> Deserialize<'de> for Condition<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Rule::deserialize(from).map(Self)
    }
}
