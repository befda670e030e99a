use axum::response::Response;
use maud::{Markup, html};

use super::{look, nothing_here, page, tables};
use crate::emulator::hosted::{finding_choices, label, shown};
use crate::emulator::model::Model;
use crate::emulator::model::inquiry::Inquiry;
use crate::emulator::model::results::Found;
use crate::emulator::model::transition::{Action, Resource, Status, find};
use crate::emulator::site::Shared;

pub(super) fn show(state: &Shared, id: &str) -> Response {
    let mut state = look(state);
    state.model.catch_up();
    let model = &state.model;
    match model.inquiries.get(id) {
        Some(inquiry) => page(&inquiry.id, of(model, inquiry)).into_response(),
        None => nothing_here(),
    }
}

fn of(model: &Model, inquiry: &Inquiry) -> Markup {
    html! {
        div.top {
            h1.id { (inquiry.id) }
            a href="/dashboard" { "All inquiries" }
        }
        div.columns {
            div {
                section.card aria-labelledby="state-title" {
                    h2 #state-title { "Where it stands" }
                    div #state data-live { (standing(model, inquiry)) (decisions(inquiry)) }
                }
                section.card aria-labelledby="result-title" {
                    h2 #result-title { "What Persona finds" }
                    div #result data-live { (result(model, inquiry)) }
                }
                section.card aria-labelledby="fields-title" {
                    h2 #fields-title { "Fields" }
                    div #fields data-live { (fields(inquiry)) }
                }
            }
            div {
                section.card aria-labelledby="timeline-title" {
                    h2 #timeline-title { "Timeline" }
                    div #timeline data-live { (timeline(model, inquiry)) }
                }
                section.card aria-labelledby="verifications-title" {
                    h2 #verifications-title { "Verifications" }
                    div #verifications data-live { (verifications(model, inquiry)) }
                }
                section.card aria-labelledby="sessions-title" {
                    h2 #sessions-title { "Sessions and links" }
                    div #sessions data-live { (sessions(model, inquiry)) }
                }
            }
        }
    }
}

fn standing(model: &Model, inquiry: &Inquiry) -> Markup {
    let template = model.template(&inquiry.template_id);
    let none = "–";
    html! {
        dl {
            dt { "Status" }
            dd {
                (tables::chip(inquiry.status))
                @if inquiry.redacted_at.is_some() { " " span.chip.bad { "redacted" } }
            }
            dt { "Template" } dd { (template.map_or(none, |it| &it.name)) }
            dt { "Reference id" } dd.id { (inquiry.reference_id.as_deref().unwrap_or(none)) }
            dt { "Account" } dd.id { (inquiry.account_id.as_deref().unwrap_or(none)) }
            dt { "Note" } dd { (inquiry.note.as_deref().unwrap_or(none)) }
            dt { "Tags" } dd { @if inquiry.tags.is_empty() { (none) } @else { (inquiry.tags.join(", ")) } }
            dt { "Redirect" } dd { (inquiry.redirect_uri.as_deref().unwrap_or(none)) }
            dt { "Created" } dd { (tables::time(inquiry.created_at)) }
            @if matches!(inquiry.status, Status::Created | Status::Pending) {
                dt { "Expires" } dd { (tables::time(inquiry.expires_at)) }
            }
            @if let Some(comment) = &inquiry.reviewer_comment {
                dt { "Comment" } dd { (comment) }
            }
        }
    }
}

/// A button for each thing that the table of transitions allows now.
fn decisions(inquiry: &Inquiry) -> Markup {
    let possible = |action| {
        let row = find(Resource::Inquiry, inquiry.status, action);
        inquiry.redacted_at.is_none() && row.is_some_and(|row| row.to != inquiry.status)
    };
    html! {
        div.actions {
            @for (action, label, class) in ACTIONS {
                @if possible(action) {
                    form method="post" action=(path(inquiry, action.as_str())) {
                        button class=[class] { (label) }
                    }
                }
            }
            @if inquiry.status == Status::Created {
                a.button target="_blank" rel="noopener" href={ "/verify?inquiry-id=" (inquiry.id) } {
                    "Open the person’s page"
                }
            }
            @if matches!(inquiry.status, Status::Created | Status::Pending | Status::Expired) && inquiry.redacted_at.is_none() {
                form method="post" action=(path(inquiry, "link")) {
                    button.quiet { "Make a one-time link" }
                }
            }
        }
    }
}

fn result(model: &Model, inquiry: &Inquiry) -> Markup {
    let open = model.open_checks(&inquiry.id);
    html! {
        @if open.is_empty() {
            p.muted { "Nothing is waiting for a result." }
        } @else {
            @if let Some(awaited) = &inquiry.progress.awaited {
                p {
                    "The person’s page says: "
                    @match &awaited.found {
                        Found::Pass => "everything passes",
                        Found::Fail(check) => { code { (check) } " fails" },
                        Found::Retry(check) => { code { (check) } " fails, and they may try again" },
                    }
                    "."
                }
            }
            form method="post" action=(path(inquiry, "result")) {
                @let awaited = inquiry.progress.awaited.as_ref().map(|it| &it.found);
                (finding_choices(&open, awaited.unwrap_or(&Found::Pass)))
                button { "Let the result come" }
            }
        }
    }
}

fn fields(inquiry: &Inquiry) -> Markup {
    html! {
        @if inquiry.fields.is_empty() {
            p.muted { "None is set." }
        } @else {
            dl {
                @for (name, value) in &inquiry.fields {
                    dt { (label(name)) } dd { (shown(Some(value))) }
                }
            }
        }
    }
}

/// The events of the inquiry and of everything that belongs to it.
fn timeline(model: &Model, inquiry: &Inquiry) -> Markup {
    let belongs = |id: &String| {
        *id == inquiry.id || inquiry.sessions.contains(id) || inquiry.verifications.contains(id)
    };
    let events = model.events.rows().iter().rev();
    tables::events(events.filter(|event| belongs(&event.object_id)))
}

fn verifications(model: &Model, inquiry: &Inquiry) -> Markup {
    let all = inquiry.verifications.iter();
    let all: Vec<_> = all.filter_map(|id| model.verifications.get(id)).collect();
    html! {
        @if all.is_empty() {
            p.muted { "There are none yet." }
        }
        @for verification in all {
            h3 { (verification.kind.as_str()) " " (tables::chip(verification.status)) }
            p.id { (verification.id) }
            @let failed: Vec<_> = verification.checks.iter().filter(|it| !it.passed).collect();
            @if !verification.checks.is_empty() {
                p.muted {
                    (verification.checks.len() - failed.len()) " of " (verification.checks.len())
                    " checks passed"
                    @for check in failed {
                        br; code { (check.name) } ": " (check.reasons.join(", "))
                        " (" (check.requirement.as_str().replace('_', " ")) ")"
                    }
                }
            }
        }
    }
}

fn sessions(model: &Model, inquiry: &Inquiry) -> Markup {
    let all = inquiry.sessions.iter().rev();
    let all: Vec<_> = all.filter_map(|id| model.sessions.get(id)).collect();
    html! {
        @if all.is_empty() {
            p.muted { "There are none yet." }
        }
        @for session in all {
            h3 { span.id { (session.id) } " " (tables::chip(session.status)) }
            p.muted { "until " (tables::time(session.expires_at)) }
            @for code in &session.links {
                @if let Some(link) = model.links.get(code) {
                    p {
                        (tables::chip(link.status)) " "
                        a.id href={ "/verify?code=" (code) } target="_blank" rel="noopener" { (code) }
                        @if let Some(at) = link.used_at { span.muted { " opened " (tables::time(at)) } }
                    }
                }
            }
        }
    }
}

fn path(inquiry: &Inquiry, action: &str) -> String {
    format!("/dashboard/inquiries/{}/{action}", inquiry.id)
}

const ACTIONS: [(Action, &str, Option<&str>); 4] = [
    (Action::Approve, "Approve", None),
    (Action::Decline, "Decline", Some("quiet")),
    (Action::MarkForReview, "Mark for review", Some("quiet")),
    (Action::Expire, "Expire", Some("quiet")),
];
