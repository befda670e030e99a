//! Accounts by id, by reference id and by a search; inquiries are searched the same way.

use std::collections::BTreeMap;
use std::time::Duration;

use withpersona::{NewAccount, NewInquiry, Query};

use super::jane;
use crate::on_emulator::start;

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
