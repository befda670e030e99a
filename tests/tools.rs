//! The tools of the example: all calls are offered, their schemas are schemas, and each call keeps
//! to them, in what it takes and in what it gives.

mod canary;

#[path = "../examples/tools/offer.rs"]
mod offer;

use std::time::Duration;

use jsonschema::validator_for;
use serde_json::{Value, json};
use withpersona::emulator::Emulator;
use withpersona::{CaseUpdate, ErrorKind, NewCase, Persona};

const NAMES: [&str; 26] = [
    "create_inquiry",
    "get_inquiry",
    "list_inquiries",
    "update_inquiry",
    "approve_inquiry",
    "decline_inquiry",
    "review_inquiry",
    "resume_inquiry",
    "expire_inquiry",
    "make_one_time_link",
    "print_inquiry",
    "redact_inquiry",
    "create_account",
    "get_account",
    "list_accounts",
    "update_account",
    "import_accounts",
    "redact_account",
    "list_cases",
    "get_case",
    "run_report",
    "get_report",
    "list_reports",
    "get_verification",
    "get_document",
    "list_templates",
];

struct Desk {
    emulator: Emulator,
    persona: Persona,
    tools: Vec<offer::Tool>,
    used: Vec<String>,
}

impl Desk {
    async fn open() -> Self {
        let emulator = Emulator::builder()
            .processing_delay(Duration::ZERO)
            .seed(1)
            .start()
            .await
            .expect("starts");
        let persona = Persona::builder()
            .api_key(emulator.api_key())
            .base_url(emulator.base_url())
            .build()
            .expect("builds");
        Self {
            emulator,
            persona,
            tools: offer::tools(),
            used: Vec::new(),
        }
    }

    /// Uses a tool as an agent would, and holds both sides to the schemas.
    async fn call(&mut self, name: &str, arguments: Value) -> Value {
        let tool = self.tools.iter().find(|tool| tool.name == name);
        let tool = tool.expect("offered");
        fits(name, tool.input_schema.as_value(), &arguments);
        let answer = tool.call(self.persona.clone(), arguments).await;
        let answer = answer.unwrap_or_else(|failure| panic!("{name}: {failure}"));
        fits(name, tool.output_schema.as_value(), &answer);
        self.used.push(name.to_owned());
        answer
    }

    /// The message with which a call is refused before it is sent, though it fits its schema.
    async fn refusal(&self, name: &str, arguments: Value) -> String {
        let sent = self.emulator.request_count();
        let tool = self.tools.iter().find(|tool| tool.name == name);
        let answer = tool.expect("offered").call(self.persona.clone(), arguments);
        let failure = answer.await.expect_err("refused");
        let error = failure.downcast_ref::<withpersona::Error>();
        let error = error.unwrap_or_else(|| panic!("{name}: {failure}"));
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(self.emulator.request_count(), sent, "nothing was sent");
        error.to_string()
    }
}

fn fits(name: &str, schema: &Value, value: &Value) {
    let validator = validator_for(schema).expect("a schema");
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|fault| format!("{} at {}", fault, fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{name}: {faults:?}");
}

fn id(answer: &Value) -> Value {
    assert!(answer["id"].is_string(), "{answer}");
    answer["id"].clone()
}

#[test]
fn all_calls_are_offered_with_valid_schemas() {
    let tools = offer::tools();
    let names: Vec<_> = tools.iter().map(|tool| tool.name).collect();
    assert_eq!(names, NAMES);
    for tool in &tools {
        assert!(!tool.description.is_empty(), "{}", tool.name);
        for schema in [&tool.input_schema, &tool.output_schema] {
            let schema = schema.as_value();
            jsonschema::meta::validate(schema)
                .unwrap_or_else(|fault| panic!("{}: {fault}", tool.name));
            assert_eq!(schema["type"], "object", "{}", tool.name);
        }
        // A misspelt argument is told, not lost.
        let input = tool.input_schema.as_value();
        assert_eq!(input["additionalProperties"], false, "{}", tool.name);
    }
    let offered = serde_json::to_value(&tools[0]).expect("JSON");
    let keys: Vec<_> = offered.as_object().expect("an object").keys().collect();
    let wanted = ["description", "inputSchema", "name", "outputSchema"];
    assert!(wanted.iter().all(|key| keys.contains(&&(*key).to_owned())));
}

#[tokio::test]
async fn each_call_keeps_to_its_schemas() {
    let mut desk = Desk::open().await;
    let template = desk.emulator.default_template_id().to_owned();
    let new = |reference_id: &str| json!({ "template_id": template, "reference_id": reference_id });

    let account = json!({
        "reference_id": "user-1",
        "name_first": "Jane",
        "birthdate": "1980-02-29",
        "country_code": "US",
        "address": { "city": "Springfield" },
        "fields": { "tier": "gold" },
        "tags": ["vip"],
    });
    let account = id(&desk.call("create_account", account).await);
    desk.call("get_account", json!({ "id": account })).await;
    let update = json!({ "id": account, "change": { "name_last": "Doe", "tags": ["new"] } });
    let updated = desk.call("update_account", update).await;
    assert_eq!(updated["attributes"]["tags"], json!(["new"]));
    let listed = json!({ "reference_id": "user-1", "page_size": 5 });
    let listed = desk.call("list_accounts", listed).await;
    assert_eq!(listed["items"][0]["id"], account);

    let rich = json!({
        "template_id": template,
        "account_id": account,
        "fields": { "name-first": "Jane" },
        "note": "from the shop",
        "tags": ["vip"],
        "redirect_uri": "https://shop.example/back",
        "expires_after_create_seconds": 3600,
        "with_session": true,
        "with_one_time_link": true,
    });
    let inquiry = desk.call("create_inquiry", rich).await;
    assert_eq!(inquiry["attributes"]["note"], "from the shop");
    let one = json!({ "id": id(&inquiry) });
    desk.call("get_inquiry", one.clone()).await;
    let change = json!({ "note": "called", "fields": { "name-last": "Doe" }, "tags": [] });
    let update = json!({ "id": id(&inquiry), "change": change });
    let updated = desk.call("update_inquiry", update).await;
    assert_eq!(updated["attributes"]["note"], "called");
    desk.call("create_inquiry", new("user-2")).await;
    let part = json!({ "page_size": 1, "statuses": ["created", "pending"] });
    let first = desk.call("list_inquiries", part).await;
    assert_eq!(first["items"].as_array().map(Vec::len), Some(1));
    let part = json!({
        "after": first["next"],
        "account_id": account,
        "created_from": "2020-01-01T00:00:00Z",
    });
    let rest = desk.call("list_inquiries", part).await;
    assert_eq!(rest["items"][0]["id"], inquiry["id"]);
    assert_eq!(rest["next"], Value::Null);

    let link = json!({ "id": id(&inquiry), "expires_in_seconds": 600 });
    let link = desk.call("make_one_time_link", link).await;
    let mut person = desk.emulator.person();
    let address = link["link"].as_str().expect("text");
    person.follow_link(address).expect("works");
    person.start().expect("starts");
    person.submit("government-id").expect("hands in");
    drop(person);
    let inquiry = desk.call("get_inquiry", one.clone()).await;
    let tied = |kind: &str| inquiry["relationships"][kind]["data"][0]["id"].clone();
    let (verification, document) = (tied("verifications"), tied("documents"));
    desk.call("get_verification", json!({ "id": verification }))
        .await;
    desk.call("get_document", json!({ "id": document })).await;

    desk.call("expire_inquiry", one.clone()).await;
    let resumed = desk.call("resume_inquiry", one.clone()).await;
    assert_eq!(resumed["attributes"]["status"], "pending");
    let marked = desk.call("review_inquiry", one.clone()).await;
    assert_eq!(marked["attributes"]["status"], "needs_review");
    let decision = json!({ "id": id(&inquiry), "comment": "somebody else" });
    let declined = desk.call("decline_inquiry", decision.clone()).await;
    assert_eq!(declined["attributes"]["status"], "declined");
    let approved = desk.call("approve_inquiry", decision).await;
    assert_eq!(approved["attributes"]["status"], "approved");
    let file = std::env::temp_dir().join(format!("withpersona-tools-{}.pdf", std::process::id()));
    let printed = desk.call("print_inquiry", json!({ "id": id(&inquiry), "file": file }));
    let printed = printed.await;
    let written = std::fs::metadata(&file).expect("written").len();
    assert_eq!(printed["bytes"], written);
    std::fs::remove_file(&file).expect("removed");

    let subject = json!({ "full_name": "Zorblax Quenvoy", "country_code": "US" });
    let report =
        json!({ "kind": "report/watchlist", "subject": subject, "reference_id": "user-1" });
    let report = id(&desk.call("run_report", report).await);
    desk.call("get_report", json!({ "id": report })).await;
    let listed = desk.call("list_reports", json!({ "account_id": account }));
    assert_eq!(listed.await["items"][0]["id"], report);

    let new: NewCase = serde_json::from_value(json!({
        "template_id": "ctmpl_EmulatedReview",
        "object_ids": [report],
        "fields": { "risk-score": 40 },
        "sla_expires_in_seconds": 3600,
    }))
    .expect("a case");
    let case = desk.persona.cases().create(new).await.expect("opened");
    let update: CaseUpdate = serde_json::from_value(json!({ "without_sla": true })).expect("one");
    desk.persona
        .cases()
        .update(case.id(), update)
        .await
        .expect("updated");
    desk.call("get_case", json!({ "id": case.id() })).await;
    let listed = json!({ "status": "Open", "report_id": report });
    let listed = desk.call("list_cases", listed).await;
    assert_eq!(listed["items"][0]["id"], json!(case.id()));
    let templates = desk
        .call("list_templates", json!({ "page_size": 10 }))
        .await;
    assert_eq!(templates["items"][0]["id"], template.as_str());

    let file = std::env::temp_dir().join(format!("withpersona-tools-{}.csv", std::process::id()));
    std::fs::write(&file, "reference_id,name_first\nuser-9,Alex\n").expect("written");
    desk.call("import_accounts", json!({ "file": file })).await;
    std::fs::remove_file(&file).expect("removed");
    desk.call("redact_inquiry", one).await;
    desk.call("redact_account", json!({ "id": account })).await;

    for name in NAMES {
        assert!(desk.used.iter().any(|used| used == name), "{name}");
    }
}

#[tokio::test]
async fn what_fits_the_schema_and_cannot_be_sent_is_refused() {
    let desk = Desk::open().await;
    let person = json!({ "name_first": "Jane", "name_last": "Doe" });
    let rows = [
        ("create_inquiry", json!({}), "no template is given"),
        (
            "create_inquiry",
            json!({ "template_id": "itmpl_1", "legacy_template_id": "tmpl_1" }),
            "two templates are given",
        ),
        (
            "create_inquiry",
            json!({ "template_id": "itmpl_1", "reference_id": "user-1", "account_id": "act_1" }),
            "both an account and a reference id are given",
        ),
        (
            "update_inquiry",
            json!({ "id": "inq_1", "change": {} }),
            "the update names nothing to change",
        ),
        ("list_inquiries", json!({ "page_size": 0 }), "the page size"),
        (
            "list_inquiries",
            json!({ "note": "a", "statuses": ["created"] }),
            "by note alone",
        ),
        (
            "get_inquiry",
            json!({ "id": "" }),
            "the inquiry id is empty",
        ),
        (
            "create_account",
            json!({ "country_code": "Germany" }),
            "the country code",
        ),
        (
            "create_account",
            json!({ "birthdate": "1981-02-29" }),
            "the birthdate",
        ),
        (
            "run_report",
            json!({ "kind": "report/watchlist" }),
            "neither a subject nor a query is given",
        ),
        (
            "run_report",
            json!({ "kind": "report/watchlist", "subject": person, "query": {} }),
            "both a subject and a query are given",
        ),
        (
            "run_report",
            json!({ "kind": "report/profile", "subject": person }),
            "takes a query, not a subject",
        ),
        (
            "run_report",
            json!({ "kind": "report/watchlist", "subject": {} }),
            "no name",
        ),
    ];
    for (name, arguments, wanted) in rows {
        let told = desk.refusal(name, arguments).await;
        assert!(told.contains(wanted), "{name}: {told}");
        assert!(
            !told.contains("Germany") && !told.contains("1981"),
            "{told}"
        );
    }
    let both = json!({ "queue_id": "cqueue_1", "without_queue": true });
    let both: CaseUpdate = serde_json::from_value(both).expect("it can be read");
    let error = desk.persona.cases().update("case_1", both).await;
    let told = error.expect_err("refused").to_string();
    assert!(told.contains("beside without_queue"), "{told}");
}
