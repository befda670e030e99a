//! The whole document: operations, webhook events, shared components.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::schema::{
    Direction, Schemas, insert_component, list, object, reference, referenced, text,
};
use crate::share;
use crate::stop::{Pointer, Stop};

const METHODS: [&str; 5] = ["delete", "get", "patch", "post", "put"];

/// The headers that the call layer sets itself.
const STANDARD_HEADERS: [&str; 3] = ["Idempotency-Key", "Key-Inflection", "Persona-Version"];

/// Turns an official OpenAPI 3.1 document into the vendored one.
pub fn lower(document: &Value) -> Result<Value, Stop> {
    let root = Pointer::root();
    only(
        document,
        &root,
        &[
            "components",
            "externalDocs",
            "info",
            "openapi",
            "paths",
            "security",
            "servers",
            "tags",
            "webhooks",
        ],
    )?;
    let mut import = Import {
        schemas: Schemas::new(document),
        components: BTreeMap::new(),
        operation_ids: BTreeMap::new(),
    };
    check_components(document, &import.schemas)?;
    let mut paths = import.paths(&document["paths"], &root.at("paths"))?;
    let events = import.events(&document["webhooks"], &root.at("webhooks"))?;
    for (name, schema) in import.schemas.resources()? {
        let at = root.at("components").at("schemas").at(&name);
        insert_component(&mut import.components, &name, schema, &at)?;
    }
    for (name, schema) in share::building_blocks() {
        insert_component(&mut import.components, name, schema, &root)?;
    }
    share::lift_objects(&mut import.components, &mut paths)?;
    let at = root.at("info").at("version");
    let version = text(&document["info"]["version"], &at)?;
    Ok(json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Persona API",
            "version": version,
            "license": { "name": "Apache-2.0" },
        },
        "servers": servers(&document["servers"], &root.at("servers"))?,
        "security": [{ "bearerAuth": [] }],
        "paths": paths,
        "x-webhook-events": events,
        "components": {
            "securitySchemes": { "bearerAuth": { "type": "http", "scheme": "bearer" } },
            "schemas": import.components,
        },
    }))
}

struct Import<'a> {
    schemas: Schemas<'a>,
    components: BTreeMap<String, Value>,
    operation_ids: BTreeMap<String, Pointer>,
}

impl Import<'_> {
    fn paths(&mut self, paths: &Value, at: &Pointer) -> Result<Map<String, Value>, Stop> {
        let mut lowered = Map::new();
        for (path, item) in object(paths, at)? {
            let at = at.at(path);
            let mut operations = Map::new();
            for (key, value) in object(item, &at)? {
                let here = at.at(key);
                let value = match key.as_str() {
                    "servers" => servers(value, &here)?,
                    method if METHODS.contains(&method) => self.operation(value, &here)?,
                    _ => return Err(Stop::new(&here, format!("unknown key {key:?} of a path"))),
                };
                operations.insert(key.clone(), value);
            }
            lowered.insert(path.clone(), Value::Object(operations));
        }
        Ok(lowered)
    }

    fn operation(&mut self, operation: &Value, at: &Pointer) -> Result<Value, Stop> {
        only(
            operation,
            at,
            &[
                "deprecated",
                "description",
                "externalDocs",
                "operationId",
                "parameters",
                "requestBody",
                "responses",
                "security",
                "summary",
                "tags",
                "x-fern-examples",
                "x-persona-product",
                "x-private",
            ],
        )?;
        let id = text(&operation["operationId"], &at.at("operationId"))?;
        if let Some(first) = self.operation_ids.insert(id.to_owned(), at.clone()) {
            let found = format!("operation id {id:?}, which {first} has already");
            return Err(Stop::new(&at.at("operationId"), found));
        }
        let mut lowered = Map::new();
        lowered.insert("operationId".into(), json!(id));
        lowered.insert("tags".into(), operation["tags"].clone());
        if let Some(url) = operation.pointer("/externalDocs/url") {
            lowered.insert("externalDocs".into(), json!({ "url": url }));
        }
        if let Some(deprecated) = operation.get("deprecated") {
            lowered.insert("deprecated".into(), deprecated.clone());
        }
        if let Some(security) = operation.get("security") {
            lowered.insert("x-security".into(), security.clone());
        }
        let parameters = self.parameters(operation.get("parameters"), &at.at("parameters"))?;
        if !parameters.is_empty() {
            lowered.insert("parameters".into(), json!(parameters));
        }
        if let Some(body) = operation.get("requestBody") {
            let body = self.request_body(id, body, &at.at("requestBody"))?;
            lowered.insert("requestBody".into(), body);
        }
        let responses = self.responses(id, &operation["responses"], &at.at("responses"))?;
        lowered.insert("responses".into(), responses);
        Ok(Value::Object(lowered))
    }

    fn parameters(&mut self, parameters: Option<&Value>, at: &Pointer) -> Result<Vec<Value>, Stop> {
        let mut lowered = Vec::new();
        let Some(parameters) = parameters else {
            return Ok(lowered);
        };
        for (index, parameter) in list(parameters, at)?.iter().enumerate() {
            let (parameter, at) = self.schemas.resolve(parameter, &at.at(index))?;
            let parameter = parameter.clone();
            only(
                &parameter,
                &at,
                &[
                    "deprecated",
                    "description",
                    "example",
                    "examples",
                    "explode",
                    "in",
                    "name",
                    "required",
                    "schema",
                    "style",
                ],
            )?;
            let name = text(&parameter["name"], &at.at("name"))?;
            let place = text(&parameter["in"], &at.at("in"))?;
            if place == "header" && STANDARD_HEADERS.contains(&name) {
                continue;
            }
            let required = parameter.get("required") == Some(&Value::Bool(true));
            let schema =
                self.schemas
                    .lower(&parameter["schema"], &at.at("schema"), Direction::Sent)?;
            match (place, parameter.get("style").and_then(Value::as_str)) {
                ("path", None) => lowered.push(flat_parameter(name, "path", true, schema)),
                ("header" | "query", None) => {
                    lowered.push(flat_parameter(name, place, required, schema));
                }
                ("query", Some("deepObject")) => leaves(name, &schema, required, &mut lowered),
                (_, style) => {
                    return Err(Stop::new(
                        &at,
                        format!("a {place} parameter of style {style:?}"),
                    ));
                }
            }
        }
        Ok(lowered)
    }

    /// The body as a component of its own, so that equal ones can be shared.
    fn request_body(&mut self, id: &str, body: &Value, at: &Pointer) -> Result<Value, Stop> {
        let (body, at) = self.schemas.resolve(body, at)?;
        let body = body.clone();
        only(&body, &at, &["content", "description", "required"])?;
        let at = at.at("content");
        let content = object(&body["content"], &at)?;
        // A file can be sent as JSON as well; the streamed form is written by hand.
        let (media, chosen) = ["application/json", "application/x-www-form-urlencoded"]
            .iter()
            .find_map(|media| Some((*media, content.get(*media)?)))
            .ok_or_else(|| Stop::new(&at, "neither JSON nor a form"))?;
        if let Some(unknown) = content.keys().find(|key| {
            !matches!(
                key.as_str(),
                "application/json" | "application/x-www-form-urlencoded" | "multipart/form-data"
            )
        }) {
            return Err(Stop::new(&at.at(unknown), "unknown content type"));
        }
        let at = at.at(media);
        only(chosen, &at, &["example", "examples", "schema"])?;
        let schema = self
            .schemas
            .lower(&chosen["schema"], &at.at("schema"), Direction::Sent)?;
        let schema = self.named(&format!("{id}-request"), schema, &at)?;
        let other: Vec<&String> = content.keys().filter(|key| *key != media).collect();
        let mut lowered = json!({
            "required": true,
            "content": { media: { "schema": schema } },
        });
        if !other.is_empty() {
            lowered["x-other-content"] = json!(other);
        }
        Ok(lowered)
    }

    fn responses(&mut self, id: &str, responses: &Value, at: &Pointer) -> Result<Value, Stop> {
        let mut lowered = Map::new();
        for (status, response) in object(responses, at)? {
            let (response, at) = self.schemas.resolve(response, &at.at(status))?;
            let response = response.clone();
            only(&response, &at, &["content", "description", "headers"])?;
            if !status.starts_with('2') {
                continue;
            }
            let at = at.at("content");
            let content = match response.get("content") {
                None => json!({}),
                Some(content) => match object(content, &at)?.iter().collect::<Vec<_>>()[..] {
                    [(media, body)] if media == "application/json" => {
                        let at = at.at(media);
                        only(body, &at, &["example", "examples", "schema"])?;
                        let schema = self.response(id, &body["schema"], &at.at("schema"))?;
                        json!({ media: { "schema": schema } })
                    }
                    [(media, _)] if media == "application/pdf" => {
                        json!({ media: { "schema": { "type": "string", "format": "binary" } } })
                    }
                    _ => return Err(Stop::new(&at, "not one JSON or PDF answer")),
                },
            };
            lowered.insert(
                status.clone(),
                json!({ "description": "", "content": content }),
            );
        }
        if lowered.is_empty() {
            return Err(Stop::new(at, "no answer with a status of 2xx"));
        }
        for status in ["4XX", "5XX"] {
            lowered.insert(
                status.into(),
                json!({
                    "description": "",
                    "content": { "application/json": { "schema": reference("error-document") } },
                }),
            );
        }
        Ok(Value::Object(lowered))
    }

    /// A JSON answer. What holds `data` is a JSON:API document, named after
    /// what it holds; two operations that answer alike share it.
    fn response(&mut self, id: &str, schema: &Value, at: &Pointer) -> Result<Value, Stop> {
        let mut lowered = self.schemas.lower(schema, at, Direction::Received)?;
        let Some(properties) = lowered.get_mut("properties").and_then(Value::as_object_mut) else {
            return Err(Stop::new(at, "an answer that is no object"));
        };
        if !properties.contains_key("data") {
            return self.named(&format!("{id}-response"), lowered, at);
        }
        if properties.contains_key("links") {
            properties.insert("links".into(), reference("page-links"));
        }
        let own_meta = properties.contains_key("meta");
        for part in ["data", "meta"] {
            if let Some(schema) = properties.get_mut(part)
                && schema.get("properties").is_some()
            {
                *schema = self.named(&format!("{id}-{part}"), schema.take(), at)?;
            }
        }
        let data = &properties["data"];
        let subject = match data.get("items") {
            Some(items) => referenced(items).map(|name| format!("{name}-list")),
            None => referenced(data).map(str::to_owned),
        };
        let name = match subject {
            Some(subject) if !own_meta => format!("{subject}-document"),
            _ => format!("{id}-document"),
        };
        lowered["x-shape"] = json!("document");
        if self.components.get(&name) == Some(&lowered) {
            return Ok(reference(&name));
        }
        let name = if self.components.contains_key(&name) {
            format!("{id}-document")
        } else {
            name
        };
        insert_component(&mut self.components, &name, lowered, at)?;
        Ok(reference(&name))
    }

    /// Puts an object schema among the components; other schemas stay inline.
    fn named(&mut self, name: &str, schema: Value, at: &Pointer) -> Result<Value, Stop> {
        if schema.get("properties").is_none() {
            return Ok(schema);
        }
        insert_component(&mut self.components, name, schema, at)?;
        Ok(reference(name))
    }

    /// Webhook event names, each with the resource types its payload may hold.
    fn events(&mut self, webhooks: &Value, at: &Pointer) -> Result<Value, Stop> {
        let mut events = Map::new();
        for (name, item) in object(webhooks, at)? {
            let at = at.at(name);
            only(item, &at, &["post"])?;
            let (body, place) = self.schemas.resolve(
                &item["post"]["requestBody"],
                &at.at("post").at("requestBody"),
            )?;
            let schema = &body["content"]["application/json"]["schema"];
            let place = place.at("content").at("application/json").at("schema");
            let schema = schema.clone();
            let lowered = self.schemas.lower(&schema, &place, Direction::Received)?;
            let data = lowered
                .pointer(
                    "/properties/data/properties/attributes/properties/payload/properties/data",
                )
                .ok_or_else(|| Stop::new(&place, "a webhook body without payload data"))?;
            let subjects: BTreeSet<String> = match referenced(data) {
                Some(name) => [name.to_owned()].into(),
                None => data["x-members"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|member| member.as_str().map(str::to_owned))
                    .collect(),
            };
            if subjects.is_empty() {
                return Err(Stop::new(&place, "a webhook payload that is no resource"));
            }
            events.insert(name.clone(), json!(subjects));
        }
        Ok(Value::Object(events))
    }
}

/// Checks what no operation leads to: it may be reached tomorrow.
fn check_components(document: &Value, schemas: &Schemas<'_>) -> Result<(), Stop> {
    let at = Pointer::root().at("components");
    only(
        &document["components"],
        &at,
        &[
            "examples",
            "headers",
            "parameters",
            "requestBodies",
            "responses",
            "schemas",
            "securitySchemes",
        ],
    )?;
    let at = at.at("schemas");
    for (name, schema) in object(&document["components"]["schemas"], &at)? {
        schemas.check(schema, &at.at(name))?;
    }
    Ok(())
}

/// Stops at the first key that is not in `known`.
fn only(value: &Value, at: &Pointer, known: &[&str]) -> Result<(), Stop> {
    match object(value, at)?
        .keys()
        .find(|key| !known.contains(&key.as_str()))
    {
        None => Ok(()),
        Some(key) => Err(Stop::new(&at.at(key), format!("unknown key {key:?}"))),
    }
}

fn servers(servers: &Value, at: &Pointer) -> Result<Value, Stop> {
    let urls = list(servers, at)?
        .iter()
        .map(|server| Ok(json!({ "url": text(&server["url"], at)? })))
        .collect::<Result<Vec<_>, Stop>>()?;
    Ok(json!(urls))
}

fn flat_parameter(name: &str, place: &str, required: bool, schema: Value) -> Value {
    let mut schema = schema;
    // `page[size]` is declared a number, yet only whole ones mean something.
    if name == "page[size]" {
        schema["type"] = json!("integer");
    }
    json!({ "name": name, "in": place, "required": required, "schema": schema })
}

/// One parameter per leaf of a `deepObject`; an open map stays one parameter.
fn leaves(name: &str, schema: &Value, required: bool, into: &mut Vec<Value>) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        let schema = if name == "fields" {
            reference("sparse-fields")
        } else {
            schema.clone()
        };
        let mut parameter = flat_parameter(name, "query", false, schema);
        parameter["x-style"] = json!("deepObject");
        into.push(parameter);
        return;
    };
    for (key, property) in properties {
        let name = format!("{name}[{key}]");
        let required = required
            && schema["required"]
                .as_array()
                .is_some_and(|names| names.iter().any(|name| name == key));
        if property["type"] == "object" {
            leaves(&name, property, required, into);
        } else {
            into.push(flat_parameter(&name, "query", required, property.clone()));
        }
    }
}
