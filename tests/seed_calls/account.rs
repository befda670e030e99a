//! Six calls on accounts.

use std::time::Duration;

use serde::Serialize;
use withpersona::{Account, AccountUpdate, Address, Csv, ErrorKind, NewAccount, NewInquiry};

use super::{Stage, all, first_page, refused};

fn text(account: &Account, name: &str) -> Option<String> {
    account.fields().get(name).expect("a text")
}

#[tokio::test]
async fn create_an_account() {
    let stage = Stage::set().await;
    let accounts = stage.persona.accounts();
    let plain = accounts.create(NewAccount::new()).await.expect("created");
    assert_eq!(plain.reference_id(), None);
    let account_type = plain.account_type_id().expect("the default one");
    let new = NewAccount::new()
        .account_type(account_type.clone())
        .reference_id("user-1")
        .country_code("us")
        .name_first("Jane")
        .field("tier", "gold")
        .tag("vip")
        .tag("new");
    let id = accounts.create(new).await.expect("created").id();
    let read = accounts.retrieve(&id).await.expect("read");
    assert_eq!(read.account_type_id(), Some(account_type));
    assert_eq!(read.reference_id(), Some("user-1"));
    assert_eq!(text(&read, "address-country-code").as_deref(), Some("US"));
    assert_eq!(text(&read, "name-first").as_deref(), Some("Jane"));
    assert_eq!(text(&read, "tier").as_deref(), Some("gold"));
    assert_eq!(read.tags(), ["vip", "new"]);

    let other_type = NewAccount::new().account_type("acttp_none");
    let unknown = refused(accounts.create(other_type).await);
    assert!(
        matches!(
            unknown.kind(),
            ErrorKind::NotFound | ErrorKind::BadRequest | ErrorKind::Validation
        ),
        "the account type was looked at: {unknown}"
    );
}

#[tokio::test]
async fn get_an_account() {
    let stage = Stage::set().await;
    let accounts = stage.persona.accounts();
    let new = NewAccount::new().reference_id("user-1");
    let id = accounts.create(new).await.expect("created").id();
    let read = accounts.retrieve(&id).await.expect("read");
    assert_eq!(read.id(), id);
    assert_eq!(read.reference_id(), Some("user-1"));
    assert_eq!(read.created_at(), Some(stage.emulator.clock().now()));
    assert!(refused(accounts.retrieve("act_none").await).is_not_found());
}

#[tokio::test]
async fn list_accounts() {
    let stage = Stage::set().await;
    let accounts = stage.persona.accounts();
    let mut ids = Vec::new();
    for number in 0..5 {
        let new = NewAccount::new().reference_id(format!("user-{number}"));
        ids.insert(0, accounts.create(new).await.expect("created").id());
    }
    let list = || accounts.list();
    assert_eq!(all(list().items(), Account::id).await, ids, "newest first");
    let one = list().reference_id("user-3");
    assert_eq!(all(one.items(), Account::id).await, ids[1..2]);
    let none = list().reference_id("user-9");
    assert!(all(none.items(), Account::id).await.is_empty());

    let first = first_page(list().page_size(3).pages()).await;
    assert_eq!(first.items.len(), 3);
    let rest = list().page_size(3).after(first.next.expect("more"));
    assert_eq!(all(rest.items(), Account::id).await, ids[3..]);
}

#[tokio::test]
async fn update_an_account() {
    let stage = Stage::set().await;
    let accounts = stage.persona.accounts();
    let new = NewAccount::new()
        .reference_id("user-1")
        .name_first("Jane")
        .name_last("Doe")
        .tag("old");
    let id = accounts.create(new).await.expect("created").id();
    let update = AccountUpdate::new()
        .reference_id("user-2")
        .country_code("DE")
        .name_last("Roe")
        .address(Address {
            city: Some("Berlin".to_owned()),
            ..Address::default()
        })
        .field("tier", "gold")
        .tags(["new", "vip"]);
    accounts.update(&id, update).await.expect("updated");
    let read = accounts.retrieve(&id).await.expect("read");
    assert_eq!(read.reference_id(), Some("user-2"));
    assert_eq!(read.tags(), ["new", "vip"]);
    for (name, value) in [
        ("name-first", "Jane"), // it was not named
        ("name-last", "Roe"),
        ("address-city", "Berlin"),
        ("address-country-code", "DE"),
        ("tier", "gold"),
    ] {
        assert_eq!(text(&read, name).as_deref(), Some(value), "{name}");
    }
}

#[tokio::test]
async fn import_accounts_from_csv() {
    #[derive(Serialize)]
    struct Row {
        reference_id: String,
        name_first: &'static str,
        birthdate: &'static str,
    }
    let stage = Stage::set().await;
    let rows = (1..=3).map(|number| Row {
        reference_id: format!("user-{number}"),
        name_first: "Alex",
        birthdate: "1990-02-28",
    });
    let importers = stage.persona.importers();
    let import = importers.accounts(Csv::rows(rows)).await.expect("taken");
    stage.later();
    let deadline = Duration::from_secs(60);
    let done = importers.wait(import.id()).deadline(deadline).await;
    let done = done.expect("waited").met().expect("done");
    let counts = done.counts();
    assert_eq!((counts.new, counts.duplicate, counts.failed), (3, 0, 0));

    let accounts = stage.persona.accounts().list().reference_id("user-2");
    let found = all(accounts.items(), |account| {
        (text(account, "name-first"), text(account, "birthdate"))
    });
    let alex = (Some("Alex".to_owned()), Some("1990-02-28".to_owned()));
    assert_eq!(found.await, [alex]);
}

#[tokio::test]
async fn redact_an_account() {
    let stage = Stage::set().await;
    let accounts = stage.persona.accounts();
    let new = NewAccount::new().name_first("Canary");
    let id = accounts.create(new).await.expect("created").id();
    let inquiry: NewInquiry = stage.new_inquiry().account(&id);
    let inquiry = inquiry.field("name-first", "Canary");
    let inquiry = stage.created(inquiry).await.inquiry;

    assert!(accounts.redact(&id).await.expect("redacted").is_redacted());
    let account = accounts.retrieve(&id).await.expect("it is still there");
    assert!(account.is_redacted());
    let inquiry = stage.persona.inquiries().retrieve(&inquiry).await;
    let inquiry = inquiry.expect("it is still there");
    assert!(inquiry.is_redacted(), "what belongs to the account as well");
    let told = serde_json::to_string(&(account, inquiry)).expect("JSON");
    assert!(!told.contains("Canary"), "{told}");
}
