//! Lowering of one JSON Schema 2020-12 schema to the facts that OpenAPI 3.0
//! and the generator can carry.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::flat::{Flat, Placed, flatten};
use crate::refs::resolve;
use crate::stop::{Pointer, Stop};

/// Who writes the data that a schema describes.
///
/// What Persona sends may lack any attribute (sparse fieldsets, blocklists)
/// and gain any other, so nothing is required of it. What we send keeps its
/// required properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From us to Persona.
    Sent,
    /// From Persona to us.
    Received,
}

/// The references that stand for the JSON:API building blocks written by hand.
pub fn reference(component: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{component}") })
}

/// The name of a referenced component, if `schema` is a reference.
pub fn referenced(schema: &Value) -> Option<&str> {
    schema
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// Lowers schemas and collects the resource components they lead to.
pub struct Schemas<'a> {
    document: &'a Value,
    /// Resources (`type`, `id`, `attributes`) that something refers to.
    wanted: BTreeMap<String, Direction>,
    /// The `type` values that lead to a resource, where its own schema leaves them open.
    types: BTreeMap<String, BTreeSet<String>>,
    /// References being followed, to notice one that leads back to itself.
    following: Vec<String>,
}

impl<'a> Schemas<'a> {
    pub fn new(document: &'a Value) -> Self {
        Self {
            document,
            wanted: BTreeMap::new(),
            types: BTreeMap::new(),
            following: Vec::new(),
        }
    }

    /// Follows a reference; a parameter, response or body as well as a schema.
    pub fn resolve<'v>(&self, value: &'v Value, at: &Pointer) -> Result<(&'v Value, Pointer), Stop>
    where
        'a: 'v,
    {
        resolve(self.document, value, at)
    }

    /// Lowers `schema` to an OpenAPI 3.0 schema without references, except to
    /// resources and to the JSON:API building blocks.
    pub fn lower(
        &mut self,
        schema: &Value,
        at: &Pointer,
        direction: Direction,
    ) -> Result<Value, Stop> {
        self.lower_all(&[(schema.clone(), at.clone())], direction)
    }

    /// Lowers the sources that describe one place together.
    fn lower_all(&mut self, sources: &[Placed], direction: Direction) -> Result<Value, Stop> {
        if let [(schema, at)] = sources
            && let Some(name) = self.resource_name(schema, at)?
        {
            self.want(&name, direction);
            return Ok(reference(&name));
        }
        let at = sources[0].1.clone();
        let depth = self.following.len();
        let flat = flatten(self.document, sources, &mut self.following)?;
        self.following.extend(flat.followed.iter().cloned());
        let lowered = self.lower_flat(flat, direction, &at);
        self.following.truncate(depth);
        lowered
    }

    /// Lowers the resources wanted so far, and those they want in turn.
    pub fn resources(&mut self) -> Result<BTreeMap<String, Value>, Stop> {
        let mut done: BTreeMap<String, Direction> = BTreeMap::new();
        let mut components = BTreeMap::new();
        // What is first seen as sent may turn out to be received as well.
        while let Some((name, direction)) = self
            .wanted
            .iter()
            .map(|(name, direction)| (name.clone(), *direction))
            .find(|(name, direction)| done.get(name) != Some(direction))
        {
            components.remove(&name);
            components.remove(&format!("{name}-attributes"));
            done.insert(name.clone(), direction);
            self.resource(&name, direction, &mut components)?;
        }
        for (name, types) in std::mem::take(&mut self.types) {
            if let Some(component) = components.get_mut(&name) {
                let own = component["x-types"].as_array().cloned().unwrap_or_default();
                let all: BTreeSet<String> = own
                    .iter()
                    .filter_map(|value| value.as_str().map(str::to_owned))
                    .chain(types)
                    .collect();
                component["x-types"] = json!(all);
            }
        }
        for (name, component) in &components {
            if component["x-types"] == json!([]) {
                let at = Pointer::root().at("components").at("schemas").at(name);
                return Err(Stop::new(&at, "a resource whose `type` has no value"));
            }
        }
        Ok(components)
    }

    /// Notes that `type` leads to a resource.
    pub fn leads_to(&mut self, tag: &str, resource: &str) {
        let types = self.types.entry(resource.to_owned()).or_default();
        types.insert(tag.to_owned());
    }

    /// Notes that something refers to a resource.
    pub fn want(&mut self, name: &str, direction: Direction) {
        let entry = self.wanted.entry(name.to_owned()).or_insert(direction);
        if direction == Direction::Received {
            *entry = direction;
        }
    }

    /// The component's name, if `schema` refers to a JSON:API resource.
    pub fn resource_name(&self, schema: &Value, at: &Pointer) -> Result<Option<String>, Stop> {
        let Some(name) = referenced(schema) else {
            return Ok(None);
        };
        let sources = [(schema.clone(), at.clone())];
        let flat = flatten(self.document, &sources, &mut Vec::new())?;
        let resource = flat.properties.contains_key("type")
            && (flat.properties.contains_key("attributes") || flat.properties.contains_key("id"))
            && flat.properties.keys().all(|key| {
                matches!(
                    key.as_str(),
                    "type" | "id" | "attributes" | "relationships" | "meta" | "links"
                )
            });
        Ok(resource.then(|| name.to_owned()))
    }

    /// The official name of what a document's `data` refers to, with `-list`
    /// if it is a list of them.
    pub fn subject(&self, document: &Value, at: &Pointer) -> Result<Option<String>, Stop> {
        let sources = [(document.clone(), at.clone())];
        let flat = flatten(self.document, &sources, &mut Vec::new())?;
        let Some([(data, _)]) = flat.properties.get("data").map(Vec::as_slice) else {
            return Ok(None);
        };
        let one = referenced(data).map(str::to_owned);
        let many = data.get("items").and_then(referenced);
        Ok(one.or(many.map(|name| format!("{name}-list"))))
    }

    fn resource(
        &mut self,
        name: &str,
        direction: Direction,
        components: &mut BTreeMap<String, Value>,
    ) -> Result<(), Stop> {
        let at = Pointer::root().at("components").at("schemas").at(name);
        let sources = [(reference(name), at.clone())];
        let flat = flatten(self.document, &sources, &mut self.following)?;
        let mut properties = Map::new();
        let mut types = json!([]);
        for (key, sources) in flat.properties {
            let at = at.at("properties").at(&key);
            let lowered = match key.as_str() {
                "id" => json!({ "type": "string" }),
                "type" => {
                    let tag = self.lower_all(&sources, direction)?;
                    if let Some(values) = tag.get("x-values") {
                        types = values.clone();
                    }
                    json!({ "type": "string" })
                }
                "relationships" => reference("relationships"),
                "attributes" => {
                    let component = format!("{name}-attributes");
                    let lowered = self.lower_all(&sources, direction)?;
                    if lowered.get("properties").is_none() {
                        lowered
                    } else {
                        insert_component(components, &component, lowered, &at)?;
                        reference(&component)
                    }
                }
                _ => self.lower_all(&sources, direction)?,
            };
            properties.insert(key, lowered);
        }
        let resource = json!({
            "type": "object",
            "x-shape": "resource",
            "x-types": types,
            "properties": properties,
        });
        insert_component(components, name, resource, &at)
    }

    fn lower_flat(
        &mut self,
        flat: Flat,
        direction: Direction,
        at: &Pointer,
    ) -> Result<Value, Stop> {
        if let Some(union) = flat.union {
            if !flat.properties.is_empty()
                || !flat.items.is_empty()
                || !flat.required.is_empty()
                || flat.values.is_some()
                || flat.format.is_some()
                || flat
                    .additional
                    .is_some_and(|(schema, _)| schema.is_object())
            {
                return Err(Stop::new(at, "a union beside other facts"));
            }
            return self.lower_union(union, flat.nullable, direction);
        }
        let mut lowered = Map::new();
        let kind = flat.kind(at)?.map(str::to_owned);
        if flat.deprecated {
            lowered.insert("deprecated".into(), json!(true));
        }
        let Some(kind) = kind else {
            return Ok(Value::Object(lowered));
        };
        lowered.insert("type".into(), json!(kind));
        if flat.nullable {
            lowered.insert("nullable".into(), json!(true));
        }
        match kind.as_str() {
            "object" if !flat.properties.is_empty() => {
                if flat
                    .additional
                    .is_some_and(|(schema, _)| schema.is_object())
                {
                    let found = "properties beside `additionalProperties` of a type of their own";
                    return Err(Stop::new(at, found));
                }
                let mut properties = Map::new();
                for (name, sources) in flat.properties {
                    let property = self.property(&name, &sources, direction)?;
                    properties.insert(name, property);
                }
                if direction == Direction::Sent && !flat.required.is_empty() {
                    let known = |name: &String| properties.contains_key(name);
                    if let Some(name) = flat.required.iter().find(|name| !known(name)) {
                        return Err(Stop::new(at, undescribed(name)));
                    }
                    lowered.insert("required".into(), json!(flat.required));
                }
                lowered.insert("properties".into(), Value::Object(properties));
            }
            "object" => {
                if direction == Direction::Sent
                    && let Some(name) = flat.required.first()
                {
                    return Err(Stop::new(at, undescribed(name)));
                }
                if let Some((schema, place)) = flat.additional
                    && schema.is_object()
                {
                    let values = self.lower(&schema, &place, direction)?;
                    if values != json!({}) {
                        lowered.insert("additionalProperties".into(), values);
                    }
                }
            }
            "array" => {
                let items = match &flat.items[..] {
                    [] => json!({}),
                    sources => self.lower_all(sources, direction)?,
                };
                lowered.insert("items".into(), items);
            }
            _ => {
                if let Some(values) = flat.values {
                    lowered.insert("x-values".into(), json!(values));
                }
                if let Some(format) = flat.format {
                    lowered.insert("x-format".into(), json!(format));
                }
            }
        }
        Ok(Value::Object(lowered))
    }

    /// A property; `fields` and `relationships` have shapes of their own.
    fn property(
        &mut self,
        name: &str,
        sources: &[Placed],
        direction: Direction,
    ) -> Result<Value, Stop> {
        let lowered = self.lower_all(sources, direction)?;
        // The names in `fields` belong to the template of each organization.
        if name == "fields" && lowered["type"] == "object" {
            let mut open = json!({ "type": "object" });
            if let Some(nullable) = lowered.get("nullable") {
                open["nullable"] = nullable.clone();
            }
            return Ok(open);
        }
        if name == "included" && lowered["type"] == "array" {
            return Ok(json!({ "type": "array", "items": reference("resource-object") }));
        }
        // A resource of any type, as in the payload of an event.
        let open = json!({ "type": "object" });
        if let Some(parts) = lowered.get("properties").and_then(Value::as_object) {
            let only = |names: &[&str]| parts.keys().all(|name| names.contains(&name.as_str()));
            if parts.contains_key("type")
                && parts.get("attributes") == Some(&open)
                && only(&["attributes", "id", "relationships", "type"])
            {
                return Ok(reference("resource-object"));
            }
            if parts.get("data") == Some(&reference("resource-object"))
                && only(&["data", "included"])
            {
                return Ok(reference("resource-document"));
            }
        }
        Ok(lowered)
    }
}

fn undescribed(name: &str) -> String {
    format!("requires {name:?}, which it does not describe")
}

/// Adds a component; two of one name would shadow each other in silence.
pub fn insert_component(
    components: &mut BTreeMap<String, Value>,
    name: &str,
    schema: Value,
    at: &Pointer,
) -> Result<(), Stop> {
    match components.insert(name.to_owned(), schema) {
        None => Ok(()),
        Some(_) => Err(Stop::new(
            at,
            format!("a second component of the name {name:?}"),
        )),
    }
}
