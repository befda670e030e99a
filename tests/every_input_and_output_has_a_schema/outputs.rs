//! What calls give.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use withpersona::emulator::ACCOUNT_ACTION_ID;
use withpersona::list::{List, ListItem, PersonName};
use withpersona::webhook::{Webhook, WebhookStatus};
use withpersona::{
    Account, AccountActionId, AccountId, AccountType, AccountTypeId, ApiKeyId, ApiKeyRecord,
    ApiLog, ApiLogId, Case, CaseComment, CaseId, CaseQueueId, CaseTemplate, CaseTemplateId, Change,
    Check, CheckRequirement, CheckStatus, Confirmed, Cursor, Device, DeviceId, Document,
    DocumentId, DocumentStatus, EnvironmentId, Event, EventId, EventName, FieldCheck, FieldFinding,
    ImportCounts, Importer, ImporterId, ImporterStatus, Inquiry, InquiryId, InquiryStatus,
    InquiryTemplate, InquiryTemplateVersion, LegacyTemplateId, ListId, ListItemId, NewAccount,
    NewInquiry, Outcome, Page, RateLimit, RateState, Redirect, Report, ReportHistoryEntry,
    ReportHistoryKind, ReportId, ReportMatch, ReportStatus, ReportTemplateId, SelfieId, Session,
    SessionId, SessionStatus, TemplateId, TemplateVersionId, Transaction, TransactionId,
    TransactionType, TransactionTypeId, Upserted, Verification, VerificationId, VerificationStatus,
    VerificationTemplateId, WebhookId, WorkflowId, WorkflowRun, WorkflowRunId, WorkflowVersion,
    WorkflowVersionId,
};

use crate::{Described, on_emulator};

pub async fn check(described: &mut Described) {
    ids(described);
    words(described);
    views(described);
    parts_of_views(described);
    answers(described).await;
}

/// A resource with what stands in it, as Persona would send it.
fn of<T: DeserializeOwned>(kind: &str, attributes: Value) -> T {
    let account = json!({ "data": { "type": "account", "id": "act_1" } });
    let resource = json!({
        "type": kind,
        "id": "id_1",
        "attributes": attributes,
        "relationships": { "account": account },
    });
    serde_json::from_value(resource).expect("it can be read")
}

macro_rules! texts {
    ($described:ident, $given:literal: $($name:ident)*) => {$(
        let text: $name = serde_json::from_value(json!($given)).expect("a text");
        assert_eq!($described.fits(&text), $given);
    )*};
}

fn ids(described: &mut Described) {
    texts! { described, "id_1":
        AccountActionId AccountId AccountTypeId ApiKeyId ApiLogId CaseId CaseQueueId CaseTemplateId
        DeviceId DocumentId EnvironmentId EventId ImporterId InquiryId LegacyTemplateId ListId
        ListItemId ReportId ReportTemplateId SelfieId SessionId TemplateId TemplateVersionId
        TransactionId TransactionTypeId VerificationId VerificationTemplateId WebhookId WorkflowId
        WorkflowRunId WorkflowVersionId Cursor
    }
}

fn words(described: &mut Described) {
    texts! { described, "of_tomorrow":
        CheckRequirement CheckStatus DocumentStatus EventName ImporterStatus InquiryStatus
        ReportHistoryKind ReportStatus SessionStatus VerificationStatus WebhookStatus
    }
}

macro_rules! views {
    ($described:ident: $($name:ident($kind:literal))*) => {$(
        let view: $name = of($kind, json!({ "status": "of-tomorrow", "new": [1] }));
        let told = $described.fits(&view);
        assert_eq!(told["attributes"]["new"], json!([1]), "{told}");
    )*};
}

fn views(described: &mut Described) {
    views! { described:
        Account("account") AccountType("account-type") ApiKeyRecord("api-key") ApiLog("api-log")
        Case("case") CaseComment("case-comment") CaseTemplate("case-template") Device("device")
        Document("document/generic") Event("event") Importer("importer/account") Inquiry("inquiry")
        InquiryTemplate("inquiry-template") InquiryTemplateVersion("inquiry-template-version")
        List("list/name") Report("report/watchlist") Session("inquiry-session")
        Transaction("transaction") TransactionType("transaction-type")
        Verification("verification/selfie") Webhook("webhook") WorkflowRun("workflow-run")
        WorkflowVersion("workflow-version")
    }
    let item = json!({ "name-first": "Jane", "name-last": "Doe" });
    described.fits(&of::<ListItem<PersonName>>("list-item/name", item));
}

fn parts_of_views(described: &mut Described) {
    let check = json!({ "name": "id_expired_detection", "status": "passed", "reasons": [] });
    let verification: Verification = of("verification/selfie", json!({ "checks": [check] }));
    let told = described.fits::<Check>(&verification.checks()[0]);
    assert_eq!(told, check, "as it came");

    for (kind, name, found, matched) in [
        (
            "report/watchlist",
            "watchlist",
            json!({ "matched-lists": [{ "name": "a list", "new": 1 }] }),
            json!({ "name": "a list", "new": 1 }),
        ),
        (
            "report/adverse-media",
            "adverse_media",
            json!({ "related-sources": [{ "name": "Jane", "new": 1 }] }),
            json!({ "name": "Jane", "new": 1 }),
        ),
        (
            "report/politically-exposed-person",
            "politically_exposed_person",
            json!({ "result": [{
                "name": "Jane",
                "sources": { "1": { "name": "a register", "url": "https://example.com" } },
            }] }),
            json!({
                "name": "Jane",
                "sources": { "1": { "name": "a register", "url": "https://example.com" } },
            }),
        ),
    ] {
        let report: Report = of(kind, found);
        let found = report.matches().remove(0);
        let told = described.fits(&found);
        assert_eq!(
            told,
            json!({ "kind": name, "match": matched }),
            "as it came"
        );
        found
            .sources()
            .iter()
            .for_each(|it| drop(described.fits(it)));
        match &found {
            ReportMatch::Watchlist(found) => described.fits(found),
            ReportMatch::AdverseMedia(found) => described.fits(found),
            ReportMatch::PoliticallyExposedPerson(found) => described.fits(found),
            _ => panic!("a kind that nobody knows"),
        };
    }
    let entry = json!({ "type": "run", "id": "rphe_1", "matches": 2 });
    let read: ReportHistoryEntry = serde_json::from_value(entry.clone()).expect("one");
    assert_eq!(described.fits(&read), entry, "as it came");

    let counts = json!({ "successful-count": 3, "duplicate-count": 2, "error-count": 1 });
    let importer: Importer = of("importer/account", counts);
    let told = described.fits::<ImportCounts>(&importer.counts());
    assert_eq!(told, json!({ "new": 3, "duplicate": 2, "failed": 1 }));

    let input = json!({ "name": "score", "type": "number", "required": true });
    let version: WorkflowVersion = of("workflow-version", json!({ "inputs": [input] }));
    described.fits(&version.inputs()[0]);
    fields(described);
}

/// A user's own struct beside the fields of a template.
fn fields(described: &mut Described) {
    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Given {
        name_frist: String,
        hobby: String,
        birthdate: bool,
        old: String,
    }
    let field = |key: &str, kind: &str, config: Value| json!({ "type": kind, "key": key, "config": config });
    let schemas = json!({ "field-schemas": [
        field("name-first", "string", json!({})),
        field("birthdate", "date", json!({})),
        field("old", "string", json!({ "archived-at": "2026-01-31T12:00:00.000Z" })),
        field("needed", "string", json!({ "required": true })),
    ] });
    let template: InquiryTemplate = of("inquiry-template", schemas);
    described.fits(&template.fields()[0]);
    let check: FieldCheck = template.check_fields::<Given>().expect("a struct");
    let told = described.fits(&check);
    let findings = told["findings"].as_array().expect("a list");
    let mut kinds: Vec<&str> = findings
        .iter()
        .filter_map(|it| it["finding"].as_str())
        .collect();
    kinds.sort_unstable();
    let wanted = [
        "archived",
        "missing",
        "misspelt",
        "other_type",
        "required_by_template",
    ];
    assert_eq!(kinds, wanted, "each finding there is");
    check
        .findings
        .iter()
        .for_each(|it: &FieldFinding| drop(described.fits(it)));
}

async fn answers(described: &mut Described) {
    let (emulator, persona) = on_emulator::start().await;
    let accounts = persona.accounts();
    let new = NewAccount::new().reference_id("user-1");
    let upserted: Upserted = accounts.upsert(new, "reference_id").await.expect("done");
    assert_eq!(described.fits(&upserted)["is_new"], true);
    let run = accounts.run_action(upserted.account.id(), ACCOUNT_ACTION_ID, ());
    let run = described.fits(&run.await.expect("run"));
    assert!(run["workflow_run_id"].is_string(), "{run}");

    let inquiries = persona.inquiries();
    let new = NewInquiry::from_template(emulator.default_template_id()).reference_id("user-1");
    let id = inquiries.create(new).await.expect("created").inquiry.id();
    let page: Page<Inquiry> = inquiries
        .list()
        .pages()
        .next()
        .await
        .expect("one")
        .expect("read");
    assert_eq!(described.fits(&page)["items"][0]["id"], json!(id));
    let mut changes = inquiries
        .wait(&id)
        .deadline(std::time::Duration::ZERO)
        .changes();
    let mut seen = Vec::new();
    while let Some(change) = changes.next().await {
        let change: Change<Inquiry> = change.expect("seen");
        seen.push(described.fits(&change)["change"].clone());
        if let Change::Ended(outcome) = &change {
            let told = described.fits(outcome);
            assert_eq!(told["outcome"], "timed_out");
            assert_eq!(told["seen"]["last"]["id"], json!(id));
        }
    }
    assert_eq!(seen.last(), Some(&json!("ended")));
    told_by_kind(
        described,
        &[Outcome::<Inquiry>::Gone],
        &[json!({ "outcome": "gone" })],
    );

    let visit = Redirect::parse(&format!("?inquiry-id={id}")).expect("a visit");
    let theirs = visit.confirm_for(&persona, "user-1").await.expect("read");
    let told = described.fits::<Confirmed>(&theirs);
    assert_eq!(
        (&told["claim"], &told["inquiry"]["id"]),
        (&json!("theirs"), &json!(id))
    );
    let other = visit.confirm_for(&persona, "user-2").await.expect("read");
    told_by_kind(described, &[other], &[json!({ "claim": "not_theirs" })]);

    let limits: Vec<RateLimit> = persona.rate_limits().read().await.expect("told");
    let told = described.fits(&limits[0]);
    assert!(told["resets_in_seconds"].is_u64(), "{told}");
    let state: RateState = persona.rate_limits().state().expect("told by answers");
    assert!(described.fits(&state)["remaining"].is_u64());
}

fn told_by_kind<T: JsonSchema + Serialize>(described: &mut Described, given: &[T], told: &[Value]) {
    let given: Vec<Value> = given.iter().map(|it| described.fits(it)).collect();
    assert_eq!(given, told);
}
