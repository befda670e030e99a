//! Parameters: the headers that the call layer sets are left out, and a
//! `deepObject` becomes one parameter per leaf.

use serde_json::{Value, json};

use crate::schema::{Direction, Schemas, reference};
use crate::stop::{Pointer, Stop, list, text};

/// The headers that the call layer sets itself.
const STANDARD_HEADERS: [&str; 3] = ["Idempotency-Key", "Key-Inflection", "Persona-Version"];

/// Lowers the parameters of an operation.
pub fn parameters(
    schemas: &mut Schemas<'_>,
    parameters: Option<&Value>,
    at: &Pointer,
) -> Result<Vec<Value>, Stop> {
    let mut lowered = Vec::new();
    let Some(parameters) = parameters else {
        return Ok(lowered);
    };
    for (index, parameter) in list(parameters, at)?.iter().enumerate() {
        let (parameter, at) = schemas.resolve(parameter, &at.at(index))?;
        let parameter = parameter.clone();
        let name = text(&parameter["name"], &at.at("name"))?;
        let place = text(&parameter["in"], &at.at("in"))?;
        if place == "header" && STANDARD_HEADERS.contains(&name) {
            continue;
        }
        if parameter.get("schema").is_none() {
            return Err(Stop::new(&at, format!("parameter {name:?} has no schema")));
        }
        let schema = schemas.lower(&parameter["schema"], &at.at("schema"), Direction::Sent)?;
        let style = parameter.get("style").and_then(Value::as_str);
        let exploded = parameter.get("explode").and_then(Value::as_bool);
        let form = Form {
            name,
            place,
            required: place == "path" || parameter.get("required") == Some(&json!(true)),
            deprecated: parameter.get("deprecated") == Some(&json!(true)),
        };
        match (place, style, exploded) {
            ("path" | "header" | "query", None, None) => lowered.push(form.flat(schema)),
            ("query", Some("deepObject"), Some(true)) => form.leaves(&schema, &mut lowered),
            _ => {
                let found =
                    format!("a {place} parameter of style {style:?}, exploded {exploded:?}");
                return Err(Stop::new(&at, found));
            }
        }
    }
    Ok(lowered)
}

/// What all leaves of a parameter have in common.
struct Form<'a> {
    name: &'a str,
    place: &'a str,
    required: bool,
    deprecated: bool,
}

impl Form<'_> {
    fn flat(&self, mut schema: Value) -> Value {
        // `page[size]` is declared a number, yet only whole ones mean something.
        if self.name == "page[size]" {
            schema["type"] = json!("integer");
        }
        let mut parameter = json!({
            "name": self.name,
            "in": self.place,
            "required": self.required,
            "schema": schema,
        });
        if self.deprecated {
            parameter["deprecated"] = json!(true);
        }
        parameter
    }

    /// One parameter per leaf of a `deepObject`; an open map stays one parameter.
    fn leaves(&self, schema: &Value, into: &mut Vec<Value>) {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            let schema = if self.name == "fields" {
                reference("sparse-fields")
            } else {
                schema.clone()
            };
            let mut parameter = self.flat(schema);
            parameter["x-style"] = json!("deepObject");
            into.push(parameter);
            return;
        };
        for (key, property) in properties {
            let name = format!("{}[{key}]", self.name);
            let required = schema["required"].as_array();
            let leaf = Form {
                name: &name,
                required: self.required
                    && required.is_some_and(|names| names.iter().any(|name| name == key)),
                ..*self
            };
            if property["type"] == "object" {
                leaf.leaves(property, into);
            } else {
                into.push(leaf.flat(property.clone()));
            }
        }
    }
}
