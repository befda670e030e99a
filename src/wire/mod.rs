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
mod read;
mod values;

use std::fmt;

use serde::de::Deserializer;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

pub use self::open::OpenObject;
use self::read::Object;
pub use self::read::Owned;
pub use self::values::Decimal;

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
