//! Cases that are opened, by which template, and until when.

use std::time::Duration;

use withpersona::emulator::Emulator;
use withpersona::{CaseUpdate, ErrorKind, NewCase};

use super::{QUEUE, TEMPLATE, inquiry, new_case};
use crate::on_emulator::{event_names, noon, start_with, start_without_delay};

#[tokio::test]
async fn create() {
    let (emulator, persona) = start_without_delay().await;
    let inquiry = inquiry(&emulator, &persona).await;
    let new = new_case()
        .queue(QUEUE)
        .creator_email_address("reviewer@example.com")
        .field("risk-score", 40)
        .object(inquiry.id().as_str())
        .sla_expires_in(Duration::from_secs(3600));
    let case = persona.cases().create(new).await.expect("opened");
    assert_eq!(case.status(), "Open");
    assert_eq!(case.resolution(), None);
    assert_eq!(case.name(), "EREV-1");
    assert_eq!(case.creator_id(), Some("reviewer@example.com"));
    assert_eq!(case.queue_id().expect("in one"), QUEUE);
    assert_eq!(case.template_id().expect("of one"), TEMPLATE);
    assert_eq!(case.inquiry_ids(), [inquiry.id()]);
    assert_eq!(
        case.fields().get::<i64>("risk_score").expect("a number"),
        Some(40)
    );
    let time_left = case.sla_expires_at().expect("set") - case.created_at().expect("set");
    assert_eq!(time_left.num_seconds(), 3600);
    assert_eq!(event_names(&persona, case.id()).await, ["case.created"]);

    let cases = persona.cases();
    let elsewhere = NewCase::from_template("ctmpl_none");
    let error = cases.create(elsewhere).await.expect_err("no template");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = cases
        .create(new_case().object("rep_none"))
        .await
        .expect_err("no report");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = cases
        .create(new_case().field("shoe-size", 1))
        .await
        .expect_err("no field");
    assert_eq!(error.kind(), ErrorKind::Validation);
    let told = error.to_string();
    assert!(
        told.contains("/fields/shoe-size"),
        "it names the field: {told}"
    );
}

#[tokio::test]
async fn template() {
    let (_emulator, persona) = start_without_delay().await;
    let template = persona.cases().template(TEMPLATE).await.expect("read");
    assert_eq!(template.name(), "Emulated review");
    assert_eq!(template.status(), "active");
    assert_eq!(template.resolutions(), ["Approved", "Declined"]);
    let keys = template
        .field_schemas()
        .iter()
        .map(|schema| &schema.extra["key"]);
    assert_eq!(keys.collect::<Vec<_>>(), ["decision-note", "risk-score"]);
    let error = persona
        .cases()
        .template("ctmpl_none")
        .await
        .expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn an_overdue_case_tells_so_once() {
    let (emulator, persona) = start_with(Emulator::builder().clock(noon())).await;
    let hour = Duration::from_secs(3600);
    let late = persona
        .cases()
        .create(new_case().sla_expires_in(hour))
        .await
        .expect("opened");
    let done = persona
        .cases()
        .create(new_case().sla_expires_in(hour))
        .await
        .expect("opened");
    persona
        .cases()
        .set_status(done.id(), "Declined")
        .await
        .expect("set");
    let given_time = persona
        .cases()
        .create(new_case().sla_expires_in(hour))
        .await
        .expect("opened");
    let update = CaseUpdate::new().without_sla();
    persona
        .cases()
        .update(given_time.id(), update)
        .await
        .expect("updated");
    emulator.clock().advance(hour * 2);
    assert_eq!(
        event_names(&persona, late.id()).await,
        ["case.created", "case.sla-expired"]
    );
    for kept in [done, given_time] {
        let names = event_names(&persona, kept.id()).await;
        assert!(!names.contains(&"case.sla-expired".to_owned()), "{names:?}");
    }
}
