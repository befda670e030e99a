//! Components that are written by hand once, as generics, instead of being
//! generated: resources, documents and what both are made of.

use std::collections::BTreeMap;

use heck::ToPascalCase;
use serde_json::Value;

/// What the components of an `x-shape` become in Rust.
pub struct Shapes {
    /// Component → the Rust type that stands for it.
    pub replaced: BTreeMap<String, String>,
    /// Name of an alias in `types` → what it stands for.
    pub aliases: BTreeMap<String, String>,
    /// Name of an attributes struct → the JSON:API types that lead to it.
    pub kinds: BTreeMap<String, Vec<String>>,
}

impl Shapes {
    pub fn of(document: &Value) -> Self {
        let mut shapes = Self {
            replaced: BTreeMap::new(),
            aliases: BTreeMap::new(),
            kinds: BTreeMap::new(),
        };
        let schemas = document["components"]["schemas"]
            .as_object()
            .expect("schemas");
        for (name, schema) in schemas {
            let Some(shape) = schema["x-shape"].as_str() else {
                continue;
            };
            let block = match shape {
                "resource" => resource(schema, &mut shapes.kinds),
                "document" => document_type(schema),
                "error-document" => "::serde_json::Value".to_owned(),
                _ => {
                    let block = building_block(shape);
                    shapes.replaced.insert(name.clone(), block);
                    continue;
                }
            };
            let alias = name.to_pascal_case();
            shapes
                .replaced
                .insert(name.clone(), format!("crate::raw::types::{alias}"));
            shapes.aliases.insert(alias, block);
        }
        shapes
    }
}

fn building_block(shape: &str) -> String {
    match shape {
        "resource-document" => {
            "crate::json_api::Document<crate::json_api::ResourceObject>".to_owned()
        }
        "page-links" | "relationships" | "resource-object" | "sparse-fields" | "tagged" => {
            format!("crate::json_api::{}", shape.to_pascal_case())
        }
        unknown => panic!("unknown x-shape {unknown:?}"),
    }
}

fn resource(schema: &Value, kinds: &mut BTreeMap<String, Vec<String>>) -> String {
    let Some(attributes) = referenced(&schema["properties"]["attributes"]) else {
        return "crate::json_api::ResourceObject".to_owned();
    };
    let attributes = attributes.to_pascal_case();
    let types = schema["x-types"].as_array().into_iter().flatten();
    kinds.insert(
        attributes.clone(),
        types
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
    );
    format!("crate::json_api::Resource<crate::raw::types::{attributes}>")
}

fn document_type(schema: &Value) -> String {
    let data = rust_type(&schema["properties"]["data"]);
    match schema["properties"].get("meta") {
        Some(meta) => format!("crate::json_api::Document<{data}, {}>", rust_type(meta)),
        None => format!("crate::json_api::Document<{data}>"),
    }
}

fn rust_type(schema: &Value) -> String {
    if let Some(name) = referenced(schema) {
        return match name {
            "resource-object" | "tagged" => building_block(name),
            name => format!("crate::raw::types::{}", name.to_pascal_case()),
        };
    }
    match schema["type"].as_str() {
        Some("array") => format!("::std::vec::Vec<{}>", rust_type(&schema["items"])),
        Some("object") => "crate::json_api::OpenObject".to_owned(),
        _ => "::serde_json::Value".to_owned(),
    }
}

/// The component that a reference names, also where it stands in an `allOf`.
fn referenced(schema: &Value) -> Option<&str> {
    let reference = schema
        .get("$ref")
        .or_else(|| schema.pointer("/allOf/0/$ref"))?;
    reference.as_str()?.strip_prefix("#/components/schemas/")
}
