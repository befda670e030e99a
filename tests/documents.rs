//! What a person handed in can be read and downloaded, by nobody but who holds the address.

mod canary;
mod on_emulator;

use std::time::Duration;

use on_emulator::{noon, start_with};
use tokio::io::AsyncWriteExt;
use withpersona::emulator::Emulator;
use withpersona::{
    Document, DocumentId, DocumentStatus, ErrorKind, NewInquiry, Persona, StoredFile,
};

const TEMPLATE: &str = r#"
    [[template]]
    id = "itmpl_Papers"
    name = "An ID and a bill"
    fields = { name-first = "string" }
    [[template.verification]]
    kind = "government-id"
    checks = [{ name = "id_expired_detection" }]
    [[template.verification]]
    kind = "document"
"#;

struct Case {
    emulator: Emulator,
    persona: Persona,
    inquiry_id: String,
}

impl Case {
    /// Somebody has handed in an ID and a bill, and both were read.
    async fn begin() -> Self {
        let builder = Emulator::builder().template_toml(TEMPLATE).expect("valid");
        let (emulator, persona) = start_with(builder.clock(noon())).await;
        let new = NewInquiry::from_template("itmpl_Papers")
            .field("name-first", "Canary")
            .with_one_time_link();
        let created = persona.inquiries().create(new).await.expect("created");
        let mut person = emulator.person();
        let link = created.link.expect("asked for");
        person.follow_link(link.reveal()).expect("works");
        person.start().expect("starts");
        person.submit("government-id").expect("hands in");
        person.submit("document").expect("hands in");
        person.pass().expect("passes");
        let inquiry_id = created.inquiry.id().to_string();
        Self {
            emulator,
            persona,
            inquiry_id,
        }
    }

    async fn document(&self, kind: &str) -> Document {
        let inquiry = self.persona.inquiries().retrieve(&*self.inquiry_id).await;
        let inquiry = inquiry.expect("read");
        let documents = inquiry.raw().relationships.many("documents");
        let found = documents.iter().find(|it| it.kind == kind);
        let id = &found.expect("handed in").id;
        let document = self.persona.documents().retrieve(id.as_str()).await;
        document.expect("read")
    }
}

async fn bytes_of(persona: &Persona, file: &StoredFile) -> Vec<u8> {
    let mut stream = persona.files().download(file).await.expect("opens");
    let mut bytes = Vec::new();
    let count = stream.copy_to(&mut bytes).await.expect("copied");
    assert_eq!(count, bytes.len() as u64);
    bytes
}

#[tokio::test]
async fn retrieve_gives_a_document_of_any_kind() {
    let case = Case::begin().await;
    let id = case.document("document/government-id").await;
    assert_eq!(id.kind(), "document/government-id");
    assert_eq!(id.status(), DocumentStatus::Processed);
    assert_eq!(id.inquiry_id().expect("tied").as_str(), case.inquiry_id);
    assert!(id.processed_at() >= id.created_at());

    let documents = case.persona.documents();
    let typed = documents.retrieve_government_id(id.id()).await;
    let typed = typed.expect("read").attributes;
    assert_eq!(typed.name_first.as_deref(), Some("Canary"));

    let bill = case.document("document/generic").await;
    let typed = documents.retrieve_generic(bill.id()).await;
    assert_eq!(
        typed.expect("read").attributes.files.expect("some").len(),
        1
    );
    let other_kind = documents.retrieve_generic(id.id()).await;
    assert_eq!(other_kind.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn files_tells_each_file_once() {
    let case = Case::begin().await;
    let id = case.document("document/government-id").await;
    let files = id.files();
    let places: Vec<&str> = files.iter().map(StoredFile::place).collect();
    assert_eq!(places, ["back-photo", "front-photo"]);
    assert_eq!(files[1].filename(), Some("front.png"));

    let bill = case.document("document/generic").await;
    let bill = bill.files();
    assert_eq!(bill.len(), 1);
    assert_eq!(bill[0].place(), "files/0");
}

#[tokio::test]
async fn download_streams_a_file_without_the_key() {
    let case = Case::begin().await;
    let file = &case.document("document/government-id").await.files()[1];
    let requests = case.emulator.request_count();
    let mut stream = case.persona.files().download(file).await.expect("opens");
    assert_eq!(stream.content_type(), Some("image/png"));
    assert_eq!(stream.length(), file.byte_size());
    // Any writer takes it: here one end of a pipe.
    let (mut writer, mut reader) = tokio::io::duplex(64);
    let copied = async {
        let copied = stream.copy_to(&mut writer).await.expect("copied");
        writer.shutdown().await.expect("closed");
        copied
    };
    let mut photo = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut reader, &mut photo);
    let (copied, read) = tokio::join!(copied, read);
    assert_eq!(copied, read.expect("read") as u64);
    assert!(photo.starts_with(b"\x89PNG"));
    // The host of files would have refused a key, and it is not the API.
    assert_eq!(case.emulator.request_count(), requests);
}

#[tokio::test]
async fn the_host_of_files_notices_a_key() {
    let case = Case::begin().await;
    let file = &case.document("document/government-id").await.files()[0];
    let _ = rustls::crypto::ring::default_provider().install_default();
    let leaked = reqwest::Client::new()
        .get(file.url().reveal())
        .bearer_auth(case.emulator.api_key())
        .send()
        .await
        .expect("answered");
    assert_eq!(leaked.status(), 400);
}

#[tokio::test]
async fn an_expired_address_is_renewed_once() {
    let case = Case::begin().await;
    let file = case
        .document("document/government-id")
        .await
        .files()
        .remove(1);
    let first = bytes_of(&case.persona, &file).await;

    case.emulator.clock().advance(Duration::from_secs(6 * 3600));
    let requests = case.emulator.request_count();
    assert_eq!(
        bytes_of(&case.persona, &file).await,
        first,
        "the same photo"
    );
    assert_eq!(
        case.emulator.request_count(),
        requests + 1,
        "read again once"
    );

    let unknown_object = StoredFile::at(file.url().reveal());
    let error = case.persona.files().download(&unknown_object).await;
    let error = error.unwrap_err();
    assert_eq!(error.status(), Some(403), "there is nothing to renew it by");
    assert!(!error.to_string().contains("files/"), "{error}");
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_refused() {
    let case = Case::begin().await;
    let file = case
        .document("document/government-id")
        .await
        .files()
        .remove(0);
    let error = case.persona.files().download(&file).limit(16).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::ResponseTooLarge);
}

#[tokio::test]
async fn only_https_and_this_machine_are_asked() {
    let case = Case::begin().await;
    for url in [
        "http://files.withpersona.com/a.jpg?access_token=canary",
        "ftp://127.0.0.1/canary",
        "/files/canary",
        "",
    ] {
        let file = StoredFile::at(url);
        let error = case.persona.files().download(&file).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        for text in [format!("{error} {error:?}"), format!("{file:?}")] {
            assert!(!text.contains("canary"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_wrong_id_is_told_before_anything_is_sent() {
    let case = Case::begin().await;
    let requests = case.emulator.request_count();
    let documents = case.persona.documents();
    for id in ["", "doc/1", "doc 1"] {
        let error = documents.retrieve(id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(case.emulator.request_count(), requests);
    let unknown: DocumentId = "doc_1".parse().expect("an id");
    let error = documents.retrieve(&unknown).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
