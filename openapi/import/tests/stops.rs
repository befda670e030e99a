//! What the tool does not understand stops it: status 1, the place, what
//! stands there, and no file touched.

mod harness;

use harness::{Desk, set, small};
use serde_json::{Value, json};

/// What is set where in the small document, and what the tool must say to it.
struct Case {
    name: &'static str,
    set: &'static str,
    to: Value,
    pointer: &'static str,
    words: &'static str,
}

fn case(
    name: &'static str,
    set: &'static str,
    to: Value,
    pointer: &'static str,
    words: &'static str,
) -> Case {
    Case {
        name,
        set,
        to,
        pointer,
        words,
    }
}

/// A keyword that no table knows stops at its own place.
fn unknown(kind: &'static str, at: &'static str) -> Case {
    case(kind, at, json!(1), at, "unknown keyword \"x-new\" of ")
}

fn cases() -> Vec<Case> {
    let text = json!({ "type": "string" });
    vec![
        // Keywords.
        unknown("a document", "/x-new"),
        unknown("`info`", "/info/x-new"),
        unknown("a server", "/servers/0/x-new"),
        unknown("a tag", "/tags/0/x-new"),
        unknown("a path", "/paths/~1inquiries~1{inquiry-id}/x-new"),
        unknown("an operation", "/paths/~1inquiries~1{inquiry-id}/get/x-new"),
        unknown(
            "a parameter",
            "/paths/~1inquiries~1{inquiry-id}/get/parameters/0/x-new",
        ),
        unknown(
            "a request body",
            "/paths/~1inquiries~1{inquiry-id}/patch/requestBody/x-new",
        ),
        unknown(
            "a response",
            "/paths/~1inquiries~1{inquiry-id}/get/responses/200/x-new",
        ),
        unknown(
            "a media type",
            "/paths/~1inquiries~1{inquiry-id}/get/responses/200/content/application~1json/x-new",
        ),
        unknown("a webhook", "/webhooks/inquiry.created/x-new"),
        unknown("an operation", "/webhooks/inquiry.created/post/x-new"),
        unknown("`components`", "/components/x-new"),
        unknown("a header", "/components/headers/request-id/x-new"),
        unknown("an example", "/components/examples/an-inquiry/x-new"),
        unknown(
            "a discriminator",
            "/components/schemas/report/discriminator/x-new",
        ),
        unknown("a schema", "/components/schemas/inquiry/x-new"),
        // Nothing leads there yet; tomorrow something may.
        unknown("a schema", "/components/schemas/spare/x-new"),
        case(
            "a method that the client cannot send",
            "/paths/~1inquiries~1{inquiry-id}/options",
            json!({}),
            "/paths/~1inquiries~1{inquiry-id}/options",
            "unknown keyword \"options\" of a path",
        ),
        case(
            "a keyword beside the reference of a response",
            "/paths/~1inquiries~1{inquiry-id}/get/responses/404/content",
            json!({}),
            "/paths/~1inquiries~1{inquiry-id}/get/responses/404/content",
            "unknown keyword \"content\" of a response beside a reference",
        ),
        // References.
        case(
            "a schema that is not there",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "$ref": "#/components/schemas/missing" }),
            "/components/schemas/inquiry/properties/attributes/properties/status",
            "unresolved reference \"#/components/schemas/missing\"",
        ),
        case(
            "an example that is not there",
            "/components/responses/not-found/content/application~1json/examples/two",
            json!({ "$ref": "#/components/examples/missing" }),
            "/components/responses/not-found/content/application~1json/examples/two",
            "unresolved reference \"#/components/examples/missing\"",
        ),
        case(
            "a header that is not there",
            "/components/responses/not-found/headers/Other",
            json!({ "$ref": "#/components/headers/missing" }),
            "/components/responses/not-found/headers/Other",
            "unresolved reference \"#/components/headers/missing\"",
        ),
        case(
            "a response that is not there",
            "/paths/~1inquiries~1{inquiry-id}/get/responses/422",
            json!({ "$ref": "#/components/responses/missing" }),
            "/paths/~1inquiries~1{inquiry-id}/get/responses/422",
            "unresolved reference \"#/components/responses/missing\"",
        ),
        case(
            "a mapping that leads nowhere",
            "/components/schemas/report/discriminator/mapping/report~1new",
            json!("#/components/schemas/report-new"),
            "/components/schemas/report/discriminator/mapping/report~1new",
            "unresolved reference \"#/components/schemas/report-new\"",
        ),
        case(
            "another file",
            "/components/schemas/spare",
            json!({ "$ref": "other.yaml#/inquiry" }),
            "/components/schemas/spare",
            "reference \"other.yaml#/inquiry\" is not local",
        ),
        case(
            "a parameter where a schema belongs",
            "/components/schemas/spare",
            json!({ "$ref": "#/components/parameters/page" }),
            "/components/schemas/spare",
            "where a schema belongs",
        ),
        case(
            "a schema that is itself",
            "/components/schemas/spare",
            json!({ "$ref": "#/components/schemas/spare" }),
            "/components/schemas/spare",
            "reference \"#/components/schemas/spare\" leads back to itself",
        ),
        case(
            "a parameter that is itself",
            "/components/parameters/page",
            json!({ "$ref": "#/components/parameters/page" }),
            "/components/parameters/page",
            "leads back to itself",
        ),
        case(
            "a tree without an end",
            "/components/schemas/inquiry/properties/attributes",
            json!({ "type": "object", "properties": {
                "parent": { "allOf": [{ "$ref": "#/components/schemas/inquiry/properties/attributes" }] },
            } }),
            "/components/schemas/inquiry/properties/attributes/properties/parent/allOf/0",
            "leads back to itself",
        ),
        // Operations.
        case(
            "an operation id twice",
            "/paths/~1inquiries~1{inquiry-id}/patch/operationId",
            json!("retrieve-an-inquiry"),
            "/paths/~1inquiries~1{inquiry-id}/patch/operationId",
            "operation id \"retrieve-an-inquiry\", which #/paths/~1inquiries~1{inquiry-id}/get has already",
        ),
        case(
            "a webhook with the id of an operation",
            "/webhooks/inquiry.created/post/operationId",
            json!("retrieve-an-inquiry"),
            "/webhooks/inquiry.created/post/operationId",
            "has already",
        ),
        case(
            "an operation that no cargo feature would bring in",
            "/paths/~1inquiries~1{inquiry-id}/get/tags",
            json!([]),
            "/paths/~1inquiries~1{inquiry-id}/get/tags",
            "an operation without a tag",
        ),
        case(
            "no good answer",
            "/paths/~1inquiries~1{inquiry-id}/get/responses",
            json!({ "404": { "$ref": "#/components/responses/not-found" } }),
            "/paths/~1inquiries~1{inquiry-id}/get/responses",
            "no answer with a status of 2xx",
        ),
        case(
            "an answer that is no JSON",
            "/paths/~1inquiries~1{inquiry-id}/get/responses/200/content",
            json!({ "text/csv": { "schema": text } }),
            "/paths/~1inquiries~1{inquiry-id}/get/responses/200/content",
            "not one JSON or PDF answer",
        ),
        case(
            "an error of another form",
            "/components/responses/not-found/content/application~1json/schema/properties",
            json!({ "error": text }),
            "/components/responses/not-found/content/application~1json",
            "an error that is no JSON with `errors`",
        ),
        case(
            "a body that is no JSON",
            "/paths/~1inquiries~1{inquiry-id}/patch/requestBody/content/text~1csv",
            json!({ "schema": text }),
            "/paths/~1inquiries~1{inquiry-id}/patch/requestBody/content/text~1csv",
            "unknown content type",
        ),
        case(
            "a cookie",
            "/paths/~1inquiries~1{inquiry-id}/get/parameters/0/in",
            json!("cookie"),
            "/paths/~1inquiries~1{inquiry-id}/get/parameters/0",
            "a cookie parameter",
        ),
        case(
            "a list in a query in a style of its own",
            "/components/parameters/page/style",
            json!("pipeDelimited"),
            "/components/parameters/page",
            "a query parameter of style Some(\"pipeDelimited\")",
        ),
        case(
            "another authentication",
            "/security",
            json!([{ "basicAuth": [] }]),
            "/security",
            "security [{\"basicAuth\":[]}]",
        ),
        // Schemas.
        case(
            "a type of no JSON",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "type": "date" }),
            "/components/schemas/inquiry/properties/attributes/properties/status/type",
            "unknown type \"date\"",
        ),
        case(
            "members that contradict each other",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "allOf": [{ "type": "string" }, { "type": "integer" }] }),
            "/components/schemas/inquiry/properties/attributes/properties/status",
            "members of different types: {\"string\"}, {\"integer\"}",
        ),
        case(
            "no value left",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "allOf": [{ "enum": ["a"] }, { "const": "b" }] }),
            "/components/schemas/inquiry/properties/attributes/properties/status",
            "no value that all members allow",
        ),
        case(
            "a format that would be lost",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "type": "array", "items": {}, "format": "csv" }),
            "/components/schemas/inquiry/properties/attributes/properties/status",
            "a format of type \"array\"",
        ),
        case(
            "items of a text",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "type": "string", "items": text }),
            "/components/schemas/inquiry/properties/attributes/properties/status",
            "items of type \"string\"",
        ),
        case(
            "properties of an object or a text",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "type": ["object", "string"], "properties": { "a": text } }),
            "/components/schemas/inquiry/properties/attributes/properties/status",
            "properties of a value of no one type",
        ),
        case(
            "numbers without a type",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "enum": [1, 2] }),
            "/components/schemas/inquiry/properties/attributes/properties/status",
            "listed values of a value of no one type",
        ),
        case(
            "typed properties beside named ones",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "type": "object", "properties": { "a": text }, "additionalProperties": text }),
            "/components/schemas/inquiry/properties/attributes/properties/status",
            "properties beside `additionalProperties`",
        ),
        case(
            "properties beside a union",
            "/components/schemas/inquiry/properties/attributes/properties/status",
            json!({ "properties": { "a": text }, "oneOf": [text] }),
            "/components/schemas/inquiry/properties/attributes/properties/status",
            "a union beside other facts",
        ),
        case(
            "a union of resources and something else",
            "/components/schemas/report/oneOf/2",
            json!({ "type": "object", "properties": { "name": text } }),
            "/components/schemas/report/oneOf",
            "and of something else",
        ),
        case(
            "a discriminator that is not the type",
            "/components/schemas/report/discriminator/propertyName",
            json!("kind"),
            "/components/schemas/report/discriminator/propertyName",
            "a discriminator that is not `type`",
        ),
        case(
            "a type that leads to no member",
            "/components/schemas/report/discriminator/mapping/inquiry",
            json!("#/components/schemas/inquiry"),
            "/components/schemas/report/oneOf",
            "type \"inquiry\" leads to \"inquiry\", which is no member",
        ),
        case(
            "a resource that nothing tells by its type",
            "/components/schemas/inquiry/properties/type",
            text.clone(),
            "/components/schemas/inquiry",
            "a resource whose `type` has no value",
        ),
        case(
            "a body that insists on what it does not describe",
            "/paths/~1inquiries~1{inquiry-id}/patch/requestBody/content/application~1json/schema/required",
            json!(["meta"]),
            "/paths/~1inquiries~1{inquiry-id}/patch/requestBody/content/application~1json/schema",
            "requires \"meta\", which it does not describe",
        ),
    ]
}

#[test]
fn each_stop_names_its_place_and_leaves_the_files_alone() {
    for case in cases() {
        let mut document = small();
        set(&mut document, case.set, case.to);
        let desk = Desk::new();
        desk.write("official.json", &document.to_string());
        desk.write("vendored.json", "as it was");
        for flags in [&[][..], &["--check"], &["--report"]] {
            let run = desk.import("official.json", flags);
            let name = case.name;
            assert_eq!(run.code, Some(1), "{name}: {}", run.err);
            assert_eq!(run.out, "", "{name}");
            let place = format!("official.json: #{}: ", case.pointer);
            assert!(
                run.err.contains(&place),
                "{name}: no {place:?} in {}",
                run.err
            );
            assert!(run.err.contains(case.words), "{name}: {}", run.err);
            assert_eq!(
                desk.read("vendored.json").as_deref(),
                Some("as it was"),
                "{name}"
            );
            assert_eq!(desk.files(), ["official.json", "vendored.json"], "{name}");
        }
    }
}

#[test]
fn two_components_that_read_alike_in_rust_stop() {
    let mut document = small();
    let inquiry = document["components"]["schemas"]["inquiry"].clone();
    set(&mut document, "/components/schemas/in-quiry", inquiry);
    set(
        &mut document,
        "/paths/~1inquiries~1{inquiry-id}/patch/responses/200/content/application~1json/schema/properties/data",
        json!({ "$ref": "#/components/schemas/in-quiry" }),
    );
    let desk = Desk::new();
    desk.write("official.json", &document.to_string());
    let run = desk.import("official.json", &[]);
    assert_eq!(run.code, Some(1));
    let words = "#/components/schemas/inquiry: reads like \"in-quiry\" in Rust";
    assert!(run.err.contains(words), "{}", run.err);
    assert_eq!(desk.files(), ["official.json"]);
}

#[test]
fn what_is_no_official_document_stops() {
    for (text, place, words) in [
        (r#"{"openapi": "3.0.3"}"#, "#/openapi", "only OpenAPI 3.1"),
        (r#"{"openapi": 3.1}"#, "#/openapi", "only OpenAPI 3.1"),
        (r#"{"swagger": "2.0"}"#, "#", "not an OpenAPI document"),
        (r#"{"openapi": "3.1.0""#, "#", "no JSON"),
        ("openapi: 3.1.0\n\tpaths: x\n", "#", "no YAML"),
        ("", "#", "not an OpenAPI document"),
        (
            r#"{"openapi": "3.1.0"}"#,
            "#/paths",
            "nothing where an object belongs",
        ),
        (
            r#"{"openapi": "3.1.0", "paths": []}"#,
            "#/paths",
            "a list where an object belongs",
        ),
        (
            r#"{"openapi": "3.1.0", "paths": {}, "paths": {}}"#,
            "#/paths",
            "a second \"paths\"",
        ),
    ] {
        let desk = Desk::new();
        desk.write("official", text);
        let run = desk.import("official", &[]);
        assert_eq!(run.code, Some(1), "{text}");
        assert!(
            run.err.contains(&format!("official: {place}: ")),
            "{text}: {}",
            run.err
        );
        assert!(run.err.contains(words), "{text}: {}", run.err);
        assert_eq!(desk.files(), ["official"], "{text}");
    }
}

#[test]
fn a_file_that_is_not_there_stops() {
    let run = Desk::new().import("missing.json", &[]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.err.contains("missing.json: cannot be read"),
        "{}",
        run.err
    );
}
