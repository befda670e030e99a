//! What calls take that is one of several things, an entry of a list, or a page; and what is part
//! of another input.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use withpersona::list::{
    BrowserFingerprint, Country, DeviceFingerprint, EmailAddress, FieldValue, Geolocation,
    GovernmentIdNumber, IpAddress, ListEntry, PersonName, PhoneNumber, Text,
};
use withpersona::{
    Address, Condition, Dismissal, Inquiry, PageRequest, Query, ResumePolicy, SimulateAction, Tag,
};

use crate::inputs::each_property;
use crate::recorder::Recorder;
use crate::sample::{properties, sample};
use crate::{Described, Sent};

pub async fn check(described: &mut Described, recorder: &Recorder) {
    alternatives(described, recorder).await;
    entries(described, recorder).await;
    pages(described, recorder).await;
    without_a_request(described);
}

/// Each of these is read, and asks for something else than all others.
async fn each_alternative<T, F>(described: &mut Described, given: Vec<Value>, send: F)
where
    T: JsonSchema + DeserializeOwned,
    F: AsyncFn(T) -> Sent,
{
    let what = std::any::type_name::<T>();
    let schema = described.schema::<T>();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    // As many as the schema has, words of one alternative counted one by one.
    let known = schema["oneOf"].as_array().expect("alternatives");
    let known = known
        .iter()
        .map(|it| it["enum"].as_array().map_or(1, Vec::len));
    assert_eq!(given.len(), known.sum::<usize>(), "{what}: {schema}");
    let mut all = Vec::new();
    for given in given {
        assert!(
            validator.is_valid(&given),
            "{what}: {given} does not fit its schema"
        );
        let read = serde_json::from_value(given.clone());
        let read = read.unwrap_or_else(|fault| panic!("{what}: {given}: {fault}"));
        let sent = send(read).await;
        let sent = sent.unwrap_or_else(|| panic!("{what}: {given} is not sent"));
        assert!(
            !all.contains(&sent),
            "{what}: {given} says nothing new: {sent}"
        );
        all.push(sent);
    }
    assert!(
        serde_json::from_value::<T>(json!({ "no_such": "x" })).is_err(),
        "{what}"
    );
}

async fn alternatives(described: &mut Described, to: &Recorder) {
    let persona = &to.persona;
    let tags = vec![json!({ "name": "given" }), json!({ "id": "given" })];
    each_alternative(described, tags, async |tag: Tag| {
        let _ = persona.inquiries().add_tag("inq_1", tag).await;
        to.asked()
    })
    .await;
    let words = [
        "start",
        "complete",
        "fail",
        "expire",
        "mark_for_review",
        "approve",
        "decline",
    ];
    let mut actions: Vec<Value> = words.iter().map(|word| json!(word)).collect();
    actions.push(json!({ "pass_verification": "vtmpl_1" }));
    actions.push(json!({ "fail_verification": "vtmpl_1" }));
    each_alternative(described, actions, async |action: SimulateAction| {
        let _ = persona.inquiries().simulate("inq_1", [action]).await;
        to.asked()
    })
    .await;
    let refused = json!({ "pass_verification": "inq_1" });
    let told = serde_json::from_value::<SimulateAction>(refused).expect_err("another kind");
    assert!(
        told.to_string().contains("verification template id"),
        "{told}"
    );

    let dismissals = vec![
        json!({ "what": "all", "reason": "given" }),
        json!({ "what": "entity", "id": "given", "reason": "given" }),
        json!({ "what": "media", "id": "given", "reason": "given" }),
    ];
    each_alternative(described, dismissals, async |dismissal: Dismissal| {
        let _ = persona.reports().dismiss("rep_1", dismissal).await;
        to.asked()
    })
    .await;
    let one = json!({ "attribute": "fields.email", "value": "given" });
    let inner = json!({ "equals": one });
    let mut queries = vec![json!("everything")];
    for name in ["equals", "greater", "at_least", "less", "at_most"] {
        queries.push(json!({ name: one }));
    }
    queries.push(json!({ "all": [inner, { "less": { "attribute": "age", "value": 18 } }] }));
    queries.push(json!({ "any": [inner, { "not": inner }] }));
    queries.push(json!({ "not": inner }));
    each_alternative(described, queries, async |query: Query| {
        let _ = persona.accounts().search(query).pages().next().await;
        to.asked()
    })
    .await;
    let value: Result<Query, _> =
        serde_json::from_value(json!({ "equals": { "attribute": "age", "value": [1] } }));
    assert!(value.is_err(), "an attribute is compared with one value");
    described.schema::<withpersona::SearchValue>();
}

/// An entry of a list reaches the request, whatever form it has.
async fn entry<E: ListEntry + JsonSchema + DeserializeOwned>(
    described: &mut Described,
    to: &Recorder,
) {
    let schema = described.schema::<E>();
    let mut all = Vec::new();
    for number in [1, 2] {
        let given = sample(&schema, "value", &schema, number);
        let read = serde_json::from_value(given.clone());
        let entry: E = read.unwrap_or_else(|fault| panic!("{given}: {fault}"));
        let _ = to.persona.list_items().create("lst_1", entry).await;
        all.push(to.asked().unwrap_or_else(|| panic!("{given} is not sent")));
    }
    assert_ne!(all[0], all[1], "{schema}");
}

async fn entries(described: &mut Described, to: &Recorder) {
    entry::<BrowserFingerprint>(described, to).await;
    entry::<Country>(described, to).await;
    entry::<DeviceFingerprint>(described, to).await;
    entry::<EmailAddress>(described, to).await;
    entry::<FieldValue>(described, to).await;
    entry::<Geolocation>(described, to).await;
    entry::<GovernmentIdNumber>(described, to).await;
    entry::<IpAddress>(described, to).await;
    entry::<PersonName>(described, to).await;
    entry::<PhoneNumber>(described, to).await;
    entry::<Text>(described, to).await;
}

async fn pages(described: &mut Described, to: &Recorder) {
    let persona = &to.persona;
    each_property(described, json!({}), &[], async |page: PageRequest| {
        let _ = persona.api_logs().list().narrow(page).pages().next().await;
        to.asked()
    })
    .await;
    let page = || serde_json::from_value::<PageRequest>(json!({ "page_size": 7 })).expect("one");
    let everything = Query::everything;
    let _ = persona
        .importers()
        .list()
        .narrow(page())
        .pages()
        .next()
        .await;
    let _ = persona
        .templates()
        .list()
        .narrow(page())
        .pages()
        .next()
        .await;
    let versions = persona.templates().versions("itmpl_1");
    let _ = versions.narrow(page()).pages().next().await;
    let versions = persona.workflows().versions("wfl_1");
    let _ = versions.narrow(page()).pages().next().await;
    let _ = persona
        .reports()
        .history("rep_1")
        .narrow(page())
        .pages()
        .next()
        .await;
    let _ = persona.lists().list().narrow(page()).pages().next().await;
    let _ = persona
        .webhooks()
        .list()
        .narrow(page())
        .pages()
        .next()
        .await;
    let _ = persona
        .cases()
        .search(everything())
        .narrow(page())
        .pages()
        .next()
        .await;
    let asked = to.asked().expect("eight requests");
    let sized = asked
        .lines()
        .filter(|it| it.contains("size%5D=7") || it.contains("size]=7"));
    let in_body = asked.lines().filter(|it| it.contains("\"size\":7"));
    assert_eq!(sized.count() + in_body.count(), 8, "{asked}");
}

/// What is part of another input, or of no request at all.
fn without_a_request(described: &mut Described) {
    described.schema::<Address>();
    let schema = described.schema::<ResumePolicy>();
    assert_eq!(properties(&schema).len(), 3);
    let day = std::time::Duration::from_secs(86_400);
    for (given, policy) in [
        (json!({}), ResumePolicy::resume()),
        (json!({ "refuse": true }), ResumePolicy::refuse()),
        (
            json!({ "renew_after_seconds": 86_400 }),
            ResumePolicy::resume().renew_after(day),
        ),
        (
            json!({ "renew_on_new_template_version": true }),
            ResumePolicy::resume().renew_on_new_template_version(),
        ),
    ] {
        let read: ResumePolicy = serde_json::from_value(given).expect("a policy");
        assert_eq!(read, policy);
    }
    let condition = Condition::<Inquiry>::status("approved")
        .or(Condition::not(Condition::decided()).and(Condition::finished()));
    let json = described.fits(&condition);
    let read: Condition<Inquiry> = serde_json::from_value(json).expect("a condition");
    assert_eq!(format!("{read:?}"), format!("{condition:?}"));
}
