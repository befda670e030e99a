//! Accounts that are made, and those that turn out to be there.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;
use withpersona::{AccountUpdate, Address, LookUp, NewAccount};

use super::{jane, text};
use crate::on_emulator::{not_sent, start};

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
