use chrono::DateTime;
use serde_json::{Map, Value, json};

use super::template::field_schema;
use super::{optional_timestamp, timestamp, to_one};
use crate::emulator::model::case::{Actor, Case, CaseComment, CaseObjectKind};
use crate::emulator::model::case_template::{CaseTemplate, QUEUE_ID};

/// A case as a resource object.
pub(crate) fn case(case: &Case) -> Value {
    let (creator_id, creator_type) = match &case.creator {
        Actor::User(email) => (Some(email.as_str()), Some("user")),
        Actor::Workflow => (Some("wfl_EmulatedScreening"), Some("workflow-run")),
        Actor::Api => (None, None),
    };
    let comments: Vec<Value> = case
        .comments
        .iter()
        .map(|it| json!({ "type": "case-comment", "id": it.id }))
        .collect();
    json!({
        "type": "case",
        "id": case.id,
        "attributes": {
            "status": case.status,
            "name": case.name,
            "resolution": case.resolution,
            "created-at": timestamp(case.created_at),
            "updated-at": timestamp(case.updated_at),
            "assigned-at": optional_timestamp(case.assigned_at),
            "resolved-at": optional_timestamp(case.resolved_at),
            "redacted-at": optional_timestamp(case.redacted_at),
            "sla-expires-at": optional_timestamp(case.sla_expires_at),
            "creator-id": creator_id,
            "creator-type": creator_type,
            "assignee-id": case.assignee,
            "assigner-id": null,
            "assigner-type": null,
            "resolver-id": null,
            "resolver-type": null,
            "updater-id": null,
            "updater-type": null,
            "tags": case.tags,
            "fields": fields(case),
            "attachments": [],
        },
        "relationships": {
            "case-template": to_one("case-template", Some(&case.template_id)),
            "case-queue": to_one("case-queue", case.queue_id.as_deref()),
            "case-comments": { "data": comments },
            "accounts": objects(case, CaseObjectKind::Account),
            "inquiries": objects(case, CaseObjectKind::Inquiry),
            "reports": objects(case, CaseObjectKind::Report),
            "verifications": objects(case, CaseObjectKind::Verification),
            "txns": { "data": [] },
        },
    })
}

/// A comment as a resource object.
pub(crate) fn case_comment(comment: &CaseComment) -> Value {
    json!({
        "type": "case-comment",
        "id": comment.id,
        "attributes": {
            "message": comment.message,
            "created-at": timestamp(comment.created_at),
            "updated-at": timestamp(comment.created_at),
            "commenter-id": comment.commenter,
            "commenter-type": "user",
        },
    })
}

/// The template of cases as a resource object. It has been there since the beginning of time.
pub(crate) fn case_template(template: &CaseTemplate) -> Value {
    let fields = template.fields.iter();
    let schemas: Vec<Value> = fields
        .map(|(name, kind)| field_schema(name, *kind))
        .collect();
    json!({
        "type": "case-template",
        "id": template.id,
        "attributes": {
            "status": "active",
            "name": template.name,
            "resolutions": template.resolutions,
            "created-at": timestamp(DateTime::UNIX_EPOCH),
            "updated-at": null,
            "archived-at": null,
            "field-schemas": schemas,
        },
    })
}

/// The queue of cases as a resource object.
pub(crate) fn case_queue() -> Value {
    json!({
        "type": "case-queue",
        "id": QUEUE_ID,
        "attributes": {
            "status": "active",
            "name": "Emulated review",
            "created-at": timestamp(DateTime::UNIX_EPOCH),
            "updated-at": null,
            "archived-at": null,
        },
    })
}

/// Every field of the template, set or not.
fn fields(case: &Case) -> Value {
    let Ok(template) = CaseTemplate::find(&case.template_id) else {
        return json!({});
    };
    let fields: Map<String, Value> = template
        .fields
        .iter()
        .map(|(name, kind)| {
            let value = case.fields.get(*name);
            (
                (*name).to_owned(),
                json!({ "type": kind.as_str(), "value": value }),
            )
        })
        .collect();
    fields.into()
}

fn objects(case: &Case, kind: CaseObjectKind) -> Value {
    let objects = case.objects.iter().filter(|it| it.kind == kind);
    let data: Vec<Value> = objects
        .map(|it| json!({ "type": it.type_name, "id": it.id }))
        .collect();
    json!({ "data": data })
}
