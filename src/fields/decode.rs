//! Reading fields as a caller's own type: the names of its structs meet those of the template.

use std::fmt;

use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::place::{Place, find, rest_after};

/// Why fields cannot be read as a type. It holds no value.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// Names on the way, the outermost last.
    at: Vec<String>,
    missing: bool,
    /// Nothing but a struct could have been read from there.
    pub(super) wants_struct: bool,
}

impl Unreadable {
    fn unfit() -> Self {
        Self {
            at: Vec::new(),
            missing: false,
            wants_struct: false,
        }
    }

    fn inside(mut self, name: &str) -> Self {
        self.at.push(name.to_owned());
        self
    }

    /// The message of an error, with the names alone.
    pub(super) fn message(&self, within: Option<&str>) -> String {
        let inner = self.at.iter().rev().map(String::as_str);
        let path: Vec<&str> = within.into_iter().chain(inner).collect();
        let path = path.join(".");
        if self.missing {
            format!(
                "the field \"{path}\" is empty or not there, and the type that was asked for needs it"
            )
        } else if path.is_empty() {
            "fields are read as a struct or a map".to_owned()
        } else {
            format!("the field \"{path}\" is not of the type that was asked for")
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(None))
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    /// The message may hold a value, so it is dropped.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::unfit()
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            missing: true,
            ..Self::unfit().inside(field)
        }
    }
}

impl From<serde_json::Error> for Unreadable {
    fn from(_: serde_json::Error) -> Self {
        Self::unfit()
    }
}

/// One value, and what is inside it.
impl<'de> Deserializer<'de> for Place<'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.value {
            Value::Array(items) => visitor.visit_seq(Items(self, items.iter())),
            Value::Object(members) => visitor.visit_map(Members::all(self, members)),
            scalar => Ok(scalar.deserialize_any(visitor)?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.value {
            Value::Object(members) => visitor.visit_map(Members::named(self, members, names)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        Ok(self.value.deserialize_enum(name, variants, visitor)?)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

struct Items<'de>(Place<'de>, std::slice::Iter<'de, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        let Some(item) = self.1.next() else {
            return Ok(None);
        };
        seed.deserialize(self.0.inside(item)).map(Some)
    }
}

/// Members of an object, under the names by which they are asked for.
struct Members<'de> {
    left: std::vec::IntoIter<(&'de str, Place<'de>)>,
    next: Option<(&'de str, Place<'de>)>,
}

impl<'de> Members<'de> {
    fn all(of: Place<'de>, members: &'de Map<String, Value>) -> Self {
        let members = members.iter();
        let members = members.map(|(name, member)| (name.as_str(), of.inside(member)));
        Self::new(of, members.collect())
    }

    /// Each member that a struct names, under the struct's name; then the others, for a struct
    /// that denies unknown ones. A field is given once, also where a struct has two names for it.
    fn named(of: Place<'de>, members: &'de Map<String, Value>, names: &[&'static str]) -> Self {
        let mut found = Vec::new();
        let mut taken: Vec<Vec<&str>> = Vec::new();
        for name in names {
            let Some((path, member)) = find(members, name) else {
                continue;
            };
            if !taken.contains(&path) {
                // One within a group is a field, whatever this place is.
                let place = match path.len() {
                    1 => of.inside(member),
                    _ => Place::of_field(member),
                };
                found.push((*name, place));
                taken.push(path);
            }
        }
        let others = members.iter().filter(|(name, _)| {
            let mut taken = taken.iter();
            !taken.any(|path| path.first() == Some(&name.as_str()))
        });
        found.extend(others.map(|(name, member)| (name.as_str(), of.inside(member))));
        Self::new(of, found)
    }

    /// An empty field is one that is not there. A null within a value is part of the value.
    fn new(of: Place<'de>, mut members: Vec<(&'de str, Place<'de>)>) -> Self {
        if of.holds_fields {
            members.retain(|(_, place)| !place.value.is_null());
        }
        Self {
            left: members.into_iter(),
            next: None,
        }
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        self.next = self.left.next();
        let Some((name, _)) = self.next else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Unreadable> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        let (name, place) = self.next.take().ok_or_else(Unreadable::unfit)?;
        seed.deserialize(place).map_err(|fault| fault.inside(name))
    }
}

/// All fields of a template.
pub(super) struct AllFields<'de>(pub(super) &'de Map<String, Value>);

impl<'de> Deserializer<'de> for AllFields<'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_map(Members::all(Place::of_all(), self.0))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_map(Members::named(Place::of_all(), self.0, names))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The fields whose names begin with a group's, as the group: `address-city` is `city` of
/// `address`. Nothing but a struct or a map can be read from it.
pub(super) struct Group<'de>(pub(super) Vec<(&'de str, &'de Value)>);

impl<'de> Group<'de> {
    pub(super) fn of(fields: &'de Map<String, Value>, name: &str) -> Option<Self> {
        let members: Vec<_> = fields
            .iter()
            .filter_map(|(known, field)| Some((rest_after(known, name)?, field)))
            .collect();
        (!members.is_empty()).then_some(Self(members))
    }
}

impl<'de> Deserializer<'de> for Group<'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable {
            wants_struct: true,
            ..Unreadable::unfit()
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let named = names.iter().filter_map(|name| {
            let mut members = self.0.iter();
            let (_, field) = members.find(|(known, _)| crate::open_enum::same_name(known, name))?;
            let place = Place::of_field(field);
            (!place.value.is_null()).then_some((*name, place))
        });
        visitor.visit_map(MapDeserializer::new(named))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Unreadable> for Place<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
