//! What becomes of the constructs that the generator cannot read.

mod harness;

use harness::{Desk, remove, set, small};
use serde_json::{Value, json};

const STATUS: &str = "/components/schemas/inquiry/properties/attributes/properties/status";
const NOTE: &str = "/paths/~1inquiries~1{inquiry-id}/patch/requestBody/content/application~1json/schema/properties/data/properties/attributes/properties/note";

/// How the status of an inquiry is lowered when it is `schema`.
fn received(schema: Value) -> Value {
    let mut document = small();
    set(&mut document, STATUS, schema);
    let lowered = Desk::new().imported(&document);
    lowered["components"]["schemas"]["inquiry-attributes"]["properties"]["status"].clone()
}

/// How the note of an update is lowered when it is `schema`.
fn sent(schema: Value) -> Value {
    let mut document = small();
    set(&mut document, NOTE, schema);
    let lowered = Desk::new().imported(&document);
    lowered["components"]["schemas"]["update-an-inquiry-request-attributes"]["properties"]["note"]
        .clone()
}

#[test]
fn a_null_among_the_types_makes_nullable() {
    assert_eq!(
        received(json!({ "type": ["string", "null"], "format": "date-time" })),
        json!({ "type": "string", "nullable": true, "x-format": "date-time" })
    );
    assert_eq!(
        received(json!({ "oneOf": [{ "type": "null" }, { "type": "integer" }] })),
        json!({ "type": "integer", "nullable": true })
    );
    assert_eq!(
        sent(json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/inquiry" }] })),
        json!({ "nullable": true, "allOf": [{ "$ref": "#/components/schemas/inquiry" }] })
    );
}

#[test]
fn listed_values_stay_open_texts() {
    let open = json!({ "type": "string", "x-values": ["a", "b"] });
    assert_eq!(
        received(json!({ "type": "string", "enum": ["a", "b"] })),
        open
    );
    assert_eq!(received(json!({ "enum": ["a", "b"] })), open);
    assert_eq!(
        received(json!({ "enum": ["a", "b", null] })),
        json!({ "type": "string", "nullable": true, "x-values": ["a", "b"] })
    );
    assert_eq!(
        received(json!({ "allOf": [{ "enum": ["a", "b", "c"] }, { "enum": ["b", "a"] }] })),
        open
    );
}

#[test]
fn members_of_one_type_keep_it_and_all_their_values() {
    assert_eq!(
        received(json!({ "anyOf": [{ "const": "a" }, { "type": "string", "enum": ["b", "a"] }] })),
        json!({ "type": "string", "x-values": ["a", "b"] })
    );
    // One of them is any text, so none of the listed ones closes it.
    assert_eq!(
        received(json!({ "oneOf": [{ "const": "a" }, { "type": "string" }] })),
        json!({ "type": "string" })
    );
    assert_eq!(
        received(
            json!({ "oneOf": [{ "type": "object", "properties": { "a": {} } }, { "type": "object" }] })
        ),
        json!({ "type": "object" })
    );
}

#[test]
fn different_types_at_one_place_are_any_value() {
    assert_eq!(received(json!({ "type": ["object", "string"] })), json!({}));
    assert_eq!(
        received(json!({ "oneOf": [{ "type": "boolean" }, { "type": "string" }] })),
        json!({})
    );
}

#[test]
fn what_we_send_keeps_what_is_required_of_it() {
    let document = small();
    let lowered = Desk::new().imported(&document);
    let schemas = &lowered["components"]["schemas"];
    assert_eq!(
        schemas["update-an-inquiry-request"]["required"],
        json!(["data"])
    );
    // Of several objects, what all of them require.
    let text = json!({ "type": "string" });
    let both = sent(json!({ "oneOf": [
        { "type": "object", "required": ["a", "b"], "properties": { "a": text, "b": text } },
        { "type": "object", "required": ["a"], "properties": { "a": text, "c": text } },
    ] }));
    let name = both["$ref"].as_str().expect("a component of its own");
    assert_eq!(name, "#/components/schemas/update-an-inquiry-request-note");
}

#[test]
fn a_deep_object_becomes_one_parameter_per_leaf() {
    let lowered = Desk::new().imported(&small());
    let parameters = &lowered["paths"]["/inquiries/{inquiry-id}"]["get"]["parameters"];
    assert_eq!(
        parameters[1],
        json!({ "name": "page[size]", "in": "query", "required": false, "schema": { "type": "integer" } })
    );
}

#[test]
fn a_union_of_resources_is_told_apart_by_type() {
    let lowered = Desk::new().imported(&small());
    let schemas = &lowered["components"]["schemas"];
    assert_eq!(
        schemas["any-report-document"]["properties"]["data"],
        json!({
            "allOf": [{ "$ref": "#/components/schemas/resource-object" }],
            "x-members": ["report-email-address", "report-watchlist"],
        })
    );
    assert_eq!(
        schemas["report-watchlist"]["x-types"],
        json!(["report/watchlist"])
    );
    assert_eq!(
        lowered["x-webhook-events"],
        json!({ "inquiry.created": ["inquiry"] })
    );
}

#[test]
fn a_name_depends_on_the_place_alone() {
    let desk = Desk::new();
    let mut document = small();
    let before = desk.imported(&document);
    let list = "report-watchlist-matched-list";
    assert!(before["components"]["schemas"][list].is_object());
    // The same shape once more, and a new resource before it in the alphabet.
    let shape = document["components"]["schemas"]["report-watchlist"].clone();
    set(
        &mut document,
        "/components/schemas/report-watchlist/properties/attributes/properties/other-lists",
        shape["properties"]["attributes"]["properties"]["matched-lists"].clone(),
    );
    let after = desk.imported(&document);
    assert_eq!(
        before["components"]["schemas"][list],
        after["components"]["schemas"][list]
    );
    // And without the operations that made it known elsewhere.
    remove(&mut document, "/paths/~1inquiries~1{inquiry-id}/patch");
    let fewer = desk.imported(&document);
    assert!(fewer["components"]["schemas"][list].is_object());
}
