//! The whole document: operations, webhook events, shared components.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::blocks::building_blocks;
use crate::parameters::parameters;
use crate::schema::{Direction, Schemas, insert_component, reference, referenced};
use crate::share;
use crate::stop::{Pointer, Stop, list, object, text};
use crate::vocabulary;

/// Turns an official OpenAPI 3.1 document into the vendored one.
pub fn lower(document: &Value) -> Result<Value, Stop> {
    let root = Pointer::root();
    vocabulary::check(document)?;
    check_security(document)?;
    let mut import = Import {
        schemas: Schemas::new(document),
        components: BTreeMap::new(),
        operation_ids: BTreeMap::new(),
    };
    let mut paths = import.paths(&document["paths"], &root.at("paths"))?;
    let events = import.events(document.get("webhooks"), &root.at("webhooks"))?;
    for (name, schema) in import.schemas.resources()? {
        let at = root.at("components").at("schemas").at(&name);
        insert_component(&mut import.components, &name, schema, &at)?;
    }
    for (name, schema) in building_blocks() {
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
                    _method => self.operation(value, &here)?,
                };
                operations.insert(key.clone(), value);
            }
            lowered.insert(path.clone(), Value::Object(operations));
        }
        Ok(lowered)
    }

    fn operation(&mut self, operation: &Value, at: &Pointer) -> Result<Value, Stop> {
        let id = self.operation_id(operation, at)?;
        let tags = list(&operation["tags"], &at.at("tags"))?;
        if tags.is_empty() {
            let found = "an operation without a tag, which no cargo feature would bring in";
            return Err(Stop::new(&at.at("tags"), found));
        }
        let mut lowered = Map::new();
        lowered.insert("operationId".into(), json!(id));
        lowered.insert("tags".into(), json!(tags));
        if let Some(url) = operation.pointer("/externalDocs/url") {
            lowered.insert("externalDocs".into(), json!({ "url": url }));
        }
        if let Some(deprecated) = operation.get("deprecated") {
            lowered.insert("deprecated".into(), deprecated.clone());
        }
        if let Some(security) = operation.get("security") {
            lowered.insert("x-security".into(), security.clone());
        }
        let parameters = parameters(
            &mut self.schemas,
            operation.get("parameters"),
            &at.at("parameters"),
        )?;
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

    fn operation_id<'v>(&mut self, operation: &'v Value, at: &Pointer) -> Result<&'v str, Stop> {
        let id = text(&operation["operationId"], &at.at("operationId"))?;
        if let Some(first) = self.operation_ids.insert(id.to_owned(), at.clone()) {
            let found = format!("operation id {id:?}, which {first} has already");
            return Err(Stop::new(&at.at("operationId"), found));
        }
        Ok(id)
    }

    /// The body as a component of its own, so that equal ones can be shared.
    fn request_body(&mut self, id: &str, body: &Value, at: &Pointer) -> Result<Value, Stop> {
        let (body, at) = self.schemas.resolve(body, at)?;
        let body = body.clone();
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
            if !status.starts_with('2') {
                self.error(&response, &at)?;
                continue;
            }
            let at = at.at("content");
            let content = match response.get("content") {
                None => json!({}),
                Some(content) => match object(content, &at)?.iter().collect::<Vec<_>>()[..] {
                    [(media, body)] if media == "application/json" => {
                        let at = at.at(media);
                        let schema = self.response(id, &body["schema"], &at.at("schema"))?;
                        json!({ media: { "schema": schema } })
                    }
                    [(media, body)] if media == "application/pdf" => {
                        let at = at.at(media).at("schema");
                        if body["schema"] != json!({ "type": "string", "format": "binary" }) {
                            return Err(Stop::new(&at, "a PDF that is no binary text"));
                        }
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

    /// An error becomes the lenient `error-document`; what could not stops.
    fn error(&mut self, response: &Value, at: &Pointer) -> Result<(), Stop> {
        let at = at.at("content");
        let Some(content) = response.get("content") else {
            return Ok(());
        };
        for (media, body) in object(content, &at)? {
            let at = at.at(media);
            let lowered =
                self.schemas
                    .lower(&body["schema"], &at.at("schema"), Direction::Received)?;
            if media != "application/json" || lowered["properties"]["errors"]["type"] != "array" {
                return Err(Stop::new(&at, "an error that is no JSON with `errors`"));
            }
        }
        Ok(())
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
        // Not `verification-document`: that is the resource of a document's verification.
        let union = data.get("items").unwrap_or(data).get("x-members").is_some();
        let subject = match self.schemas.subject(schema, at)? {
            Some(official) if union => Some(format!("any-{official}")),
            Some(official) if data.get("$ref").is_none() => Some(official),
            _ => subject,
        };
        let name = match subject {
            Some(subject) if !own_meta => format!("{subject}-document"),
            _ => format!("{id}-document"),
        };
        lowered["x-shape"] = json!("document");
        self.document(&name, lowered, at)
    }

    /// Adds a document; one may come with `included` or `links` and the other without.
    fn document(&mut self, name: &str, document: Value, at: &Pointer) -> Result<Value, Stop> {
        if let Some(known) = self.components.get_mut(name) {
            let same = ["data", "meta"]
                .iter()
                .all(|part| known["properties"].get(part) == document["properties"].get(part));
            if !same {
                let found = format!("another {name:?} than that of an earlier operation");
                return Err(Stop::new(at, found));
            }
            for (key, part) in document["properties"].as_object().into_iter().flatten() {
                known["properties"][key] = part.clone();
            }
        } else {
            self.components.insert(name.to_owned(), document);
        }
        Ok(reference(name))
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
    fn events(&mut self, webhooks: Option<&Value>, at: &Pointer) -> Result<Value, Stop> {
        let mut events = Map::new();
        let Some(webhooks) = webhooks else {
            return Ok(Value::Object(events));
        };
        for (name, item) in object(webhooks, at)? {
            let at = at.at(name);
            let (operation, at) = (&item["post"], at.at("post"));
            self.operation_id(operation, &at)?;
            let (body, place) = self
                .schemas
                .resolve(&operation["requestBody"], &at.at("requestBody"))?;
            let place = place.at("content");
            let (schema, place) =
                match object(&body["content"], &place)?.iter().collect::<Vec<_>>()[..] {
                    [(media, body)] if media == "application/json" => {
                        (body["schema"].clone(), place.at(media).at("schema"))
                    }
                    _ => return Err(Stop::new(&place, "a webhook that is not JSON alone")),
                };
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

/// The vendored document, and the call layer, know one way to authenticate.
fn check_security(document: &Value) -> Result<(), Stop> {
    let root = Pointer::root();
    let bearer = json!([{ "bearerAuth": [] }]);
    if document
        .get("security")
        .is_some_and(|found| *found != bearer)
    {
        let found = format!("security {}, not {bearer}", document["security"]);
        return Err(Stop::new(&root.at("security"), found));
    }
    let scheme = &document["components"]["securitySchemes"]["bearerAuth"];
    let known = scheme.is_null() || (scheme["type"] == "http" && scheme["scheme"] == "bearer");
    if !known {
        let at = root.at("components").at("securitySchemes").at("bearerAuth");
        return Err(Stop::new(&at, "an authentication that is no bearer token"));
    }
    Ok(())
}

fn servers(servers: &Value, at: &Pointer) -> Result<Value, Stop> {
    let urls = list(servers, at)?
        .iter()
        .map(|server| Ok(json!({ "url": text(&server["url"], at)? })))
        .collect::<Result<Vec<_>, Stop>>()?;
    Ok(json!(urls))
}
