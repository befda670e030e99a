//! A vendored document as flat facts, with references put in place: the name
//! of a shared component is no fact of the API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::schema::referenced;

/// What can be said of one place: a parameter, a property, an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// In words: `string (date-time)`, `list of object`, `resource inquiry`.
    pub kind: String,
    /// Sent by us, and Persona insists on it.
    pub required: bool,
    pub nullable: bool,
    pub deprecated: bool,
    /// The listed values, or the resources that a union may hold.
    pub values: BTreeSet<String>,
    /// The names of what an object holds.
    pub parts: Vec<String>,
}

/// One operation, resource or event with its facts, by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// How a reader knows it: `GET /inquiries`.
    pub title: String,
    pub facts: BTreeMap<String, Fact>,
}

/// A whole vendored document.
#[derive(Default)]
pub struct Facts {
    pub version: String,
    pub operations: BTreeMap<String, Entry>,
    pub resources: BTreeMap<String, Entry>,
    pub events: BTreeMap<String, Entry>,
    /// Component → what it is, with all references put in place.
    pub shapes: BTreeMap<String, String>,
}

impl Facts {
    /// Reads a document as this tool writes it.
    pub fn of(document: &Value) -> Self {
        let reader = Reader { document };
        let mut facts = Self {
            version: text(&document["info"]["version"]),
            ..Self::default()
        };
        for (path, item) in entries(&document["paths"]) {
            for (method, operation) in entries(item).filter(|(key, _)| *key != "servers") {
                let entry = reader.operation(method, path, item, operation);
                facts
                    .operations
                    .insert(text(&operation["operationId"]), entry);
            }
        }
        for (name, schema) in entries(&document["components"]["schemas"]) {
            match schema["x-shape"].as_str() {
                Some("resource") => {
                    facts
                        .resources
                        .insert(name.clone(), reader.resource(name, schema));
                }
                Some(_) => {}
                None => {
                    let mut shape = BTreeMap::new();
                    reader.flatten(schema, "", true, &mut shape);
                    facts.shapes.insert(name.clone(), format!("{shape:?}"));
                }
            }
        }
        for (name, subjects) in entries(&document["x-webhook-events"]) {
            let subject = Fact {
                kind: "resource".to_owned(),
                values: texts(subjects),
                ..Fact::default()
            };
            let entry = Entry {
                title: name.clone(),
                facts: [("payload".to_owned(), subject)].into(),
            };
            facts.events.insert(name.clone(), entry);
        }
        facts
    }
}

struct Reader<'a> {
    document: &'a Value,
}

impl Reader<'_> {
    fn operation(&self, method: &str, path: &str, item: &Value, operation: &Value) -> Entry {
        let mut facts = BTreeMap::new();
        let note = |kind: String| Fact {
            kind,
            ..Fact::default()
        };
        if operation["deprecated"] == true {
            facts.insert("operation".to_owned(), note("deprecated".to_owned()));
        }
        for (name, value) in [
            ("tags", &operation["tags"]),
            ("security", &operation["x-security"]),
            ("servers", &item["servers"]),
            (
                "other content",
                &operation["requestBody"]["x-other-content"],
            ),
        ] {
            if !value.is_null() {
                facts.insert(name.to_owned(), note(value.to_string()));
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let path = format!("{} `{}`", text(&parameter["in"]), text(&parameter["name"]));
            let mut found = BTreeMap::new();
            self.flatten(&parameter["schema"], &path, false, &mut found);
            if let Some(fact) = found.get_mut(&path) {
                fact.required = parameter["required"] == true;
                fact.deprecated |= parameter["deprecated"] == true;
            }
            facts.extend(found);
        }
        for (media, content) in entries(&operation["requestBody"]["content"]) {
            if media != "application/json" {
                facts.insert("content".to_owned(), note(media.clone()));
            }
            self.flatten(&content["schema"], "body", false, &mut facts);
        }
        for (status, response) in entries(&operation["responses"]) {
            if !status.starts_with('2') {
                continue;
            }
            let at = format!("answer {status}");
            let mut content = entries(&response["content"]).peekable();
            if content.peek().is_none() {
                facts.insert(at.clone(), note("no content".to_owned()));
            }
            for (media, content) in content {
                if media == "application/json" {
                    self.flatten(&content["schema"], &at, false, &mut facts);
                } else {
                    facts.insert(at.clone(), note(media.clone()));
                }
            }
        }
        Entry {
            title: format!("{} {path}", method.to_uppercase()),
            facts,
        }
    }

    fn resource(&self, name: &str, schema: &Value) -> Entry {
        let mut facts = BTreeMap::new();
        let types = Fact {
            kind: "string".to_owned(),
            values: texts(&schema["x-types"]),
            ..Fact::default()
        };
        facts.insert("`type`".to_owned(), types);
        for (key, part) in entries(&schema["properties"]) {
            match key.as_str() {
                "id" | "type" | "relationships" => {}
                "attributes" => self.flatten(part, "", true, &mut facts),
                _ => self.flatten(part, key, false, &mut facts),
            }
        }
        Entry {
            title: name.to_owned(),
            facts,
        }
    }

    /// Notes what stands at `at`, and below it.
    ///
    /// `bare` leaves out the note of the place itself, of which all is known.
    fn flatten(&self, schema: &Value, at: &str, bare: bool, facts: &mut BTreeMap<String, Fact>) {
        let (mut fact, object) = self.describe(schema);
        let object = object.unwrap_or(&Value::Null);
        let required = texts(&object["required"]);
        fact.parts = entries(&object["properties"])
            .map(|(name, _)| name.clone())
            .collect();
        let below = format!(
            "{at}{}",
            if fact.kind.starts_with("list") {
                "[]"
            } else {
                ""
            }
        );
        if !bare {
            facts.insert(at.to_owned(), fact);
        }
        for (name, property) in entries(&object["properties"]) {
            let path = join(&below, name);
            self.flatten(property, &path, false, facts);
            if let Some(fact) = facts.get_mut(&path) {
                fact.required = required.contains(name);
            }
        }
    }

    /// What a schema is, and the object whose properties are below it.
    fn describe<'v>(&'v self, schema: &'v Value) -> (Fact, Option<&'v Value>) {
        let mut fact = Fact {
            nullable: schema["nullable"] == true,
            deprecated: schema["deprecated"] == true,
            ..Fact::default()
        };
        if let Some(members) = schema.get("x-members") {
            fact.kind = "resource".to_owned();
            fact.values = texts(members);
            return (fact, None);
        }
        let target = referenced(schema).or_else(|| referenced(&schema["allOf"][0]));
        if let Some(name) = target {
            let component = &self.document["components"]["schemas"][name];
            return match component["x-shape"].as_str() {
                Some("resource") => {
                    fact.kind = "resource".to_owned();
                    fact.values = [name.to_owned()].into();
                    (fact, None)
                }
                Some(shape) if shape != "document" => {
                    fact.kind = shape.replace('-', " ");
                    (fact, None)
                }
                _ => {
                    let (inner, object) = self.describe(component);
                    fact.kind = inner.kind;
                    fact.values = inner.values;
                    (fact, object)
                }
            };
        }
        let kind = schema["type"].as_str();
        let inner = match kind {
            Some("array") => Some(("list of", &schema["items"])),
            Some("object") if schema.get("additionalProperties").is_some() => {
                Some(("map of", &schema["additionalProperties"]))
            }
            _ => None,
        };
        if let Some((word, inner)) = inner {
            let (inner, object) = self.describe(inner);
            fact.kind = format!("{word} {}", inner.kind);
            fact.values = inner.values;
            return (fact, object);
        }
        fact.values = texts(&schema["x-values"]);
        fact.kind = match (kind, schema["x-format"].as_str()) {
            (Some("object"), _) if schema.get("properties").is_none() => "open object".to_owned(),
            (Some(kind), Some(format)) => format!("{kind} ({format})"),
            (Some(kind), None) => kind.to_owned(),
            (None, _) => "any value".to_owned(),
        };
        (fact, schema.get("properties").map(|_| schema))
    }
}

/// `body` and `data` make `body `data``; `data` and `id` make `data.id`.
fn join(at: &str, name: &str) -> String {
    match at.strip_suffix('`') {
        Some(open) => format!("{open}.{name}`"),
        None => match at.strip_suffix("`[]") {
            Some(open) => format!("{open}[].{name}`"),
            None if at.is_empty() => format!("`{name}`"),
            None => format!("{at} `{name}`"),
        },
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn texts(value: &Value) -> BTreeSet<String> {
    let all = value.as_array().into_iter().flatten();
    all.map(text).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => json!("").to_string(),
        other => other.to_string(),
    }
}
