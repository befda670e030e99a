//! Every keyword that an official document may use, and what becomes of it.
//!
//! The whole document is walked before anything is lowered, reached by an
//! operation or not. What is not in these tables stops the import, so nothing
//! can be dropped but by a row here, each with its reason.

use serde_json::Value;

use crate::refs::resolve;
use crate::stop::{Pointer, Stop, list, object};

/// The objects that an OpenAPI document is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    Tag,
    ExternalDocs,
    Components,
    PathItem,
    Webhook,
    Operation,
    Parameter,
    Header,
    RequestBody,
    Response,
    MediaType,
    Example,
    SecurityScheme,
    Schema,
    Discriminator,
}

/// What stands under a keyword.
#[derive(Clone, Copy)]
enum Holds {
    /// Something that holds no keywords of OpenAPI: a text, a number, an example.
    Data,
    One(Kind),
    List(Kind),
    Map(Kind),
    /// A schema, or `true` or `false` in its place.
    SchemaOrFlag,
}

/// One keyword of one kind of object.
pub struct Keyword {
    pub name: &'static str,
    holds: Holds,
    /// Why the import leaves it behind; `None` where it carries it over.
    pub dropped: Option<&'static str>,
}

const fn read(name: &'static str, holds: Holds) -> Keyword {
    Keyword {
        name,
        holds,
        dropped: None,
    }
}

const fn dropped(name: &'static str, holds: Holds, why: &'static str) -> Keyword {
    Keyword {
        name,
        holds,
        dropped: Some(why),
    }
}

const WORDS: &str = "the words of the official documentation stay there";
const LIMIT: &str = "Persona checks it and may change it";
const DOC_TOOL: &str = "speaks to the official documentation's own tools";
const OPEN: &str = "an attribute that Persona adds must not break anyone";
const FIXED: &str = "the vendored document has its own";
const CALLER: &str = "the call layer reads and sets headers itself";
const OTHER: &str = "the bindings carry the text as it is";

use Holds::{Data, List, Map, One, SchemaOrFlag};

const DOCUMENT: &[Keyword] = &[
    read("openapi", Data),
    read("info", One(Kind::Info)),
    read("servers", List(Kind::Server)),
    read("security", Data),
    dropped(
        "tags",
        List(Kind::Tag),
        "an operation names its tags itself",
    ),
    dropped("externalDocs", One(Kind::ExternalDocs), WORDS),
    read("paths", Map(Kind::PathItem)),
    read("webhooks", Map(Kind::Webhook)),
    read("components", One(Kind::Components)),
];
const INFO: &[Keyword] = &[
    read("version", Data),
    dropped("title", Data, FIXED),
    dropped("description", Data, WORDS),
    dropped("summary", Data, WORDS),
    dropped("termsOfService", Data, WORDS),
    dropped("license", One(Kind::License), FIXED),
    dropped("contact", One(Kind::Contact), WORDS),
];
const CONTACT: &[Keyword] = &[
    dropped("name", Data, WORDS),
    dropped("url", Data, WORDS),
    dropped("email", Data, WORDS),
];
const LICENSE: &[Keyword] = &[
    dropped("name", Data, FIXED),
    dropped("url", Data, FIXED),
    dropped("identifier", Data, FIXED),
];
const SERVER: &[Keyword] = &[read("url", Data), dropped("description", Data, WORDS)];
const TAG: &[Keyword] = &[
    dropped("name", Data, "an operation names its tags itself"),
    dropped("description", Data, WORDS),
    dropped("externalDocs", One(Kind::ExternalDocs), WORDS),
];
const EXTERNAL_DOCS: &[Keyword] = &[read("url", Data), dropped("description", Data, WORDS)];
const COMPONENTS: &[Keyword] = &[
    read("schemas", Map(Kind::Schema)),
    read("parameters", Map(Kind::Parameter)),
    read("requestBodies", Map(Kind::RequestBody)),
    read("responses", Map(Kind::Response)),
    dropped("headers", Map(Kind::Header), CALLER),
    dropped("examples", Map(Kind::Example), WORDS),
    read("securitySchemes", Map(Kind::SecurityScheme)),
];
const PATH_ITEM: &[Keyword] = &[
    read("servers", List(Kind::Server)),
    read("delete", One(Kind::Operation)),
    read("get", One(Kind::Operation)),
    read("patch", One(Kind::Operation)),
    read("post", One(Kind::Operation)),
    read("put", One(Kind::Operation)),
];
const WEBHOOK: &[Keyword] = &[read("post", One(Kind::Operation))];
const OPERATION: &[Keyword] = &[
    read("operationId", Data),
    read("tags", Data),
    read("externalDocs", One(Kind::ExternalDocs)),
    read("deprecated", Data),
    read("security", Data),
    read("parameters", List(Kind::Parameter)),
    read("requestBody", One(Kind::RequestBody)),
    read("responses", Map(Kind::Response)),
    dropped("summary", Data, WORDS),
    dropped("description", Data, WORDS),
    dropped("x-fern-examples", Data, WORDS),
    dropped("x-persona-product", Data, "the tags say the same"),
    dropped("x-private", Data, DOC_TOOL),
];
const PARAMETER: &[Keyword] = &[
    read("name", Data),
    read("in", Data),
    read("required", Data),
    read("deprecated", Data),
    read("style", Data),
    read("explode", Data),
    read("schema", One(Kind::Schema)),
    dropped("description", Data, WORDS),
    dropped("example", Data, WORDS),
    dropped("examples", Map(Kind::Example), WORDS),
];
const HEADER: &[Keyword] = &[
    dropped("schema", One(Kind::Schema), CALLER),
    dropped("required", Data, CALLER),
    dropped("description", Data, WORDS),
    dropped("example", Data, WORDS),
    dropped("examples", Map(Kind::Example), WORDS),
];
const REQUEST_BODY: &[Keyword] = &[
    read("content", Map(Kind::MediaType)),
    dropped(
        "required",
        Data,
        "an operation with a body always sends one",
    ),
    dropped("description", Data, WORDS),
];
const RESPONSE: &[Keyword] = &[
    read("content", Map(Kind::MediaType)),
    dropped("headers", Map(Kind::Header), CALLER),
    dropped("description", Data, WORDS),
];
const MEDIA_TYPE: &[Keyword] = &[
    read("schema", One(Kind::Schema)),
    dropped("example", Data, WORDS),
    dropped("examples", Map(Kind::Example), WORDS),
];
const EXAMPLE: &[Keyword] = &[
    dropped("value", Data, WORDS),
    dropped("summary", Data, WORDS),
    dropped("description", Data, WORDS),
];
const SECURITY_SCHEME: &[Keyword] = &[
    dropped("type", Data, FIXED),
    dropped("scheme", Data, FIXED),
    dropped("in", Data, FIXED),
    dropped("name", Data, FIXED),
    dropped("bearerFormat", Data, FIXED),
    dropped("description", Data, WORDS),
    dropped("x-bearer-format", Data, DOC_TOOL),
    dropped("x-fern-header", Data, DOC_TOOL),
];
const SCHEMA: &[Keyword] = &[
    read("type", Data),
    read("properties", Map(Kind::Schema)),
    read("required", Data),
    read("items", One(Kind::Schema)),
    read("additionalProperties", SchemaOrFlag),
    read("allOf", List(Kind::Schema)),
    read("anyOf", List(Kind::Schema)),
    read("oneOf", List(Kind::Schema)),
    read("discriminator", One(Kind::Discriminator)),
    read("const", Data),
    read("enum", Data),
    read("format", Data),
    read("deprecated", Data),
    dropped("title", Data, WORDS),
    dropped("description", Data, WORDS),
    dropped("example", Data, WORDS),
    dropped("examples", Data, WORDS),
    dropped("default", Data, LIMIT),
    dropped("maxItems", Data, LIMIT),
    dropped("maximum", Data, LIMIT),
    dropped("minItems", Data, LIMIT),
    dropped("minimum", Data, LIMIT),
    dropped("pattern", Data, LIMIT),
    dropped("contentMediaType", Data, OTHER),
    dropped("unevaluatedProperties", SchemaOrFlag, OPEN),
    dropped("x-inheritable", Data, DOC_TOOL),
    dropped("x-polymorphic", Data, DOC_TOOL),
];
const DISCRIMINATOR: &[Keyword] = &[read("propertyName", Data), read("mapping", Data)];

/// Keywords that any object may carry, also beside a reference.
const EVERYWHERE: &[Keyword] = &[
    dropped("x-remove-from-fern", Data, DOC_TOOL),
    dropped("x-remove-from-github", Data, DOC_TOOL),
];

/// Keywords that may stand beside the reference of anything but a schema.
const BESIDE_REFERENCE: &[&str] = &["$ref", "description", "summary"];

impl Kind {
    /// Every kind, in the order of a document.
    #[cfg(test)]
    pub const ALL: [Self; 20] = [
        Self::Document,
        Self::Info,
        Self::Contact,
        Self::License,
        Self::Server,
        Self::Tag,
        Self::ExternalDocs,
        Self::Components,
        Self::PathItem,
        Self::Webhook,
        Self::Operation,
        Self::Parameter,
        Self::Header,
        Self::RequestBody,
        Self::Response,
        Self::MediaType,
        Self::Example,
        Self::SecurityScheme,
        Self::Schema,
        Self::Discriminator,
    ];

    /// The keywords of this kind of object.
    pub fn keywords(self) -> &'static [Keyword] {
        match self {
            Self::Document => DOCUMENT,
            Self::Info => INFO,
            Self::Contact => CONTACT,
            Self::License => LICENSE,
            Self::Server => SERVER,
            Self::Tag => TAG,
            Self::ExternalDocs => EXTERNAL_DOCS,
            Self::Components => COMPONENTS,
            Self::PathItem => PATH_ITEM,
            Self::Webhook => WEBHOOK,
            Self::Operation => OPERATION,
            Self::Parameter => PARAMETER,
            Self::Header => HEADER,
            Self::RequestBody => REQUEST_BODY,
            Self::Response => RESPONSE,
            Self::MediaType => MEDIA_TYPE,
            Self::Example => EXAMPLE,
            Self::SecurityScheme => SECURITY_SCHEME,
            Self::Schema => SCHEMA,
            Self::Discriminator => DISCRIMINATOR,
        }
    }

    /// What to call it in a stop.
    pub fn name(self) -> &'static str {
        match self {
            Self::Document => "a document",
            Self::Info => "`info`",
            Self::Contact => "a contact",
            Self::License => "a license",
            Self::Server => "a server",
            Self::Tag => "a tag",
            Self::ExternalDocs => "`externalDocs`",
            Self::Components => "`components`",
            Self::PathItem => "a path",
            Self::Webhook => "a webhook",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::Header => "a header",
            Self::RequestBody => "a request body",
            Self::Response => "a response",
            Self::MediaType => "a media type",
            Self::Example => "an example",
            Self::SecurityScheme => "a security scheme",
            Self::Schema => "a schema",
            Self::Discriminator => "a discriminator",
        }
    }

    /// Where the shared ones of this kind stand, if they can be referred to.
    fn section(self) -> Option<&'static str> {
        match self {
            Self::Parameter => Some("parameters"),
            Self::Header => Some("headers"),
            Self::RequestBody => Some("requestBodies"),
            Self::Response => Some("responses"),
            Self::Example => Some("examples"),
            Self::SecurityScheme => Some("securitySchemes"),
            Self::Schema => Some("schemas"),
            _ => None,
        }
    }

    /// Whether the import leaves this keyword behind.
    pub fn drops(self, keyword: &str) -> bool {
        let known = self.keyword(keyword);
        known.is_some_and(|known| known.dropped.is_some())
    }

    fn keyword(self, name: &str) -> Option<&'static Keyword> {
        self.keywords()
            .iter()
            .chain(EVERYWHERE)
            .find(|keyword| keyword.name == name)
    }
}

/// Checks every keyword and every reference of an official document.
///
/// # Errors
///
/// Stops at the first keyword that no table knows, and at the first reference
/// that leads nowhere, elsewhere or back to itself.
pub fn check(document: &Value) -> Result<(), Stop> {
    Walk { document }.one(Kind::Document, document, &Pointer::root())
}

struct Walk<'a> {
    document: &'a Value,
}

impl Walk<'_> {
    fn one(&self, kind: Kind, value: &Value, at: &Pointer) -> Result<(), Stop> {
        let map = object(value, at)?;
        let refers = kind.section().is_some() && map.contains_key("$ref");
        if refers {
            self.reference(kind, value, at)?;
        }
        for (name, value) in map {
            if refers && name == "$ref" {
                continue;
            }
            let here = at.at(name);
            let known = kind.keyword(name).filter(|_| {
                !refers
                    || kind == Kind::Schema
                    || BESIDE_REFERENCE.contains(&name.as_str())
                    || EVERYWHERE.iter().any(|keyword| keyword.name == name)
            });
            let beside = if refers && kind != Kind::Schema {
                " beside a reference"
            } else {
                ""
            };
            let keyword = known.ok_or_else(|| {
                let found = format!("unknown keyword {name:?} of {}{beside}", kind.name());
                Stop::new(&here, found)
            })?;
            match keyword.holds {
                Data => {}
                One(kind) => self.one(kind, value, &here)?,
                SchemaOrFlag if value.is_boolean() => {}
                SchemaOrFlag => self.one(Kind::Schema, value, &here)?,
                List(kind) => {
                    for (index, value) in list(value, &here)?.iter().enumerate() {
                        self.one(kind, value, &here.at(index))?;
                    }
                }
                Map(kind) => {
                    for (name, value) in object(value, &here)? {
                        self.one(kind, value, &here.at(name))?;
                    }
                }
            }
        }
        if kind == Kind::Discriminator {
            self.mapping(value, at)?;
        }
        Ok(())
    }

    fn reference(&self, kind: Kind, value: &Value, at: &Pointer) -> Result<(), Stop> {
        resolve(self.document, value, at)?;
        let section = kind.section().expect("a kind that can be referred to");
        let target = value["$ref"].as_str().unwrap_or_default();
        if target.starts_with(&format!("#/components/{section}/")) {
            return Ok(());
        }
        let found = format!("reference {target:?} where {} belongs", kind.name());
        Err(Stop::new(at, found))
    }

    fn mapping(&self, discriminator: &Value, at: &Pointer) -> Result<(), Stop> {
        let Some(mapping) = discriminator.get("mapping") else {
            return Ok(());
        };
        let at = at.at("mapping");
        for (tag, target) in object(mapping, &at)? {
            let reference = serde_json::json!({ "$ref": target });
            self.reference(Kind::Schema, &reference, &at.at(tag))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The README tells what is dropped; it must tell all of it.
    #[test]
    fn the_readme_lists_every_dropped_keyword_with_its_reason() {
        let readme = include_str!("../../README.md");
        let words = readme.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut missing = Vec::new();
        for kind in Kind::ALL {
            let mut by_reason: Vec<(&str, Vec<String>)> = Vec::new();
            for keyword in kind.keywords() {
                if let Some(reason) = keyword.dropped {
                    let name = format!("`{}`", keyword.name);
                    match by_reason.iter_mut().find(|(known, _)| *known == reason) {
                        Some((_, names)) => names.push(name),
                        None => by_reason.push((reason, vec![name])),
                    }
                }
            }
            for (reason, names) in by_reason {
                let row = format!("| {} | {} | {reason} |", kind.name(), names.join(", "));
                if !words.contains(&row) {
                    missing.push(row);
                }
            }
        }
        assert!(
            missing.is_empty(),
            "not in openapi/README.md:\n{}",
            missing.join("\n")
        );
    }
}
