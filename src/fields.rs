//! The fields of a template: names that belong to each organization.
//!
//! Persona answers `{"type": …, "value": …}` for each field and takes the bare value when a
//! field is written. Inquiry fields are named in kebab case, account fields in snake case; here
//! the cases meet, so `name-first` and `name_first` find the same field.
//!
//! See <https://docs.withpersona.com/inquiry-fields>.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::json_api::OpenObject;
use crate::open_enum::same_name;

/// The fields of an inquiry or account as Persona sent them.
///
/// `Debug` prints how many there are, and neither names nor values.
///
/// ```
/// # use withpersona::Inquiry;
/// let inquiry: Inquiry = serde_json::from_str(
///     r#"{"type":"inquiry","id":"inq_1","attributes":{"fields":
///         {"name-first":{"type":"string","value":"Jane"},"birthdate":{"type":"date","value":null}}}}"#,
/// ).unwrap();
/// assert_eq!(inquiry.fields().get::<String>("name_first")?, Some("Jane".to_owned()));
/// assert_eq!(inquiry.fields().get::<String>("birthdate")?, None);
/// # Ok::<(), withpersona::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Fields<'f>(Option<&'f OpenObject>);

impl<'f> Fields<'f> {
    pub(crate) fn new(fields: Option<&'f OpenObject>) -> Self {
        Self(fields)
    }

    /// The value of a field; `None` where there is no such field or it is empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] when the value is of another type than `T`. The message names the
    /// field and not the value; ask for a [`serde_json::Value`] to see what is there.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let field = self.0.and_then(|fields| fields.member(name, same_name));
        match field.as_deref().map(value_of) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match T::deserialize(value) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(Error::new(
                    ErrorKind::Decode,
                    format!("the field \"{name}\" is not of the type that was asked for"),
                )),
            },
        }
    }

    /// The value of a field as it came.
    pub fn value(&self, name: &str) -> Option<&'f Value> {
        self.field(name).map(value_of)
    }

    /// The type that the template gives a field, such as `string` or `choices`.
    pub fn type_of(&self, name: &str) -> Option<&'f str> {
        self.field(name)?.get("type")?.as_str()
    }

    /// The names of all fields, as the template spells them.
    pub fn names(&self) -> impl Iterator<Item = &'f str> + use<'f> {
        self.0
            .into_iter()
            .flat_map(|map| map.keys().map(String::as_str))
    }

    fn field(&self, name: &str) -> Option<&'f Value> {
        let map = self.0?;
        map.get(name).or_else(|| {
            let alike = map.iter().find(|(known, _)| same_name(known, name));
            alike.map(|(_, field)| field)
        })
    }
}

/// A read gives `{type, value}`; an older version or a webhook may give the bare value.
fn value_of(field: &Value) -> &Value {
    match field {
        Value::Object(parts) => parts.get("value").unwrap_or(field),
        bare => bare,
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({})", self.names().count())
    }
}

/// Fields to be written: bare values by name.
///
/// A value that cannot be written as JSON is told when the call is made, before anything is sent.
#[derive(Clone, Default)]
pub(crate) struct NewFields {
    values: Option<Map<String, Value>>,
    fault: Option<Error>,
}

impl NewFields {
    pub(crate) fn set(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        if name.is_empty() {
            self.fail("a field has an empty name".to_owned());
        } else {
            match serde_json::to_value(value) {
                Ok(value) => {
                    self.values
                        .get_or_insert_default()
                        .insert(name.to_owned(), value);
                }
                // The serializer's own message can hold the value.
                Err(_) => self.fail(format!("the field \"{name}\" cannot be written as JSON")),
            }
        }
    }

    pub(crate) fn set_all(&mut self, fields: &(impl Serialize + ?Sized)) {
        match serde_json::to_value(fields) {
            Ok(Value::Object(map)) => {
                for (name, value) in &map {
                    self.set(name, value);
                }
            }
            Ok(_) => self.fail("fields are neither a map nor a struct".to_owned()),
            Err(_) => self.fail("fields cannot be written as JSON".to_owned()),
        }
    }

    pub(crate) fn finish(self) -> Result<Option<OpenObject>, Error> {
        match self.fault {
            None => Ok(self.values.map(OpenObject::from)),
            Some(fault) => Err(fault),
        }
    }

    fn fail(&mut self, message: String) {
        self.fault
            .get_or_insert_with(|| Error::invalid_input(message));
    }
}
