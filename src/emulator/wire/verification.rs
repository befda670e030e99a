use serde_json::{Value, json};

use super::{optional_timestamp, timestamp, to_many, to_one};
use crate::emulator::model::Model;
use crate::emulator::model::template::VerificationKind;
use crate::emulator::model::verification::Verification;

/// A verification as a resource object, with every attribute that its kind has.
pub(crate) fn verification(model: &Model, verification: &Verification) -> Value {
    let kind = verification.kind.as_str();
    let inquiry = model.inquiries.get(&verification.inquiry_id);
    let template = inquiry.and_then(|inquiry| model.template(&inquiry.template_id));
    let checks: Vec<Value> = verification
        .checks
        .iter()
        .map(|check| {
            json!({
                "name": check.name,
                "status": if check.passed { "passed" } else { "failed" },
                "reasons": check.reasons,
                "requirement": check.requirement.as_str(),
                "metadata": {},
            })
        })
        .collect();
    let mut attributes = json!({
        "status": verification.status.as_str(),
        "created-at": timestamp(verification.created_at),
        "created-at-ts": verification.created_at.timestamp(),
        "submitted-at": optional_timestamp(verification.submitted_at),
        "submitted-at-ts": verification.submitted_at.map(|at| at.timestamp()),
        "completed-at": optional_timestamp(verification.completed_at),
        "completed-at-ts": verification.completed_at.map(|at| at.timestamp()),
        "redacted-at": optional_timestamp(verification.redacted_at),
        "country-code": null,
        "tags": [],
        "checks": checks,
    });
    for &(name, unset) in attributes_of(verification.kind) {
        attributes[name] = unset.value();
    }
    for (name, value) in photos(model, verification) {
        attributes[name] = value;
    }
    for (name, value) in &verification.extracted {
        attributes[name.as_str()] = value.clone();
    }
    json!({
        "type": format!("verification/{kind}"),
        "id": verification.id,
        "attributes": attributes,
        "relationships": {
            "inquiry": to_one("inquiry", Some(&verification.inquiry_id)),
            "template": to_one("template", template.and_then(|it| it.legacy_id.as_deref())),
            "inquiry-template": to_one("inquiry-template", template.map(|it| it.id.as_str())),
            "inquiry-template-version": to_one(
                "inquiry-template-version",
                template.map(|it| it.version_id.as_str()),
            ),
            "transaction": to_one("transaction", None),
            "verification-template": to_one(
                &format!("verification-template/{kind}"),
                Some(&verification.template_id),
            ),
            "verification-template-version": to_one(
                &format!("verification-template-version/{kind}"),
                Some(&verification.template_version_id),
            ),
            "accounts": to_many("account", inquiry.and_then(|it| it.account_id.as_ref())),
        },
    })
}

/// The attributes that lead to what the person handed in.
fn photos(model: &Model, verification: &Verification) -> Vec<(&'static str, Value)> {
    let files = &verification.files;
    if files.is_empty() {
        return Vec::new();
    }
    let url = |page: &str| -> Value {
        let file = files.iter().find(|file| file.page == page);
        file.map_or(Value::Null, |it| model.file_url(it).into())
    };
    let all: Vec<Value> = files
        .iter()
        .map(|it| super::document::file(model, it))
        .collect();
    let pages = |suffix: &str| -> Value {
        let pages = files.iter().zip(all.clone()).map(|(file, mut photo)| {
            photo["page"] = format!("{}{suffix}", file.page).into();
            photo
        });
        pages.collect::<Vec<_>>().into()
    };
    match verification.kind {
        VerificationKind::GovernmentId => {
            let mut pages = pages("");
            for photo in pages.as_array_mut().into_iter().flatten() {
                photo["normalized-url"] = photo["url"].clone();
                photo["original-urls"] = json!([photo["url"]]);
            }
            vec![
                ("front-photo-url", url("front")),
                ("back-photo-url", url("back")),
                ("photo-urls", pages),
            ]
        }
        VerificationKind::Selfie => vec![
            ("center-photo-url", url("center")),
            ("left-photo-url", url("left")),
            ("right-photo-url", url("right")),
            ("photo-urls", pages("_photo")),
        ],
        VerificationKind::Document => vec![("files", all.into())],
        _ => Vec::new(),
    }
}

/// How an attribute looks while nothing is known.
#[derive(Clone, Copy)]
enum Unset {
    Null,
    False,
    EmptyText,
    EmptyList,
    EmptyMap,
}

impl Unset {
    fn value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::False => false.into(),
            Self::EmptyText => "".into(),
            Self::EmptyList => json!([]),
            Self::EmptyMap => json!({}),
        }
    }
}

fn attributes_of(kind: VerificationKind) -> &'static [(&'static str, Unset)] {
    match kind {
        VerificationKind::GovernmentId => GOVERNMENT_ID,
        VerificationKind::Selfie => SELFIE,
        VerificationKind::Document => DOCUMENT,
        VerificationKind::Database => DATABASE,
        VerificationKind::EmailAddress => &[
            ("email-address", Unset::Null),
            ("confirmation-code", Unset::EmptyText),
        ],
        VerificationKind::PhoneNumber => &[
            ("phone-number", Unset::EmptyText),
            ("confirmation-code", Unset::EmptyText),
            ("metadata", Unset::EmptyMap),
        ],
    }
}

const GOVERNMENT_ID: &[(&str, Unset)] = &[
    ("entity-confidence-reasons", Unset::EmptyList),
    ("entity-confidence-score", Unset::Null),
    ("front-photo-url", Unset::Null),
    ("back-photo-url", Unset::Null),
    ("photo-urls", Unset::EmptyList),
    ("selfie-photo", Unset::Null),
    ("selfie-photo-url", Unset::Null),
    ("video-url", Unset::Null),
    ("id-class", Unset::Null),
    ("capture-method", Unset::Null),
    ("name-first", Unset::Null),
    ("name-middle", Unset::Null),
    ("name-last", Unset::Null),
    ("name-suffix", Unset::Null),
    ("native-name-first", Unset::Null),
    ("native-name-middle", Unset::Null),
    ("native-name-last", Unset::Null),
    ("native-name-title", Unset::Null),
    ("birthdate", Unset::Null),
    ("issuing-authority", Unset::Null),
    ("issuing-subdivision", Unset::Null),
    ("nationality", Unset::Null),
    ("document-number", Unset::Null),
    ("visa-status", Unset::Null),
    ("issue-date", Unset::Null),
    ("expiration-date", Unset::Null),
    ("designations", Unset::EmptyList),
    ("birthplace", Unset::Null),
    ("endorsements", Unset::Null),
    ("height", Unset::Null),
    ("sex", Unset::Null),
    ("restrictions", Unset::Null),
    ("vehicle-class", Unset::Null),
    ("identification-number", Unset::Null),
    ("from-reusable-persona", Unset::False),
    ("address-street-1", Unset::Null),
    ("address-street-2", Unset::Null),
    ("address-city", Unset::Null),
    ("address-subdivision", Unset::Null),
    ("address-postal-code", Unset::Null),
];

const SELFIE: &[(&str, Unset)] = &[
    ("capture-method", Unset::Null),
    ("center-photo-face-coordinates", Unset::Null),
    ("center-photo-url", Unset::Null),
    ("document-similarity-score", Unset::Null),
    ("entity-confidence-reasons", Unset::EmptyList),
    ("left-photo-url", Unset::Null),
    ("from-reusable-persona", Unset::False),
    ("photo-urls", Unset::EmptyList),
    ("right-photo-url", Unset::Null),
    ("selfie-similarity-score-left", Unset::Null),
    ("selfie-similarity-score-right", Unset::Null),
    ("video-url", Unset::Null),
];

const DOCUMENT: &[(&str, Unset)] = &[
    ("fields", Unset::EmptyMap),
    ("files", Unset::EmptyList),
    ("files-normalized", Unset::EmptyList),
    ("extraction-responses", Unset::Null),
    ("document-type", Unset::Null),
];

const DATABASE: &[(&str, Unset)] = &[
    ("birthdate", Unset::Null),
    ("name-first", Unset::Null),
    ("name-middle", Unset::Null),
    ("name-last", Unset::Null),
    ("phone-number", Unset::Null),
    ("email-address", Unset::Null),
    ("address-street-1", Unset::Null),
    ("address-street-2", Unset::Null),
    ("address-city", Unset::Null),
    ("address-subdivision", Unset::Null),
    ("address-postal-code", Unset::Null),
    ("normalized-address-street-1", Unset::Null),
    ("normalized-address-street-2", Unset::Null),
    ("normalized-address-city", Unset::Null),
    ("normalized-address-subdivision", Unset::Null),
    ("normalized-address-postal-code", Unset::Null),
    ("identification-number", Unset::Null),
    ("document-number", Unset::Null),
    ("document-issuing-date", Unset::Null),
    ("document-expiry-date", Unset::Null),
    ("document-issuing-subdivision", Unset::Null),
];
