//! How generated structs read and write JSON.
//!
//! Persona may add attributes, leave any out (sparse fieldsets, blocklists) and
//! change what a value looks like between dated versions, so reading must never
//! fail over an attribute and never lose one. Each property is therefore
//! optional, and what has no property, or does not fit the type that the
//! vendored document gives it, is kept in `extra` under its name on the wire.
//!
//! A struct contributes two short functions, which property goes where and
//! which to write; the rest is here, once, behind `dyn`. That is why the
//! generated structs cost a fraction of what `serde`'s derive would.

mod open;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Number, Value};

use self::open::Open;
pub use self::open::OpenObject;

/// Reading failed for a reason of the input itself; the input keeps the error.
#[derive(Debug)]
pub struct InputFailed;

/// What a value did not fit, if it did not.
pub type Unfit = Option<Value>;

/// A value to be read, whatever format it stands in.
pub trait Input {
    /// The value as it is.
    fn value(&mut self) -> Result<Value, InputFailed>;
    /// Reads an object into `object`; anything else comes back.
    fn object(&mut self, object: &mut dyn WireObject) -> Result<Unfit, InputFailed>;
    /// Keeps an object as it is in `object`; anything else comes back.
    fn open(&mut self, object: &mut OpenObject) -> Result<Unfit, InputFailed>;
    /// Reads a list, element by element; anything else comes back.
    fn list(&mut self, element: &mut ReadElement<'_>) -> Result<Unfit, InputFailed>;
}

/// Reads one element of a list. What comes back did not fit.
pub type ReadElement<'e> = dyn FnMut(&mut dyn Input) -> Result<Unfit, InputFailed> + 'e;

/// What stands behind the path of a value that has a property but does not fit it.
pub const DOES_NOT_FIT: &str = " (does not fit)";

/// Reports the dotted path and name of each value that stands in an `extra`.
pub type ReportExtra<'r> = dyn FnMut(&str) + 'r;

/// A value that a property of a generated struct can hold.
pub trait Wire {
    /// Takes the value over, or gives it back unchanged where it does not fit.
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed>;
    /// The value on the wire; `None` where the property is left out.
    fn write(&self) -> Option<Value>;
    /// Lists what this value holds beyond the vendored document.
    fn report_extra(&self, _at: &str, _report: &mut ReportExtra<'_>) {}
}

/// An object with named properties.
pub trait WireObject {
    /// Name of the Rust type, all that `Debug` shows.
    fn type_name(&self) -> &'static str;
    /// JSON:API type and id, where the object has them.
    fn identity(&self) -> Option<(&str, &str)> {
        None
    }
    /// The property of that name on the wire.
    fn property(&mut self, name: &str) -> Option<&mut dyn Wire>;
    /// Calls `visit` for each property, in the order of the document.
    fn each(&self, visit: &mut dyn FnMut(&'static str, &dyn Wire));
    /// What has no property or does not fit one.
    fn extra(&self) -> &OpenObject;
    /// The same, to be added to.
    fn extra_mut(&mut self) -> &mut OpenObject;
}

impl<T: WireObject> Wire for T {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        input.object(self)
    }

    fn write(&self) -> Option<Value> {
        Some(write_object(self))
    }

    fn report_extra(&self, at: &str, report: &mut ReportExtra<'_>) {
        let mut unfit = Vec::new();
        self.each(&mut |name, value| {
            value.report_extra(&format!("{at}.{name}"), report);
            if self.extra().contains_key(name) {
                unfit.push(name);
            }
        });
        for name in self.extra().keys() {
            let known = unfit.contains(&name.as_str());
            report(&format!(
                "{at}.{name}{}",
                if known { DOES_NOT_FIT } else { "" }
            ));
        }
    }
}

fn write_object(object: &dyn WireObject) -> Value {
    let mut map = Map::clone(object.extra());
    object.each(&mut |name, value| {
        if let Some(value) = value.write() {
            map.insert(name.to_owned(), value);
        }
    });
    Value::Object(map)
}

impl<T: Wire + Default> Wire for Option<T> {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        let mut inner = T::default();
        *self = None;
        match inner.read(input)? {
            None => *self = Some(inner),
            // A null says no more than a missing property.
            Some(Value::Null) => {}
            unfit => return Ok(unfit),
        }
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        self.as_ref()?.write()
    }

    fn report_extra(&self, at: &str, report: &mut ReportExtra<'_>) {
        if let Some(inner) = self {
            inner.report_extra(at, report);
        }
    }
}

impl<T: Wire + Default> Wire for Vec<T> {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        self.clear();
        // From the first element that does not fit, the whole list is kept as it came.
        let mut kept: Option<Vec<Value>> = None;
        let unfit = input.list(&mut |input| {
            if let Some(kept) = &mut kept {
                kept.push(input.value()?);
                return Ok(None);
            }
            let mut element = T::default();
            match element.read(input)? {
                None => self.push(element),
                Some(unfit) => {
                    let mut before: Vec<Value> =
                        self.drain(..).filter_map(|one| one.write()).collect();
                    before.push(unfit);
                    kept = Some(before);
                }
            }
            Ok(None)
        })?;
        Ok(unfit.or(kept.map(Value::Array)))
    }

    fn write(&self) -> Option<Value> {
        Some(Value::Array(
            self.iter()
                .map(|one| one.write().unwrap_or(Value::Null))
                .collect(),
        ))
    }

    fn report_extra(&self, at: &str, report: &mut ReportExtra<'_>) {
        for one in self {
            one.report_extra(at, report);
        }
    }
}

impl<T: Wire + Default> Wire for BTreeMap<String, T> {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        let map = match input.value()? {
            Value::Object(map) => map,
            unfit => return Ok(Some(unfit)),
        };
        self.clear();
        for (name, value) in &map {
            let mut one = T::default();
            if one.read(&mut Owned(Some(value.clone())))?.is_some() {
                self.clear();
                return Ok(Some(Value::Object(map)));
            }
            self.insert(name.clone(), one);
        }
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        let entries = self
            .iter()
            .map(|(name, one)| (name.clone(), one.write().unwrap_or(Value::Null)));
        Some(Value::Object(entries.collect()))
    }

    fn report_extra(&self, at: &str, report: &mut ReportExtra<'_>) {
        for (name, one) in self {
            one.report_extra(&format!("{at}.{name}"), report);
        }
    }
}

/// A value that JSON has itself: the pattern it fits, and how it is written.
macro_rules! plain_value {
    ($($type:ty: $pattern:pat => $read:expr, $this:ident => $write:expr;)*) => {$(
        impl Wire for $type {
            fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
                match input.value()? {
                    $pattern => *self = $read,
                    unfit => return Ok(Some(unfit)),
                }
                Ok(None)
            }

            fn write(&self) -> Option<Value> {
                let $this = self;
                Some($write)
            }
        }
    )*};
}

plain_value! {
    String: Value::String(text) => text, this => Value::String(this.clone());
    bool: Value::Bool(yes) => yes, this => Value::Bool(*this);
}

impl Wire for Value {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        *self = input.value()?;
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        Some(self.clone())
    }
}

impl Wire for i64 {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        let value = input.value()?;
        match value.as_i64() {
            Some(number) => *self = number,
            None => return Ok(Some(value)),
        }
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::from(*self))
    }
}

/// A number exactly as it was written, so that `1` does not come back as `1.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(Number);

impl Decimal {
    /// The nearest floating-point value.
    pub fn to_f64(&self) -> f64 {
        self.0.as_f64().unwrap_or(f64::NAN)
    }

    /// The shortest decimal for a floating-point value; `None` if it is not finite,
    /// which JSON has no word for.
    pub fn from_f64(number: f64) -> Option<Self> {
        Number::from_f64(number).map(Self)
    }
}

impl Default for Decimal {
    fn default() -> Self {
        Self(Number::from(0))
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(Number::from(number))
    }
}

impl Wire for Decimal {
    fn read(&mut self, input: &mut dyn Input) -> Result<Unfit, InputFailed> {
        match input.value()? {
            Value::Number(number) => self.0 = number,
            unfit => return Ok(Some(unfit)),
        }
        Ok(None)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::Number(self.0.clone()))
    }
}

/// Reads a value that must fit, as the top of a document must.
pub fn deserialize<'de, D: Deserializer<'de>>(
    target: &mut dyn WireObject,
    deserializer: D,
) -> Result<(), D::Error> {
    let name = target.type_name();
    match deserializer.deserialize_any(Object(target))? {
        None | Some(Value::Null) => Ok(()),
        Some(other) => Err(serde::de::Error::custom(format_args!(
            "{name}: an object was expected, not {}",
            kind_of(&other)
        ))),
    }
}

/// Writes an object through any serializer.
pub fn serialize<S: Serializer>(object: &dyn WireObject, serializer: S) -> Result<S::Ok, S::Error> {
    write_object(object).serialize(serializer)
}

/// Type and, where there is one, id: all that may be printed of people's data.
pub fn debug(object: &dyn WireObject, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut shown = f.debug_struct(object.type_name());
    if let Some((kind, id)) = object.identity() {
        shown.field("type", &kind).field("id", &id);
    }
    shown.finish_non_exhaustive()
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value that is in memory already.
pub struct Owned(pub Option<Value>);

impl Owned {
    fn take(&mut self) -> Value {
        self.0.take().unwrap_or_default()
    }
}

impl Input for Owned {
    fn value(&mut self) -> Result<Value, InputFailed> {
        Ok(self.take())
    }

    fn object(&mut self, object: &mut dyn WireObject) -> Result<Unfit, InputFailed> {
        let map = match self.take() {
            Value::Object(map) => map,
            unfit => return Ok(Some(unfit)),
        };
        for (name, value) in map {
            store(object, &name, &mut Owned(Some(value)))?;
        }
        Ok(None)
    }

    fn open(&mut self, object: &mut OpenObject) -> Result<Unfit, InputFailed> {
        match self.take() {
            Value::Object(map) => *object = map.into(),
            unfit => return Ok(Some(unfit)),
        }
        Ok(None)
    }

    fn list(&mut self, element: &mut ReadElement<'_>) -> Result<Unfit, InputFailed> {
        let list = match self.take() {
            Value::Array(list) => list,
            unfit => return Ok(Some(unfit)),
        };
        for value in list {
            element(&mut Owned(Some(value)))?;
        }
        Ok(None)
    }
}

fn store(
    object: &mut dyn WireObject,
    name: &str,
    input: &mut dyn Input,
) -> Result<(), InputFailed> {
    let left = match object.property(name) {
        Some(property) => property.read(input)?,
        None => Some(input.value()?),
    };
    if let Some(value) = left {
        object.extra_mut().insert(name.to_owned(), value);
    }
    Ok(())
}

/// The next value of an object or a list that `serde` is reading.
struct Next<'s, A, E> {
    access: &'s mut A,
    error: Option<E>,
}

impl<A, E> Next<'_, A, E> {
    fn keep<T>(&mut self, result: Result<T, E>) -> Result<T, InputFailed> {
        result.map_err(|error| {
            self.error = Some(error);
            InputFailed
        })
    }
}

impl<'de, A: MapAccess<'de>> Input for Next<'_, A, A::Error> {
    fn value(&mut self) -> Result<Value, InputFailed> {
        let value = self.access.next_value();
        self.keep(value)
    }

    fn object(&mut self, object: &mut dyn WireObject) -> Result<Unfit, InputFailed> {
        let unfit = self.access.next_value_seed(Object(object));
        self.keep(unfit)
    }

    fn open(&mut self, object: &mut OpenObject) -> Result<Unfit, InputFailed> {
        let unfit = self.access.next_value_seed(Open(object));
        self.keep(unfit)
    }

    fn list(&mut self, element: &mut ReadElement<'_>) -> Result<Unfit, InputFailed> {
        let unfit = self.access.next_value_seed(List(element));
        self.keep(unfit)
    }
}

/// One element of a list. `None` from the list itself means that it is over.
struct Element<'s, A, E> {
    next: Next<'s, A, E>,
    over: bool,
}

impl<'de, A: SeqAccess<'de>> Element<'_, A, A::Error> {
    fn seed<S>(&mut self, seed: S) -> Result<Option<S::Value>, InputFailed>
    where
        S: serde::de::DeserializeSeed<'de>,
    {
        let element = self.next.access.next_element_seed(seed);
        let element = self.next.keep(element)?;
        self.over = element.is_none();
        Ok(element)
    }
}

impl<'de, A: SeqAccess<'de>> Input for Element<'_, A, A::Error> {
    fn value(&mut self) -> Result<Value, InputFailed> {
        let value = self.seed(std::marker::PhantomData::<Value>)?;
        value.ok_or(InputFailed)
    }

    fn object(&mut self, object: &mut dyn WireObject) -> Result<Unfit, InputFailed> {
        self.seed(Object(object))?.ok_or(InputFailed)
    }

    fn open(&mut self, object: &mut OpenObject) -> Result<Unfit, InputFailed> {
        self.seed(Open(object))?.ok_or(InputFailed)
    }

    fn list(&mut self, element: &mut ReadElement<'_>) -> Result<Unfit, InputFailed> {
        self.seed(List(element))?.ok_or(InputFailed)
    }
}

/// Anything that is no object, or no list, comes back as it was.
macro_rules! scalars_come_back {
    () => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any JSON value")
        }

        fn visit_unit<E>(self) -> Result<Unfit, E> {
            Ok(Some(Value::Null))
        }

        fn visit_bool<E>(self, value: bool) -> Result<Unfit, E> {
            Ok(Some(value.into()))
        }

        fn visit_i64<E>(self, value: i64) -> Result<Unfit, E> {
            Ok(Some(value.into()))
        }

        fn visit_u64<E>(self, value: u64) -> Result<Unfit, E> {
            Ok(Some(value.into()))
        }

        fn visit_f64<E>(self, value: f64) -> Result<Unfit, E> {
            Ok(Some(value.into()))
        }

        fn visit_str<E>(self, value: &str) -> Result<Unfit, E> {
            Ok(Some(value.into()))
        }
    };
}

/// A list comes back as it was.
macro_rules! sequence_comes_back {
    () => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Unfit, A::Error> {
            let mut list = Vec::new();
            while let Some(value) = seq.next_element()? {
                list.push(value);
            }
            Ok(Some(Value::Array(list)))
        }
    };
}

use {scalars_come_back, sequence_comes_back};

struct Object<'o>(&'o mut dyn WireObject);

impl<'de> serde::de::DeserializeSeed<'de> for Object<'_> {
    type Value = Unfit;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Unfit, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Unfit;

    scalars_come_back!();
    sequence_comes_back!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unfit, A::Error> {
        while let Some(name) = map.next_key::<Name<'de>>()? {
            let mut next = Next {
                access: &mut map,
                error: None,
            };
            if store(self.0, &name.0, &mut next).is_err() {
                return Err(next.error.expect("set before the failure is told"));
            }
        }
        Ok(None)
    }
}

struct List<'l, 'e>(&'l mut ReadElement<'e>);

impl<'de> serde::de::DeserializeSeed<'de> for List<'_, '_> {
    type Value = Unfit;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Unfit, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = Unfit;

    scalars_come_back!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unfit, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = map.next_entry()? {
            object.insert(name, value);
        }
        Ok(Some(Value::Object(object)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Unfit, A::Error> {
        loop {
            let next = Next {
                access: &mut seq,
                error: None,
            };
            let mut element = Element { next, over: false };
            match (self.0)(&mut element) {
                Ok(_) => {}
                Err(InputFailed) if element.over => return Ok(None),
                Err(InputFailed) => {
                    return Err(element.next.error.expect("set before the failure is told"));
                }
            }
        }
    }
}

/// A property name, borrowed from the input where it stands there unescaped.
struct Name<'de>(std::borrow::Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a property name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(name.into()))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(name.to_owned().into()))
            }

            fn visit_string<E>(self, name: String) -> Result<Name<'de>, E> {
                Ok(Name(name.into()))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

/// Defines a struct of the wire: the form to which generated structs are brought.
macro_rules! wire_struct {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$field_meta:meta])* $field:ident: $type:ty = $wire:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Default)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// What has no property here, by name on the wire.
            pub extra: $crate::wire::OpenObject,
        }

        impl $crate::wire::WireObject for $name {
            fn type_name(&self) -> &'static str {
                stringify!($name)
            }

            fn property(&mut self, name: &str) -> Option<&mut dyn $crate::wire::Wire> {
                match name {
                    $($wire => Some(&mut self.$field),)*
                    _ => None,
                }
            }

            fn each(&self, _visit: &mut dyn FnMut(&'static str, &dyn $crate::wire::Wire)) {
                $(_visit($wire, &self.$field);)*
            }

            fn extra(&self) -> &$crate::wire::OpenObject {
                &self.extra
            }

            fn extra_mut(&mut self) -> &mut $crate::wire::OpenObject {
                &mut self.extra
            }
        }

        $crate::wire::wire_traits!($name);
    };
}

/// The foreign traits of a [`WireObject`], each a call into this module.
macro_rules! wire_traits {
    ($name:ty $(, $parameter:ident)*) => {
        impl<'de $(, $parameter: $crate::wire::Wire + Default)*> ::serde::Deserialize<'de> for $name {
            fn deserialize<From: ::serde::Deserializer<'de>>(
                from: From,
            ) -> ::std::result::Result<Self, From::Error> {
                let mut this = Self::default();
                $crate::wire::deserialize(&mut this, from)?;
                Ok(this)
            }
        }

        impl<$($parameter: $crate::wire::Wire + Default),*> ::serde::Serialize for $name {
            fn serialize<To: ::serde::Serializer>(
                &self,
                to: To,
            ) -> ::std::result::Result<To::Ok, To::Error> {
                $crate::wire::serialize(self, to)
            }
        }

        impl<$($parameter: $crate::wire::Wire + Default),*> ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::wire::debug(self, f)
            }
        }
    };
}

pub(crate) use {wire_struct, wire_traits};
