use serde_json::{Map, Value, json};

use super::{optional_timestamp, timestamp, to_many, to_one};
use crate::emulator::model::Model;
use crate::emulator::model::inquiry::Inquiry;
use crate::emulator::model::transition::Status;

/// An inquiry as a resource object.
pub(crate) fn inquiry(model: &Model, inquiry: &Inquiry) -> Value {
    let template = model.template(&inquiry.template_id);
    let (previous_step, next_step) = steps(model, inquiry);
    let verifications: Vec<Value> = inquiry
        .verifications
        .iter()
        .filter_map(|id| model.verifications.get(id))
        .map(|it| json!({ "type": format!("verification/{}", it.kind.as_str()), "id": it.id }))
        .collect();
    let documents: Vec<Value> = inquiry
        .verifications
        .iter()
        .filter_map(|id| {
            model
                .documents
                .get(model.verifications.get(id)?.document_id.as_ref()?)
        })
        .map(|it| json!({ "type": format!("document/{}", it.kind.as_str()), "id": it.id }))
        .collect();
    json!({
        "type": "inquiry",
        "id": inquiry.id,
        "attributes": {
            "status": inquiry.status.as_str(),
            "reference-id": inquiry.reference_id,
            "note": inquiry.note,
            "behaviors": {},
            "tags": inquiry.tags,
            "creator": inquiry.creator,
            "reviewer-comment": inquiry.reviewer_comment,
            "created-at": timestamp(inquiry.created_at),
            "updated-at": timestamp(inquiry.updated_at),
            "started-at": optional_timestamp(inquiry.started_at),
            "expires-at": timestamp(inquiry.expires_at),
            "completed-at": optional_timestamp(inquiry.completed_at),
            "failed-at": optional_timestamp(inquiry.failed_at),
            "marked-for-review-at": optional_timestamp(inquiry.marked_for_review_at),
            "decisioned-at": optional_timestamp(inquiry.decisioned_at),
            "expired-at": optional_timestamp(inquiry.expired_at),
            "redacted-at": optional_timestamp(inquiry.redacted_at),
            "previous-step-name": previous_step,
            "next-step-name": next_step,
            "fields": fields(model, inquiry),
        },
        "relationships": {
            "account": to_one("account", inquiry.account_id.as_deref()),
            "template": to_one("template", template.and_then(|it| it.legacy_id.as_deref())),
            "inquiry-template": to_one("inquiry-template", Some(&inquiry.template_id)),
            "inquiry-template-version": to_one(
                "inquiry-template-version",
                Some(&inquiry.template_version_id),
            ),
            "transaction": to_one("transaction", None),
            "reviewer": to_one("user", None),
            "reports": to_many("report", []),
            "verifications": { "data": verifications },
            "sessions": to_many("inquiry-session", &inquiry.sessions),
            "documents": { "data": documents },
            "selfies": to_many("selfie", []),
        },
    })
}

/// Every field of the template, set or not.
fn fields(model: &Model, inquiry: &Inquiry) -> Value {
    let Some(template) = model.template(&inquiry.template_id) else {
        return json!({});
    };
    let fields: Map<String, Value> = template
        .fields
        .iter()
        .map(|(name, kind)| {
            let value = inquiry.fields.get(name);
            (
                name.clone(),
                json!({ "type": kind.as_str(), "value": value }),
            )
        })
        .collect();
    fields.into()
}

/// The step that the person has behind them and the one before them.
fn steps(model: &Model, inquiry: &Inquiry) -> (Option<String>, Option<String>) {
    let Some(template) = model.template(&inquiry.template_id) else {
        return (None, None);
    };
    let step = |kind: &str| format!("verification_{}", kind.replace('-', "_"));
    if inquiry.started_at.is_none() {
        return (None, Some("start".into()));
    }
    let mut previous = "start".to_owned();
    for part in &template.verifications {
        let handed_in = inquiry.verifications.iter().any(|id| {
            model.verifications.get(id).is_some_and(|it| {
                it.template_id == part.id
                    && matches!(
                        it.status,
                        Status::Submitted | Status::Passed | Status::Failed
                    )
            })
        });
        if !handed_in {
            return (Some(previous), Some(step(part.kind.as_str())));
        }
        previous = step(part.kind.as_str());
    }
    (Some(previous), Some("success".into()))
}
