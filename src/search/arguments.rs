//! What is searched for, as JSON.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use super::{Query, SearchValue};
use crate::arguments::reads_from;

reads_from!(Query, QueryArguments);

/// What to search for: one condition, or several that are joined. Conditions stand in each other
/// at most two deep.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum QueryArguments {
    /// Whatever there is. It stands alone.
    Everything,
    /// The attribute has this value.
    Equals(Comparison),
    /// The attribute is greater or later than this.
    Greater(Comparison),
    /// The attribute is this, or greater or later.
    AtLeast(Comparison),
    /// The attribute is less or earlier than this.
    Less(Comparison),
    /// The attribute is this, or less or earlier.
    AtMost(Comparison),
    /// All of these are true.
    All(#[schemars(length(min = 1, max = 20))] Vec<Query>),
    /// At least one of these is true.
    Any(#[schemars(length(min = 1, max = 20))] Vec<Query>),
    /// This is not true.
    Not(Box<Query>),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Comparison {
    /// The attribute in snake case, such as created_at or fields.email.
    #[schemars(length(min = 1))]
    attribute: String,
    value: SearchValue,
}

impl From<QueryArguments> for Query {
    fn from(given: QueryArguments) -> Self {
        use QueryArguments as Given;

        match given {
            Given::Everything => Self::everything(),
            Given::Equals(it) => Self::equals(it.attribute, it.value),
            Given::Greater(it) => Self::greater(it.attribute, it.value),
            Given::AtLeast(it) => Self::at_least(it.attribute, it.value),
            Given::Less(it) => Self::less(it.attribute, it.value),
            Given::AtMost(it) => Self::at_most(it.attribute, it.value),
            Given::All(all) => Self::all(all),
            Given::Any(any) => Self::any(any),
            Given::Not(query) => Self::not(*query),
        }
    }
}

impl<'de> Deserialize<'de> for SearchValue {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            value @ (Value::String(_) | Value::Number(_) | Value::Bool(_)) => Ok(Self(value)),
            _ => Err(de::Error::custom(
                "an attribute is compared with a text, a number or a truth value",
            )),
        }
    }
}

impl JsonSchema for SearchValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SearchValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "number", "boolean"],
            "description": "Moments are RFC 3339, dates YYYY-MM-DD",
        })
    }
}
