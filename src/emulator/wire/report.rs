use serde_json::{Map, Value, json};

use super::{optional_timestamp, timestamp, to_one};
use crate::emulator::model::Model;
use crate::emulator::model::report::{Happening, HistoryEntry, Report, ReportStatus};
use crate::emulator::model::report_kind::ReportKind;
use crate::emulator::model::report_match::name_of;

/// A report as a resource object.
pub(crate) fn report(_: &Model, report: &Report) -> Value {
    let runs = report.history.iter();
    let runs = runs.filter(|it| matches!(it.what, Happening::Run { .. }));
    let mut attributes = json!({
        "status": report.status.as_str(),
        "created-at": timestamp(report.created_at),
        "completed-at": optional_timestamp(report.completed_at),
        "redacted-at": optional_timestamp(report.redacted_at),
        "report-template-version-name": "v1",
        "has-match": !report.matches.is_empty(),
        "is-continuous": runs.count() > 1,
        "is-recurring": report.is_recurring,
        "tags": report.tags,
    });
    if let (Some(attributes), Value::Object(particular)) =
        (attributes.as_object_mut(), particular(report))
    {
        attributes.extend(particular);
    }
    json!({
        "type": report.kind.as_str(),
        "id": report.id,
        "attributes": attributes,
        "relationships": {
            "inquiry": to_one("inquiry", None),
            "account": to_one("account", report.account_id.as_deref()),
            "transaction": to_one("transaction", None),
            "report-template": to_one(report.kind.template_type(), Some(&report.template_id)),
        },
    })
}

/// One entry of a report's history; it is no resource object.
pub(crate) fn report_history_entry(entry: &HistoryEntry) -> Value {
    let what = match &entry.what {
        Happening::Run { completed } => {
            return json!({
                "type": "run",
                "id": entry.id,
                "run-type": "manual",
                "completed-at": optional_timestamp(completed.map(|(at, _)| at)),
                "matches": completed.map(|(_, matches)| matches),
            });
        }
        Happening::Dismiss => "dismiss",
        Happening::Pause => "pause",
        Happening::Resume => "resume",
    };
    json!({
        "type": what,
        "id": entry.id,
        "created-at": timestamp(entry.at),
        "creator-name": "API",
    })
}

/// What a kind has beyond what all have: what was looked for, and what was found.
fn particular(report: &Report) -> Value {
    let query = &report.query;
    let text = |name: &str| query.get(name).cloned().unwrap_or_default();
    let is_redacted = report.redacted_at.is_some();
    let term = if is_redacted {
        String::new()
    } else {
        name_of(query)
    };
    match report.kind {
        ReportKind::Watchlist => json!({
            "name-first": text("name-first"),
            "name-middle": text("name-middle"),
            "name-last": text("name-last"),
            "term": term,
            "birthdate": text("birthdate"),
            "country-code": text("address-country-code"),
            "matched-lists": report.matches,
            "ignore-list": report.ignored,
        }),
        ReportKind::AdverseMedia => {
            let birthdate = text("birthdate");
            let year = birthdate.as_str().and_then(|date| date.get(..4));
            json!({
                "name-first": text("name-first"),
                "name-middle": text("name-middle"),
                "name-last": text("name-last"),
                "term": term,
                "birthdate": birthdate,
                "birthdate-year": year.and_then(|year| year.parse::<u16>().ok()),
                "country-code": text("country-code"),
                "related-sources": report.matches,
                "ignore-list-entity": report.ignored,
                "ignore-list-media": {},
            })
        }
        ReportKind::PoliticallyExposedPerson => {
            let mut query: Map<String, Value> = query.clone();
            query.insert("term".to_owned(), term.into());
            let found = (report.status != ReportStatus::Pending).then_some(&report.matches);
            json!({
                "query": query,
                "result": found,
                "ignore-list": report.ignored,
            })
        }
    }
}
