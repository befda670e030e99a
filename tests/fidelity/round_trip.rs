//! Decoding into the generated types and encoding back.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use withpersona::json_api::{Attributes, Resource, ResourceObject};
use withpersona::raw::types;
use withpersona::wire::Wire;

/// How a value came through.
pub enum Trip {
    /// Equal as JSON, but for nulls.
    Lossless {
        /// What was kept by name on the wire, because no property is known for it.
        kept: Vec<String>,
    },
    Failed(String),
}

/// The round trip of `value` through the type of that operation's body or answer.
pub fn operation(id: &str, body: bool, value: &Value) -> Option<Trip> {
    macro_rules! through {
        (_) => {
            None
        };
        ($type:ty) => {
            Some(round_trip::<$type>(value))
        };
    }
    macro_rules! generated {
        ($(operation $id:literal ($($body:tt)*) -> ($($answer:tt)*) by $name:ident($($arguments:tt)*);)*
         $(kind $kind:literal $attributes:ident;)*) => {
            match (id, body) {
                $(
                    ($id, true) => through!($($body)*),
                    ($id, false) => through!($($answer)*),
                )*
                _ => None,
            }
        };
    }
    include!(concat!(env!("OUT_DIR"), "/operations.rs"))
}

/// The round trip of a resource's attributes, if its type is known.
pub fn attributes(resource: &Value) -> Option<Trip> {
    let object: ResourceObject = serde_json::from_value(resource.clone()).ok()?;
    macro_rules! generated {
        ($(operation $id:literal ($($body:tt)*) -> ($($answer:tt)*) by $name:ident($($arguments:tt)*);)*
         $(kind $kind:literal $attributes:ident;)*) => {
            match object.kind.as_str() {
                $($kind => Some(typed::<types::$attributes>(&object, resource)),)*
                _ => None,
            }
        };
    }
    #[allow(unreachable_patterns)] // two kinds of API key, with and without the value
    {
        include!(concat!(env!("OUT_DIR"), "/operations.rs"))
    }
}

fn typed<A: Attributes>(object: &ResourceObject, before: &Value) -> Trip {
    let typed: Resource<A> = match object.decode() {
        Some(typed) => typed,
        None => return Trip::Failed(format!("{:?} does not decode", object.kind)),
    };
    let mut kept = Vec::new();
    typed
        .attributes
        .report_extra(&object.kind, &mut |path| kept.push(path.to_owned()));
    compare(before, &typed, kept)
}

fn round_trip<T: DeserializeOwned + Serialize + Wire + Debug>(before: &Value) -> Trip {
    let text = before.to_string();
    match serde_json::from_str::<T>(&text) {
        Ok(decoded) => {
            let mut kept = Vec::new();
            decoded.report_extra("", &mut |path| kept.push(path.to_owned()));
            match printed_value(&format!("{decoded:?}"), before) {
                None => compare(before, &decoded, kept),
                Some(path) => Trip::Failed(format!("{path} is printed")),
            }
        }
        Err(error) => Trip::Failed(format!("does not decode: {error}")),
    }
}

/// The first value that stands in what was printed; types and ids may.
fn printed_value(printed: &str, before: &Value) -> Option<String> {
    fn look(printed: &str, at: &str, value: &Value, allowed: &[&str]) -> Option<String> {
        match value {
            Value::Object(map) => map
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), "type" | "id"))
                .find_map(|(name, value)| look(printed, &format!("{at}/{name}"), value, allowed)),
            Value::Array(items) => items.iter().find_map(|one| look(printed, at, one, allowed)),
            Value::String(text) => {
                let prints = text.len() > 3 && printed.contains(text.as_str());
                let is_type_or_id = allowed
                    .iter()
                    .any(|allowed| allowed.contains(text.as_str()));
                (prints && !is_type_or_id).then(|| at.to_owned())
            }
            _ => None,
        }
    }
    let mut allowed = Vec::new();
    types_and_ids(before, &mut allowed);
    look(printed, "", before, &allowed)
}

fn types_and_ids<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => {
            found.extend(
                ["type", "id"]
                    .iter()
                    .filter_map(|name| map.get(*name)?.as_str()),
            );
            map.values().for_each(|value| types_and_ids(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| types_and_ids(item, found)),
        _ => {}
    }
}

fn compare(before: &Value, decoded: &impl Serialize, kept: Vec<String>) -> Trip {
    let after = serde_json::to_value(decoded).expect("encodes");
    match difference("", before, &after) {
        None => Trip::Lossless { kept },
        Some(difference) => Trip::Failed(difference),
    }
}

/// The first place where two values differ; a null may be left out of an object.
fn difference(at: &str, before: &Value, after: &Value) -> Option<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => before
            .iter()
            .filter(|(name, value)| !value.is_null() || after.contains_key(*name))
            .find_map(|(name, value)| {
                difference(
                    &format!("{at}/{name}"),
                    value,
                    after.get(name).unwrap_or(&Value::Null),
                )
            })
            .or_else(|| {
                let added = after.keys().find(|name| !before.contains_key(*name));
                added.map(|name| format!("{at}/{name}: was not there before"))
            }),
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => before
            .iter()
            .zip(after)
            .enumerate()
            .find_map(|(index, (before, after))| {
                difference(&format!("{at}/{index}"), before, after)
            }),
        _ => (before != after).then(|| format!("{at}: {before} became {after}")),
    }
}
