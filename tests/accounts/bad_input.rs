//! What is not sent, and what does not print.

use withpersona::{AccountUpdate, LookUp, NewAccount, Query, Tag};

use super::jane;
use crate::on_emulator::{not_sent, start};

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
            not_sent(
                accounts
                    .create(jane().field("address-country-code", "USA"))
                    .await,
            ),
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
