//! What is not sent, and what does not print.

use std::time::Duration;

use withpersona::{CaseUpdate, NewCase};

use super::new_case;
use crate::on_emulator::{assert_not_sent, start_without_delay};

#[tokio::test]
async fn bad_input_is_told_before_it_is_sent() {
    let (emulator, persona) = start_without_delay().await;
    let cases = persona.cases();
    let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
    for (new, wanted) in [
        (NewCase::from_template(""), "the case template id is empty"),
        (
            new_case().queue("a/b"),
            "the case queue id contains a slash",
        ),
        (
            new_case().creator_email_address("nobody"),
            "the creator's e-mail address is none",
        ),
        (new_case().object(""), "the id of an object is empty"),
        (
            new_case().object("inq 1"),
            "the id of an object is empty or contains whitespace",
        ),
        (new_case().sla_expires_in(days(91)), "longer than 90 days"),
        (
            new_case().sla_expires_in(Duration::from_millis(1)),
            "under one second",
        ),
        (new_case().field("", 1), "a field has an empty name"),
    ] {
        assert_not_sent(cases.create(new).await, wanted);
    }
    for (update, wanted) in [
        (CaseUpdate::new(), "the update names nothing to change"),
        (CaseUpdate::new().queue(""), "the case queue id is empty"),
        (
            CaseUpdate::new().sla_expires_in(days(91)),
            "longer than 90 days",
        ),
        (
            CaseUpdate::new().attachment("", "x"),
            "the name of the attachment is empty",
        ),
        (
            CaseUpdate::new().attachment("a.pdf", ""),
            "the attachment is empty",
        ),
        (
            CaseUpdate::new().fields(&"text"),
            "fields are neither a map nor a struct",
        ),
    ] {
        assert_not_sent(cases.update("case_1", update).await, wanted);
    }
    for (list, wanted) in [
        (cases.list().status(""), "the status is empty"),
        (cases.list().reference_id(""), "the reference id is empty"),
        (cases.list().account(""), "the account id is empty"),
        (cases.list().inquiry(""), "the inquiry id is empty"),
        (cases.list().report(""), "the report id is empty"),
        (cases.list().template(""), "the case template id is empty"),
        (cases.list().page_size(0), "the page size is 0"),
        (cases.list().page_size(101), "the page size is 101"),
    ] {
        assert_not_sent(list.items().next().await.expect("one"), wanted);
    }
    let none: [&str; 0] = [];
    for (error, wanted) in [
        (
            cases.assign("case_1", "nobody").await,
            "the assignee's e-mail address is none",
        ),
        (cases.set_status("case_1", " ").await, "the status is empty"),
        (
            cases.add_objects("case_1", none).await,
            "no object is named",
        ),
        (
            cases.remove_objects("case_1", [""]).await,
            "the id of an object is empty",
        ),
        (cases.add_tag("case_1", "").await, "the tag is empty"),
        (cases.retrieve("").await, "the case id is empty"),
        (
            cases.update("", CaseUpdate::new().field("a", 1)).await,
            "the case id is empty",
        ),
        (cases.assign("", "a@b").await, "the case id is empty"),
        (cases.set_status("", "Open").await, "the case id is empty"),
        (
            cases.add_objects("", ["inq_1"]).await,
            "the case id is empty",
        ),
        (
            cases.remove_objects("", ["inq_1"]).await,
            "the case id is empty",
        ),
        (cases.add_tag("", "a").await, "the case id is empty"),
        (cases.remove_tag("", "a").await, "the case id is empty"),
        (cases.set_tags("", ["a"]).await, "the case id is empty"),
        (cases.redact("").await, "the case id is empty"),
    ] {
        assert_not_sent(error, wanted);
    }
    let wanted = "the case id is empty";
    assert_not_sent(cases.comments("").await, wanted);
    let wanted = "the case template id is empty";
    assert_not_sent(cases.template("").await, wanted);
    assert_eq!(emulator.request_count(), 0);
}

#[tokio::test]
async fn nothing_of_a_person_prints() {
    let (emulator, persona) = start_without_delay().await;
    let new = new_case().field("decision-note", "canary note");
    let update = CaseUpdate::new().field("decision-note", "canary note");
    let mut told = format!("{new:?} {update:?}");
    let case = persona.cases().create(new).await.expect("opened");
    emulator.comment_on_case(case.id().as_str(), "canary@example.com", "canary comment");
    told += &format!("{case:?} {:?}", case.fields());
    told += &format!(
        "{:?}",
        persona.cases().comments(case.id()).await.expect("read")
    );
    told += &format!(
        "{:?}",
        persona.cases().list().reference_id("canary-reference")
    );
    assert!(told.contains(case.id().as_str()), "ids may be printed");
    assert!(!told.contains("canary"), "{told}");
}
