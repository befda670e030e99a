//! What callers give: builders, filters, lists, queries, secrets, settings, and the handles on
//! which calls are made.

use std::time::Duration;

use chrono::Utc;
use serde_json::json;
use withpersona::store::{Heard, MemoryStore, Replaced, Subscription};
use withpersona::webhook::{NewWebhook, Receiver, Verifier, WebhookUpdate};
use withpersona::{
    AccountFilter, AccountUpdate, Address, AfterExpiry, ApiKey, ApiKeyFilter, ApiKeyUpdate,
    CallOptions, CaseFilter, CaseUpdate, Condition, Csv, Cursor, Dismissal, EmbeddedFlow,
    EventFilter, FileUrl, HostedFlow, HostedLink, IdempotencyKey, Inquiry, InquiryFilter,
    InquiryId, InquiryUpdate, NewAccount, NewApiKey, NewCase, NewInquiry, NewReport,
    NewTransaction, OneTimeLink, PageRequest, Persona, QrCode, Query, Redirect, ReportFilter,
    SearchValue, SessionToken, SimulateAction, StoredFile, Subject, Tag, TransactionFilter,
    TransactionLabel, TransactionUpdate, WebhookSecret, WorkflowRunFilter,
};

use crate::{BIRTHDATE, CANARY, KEY, Printed, client};

pub fn print(printed: &mut Printed) {
    secrets(printed);
    settings(printed);
    builders(printed);
    filters(printed);
    handles(printed, &client());
    lists(printed, &client());
    links(printed);
}

fn secrets(printed: &mut Printed) {
    printed.debug(&ApiKey::new(KEY));
    printed.debug(&SessionToken::new(CANARY));
    printed.debug(&WebhookSecret::new(CANARY));
    printed.debug(&FileUrl::new(CANARY));
    printed.debug(&HostedLink::new(CANARY));
    printed.debug(&OneTimeLink::new(CANARY).with_short(CANARY));
    assert_eq!(format!("{:?}", ApiKey::new(KEY)), "ApiKey([redacted])");
    let refused = InquiryId::try_from("canary/x").expect_err("no id");
    printed.shown(&refused);
}

fn settings(printed: &mut Printed) {
    let builder = Persona::builder()
        .api_key(KEY)
        .base_url(format!("https://u:{CANARY}@example.com/"))
        .api_version(CANARY);
    printed.debug(&builder);
    printed.shown(&builder.build().expect_err("refused"));
    printed.debug(&client());
    printed.debug(&client().raw());
    printed.debug(&CallOptions::new().idempotency_key(CANARY));
    let key: IdempotencyKey = CANARY.parse().expect("a key");
    printed.debug(&key);

    let verifier = Verifier::new([CANARY]).expect("a secret");
    printed.debug(&verifier);
    let receiver = Receiver::builder(verifier).persona(&client());
    printed.debug(&receiver);

    let message = Heard::Message(CANARY.as_bytes().to_vec());
    printed.debug(&message);
    let there = Replaced::Differs(Some(CANARY.as_bytes().to_vec()));
    printed.debug(&there);
    let bytes = format!("{:?}", CANARY.as_bytes());
    for told in [format!("{message:?}"), format!("{there:?}")] {
        assert!(!told.contains(&bytes), "nor in numbers");
    }
    let (to, messages) = tokio::sync::mpsc::channel(1);
    to.try_send(message).expect("there is room");
    printed.debug(&Subscription::new(messages));
    printed.debug(&MemoryStore::new());
    #[cfg(feature = "redis")]
    {
        use withpersona::store::{RedisStore, SealKey};

        let key = SealKey::new([7; 32]);
        printed.debug(&key);
        let builder = RedisStore::builder("redis://user:canary@127.0.0.1:1/").seal_with(key);
        printed.debug(&builder);
        printed.debug(&builder.build().expect("settings"));
    }
}

fn builders(printed: &mut Printed) {
    let address = Address {
        street_1: Some(CANARY.into()),
        street_2: Some(CANARY.into()),
        city: Some(CANARY.into()),
        subdivision: Some(CANARY.into()),
        postal_code: Some(CANARY.into()),
        country_code: Some("US".into()),
    };
    printed.debug(&address);
    let account = NewAccount::new()
        .reference_id(CANARY)
        .name_first(CANARY)
        .name_middle(CANARY)
        .name_last(CANARY)
        .birthdate(BIRTHDATE)
        .email_address("canary@example.com")
        .phone_number(CANARY)
        .social_security_number(CANARY)
        .address(address)
        .tag(CANARY)
        .field("name", CANARY);
    printed.debug(&account);
    let update = AccountUpdate::new().status(CANARY).tags([CANARY]);
    printed.debug(
        &update
            .name_first(CANARY)
            .birthdate(BIRTHDATE)
            .field("name", CANARY),
    );

    let inquiry = NewInquiry::from_template("itmpl_1")
        .reference_id(CANARY)
        .field("name", CANARY)
        .fields(&json!({ "birthdate": BIRTHDATE }))
        .note(CANARY)
        .tag(CANARY)
        .redirect_uri("https://canary.example");
    printed.debug(&inquiry);
    let update = InquiryUpdate::new().note(CANARY).tags([CANARY]);
    printed.debug(
        &update
            .field("name", CANARY)
            .redirect_uri("https://canary.example"),
    );
    let template = "vtmpl_1".parse().expect("an id");
    printed.debug(&SimulateAction::PassVerification(template));
    printed.debug(&Tag::Name(CANARY.into()));

    let case = NewCase::from_template("ctmpl_1").creator_email_address("canary@example.com");
    printed.debug(&case.field("name", CANARY));
    let update = CaseUpdate::new().field("name", CANARY);
    printed.debug(&update.attachment("canary.pdf", CANARY));

    let subject = Subject::name_parts(CANARY, CANARY).name_middle(CANARY);
    let subject = subject.birthdate(BIRTHDATE).country_code(CANARY);
    printed.debug(&subject);
    printed.debug(&NewReport::watchlist(subject).reference_id(CANARY));
    let query = json!({ "email-address": "canary@example.com" });
    printed.debug(&NewReport::of_kind("report/email-address").query(&query));
    printed.debug(&Dismissal::entity(CANARY, CANARY));

    let transaction = NewTransaction::of_type("txntp_1").reference_id(CANARY);
    printed.debug(&transaction.field("name", CANARY).tag(CANARY));
    let update = TransactionUpdate::new().status(CANARY).label(CANARY);
    printed.debug(
        &update
            .reference_id(CANARY)
            .tags([CANARY])
            .field("name", CANARY),
    );
    let label = TransactionLabel::new(CANARY).model_version(CANARY);
    printed.debug(&label);

    let key = NewApiKey::named(CANARY).note(CANARY).permissions([CANARY]);
    printed.debug(
        &key.ip_address_allowlist([CANARY])
            .attributes_blocklist([CANARY]),
    );
    let update = ApiKeyUpdate::new().name(CANARY).note(CANARY);
    printed.debug(&update.api_version(CANARY).inflection(CANARY));

    let webhook = NewWebhook::new(CANARY, "https://user:canary@example.com/canary");
    let webhook = webhook.event("inquiry.approved").description(CANARY);
    printed.debug(
        &webhook
            .authorization(CANARY)
            .block(CANARY)
            .api_version(CANARY),
    );
    let update = WebhookUpdate::new().name(CANARY).description(CANARY);
    printed.debug(&update.url("https://user:canary@example.com/canary"));

    let query = Query::all([
        Query::equals("fields.email", CANARY),
        Query::not(Query::at_least("created_at", BIRTHDATE)),
    ]);
    printed.debug(&query);
    printed.debug(&SearchValue::from(CANARY));
    printed.debug(&AfterExpiry::Instead("inq_123".to_owned()));
    printed.debug(&Condition::<Inquiry>::status("approved").or(Condition::decided()));

    let rows = Csv::rows([json!({ "name_first": CANARY })]);
    printed.debug(&rows);
    printed.debug(&client().importers().accounts(rows));
    printed.debug(
        &client()
            .importers()
            .names("lst_1", Csv::file("/canary.csv")),
    );
}

fn filters(printed: &mut Printed) {
    fn read<T: serde::de::DeserializeOwned>(json: serde_json::Value) -> T {
        serde_json::from_value(json).expect("a filter")
    }
    let person = json!({ "reference_id": CANARY, "after": CANARY });
    printed.debug(&read::<AccountFilter>(person.clone()));
    printed.debug(&read::<InquiryFilter>(person.clone()));
    printed.debug(&read::<InquiryFilter>(json!({ "note": CANARY })));
    printed.debug(&read::<CaseFilter>(person.clone()));
    printed.debug(&read::<ReportFilter>(person.clone()));
    printed.debug(&read::<TransactionFilter>(person));
    let identifier = json!({ "identifier": { "key": CANARY, "value": CANARY } });
    printed.debug(&read::<TransactionFilter>(identifier));
    printed.debug(&read::<ApiKeyFilter>(
        json!({ "name": CANARY, "after": CANARY }),
    ));
    printed.debug(&read::<EventFilter>(
        json!({ "object_ids": ["inq_1"], "after": CANARY }),
    ));
    printed.debug(&read::<WorkflowRunFilter>(
        json!({ "status": CANARY, "after": CANARY }),
    ));
    printed.debug(&read::<PageRequest>(json!({ "after": CANARY })));
    printed.debug(&Cursor::new(CANARY));
}

fn handles(printed: &mut Printed, persona: &Persona) {
    printed.debug(&persona.account_types());
    printed.debug(&persona.accounts());
    printed.debug(&persona.api_keys());
    printed.debug(&persona.api_logs());
    printed.debug(&persona.cases());
    printed.debug(&persona.devices());
    printed.debug(&persona.documents());
    printed.debug(&persona.events());
    printed.debug(&persona.files());
    printed.debug(&persona.importers());
    printed.debug(&persona.inquiries());
    printed.debug(&persona.links());
    printed.debug(&persona.list_items());
    printed.debug(&persona.lists());
    printed.debug(&persona.rate_limits());
    printed.debug(&persona.reports());
    printed.debug(&persona.sessions());
    printed.debug(&persona.templates());
    printed.debug(&persona.transaction_types());
    printed.debug(&persona.transactions());
    printed.debug(&persona.verifications());
    printed.debug(&persona.webhooks());
    printed.debug(&persona.workflows());

    let file = StoredFile::at("https://canary.example/canary");
    printed.debug(&persona.files().download(&file));
    let inquiries = persona.inquiries();
    printed.debug(&inquiries.approve("inq_1").comment(CANARY));
    printed.debug(&inquiries.approve("canary/x").comment(CANARY));
    printed.debug(
        &inquiries
            .one_time_link("inq_1")
            .expires_in(Duration::from_secs(9)),
    );
    printed.debug(&inquiries.watcher());
    printed.debug(&inquiries.watcher().snapshot());
    printed.debug(&inquiries.wait_many(["inq_1"]));
    printed.debug(&inquiries.wait_many(["inq_1"]).deadline(Duration::ZERO));
    let setup = inquiries.wait_for_reference(CANARY);
    printed.debug(&setup);
    let wait = setup.deadline(Duration::ZERO);
    printed.debug(&wait);
    printed.debug(&wait.changes());
    printed.debug(&persona.links().one_time("inq_1"));
    let key = CANARY;
    let relations = persona.accounts().relations("act_1", key);
    printed.debug(&relations.created_from(Utc::now()));
    let new = NewInquiry::from_template("itmpl_1").field("name", CANARY);
    printed.debug(&persona.sessions().get_or_create(CANARY, new));
    let open = persona.sessions().open("inq_1");
    printed.debug(&open);
    printed.debug(&std::future::IntoFuture::into_future(open));
}

fn lists(printed: &mut Printed, persona: &Persona) {
    let after = || Cursor::new(CANARY);
    let query = || Query::equals("reference_id", CANARY);
    printed.debug(
        &persona
            .accounts()
            .list()
            .reference_id(CANARY)
            .after(after()),
    );
    printed.debug(&persona.accounts().search(query()).ascending(CANARY));
    printed.debug(&persona.api_keys().list().name(CANARY).after(after()));
    printed.debug(&persona.api_logs().list().after(after()));
    let cases = persona.cases().list().reference_id(CANARY);
    printed.debug(&cases.status(CANARY).after(after()));
    let events = persona.events().list().object_id("inq_1");
    printed.debug(&events.name("inquiry.approved").after(after()));
    printed.debug(&persona.importers().list().after(after()));
    let inquiries = || persona.inquiries().list().reference_id(CANARY);
    printed.debug(&inquiries().note(CANARY).after(after()));
    printed.debug(&inquiries().after(after()).pages());
    printed.debug(&inquiries().after(after()).items());
    printed.debug(&persona.lists().list().active().after(after()));
    printed.debug(&persona.reports().list().reference_id(CANARY).after(after()));
    printed.debug(&persona.reports().history("rep_1").after(after()));
    printed.debug(&persona.templates().list().after(after()));
    printed.debug(&persona.templates().versions("itmpl_1").after(after()));
    let transactions = persona.transactions().list().reference_id(CANARY);
    printed.debug(&transactions.identifier(CANARY, CANARY).after(after()));
    printed.debug(&persona.webhooks().list().after(after()));
    printed.debug(&persona.workflows().runs().status(CANARY).after(after()));
    printed.debug(&persona.workflows().versions("wfl_1").after(after()));
}

fn links(printed: &mut Printed) {
    let hosted = HostedFlow::from_template("itmpl_1")
        .reference_id(CANARY)
        .field("name", CANARY)
        .redirect_uri("https://canary.example")
        .subdomain(CANARY)
        .parameter("further", CANARY);
    printed.debug(&hosted);
    let link = hosted.link().expect("a link");
    assert!(link.reveal().contains(CANARY));
    printed.debug(&link);
    printed.debug(&QrCode::of(&link).expect("short enough"));
    let embedded = EmbeddedFlow::from_template("itmpl_1").reference_id(CANARY);
    let embedded = embedded.field("name", CANARY);
    printed.debug(&embedded);
    let parameters = embedded.parameters().expect("parameters");
    assert!(parameters.reveal().contains(CANARY));
    printed.debug(&parameters);
    let session = EmbeddedFlow::for_inquiry("inq_1").session_token(&SessionToken::new(CANARY));
    printed.debug(&session);
    printed.debug(&session.parameters().expect("parameters"));
    let visit = "https://example.com/?inquiry-id=inq_1&status=completed&reference-id=canary";
    printed.debug(&Redirect::parse(visit).expect("a visit"));
}
