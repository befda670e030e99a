use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{Call, Part};
use super::include::Include;
use super::page::page;
use super::pdf::pdf;
use super::route::Route;
use super::search::Searched;
use super::tags;
use crate::emulator::model::Model;
use crate::emulator::model::inquiry::{
    AccountChoice, Inquiry, InquiryUpdate, NewInquiry, TemplateName,
};
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::session::LinkUrls;
use crate::emulator::model::transition::Action;
use crate::emulator::model::verification::Finding;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::post("/inquiries", "create-an-inquiry", create),
    Route::get("/inquiries", "list-all-inquiries", list).include(Include::Never),
    Route::post("/inquiries/search", "search-inquiries", search).include(Include::Never),
    Route::get("/inquiries/{id}", "retrieve-an-inquiry", retrieve).include(Include::All),
    Route::patch("/inquiries/{id}", "update-an-inquiry", update),
    Route::delete("/inquiries/{id}", "redact-an-inquiry", redact),
    Route::post("/inquiries/{id}/approve", "approve-an-inquiry", approve),
    Route::post("/inquiries/{id}/decline", "decline-an-inquiry", decline),
    Route::post("/inquiries/{id}/mark-for-review", "mark-an-inquiry-for-review", mark_for_review),
    Route::post("/inquiries/{id}/expire", "expire-an-inquiry", expire),
    Route::post("/inquiries/{id}/resume", "resume-an-inquiry", resume),
    Route::post("/inquiries/{id}/generate-one-time-link", "generate-a-one-time-link", generate_link),
    Route::post("/inquiries/{id}/add-tag", "inquiries-add-tag", add_tag),
    Route::post("/inquiries/{id}/remove-tag", "inquiries-remove-tag", remove_tag),
    Route::post("/inquiries/{id}/set-tags", "inquiries-set-all-tags", set_tags),
    Route::post("/inquiries/{id}/perform-simulate-actions", "inquiries-perform-simulate-actions", simulate),
    Route::get("/inquiries/{id}/print", "print-an-inquiry-pdf", print).include(Include::Never),
];

fn create(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = call.attributes(&[
        "template-id",
        "inquiry-template-id",
        "inquiry-template-version-id",
        "reference-id",
        "account-id",
        "creator-email-address",
        "theme-id",
        "theme-set-id",
        "redirect-uri",
        "note",
        "fields",
        "tags",
        "initial-step-name",
    ])?;
    let meta = call.meta(&[
        "auto-create-account",
        "auto-create-account-type-id",
        "auto-create-account-reference-id",
        "auto-create-inquiry-session",
        "auto-create-one-time-link",
        "expiration-after-create-interval-seconds",
        "expiration-after-start-interval-seconds",
        "expiration-after-resume-interval-seconds",
        "one-time-link-expiration-seconds",
    ])?;
    // It is about links between a person's devices, which the emulator does not make.
    meta.seconds("one-time-link-expiration-seconds")?;
    let wants_session = meta.flag("auto-create-inquiry-session", false)?;
    let wants_link = meta.flag("auto-create-one-time-link", false)?;
    let id = model.create_inquiry(NewInquiry {
        template: template_name(&attributes)?,
        account: account_choice(&attributes, &meta)?,
        creator: attributes.text("creator-email-address")?,
        note: attributes.text("note")?,
        redirect_uri: attributes.text("redirect-uri")?,
        tags: attributes.texts("tags")?.unwrap_or_default(),
        fields: attributes.map("fields")?,
        expire_after_create: meta.seconds("expiration-after-create-interval-seconds")?,
        expire_after_start: meta.seconds("expiration-after-start-interval-seconds")?,
        expire_after_resume: meta.seconds("expiration-after-resume-interval-seconds")?,
    })?;

    let mut token = None;
    if wants_session {
        let session_id = model.create_session(&id)?;
        token = model.sessions.get(&session_id).map(|it| it.token.clone());
    }
    let link = if wants_link {
        Some(model.link_into(&id, None)?)
    } else {
        None
    };
    let meta = json!({
        "session-token": token,
        "one-time-link": link.as_ref().map(|it| it.long.as_str()),
        "one-time-link-short": link.as_ref().map(|it| it.short.as_str()),
    });
    Ok(Answer::created(shown(model, &id)?).with_meta(meta))
}

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shown(model, &call.id)?))
}

fn list(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let filters = call.filters(&[
        "inquiry-id",
        "account-id",
        "note",
        "reference-id",
        "inquiry-template-id",
        "template-id",
        "status",
        "created-at-start",
        "created-at-end",
    ])?;
    if filters.len() > 1 && filters.iter().any(|(name, _)| name == "note") {
        return Err(Refusal::bad_request("filter[note] must be the only filter"));
    }
    let filters = filters
        .iter()
        .map(|(name, value)| Filter::read(model, name, value))
        .collect::<Result<Vec<_>, _>>()?;
    page(
        call,
        &model.inquiries,
        |it| filters.iter().all(|filter| filter.keeps(it)),
        |it| wire::inquiry(model, it),
    )
}

fn update(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let attributes = call.attributes(&["note", "fields", "tags", "redirect-uri"])?;
    let note = attributes.text("note")?;
    let redirect_uri = attributes.text("redirect-uri")?;
    let change = InquiryUpdate {
        note: attributes.is_given("note").then_some(note),
        redirect_uri: attributes.is_given("redirect-uri").then_some(redirect_uri),
        tags: attributes.texts("tags")?,
        fields: attributes.map("fields")?,
    };
    model.update_inquiry(&call.id, change)?;
    retrieve(model, call)
}

fn redact(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.redact_inquiry(&call.id)?;
    retrieve(model, call)
}

fn approve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    decide(model, call, Action::Approve)
}

fn decline(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    decide(model, call, Action::Decline)
}

fn mark_for_review(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.change_inquiry(&call.id, Action::MarkForReview)?;
    retrieve(model, call)
}

fn expire(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.change_inquiry(&call.id, Action::Expire)?;
    retrieve(model, call)
}

fn resume(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let token = model.resume(&call.id)?;
    Ok(Answer::ok(shown(model, &call.id)?).with_meta(json!({ "session-token": token })))
}

fn generate_link(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let lifetime = call
        .meta(&["expires-in-seconds"])?
        .seconds("expires-in-seconds")?;
    let link = model.link_into(&call.id, lifetime)?;
    Ok(Answer::ok(shown(model, &call.id)?).with_meta(link_meta(&link)))
}

fn add_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let tags = tags::added(call, model.tags(&call.id)?)?;
    model.set_tags(&call.id, tags)?;
    retrieve(model, call)
}

fn remove_tag(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let tags = tags::removed(call, model.tags(&call.id)?)?;
    model.set_tags(&call.id, tags)?;
    retrieve(model, call)
}

fn set_tags(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.set_tags(&call.id, tags::all(call)?)?;
    retrieve(model, call)
}

fn search(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let searched = Searched {
        rows: model.inquiries.rows(),
        attributes: &[
            "status",
            "created_at",
            "updated_at",
            "reference_id",
            "inquiry_template_id",
        ],
        value: &|it: &Inquiry, attribute| match attribute {
            "status" => it.status.as_str().into(),
            "created_at" => wire::timestamp(it.created_at).into(),
            "updated_at" => wire::timestamp(it.updated_at).into(),
            "reference_id" => it.reference_id.clone().into(),
            _ => it.template_id.clone().into(),
        },
        render: &|it| wire::inquiry(model, it),
    };
    searched.answer(call)
}

/// Does the actions in their order, up to the first that is refused.
fn simulate(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let meta = call.meta(&["simulate-actions"])?;
    let actions = meta
        .get("simulate-actions")
        .and_then(Value::as_array)
        .ok_or_else(|| Refusal::bad_request("meta.simulate-actions is missing"))?;
    shown(model, &call.id)?;
    for (index, action) in actions.iter().enumerate() {
        simulate_one(model, &call.id, action).map_err(|refusal| Refusal {
            details: format!("simulate-actions[{index}]: {}", refusal.details),
            ..refusal
        })?;
    }
    retrieve(model, call)
}

fn print(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let inquiry = found(model, &call.id)?;
    let mut lines = vec![
        format!("Inquiry {}", inquiry.id),
        format!("Status: {}", inquiry.status),
        format!("Created: {}", wire::timestamp(inquiry.created_at)),
    ];
    for id in &inquiry.verifications {
        if let Some(it) = model.verifications.get(id) {
            lines.push(format!("{} {}: {}", it.kind.as_str(), it.id, it.status));
        }
    }
    Ok(Answer::Pdf(pdf(&lines)))
}

pub(super) fn link_meta(link: &LinkUrls) -> Value {
    json!({ "one-time-link": link.long, "one-time-link-short": link.short })
}

fn decide(model: &mut Model, call: &Call, action: Action) -> Result<Answer, Refusal> {
    let comment = call.meta(&["comment"])?.text("comment")?;
    model.decide(&call.id, action, comment)?;
    retrieve(model, call)
}

fn simulate_one(model: &mut Model, id: &str, action: &Value) -> Result<(), Refusal> {
    let kind = action["type"].as_str().unwrap_or_default();
    let step = match kind {
        "start_inquiry" => Action::Start,
        "complete_inquiry" => Action::Complete,
        "fail_inquiry" => Action::Fail,
        "expire_inquiry" => Action::Expire,
        "mark_for_review_inquiry" => Action::MarkForReview,
        "approve_inquiry" => Action::Approve,
        "decline_inquiry" => Action::Decline,
        "create_passed_verification" | "create_failed_verification" => {
            let template = action["data"]["verification-template-id"]
                .as_str()
                .ok_or_else(|| Refusal::bad_request("data.verification-template-id is missing"))?;
            let finding = if kind == "create_passed_verification" {
                Finding::Passed
            } else {
                Finding::Failed(None)
            };
            return model.simulate_verification(id, template, finding);
        }
        _ => return Err(Refusal::bad_request("type is not a simulate action")),
    };
    model.change_inquiry(id, step)
}

fn template_name(attributes: &Part<'_>) -> Result<TemplateName, Refusal> {
    let names = [
        attributes
            .text("inquiry-template-id")?
            .map(TemplateName::Template),
        attributes
            .text("inquiry-template-version-id")?
            .map(TemplateName::Version),
        attributes.text("template-id")?.map(TemplateName::Legacy),
    ];
    let mut given = names.into_iter().flatten();
    match (given.next(), given.next()) {
        (Some(name), None) => Ok(name),
        _ => Err(Refusal::bad_request(
            "data.attributes needs exactly one of inquiry-template-id, \
             inquiry-template-version-id and template-id",
        )),
    }
}

fn account_choice(attributes: &Part<'_>, meta: &Part<'_>) -> Result<AccountChoice, Refusal> {
    let auto_create = meta.flag("auto-create-account", true)?;
    let automatic = meta.text("auto-create-account-reference-id")?;
    let type_id = meta.text("auto-create-account-type-id")?;
    if !auto_create && (automatic.is_some() || type_id.is_some()) {
        return Err(Refusal::bad_request(
            "meta.auto-create-account-* cannot be given when meta.auto-create-account is false",
        ));
    }
    let reference = attributes.text("reference-id")?;
    if let (Some(reference), Some(automatic)) = (&reference, &automatic)
        && reference != automatic
    {
        return Err(Refusal::bad_request(
            "reference-id and meta.auto-create-account-reference-id differ",
        ));
    }
    Ok(
        match (attributes.text("account-id")?, automatic.or(reference)) {
            (Some(_), Some(_)) => {
                return Err(Refusal::bad_request(
                    "account-id and a reference id cannot be given together",
                ));
            }
            (Some(id), None) => AccountChoice::Existing(id),
            (None, Some(reference)) => AccountChoice::Reference(reference),
            (None, None) if auto_create => AccountChoice::New,
            (None, None) => AccountChoice::None,
        },
    )
}

enum Filter {
    // Sets, since a caller may name a hundred inquiries and there may be a hundred thousand.
    Id(HashSet<String>),
    Account(HashSet<String>),
    Note(String),
    Reference(String),
    Template(HashSet<String>),
    Status(HashSet<String>),
    Since(DateTime<Utc>),
    Until(DateTime<Utc>),
}

impl Filter {
    fn read(model: &Model, name: &str, value: &str) -> Result<Self, Refusal> {
        let listed = || value.split(',').map(|it| it.trim().to_owned()).collect();
        let time = || {
            DateTime::parse_from_rfc3339(value)
                .map(|at| at.to_utc())
                .map_err(|_| Refusal::bad_request(format!("filter[{name}] is not a point in time")))
        };
        Ok(match name {
            "inquiry-id" => Self::Id(listed()),
            "account-id" => Self::Account(listed()),
            "note" => Self::Note(value.to_owned()),
            "reference-id" => Self::Reference(value.to_owned()),
            "inquiry-template-id" => Self::Template(listed()),
            "template-id" => {
                let names: HashSet<String> = listed();
                let templates = model.templates().iter().filter(|template| {
                    let legacy = template.legacy_id.as_ref();
                    legacy.is_some_and(|id| names.contains(id))
                });
                Self::Template(templates.map(|template| template.id.clone()).collect())
            }
            "status" => Self::Status(listed()),
            "created-at-start" => Self::Since(time()?),
            _ => Self::Until(time()?),
        })
    }

    fn keeps(&self, inquiry: &Inquiry) -> bool {
        match self {
            Self::Id(ids) => ids.contains(&inquiry.id),
            Self::Account(ids) => inquiry
                .account_id
                .as_ref()
                .is_some_and(|id| ids.contains(id)),
            Self::Note(note) => inquiry.note.as_ref() == Some(note),
            Self::Reference(id) => inquiry.reference_id.as_ref() == Some(id),
            Self::Template(ids) => ids.contains(&inquiry.template_id),
            Self::Status(all) => all.contains(inquiry.status.as_str()),
            Self::Since(at) => inquiry.created_at >= *at,
            Self::Until(at) => inquiry.created_at <= *at,
        }
    }
}

fn found<'a>(model: &'a Model, id: &str) -> Result<&'a Inquiry, Refusal> {
    model
        .inquiries
        .get(id)
        .ok_or_else(|| Refusal::not_found("inquiry", id))
}

fn shown(model: &Model, id: &str) -> Result<Value, Refusal> {
    Ok(wire::inquiry(model, found(model, id)?))
}
