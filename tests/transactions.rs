//! Every call on transactions against the emulator, by the effect that it has.

mod canary;
mod on_emulator;

use on_emulator::{not_sent, start};
use serde_json::json;
use withpersona::emulator::TRANSACTION_TYPE_ID;
use withpersona::{NewAccount, NewTransaction, TransactionLabel, TransactionUpdate};

fn payment() -> NewTransaction {
    NewTransaction::of_type(TRANSACTION_TYPE_ID)
        .reference_id("payment-1")
        .field("amount", 1250)
        .field("payer_name", "Jane")
}

#[tokio::test]
async fn create_and_retrieve_a_transaction() {
    let (_emulator, persona) = start().await;
    let new = payment().fields(&json!({ "currency": "EUR" })).tag("first");
    let created = persona.transactions().create(new).await.expect("created");
    let read = persona
        .transactions()
        .retrieve(created.id())
        .await
        .expect("read");
    assert_eq!(read.status(), Some("created"));
    assert_eq!(read.reference_id(), Some("payment-1"));
    assert_eq!(
        read.transaction_type_id().expect("it has one"),
        TRANSACTION_TYPE_ID
    );
    assert_eq!(
        read.fields().get::<i64>("amount").expect("a number"),
        Some(1250)
    );
    assert_eq!(
        read.fields()
            .get::<String>("payerName")
            .expect("a text")
            .as_deref(),
        Some("Jane")
    );
    assert_eq!(
        read.fields()
            .get::<String>("currency")
            .expect("a text")
            .as_deref(),
        Some("EUR")
    );
    assert_eq!(read.tags(), ["first"]);
    assert!(read.created_at().is_some() && read.updated_at().is_none());
    let other = NewTransaction::of_type("txntp_none");
    let error = persona
        .transactions()
        .create(other)
        .await
        .expect_err("no such type");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn list_transactions_by_reference_id_and_type() {
    let (_emulator, persona) = start().await;
    for at in 0..3 {
        let new = payment().reference_id(format!("payment-{at}"));
        persona.transactions().create(new).await.expect("created");
    }
    let mut one = persona
        .transactions()
        .list()
        .reference_id("payment-1")
        .items();
    let found = one.next().await.expect("one").expect("read");
    assert_eq!(found.reference_id(), Some("payment-1"));
    assert!(one.next().await.is_none());
    let of_type = persona
        .transactions()
        .list()
        .transaction_type(TRANSACTION_TYPE_ID);
    let mut pages = of_type.page_size(2).pages();
    assert_eq!(
        pages
            .next()
            .await
            .expect("a page")
            .expect("read")
            .items
            .len(),
        2
    );
    let after = pages.cursor().expect("there is more").clone();
    let mut rest = persona.transactions().list().after(after).items();
    assert_eq!(
        rest.next()
            .await
            .expect("one")
            .expect("read")
            .reference_id(),
        Some("payment-0")
    );
    assert!(rest.next().await.is_none());
    let mut none = persona
        .transactions()
        .list()
        .transaction_type("txntp_none")
        .items();
    assert!(none.next().await.is_none());
    let mut identified = persona
        .transactions()
        .list()
        .identifier("iban", "DE1")
        .items();
    let error = identified
        .next()
        .await
        .expect("an answer")
        .expect_err("not emulated");
    assert_eq!(error.status(), Some(501));
}

#[tokio::test]
async fn update_a_transaction_and_nothing_else() {
    let (_emulator, persona) = start().await;
    let id = persona
        .transactions()
        .create(payment().tag("first"))
        .await
        .expect("created")
        .id();
    let update = TransactionUpdate::new()
        .status("approved")
        .field("amount", 1300);
    let changed = persona
        .transactions()
        .update(&id, update)
        .await
        .expect("updated");
    assert_eq!(changed.status(), Some("approved"));
    assert_eq!(
        changed.fields().get::<i64>("amount").expect("a number"),
        Some(1300)
    );
    assert_eq!(
        changed
            .fields()
            .get::<String>("payer_name")
            .expect("a text")
            .as_deref(),
        Some("Jane")
    );
    assert_eq!(changed.tags(), ["first"]);
    assert!(changed.updated_at().is_some());
    let update = TransactionUpdate::new()
        .reference_id("payment-2")
        .label("fraud")
        .tags(["a"]);
    let changed = persona
        .transactions()
        .update(&id, update)
        .await
        .expect("updated");
    assert_eq!(changed.reference_id(), Some("payment-2"));
    assert_eq!(changed.tags(), ["a"]);
    assert!(
        changed
            .raw()
            .relationships
            .one("transaction-label")
            .is_some()
    );
}

#[tokio::test]
async fn label_a_transaction() {
    let (_emulator, persona) = start().await;
    let id = persona
        .transactions()
        .create(payment())
        .await
        .expect("created")
        .id();
    let label = TransactionLabel::new("fraud")
        .score(0.93)
        .model_version("7");
    let labeled = persona
        .transactions()
        .label(&id, label)
        .await
        .expect("labeled");
    assert!(
        labeled
            .raw()
            .relationships
            .one("transaction-label")
            .is_some()
    );
    let raw = persona.raw();
    let document = raw
        .retrieve_a_transaction(id.as_str(), None, Some("transaction-label"))
        .await;
    let document = document.expect("read").into_inner();
    let included = document.included.expect("asked for");
    assert_eq!(
        included[0].attributes.get("model-label").expect("set"),
        "fraud"
    );
    assert_eq!(
        included[0].attributes.get("model-version").expect("set"),
        "7"
    );
    persona
        .transactions()
        .label(&id, "legitimate")
        .await
        .expect("a text will do");
}

#[tokio::test]
async fn add_and_remove_relations_of_a_transaction() {
    let (_emulator, persona) = start().await;
    let id = persona
        .transactions()
        .create(payment())
        .await
        .expect("created")
        .id();
    let account = persona
        .accounts()
        .create(NewAccount::new())
        .await
        .expect("created")
        .id();
    let related = persona
        .transactions()
        .add_relation(&id, "payer", &account)
        .await
        .expect("added");
    assert_eq!(related.related().len(), 1);
    assert_eq!(related.related()[0].kind, "account");
    // An account can be related to a transaction as well.
    persona
        .accounts()
        .add_relation(&account, "payments", &id)
        .await
        .expect("added");
    let page = persona
        .accounts()
        .relations(&account, "payments")
        .await
        .expect("read");
    assert_eq!(page.items[0].kind, "transaction");
    let left = persona
        .transactions()
        .remove_relation(&id, "payer", &account)
        .await
        .expect("removed");
    assert!(left.related().is_empty());
}

#[tokio::test]
async fn add_remove_and_set_tags_of_a_transaction() {
    let (_emulator, persona) = start().await;
    let id = persona
        .transactions()
        .create(payment())
        .await
        .expect("created")
        .id();
    let transactions = persona.transactions();
    assert_eq!(
        transactions.add_tag(&id, "a").await.expect("added").tags(),
        ["a"]
    );
    assert_eq!(
        transactions
            .set_tags(&id, ["b", "c"])
            .await
            .expect("set")
            .tags(),
        ["b", "c"]
    );
    assert_eq!(
        transactions
            .remove_tag(&id, "b")
            .await
            .expect("removed")
            .tags(),
        ["c"]
    );
}

#[tokio::test]
async fn redact_a_transaction_and_its_biometrics() {
    let (_emulator, persona) = start().await;
    let id = persona
        .transactions()
        .create(payment())
        .await
        .expect("created")
        .id();
    let kept = persona
        .transactions()
        .redact_biometrics(&id)
        .await
        .expect("redacted");
    assert_eq!(
        kept.fields().get::<i64>("amount").expect("a number"),
        Some(1250)
    );
    let redacted = persona.transactions().redact(&id).await.expect("redacted");
    assert_eq!(redacted.fields().names().count(), 0);
    let error = persona
        .transactions()
        .redact(&id)
        .await
        .expect_err("it was before");
    assert!(error.is_conflict());
}

#[tokio::test]
async fn retrieve_a_transaction_type() {
    let (_emulator, persona) = start().await;
    let found = persona
        .transaction_types()
        .retrieve(TRANSACTION_TYPE_ID)
        .await
        .expect("read");
    assert_eq!(found.name(), Some("Payment"));
    assert_eq!(found.field_types().count(), 0);
    let error = persona
        .transaction_types()
        .retrieve("txntp_none")
        .await
        .expect_err("none");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn what_cannot_be_sent_is_told() {
    let (emulator, persona) = start().await;
    let transactions = persona.transactions();
    let label = |score| TransactionLabel::new("fraud").score(score);
    let listed = |list: withpersona::TransactionList| {
        let mut items = list.items();
        async move { not_sent(items.next().await.expect("an error")) }
    };
    let rows = [
        (
            not_sent(transactions.create(NewTransaction::of_type("")).await),
            "the transaction type id is empty",
        ),
        (
            not_sent(transactions.create(payment().reference_id("")).await),
            "the reference id is empty",
        ),
        (
            not_sent(transactions.create(payment().tag("")).await),
            "a tag is empty",
        ),
        (
            not_sent(transactions.create(payment().field("", 1)).await),
            "a field has an empty name",
        ),
        (
            not_sent(transactions.update("txn_1", TransactionUpdate::new()).await),
            "names nothing to change",
        ),
        (
            not_sent(
                transactions
                    .update("txn_1", TransactionUpdate::new().status(""))
                    .await,
            ),
            "the status is empty",
        ),
        (
            not_sent(transactions.label("txn_1", "").await),
            "the label is empty",
        ),
        (
            not_sent(transactions.label("txn_1", label(f64::NAN)).await),
            "the score of the label is no number",
        ),
        (
            not_sent(transactions.retrieve("txn/1").await),
            "the transaction id contains a slash",
        ),
        (
            not_sent(transactions.add_tag("txn_1", "").await),
            "the tag is empty",
        ),
        (
            not_sent(transactions.add_relation("txn_1", "", "act_1").await),
            "the key of the relation is empty",
        ),
        (
            not_sent(persona.transaction_types().retrieve(" ").await),
            "the transaction type id contains whitespace",
        ),
        (
            listed(transactions.list().page_size(0)).await,
            "the page size is 0",
        ),
        (
            listed(transactions.list().transaction_type("")).await,
            "the transaction type id is empty",
        ),
        (
            listed(transactions.list().identifier("iban", "")).await,
            "of the identifier is empty",
        ),
        (
            listed(transactions.list().reference_id("")).await,
            "the reference id is empty",
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
