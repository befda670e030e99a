//! What a person handed in, and the templates that ask for it: three calls.

use withpersona::emulator::Emulator;
use withpersona::{DocumentId, DocumentStatus, Inquiry, InquiryTemplate, VerificationStatus};

use super::{Stage, all, first_page, refused};
use crate::on_emulator::start_with;

/// An inquiry of somebody whose ID has expired.
async fn handed_in(stage: &Stage) -> Inquiry {
    let new = stage
        .new_inquiry()
        .field("name-first", "Jane")
        .with_one_time_link();
    let created = stage.created(new).await;
    let mut person = stage.emulator.person();
    let link = created.link.expect("asked for");
    person.follow_link(link.reveal()).expect("works");
    person.start().expect("starts");
    person.submit("government-id").expect("hands in");
    person.submit("selfie").expect("hands in");
    person.fail("id_expired_detection").expect("found");
    let read = stage.persona.inquiries().retrieve(&created.inquiry).await;
    read.expect("read")
}

#[tokio::test]
async fn get_a_verification() {
    let stage = Stage::set().await;
    let inquiry = handed_in(&stage).await;
    let verifications = stage.persona.verifications();
    let ids = inquiry.verification_ids();
    let read = verifications.retrieve(&ids[0]).await.expect("read");
    assert_eq!(read.id(), ids[0]);
    assert_eq!(read.kind(), "verification/government-id");
    assert_eq!(read.status(), VerificationStatus::Failed);
    assert_eq!(read.inquiry_id(), Some(inquiry.id()));
    let failed = read.failed_required_checks();
    let failed: Vec<_> = failed.iter().map(|check| check.name()).collect();
    assert_eq!(failed, ["id_expired_detection"]);
    assert!(refused(verifications.retrieve("ver_none").await).is_not_found());
}

#[tokio::test]
async fn get_a_document() {
    let stage = Stage::set().await;
    let inquiry = handed_in(&stage).await;
    let tied = inquiry.raw().relationships.many("documents");
    let id: DocumentId = tied[0].id.parse().expect("an id");
    let documents = stage.persona.documents();
    let read = documents.retrieve(&id).await.expect("read");
    assert_eq!(read.id(), id);
    assert_eq!(read.kind(), "document/government-id");
    assert_eq!(read.status(), DocumentStatus::Processed);
    assert_eq!(read.inquiry_id(), Some(inquiry.id()));
    assert!(!read.files().is_empty());
    assert!(refused(documents.retrieve("doc_none").await).is_not_found());
}

#[tokio::test]
async fn list_templates() {
    let builder = Emulator::builder().template_toml(
        r#"
            [[template]]
            id = "itmpl_First"
            name = "First"
            [[template]]
            id = "itmpl_Second"
            name = "Second"
            [[template]]
            id = "itmpl_Third"
            name = "Third"
            "#,
    );
    let (_emulator, persona) = start_with(builder.expect("valid")).await;
    let list = || persona.templates().list();
    let name = |template: &InquiryTemplate| template.name().map(str::to_owned);
    let names = |names: &[&str]| -> Vec<Option<String>> {
        names.iter().map(|name| Some((*name).to_owned())).collect()
    };
    let found = all(list().items(), name).await;
    assert_eq!(found, names(&["Third", "Second", "First"]));
    let first = first_page(list().page_size(2).pages()).await;
    assert_eq!(first.items.len(), 2);
    let rest = list().after(first.next.expect("more")).items();
    assert_eq!(all(rest, name).await, names(&["First"]));
}
