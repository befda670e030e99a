//! A schema with its references and `allOf` put in place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::refs::resolve;
use crate::stop::{Pointer, Stop, list, object, text};
use crate::union::Union;
use crate::vocabulary::Kind;

/// A schema and where it stands.
pub type Placed = (Value, Pointer);

/// Everything a schema says once references and `allOf` are put in place.
#[derive(Clone, Default)]
pub struct Flat {
    /// The JSON types but `null`.
    pub types: BTreeSet<String>,
    pub nullable: bool,
    pub deprecated: bool,
    /// A property, like `items`, can be described by several members of an `allOf`.
    pub properties: BTreeMap<String, Vec<Placed>>,
    pub required: BTreeSet<String>,
    pub additional: Option<Placed>,
    pub items: Vec<Placed>,
    pub union: Option<Union>,
    pub values: Option<Vec<Value>>,
    pub format: Option<String>,
    /// The references that were followed to get here.
    pub followed: Vec<String>,
}

/// Puts `sources`, which describe one place together, into one schema.
///
/// `following` holds the references that led here, so that one that leads
/// back is noticed.
///
/// # Errors
///
/// Stops at an unknown keyword, and where two sources contradict each other.
pub fn flatten(
    document: &Value,
    sources: &[Placed],
    following: &mut Vec<String>,
) -> Result<Flat, Stop> {
    let mut flat = Flat::default();
    for (schema, at) in sources {
        flat.merge(one(document, schema, at, following)?, at)?;
    }
    Ok(flat)
}

fn one(
    document: &Value,
    schema: &Value,
    at: &Pointer,
    following: &mut Vec<String>,
) -> Result<Flat, Stop> {
    let mut flat = Flat::default();
    for (keyword, value) in object(schema, at)? {
        let here = at.at(keyword);
        match keyword.as_str() {
            "$ref" => {
                let name = value.to_string();
                if following.contains(&name) {
                    return Err(Stop::new(at, format!("{name} leads back to itself")));
                }
                let (target, place) = resolve(document, schema, at)?;
                following.push(name.clone());
                let target = one(document, target, &place, following);
                following.pop();
                flat.merge(target?, at)?;
                flat.followed.push(name);
            }
            "allOf" => {
                for (index, member) in list(value, &here)?.iter().enumerate() {
                    let member = one(document, member, &here.at(index), following)?;
                    flat.merge(member, at)?;
                }
            }
            "type" => flat.read_types(value, &here)?,
            "properties" => {
                for (name, property) in object(value, &here)? {
                    let sources = flat.properties.entry(name.clone()).or_default();
                    sources.push((property.clone(), here.at(name)));
                }
            }
            "required" => {
                for name in list(value, &here)? {
                    flat.required.insert(text(name, &here)?.to_owned());
                }
            }
            "additionalProperties" => {
                // `false` would forbid what Persona adds tomorrow.
                if value != &json!(false) {
                    flat.merge_additional(Some((value.clone(), here)), at)?;
                }
            }
            "items" => flat.items.push((value.clone(), here)),
            "oneOf" | "anyOf" => {
                let union = Union::read(value, &here, schema.get("discriminator"), at)?;
                flat.merge_union(Some(union), at)?;
            }
            "discriminator" => {}
            "const" => flat.merge_values(Some(vec![value.clone()]), at)?,
            "enum" => flat.merge_values(Some(list(value, &here)?.clone()), at)?,
            "format" => flat.format = Some(text(value, &here)?.to_owned()),
            "deprecated" => flat.deprecated = value == &json!(true),
            dropped if Kind::Schema.drops(dropped) => {}
            unknown => return Err(Stop::new(&here, format!("unknown keyword {unknown:?}"))),
        }
    }
    flat.read_type_of_values();
    Ok(flat)
}

impl Flat {
    fn read_types(&mut self, value: &Value, at: &Pointer) -> Result<(), Stop> {
        let types = match value {
            Value::String(one) => vec![one.as_str()],
            _ => list(value, at)?
                .iter()
                .map(|one| text(one, at))
                .collect::<Result<_, _>>()?,
        };
        for one in types {
            match one {
                "null" => self.nullable = true,
                "array" | "boolean" | "integer" | "number" | "object" | "string" => {
                    self.types.insert(one.to_owned());
                }
                _ => return Err(Stop::new(at, format!("unknown type {one:?}"))),
            }
        }
        Ok(())
    }

    /// The one type of JSON that the schema speaks of, if it is one.
    ///
    /// # Errors
    ///
    /// Stops at facts that belong to no type, or to another one than it has.
    pub fn kind(&self, at: &Pointer) -> Result<Option<&str>, Stop> {
        let typed = self.additional.as_ref();
        let typed = typed.is_some_and(|(schema, _)| schema.is_object());
        let facts = [
            ("object", "properties", !self.properties.is_empty()),
            ("object", "typed `additionalProperties`", typed),
            ("array", "items", !self.items.is_empty()),
            ("text", "listed values", self.values.is_some()),
            ("text", "a format", self.format.is_some()),
        ];
        let kind = match self.types.len() {
            1 => self.types.first().map(String::as_str),
            0 if !self.properties.is_empty() || typed => Some("object"),
            0 if !self.items.is_empty() => Some("array"),
            _ => None,
        };
        for (of, name, there) in facts {
            // An open object is any JSON, whether it says so or not.
            let says_json = kind == Some("object") && self.format.as_deref() == Some("json");
            let fits = match kind {
                Some("array" | "object") => kind == Some(of) || (name == "a format" && says_json),
                Some(_) => of == "text",
                None => false,
            };
            if there && !fits {
                let what = kind.map_or("a value of no one type".to_owned(), |kind| {
                    format!("type {kind:?}")
                });
                return Err(Stop::new(at, format!("{name} of {what}")));
            }
        }
        Ok(kind)
    }

    /// Listed values tell their type when nothing else does.
    fn read_type_of_values(&mut self) {
        let Some(values) = &mut self.values else {
            return;
        };
        let before = values.len();
        values.retain(|value| !value.is_null());
        self.nullable |= values.len() < before;
        if self.types.is_empty() && !values.is_empty() && values.iter().all(Value::is_string) {
            self.types.insert("string".to_owned());
        }
    }

    fn merge(&mut self, other: Self, at: &Pointer) -> Result<(), Stop> {
        if self.types.is_empty() {
            self.types = other.types;
        } else if !other.types.is_empty() && self.types != other.types {
            let found = format!(
                "members of different types: {:?}, {:?}",
                self.types, other.types
            );
            return Err(Stop::new(at, found));
        }
        self.nullable |= other.nullable;
        self.deprecated |= other.deprecated;
        for (name, mut sources) in other.properties {
            let known = self.properties.entry(name).or_default();
            known.append(&mut sources);
        }
        self.required.extend(other.required);
        self.followed.extend(other.followed);
        self.merge_additional(other.additional, at)?;
        self.items.extend(other.items);
        self.merge_union(other.union, at)?;
        self.merge_values(other.values, at)?;
        match (&self.format, other.format) {
            (Some(one), Some(other)) if *one != other => {
                let found = format!("members of different formats: {one:?}, {other:?}");
                Err(Stop::new(at, found))
            }
            (Some(_), _) => Ok(()),
            (None, other) => {
                self.format = other;
                Ok(())
            }
        }
    }

    fn merge_additional(&mut self, other: Option<Placed>, at: &Pointer) -> Result<(), Stop> {
        // `true` allows what any schema allows.
        match (&self.additional, other) {
            (Some((one, _)), Some((other, _)))
                if one.is_object() && other.is_object() && *one != other =>
            {
                Err(Stop::new(at, "two different `additionalProperties`"))
            }
            (Some((one, _)), Some(_)) if one.is_object() => Ok(()),
            (_, Some(other)) => {
                self.additional = Some(other);
                Ok(())
            }
            (_, None) => Ok(()),
        }
    }

    fn merge_union(&mut self, other: Option<Union>, at: &Pointer) -> Result<(), Stop> {
        match (&self.union, other) {
            (Some(_), Some(_)) => Err(Stop::new(at, "two unions at one place")),
            (None, other) => {
                self.union = other;
                Ok(())
            }
            (Some(_), None) => Ok(()),
        }
    }

    /// What both allow.
    fn merge_values(&mut self, other: Option<Vec<Value>>, at: &Pointer) -> Result<(), Stop> {
        match (&mut self.values, other) {
            (Some(values), Some(other)) => {
                values.retain(|value| other.contains(value));
                if values.is_empty() {
                    return Err(Stop::new(at, "no value that all members allow"));
                }
            }
            (None, other) => self.values = other,
            (Some(_), None) => {}
        }
        Ok(())
    }
}
