//! Related resources: `include=verifications,account`.

use serde_json::Value;

use super::call::Call;
use crate::emulator::model::Model;
use crate::emulator::model::case_template::CaseTemplate;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::wire;

/// What an operation includes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Include {
    /// It has no such parameter.
    Never,
    /// What the caller asks for, by default nothing.
    Asked,
    /// What the caller asks for, by default everything.
    All,
}

/// Refuses names that the operation cannot include, before it has changed anything.
pub(crate) fn check(call: &Call, rule: Include, route: &str) -> Result<(), Refusal> {
    let Some(asked) = call.query("include") else {
        return Ok(());
    };
    if rule == Include::Never {
        return Err(Refusal::bad_request(
            "include is not a parameter of this operation",
        ));
    }
    let known = relationships(route);
    match names(asked).find(|name| !known.contains(name)) {
        Some(unknown) => Err(Refusal::bad_request(format!(
            "{unknown} is not a relationship that the emulator can include here"
        ))),
        None => Ok(()),
    }
}

/// The related resources of `data` for this call.
pub(crate) fn included(
    model: &Model,
    call: &Call,
    rule: Include,
    data: &Value,
) -> Option<Vec<Value>> {
    let wanted: Option<Vec<&str>> = match (rule, call.query("include")) {
        (Include::Never, _) | (Include::Asked, None) => return None,
        (Include::All, None) => None,
        // Some operations have nothing to include, and their answers no place for it.
        (Include::Asked, Some(asked)) if names(asked).next().is_none() => return None,
        (_, Some(asked)) => Some(names(asked).collect()),
    };
    let wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(&name));
    Some(look_up_all(model, data, wanted))
}

/// Everything that a resource is tied to.
pub(crate) fn related(model: &Model, data: &Value) -> Vec<Value> {
    look_up_all(model, data, |_| true)
}

fn look_up_all(model: &Model, data: &Value, wanted: impl Fn(&str) -> bool) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for resource in one_or_many(data) {
        let related = resource["relationships"].as_object().into_iter().flatten();
        for (_, related) in related.filter(|(name, _)| wanted(name)) {
            for link in one_or_many(&related["data"]) {
                let (Some(kind), Some(id)) = (link["type"].as_str(), link["id"].as_str()) else {
                    continue;
                };
                if !found.iter().any(|it| it["id"] == id && it["type"] == kind) {
                    found.extend(look_up(model, kind, id));
                }
            }
        }
    }
    found
}

fn names(asked: &str) -> impl Iterator<Item = &str> {
    asked
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

fn one_or_many(value: &Value) -> &[Value] {
    value
        .as_array()
        .map_or_else(|| std::slice::from_ref(value), Vec::as_slice)
}

/// The relationships of the resources that a route gives.
fn relationships(route: &str) -> &'static [&'static str] {
    match route.split('/').nth(1) {
        Some("inquiries") => &[
            "account",
            "documents",
            "inquiry-template",
            "inquiry-template-version",
            "reports",
            "reviewer",
            "selfies",
            "sessions",
            "template",
            "transaction",
            "verifications",
        ],
        Some("inquiry-sessions") => &["device", "inquiry", "network"],
        Some("verifications" | "verification") => &[
            "accounts",
            "inquiry",
            "inquiry-template",
            "inquiry-template-version",
            "template",
            "transaction",
            "verification-template",
            "verification-template-version",
        ],
        Some("documents" | "document") => &[
            "document-files",
            "inquiry",
            "inquiry-template",
            "inquiry-template-version",
            "template",
            "transaction",
        ],
        Some("accounts") => &["account-type"],
        Some("transactions") => &[
            "related-objects",
            "reviewer",
            "transaction-label",
            "transaction-type",
        ],
        Some("cases") => &[
            "accounts",
            "case-comments",
            "case-queue",
            "case-template",
            "inquiries",
            "reports",
            "txns",
            "verifications",
        ],
        Some("workflow-runs" | "workflows") => &["creator", "workflow", "workflow-version"],
        Some("reports") => &["account", "inquiry", "report-template", "transaction"],
        Some("inquiry-templates") => &["latest-published-version"],
        _ => &[],
    }
}

/// A resource by type and id, if it is of a type that the emulator has.
fn look_up(model: &Model, kind: &str, id: &str) -> Option<Value> {
    let mut templates = model.templates().iter();
    match kind {
        "inquiry" => model.inquiries.get(id).map(|it| wire::inquiry(model, it)),
        "account" => model.accounts.get(id).map(|it| wire::account(model, it)),
        "account-type" => (model.account_type_id == id).then(|| wire::account_type(model)),
        "device" => {
            let mut sessions = model.sessions.rows().iter();
            sessions
                .find(|it| it.device_id().as_deref() == Some(id))
                .and_then(wire::device)
        }
        "transaction" => model
            .transactions
            .get(id)
            .map(|it| wire::transaction(model, it)),
        "transaction-label" => {
            let labels = model.transactions.rows().iter();
            let mut labels = labels.filter_map(|it| it.label.as_ref());
            labels.find(|it| it.id == id).map(wire::transaction_label)
        }
        "transaction-type" => Some(wire::transaction_type(model)),
        "inquiry-session" => model.sessions.get(id).map(wire::session),
        "inquiry-template" => model.template(id).map(wire::inquiry_template),
        "inquiry-template-version" => {
            templates.find_map(|it| wire::inquiry_template_version(it, id))
        }
        "template" => templates
            .find(|it| it.legacy_id.as_deref() == Some(id))
            .and_then(wire::legacy_template),
        _ if kind.starts_with("document/") => {
            model.documents.get(id).map(|it| wire::document(model, it))
        }
        "case-comment" => {
            let mut comments = model.cases.rows().iter().flat_map(|it| &it.comments);
            comments.find(|it| it.id == id).map(wire::case_comment)
        }
        "case-queue" => Some(wire::case_queue()),
        "case-template" => CaseTemplate::find(id).ok().map(wire::case_template),
        "workflow" => Some(wire::workflow()),
        "workflow-version" => Some(wire::workflow_version()),
        _ if kind.starts_with("report/") => model.reports.get(id).map(|it| wire::report(model, it)),
        _ if kind.starts_with("verification/") => model
            .verifications
            .get(id)
            .map(|it| wire::verification(model, it)),
        _ => None,
    }
}
