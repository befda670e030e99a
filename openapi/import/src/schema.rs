//! Lowering of one JSON Schema 2020-12 schema to the facts that OpenAPI 3.0
//! and the generator can carry.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

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

/// Keywords that say nothing the bindings need: documentation, and limits
/// that Persona checks itself and may change.
const DROPPED: &[&str] = &[
    "contentMediaType",
    "default",
    "description",
    "example",
    "examples",
    "maxItems",
    "maximum",
    "minItems",
    "minimum",
    "pattern",
    "title",
    "unevaluatedProperties",
    "x-inheritable",
    "x-polymorphic",
];

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

/// Everything a schema says once references and `allOf` are put in place.
#[derive(Clone, Default)]
struct Flat {
    types: BTreeSet<String>,
    nullable: bool,
    deprecated: bool,
    properties: BTreeMap<String, Vec<(Value, Pointer)>>,
    required: BTreeSet<String>,
    additional: Option<(Value, Pointer)>,
    items: Option<(Value, Pointer)>,
    union: Option<Union>,
    values: Option<Vec<Value>>,
    format: Option<String>,
    /// The references that were followed to get here.
    followed: Vec<String>,
}

#[derive(Clone)]
struct Union {
    members: Vec<(Value, Pointer)>,
    discriminated: bool,
    types: BTreeMap<String, String>,
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
        let Some(target) = value.get("$ref") else {
            return Ok((value, at.clone()));
        };
        let place = target
            .as_str()
            .and_then(Pointer::of_reference)
            .ok_or_else(|| Stop::new(at, format!("reference {target} is not local")))?;
        match self.document.pointer(place.as_str()) {
            Some(found) => self.resolve(found, &place),
            None => Err(Stop::new(at, format!("unresolved reference {target}"))),
        }
    }

    /// Lowers `schema` to an OpenAPI 3.0 schema without references, except to
    /// resources and to the JSON:API building blocks.
    pub fn lower(
        &mut self,
        schema: &Value,
        at: &Pointer,
        direction: Direction,
    ) -> Result<Value, Stop> {
        if let Some(name) = self.resource_name(schema, at)? {
            self.want(&name, direction);
            return Ok(reference(&name));
        }
        let depth = self.following.len();
        let flat = self.flatten(schema, at)?;
        self.following.extend(flat.followed.iter().cloned());
        let lowered = self.lower_flat(flat, direction, at);
        self.following.truncate(depth);
        lowered
    }

    /// Lowers the resources wanted so far, and those they want in turn.
    pub fn resources(&mut self) -> Result<BTreeMap<String, Value>, Stop> {
        let mut done = BTreeMap::new();
        let mut components = BTreeMap::new();
        while let Some((name, direction)) = self
            .wanted
            .iter()
            .map(|(name, direction)| (name.clone(), *direction))
            .find(|(name, _)| !done.contains_key(name))
        {
            done.insert(name.clone(), ());
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
        Ok(components)
    }

    /// Checks keywords and references of a schema and of all it holds,
    /// without following references.
    pub fn check(&self, schema: &Value, at: &Pointer) -> Result<(), Stop> {
        let Some(map) = schema.as_object() else {
            return Ok(());
        };
        self.resolve(schema, at)?;
        for (keyword, value) in map {
            let here = at.at(keyword);
            match keyword.as_str() {
                "properties" => {
                    for (name, property) in object(value, &here)? {
                        self.check(property, &here.at(name))?;
                    }
                }
                "items" | "additionalProperties" => self.check(value, &here)?,
                "allOf" | "anyOf" | "oneOf" => {
                    for (index, member) in list(value, &here)?.iter().enumerate() {
                        self.check(member, &here.at(index))?;
                    }
                }
                "discriminator" => {
                    discriminator_types(Some(value), &here)?;
                }
                "$ref" | "const" | "deprecated" | "enum" | "format" | "required" | "type" => {}
                known if DROPPED.contains(&known) => {}
                unknown => return Err(Stop::new(&here, format!("unknown keyword {unknown:?}"))),
            }
        }
        Ok(())
    }

    fn want(&mut self, name: &str, direction: Direction) {
        let entry = self.wanted.entry(name.to_owned()).or_insert(direction);
        if direction == Direction::Received {
            *entry = direction;
        }
    }

    /// The component's name, if `schema` refers to a JSON:API resource.
    fn resource_name(&self, schema: &Value, at: &Pointer) -> Result<Option<String>, Stop> {
        let Some(name) = referenced(schema) else {
            return Ok(None);
        };
        let (_, place) = self.resolve(schema, at)?;
        let flat = Schemas::new(self.document).flatten(schema, &place)?;
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

    fn resource(
        &mut self,
        name: &str,
        direction: Direction,
        components: &mut BTreeMap<String, Value>,
    ) -> Result<(), Stop> {
        let at = Pointer::root().at("components").at("schemas").at(name);
        let flat = self.flatten(&reference(name), &at)?;
        let mut properties = Map::new();
        let mut types = json!([]);
        for (key, sources) in flat.properties {
            let at = at.at("properties").at(&key);
            let lowered = match key.as_str() {
                "id" => json!({ "type": "string" }),
                "type" => {
                    let tag = self.lower(&all_of(sources), &at, direction)?;
                    if let Some(values) = tag.get("x-values") {
                        types = values.clone();
                    }
                    json!({ "type": "string" })
                }
                "relationships" => reference("relationships"),
                "attributes" => {
                    let component = format!("{name}-attributes");
                    let lowered = self.lower(&all_of(sources), &at, direction)?;
                    if lowered.get("properties").is_none() {
                        lowered
                    } else {
                        insert_component(components, &component, lowered, &at)?;
                        reference(&component)
                    }
                }
                _ => self.lower(&all_of(sources), &at, direction)?,
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

    fn flatten(&mut self, schema: &Value, at: &Pointer) -> Result<Flat, Stop> {
        let mut flat = Flat::default();
        let map = match schema {
            Value::Bool(true) => return Ok(flat),
            Value::Object(map) => map,
            other => return Err(Stop::new(at, format!("a schema that is {other}"))),
        };
        for (keyword, value) in map {
            let here = at.at(keyword);
            match keyword.as_str() {
                "$ref" => {
                    let name = value.to_string();
                    if self.following.contains(&name) {
                        return Err(Stop::new(&here, format!("{name} refers to itself")));
                    }
                    let (target, place) = self.resolve(schema, at)?;
                    let target = target.clone();
                    self.following.push(name.clone());
                    let target = self.flatten(&target, &place);
                    self.following.pop();
                    flat.merge(target?, at)?;
                    flat.followed.push(name);
                }
                "allOf" => {
                    for (index, member) in list(value, &here)?.iter().enumerate() {
                        let member = self.flatten(member, &here.at(index))?;
                        flat.merge(member, at)?;
                    }
                }
                "type" => {
                    let types = match value {
                        Value::String(one) => vec![one.clone()],
                        _ => list(value, &here)?
                            .iter()
                            .map(|one| text(one, &here).map(str::to_owned))
                            .collect::<Result<_, _>>()?,
                    };
                    for one in types {
                        match one.as_str() {
                            "null" => flat.nullable = true,
                            "array" | "boolean" | "integer" | "number" | "object" | "string" => {
                                flat.types.insert(one);
                            }
                            _ => return Err(Stop::new(&here, format!("unknown type {one:?}"))),
                        }
                    }
                }
                "properties" => {
                    for (name, property) in object(value, &here)? {
                        flat.properties
                            .entry(name.clone())
                            .or_default()
                            .push((property.clone(), here.at(name)));
                    }
                }
                "required" => {
                    for name in list(value, &here)? {
                        flat.required.insert(text(name, &here)?.to_owned());
                    }
                }
                "additionalProperties" => {
                    if value != &Value::Bool(false) {
                        flat.additional = Some((value.clone(), here));
                    }
                }
                "items" => flat.items = Some((value.clone(), here)),
                "oneOf" | "anyOf" => {
                    let members = list(value, &here)?
                        .iter()
                        .enumerate()
                        .map(|(index, member)| (member.clone(), here.at(index)))
                        .collect();
                    flat.union = Some(Union {
                        members,
                        discriminated: map.contains_key("discriminator"),
                        types: discriminator_types(
                            map.get("discriminator"),
                            &at.at("discriminator"),
                        )?,
                    });
                }
                "discriminator" => {}
                "const" => flat.values = Some(vec![value.clone()]),
                "enum" => flat.values = Some(list(value, &here)?.clone()),
                "format" => flat.format = Some(text(value, &here)?.to_owned()),
                "deprecated" => flat.deprecated = value == &Value::Bool(true),
                known if DROPPED.contains(&known) => {}
                unknown => return Err(Stop::new(&here, format!("unknown keyword {unknown:?}"))),
            }
        }
        Ok(flat)
    }

    fn lower_flat(
        &mut self,
        flat: Flat,
        direction: Direction,
        at: &Pointer,
    ) -> Result<Value, Stop> {
        if let Some(union) = flat.union {
            return self.lower_union(union, flat.nullable, direction);
        }
        let mut lowered = Map::new();
        let kind = if flat.types.len() > 1 {
            None
        } else if let Some(one) = flat.types.first() {
            Some(one.clone())
        } else if !flat.properties.is_empty() {
            Some("object".to_owned())
        } else {
            None
        };
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
                let mut properties = Map::new();
                for (name, sources) in flat.properties {
                    let property_at = sources[0].1.clone();
                    let property = self.property(&name, sources, &property_at, direction)?;
                    properties.insert(name, property);
                }
                if direction == Direction::Sent && !flat.required.is_empty() {
                    let known = |name: &String| properties.contains_key(name);
                    if let Some(name) = flat.required.iter().find(|name| !known(name)) {
                        return Err(Stop::new(
                            at,
                            format!("requires {name:?}, which it does not describe"),
                        ));
                    }
                    lowered.insert("required".into(), json!(flat.required));
                }
                lowered.insert("properties".into(), Value::Object(properties));
            }
            "object" => {
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
                let items = match flat.items {
                    Some((items, place)) => self.lower(&items, &place, direction)?,
                    None => json!({}),
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
        sources: Vec<(Value, Pointer)>,
        at: &Pointer,
        direction: Direction,
    ) -> Result<Value, Stop> {
        let lowered = self.lower(&all_of(sources), at, direction)?;
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
        if let Some(parts) = lowered.get("properties")
            && parts.get("type").is_some()
            && parts.get("attributes") == Some(&open)
        {
            return Ok(reference("resource-object"));
        }
        if lowered.pointer("/properties/data") == Some(&reference("resource-object")) {
            return Ok(reference("resource-document"));
        }
        Ok(lowered)
    }

    fn lower_union(
        &mut self,
        union: Union,
        mut nullable: bool,
        direction: Direction,
    ) -> Result<Value, Stop> {
        let mut names = Vec::new();
        let mut members = Vec::new();
        for (member, place) in &union.members {
            if member.get("type") == Some(&json!("null")) {
                nullable = true;
                continue;
            }
            if let Some(name) = self.resource_name(member, place)? {
                self.want(&name, direction);
                names.push(name);
            }
            members.push((member.clone(), place.clone()));
        }
        if names.len() == members.len() && members.len() > 1
            || union.discriminated && !names.is_empty()
        {
            for (tag, name) in union.types {
                self.types.entry(name).or_default().insert(tag);
            }
            names.sort();
            names.dedup();
            return Ok(json!({
                "allOf": [reference("resource-object")],
                "x-members": names,
            }));
        }
        if union.discriminated {
            return Ok(reference("tagged"));
        }
        let mut lowered = Vec::new();
        for (member, place) in &members {
            lowered.push(self.lower(member, place, direction)?);
        }
        let mut merged = match lowered.as_slice() {
            [] => json!({}),
            [only] => only.clone(),
            many if many.iter().all(|one| one.get("properties").is_some()) => merged_objects(many),
            _ => json!({}),
        };
        if nullable && merged.get("type").is_some() {
            merged["nullable"] = json!(true);
        }
        Ok(merged)
    }
}

impl Flat {
    fn merge(&mut self, other: Flat, at: &Pointer) -> Result<(), Stop> {
        if self.types.is_empty() {
            self.types = other.types;
        } else if !other.types.is_empty() {
            if self.types != other.types {
                return Err(Stop::new(
                    at,
                    format!(
                        "members of different types: {:?}, {:?}",
                        self.types, other.types
                    ),
                ));
            }
        }
        self.nullable |= other.nullable;
        self.deprecated |= other.deprecated;
        for (name, mut sources) in other.properties {
            self.properties
                .entry(name)
                .or_default()
                .append(&mut sources);
        }
        self.required.extend(other.required);
        self.additional = self.additional.take().or(other.additional);
        self.items = self.items.take().or(other.items);
        self.values = self.values.take().or(other.values);
        self.format = self.format.take().or(other.format);
        self.followed.extend(other.followed);
        if let Some(union) = other.union {
            if self.union.is_some() {
                return Err(Stop::new(at, "two unions at one place"));
            }
            self.union = Some(union);
        }
        Ok(())
    }
}

/// One schema for a property that several members of an `allOf` describe.
fn all_of(mut sources: Vec<(Value, Pointer)>) -> Value {
    if sources.len() == 1 {
        return sources.remove(0).0;
    }
    json!({ "allOf": sources.into_iter().map(|(schema, _)| schema).collect::<Vec<_>>() })
}

/// Objects told apart by what they hold, not by a tag: one object with every
/// property, of which only what all require stays required.
fn merged_objects(members: &[Value]) -> Value {
    let mut properties: Map<String, Value> = Map::new();
    let mut required: Option<BTreeSet<String>> = None;
    for member in members {
        for (name, property) in member["properties"].as_object().expect("an object schema") {
            match properties.get_mut(name) {
                None => {
                    properties.insert(name.clone(), property.clone());
                }
                Some(known) if known == property => {}
                Some(known) if known["type"] == "string" && property["type"] == "string" => {
                    let values: Vec<Value> = [&*known, property]
                        .iter()
                        .flat_map(|one| one["x-values"].as_array().cloned().unwrap_or_default())
                        .collect();
                    *known = json!({ "type": "string", "x-values": values });
                }
                Some(known) => *known = json!({}),
            }
        }
        let these = member
            .get("required")
            .and_then(Value::as_array)
            .map(|names| {
                names
                    .iter()
                    .filter_map(|name| name.as_str().map(str::to_owned))
                    .collect()
            })
            .unwrap_or_default();
        required = Some(match required {
            None => these,
            Some(known) => known.intersection(&these).cloned().collect(),
        });
    }
    let mut merged = json!({ "type": "object", "properties": properties });
    if let Some(required) = required.filter(|names| !names.is_empty()) {
        merged["required"] = json!(required);
    }
    merged
}

fn discriminator_types(
    discriminator: Option<&Value>,
    at: &Pointer,
) -> Result<BTreeMap<String, String>, Stop> {
    let mut types = BTreeMap::new();
    let Some(discriminator) = discriminator else {
        return Ok(types);
    };
    for (keyword, value) in object(discriminator, at)? {
        match keyword.as_str() {
            "propertyName" if value == "type" => {}
            "mapping" => {
                for (tag, target) in object(value, &at.at("mapping"))? {
                    let place = at.at("mapping").at(tag);
                    let target = text(target, &place)?
                        .strip_prefix("#/components/schemas/")
                        .ok_or_else(|| Stop::new(&place, format!("{target} is no schema")))?;
                    types.insert(tag.clone(), target.to_owned());
                }
            }
            _ => {
                return Err(Stop::new(
                    &at.at(keyword),
                    format!("unknown discriminator {value}"),
                ));
            }
        }
    }
    Ok(types)
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

pub fn object<'v>(value: &'v Value, at: &Pointer) -> Result<&'v Map<String, Value>, Stop> {
    value
        .as_object()
        .ok_or_else(|| Stop::new(at, "not an object"))
}

pub fn list<'v>(value: &'v Value, at: &Pointer) -> Result<&'v Vec<Value>, Stop> {
    value.as_array().ok_or_else(|| Stop::new(at, "not a list"))
}

pub fn text<'v>(value: &'v Value, at: &Pointer) -> Result<&'v str, Stop> {
    value
        .as_str()
        .ok_or_else(|| Stop::new(at, format!("{value} where a text belongs")))
}
