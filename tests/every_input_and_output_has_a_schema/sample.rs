//! JSON that a schema describes, as somebody would write it who knows nothing but the schema.

use serde_json::{Map, Value, json};

/// The schemas of the properties, by name.
pub fn properties(schema: &Value) -> Map<String, Value> {
    schema["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default()
}

/// One of several values that `schema`, a part of `root`, describes: another one for another
/// `number`.
pub fn sample(root: &Value, name: &str, schema: &Value, number: u32) -> Value {
    if let Some(place) = schema["$ref"].as_str() {
        let of = root.pointer(place.trim_start_matches('#'));
        return sample(root, name, of.expect("it leads somewhere"), number);
    }
    if let Some(value) = schema.get("const") {
        return value.clone();
    }
    if let Some(values) = schema["enum"].as_array() {
        return values[number as usize % values.len()].clone();
    }
    let alternatives = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    if let Some(alternatives) = alternatives {
        // A null says as much as nothing, and an object says more than a word.
        let is_object = |it: &&Value| it["type"] == "object";
        let of = alternatives
            .iter()
            .find(is_object)
            .unwrap_or(&alternatives[0]);
        return sample(root, name, of, number);
    }
    let kind = match &schema["type"] {
        Value::String(kind) => kind.as_str(),
        Value::Array(kinds) => kinds[0].as_str().expect("a type"),
        _ => "string",
    };
    match kind {
        "object" => object(root, name, schema, number),
        "array" => list(root, name, schema, number),
        "boolean" => json!(true),
        "integer" => json!(least(schema) as i64 + i64::from(number)),
        "number" => json!(least(schema) + f64::from(number)),
        "string" => json!(text(name, schema, number)),
        other => panic!("a sample of {other} is asked for"),
    }
}

fn object(root: &Value, name: &str, schema: &Value, number: u32) -> Value {
    let known = properties(schema);
    if known.is_empty() {
        let value = match &schema["additionalProperties"] {
            of @ Value::Object(_) => sample(root, name, of, number),
            _ => json!(format!("given{number}")),
        };
        return json!({ "given": value });
    }
    known
        .iter()
        .map(|(name, of)| (name.clone(), sample(root, name, of, number)))
        .collect()
}

fn list(root: &Value, name: &str, schema: &Value, number: u32) -> Value {
    if let Some(places) = schema["prefixItems"].as_array() {
        return places
            .iter()
            .map(|of| sample(root, name, of, number))
            .collect();
    }
    let count = schema["minItems"].as_u64().unwrap_or(1).max(1);
    let one = sample(root, name, &schema["items"], number);
    (0..count).map(|_| one.clone()).collect()
}

fn least(schema: &Value) -> f64 {
    schema["minimum"].as_f64().unwrap_or_default()
}

fn text(name: &str, schema: &Value, number: u32) -> String {
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("date"), _) => return format!("1971-02-0{number}"),
        (Some("date-time"), _) => return format!("2026-01-0{number}T12:00:00Z"),
        (Some("uri"), _) => return format!("https://example.com/{number}"),
        (_, Some("^[A-Za-z]{2}$")) => return ["US", "DE", "FR"][number as usize % 3].into(),
        (_, Some("^report/.")) => return format!("report/given{number}"),
        _ => {}
    }
    match schema["examples"].as_array().map(Vec::as_slice) {
        Some([one]) => format!("{}{number}", one.as_str().expect("a text")),
        Some(known) => known[number as usize % known.len()]
            .as_str()
            .expect("a text")
            .into(),
        None if name.contains("email") => format!("jane{number}@example.com"),
        None if name == "language" => ["en", "de", "fr"][number as usize % 3].into(),
        None => format!("given{number}"),
    }
}
