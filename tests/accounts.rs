//! Every call on accounts against the emulator, by the effect that it has.

mod canary;
mod http;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use serde_json::json;
use withpersona::emulator::{ACCOUNT_ACTION_ID, Emulator};
use withpersona::{
    Account, AccountUpdate, Address, CallOptions, Error, ErrorKind, LookUp, NewAccount, NewInquiry,
    Persona, Query, Tag,
};

async fn start() -> (Emulator, Persona) {
    let emulator = Emulator::builder().seed(1).start().await.expect("starts");
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()
        .expect("builds");
    (emulator, persona)
}

fn jane() -> NewAccount {
    NewAccount::new()
        .reference_id("user-1")
        .name_first("Jane")
        .name_last("Doe")
}

fn text(account: &Account, name: &str) -> Option<String> {
    account.fields().get(name).expect("a text")
}

/// The message of a call that was not sent.
fn not_sent<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.expect_err("it cannot be sent");
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    error.to_string()
}

#[tokio::test]
async fn create_an_account_with_every_parameter() {
    let (_emulator, persona) = start().await;
    let plain = persona
        .accounts()
        .create(NewAccount::new())
        .await
        .expect("created");
    let account_type = plain.account_type_id().expect("it has one");
    let new = jane()
        .account_type(account_type)
        .status("Blocked")
        .name_middle("M")
        .birthdate(NaiveDate::from_ymd_opt(1980, 2, 29).expect("a date"))
        .email_address("jane@example.com")
        .phone_number("+15555550100")
        .social_security_number("123-45-6789")
        .country_code("us")
        .address(Address {
            street_1: Some("1 Main St".to_owned()),
            city: Some("Springfield".to_owned()),
            postal_code: Some("12345".to_owned()),
            ..Address::default()
        })
        .field("employer.name", "Acme")
        .field("tier", "gold")
        .tag("vip")
        .tag("new");
    let account = persona.accounts().create(new).await.expect("created");
    assert_eq!(account.reference_id(), Some("user-1"));
    assert_eq!(account.status(), Some("Blocked"));
    assert_eq!(account.account_type_name(), Some("User"));
    assert_eq!(account.tags(), ["vip", "new"]);
    assert!(account.created_at().is_some() && !account.is_redacted());
    for (name, value) in [
        ("name-first", "Jane"),
        ("name_middle", "M"),
        ("name.last", "Doe"),
        ("emailAddress", "jane@example.com"),
        ("phone_number", "+15555550100"),
        ("address-street-1", "1 Main St"),
        ("address-country-code", "US"),
        ("tier", "gold"),
    ] {
        assert_eq!(text(&account, name).as_deref(), Some(value), "{name}");
    }
    let birthdate: Option<NaiveDate> = account.fields().get("birthdate").expect("a date");
    assert_eq!(birthdate, NaiveDate::from_ymd_opt(1980, 2, 29));
    let employer = account.fields().get::<BTreeMap<String, String>>("employer");
    assert_eq!(employer.expect("a map").expect("set")["name"], "Acme");

    let error = persona
        .accounts()
        .create(jane())
        .await
        .expect_err("it is taken");
    assert!(error.is_conflict(), "{error}");
}

#[tokio::test]
async fn names_with_an_attribute_of_their_own_are_taken_as_fields() {
    let (_emulator, persona) = start().await;
    let new = NewAccount::new()
        .field("name-first", "Jane")
        .field("address_city", "Springfield");
    let account = persona.accounts().create(new).await.expect("created");
    assert_eq!(text(&account, "name-first").as_deref(), Some("Jane"));
    assert_eq!(
        text(&account, "address-city").as_deref(),
        Some("Springfield")
    );
    let again = AccountUpdate::new().fields(&json!({ "nameLast": "Doe" }));
    let account = persona
        .accounts()
        .update(account.id(), again)
        .await
        .expect("updated");
    assert_eq!(
        text(&account, "name-first").as_deref(),
        Some("Jane"),
        "it stays"
    );
    assert_eq!(text(&account, "name-last").as_deref(), Some("Doe"));
    let accounts = persona.accounts();
    let twice = accounts.create(jane().field("name-first", "Joan")).await;
    assert!(not_sent(twice).contains("name-first is given twice"));
    let number = accounts
        .create(NewAccount::new().field("name-first", 1))
        .await;
    assert!(not_sent(number).contains("name-first is given, and is no text"));
}

#[tokio::test]
async fn upsert_an_account() {
    let (_emulator, persona) = start().await;
    let first = persona
        .accounts()
        .upsert(jane(), "reference_id")
        .await
        .expect("created");
    assert!(first.is_new);
    let again = jane().name_first("Janet").email_address("jane@example.com");
    let second = persona
        .accounts()
        .upsert(again, "reference-id")
        .await
        .expect("updated");
    assert!(!second.is_new);
    assert_eq!(second.account.id(), first.account.id());
    assert_eq!(
        text(&second.account, "name-first").as_deref(),
        Some("Janet")
    );
    let by_field = NewAccount::new()
        .email_address("jane@example.com")
        .tag("seen");
    let third = persona
        .accounts()
        .upsert(by_field, "email_address")
        .await
        .expect("updated");
    assert!(!third.is_new);
    assert_eq!(third.account.tags(), ["seen"]);
    assert_eq!(third.account.reference_id(), Some("user-1"), "it stays");
}

#[tokio::test]
async fn retrieve_an_account() {
    let (_emulator, persona) = start().await;
    let created = persona.accounts().create(jane()).await.expect("created");
    let read = persona
        .accounts()
        .retrieve(created.id())
        .await
        .expect("read");
    assert_eq!(read.reference_id(), Some("user-1"));
    let error = persona
        .accounts()
        .retrieve("act_none")
        .await
        .expect_err("none");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn list_accounts_by_reference_id_and_in_pages() {
    let (_emulator, persona) = start().await;
    for at in 0..5 {
        let new = NewAccount::new().reference_id(format!("user-{at}"));
        persona.accounts().create(new).await.expect("created");
    }
    let mut one = persona.accounts().list().reference_id("user-3").items();
    let found = one.next().await.expect("one").expect("read");
    assert_eq!(found.reference_id(), Some("user-3"));
    assert!(one.next().await.is_none());

    let mut pages = persona.accounts().list().page_size(2).pages();
    let first = pages.next().await.expect("a page").expect("read");
    assert_eq!(first.items.len(), 2);
    let saved = pages.cursor().expect("there is more").clone();
    let mut rest = persona.accounts().list().page_size(2).after(saved).items();
    let mut left = Vec::new();
    while let Some(account) = rest.next().await {
        left.push(
            account
                .expect("read")
                .reference_id()
                .expect("set")
                .to_owned(),
        );
    }
    assert_eq!(left, ["user-2", "user-1", "user-0"]);
}

#[tokio::test]
async fn update_an_account_and_nothing_else() {
    let (_emulator, persona) = start().await;
    let id = persona
        .accounts()
        .create(jane().tag("vip"))
        .await
        .expect("created")
        .id();
    let update = AccountUpdate::new()
        .name_first("Janet")
        .status("Blocked")
        .birthdate("1980-02-29");
    let account = persona
        .accounts()
        .update(&id, update)
        .await
        .expect("updated");
    assert_eq!(text(&account, "name-first").as_deref(), Some("Janet"));
    assert_eq!(text(&account, "name-last").as_deref(), Some("Doe"));
    assert_eq!(account.status(), Some("Blocked"));
    assert_eq!(account.tags(), ["vip"]);
    let update = AccountUpdate::new().reference_id("user-2").tags(["a", "b"]);
    let account = persona
        .accounts()
        .update(&id, update)
        .await
        .expect("updated");
    assert_eq!(account.reference_id(), Some("user-2"));
    assert_eq!(account.tags(), ["a", "b"]);
    persona
        .accounts()
        .create(jane())
        .await
        .expect("the old reference id is free again");
    let taken = AccountUpdate::new().reference_id("user-1");
    let error = persona
        .accounts()
        .update(&id, taken)
        .await
        .expect_err("it is taken");
    assert!(error.is_conflict());
}

#[tokio::test]
async fn redact_an_account_with_all_that_belongs_to_it() {
    let (emulator, persona) = start().await;
    let account = persona.accounts().create(jane()).await.expect("created");
    let new = NewInquiry::from_template(emulator.default_template_id())
        .account(account.id())
        .field("name-first", "Jane");
    let inquiry = persona
        .inquiries()
        .create(new)
        .await
        .expect("created")
        .inquiry;
    let redacted = persona
        .accounts()
        .redact(account.id())
        .await
        .expect("redacted");
    assert!(redacted.is_redacted() && redacted.redacted_at().is_some());
    assert_eq!(text(&redacted, "name-first"), None);
    let inquiry = persona
        .inquiries()
        .retrieve(inquiry.id())
        .await
        .expect("read");
    assert!(inquiry.is_redacted());
    assert_eq!(
        inquiry
            .fields()
            .get::<String>("name-first")
            .expect("a text"),
        None
    );
    let error = persona
        .accounts()
        .redact(account.id())
        .await
        .expect_err("it was before");
    assert!(error.is_conflict(), "{error}");
    assert_eq!(error.status(), Some(409));

    // What is written after that can be taken away again.
    let update = AccountUpdate::new().name_first("Jane");
    persona
        .accounts()
        .update(account.id(), update)
        .await
        .expect("updated");
    let redacted = persona
        .accounts()
        .redact(account.id())
        .await
        .expect("redacted");
    assert_eq!(text(&redacted, "name-first"), None);
}

#[tokio::test]
async fn consolidate_accounts() {
    let (emulator, persona) = start().await;
    let target = persona
        .accounts()
        .create(jane())
        .await
        .expect("created")
        .id();
    let source = NewAccount::new().reference_id("user-2").name_first("Joan");
    let source = persona
        .accounts()
        .create(source)
        .await
        .expect("created")
        .id();
    let new = NewInquiry::from_template(emulator.default_template_id()).account(&source);
    let inquiry = persona
        .inquiries()
        .create(new)
        .await
        .expect("created")
        .inquiry
        .id();
    let account = persona
        .accounts()
        .consolidate(&target, [&source])
        .await
        .expect("accepted");
    assert_eq!(
        text(&account, "name-first").as_deref(),
        Some("Jane"),
        "fields are not taken over"
    );
    let inquiry = persona.inquiries().retrieve(inquiry).await.expect("read");
    assert_eq!(inquiry.account_id(), Some(target.clone()));
    let error = persona
        .accounts()
        .consolidate(&target, [&source])
        .await
        .expect_err("once only");
    assert!(error.is_conflict());
    let new = NewInquiry::from_template(emulator.default_template_id()).account(&source);
    let error = persona
        .inquiries()
        .create(new)
        .await
        .expect_err("it is archived");
    assert!(error.is_conflict());
}

#[tokio::test]
async fn add_list_and_remove_relations() {
    let (emulator, persona) = start().await;
    let id = persona
        .accounts()
        .create(jane())
        .await
        .expect("created")
        .id();
    let other = persona
        .accounts()
        .create(NewAccount::new())
        .await
        .expect("created")
        .id();
    let accounts = persona.accounts();
    accounts
        .add_relation(&id, "family", &other)
        .await
        .expect("added");
    accounts
        .add_relation(&id, "family", &other)
        .await
        .expect("it is there already");
    let related = accounts.relations(&id, "family").await.expect("read");
    assert_eq!(related.items.len(), 1);
    assert_eq!(related.items[0].kind, "account");
    assert_eq!(other, related.items[0].id.as_str());
    assert!(related.next.is_none());
    let tomorrow = emulator.clock().now() + Duration::from_secs(86_400);
    let later = accounts
        .relations(&id, "family")
        .created_from(tomorrow)
        .await
        .expect("read");
    assert!(later.items.is_empty());
    let until = accounts
        .relations(&id, "family")
        .created_until(tomorrow)
        .await
        .expect("read");
    assert_eq!(until.items.len(), 1);
    accounts
        .remove_relation(&id, "family", &other)
        .await
        .expect("removed");
    let related = accounts.relations(&id, "family").await.expect("read");
    assert!(related.items.is_empty());
    let error = accounts
        .add_relation(&id, "family", "act_none")
        .await
        .expect_err("no such account");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn add_remove_and_set_tags() {
    let (_emulator, persona) = start().await;
    let id = persona
        .accounts()
        .create(jane())
        .await
        .expect("created")
        .id();
    let account = persona.accounts().add_tag(&id, "vip").await.expect("added");
    assert_eq!(account.tags(), ["vip"]);
    let account = persona
        .accounts()
        .set_tags(&id, ["a", "b"])
        .await
        .expect("set");
    assert_eq!(account.tags(), ["a", "b"]);
    let account = persona
        .accounts()
        .remove_tag(&id, "a")
        .await
        .expect("removed");
    assert_eq!(account.tags(), ["b"]);
    let none: [&str; 0] = [];
    let account = persona.accounts().set_tags(&id, none).await.expect("set");
    assert!(account.tags().is_empty());
}

#[tokio::test]
async fn run_an_action() {
    let (_emulator, persona) = start().await;
    let id = persona
        .accounts()
        .create(jane())
        .await
        .expect("created")
        .id();
    let parameters = BTreeMap::from([("reason", "chargeback")]);
    let run = persona
        .accounts()
        .run_action(&id, ACCOUNT_ACTION_ID, parameters)
        .await
        .expect("run");
    assert!(run.workflow_run_id.has_usual_prefix());
    assert_eq!(run.account.id(), id);
    let again = persona
        .accounts()
        .run_action(&id, ACCOUNT_ACTION_ID, ())
        .await
        .expect("run");
    assert_ne!(again.workflow_run_id, run.workflow_run_id);
    let error = persona
        .accounts()
        .run_action(&id, "accac_none", ())
        .await
        .expect_err("none");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn retrieve_an_account_type() {
    let (_emulator, persona) = start().await;
    let account = persona.accounts().create(jane()).await.expect("created");
    let id = account.account_type_id().expect("it has one");
    let account_type = persona.account_types().retrieve(&id).await.expect("read");
    assert_eq!(account_type.name(), Some("User"));
    let fields: BTreeMap<&str, &str> = account_type.field_types().collect();
    assert_eq!(fields["birthdate"], "date");
    assert_eq!(fields["name"], "hash");
}

#[tokio::test]
async fn search_accounts_by_fields_status_and_time() {
    let (emulator, persona) = start().await;
    for at in 0..7_i64 {
        let new = NewAccount::new()
            .reference_id(format!("user-{at}"))
            .field("age", 15 + at)
            .status(if at % 2 == 0 { "Default" } else { "Blocked" });
        persona.accounts().create(new).await.expect("created");
        emulator.clock().advance(Duration::from_secs(60));
    }
    let found = |query: Query| {
        let mut items = persona.accounts().search(query).page_size(2).items();
        async move {
            let mut found = Vec::new();
            while let Some(account) = items.next().await {
                found.push(
                    account
                        .expect("read")
                        .reference_id()
                        .expect("set")
                        .to_owned(),
                );
            }
            found
        }
    };
    assert_eq!(found(Query::everything()).await.len(), 7);
    assert_eq!(
        found(Query::greater("fields.age", 19)).await,
        ["user-6", "user-5"]
    );
    assert_eq!(found(Query::equals("fields.age", 15)).await, ["user-0"]);
    let both = Query::all([
        Query::at_least("fields.age", 16),
        Query::less("fields.age", 18),
    ]);
    assert_eq!(found(both).await, ["user-2", "user-1"]);
    let either = Query::any([
        Query::equals("fields.age", 15),
        Query::not(Query::at_most("fields.age", 20)),
    ]);
    assert_eq!(found(either).await, ["user-6", "user-0"]);
    let later = emulator.clock().now() - Duration::from_secs(150);
    assert_eq!(
        found(Query::at_least("created_at", later)).await,
        ["user-6", "user-5"]
    );
    assert!(
        found(Query::at_least("created_at", "2100-01-01"))
            .await
            .is_empty()
    );

    let mut sorted = persona
        .accounts()
        .search(Query::everything())
        .ascending("fields.age")
        .items();
    let first = sorted.next().await.expect("one").expect("read");
    assert_eq!(first.reference_id(), Some("user-0"));
    let mut pages = persona
        .accounts()
        .search(Query::everything())
        .page_size(5)
        .pages();
    pages.next().await.expect("a page").expect("read");
    let cursor = pages.cursor().expect("there is more").clone();
    assert!(!cursor.as_str().starts_with("act_"), "it is opaque");
    let mut rest = persona
        .accounts()
        .search(Query::everything())
        .after(cursor)
        .items();
    assert_eq!(
        rest.next()
            .await
            .expect("one")
            .expect("read")
            .reference_id(),
        Some("user-1")
    );

    let mut unknown = persona
        .accounts()
        .search(Query::equals("nickname", "x"))
        .items();
    let error = unknown
        .next()
        .await
        .expect("an error")
        .expect_err("no such attribute");
    assert_eq!(error.status(), Some(400));
}

#[tokio::test]
async fn search_inquiries_by_status_and_template() {
    let (emulator, persona) = start().await;
    let mut ids = Vec::new();
    for at in 0..3 {
        let new = NewInquiry::from_template(emulator.default_template_id())
            .reference_id(format!("user-{at}"));
        ids.push(
            persona
                .inquiries()
                .create(new)
                .await
                .expect("created")
                .inquiry
                .id(),
        );
    }
    persona
        .inquiries()
        .approve(&ids[1])
        .await
        .expect("approved");
    let query = Query::all([
        Query::equals("inquiry_template_id", emulator.default_template_id()),
        Query::any([
            Query::equals("status", "approved"),
            Query::equals("reference_id", "user-0"),
        ]),
    ]);
    let mut items = persona
        .inquiries()
        .search(query)
        .ascending("created_at")
        .items();
    let mut found = Vec::new();
    while let Some(inquiry) = items.next().await {
        found.push(inquiry.expect("read").id());
    }
    assert_eq!(found, [ids[0].clone(), ids[1].clone()]);
}

#[tokio::test]
async fn an_account_that_is_there_is_the_answer_of_a_look() {
    let (emulator, persona) = start().await;
    let looked_up = || jane().on_unknown(LookUp);
    // It was created, and the answer is a 500 that is stored under the key.
    emulator.faults().fail_next_after_work("create-an-account");
    let account = persona.accounts().create(looked_up()).await.expect("found");
    assert_eq!(text(&account, "name-first").as_deref(), Some("Jane"));
    // It was there before.
    let again = persona.accounts().create(looked_up()).await.expect("found");
    assert_eq!(again.id(), account.id());
    // It was not created.
    emulator.faults().fail_next("create-an-account");
    let other = looked_up().reference_id("user-2");
    let other = persona
        .accounts()
        .create(other)
        .await
        .expect("created in the end");
    assert_eq!(other.reference_id(), Some("user-2"));
    let mut all = persona.accounts().list().items();
    let mut count = 0;
    while let Some(account) = all.next().await {
        account.expect("read");
        count += 1;
    }
    assert_eq!(count, 2, "none is lost, and none is double");
    // Without it, the caller is told.
    emulator.faults().fail_next_after_work("create-an-account");
    let plain = jane().reference_id("user-3");
    let error = persona
        .accounts()
        .create(plain)
        .await
        .expect_err("nobody knows");
    assert_eq!(error.status(), Some(500));
}

#[tokio::test]
async fn what_cannot_be_sent_is_told() {
    let (emulator, persona) = start().await;
    let accounts = persona.accounts();
    let page = |size: u32| {
        let mut items = accounts.list().page_size(size).items();
        async move { items.next().await.expect("an error") }
    };
    let search = |size: u32| {
        let mut items = accounts.search(Query::everything()).page_size(size).items();
        async move { items.next().await.expect("an error") }
    };
    let deep = Query::all([Query::any([Query::not(Query::equals("type", "x"))])]);
    let none: [&str; 0] = [];
    let rows = [
        (
            not_sent(accounts.create(jane().country_code("USA")).await),
            "the country code is not two letters",
        ),
        (
            not_sent(accounts.create(jane().country_code("")).await),
            "the country code is not two letters",
        ),
        (
            not_sent(accounts.create(jane().birthdate("1980-02-30")).await),
            "the birthdate is no date",
        ),
        (
            not_sent(accounts.create(jane().birthdate("29.02.1980")).await),
            "the birthdate is no date",
        ),
        (
            not_sent(accounts.create(jane().reference_id("")).await),
            "the reference id is empty",
        ),
        (
            not_sent(accounts.create(jane().email_address("")).await),
            "the e-mail address is empty",
        ),
        (
            not_sent(accounts.create(jane().tag("")).await),
            "a tag is empty",
        ),
        (
            not_sent(accounts.create(jane().account_type("acttp 1")).await),
            "the account type id contains whitespace",
        ),
        (
            not_sent(accounts.create(jane().field("", 1)).await),
            "a field has an empty name",
        ),
        (
            not_sent(accounts.create(jane().field("a..b", 1)).await),
            "a field has an empty name",
        ),
        (
            not_sent(accounts.create(NewAccount::new().on_unknown(LookUp)).await),
            "on_unknown needs a reference id",
        ),
        (
            not_sent(accounts.upsert(jane(), "").await),
            "the field to upsert by is empty",
        ),
        (
            not_sent(
                accounts
                    .upsert(jane().on_unknown(LookUp), "reference_id")
                    .await,
            ),
            "an upsert is not looked up",
        ),
        (
            not_sent(accounts.update("act_1", AccountUpdate::new()).await),
            "the update names nothing to change",
        ),
        (
            not_sent(accounts.update("", AccountUpdate::new().status("a")).await),
            "the account id is empty",
        ),
        (
            not_sent(accounts.retrieve("act/1").await),
            "the account id contains a slash",
        ),
        (
            not_sent(accounts.redact("..").await),
            "the account id is a dot segment",
        ),
        (
            not_sent(accounts.add_tag("act_1", " ").await),
            "the tag is empty",
        ),
        (
            not_sent(accounts.remove_tag("act_1", Tag::Id(String::new())).await),
            "the tag is empty",
        ),
        (
            not_sent(accounts.set_tags("act_1", [""]).await),
            "the tag is empty",
        ),
        (
            not_sent(accounts.consolidate("act_1", none).await),
            "no account is given to consolidate",
        ),
        (
            not_sent(accounts.consolidate("act_1", ["act_1"]).await),
            "cannot be consolidated into itself",
        ),
        (
            not_sent(accounts.add_relation("act_1", "", "act_2").await),
            "the key of the relation is empty",
        ),
        (
            not_sent(accounts.remove_relation("act_1", "family", "").await),
            "to relate to is empty",
        ),
        (
            not_sent(accounts.relations("act_1", "").await),
            "the key of the relation is empty",
        ),
        (
            not_sent(accounts.run_action("act_1", "", ()).await),
            "the account action id is empty",
        ),
        (
            not_sent(accounts.run_action("act_1", "accac_1", 7).await),
            "neither a map nor a struct",
        ),
        (not_sent(page(0).await), "the page size is 0"),
        (not_sent(page(101).await), "the page size is 101"),
        (not_sent(search(0).await), "the page size is 0"),
        (
            not_sent(
                accounts
                    .search(deep)
                    .items()
                    .next()
                    .await
                    .expect("an error"),
            ),
            "nested more than 2 deep",
        ),
        (
            not_sent(
                accounts
                    .search(Query::everything())
                    .descending("")
                    .items()
                    .next()
                    .await
                    .expect("an error"),
            ),
            "sorted by no attribute",
        ),
        (
            not_sent(
                accounts
                    .list()
                    .reference_id("")
                    .items()
                    .next()
                    .await
                    .expect("an error"),
            ),
            "the reference id is empty",
        ),
        (
            not_sent(persona.account_types().retrieve("").await),
            "the account type id is empty",
        ),
    ];
    for (message, expected) in rows {
        assert!(
            message.contains(expected),
            "{message} does not say: {expected}"
        );
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

#[tokio::test]
async fn nothing_of_the_person_prints() {
    let (_emulator, persona) = start().await;
    let new = NewAccount::new()
        .reference_id("canary-1")
        .name_first("canary")
        .field("tier", "canary")
        .tag("canary");
    let update = AccountUpdate::new()
        .name_first("canary")
        .field("tier", "canary");
    let printed = [
        format!("{new:?} {update:?}"),
        format!("{:?}", persona.accounts().list().reference_id("canary-1")),
        format!(
            "{:?}",
            persona
                .accounts()
                .search(Query::equals("fields.tier", "canary"))
        ),
        format!("{:?}", persona.accounts().relations("act_1", "canary")),
        format!(
            "{:?}",
            persona.accounts().create(new).await.expect("created")
        ),
    ];
    for printed in printed {
        assert!(!printed.contains("canary"), "{printed}");
    }
}

#[tokio::test]
async fn nothing_of_a_redacted_person_is_left_in_the_emulator() {
    const CANARY: &str = "canary4711";
    let (emulator, persona) = start().await;
    let account = NewAccount::new()
        .reference_id("user-1")
        .name_first(CANARY)
        .email_address(format!("{CANARY}@example.com"))
        .field("nickname", CANARY);
    let keyed = persona.with(CallOptions::new().idempotency_key("create-1"));
    let account = keyed
        .accounts()
        .create(account)
        .await
        .expect("created")
        .id();
    let new = NewInquiry::from_template(emulator.default_template_id())
        .account(&account)
        .field("name-first", CANARY)
        .note(CANARY)
        .with_one_time_link();
    let created = persona.inquiries().create(new).await.expect("created");
    let mut person = emulator.person();
    person
        .follow_link(created.link.expect("asked for").reveal())
        .expect("the link works");
    person.start().expect("starts");
    person.submit("government-id").expect("hands in");
    person.submit("selfie").expect("hands in");
    person.pass().expect("passes");
    let update = AccountUpdate::new().name_last(CANARY);
    persona
        .accounts()
        .update(&account, update)
        .await
        .expect("updated");
    let comment = persona
        .inquiries()
        .decline(created.inquiry.id())
        .comment(CANARY);
    comment.await.expect("declined");
    let inquiry = persona
        .inquiries()
        .retrieve(created.inquiry.id())
        .await
        .expect("read");
    // The selfie holds no text that was read from it.
    let ids = inquiry.verification_ids();
    let verifications: Vec<String> = ids
        .iter()
        .take(1)
        .map(|it| format!("/verifications/{it}"))
        .collect();

    let paths = |more: &[String]| {
        let mut paths = vec![
            format!("/accounts/{account}"),
            "/accounts?page[size]=100".to_owned(),
            format!("/inquiries/{}", inquiry.id()),
            "/inquiries?page[size]=100".to_owned(),
            "/events?page[size]=100".to_owned(),
        ];
        paths.extend_from_slice(more);
        paths
    };
    let api = http::client();
    let read = |path: String| {
        let request = api
            .get(format!("{}{path}", emulator.base_url()))
            .bearer_auth(emulator.api_key());
        async move { String::from_utf8(http::send(request).await.bytes).expect("text") }
    };
    for path in paths(&verifications) {
        assert!(
            read(path.clone()).await.contains(CANARY),
            "{path} shows it before"
        );
    }
    persona.accounts().redact(&account).await.expect("redacted");
    for path in paths(&verifications) {
        let answer = read(path.clone()).await;
        assert!(!answer.contains(CANARY), "{path}: {answer}");
    }
    // The first answer under the key told of the person: it is not given again.
    let keyed = persona.with(CallOptions::new().idempotency_key("create-1"));
    let again = keyed
        .accounts()
        .create(NewAccount::new())
        .await
        .expect("created");
    assert_ne!(again.id(), account);
}
