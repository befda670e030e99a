//! The fields of a template: names that belong to each organization.
//!
//! Persona answers `{"type": …, "value": …}` for each field and takes the bare value when a
//! field is written. Inquiry fields are named in kebab case, account fields in snake case and in
//! groups; here the cases meet, so `name-first`, `name_first` and `name.first` find the same
//! field.
//!
//! See <https://docs.withpersona.com/inquiry-fields>.

mod address;
mod decode;
mod place;
#[cfg(any(feature = "accounts", feature = "transactions"))]
mod schema;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::json_api::OpenObject;
use crate::open_enum::same_name;

pub use self::address::Address;
use self::decode::{AllFields, Group, Unreadable};
use self::place::{Place, find};
#[cfg(any(feature = "accounts", feature = "transactions"))]
pub(crate) use self::schema::field_types;

/// The fields of an inquiry, account, transaction or case as Persona sent them.
///
/// A field is found by its name in kebab, snake or camel case, and also where Persona keeps it in
/// a group: `name-first` is `first` in the group `name` of an account.
///
/// `Debug` prints how many there are, and neither names nor values.
///
/// ```
/// # use withpersona::Inquiry;
/// use chrono::NaiveDate;
/// use serde::Deserialize;
///
/// # let inquiry: Inquiry = serde_json::from_str(
/// #     r#"{"type":"inquiry","id":"inq_1","attributes":{"fields":{
/// #         "name-first":{"type":"string","value":"Jane"},
/// #         "birthdate":{"type":"date","value":"1980-02-29"},
/// #         "address-city":{"type":"string","value":"Springfield"},
/// #         "nickname":{"type":"string","value":null}}}}"#,
/// # ).unwrap();
/// let fields = inquiry.fields();
/// assert_eq!(fields.get::<String>("name_first")?.as_deref(), Some("Jane"));
/// assert_eq!(fields.get::<NaiveDate>("birthdate")?, NaiveDate::from_ymd_opt(1980, 2, 29));
/// assert_eq!(fields.get::<String>("nickname")?, None);
///
/// #[derive(Deserialize)]
/// struct Person {
///     name_first: String,
///     nickname: Option<String>,
/// }
/// let person: Person = fields.decode()?;
/// assert_eq!(person.name_first, "Jane");
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
    /// `T` is what you read it as: `String` (also for choices), `bool`, a number,
    /// `chrono::NaiveDate`, `Vec<String>`, an enum of your own for choices, [`Address`], or any
    /// type that can be deserialized. A struct can be read from one group (`address` of an
    /// account) as from several fields (`address-city` and the like of an inquiry).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] when the value is of another type than `T`. The message names the
    /// field and not the value; ask for a [`serde_json::Value`] to see what is there.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        let Some(fields) = self.0 else {
            return Ok(None);
        };
        // Most names are those of the template: no map has to be made for them.
        let read = match fields.member(name, same_name) {
            Some(field) => read_one(&field),
            None => match find(fields, name) {
                Some((_, field)) => read_one(field),
                None => match Group::of(fields, name) {
                    Some(group) => match T::deserialize(group) {
                        Err(fault) if fault.wants_struct => Ok(None),
                        read => read.map(Some),
                    },
                    None => Ok(None),
                },
            },
        };
        read.map_err(|fault| unreadable(&fault, Some(name)))
    }

    /// All fields as a struct of your own, whose names meet those of the template in kebab, snake
    /// and camel case, and in groups.
    ///
    /// A field that is empty is one that is not there: it needs an `Option` or a default. Fields
    /// that the struct does not name are left out; a struct with `#[serde(flatten)]`, like a map,
    /// takes all of them, by the template's own names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`], naming the field that is of another type, or is not there.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let none = Map::new();
        let fields = self.0.map_or(&none, |fields| fields);
        T::deserialize(AllFields(fields)).map_err(|fault| unreadable(&fault, None))
    }

    /// The value of a field as it came; `None` where there is no such field.
    pub fn value(&self, name: &str) -> Option<&'f Value> {
        self.field(name).map(|field| Place::of_field(field).value)
    }

    /// The type that the template gives a field, such as `string` or `choices`.
    pub fn type_of(&self, name: &str) -> Option<&'f str> {
        self.field(name)?.get("type")?.as_str()
    }

    /// The names of all fields and groups, as the template spells them.
    pub fn names(&self) -> impl Iterator<Item = &'f str> + use<'f> {
        self.0
            .into_iter()
            .flat_map(|map| map.keys().map(String::as_str))
    }

    fn field(&self, name: &str) -> Option<&'f Value> {
        find(self.0?, name).map(|(_, field)| field)
    }
}

fn read_one<T: DeserializeOwned>(field: &Value) -> Result<Option<T>, Unreadable> {
    let place = Place::of_field(field);
    match place.value {
        Value::Null => Ok(None),
        _ => T::deserialize(place).map(Some),
    }
}

fn unreadable(fault: &Unreadable, within: Option<&str>) -> Error {
    Error::new(ErrorKind::Decode, fault.message(within))
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

    /// As [`set`](Self::set), and a dot in the name leads into a group.
    pub(crate) fn set_within(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        let Some((groups, last)) = name.rsplit_once('.') else {
            return self.set(name, value);
        };
        if last.is_empty() || groups.split('.').any(str::is_empty) {
            return self.fail("a field has an empty name".to_owned());
        }
        let Ok(value) = serde_json::to_value(value) else {
            return self.fail(format!("the field \"{name}\" cannot be written as JSON"));
        };
        let mut place = self.values.get_or_insert_default();
        for group in groups.split('.') {
            let inner = place.entry(group).or_insert_with(|| Map::new().into());
            match inner {
                Value::Object(inner) => place = inner,
                _ => return self.fail(format!("the field \"{group}\" is given, and is no group")),
            }
        }
        place.insert(last.to_owned(), value);
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
