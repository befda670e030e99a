//! Whether a struct of yours fits the fields of a template.

use std::collections::BTreeSet;
use std::fmt;

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde_json::{Map, Value};

use super::view::{FieldSchema, InquiryTemplate};
use crate::error::Error;
use crate::open_enum::same_name;

/// How alike two names must be, from 0 to 1, for the one to be a misspelling of the other.
const ALIKE: f64 = 0.75;

/// What came out of comparing a struct with a template.
///
/// Its `Display` is a line for each finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FieldCheck {
    /// What will not work, in the order of the struct's fields.
    pub findings: Vec<FieldFinding>,
    /// Fields of the template that the struct does not have. There is nothing wrong with that.
    pub unused: Vec<String>,
}

/// Why a field of a struct will not find its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "finding", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldFinding {
    /// The template has no such field.
    Missing {
        /// The struct's name for it.
        field: String,
    },
    /// The template has no such field, but one of nearly this name.
    Misspelt {
        /// The struct's name for it.
        field: String,
        /// The template's.
        meant: String,
    },
    /// The template had such a field, and it is archived.
    Archived {
        /// The struct's name for it.
        field: String,
    },
    /// The struct's type cannot take the template's values.
    OtherType {
        /// The struct's name for it.
        field: String,
        /// The template's type, such as `date`.
        template: String,
        /// The struct's, in the words of JSON Schema, such as `integer`.
        given: String,
    },
    /// The template's inquiries cannot do without this field, and the struct has none for it.
    RequiredByTemplate {
        /// The template's name for it.
        field: String,
    },
}

impl FieldCheck {
    /// Whether there is nothing that will not work.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for FieldCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, finding) in self.findings.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            finding.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for FieldFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { field } => write!(f, "{field}: the template has no such field"),
            Self::Misspelt { field, meant } => {
                write!(f, "{field}: the template has no such field; it has {meant}")
            }
            Self::Archived { field } => write!(f, "{field}: the template's field is archived"),
            Self::OtherType {
                field,
                template,
                given,
            } => write!(f, "{field}: {given} cannot take the template's {template}"),
            Self::RequiredByTemplate { field } => {
                write!(
                    f,
                    "{field}: required by the template, and not in the struct"
                )
            }
        }
    }
}

impl InquiryTemplate {
    /// Compares a struct of yours with the fields of the template: what is missing, misspelt or
    /// of another type. Names are alike in kebab, snake and camel case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a type that is no struct
    /// with fields.
    ///
    /// ```
    /// use withpersona::InquiryTemplate;
    ///
    /// #[derive(schemars::JsonSchema)]
    /// struct Person {
    ///     first_name: Option<String>,
    ///     birthdate: Option<u32>,
    /// }
    ///
    /// let template: InquiryTemplate = serde_json::from_str(
    ///     r#"{"type":"inquiry-template","id":"itmpl_1","attributes":{"field-schemas":[
    ///         {"type":"string","key":"name-first"},{"type":"date","key":"birthdate"}]}}"#,
    /// ).unwrap();
    /// assert_eq!(
    ///     template.check_fields::<Person>()?.to_string(),
    ///     "birthdate: integer cannot take the template's date\n\
    ///      first_name: the template has no such field; it has name-first",
    /// );
    /// # Ok::<(), withpersona::Error>(())
    /// ```
    pub fn check_fields<T: JsonSchema>(&self) -> Result<FieldCheck, Error> {
        let schema = schema_for!(T);
        let shape = Shape(&schema);
        let Some(properties) = shape.properties() else {
            return Err(Error::invalid_input(
                "the type to be compared with the template is no struct with fields",
            ));
        };
        let fields = self.fields();
        let mut check = FieldCheck::default();
        for (name, property) in properties {
            check
                .findings
                .extend(finding(&fields, name, property, &shape));
        }
        let is_used =
            |field: &FieldSchema<'_>| properties.keys().any(|it| same_name(it, field.name()));
        for field in fields.iter().filter(|it| !it.is_archived() && !is_used(it)) {
            let name = field.name().to_owned();
            if field.is_required() {
                let finding = FieldFinding::RequiredByTemplate { field: name };
                check.findings.push(finding);
            } else {
                check.unused.push(name);
            }
        }
        Ok(check)
    }
}

fn finding(
    fields: &[FieldSchema<'_>],
    name: &str,
    property: &Value,
    shape: &Shape<'_>,
) -> Option<FieldFinding> {
    let field = name.to_owned();
    let Some(found) = fields.iter().find(|it| same_name(it.name(), name)) else {
        return Some(match meant(fields, name) {
            Some(meant) => FieldFinding::Misspelt { field, meant },
            None => FieldFinding::Missing { field },
        });
    };
    if found.is_archived() {
        return Some(FieldFinding::Archived { field });
    }
    let given = shape.types_of(property)?;
    let (wanted, formats) = taken_by(found.kind())?;
    let fits = given.iter().any(|(kind, format)| {
        wanted.contains(&kind.as_str())
            && (formats.is_empty() || format.as_deref().is_none_or(|it| formats.contains(&it)))
    });
    (!fits).then(|| FieldFinding::OtherType {
        field,
        template: found.kind().to_owned(),
        given: told(&given),
    })
}

/// The types of JSON that a field's values can be read into, and for texts the formats; no format
/// at all means any. `None` for a type of field that is new.
fn taken_by(kind: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match kind {
        "string" | "choices" | "email-address" => (&["string"], &[]),
        "date" => (&["string"], &["date", "partial-date"]),
        "datetime" => (&["string"], &["date-time", "partial-date-time"]),
        "boolean" => (&["boolean"], &[]),
        "integer" => (&["integer", "number"], &[]),
        "number" => (&["number"], &[]),
        "array" | "multi-choices" => (&["array"], &[]),
        "hash" | "file" => (&["object"], &[]),
        _ => return None,
    })
}

/// A field of nearly this name: a slip of the fingers, or the same words in another order.
fn meant(fields: &[FieldSchema<'_>], name: &str) -> Option<String> {
    let words = |name: &str| -> Vec<String> {
        let split = name.split(['-', '_']).map(str::to_lowercase);
        let mut words: Vec<String> = split.collect();
        words.sort_unstable();
        words
    };
    let live = || fields.iter().filter(|field| !field.is_archived());
    if let Some(same) = live().find(|field| words(field.name()) == words(name)) {
        return Some(same.name().to_owned());
    }
    let plain = |name: &str| name.to_lowercase().replace('_', "-");
    let alike = |field: &FieldSchema<'_>| {
        strsim::normalized_damerau_levenshtein(&plain(field.name()), &plain(name))
    };
    let best = live().max_by(|one, other| alike(one).total_cmp(&alike(other)))?;
    (alike(best) >= ALIKE).then(|| best.name().to_owned())
}

fn told(types: &BTreeSet<(String, Option<String>)>) -> String {
    let mut told: Vec<String> = types
        .iter()
        .map(|(kind, format)| match format {
            // How many bits a number has does not matter here.
            Some(format) if kind == "string" => format!("{kind} ({format})"),
            _ => kind.clone(),
        })
        .collect();
    told.dedup();
    told.join(" or ")
}

/// A schema, with what its references lead to.
struct Shape<'s>(&'s Schema);

impl Shape<'_> {
    fn properties(&self) -> Option<&Map<String, Value>> {
        let root = self.resolved(self.0.as_object()?)?;
        root.get("properties")?.as_object()
    }

    /// The types that a value can have, null aside, each with its format. `None` where it can be
    /// anything.
    fn types_of(&self, schema: &Value) -> Option<BTreeSet<(String, Option<String>)>> {
        let schema = self.resolved(schema.as_object()?)?;
        let mut types = BTreeSet::new();
        let alternatives = ["anyOf", "oneOf", "allOf"]
            .into_iter()
            .filter_map(|name| schema.get(name)?.as_array())
            .flatten();
        let mut add = |kind: &str, format: Option<&str>| {
            if kind != "null" {
                types.insert((kind.to_owned(), format.map(str::to_owned)));
            }
        };
        let format = schema.get("format").and_then(Value::as_str);
        match schema.get("type") {
            Some(Value::String(kind)) => add(kind, format),
            Some(Value::Array(kinds)) => {
                for kind in kinds.iter().filter_map(Value::as_str) {
                    add(kind, format);
                }
            }
            _ => {
                let values = schema.get("enum").and_then(Value::as_array);
                for value in values.into_iter().flatten().chain(schema.get("const")) {
                    add(type_of(value), None);
                }
            }
        }
        for alternative in alternatives {
            types.extend(self.types_of(alternative)?);
        }
        (!types.is_empty()).then_some(types)
    }

    fn resolved<'a>(&'a self, schema: &'a Map<String, Value>) -> Option<&'a Map<String, Value>> {
        let mut schema = schema;
        // A reference to a reference may be; a circle of them is no schema.
        for _ in 0..16 {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else {
                return Some(schema);
            };
            let name = reference.strip_prefix("#/$defs/")?;
            schema = self.0.get("$defs")?.get(name)?.as_object()?;
        }
        None
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
