//! What calls take.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use withpersona::list::{
    BrowserFingerprint, Country, DeviceFingerprint, EmailAddress, FieldValue, Geolocation,
    GovernmentIdNumber, IpAddress, ListEntry, PersonName, PhoneNumber, Text,
};
use withpersona::webhook::{NewWebhook, WebhookUpdate};
use withpersona::{
    AccountFilter, AccountUpdate, Address, ApiKeyFilter, ApiKeyUpdate, CaseFilter, CaseUpdate,
    Condition, Dismissal, EmbeddedFlow, EventFilter, HostedFlow, Inquiry, InquiryFilter,
    InquiryUpdate, NewAccount, NewApiKey, NewCase, NewInquiry, NewReport, NewTransaction,
    PageRequest, Query, ReportFilter, ResumePolicy, SimulateAction, Subject, Tag,
    TransactionFilter, TransactionLabel, TransactionUpdate, Translation, WorkflowRunFilter,
};

use crate::Described;
use crate::recorder::Recorder;
use crate::sample::{properties, sample};

pub async fn check(described: &mut Described) {
    let recorder = Recorder::start().await;
    of_inquiries(described, &recorder).await;
    of_accounts_and_cases(described, &recorder).await;
    of_reports(described, &recorder).await;
    of_the_rest(described, &recorder).await;
    alternatives(described, &recorder).await;
    entries(described, &recorder).await;
    pages(described, &recorder).await;
    without_a_request(described);
}

/// What becomes of an input: a request, or something that is made of it; `None` where it is
/// refused before that.
type Sent = Option<String>;

/// Each property of the schema is read, and changes what is sent. `base` is what is always given;
/// for a property that excludes some of it, another base stands in `others`, which can hold a value
/// for the property.
async fn each_property<T, F>(
    described: &mut Described,
    base: Value,
    others: &[(&str, Value)],
    send: F,
) where
    T: JsonSchema + DeserializeOwned,
    F: AsyncFn(T) -> Sent,
{
    let what = std::any::type_name::<T>();
    let schema = described.schema::<T>();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let sent = async |given: &Value| {
        assert!(
            validator.is_valid(given),
            "{what}: {given} does not fit its schema"
        );
        let read = serde_json::from_value(given.clone());
        send(read.unwrap_or_else(|fault| panic!("{what}: {given}: {fault}"))).await
    };
    for (name, of) in properties(&schema) {
        let other = others.iter().find(|(of, _)| *of == name);
        let base = other.map_or(&base, |(_, base)| base);
        let (mut given, mut without) = (base.clone(), base.clone());
        match base.get(&name) {
            None => given[&name] = sample(&schema, &name, &of, 1),
            Some(_) if other.is_some() => drop(without.as_object_mut().map(|it| it.remove(&name))),
            Some(_) => {
                given[&name] = sample(&schema, &name, &of, 1);
                without[&name] = sample(&schema, &name, &of, 2);
            }
        }
        let with = sent(&given).await;
        let with = with.unwrap_or_else(|| panic!("{what}: {given} is not sent"));
        let without = sent(&without).await;
        assert_ne!(Some(with), without, "{what}: {name} changes nothing");
    }
    let mut misspelt = base;
    misspelt["no_such_argument"] = json!("given");
    assert!(!validator.is_valid(&misspelt), "{what}: {misspelt}");
    let told = serde_json::from_value::<T>(misspelt).err();
    let told = told.unwrap_or_else(|| panic!("{what} takes what it does not know"));
    assert!(told.to_string().contains("unknown field"), "{what}: {told}");
}

async fn of_inquiries(described: &mut Described, to: &Recorder) {
    let inquiries = to.persona.inquiries();
    let other = [
        ("template_version_id", json!({})),
        ("legacy_template_id", json!({})),
    ];
    let base = json!({ "template_id": "itmpl_1" });
    each_property(described, base, &other, async |new: NewInquiry| {
        let _ = inquiries.create(new).await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |update: InquiryUpdate| {
        let _ = inquiries.update("inq_1", update).await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |filter: InquiryFilter| {
        let _ = inquiries.list().narrow(filter).pages().next().await;
        to.asked()
    })
    .await;
    let other = [
        ("template_version_id", json!({})),
        ("legacy_template_id", json!({})),
        ("inquiry_id", json!({})),
    ];
    let base = json!({ "template_id": "itmpl_1" });
    each_property(described, base.clone(), &other, async |flow: HostedFlow| {
        flow.link().ok().map(|it| it.reveal().to_owned())
    })
    .await;
    each_property(described, base, &other, async |flow: EmbeddedFlow| {
        let parameters = flow.parameters().ok();
        parameters.map(|it| it.reveal().to_owned())
    })
    .await;
    let templates = to.persona.templates();
    let base = json!({
        "step": "start",
        "component": "title",
        "attribute": "text",
        "texts": [["de", "Guten Tag"]],
    });
    each_property(described, base, &[], async |one: Translation| {
        let _ = templates.import_translations("itmpl_1", [one]).await;
        to.asked()
    })
    .await;
}

async fn of_accounts_and_cases(described: &mut Described, to: &Recorder) {
    let accounts = to.persona.accounts();
    each_property(described, json!({}), &[], async |new: NewAccount| {
        let _ = accounts.create(new).await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |update: AccountUpdate| {
        let _ = accounts.update("act_1", update).await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |filter: AccountFilter| {
        let _ = accounts.list().narrow(filter).pages().next().await;
        to.asked()
    })
    .await;
    let cases = to.persona.cases();
    let base = json!({ "template_id": "ctmpl_1" });
    each_property(described, base, &[], async |new: NewCase| {
        let _ = cases.create(new).await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |update: CaseUpdate| {
        let _ = cases.update("case_1", update).await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |filter: CaseFilter| {
        let _ = cases.list().narrow(filter).pages().next().await;
        to.asked()
    })
    .await;
}

async fn of_reports(described: &mut Described, to: &Recorder) {
    let reports = to.persona.reports();
    let query = json!({ "kind": "report/given", "query": { "given": "given" } });
    let subject = json!({ "full_name": "Jane Doe" });
    let watchlist = json!({ "kind": "report/watchlist", "subject": subject });
    let other = [("subject", watchlist)];
    each_property(described, query, &other, async |new: NewReport| {
        let _ = reports.create(new).await;
        to.asked()
    })
    .await;
    let base = json!({ "full_name": "Jane Doe" });
    let other = ["name_first", "name_middle", "name_last"].map(|part| (part, json!({})));
    each_property(described, base, &other, async |subject: Subject| {
        let _ = reports.create(NewReport::watchlist(subject)).await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |filter: ReportFilter| {
        let _ = reports.list().narrow(filter).pages().next().await;
        to.asked()
    })
    .await;
}

async fn of_the_rest(described: &mut Described, to: &Recorder) {
    let transactions = to.persona.transactions();
    let base = json!({ "transaction_type_id": "txntp_1" });
    each_property(described, base, &[], async |new: NewTransaction| {
        let _ = transactions.create(new).await;
        to.asked()
    })
    .await;
    each_property(
        described,
        json!({}),
        &[],
        async |update: TransactionUpdate| {
            let _ = transactions.update("txn_1", update).await;
            to.asked()
        },
    )
    .await;
    let base = json!({ "label": "fraud" });
    each_property(described, base, &[], async |label: TransactionLabel| {
        let _ = transactions.label("txn_1", label).await;
        to.asked()
    })
    .await;
    each_property(
        described,
        json!({}),
        &[],
        async |filter: TransactionFilter| {
            let _ = transactions.list().narrow(filter).pages().next().await;
            to.asked()
        },
    )
    .await;
    let keys = to.persona.api_keys();
    each_property(
        described,
        json!({ "name": "screening" }),
        &[],
        async |new: NewApiKey| {
            let _ = keys.create(new).await;
            to.asked()
        },
    )
    .await;
    each_property(described, json!({}), &[], async |update: ApiKeyUpdate| {
        let _ = keys.update("api_1", update).await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |filter: ApiKeyFilter| {
        let _ = keys.list().narrow(filter).pages().next().await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |filter: EventFilter| {
        let events = to.persona.events().list();
        let _ = events.narrow(filter).pages().next().await;
        to.asked()
    })
    .await;
    each_property(
        described,
        json!({}),
        &[],
        async |filter: WorkflowRunFilter| {
            let runs = to.persona.workflows().runs();
            let _ = runs.narrow(filter).pages().next().await;
            to.asked()
        },
    )
    .await;
    let webhooks = to.persona.webhooks();
    let base = json!({
        "name": "decisions",
        "url": "https://example.com/",
        "events": ["inquiry.approved"],
    });
    each_property(described, base, &[], async |new: NewWebhook| {
        let _ = webhooks.create(new).await;
        to.asked()
    })
    .await;
    each_property(described, json!({}), &[], async |update: WebhookUpdate| {
        let _ = webhooks.update("wbh_1", update).await;
        to.asked()
    })
    .await;
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
