//! Reading: from a value in memory, and from whatever `serde` reads.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::open::Open;
use super::{Input, InputFailed, OpenObject, ReadElement, Unfit, WireObject};

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

pub(super) use {scalars_come_back, sequence_comes_back};

pub(super) struct Object<'o>(pub(super) &'o mut dyn WireObject);

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

pub(super) struct List<'l, 'e>(pub(super) &'l mut ReadElement<'e>);

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
pub(super) struct Name<'de>(pub(super) std::borrow::Cow<'de, str>);

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
