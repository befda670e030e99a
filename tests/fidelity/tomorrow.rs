//! Data as Persona may send it tomorrow: more attributes, fewer, nulls, other
//! values. None of it fails a decode or changes what the rest decodes to.
//!
//! Answers are made up from the facts in the vendored and then one
//! place in them is changed.

use std::sync::LazyLock;

use fastrand::Rng;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::round_trip::{Trip, operation};

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_change_anywhere_is_read_and_kept(seed in any::<u64>()) {
        let mut rng = Rng::with_seed(seed);
        let (id, schema) = rng.choice(&*ANSWERS).expect("operations are built in");
        let answer = make(schema, &mut rng);
        let before = kept(id, &answer)?;

        let mut changed = answer.clone();
        let change = change_one_place(&mut changed, &mut rng);
        let after = kept(id, &changed).map_err(|error| {
            TestCaseError::fail(format!("{id}, {change}: {error}"))
        })?;
        let newly_kept: Vec<_> = after.iter().filter(|path| !before.contains(path)).collect();
        prop_assert!(newly_kept.len() <= 1, "{}, {}: {:?}", id, change, newly_kept);
    }
}

/// What was kept by name on the way through the operation's type; fails if anything is lost.
fn kept(id: &str, answer: &Value) -> Result<Vec<String>, TestCaseError> {
    match operation(id, false, answer) {
        Some(Trip::Lossless { kept }) => Ok(kept),
        Some(Trip::Failed(reason)) => Err(TestCaseError::fail(reason)),
        None => Err(TestCaseError::reject("an operation that is not built in")),
    }
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../openapi/persona.json")).expect("JSON")
});

/// The operations that are built in and answer JSON, each with the schema of its answer.
static ANSWERS: LazyLock<Vec<(&str, &Value)>> = LazyLock::new(|| {
    DOCUMENT["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("a path item").values())
        .filter_map(|operation| {
            let id = operation["operationId"].as_str()?;
            let answers = operation["responses"].as_object()?;
            let (_, answer) = answers.iter().find(|(status, _)| status.starts_with('2'))?;
            let schema = answer.pointer("/content/application~1json/schema")?;
            Some((id, schema))
        })
        .filter(|(id, _)| operation(id, false, &json!({})).is_some())
        .collect()
});

/// An answer as the document allows it.
fn make(schema: &Value, rng: &mut Rng) -> Value {
    if let Some(members) = schema["x-members"].as_array() {
        let name = members[rng.usize(..members.len())]
            .as_str()
            .expect("a name");
        return make(&DOCUMENT["components"]["schemas"][name], rng);
    }
    if let Some(target) = schema
        .get("$ref")
        .or_else(|| schema.pointer("/allOf/0/$ref"))
    {
        let target = target
            .as_str()
            .expect("a reference")
            .trim_start_matches('#');
        return make(DOCUMENT.pointer(target).expect("it leads somewhere"), rng);
    }
    match schema["x-shape"].as_str() {
        Some("resource") => {
            let mut resource = make_object(schema, rng);
            let types = schema["x-types"].as_array().expect("types");
            let kind = rng
                .choice(types)
                .cloned()
                .unwrap_or_else(|| json!("unnamed"));
            resource.insert("type".into(), kind);
            resource.insert("id".into(), json!(format!("obj_{}", rng.u32(..))));
            return Value::Object(resource);
        }
        Some("resource-object") => {
            return json!({"type": "kind/of-tomorrow", "id": "obj_1", "attributes": {"a": rng.u8(..)}});
        }
        Some("relationships") => {
            let one = json!({"type": "account", "id": "act_1"});
            let data = match rng.u8(..3) {
                0 => Value::Null,
                1 => one,
                _ => json!([one]),
            };
            return json!({ "account": { "data": data } });
        }
        Some("tagged") => return json!({"type": "string", "key": word(rng)}),
        _ => {}
    }
    match schema["type"].as_str() {
        Some("object") if schema.get("properties").is_some() => {
            Value::Object(make_object(schema, rng))
        }
        Some("object") => match schema.get("additionalProperties") {
            Some(values) => json!({ word(rng): make(values, rng) }),
            None => json!({ word(rng): anything(rng) }),
        },
        Some("array") => {
            let items = (0..rng.usize(..3)).map(|_| make(&schema["items"], rng));
            Value::Array(items.collect())
        }
        Some("string") => json!(word(rng)),
        Some("integer") => json!(rng.i64(-9..1_000_000)),
        Some("number") => json!(rng.i32(-9..9) as f64 / 4.0),
        Some("boolean") => json!(rng.bool()),
        _ => anything(rng),
    }
}

fn make_object(schema: &Value, rng: &mut Rng) -> Map<String, Value> {
    let properties = schema["properties"].as_object().expect("properties");
    let mut object = Map::new();
    for (name, property) in properties {
        if rng.u8(..10) < 8 {
            object.insert(name.clone(), make(property, rng));
        }
    }
    object
}

/// Changes one place below the top that is neither a `type` nor an `id`.
fn change_one_place(answer: &mut Value, rng: &mut Rng) -> String {
    let mut places = Vec::new();
    objects(answer, &mut String::new(), &mut places);
    let place = places[rng.usize(..places.len())].clone();
    let object = answer
        .pointer_mut(&place)
        .and_then(Value::as_object_mut)
        .expect("an object");
    let names: Vec<String> = object
        .keys()
        .filter(|name| !matches!(name.as_str(), "type" | "id"))
        .cloned()
        .collect();
    let Some(name) = rng.choice(names) else {
        object.insert("of-tomorrow".into(), anything(rng));
        return format!("{place}: one more attribute");
    };
    match rng.u8(..5) {
        0 => {
            object.insert("of-tomorrow".into(), anything(rng));
            format!("{place}: one more attribute")
        }
        1 => {
            object.insert(name.clone(), json!("a_value_of_tomorrow"));
            format!("{place}/{name}: a value of tomorrow")
        }
        2 => {
            object.insert(name.clone(), Value::Null);
            format!("{place}/{name}: null")
        }
        3 => {
            object.remove(&name);
            format!("{place}/{name}: gone")
        }
        _ => {
            object.insert(name.clone(), anything(rng));
            format!("{place}/{name}: of another type")
        }
    }
}

/// The pointers of all objects, the top included.
fn objects(value: &Value, at: &mut String, places: &mut Vec<String>) {
    let length = at.len();
    match value {
        Value::Object(map) => {
            places.push(at.clone());
            for (name, value) in map {
                at.push('/');
                at.push_str(&name.replace('~', "~0").replace('/', "~1"));
                objects(value, at, places);
                at.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                at.push_str(&format!("/{index}"));
                objects(item, at, places);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

fn anything(rng: &mut Rng) -> Value {
    match rng.u8(..6) {
        0 => json!(word(rng)),
        1 => json!(rng.i64(..)),
        2 => json!(rng.bool()),
        3 => json!([word(rng), rng.u8(..)]),
        4 => json!({ word(rng): { "deeper": word(rng) } }),
        _ => json!(1.5),
    }
}

/// No word that the names of types and properties could hold by chance: `Debug` may print those.
fn word(rng: &mut Rng) -> String {
    let letters: String = (0..rng.usize(1..9)).map(|_| rng.lowercase()).collect();
    format!("{letters}-q7")
}
