//! An id of another kind, given to each call of the facade that takes an id.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use withpersona::list::Text;
use withpersona::raw::types::VerificationSelfieAttributes;
use withpersona::webhook::WebhookUpdate;
use withpersona::{
    AccountUpdate, ApiKeyUpdate, CaseUpdate, Csv, Dismissal, EmbeddedFlow, Error, HostedFlow,
    InquiryUpdate, Items, NewAccount, NewCase, NewInquiry, NewReport, NewTransaction, Persona,
    Subject, TransactionUpdate,
};

use crate::on_emulator::{not_sent, start};

/// An area of `src/`, a function there, what it wants the id of, and what it says to another kind.
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
        for item in code.split("pub ").skip(1) {
            let signature = item.split('{').next().unwrap_or_default();
            let function = signature.strip_prefix("async ").unwrap_or(signature);
            let Some(function) = function.strip_prefix("fn ") else {
                continue;
            };
            if function.contains("IntoId<") {
                let name = function.split(['(', '<']).next().unwrap_or_default();
                *written.entry((area.into(), name.into())).or_default() += 1;
            }
        }
    }
}

/// Calls: they are awaited.
macro_rules! calls {
    ($rows:ident, $area:literal, $wanted:literal, $handle:expr;
     $($name:ident $(::<$kind:ty>)? ($($given:expr),*))*) => {
        $($rows.push((
            $area,
            stringify!($name),
            $wanted,
            $handle.$name$(::<$kind>)?($($given),*).await.map(drop),
        ));)*
    };
}

/// Lists: their first item is asked for.
macro_rules! lists {
    ($rows:ident, $area:literal, $wanted:literal, $handle:expr; $($name:ident($($given:expr),*))*) => {
        $($rows.push((
            $area,
            stringify!($name),
            $wanted,
            first($handle.$name($($given),*).items()).await,
        ));)*
    };
}

/// Waits: they need a deadline first.
macro_rules! waits {
    ($rows:ident, $area:literal, $wanted:literal, $handle:expr; $($name:ident($($given:expr),*))*) => {
        $($rows.push((
            $area,
            stringify!($name),
            $wanted,
            $handle.$name($($given),*).deadline(MINUTE).await.map(drop),
        ));)*
    };
}

/// Parts of what a call is given, which tell in that call.
macro_rules! parts {
    ($rows:ident, $area:literal; $($name:ident, $wanted:literal => $answer:expr;)*) => {
        $($rows.push(($area, stringify!($name), $wanted, $answer.map(drop)));)*
    };
}

async fn rows(persona: &Persona) -> Vec<Row> {
    let mut rows = Vec::new();
    inquiries(persona, &mut rows).await;
    sessions(persona, &mut rows).await;
    accounts(persona, &mut rows).await;
    reports(persona, &mut rows).await;
    cases(persona, &mut rows).await;
    transactions(persona, &mut rows).await;
    evidence(persona, &mut rows).await;
    imports_and_lists(persona, &mut rows).await;
    links(persona, &mut rows).await;
    the_rest(persona, &mut rows).await;
    rows
}

async fn inquiries(persona: &Persona, rows: &mut Vec<Row>) {
    let inquiries = persona.inquiries();
    let new = || NewInquiry::from_template("itmpl_1");
    let update = InquiryUpdate::new().note("x");
    calls! { rows, "inquiry", "inquiry", inquiries;
        retrieve(ACCOUNT) verifications(ACCOUNT) update(ACCOUNT, update)
        approve(ACCOUNT) decline(ACCOUNT) mark_for_review(ACCOUNT) expire(ACCOUNT) redact(ACCOUNT)
        add_tag(ACCOUNT, "vip") remove_tag(ACCOUNT, "vip") set_tags(ACCOUNT, ["vip"])
        resume(ACCOUNT) one_time_link(ACCOUNT) print(ACCOUNT) simulate(ACCOUNT, []) changed(ACCOUNT)
    }
    calls! { rows, "inquiry", "inquiry", inquiries.watcher(); changed(ACCOUNT) }
    waits! { rows, "inquiry", "inquiry", inquiries; wait(ACCOUNT) }
    let mut many = inquiries.wait_many([ACCOUNT]).deadline(MINUTE);
    parts! { rows, "inquiry";
        wait_many, "inquiry" => many.next().await.expect("one").1;
        from_template, "inquiry template" =>
            inquiries.create(NewInquiry::from_template(INQUIRY)).await;
        from_template_version, "inquiry template version" =>
            inquiries.create(NewInquiry::from_template_version(INQUIRY)).await;
        from_legacy_template, "legacy template" =>
            inquiries.create(NewInquiry::from_legacy_template(INQUIRY)).await;
        account, "account" => inquiries.create(new().account(INQUIRY)).await;
    }
    lists! { rows, "inquiry", "inquiry", inquiries.list(); id(ACCOUNT) }
    lists! { rows, "inquiry", "account", inquiries.list(); account(INQUIRY) }
    lists! { rows, "inquiry", "inquiry template", inquiries.list(); template(INQUIRY) }
    lists! { rows, "inquiry", "legacy template", inquiries.list(); legacy_template(INQUIRY) }
}

async fn sessions(persona: &Persona, rows: &mut Vec<Row>) {
    let sessions = persona.sessions();
    calls! { rows, "session", "inquiry", sessions;
        open(ACCOUNT) forget(ACCOUNT) create(ACCOUNT) expire_all(ACCOUNT)
    }
    lists! { rows, "session", "inquiry", sessions; list(ACCOUNT) }
    calls! { rows, "session", "inquiry session", sessions;
        retrieve(INQUIRY) expire(INQUIRY) one_time_link(INQUIRY)
    }
}

async fn accounts(persona: &Persona, rows: &mut Vec<Row>) {
    let accounts = persona.accounts();
    let update = AccountUpdate::new().status("x");
    calls! { rows, "account", "account", accounts;
        retrieve(INQUIRY) update(INQUIRY, update) redact(INQUIRY)
        consolidate(INQUIRY, ["act_1"]) consolidate("act_1", [INQUIRY])
        add_relation(INQUIRY, "family", "act_1") remove_relation(INQUIRY, "family", "act_1")
        relations(INQUIRY, "family")
        add_tag(INQUIRY, "vip") remove_tag(INQUIRY, "vip") set_tags(INQUIRY, ["vip"])
        run_action(INQUIRY, "accac_1", ())
    }
    calls! { rows, "account", "account action", accounts; run_action("act_1", INQUIRY, ()) }
    calls! { rows, "account", "account type", persona.account_types(); retrieve(INQUIRY) }
    parts! { rows, "account";
        account_type, "account type" =>
            accounts.create(NewAccount::new().account_type(INQUIRY)).await;
    }
}

async fn reports(persona: &Persona, rows: &mut Vec<Row>) {
    let reports = persona.reports();
    let new = || NewReport::watchlist(Subject::full_name("Jane Doe"));
    calls! { rows, "report", "report", reports;
        retrieve(INQUIRY) pause_monitoring(INQUIRY) resume_monitoring(INQUIRY) run_again(INQUIRY)
        dismiss(INQUIRY, Dismissal::all("a namesake"))
        add_tag(INQUIRY, "vip") remove_tag(INQUIRY, "vip") set_tags(INQUIRY, ["vip"])
        print(INQUIRY) redact(INQUIRY)
    }
    waits! { rows, "report", "report", reports; wait(INQUIRY) }
    lists! { rows, "report", "report", reports; history(INQUIRY) }
    lists! { rows, "report", "account", reports.list(); account(INQUIRY) }
    parts! { rows, "report";
        template, "report template" => reports.create(new().template(INQUIRY)).await;
        account, "account" => reports.create(new().account(INQUIRY)).await;
    }
}

async fn cases(persona: &Persona, rows: &mut Vec<Row>) {
    let cases = persona.cases();
    let new = || NewCase::from_template("ctmpl_1");
    let update = || CaseUpdate::new().field("a", 1);
    calls! { rows, "case", "case", cases;
        retrieve(INQUIRY) comments(INQUIRY) update(INQUIRY, update())
        assign(INQUIRY, "a@example.com") set_status(INQUIRY, "Open")
        add_objects(INQUIRY, ["act_1"]) remove_objects(INQUIRY, ["act_1"])
        add_tag(INQUIRY, "vip") remove_tag(INQUIRY, "vip") set_tags(INQUIRY, ["vip"])
        redact(INQUIRY)
    }
    calls! { rows, "case", "case template", cases; template(INQUIRY) }
    parts! { rows, "case";
        from_template, "case template" => cases.create(NewCase::from_template(INQUIRY)).await;
        queue, "case queue" => cases.create(new().queue(INQUIRY)).await;
        queue, "case queue" => cases.update("case_1", update().queue(INQUIRY)).await;
    }
    lists! { rows, "case", "account", cases.list(); account(INQUIRY) }
    lists! { rows, "case", "inquiry", cases.list(); inquiry(ACCOUNT) }
    lists! { rows, "case", "report", cases.list(); report(INQUIRY) }
    lists! { rows, "case", "case template", cases.list(); template(INQUIRY) }
}

async fn transactions(persona: &Persona, rows: &mut Vec<Row>) {
    let transactions = persona.transactions();
    let update = TransactionUpdate::new().status("x");
    calls! { rows, "transaction", "transaction", transactions;
        retrieve(INQUIRY) update(INQUIRY, update) label(INQUIRY, "fraud")
        redact(INQUIRY) redact_biometrics(INQUIRY)
        add_relation(INQUIRY, "payer", "act_1") remove_relation(INQUIRY, "payer", "act_1")
        add_tag(INQUIRY, "vip") remove_tag(INQUIRY, "vip") set_tags(INQUIRY, ["vip"])
    }
    calls! { rows, "transaction", "transaction type", persona.transaction_types();
        retrieve(INQUIRY)
    }
    lists! { rows, "transaction", "transaction type", transactions.list();
        transaction_type(INQUIRY)
    }
    parts! { rows, "transaction";
        of_type, "transaction type" => transactions.create(NewTransaction::of_type(INQUIRY)).await;
    }
}

async fn evidence(persona: &Persona, rows: &mut Vec<Row>) {
    let verifications = persona.verifications();
    calls! { rows, "verification", "verification", verifications;
        retrieve(INQUIRY) retrieve_as::<VerificationSelfieAttributes>(INQUIRY)
        print(INQUIRY) redact(INQUIRY) investigation_lock(INQUIRY) investigation_unlock(INQUIRY)
    }
    waits! { rows, "verification", "verification", verifications; wait(INQUIRY) }
    calls! { rows, "document", "document", persona.documents();
        retrieve(INQUIRY) retrieve_generic(INQUIRY) retrieve_government_id(INQUIRY)
    }
    let templates = persona.templates();
    calls! { rows, "template", "inquiry template", templates;
        retrieve(INQUIRY) translations(INQUIRY) import_translations(INQUIRY, [])
        check_fields::<String>(INQUIRY)
    }
    lists! { rows, "template", "inquiry template", templates; versions(INQUIRY) }
}

async fn imports_and_lists(persona: &Persona, rows: &mut Vec<Row>) {
    let importers = persona.importers();
    let csv = || Csv::reader("value\nx\n".as_bytes());
    calls! { rows, "importer", "list", importers;
        email_addresses(INQUIRY, csv()) geolocations(INQUIRY, csv())
        government_id_numbers(INQUIRY, csv()) ip_addresses(INQUIRY, csv())
        names(INQUIRY, csv()) phone_numbers(INQUIRY, csv())
    }
    calls! { rows, "importer", "importer", importers; retrieve(INQUIRY) }
    waits! { rows, "importer", "importer", importers;
        wait(INQUIRY) wait_telling(INQUIRY, |_| ())
    }
    calls! { rows, "list", "list", persona.lists(); retrieve(INQUIRY) archive(INQUIRY) }
    let items = persona.list_items();
    calls! { rows, "list", "list", items; create(INQUIRY, Text::new("x")) }
    calls! { rows, "list", "list item", items; retrieve::<Text>(INQUIRY) archive::<Text>(INQUIRY) }
}

async fn links(persona: &Persona, rows: &mut Vec<Row>) {
    calls! { rows, "link", "inquiry", persona.links(); one_time(ACCOUNT) }
    calls! { rows, "link", "inquiry session", persona.links(); for_session(INQUIRY) }
    /// Both kinds of flows have the same constructors and setters.
    macro_rules! flow {
        ($flow:ident, $finish:ident) => {
            parts! { rows, "link";
                from_template, "inquiry template" => $flow::from_template(INQUIRY).$finish();
                from_template_version, "inquiry template version" =>
                    $flow::from_template_version(INQUIRY).$finish();
                from_legacy_template, "legacy template" =>
                    $flow::from_legacy_template(INQUIRY).$finish();
                for_inquiry, "inquiry" => $flow::for_inquiry(ACCOUNT).$finish();
                environment_id, "environment" =>
                    $flow::from_template("itmpl_1").environment_id(INQUIRY).$finish();
                account, "account" => $flow::from_template("itmpl_1").account(INQUIRY).$finish();
                account_type, "account type" =>
                    $flow::from_template("itmpl_1").account_type(INQUIRY).$finish();
            }
        };
    }
    flow!(HostedFlow, link);
    flow!(EmbeddedFlow, parameters);
}

async fn the_rest(persona: &Persona, rows: &mut Vec<Row>) {
    calls! { rows, "api_key", "API key", persona.api_keys();
        retrieve(INQUIRY) update(INQUIRY, ApiKeyUpdate::new().name("x")) clone_key(INQUIRY)
        expire(INQUIRY, MINUTE)
    }
    calls! { rows, "api_log", "API log", persona.api_logs(); retrieve(INQUIRY) }
    calls! { rows, "device", "inquiry session", persona.devices(); list(INQUIRY) }
    calls! { rows, "device", "device", persona.devices(); retrieve(INQUIRY) }
    calls! { rows, "event", "event", persona.events(); retrieve(INQUIRY) }
    lists! { rows, "event", "event", persona.events().list(); id(INQUIRY) }
    calls! { rows, "webhook", "webhook", persona.webhooks();
        retrieve(INQUIRY) update(INQUIRY, WebhookUpdate::new().name("x"))
        enable(INQUIRY) disable(INQUIRY) archive(INQUIRY) duplicate(INQUIRY)
        rotate_secret(INQUIRY, MINUTE)
    }
    let workflows = persona.workflows();
    calls! { rows, "workflow", "workflow", workflows; trigger(INQUIRY, &()) }
    calls! { rows, "workflow", "workflow run", workflows; retrieve_run(INQUIRY) }
    waits! { rows, "workflow", "workflow run", workflows; wait(INQUIRY) }
    lists! { rows, "workflow", "workflow", workflows; versions(INQUIRY) }
}

/// What a list gives first.
async fn first<T>(mut items: Items<T>) -> Result<(), Error> {
    items.next().await.expect("an answer").map(drop)
}
