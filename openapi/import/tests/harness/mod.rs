//! Runs the tool on small documents in a folder of their own.
#![allow(dead_code)] // Each test target uses a part of it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with an official document and the place of a vendored one.
pub struct Desk {
    folder: TempDir,
}

/// What a run left behind.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// The names of all files in the folder.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into()
            })
            .collect();
        names.sort();
        names
    }

    /// Imports `from` to `vendored.json`.
    pub fn import(&self, from: &str, flags: &[&str]) -> Run {
        run(&self.path(from), &self.path("vendored.json"), flags)
    }

    /// Imports a document that must be understood.
    pub fn imported(&self, official: &Value) -> Value {
        self.write("official.json", &official.to_string());
        let run = self.import("official.json", &[]);
        assert_eq!((run.err.as_str(), run.code), ("", Some(0)));
        serde_json::from_str(&self.read("vendored.json").expect("written")).expect("JSON")
    }
}

pub fn run(from: &std::path::Path, to: &std::path::Path, flags: &[&str]) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_openapi-import"))
        .arg("--from")
        .arg(from)
        .arg("--to")
        .arg(to)
        .args(flags)
        .output()
        .expect("the tool runs");
    Run {
        code: status.code(),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// A small document in which nothing is wrong.
pub fn small() -> Value {
    let answer = |name: &str| {
        json!({
            "description": "Words.",
            "content": { "application/json": { "schema": {
                "type": "object",
                "properties": { "data": { "$ref": format!("#/components/schemas/{name}") } },
            } } },
        })
    };
    let resource = |kind: &str, attributes: Value| {
        json!({
            "type": "object",
            "description": "Words.",
            "properties": {
                "type": { "type": "string", "const": kind },
                "id": { "type": "string" },
                "attributes": { "type": "object", "properties": attributes },
            },
        })
    };
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Words", "version": "2025-12-08" },
        "servers": [{ "url": "https://api.example.com/api/v1" }],
        "security": [{ "bearerAuth": [] }],
        "tags": [{ "name": "Inquiries", "description": "Words." }],
        "paths": {
            "/inquiries/{inquiry-id}": {
                "get": {
                    "operationId": "retrieve-an-inquiry",
                    "tags": ["Inquiries"],
                    "summary": "Words.",
                    "parameters": [
                        { "name": "inquiry-id", "in": "path", "required": true, "schema": { "type": "string" } },
                        { "$ref": "#/components/parameters/page" },
                    ],
                    "responses": {
                        "200": answer("inquiry"),
                        "404": { "$ref": "#/components/responses/not-found" },
                    },
                },
                "patch": {
                    "operationId": "update-an-inquiry",
                    "tags": ["Inquiries"],
                    "requestBody": { "content": { "application/json": { "schema": {
                        "type": "object",
                        "required": ["data"],
                        "properties": { "data": { "type": "object", "properties": {
                            "attributes": { "type": "object", "properties": {
                                "note": { "type": ["string", "null"] },
                                "tags": { "type": "array", "items": { "type": "string" } },
                            } },
                        } } },
                    } } } },
                    "responses": { "200": answer("inquiry") },
                },
            },
            "/reports/{report-id}": {
                "get": {
                    "operationId": "retrieve-a-report",
                    "tags": ["Reports"],
                    "responses": { "200": answer("report") },
                },
            },
        },
        "webhooks": {
            "inquiry.created": { "post": {
                "operationId": "inquiry-created",
                "requestBody": { "content": { "application/json": { "schema": {
                    "type": "object",
                    "properties": { "data": { "type": "object", "properties": {
                        "attributes": { "type": "object", "properties": {
                            "payload": { "type": "object", "properties": {
                                "data": { "$ref": "#/components/schemas/inquiry" },
                            } },
                        } },
                    } } },
                } } } },
                "responses": { "200": { "description": "Words." } },
            } },
        },
        "components": {
            "parameters": {
                "page": { "name": "page", "in": "query", "style": "deepObject", "explode": true,
                    "schema": { "type": "object", "properties": { "size": { "type": "number" } } } },
            },
            "headers": { "request-id": { "description": "Words.", "schema": { "type": "string" } } },
            "examples": { "an-inquiry": { "value": { "data": {} } } },
            "responses": {
                "not-found": {
                    "description": "Words.",
                    "headers": { "Request-Id": { "$ref": "#/components/headers/request-id" } },
                    "content": { "application/json": {
                        "examples": { "one": { "$ref": "#/components/examples/an-inquiry" } },
                        "schema": { "type": "object", "properties": {
                            "errors": { "type": "array", "items": { "type": "object" } },
                        } },
                    } },
                },
            },
            "schemas": {
                "inquiry": resource("inquiry", json!({
                    "status": { "type": "string", "enum": ["created", "pending"] },
                    "reference-id": { "type": ["string", "null"] },
                })),
                "report": {
                    "discriminator": { "propertyName": "type", "mapping": {
                        "report/email-address": "#/components/schemas/report-email-address",
                        "report/watchlist": "#/components/schemas/report-watchlist",
                    } },
                    "oneOf": [
                        { "$ref": "#/components/schemas/report-email-address" },
                        { "$ref": "#/components/schemas/report-watchlist" },
                    ],
                },
                "report-email-address": resource("report/email-address", json!({
                    "status": { "type": "string" },
                })),
                "report-watchlist": resource("report/watchlist", json!({
                    "status": { "type": "string" },
                    "matched-lists": { "type": "array", "items": { "type": "object", "properties": {
                        "name": { "type": "string" },
                    } } },
                })),
                "spare": { "type": "string", "description": "Words." },
            },
        },
    })
}

/// Sets what stands at a JSON pointer; the object that holds it must be there.
pub fn set(document: &mut Value, pointer: &str, value: Value) {
    let (holder, key) = pointer.rsplit_once('/').expect("a pointer");
    let key = key.replace("~1", "/").replace("~0", "~");
    let holder = document
        .pointer_mut(holder)
        .unwrap_or_else(|| panic!("nothing at {holder}"));
    match holder {
        Value::Array(items) => items.push(value),
        holder => holder[key] = value,
    }
}

/// Takes away what stands at a JSON pointer.
pub fn remove(document: &mut Value, pointer: &str) {
    let (holder, key) = pointer.rsplit_once('/').expect("a pointer");
    let key = key.replace("~1", "/").replace("~0", "~");
    let holder = document.pointer_mut(holder).and_then(Value::as_object_mut);
    let gone = holder.and_then(|holder| holder.remove(&key));
    gone.unwrap_or_else(|| panic!("nothing at {pointer}"));
}
