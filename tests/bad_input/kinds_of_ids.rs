//! An id of another kind, given to each call of the facade that takes an id.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use withpersona::list::Text;
use withpersona::webhook::WebhookUpdate;
use withpersona::{
    AccountUpdate, ApiKeyUpdate, CaseUpdate, Csv, Dismissal, EmbeddedFlow, Error, HostedFlow,
    InquiryUpdate, Items, NewCase, NewInquiry, NewReport, NewTransaction, Persona, Subject,
    TransactionUpdate,
};

use crate::on_emulator::{not_sent, start};

/// An area of `src/`, a function there, what it wants the id of, and what it says to another.
type Row = (&'static str, &'static str, &'static str, Result<(), Error>);

/// What is given: the id of an account, where that of an inquiry is wanted, and that of an inquiry
/// everywhere else.
const ACCOUNT: &str = "act_1";
const INQUIRY: &str = "inq_1";

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_id_of_another_kind_is_refused_before_anything_is_sent() {
    let (emulator, persona) = start().await;
    for (area, function, wanted, answer) in rows(&persona).await {
        let given = match wanted {
            "inquiry" => "begins with act_, as account ids do",
            _ => "begins with inq_, as inquiry ids do",
        };
        let told = not_sent(answer);
        let expected = format!("the {wanted} id is of another kind: it {given}");
        assert!(told.contains(&expected), "{area}, {function}: {told}");
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

/// So that none is forgotten that will be written.
#[tokio::test]
async fn each_function_that_takes_an_id_is_in_the_table() {
    let (_emulator, persona) = start().await;
    let mut tried: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (area, function, ..) in rows(&persona).await {
        *tried.entry((area.into(), function.into())).or_default() += 1;
    }
    let mut written = BTreeMap::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(&source).expect("a folder") {
        let path = entry.expect("an entry").path();
        let area = path.file_name().expect("a name").to_string_lossy();
        if path.is_dir() {
            count(&path, &area, &mut written);
        }
    }
    assert!(written.len() > 100, "they are found: {}", written.len());
    for (function, count) in written {
        let rows = tried.get(&function).copied().unwrap_or_default();
        assert!(
            rows >= count,
            "{function:?} is written {count} times, and tried {rows} times"
        );
    }
}

/// Counts the public functions under a folder whose signature names `IntoId`.
fn count(folder: &Path, area: &str, written: &mut BTreeMap<(String, String), usize>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            count(&path, area, written);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source");
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code = code.collect::<Vec<_>>().join("\n");
        for start in ["pub fn ", "pub async fn "] {
            for (_, rest) in code
                .match_indices(start)
                .map(|(at, _)| code.split_at(at + start.len()))
            {
                let signature = rest.split('{').next().unwrap_or_default();
                if signature.contains("IntoId<") {
                    let name = signature.split(['(', '<']).next().unwrap_or_default();
                    *written.entry((area.into(), name.into())).or_default() += 1;
                }
            }
        }
    }
}

async fn rows(persona: &Persona) -> Vec<Row> {
    let mut rows = of_inquiries(persona).await;
    rows.extend(of_accounts(persona).await);
    rows.extend(of_reports(persona).await);
    rows.extend(of_cases(persona).await);
    rows.extend(of_transactions(persona).await);
    rows.extend(of_evidence(persona).await);
    rows.extend(of_imports_and_lists(persona).await);
    rows.extend(of_links(persona).await);
    rows.extend(of_the_rest(persona).await);
    rows
}

async fn of_inquiries(persona: &Persona) -> Vec<Row> {
    let inquiries = persona.inquiries();
    let sessions = persona.sessions();
    let new = || NewInquiry::from_template("itmpl_1");
    let update = InquiryUpdate::new().note("x");
    let mut many = inquiries.wait_many([ACCOUNT]).deadline(MINUTE);
    let one_of_many = many.next().await.expect("one").1.map(drop);
    let table = [
        ("retrieve", inquiries.retrieve(ACCOUNT).await.map(drop)),
        (
            "verifications",
            inquiries.verifications(ACCOUNT).await.map(drop),
        ),
        ("update", inquiries.update(ACCOUNT, update).await.map(drop)),
        ("approve", inquiries.approve(ACCOUNT).await.map(drop)),
        ("decline", inquiries.decline(ACCOUNT).await.map(drop)),
        (
            "mark_for_review",
            inquiries.mark_for_review(ACCOUNT).await.map(drop),
        ),
        ("expire", inquiries.expire(ACCOUNT).await.map(drop)),
        ("redact", inquiries.redact(ACCOUNT).await.map(drop)),
        ("add_tag", inquiries.add_tag(ACCOUNT, "vip").await.map(drop)),
        (
            "remove_tag",
            inquiries.remove_tag(ACCOUNT, "vip").await.map(drop),
        ),
        (
            "set_tags",
            inquiries.set_tags(ACCOUNT, ["vip"]).await.map(drop),
        ),
        ("resume", inquiries.resume(ACCOUNT).await.map(drop)),
        (
            "one_time_link",
            inquiries.one_time_link(ACCOUNT).await.map(drop),
        ),
        ("print", inquiries.print(ACCOUNT).await.map(drop)),
        ("simulate", inquiries.simulate(ACCOUNT, []).await.map(drop)),
        (
            "wait",
            inquiries.wait(ACCOUNT).deadline(MINUTE).await.map(drop),
        ),
        ("wait_many", one_of_many),
        ("changed", inquiries.changed(ACCOUNT).await),
        ("changed", inquiries.watcher().changed(ACCOUNT).await),
        ("id", first(inquiries.list().id(ACCOUNT).items()).await),
    ];
    let mut rows: Vec<Row> = table
        .map(|(name, answer)| ("inquiry", name, "inquiry", answer))
        .into();
    let by_template = NewInquiry::from_template(INQUIRY);
    let by_version = NewInquiry::from_template_version(INQUIRY);
    let by_legacy = NewInquiry::from_legacy_template(INQUIRY);
    let table = [
        (
            "from_template",
            "inquiry template",
            inquiries.create(by_template).await.map(drop),
        ),
        (
            "from_template_version",
            "inquiry template version",
            inquiries.create(by_version).await.map(drop),
        ),
        (
            "from_legacy_template",
            "legacy template",
            inquiries.create(by_legacy).await.map(drop),
        ),
        (
            "account",
            "account",
            inquiries.create(new().account(INQUIRY)).await.map(drop),
        ),
        (
            "account",
            "account",
            first(inquiries.list().account(INQUIRY).items()).await,
        ),
        (
            "template",
            "inquiry template",
            first(inquiries.list().template(INQUIRY).items()).await,
        ),
        (
            "legacy_template",
            "legacy template",
            first(inquiries.list().legacy_template(INQUIRY).items()).await,
        ),
    ];
    rows.extend(table.map(|(name, wanted, answer)| ("inquiry", name, wanted, answer)));
    let table = [
        ("open", "inquiry", sessions.open(ACCOUNT).await.map(drop)),
        ("forget", "inquiry", sessions.forget(ACCOUNT).await),
        (
            "list",
            "inquiry",
            first(sessions.list(ACCOUNT).items()).await,
        ),
        (
            "create",
            "inquiry",
            sessions.create(ACCOUNT).await.map(drop),
        ),
        (
            "expire_all",
            "inquiry",
            sessions.expire_all(ACCOUNT).await.map(drop),
        ),
        (
            "retrieve",
            "inquiry session",
            sessions.retrieve(INQUIRY).await.map(drop),
        ),
        (
            "expire",
            "inquiry session",
            sessions.expire(INQUIRY).await.map(drop),
        ),
        (
            "one_time_link",
            "inquiry session",
            sessions.one_time_link(INQUIRY).await.map(drop),
        ),
    ];
    rows.extend(table.map(|(name, wanted, answer)| ("session", name, wanted, answer)));
    rows
}

async fn of_accounts(persona: &Persona) -> Vec<Row> {
    let accounts = persona.accounts();
    let update = AccountUpdate::new().status("x");
    let of_type = withpersona::NewAccount::new().account_type(INQUIRY);
    let table = [
        (
            "retrieve",
            "account",
            accounts.retrieve(INQUIRY).await.map(drop),
        ),
        (
            "update",
            "account",
            accounts.update(INQUIRY, update).await.map(drop),
        ),
        (
            "redact",
            "account",
            accounts.redact(INQUIRY).await.map(drop),
        ),
        (
            "consolidate",
            "account",
            accounts.consolidate(INQUIRY, ["act_1"]).await.map(drop),
        ),
        (
            "consolidate",
            "account",
            accounts.consolidate("act_1", [INQUIRY]).await.map(drop),
        ),
        (
            "add_relation",
            "account",
            accounts
                .add_relation(INQUIRY, "family", "act_1")
                .await
                .map(drop),
        ),
        (
            "remove_relation",
            "account",
            accounts
                .remove_relation(INQUIRY, "family", "act_1")
                .await
                .map(drop),
        ),
        (
            "relations",
            "account",
            accounts.relations(INQUIRY, "family").await.map(drop),
        ),
        (
            "add_tag",
            "account",
            accounts.add_tag(INQUIRY, "vip").await.map(drop),
        ),
        (
            "remove_tag",
            "account",
            accounts.remove_tag(INQUIRY, "vip").await.map(drop),
        ),
        (
            "set_tags",
            "account",
            accounts.set_tags(INQUIRY, ["vip"]).await.map(drop),
        ),
        (
            "run_action",
            "account",
            accounts.run_action(INQUIRY, "accac_1", ()).await.map(drop),
        ),
        (
            "run_action",
            "account action",
            accounts.run_action("act_1", INQUIRY, ()).await.map(drop),
        ),
        (
            "account_type",
            "account type",
            accounts.create(of_type).await.map(drop),
        ),
        (
            "retrieve",
            "account type",
            persona.account_types().retrieve(INQUIRY).await.map(drop),
        ),
    ];
    table
        .map(|(name, wanted, answer)| ("account", name, wanted, answer))
        .into()
}

async fn of_reports(persona: &Persona) -> Vec<Row> {
    let reports = persona.reports();
    let new = || NewReport::watchlist(Subject::full_name("Jane Doe"));
    let dismissal = Dismissal::all("a namesake");
    let table = [
        (
            "retrieve",
            "report",
            reports.retrieve(INQUIRY).await.map(drop),
        ),
        (
            "wait",
            "report",
            reports.wait(INQUIRY).deadline(MINUTE).await.map(drop),
        ),
        (
            "pause_monitoring",
            "report",
            reports.pause_monitoring(INQUIRY).await.map(drop),
        ),
        (
            "resume_monitoring",
            "report",
            reports.resume_monitoring(INQUIRY).await.map(drop),
        ),
        (
            "run_again",
            "report",
            reports.run_again(INQUIRY).await.map(drop),
        ),
        (
            "dismiss",
            "report",
            reports.dismiss(INQUIRY, dismissal).await.map(drop),
        ),
        (
            "history",
            "report",
            first(reports.history(INQUIRY).items()).await,
        ),
        (
            "add_tag",
            "report",
            reports.add_tag(INQUIRY, "vip").await.map(drop),
        ),
        (
            "remove_tag",
            "report",
            reports.remove_tag(INQUIRY, "vip").await.map(drop),
        ),
        (
            "set_tags",
            "report",
            reports.set_tags(INQUIRY, ["vip"]).await.map(drop),
        ),
        ("print", "report", reports.print(INQUIRY).await.map(drop)),
        ("redact", "report", reports.redact(INQUIRY).await.map(drop)),
        (
            "template",
            "report template",
            reports.create(new().template(INQUIRY)).await.map(drop),
        ),
        (
            "account",
            "account",
            reports.create(new().account(INQUIRY)).await.map(drop),
        ),
        (
            "account",
            "account",
            first(reports.list().account(INQUIRY).items()).await,
        ),
    ];
    table
        .map(|(name, wanted, answer)| ("report", name, wanted, answer))
        .into()
}

async fn of_cases(persona: &Persona) -> Vec<Row> {
    let cases = persona.cases();
    let new = || NewCase::from_template("ctmpl_1");
    let update = || CaseUpdate::new().field("a", 1);
    let table = [
        ("retrieve", "case", cases.retrieve(INQUIRY).await.map(drop)),
        ("comments", "case", cases.comments(INQUIRY).await.map(drop)),
        (
            "update",
            "case",
            cases.update(INQUIRY, update()).await.map(drop),
        ),
        (
            "assign",
            "case",
            cases.assign(INQUIRY, "a@example.com").await.map(drop),
        ),
        (
            "set_status",
            "case",
            cases.set_status(INQUIRY, "Open").await.map(drop),
        ),
        (
            "add_objects",
            "case",
            cases.add_objects(INQUIRY, ["act_1"]).await.map(drop),
        ),
        (
            "remove_objects",
            "case",
            cases.remove_objects(INQUIRY, ["act_1"]).await.map(drop),
        ),
        (
            "add_tag",
            "case",
            cases.add_tag(INQUIRY, "vip").await.map(drop),
        ),
        (
            "remove_tag",
            "case",
            cases.remove_tag(INQUIRY, "vip").await.map(drop),
        ),
        (
            "set_tags",
            "case",
            cases.set_tags(INQUIRY, ["vip"]).await.map(drop),
        ),
        ("redact", "case", cases.redact(INQUIRY).await.map(drop)),
        (
            "template",
            "case template",
            cases.template(INQUIRY).await.map(drop),
        ),
        (
            "from_template",
            "case template",
            cases
                .create(NewCase::from_template(INQUIRY))
                .await
                .map(drop),
        ),
        (
            "queue",
            "case queue",
            cases.create(new().queue(INQUIRY)).await.map(drop),
        ),
        (
            "queue",
            "case queue",
            cases
                .update("case_1", update().queue(INQUIRY))
                .await
                .map(drop),
        ),
        (
            "account",
            "account",
            first(cases.list().account(INQUIRY).items()).await,
        ),
        (
            "inquiry",
            "inquiry",
            first(cases.list().inquiry(ACCOUNT).items()).await,
        ),
        (
            "report",
            "report",
            first(cases.list().report(INQUIRY).items()).await,
        ),
        (
            "template",
            "case template",
            first(cases.list().template(INQUIRY).items()).await,
        ),
    ];
    table
        .map(|(name, wanted, answer)| ("case", name, wanted, answer))
        .into()
}

async fn of_transactions(persona: &Persona) -> Vec<Row> {
    let transactions = persona.transactions();
    let new = NewTransaction::of_type(INQUIRY);
    let update = TransactionUpdate::new().status("x");
    let by_type = transactions.list().transaction_type(INQUIRY);
    let table = [
        (
            "retrieve",
            "transaction",
            transactions.retrieve(INQUIRY).await.map(drop),
        ),
        (
            "update",
            "transaction",
            transactions.update(INQUIRY, update).await.map(drop),
        ),
        (
            "label",
            "transaction",
            transactions.label(INQUIRY, "fraud").await.map(drop),
        ),
        (
            "redact",
            "transaction",
            transactions.redact(INQUIRY).await.map(drop),
        ),
        (
            "redact_biometrics",
            "transaction",
            transactions.redact_biometrics(INQUIRY).await.map(drop),
        ),
        (
            "add_relation",
            "transaction",
            transactions
                .add_relation(INQUIRY, "payer", "act_1")
                .await
                .map(drop),
        ),
        (
            "remove_relation",
            "transaction",
            transactions
                .remove_relation(INQUIRY, "payer", "act_1")
                .await
                .map(drop),
        ),
        (
            "add_tag",
            "transaction",
            transactions.add_tag(INQUIRY, "vip").await.map(drop),
        ),
        (
            "remove_tag",
            "transaction",
            transactions.remove_tag(INQUIRY, "vip").await.map(drop),
        ),
        (
            "set_tags",
            "transaction",
            transactions.set_tags(INQUIRY, ["vip"]).await.map(drop),
        ),
        (
            "of_type",
            "transaction type",
            transactions.create(new).await.map(drop),
        ),
        (
            "transaction_type",
            "transaction type",
            first(by_type.items()).await,
        ),
        (
            "retrieve",
            "transaction type",
            persona
                .transaction_types()
                .retrieve(INQUIRY)
                .await
                .map(drop),
        ),
    ];
    table
        .map(|(name, wanted, answer)| ("transaction", name, wanted, answer))
        .into()
}

async fn of_evidence(persona: &Persona) -> Vec<Row> {
    use withpersona::raw::types::VerificationSelfieAttributes as Selfie;
    let verifications = persona.verifications();
    let documents = persona.documents();
    let templates = persona.templates();
    let verification = [
        ("retrieve", verifications.retrieve(INQUIRY).await.map(drop)),
        (
            "retrieve_as",
            verifications.retrieve_as::<Selfie>(INQUIRY).await.map(drop),
        ),
        ("print", verifications.print(INQUIRY).await.map(drop)),
        ("redact", verifications.redact(INQUIRY).await.map(drop)),
        (
            "investigation_lock",
            verifications.investigation_lock(INQUIRY).await.map(drop),
        ),
        (
            "investigation_unlock",
            verifications.investigation_unlock(INQUIRY).await.map(drop),
        ),
        (
            "wait",
            verifications.wait(INQUIRY).deadline(MINUTE).await.map(drop),
        ),
    ];
    let document = [
        ("retrieve", documents.retrieve(INQUIRY).await.map(drop)),
        (
            "retrieve_generic",
            documents.retrieve_generic(INQUIRY).await.map(drop),
        ),
        (
            "retrieve_government_id",
            documents.retrieve_government_id(INQUIRY).await.map(drop),
        ),
    ];
    let template = [
        ("retrieve", templates.retrieve(INQUIRY).await.map(drop)),
        ("versions", first(templates.versions(INQUIRY).items()).await),
        (
            "translations",
            templates.translations(INQUIRY).await.map(drop),
        ),
        (
            "import_translations",
            templates.import_translations(INQUIRY, []).await.map(drop),
        ),
        (
            "check_fields",
            templates.check_fields::<String>(INQUIRY).await.map(drop),
        ),
    ];
    let mut rows = Vec::new();
    rows.extend(verification.map(|(name, answer)| ("verification", name, "verification", answer)));
    rows.extend(document.map(|(name, answer)| ("document", name, "document", answer)));
    rows.extend(template.map(|(name, answer)| ("template", name, "inquiry template", answer)));
    rows
}

async fn of_imports_and_lists(persona: &Persona) -> Vec<Row> {
    let importers = persona.importers();
    let lists = persona.lists();
    let items = persona.list_items();
    let csv = || Csv::reader("value\nx\n".as_bytes());
    let telling = importers.wait_telling(INQUIRY, |_| ());
    let importer = [
        (
            "email_addresses",
            "list",
            importers.email_addresses(INQUIRY, csv()).await.map(drop),
        ),
        (
            "geolocations",
            "list",
            importers.geolocations(INQUIRY, csv()).await.map(drop),
        ),
        (
            "government_id_numbers",
            "list",
            importers
                .government_id_numbers(INQUIRY, csv())
                .await
                .map(drop),
        ),
        (
            "ip_addresses",
            "list",
            importers.ip_addresses(INQUIRY, csv()).await.map(drop),
        ),
        (
            "names",
            "list",
            importers.names(INQUIRY, csv()).await.map(drop),
        ),
        (
            "phone_numbers",
            "list",
            importers.phone_numbers(INQUIRY, csv()).await.map(drop),
        ),
        (
            "retrieve",
            "importer",
            importers.retrieve(INQUIRY).await.map(drop),
        ),
        (
            "wait",
            "importer",
            importers.wait(INQUIRY).deadline(MINUTE).await.map(drop),
        ),
        (
            "wait_telling",
            "importer",
            telling.deadline(MINUTE).await.map(drop),
        ),
    ];
    let list = [
        ("retrieve", "list", lists.retrieve(INQUIRY).await.map(drop)),
        ("archive", "list", lists.archive(INQUIRY).await.map(drop)),
        (
            "create",
            "list",
            items.create(INQUIRY, Text::new("x")).await.map(drop),
        ),
        (
            "retrieve",
            "list item",
            items.retrieve::<Text>(INQUIRY).await.map(drop),
        ),
        (
            "archive",
            "list item",
            items.archive::<Text>(INQUIRY).await.map(drop),
        ),
    ];
    let mut rows = Vec::new();
    rows.extend(importer.map(|(name, wanted, answer)| ("importer", name, wanted, answer)));
    rows.extend(list.map(|(name, wanted, answer)| ("list", name, wanted, answer)));
    rows
}

async fn of_links(persona: &Persona) -> Vec<Row> {
    let links = persona.links();
    let hosted = || HostedFlow::from_template("itmpl_1");
    let embedded = || EmbeddedFlow::from_template("itmpl_1");
    let hosted = [
        (
            "from_template",
            "inquiry template",
            HostedFlow::from_template(INQUIRY),
        ),
        (
            "from_template_version",
            "inquiry template version",
            HostedFlow::from_template_version(INQUIRY),
        ),
        (
            "from_legacy_template",
            "legacy template",
            HostedFlow::from_legacy_template(INQUIRY),
        ),
        ("for_inquiry", "inquiry", HostedFlow::for_inquiry(ACCOUNT)),
        (
            "environment_id",
            "environment",
            hosted().environment_id(INQUIRY),
        ),
        ("account", "account", hosted().account(INQUIRY)),
        (
            "account_type",
            "account type",
            hosted().account_type(INQUIRY),
        ),
    ];
    let embedded = [
        (
            "from_template",
            "inquiry template",
            EmbeddedFlow::from_template(INQUIRY),
        ),
        (
            "from_template_version",
            "inquiry template version",
            EmbeddedFlow::from_template_version(INQUIRY),
        ),
        (
            "from_legacy_template",
            "legacy template",
            EmbeddedFlow::from_legacy_template(INQUIRY),
        ),
        ("for_inquiry", "inquiry", EmbeddedFlow::for_inquiry(ACCOUNT)),
        (
            "environment_id",
            "environment",
            embedded().environment_id(INQUIRY),
        ),
        ("account", "account", embedded().account(INQUIRY)),
        (
            "account_type",
            "account type",
            embedded().account_type(INQUIRY),
        ),
    ];
    let mut rows: Vec<Row> = vec![
        (
            "link",
            "one_time",
            "inquiry",
            links.one_time(ACCOUNT).await.map(drop),
        ),
        (
            "link",
            "for_session",
            "inquiry session",
            links.for_session(INQUIRY).await.map(drop),
        ),
    ];
    rows.extend(hosted.map(|(name, wanted, flow)| ("link", name, wanted, flow.link().map(drop))));
    rows.extend(
        embedded.map(|(name, wanted, flow)| ("link", name, wanted, flow.parameters().map(drop))),
    );
    rows
}

async fn of_the_rest(persona: &Persona) -> Vec<Row> {
    let keys = persona.api_keys();
    let webhooks = persona.webhooks();
    let workflows = persona.workflows();
    let devices = persona.devices();
    let events = persona.events();
    let rename = ApiKeyUpdate::new().name("x");
    let redirect = WebhookUpdate::new().name("x");
    let run = workflows.wait(INQUIRY).deadline(MINUTE);
    vec![
        (
            "api_key",
            "retrieve",
            "API key",
            keys.retrieve(INQUIRY).await.map(drop),
        ),
        (
            "api_key",
            "update",
            "API key",
            keys.update(INQUIRY, rename).await.map(drop),
        ),
        (
            "api_key",
            "clone_key",
            "API key",
            keys.clone_key(INQUIRY).await.map(drop),
        ),
        (
            "api_key",
            "expire",
            "API key",
            keys.expire(INQUIRY, MINUTE).await.map(drop),
        ),
        (
            "api_log",
            "retrieve",
            "API log",
            persona.api_logs().retrieve(INQUIRY).await.map(drop),
        ),
        (
            "device",
            "list",
            "inquiry session",
            devices.list(INQUIRY).await.map(drop),
        ),
        (
            "device",
            "retrieve",
            "device",
            devices.retrieve(INQUIRY).await.map(drop),
        ),
        (
            "event",
            "retrieve",
            "event",
            events.retrieve(INQUIRY).await.map(drop),
        ),
        (
            "event",
            "id",
            "event",
            first(events.list().id(INQUIRY).items()).await,
        ),
        (
            "webhook",
            "retrieve",
            "webhook",
            webhooks.retrieve(INQUIRY).await.map(drop),
        ),
        (
            "webhook",
            "update",
            "webhook",
            webhooks.update(INQUIRY, redirect).await.map(drop),
        ),
        (
            "webhook",
            "enable",
            "webhook",
            webhooks.enable(INQUIRY).await.map(drop),
        ),
        (
            "webhook",
            "disable",
            "webhook",
            webhooks.disable(INQUIRY).await.map(drop),
        ),
        (
            "webhook",
            "archive",
            "webhook",
            webhooks.archive(INQUIRY).await.map(drop),
        ),
        (
            "webhook",
            "duplicate",
            "webhook",
            webhooks.duplicate(INQUIRY).await.map(drop),
        ),
        (
            "webhook",
            "rotate_secret",
            "webhook",
            webhooks.rotate_secret(INQUIRY, MINUTE).await.map(drop),
        ),
        (
            "workflow",
            "trigger",
            "workflow",
            workflows.trigger(INQUIRY, &()).await.map(drop),
        ),
        (
            "workflow",
            "retrieve_run",
            "workflow run",
            workflows.retrieve_run(INQUIRY).await.map(drop),
        ),
        (
            "workflow",
            "versions",
            "workflow",
            first(workflows.versions(INQUIRY).items()).await,
        ),
        ("workflow", "wait", "workflow run", run.await.map(drop)),
    ]
}

/// What a list gives first.
async fn first<T>(mut items: Items<T>) -> Result<(), Error> {
    items.next().await.expect("an answer").map(drop)
}
