//! What calls take as an object of JSON: builders and filters.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use withpersona::webhook::{NewWebhook, WebhookUpdate};
use withpersona::{
    AccountFilter, AccountUpdate, ApiKeyFilter, ApiKeyUpdate, CaseFilter, CaseUpdate, EmbeddedFlow,
    EventFilter, HostedFlow, InquiryFilter, InquiryUpdate, NewAccount, NewApiKey, NewCase,
    NewInquiry, NewReport, NewTransaction, ReportFilter, Subject, TransactionFilter,
    TransactionLabel, TransactionUpdate, Translation, WorkflowRunFilter,
};

use crate::recorder::Recorder;
use crate::sample::{properties, sample};
use crate::{Described, Sent};

pub async fn check(described: &mut Described, recorder: &Recorder) {
    of_inquiries(described, recorder).await;
    of_accounts_and_cases(described, recorder).await;
    of_reports(described, recorder).await;
    of_the_rest(described, recorder).await;
}

/// Each property of the schema is read, and changes what is sent. `base` is what is always given;
/// for a property that excludes some of it, another base stands in `others`, which can hold a value
/// for the property.
pub async fn each_property<T, F>(
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
