//! The change report, on pairs of small documents that differ in one thing.

mod harness;

use harness::{Desk, remove, set, small};
use serde_json::{Value, json};

/// The report on a change that `edit` makes to the small document.
fn report(edit: impl FnOnce(&mut Value)) -> String {
    let desk = Desk::new();
    desk.imported(&small());
    let mut newer = small();
    edit(&mut newer);
    desk.write("newer.json", &newer.to_string());
    let run = desk.import("newer.json", &["--check", "--report"]);
    assert!(
        run.err.is_empty() || run.err.contains("nothing was written"),
        "{}",
        run.err
    );
    run.out
}

fn says(page: &str, line: &str) {
    assert!(
        page.lines().any(|one| one == line),
        "no {line:?} in\n{page}"
    );
}

const ATTRIBUTES: &str = "/components/schemas/inquiry/properties/attributes/properties";
const BODY: &str = "/paths/~1inquiries~1{inquiry-id}/patch/requestBody/content/application~1json/schema/properties/data/properties/attributes";
const GET: &str = "/paths/~1inquiries~1{inquiry-id}/get";

#[test]
fn nothing_changed() {
    let page = report(|_| {});
    says(&page, "Nothing changed: the vendored document is the same.");
}

#[test]
fn words_are_no_change() {
    let page = report(|document| {
        set(
            document,
            "/components/schemas/inquiry/description",
            json!("Other words."),
        );
    });
    says(&page, "Nothing changed: the vendored document is the same.");
}

#[test]
fn a_first_import_counts_what_comes_in() {
    let desk = Desk::new();
    desk.write("official.json", &small().to_string());
    let run = desk.import("official.json", &["--report"]);
    assert_eq!(run.code, Some(0));
    let words =
        "Nothing is vendored yet. 3 operations, 3 resource types, 1 webhook events come in.";
    says(&run.out, words);
}

#[test]
fn the_report_comes_before_the_writing() {
    let desk = Desk::new();
    desk.imported(&small());
    let mut newer = small();
    set(
        &mut newer,
        &format!("{ATTRIBUTES}/note"),
        json!({ "type": "string" }),
    );
    desk.write("newer.json", &newer.to_string());
    let first = desk.import("newer.json", &["--report"]);
    says(&first.out, "- **`inquiry`**: `note` added (string)");
    let second = desk.import("newer.json", &["--report"]);
    says(
        &second.out,
        "Nothing changed: the vendored document is the same.",
    );
}

#[test]
fn attributes() {
    let page = report(|document| {
        set(
            document,
            &format!("{ATTRIBUTES}/note"),
            json!({ "type": ["string", "null"] }),
        );
        set(
            document,
            &format!("{ATTRIBUTES}/reference-id"),
            json!({ "type": "integer" }),
        );
        remove(document, &format!("{ATTRIBUTES}/status"));
    });
    says(
        &page,
        "  - ⚠ `status` removed (was string: `created`, `pending`)",
    );
    says(&page, "  - ⚠ `reference-id` string → integer");
    says(&page, "  - `reference-id` no longer nullable");
    says(&page, "  - `note` added (string, nullable)");
    says(&page, "| attributes | 1 | 1 | 2 |");
    says(&page, "| resource types | 0 | 0 | 1 | 3 |");
}

#[test]
fn an_object_that_comes_is_one_line() {
    let page = report(|document| {
        let address = json!({ "type": "object", "properties": {
            "city": { "type": "string" },
            "lines": { "type": "array", "items": { "type": "object", "properties": { "text": {} } } },
        } });
        set(document, &format!("{ATTRIBUTES}/address"), address);
    });
    says(
        &page,
        "- **`inquiry`**: `address` added (object of `city`, `lines`)",
    );
    assert!(!page.contains("address.city"), "{page}");
}

#[test]
fn listed_values() {
    let page = report(|document| {
        let values = json!({ "type": "string", "enum": ["created", "expired", "failed"] });
        set(document, &format!("{ATTRIBUTES}/status"), values);
    });
    says(
        &page,
        "- **`inquiry`**: `status` values added: `expired`, `failed`; removed: `pending`",
    );
    says(&page, "| listed values | 2 | 1 | |");
}

#[test]
fn what_a_body_requires() {
    let page = report(|document| {
        set(document, &format!("{BODY}/required"), json!(["note"]));
    });
    says(
        &page,
        "- **`update-an-inquiry`**: ⚠ body `data.attributes.note` now required",
    );
}

#[test]
fn parameters() {
    let page = report(|document| {
        let include = json!({ "name": "include", "in": "query", "schema": { "type": "string" } });
        set(document, &format!("{GET}/parameters/-"), include);
    });
    says(
        &page,
        "- **`retrieve-an-inquiry`**: query `include` added (string)",
    );
    says(&page, "| parameters | 1 | 0 | 0 |");
}

#[test]
fn operations_and_events() {
    let page = report(|document| {
        let mut expire = document.pointer(GET).expect("there").clone();
        expire["operationId"] = json!("expire-an-inquiry");
        let mut expired = document["webhooks"]["inquiry.created"].clone();
        expired["post"]["operationId"] = json!("inquiry-expired");
        let mut failed = expired.clone();
        failed["post"]["operationId"] = json!("inquiry-failed");
        set(
            document,
            "/paths/~1inquiries~1{inquiry-id}~1expire",
            json!({ "post": expire }),
        );
        set(document, "/webhooks/inquiry.expired", expired);
        set(document, "/webhooks/inquiry.failed", failed);
        remove(document, "/webhooks/inquiry.created");
        remove(document, "/paths/~1inquiries~1{inquiry-id}/patch");
    });
    says(
        &page,
        "- `POST /inquiries/{inquiry-id}/expire` (expire-an-inquiry)",
    );
    says(
        &page,
        "- ⚠ `PATCH /inquiries/{inquiry-id}` (update-an-inquiry)",
    );
    says(&page, "- `inquiry.`: `expired`, `failed`, about `inquiry`");
    says(&page, "- ⚠ `inquiry.`: `created`, about `inquiry`");
    says(&page, "| operations | 1 | 1 | 0 | 3 |");
    says(&page, "| webhook events | 2 | 1 | 0 | 2 |");
}

#[test]
fn an_operation_with_another_id() {
    let page = report(|document| {
        set(
            document,
            &format!("{GET}/operationId"),
            json!("read-an-inquiry"),
        );
    });
    says(&page, "- ⚠ `retrieve-an-inquiry` is now `read-an-inquiry`");
}

#[test]
fn resource_types() {
    let page = report(|document| {
        let mut selfie = document["components"]["schemas"]["inquiry"].clone();
        selfie["properties"]["type"]["const"] = json!("report/selfie");
        set(document, "/components/schemas/report-selfie", selfie);
        let member = json!({ "$ref": "#/components/schemas/report-selfie" });
        set(document, "/components/schemas/report/oneOf/2", member);
    });
    says(&page, "- `report-selfie` (`report/selfie`): 2 attributes");
    says(
        &page,
        "- **`retrieve-a-report`**: answer 200 `data` values added: `report-selfie`",
    );
}

/// A resource under another name in the document is the same resource.
#[test]
fn a_resource_with_another_name() {
    let page = report(|document| {
        let text = document.to_string();
        let renamed = text.replace("report-watchlist", "report-list-of-watched");
        *document = serde_json::from_str(&renamed).expect("JSON");
    });
    says(
        &page,
        "- ⚠ `report-watchlist` is now `report-list-of-watched`",
    );
    says(
        &page,
        "- `report-watchlist-matched-list` is now `report-list-of-watched-matched-list`",
    );
    assert!(
        page.contains("| resource types | 0 | 0 | 1 | 3 |"),
        "{page}"
    );
}

/// One attribute that comes to many resources is one line.
#[test]
fn the_same_change_in_many_places_is_one_line() {
    let with_kinds = |count: usize, extra: bool| {
        let mut document = small();
        for number in 0..count {
            let mut kind = document["components"]["schemas"]["report-watchlist"].clone();
            kind["properties"]["type"]["const"] = json!(format!("report/kind-{number}"));
            if extra {
                kind["properties"]["attributes"]["properties"]["redacted-at"] =
                    json!({ "type": "string" });
            }
            let name = format!("report-kind-{number}");
            set(&mut document, &format!("/components/schemas/{name}"), kind);
            let member = json!({ "$ref": format!("#/components/schemas/{name}") });
            set(&mut document, "/components/schemas/report/oneOf/-", member);
        }
        document
    };
    let desk = Desk::new();
    desk.imported(&with_kinds(9, false));
    desk.write("newer.json", &with_kinds(9, true).to_string());
    let page = desk.import("newer.json", &["--check", "--report"]).out;
    says(
        &page,
        "- **9 `report-*`, all but `report-email-address`, `report-watchlist`**: `redacted-at` added (string)",
    );
}
