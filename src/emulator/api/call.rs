//! One request, read: what the handlers are given.

use chrono::TimeDelta;
use serde_json::{Map, Number, Value};

use super::inflection::{Inflection, kebab};
use super::rate_window::Standing;
use crate::emulator::model::refusal::Refusal;

pub(crate) struct Call {
    /// The path with the version, such as `/api/v1/inquiries`.
    pub(crate) path: String,
    /// The id in the path, where the route has one.
    pub(crate) id: String,
    /// Query parameters in their order, percent-decoded.
    pub(crate) query: Vec<(String, String)>,
    /// Keys in kebab case; null when there is no body.
    pub(crate) body: Value,
    pub(crate) inflection: Inflection,
    /// The rate window after this request.
    pub(crate) standing: Standing,
}

impl Call {
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let mut all = self.query.iter();
        all.find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// The parameters `group[name]=value` with their names in kebab case.
    pub(crate) fn group<'a>(
        &'a self,
        group: &'a str,
    ) -> impl Iterator<Item = (String, &'a str)> + 'a {
        self.query.iter().filter_map(move |(name, value)| {
            let inner = name.strip_prefix(group)?.strip_prefix('[')?;
            Some((kebab(inner.strip_suffix(']')?), value.as_str()))
        })
    }

    /// The filters of a list. One that the list does not have is refused: ignoring it would
    /// answer with the data of other people.
    pub(crate) fn filters(&self, known: &[&str]) -> Result<Vec<(String, &str)>, Refusal> {
        let filters: Vec<_> = self.group("filter").collect();
        match filters
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        {
            Some((name, _)) => Err(Refusal::bad_request(format!(
                "filter[{name}] is not a filter of this list"
            ))),
            None => Ok(filters),
        }
    }

    /// `data.attributes` of the body, checked to hold nothing but what is known.
    pub(crate) fn attributes(&self, known: &[&str]) -> Result<Part<'_>, Refusal> {
        only_known(&self.body, "", &["data", "meta"])?;
        only_known(&self.body["data"], "data", &["type", "attributes"])?;
        Part::read(&self.body["data"]["attributes"], "data.attributes", known)
    }

    /// `data` of the body, for operations that have no attributes in it.
    pub(crate) fn data(&self, known: &[&str]) -> Result<Part<'_>, Refusal> {
        only_known(&self.body, "", &["data", "meta"])?;
        Part::read(&self.body["data"], "data", known)
    }

    /// `meta` of the body, checked to hold nothing but what is known.
    pub(crate) fn meta(&self, known: &[&str]) -> Result<Part<'_>, Refusal> {
        only_known(&self.body, "", &["data", "meta"])?;
        Part::read(&self.body["meta"], "meta", known)
    }
}

/// One object of the body. Its readers refuse a value of the wrong type by its name.
pub(crate) struct Part<'a> {
    values: Option<&'a Map<String, Value>>,
    at: &'static str,
}

impl<'a> Part<'a> {
    fn read(value: &'a Value, at: &'static str, known: &[&str]) -> Result<Self, Refusal> {
        only_known(value, at, known)?;
        Ok(Self {
            values: value.as_object(),
            at,
        })
    }

    /// A value that is there and not null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.values?.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn is_given(&self, name: &str) -> bool {
        self.values.is_some_and(|values| values.contains_key(name))
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.read_as(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    pub(crate) fn required_text(&self, name: &str) -> Result<String, Refusal> {
        self.text(name)?
            .ok_or_else(|| Refusal::bad_request(format!("{}.{name} is missing", self.at)))
    }

    pub(crate) fn flag(&self, name: &str, otherwise: bool) -> Result<bool, Refusal> {
        let given = self.read_as(name, "true or false", Value::as_bool)?;
        Ok(given.unwrap_or(otherwise))
    }

    /// A positive number of seconds.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<TimeDelta>, Refusal> {
        self.read_as(name, "a positive number of seconds", |value| {
            let seconds = i32::try_from(value.as_i64()?).ok()?;
            (seconds > 0).then(|| TimeDelta::seconds(seconds.into()))
        })
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        self.read_as(name, "a list of strings", |value| {
            let texts = value.as_array()?.iter();
            texts.map(|text| text.as_str().map(str::to_owned)).collect()
        })
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<Number>, Refusal> {
        self.read_as(name, "a number", |value| value.as_number().cloned())
    }

    pub(crate) fn map(&self, name: &str) -> Result<Map<String, Value>, Refusal> {
        let map = self.read_as(name, "an object", |value| value.as_object().cloned())?;
        Ok(map.unwrap_or_default())
    }

    fn read_as<T>(
        &self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        read(value)
            .map(Some)
            .ok_or_else(|| Refusal::bad_request(format!("{}.{name} must be {wanted}", self.at)))
    }
}

/// Refuses an object that holds something else, and what is no object.
pub(super) fn only_known(value: &Value, at: &str, known: &[&str]) -> Result<(), Refusal> {
    let name = if at.is_empty() { "the body" } else { at };
    match value {
        Value::Null => Ok(()),
        Value::Object(map) => match map.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(Refusal::bad_request(format!("{name} has no {key}"))),
            None => Ok(()),
        },
        _ => Err(Refusal::bad_request(format!("{name} must be an object"))),
    }
}
