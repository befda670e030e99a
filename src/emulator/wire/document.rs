use serde_json::{Value, json};

use super::{optional_timestamp, timestamp, to_many, to_one};
use crate::emulator::model::Model;
use crate::emulator::model::document::{Document, DocumentKind};
use crate::emulator::model::file::StoredFile;

/// A document as a resource object, with every attribute that its kind has.
pub(crate) fn document(model: &Model, document: &Document) -> Value {
    let inquiry = model.inquiries.get(&document.inquiry_id);
    let template = inquiry.and_then(|inquiry| model.template(&inquiry.template_id));
    let mut attributes = json!({
        "status": document.status.as_str(),
        "created-at": timestamp(document.created_at),
        "processed-at": optional_timestamp(document.processed_at),
        "processed-at-ts": document.processed_at.map(|at| at.timestamp()),
    });
    let photo = |page: &str| -> Value {
        let mut files = document.files.iter();
        files
            .find(|file| file.page == page)
            .map_or(Value::Null, |it| file(model, it))
    };
    match document.kind {
        DocumentKind::GovernmentId => {
            attributes["front-photo"] = photo("front");
            attributes["back-photo"] = photo("back");
            attributes["selfie-photo"] = Value::Null;
            for name in GOVERNMENT_ID {
                attributes[*name] = Value::Null;
            }
            for (name, value) in &document.extracted {
                if GOVERNMENT_ID.contains(&name.as_str()) {
                    attributes[name.as_str()] = value.clone();
                }
            }
        }
        DocumentKind::Generic => {
            let files: Vec<Value> = document.files.iter().map(|it| file(model, it)).collect();
            attributes["kind"] = "document".into();
            attributes["files"] = files.into();
            attributes["files-normalized"] = json!([]);
            attributes["extraction-responses"] = Value::Null;
            attributes["document-type"] = Value::Null;
            attributes["fields"] = json!({});
        }
    }
    json!({
        "type": format!("document/{}", document.kind.as_str()),
        "id": document.id,
        "attributes": attributes,
        "relationships": {
            "inquiry": to_one("inquiry", Some(&document.inquiry_id)),
            "template": to_one("template", template.and_then(|it| it.legacy_id.as_deref())),
            "inquiry-template": to_one("inquiry-template", template.map(|it| it.id.as_str())),
            "inquiry-template-version": to_one(
                "inquiry-template-version",
                template.map(|it| it.version_id.as_str()),
            ),
            "transaction": to_one("transaction", None),
            "document-files": to_many("document-file", []),
        },
    })
}

/// A file with an address that is good for a while from now.
pub(super) fn file(model: &Model, file: &StoredFile) -> Value {
    json!({
        "filename": file.filename,
        "url": model.file_url(file),
        "byte-size": file.bytes().len(),
    })
}

const GOVERNMENT_ID: &[&str] = &[
    "id-class",
    "name-first",
    "name-middle",
    "name-last",
    "name-suffix",
    "native-name-first",
    "native-name-middle",
    "native-name-last",
    "native-name-title",
    "birthdate",
    "issuing-authority",
    "issuing-subdivision",
    "nationality",
    "document-number",
    "visa-status",
    "issue-date",
    "expiration-date",
    "designations",
    "birthplace",
    "height",
    "sex",
    "endorsements",
    "restrictions",
    "vehicle-class",
    "identification-number",
    "address-street-1",
    "address-street-2",
    "address-city",
    "address-subdivision",
    "address-postal-code",
];
