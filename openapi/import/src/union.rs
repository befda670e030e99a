//! `oneOf` and `anyOf`.
//!
//! | members | become |
//! |---|---|
//! | resources | one `resource-object`, told apart by its `type` |
//! | objects that a discriminator tells apart, no resources | `tagged` |
//! | other objects | one object with the properties of all |
//! | one type of text, number … | that type, with the values of all |
//! | different types | any value |
//!
//! A null among the members makes the rest nullable.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::flat::Placed;
use crate::schema::{Direction, Schemas, reference, referenced};
use crate::stop::{Pointer, Stop, list, object, text};

/// The members of a `oneOf` or `anyOf`.
#[derive(Clone)]
pub struct Union {
    members: Vec<Placed>,
    discriminated: bool,
    /// `type` value → component, where the discriminator maps them.
    mapping: BTreeMap<String, String>,
    at: Pointer,
}

impl Union {
    /// Reads the union `members` of the schema at `schema_at`.
    pub fn read(
        members: &Value,
        at: &Pointer,
        discriminator: Option<&Value>,
        schema_at: &Pointer,
    ) -> Result<Self, Stop> {
        Ok(Self {
            members: list(members, at)?
                .iter()
                .enumerate()
                .map(|(index, member)| (member.clone(), at.at(index)))
                .collect(),
            discriminated: discriminator.is_some(),
            mapping: mapping(discriminator, &schema_at.at("discriminator"))?,
            at: at.clone(),
        })
    }
}

impl Schemas<'_> {
    /// Lowers a union by the table of this module.
    pub fn lower_union(
        &mut self,
        union: Union,
        mut nullable: bool,
        direction: Direction,
    ) -> Result<Value, Stop> {
        let mut names = BTreeSet::new();
        let mut members = Vec::new();
        for (member, place) in union.members {
            if member.get("type") == Some(&json!("null")) {
                nullable = true;
                continue;
            }
            if let Some(name) = self.resource_name(&member, &place)? {
                names.insert(name);
            }
            members.push((member, place));
        }
        let resources = members
            .iter()
            .filter(|(member, _)| referenced(member).is_some_and(|name| names.contains(name)));
        let all_resources = resources.count() == members.len();
        if all_resources && (members.len() > 1 || union.discriminated) && !names.is_empty() {
            for name in &names {
                self.want(name, direction);
            }
            for (tag, name) in union.mapping {
                if !names.contains(&name) {
                    let found = format!("type {tag:?} leads to {name:?}, which is no member");
                    return Err(Stop::new(&union.at, found));
                }
                self.leads_to(&tag, &name);
            }
            return Ok(json!({
                "allOf": [reference("resource-object")],
                "x-members": names,
            }));
        }
        if !names.is_empty() && members.len() > 1 {
            let found = format!("a union of the resources {names:?} and of something else");
            return Err(Stop::new(&union.at, found));
        }
        if union.discriminated {
            return Ok(reference("tagged"));
        }
        let mut lowered = Vec::new();
        for (member, place) in members {
            lowered.push(self.lower(&member, &place, direction)?);
        }
        let mut merged = merged(&lowered);
        if nullable && let Some(map) = merged.as_object_mut() {
            if map.contains_key("$ref") {
                return Ok(json!({ "allOf": [merged], "nullable": true }));
            }
            if map.contains_key("type") {
                map.insert("nullable".into(), json!(true));
            }
        }
        Ok(merged)
    }
}

fn merged(members: &[Value]) -> Value {
    let type_of = |one: &Value| one.get("type").and_then(Value::as_str).map(str::to_owned);
    let types: BTreeSet<_> = members.iter().map(type_of).collect();
    let kind = match types.first() {
        Some(Some(kind)) if types.len() == 1 => kind.clone(),
        _ if members.len() == 1 => return members[0].clone(),
        _ => return json!({}),
    };
    if let [only] = members {
        return only.clone();
    }
    match kind.as_str() {
        "object" if members.iter().all(|one| one.get("properties").is_some()) => {
            merged_objects(members)
        }
        "object" => json!({ "type": "object" }),
        "array" => {
            let items: Vec<Value> = members.iter().map(|one| one["items"].clone()).collect();
            json!({ "type": "array", "items": merged(&items) })
        }
        _ => members[1..]
            .iter()
            .fold(members[0].clone(), |one, other| merged_scalars(&one, other)),
    }
}

/// Objects told apart by what they hold, not by a tag: one object with every
/// property, of which only what all require stays required.
fn merged_objects(members: &[Value]) -> Value {
    let mut properties: Map<String, Value> = Map::new();
    let mut required: Option<BTreeSet<&str>> = None;
    for member in members {
        for (name, property) in member["properties"].as_object().into_iter().flatten() {
            let merged = match properties.get(name) {
                Some(known) => merged_property(known, property),
                None => property.clone(),
            };
            properties.insert(name.clone(), merged);
        }
        let names = member.get("required").and_then(Value::as_array);
        let these: BTreeSet<&str> = names
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        required = Some(match required {
            None => these,
            Some(known) => known.intersection(&these).copied().collect(),
        });
    }
    let mut merged = json!({ "type": "object", "properties": properties });
    if let Some(required) = required.filter(|names| !names.is_empty()) {
        merged["required"] = json!(required);
    }
    merged
}

fn merged_property(one: &Value, other: &Value) -> Value {
    if one == other {
        return one.clone();
    }
    let scalar = |schema: &Value| {
        matches!(
            schema["type"].as_str(),
            Some("boolean" | "integer" | "number" | "string")
        )
    };
    if one["type"] == other["type"] && scalar(one) {
        return merged_scalars(one, other);
    }
    json!({})
}

/// Both of one type: the values of both, and a format only if they share it.
fn merged_scalars(one: &Value, other: &Value) -> Value {
    let mut merged = json!({ "type": one["type"] });
    if one.get("nullable").or(other.get("nullable")).is_some() {
        merged["nullable"] = json!(true);
    }
    if one.get("deprecated").is_some() && other.get("deprecated").is_some() {
        merged["deprecated"] = json!(true);
    }
    if let (Some(format), Some(other)) = (one.get("x-format"), other.get("x-format"))
        && format == other
    {
        merged["x-format"] = format.clone();
    }
    if let (Some(values), Some(more)) = (
        one.get("x-values").and_then(Value::as_array),
        other.get("x-values").and_then(Value::as_array),
    ) {
        let mut all = values.clone();
        all.extend(more.iter().filter(|value| !values.contains(value)).cloned());
        merged["x-values"] = json!(all);
    }
    merged
}

fn mapping(discriminator: Option<&Value>, at: &Pointer) -> Result<BTreeMap<String, String>, Stop> {
    let mut mapping = BTreeMap::new();
    let Some(discriminator) = discriminator else {
        return Ok(mapping);
    };
    if discriminator.get("propertyName") != Some(&json!("type")) {
        let found = "a discriminator that is not `type`";
        return Err(Stop::new(&at.at("propertyName"), found));
    }
    let at = at.at("mapping");
    let Some(tags) = discriminator.get("mapping") else {
        return Ok(mapping);
    };
    for (tag, target) in object(tags, &at)? {
        let place = at.at(tag);
        let target = text(target, &place)?;
        let name = target.strip_prefix("#/components/schemas/");
        let name = name.ok_or_else(|| Stop::new(&place, format!("{target} is no schema")))?;
        mapping.insert(tag.clone(), name.to_owned());
    }
    Ok(mapping)
}
