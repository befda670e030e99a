//! What is done to an account that is there.

use std::collections::BTreeMap;
use std::time::Duration;

use withpersona::emulator::ACCOUNT_ACTION_ID;
use withpersona::{AccountUpdate, NewAccount, NewInquiry};

use super::{jane, text};
use crate::on_emulator::start;

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
