//! Verifications, from what was checked to deleting what is known.

mod canary;
mod on_emulator;

use on_emulator::start;
use withpersona::emulator::Emulator;
use withpersona::raw::types::{
    VerificationDatabaseAttributes, VerificationGovernmentIdAttributes,
    VerificationSelfieAttributes,
};
use withpersona::{
    CheckRequirement, CheckStatus, ErrorKind, NewInquiry, Persona, Verification, VerificationStatus,
};

const NAME: &str = "Canary";

struct Case {
    emulator: Emulator,
    persona: Persona,
    government_id: Verification,
    selfie: Verification,
}

impl Case {
    /// Somebody has handed in an ID that has expired, and a selfie.
    async fn begin() -> Self {
        let (emulator, persona) = start().await;
        let new = NewInquiry::from_template(emulator.default_template_id())
            .field("name-first", NAME)
            .with_one_time_link();
        let created = persona.inquiries().create(new).await.expect("created");
        let mut person = emulator.person();
        person
            .follow_link(created.link.expect("asked for").reveal())
            .expect("works");
        person.start().expect("starts");
        person.submit("government-id").expect("hands in");
        person.submit("selfie").expect("hands in");
        person.fail("id_expired_detection").expect("found");
        let found = persona
            .inquiries()
            .verifications(created.inquiry.id())
            .await;
        let mut found = found.expect("read").into_iter();
        Self {
            emulator,
            persona,
            government_id: found.next().expect("the first"),
            selfie: found.next().expect("the second"),
        }
    }
}

#[tokio::test]
async fn retrieve_gives_any_kind_with_its_checks() {
    let case = Case::begin().await;
    let read = case
        .persona
        .verifications()
        .retrieve(case.government_id.id())
        .await;
    let read = read.expect("read");
    assert_eq!(read.kind(), "verification/government-id");
    assert_eq!(read.status(), VerificationStatus::Failed);
    let failed = read.failed_required_checks();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].name(), "id_expired_detection");
    assert_eq!(failed[0].status(), CheckStatus::Failed);
    assert_eq!(failed[0].requirement(), CheckRequirement::Required);
    assert_eq!(failed[0].reasons(), ["expired"]);

    let selfie = case
        .persona
        .verifications()
        .retrieve(case.selfie.id())
        .await;
    let selfie = selfie.expect("read");
    assert!(selfie.failed_required_checks().is_empty());
    assert_eq!(selfie.checks().len(), 4);
}

#[tokio::test]
async fn those_of_an_inquiry_come_in_one_request_and_are_typed_by_kind() {
    let case = Case::begin().await;
    let inquiry = case.selfie.inquiry_id().expect("tied");
    let requests = case.emulator.request_count();
    let found = case.persona.inquiries().verifications(inquiry).await;
    let found = found.expect("read");
    assert_eq!(case.emulator.request_count() - requests, 1);
    let ids = found
        .iter()
        .filter_map(|one| one.typed::<VerificationGovernmentIdAttributes>());
    let names: Vec<_> = ids.map(|id| id.attributes.name_first).collect();
    assert_eq!(names, [Some(NAME.to_owned())]);
    let selfies = found
        .iter()
        .filter_map(|one| one.typed::<VerificationSelfieAttributes>());
    assert_eq!(selfies.count(), 1);
}

#[tokio::test]
async fn retrieve_as_gives_one_kind_typed() {
    let case = Case::begin().await;
    let verifications = case.persona.verifications();
    let id = verifications
        .retrieve_as::<VerificationGovernmentIdAttributes>(case.government_id.id())
        .await
        .expect("read");
    assert_eq!(id.attributes.name_first.as_deref(), Some(NAME));
    let selfie = verifications
        .retrieve_as::<VerificationSelfieAttributes>(case.selfie.id())
        .await
        .expect("read");
    assert!(selfie.attributes.center_photo_url.is_some());
    let other = verifications
        .retrieve_as::<VerificationDatabaseAttributes>(case.selfie.id())
        .await;
    let error = other.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn files_of_a_verification_are_downloaded() {
    let case = Case::begin().await;
    for (verification, places) in [
        (
            &case.government_id,
            ["photo-urls/0", "photo-urls/1"].as_slice(),
        ),
        (
            &case.selfie,
            &["photo-urls/0", "photo-urls/1", "photo-urls/2"],
        ),
    ] {
        let files = verification.files();
        let told: Vec<&str> = files.iter().map(|file| file.place()).collect();
        assert_eq!(told, places);
        for file in &files {
            let mut stream = case.persona.files().download(file).await.expect("opens");
            let mut photo = Vec::new();
            stream.copy_to(&mut photo).await.expect("copied");
            assert!(photo.starts_with(b"\x89PNG"));
        }
    }
}

#[tokio::test]
async fn print_streams_a_pdf() {
    let case = Case::begin().await;
    let pdf = case.persona.verifications().print(case.selfie.id()).await;
    let mut bytes = Vec::new();
    pdf.expect("answered")
        .copy_to(&mut bytes)
        .await
        .expect("copied");
    assert!(bytes.starts_with(b"%PDF-"));
}

#[tokio::test]
async fn investigation_lock_keeps_from_redaction_until_unlock() {
    let case = Case::begin().await;
    let verifications = case.persona.verifications();
    let id = case.government_id.id();
    verifications.investigation_lock(&id).await.expect("locked");
    let error = verifications.redact(&id).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    let kept = verifications.retrieve(&id).await.expect("read");
    assert!(!kept.is_redacted());

    let unlocked = verifications.investigation_unlock(&id).await;
    assert_eq!(unlocked.expect("unlocked").id(), id);
    assert!(
        verifications
            .redact(&id)
            .await
            .expect("redacted")
            .is_redacted()
    );
}

#[tokio::test]
async fn redact_leaves_nothing_of_the_person() {
    let case = Case::begin().await;
    let verifications = case.persona.verifications();
    let id = case.government_id.id();
    let photos = case.government_id.files();
    let inquiry_id = case.government_id.inquiry_id().expect("tied");
    let inquiry = case.persona.inquiries().retrieve(&inquiry_id).await;
    let documents = inquiry.expect("read").raw().relationships.many("documents");
    let document_id = documents[0].id.clone();

    let redacted = verifications.redact(&id).await.expect("redacted");
    assert_eq!(
        redacted.status(),
        VerificationStatus::Failed,
        "it stays what it was"
    );
    let again = verifications.redact(&id).await.unwrap_err();
    assert!(again.is_conflict(), "{again}");

    let mut told = Vec::new();
    let read = verifications.retrieve(&id).await.expect("read");
    assert!(read.files().is_empty());
    told.push(serde_json::to_string(&read).expect("JSON"));
    let document = case
        .persona
        .documents()
        .retrieve(document_id.as_str())
        .await;
    let document = document.expect("read");
    assert!(document.files().is_empty());
    told.push(serde_json::to_string(&document).expect("JSON"));
    for object in [id.as_str(), &document_id] {
        let events = case
            .persona
            .raw()
            .list_all_events(None, None, None, Some(object), None, None, Some(100))
            .await
            .expect("listed")
            .into_inner();
        assert!(!events.data.is_empty());
        told.push(serde_json::to_string(&events.data).expect("JSON"));
    }
    for text in told {
        assert!(!text.contains(NAME), "{text}");
        assert!(!text.contains("1977-07-17"), "{text}");
        assert!(!text.contains("/files/"), "{text}");
    }
    for photo in &photos {
        let error = case.persona.files().download(photo).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn a_wrong_id_is_told_before_anything_is_sent() {
    let case = Case::begin().await;
    let requests = case.emulator.request_count();
    let verifications = case.persona.verifications();
    let kinds = [
        verifications.retrieve("").await.map(|_| ()),
        verifications.retrieve("ver_1/print").await.map(|_| ()),
        verifications.print("..").await.map(|_| ()),
        verifications.redact(" ").await.map(|_| ()),
        verifications.investigation_lock("a\nb").await.map(|_| ()),
        verifications.investigation_unlock("").await.map(|_| ()),
    ]
    .map(|result| result.unwrap_err().kind());
    assert_eq!(kinds, [ErrorKind::InvalidInput; 6]);
    assert_eq!(case.emulator.request_count(), requests);
    let error = verifications.retrieve("ver_1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
