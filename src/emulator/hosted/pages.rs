//! What the person's pages look like.

use axum::response::Response;
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::drawing::drawing;
use super::fields::{inputs, label, shown};
use super::wording::wording;
use super::{FLOW, Visit, status_of};
use crate::emulator::model::Model;
use crate::emulator::model::inquiry::Inquiry;
use crate::emulator::model::results::{Found, Results};
use crate::emulator::model::template::{Requirement, VerificationTemplate};
use crate::emulator::model::transition::Status;
use crate::emulator::person::{PersonError, Step, leads_away, redirect_of};
use crate::emulator::site::shell::{FrameData, Page, Refresh};

/// The page of one step, with what went wrong on it before.
pub(super) fn show_step(
    model: &Model,
    visit: &Visit,
    step: &Step,
    problem: Option<&PersonError>,
) -> Page {
    let Some(inquiry) = model.inquiries.get(&visit.inquiry_id) else {
        return unavailable(&PersonError::LinkUnknown, visit.frame_origin.clone());
    };
    let (name, title, content) = match step {
        Step::Consent => ("consent", "Let’s get you verified", consent(model, inquiry)),
        Step::Fields => ("fields", "Your details", details(model, inquiry)),
        Step::Verification { part, retry } => {
            let (title, content) = hand_in(part, retry);
            (part.kind.as_str(), title, content)
        }
        Step::Review => ("review", "Is everything there?", review(model, inquiry)),
        Step::Waiting => (
            "waiting",
            "Persona is looking at it",
            waiting(model, inquiry),
        ),
    };
    let body = html! {
        @if let Some((at, of)) = place(model, inquiry, step) {
            p.step { "Step " (at) " of " (of) }
            progress aria-label="Steps" value=(at) max=(of) {}
        }
        h1 { (title) }
        @if let Some(problem) = problem {
            p.problem role="alert" { (problem) }
        }
        form method="post" action=(FLOW) class="narrow-stack" {
            (visit.hidden())
            (content)
        }
        @if visit.frame_origin.is_some() {
            p.actions.narrow-stack {
                button.quiet type="button" data-say=(say_cancel(visit)) { "Cancel" }
            }
        }
    };
    let mut page = Page::new(title, body);
    if matches!(step, Step::Waiting) {
        page.refresh = Some(Refresh {
            seconds: 2,
            to: Some(visit.address()),
            without_script_only: false,
        });
    }
    let message = arrived(model, inquiry, visit, name);
    in_frame(page, visit.frame_origin.clone(), &message)
}

/// The last page: everything is done, and the way leads back to where the person came from.
pub(super) fn finished(model: &Model, inquiry: &Inquiry, visit: &Visit) -> Page {
    let redirect = redirect_of(inquiry).filter(|to| leads_away(to));
    let in_a_frame = visit.frame_origin.is_some();
    let title = match inquiry.status {
        Status::Failed | Status::Declined => "That did not work",
        Status::NeedsReview => "Somebody will look at it",
        _ => "You are done",
    };
    let complete = json!({
        "name": "complete",
        "inquiryId": inquiry.id,
        "status": inquiry.status.as_str(),
        "fields": typed_fields(model, inquiry),
    });
    let body = html! {
        h1 { (title) }
        @match inquiry.status {
            Status::Failed | Status::Declined => {
                p { "Thank you. You could not be verified with what you handed in." }
            }
            Status::NeedsReview => {
                p { "Thank you. You will hear about the result." }
            }
            _ => p { "Thank you. There is nothing more to do here." },
        }
        @if in_a_frame {
            p.actions { button type="button" data-say=(complete.to_string()) { "Done" } }
        } @else if let Some(to) = &redirect {
            p.actions { a.button href=(to) { "Continue" } }
            p.muted { "You are taken back in a few seconds." }
        } @else {
            p.muted { "You can close this page." }
        }
        (facts(inquiry))
    };
    let mut page = Page::new(title, body);
    if !in_a_frame {
        page.refresh = redirect.map(|to| Refresh {
            seconds: 3,
            to: Some(to),
            without_script_only: false,
        });
    }
    let message = arrived(model, inquiry, visit, "done");
    in_frame(page, visit.frame_origin.clone(), &message)
}

/// The page of somebody who does not get in, or not further.
pub(super) fn cannot_go_on(error: &PersonError, frame_origin: Option<String>) -> Response {
    unavailable(error, frame_origin).into_response()
}

fn unavailable(error: &PersonError, frame_origin: Option<String>) -> Page {
    let (title, what, remedy) = match error {
        PersonError::SessionExpired => (
            "Session expired",
            "This page was closed or its time is over.",
            "Go back to where you came from and begin again there. Its backend resumes the inquiry \
             and sends you here with a new session token or a new one-time link.",
        ),
        PersonError::LinkAlreadyUsed => (
            "This link was already used",
            "A one-time link opens once, and again for five minutes after that.",
            "Ask for another link where you got this one.",
        ),
        PersonError::LinkExpired => (
            "This link has expired",
            "A one-time link works for a limited time.",
            "Ask for another link where you got this one.",
        ),
        PersonError::LinkUnknown => (
            "This link leads nowhere",
            "There is no such link, inquiry or template here.",
            "It may be of another emulator, or of one that has started anew since.",
        ),
        PersonError::InquiryFinished { .. } => (
            "This is finished already",
            "There is nothing left to do: this inquiry has a result.",
            "You can close this page.",
        ),
        _ => (
            "This does not work",
            "The emulator could not do what the page asked for.",
            "",
        ),
    };
    let (code, status) = match error {
        PersonError::SessionExpired => ("unauthenticated", 409),
        _ => ("invalid_config", 400),
    };
    let body = html! {
        h1 { (title) }
        p { (what) }
        @if !remedy.is_empty() { p { (remedy) } }
        @if remedy.is_empty() { p.problem { (error) } }
    };
    let mut page = Page::new(title, body);
    page.status = status_of(error);
    let message = json!({ "name": "error", "status": status, "code": code });
    in_frame(page, frame_origin, &message)
}

fn consent(model: &Model, inquiry: &Inquiry) -> Markup {
    let parts = model.asked_for(&inquiry.id);
    html! {
        p { "You will be asked for:" }
        ul {
            @if has_fields(model, inquiry) { li { "your details" } }
            @for part in &parts {
                li { (wording(part.kind).asked) @if !part.required { " (optional)" } }
            }
        }
        p.muted {
            "At Persona you would agree here to the processing of your data. In the emulator the "
            "inquiry starts, and that is all."
        }
        p.actions { button name="act" value="start" { "Agree and begin" } }
    }
}

fn details(model: &Model, inquiry: &Inquiry) -> Markup {
    html! {
        p { "Please look over what is known about you, and add what is missing." }
        (inputs(model, inquiry))
        p.actions { button name="act" value="fill" { "Continue" } }
    }
}

fn hand_in(part: &VerificationTemplate, retry: &[String]) -> (&'static str, Markup) {
    let wording = wording(part.kind);
    let content = html! {
        @if !retry.is_empty() {
            p.problem role="alert" {
                "That was not good enough: " code { (retry.join(", ")) } ". Please try again."
            }
        }
        p { (wording.instruction) }
        div.picture aria-hidden="true" { (drawing(part.kind)) }
        p.muted { "The emulator takes no picture and stores none. It makes up what it reads." }
        input type="hidden" name="kind" value=(part.kind.as_str());
        p.actions {
            button name="act" value="hand-in" {
                @if retry.is_empty() { (wording.button) } @else { "Try again" }
            }
            @if !part.required {
                button.quiet name="act" value="skip" { "Skip" }
            }
        }
    };
    (wording.title, content)
}

fn review(model: &Model, inquiry: &Inquiry) -> Markup {
    let open = model.open_checks(&inquiry.id);
    let set = inquiry.fields.iter();
    let set: Vec<_> = set.filter(|(_, value)| !value.is_null()).collect();
    html! {
        @if !set.is_empty() {
            dl {
                @for (name, value) in set {
                    dt { (label(name)) }
                    dd { (shown(Some(value))) }
                }
            }
        }
        dl {
            @for part in model.asked_for(&inquiry.id) {
                dt { (wording(part.kind).name) }
                dd {
                    @if inquiry.progress.skipped.contains(&part.id) { "skipped" }
                    @else { "handed in" }
                }
            }
        }
        @if open.is_empty() {
            p { "Nothing was handed in that could be looked at." }
        } @else {
            section.panel aria-labelledby="panel" {
                h2 #panel { "Emulator: what does Persona find?" }
                (finding_choices(&open, &Found::Pass))
            }
            p.actions { button name="act" value="finish" { "Submit" } }
        }
    }
}

/// The choice of what Persona finds, for the person's page and the operator's.
pub(in crate::emulator) fn finding_choices(
    open: &[(String, VerificationTemplate)],
    chosen: &Found,
) -> Markup {
    let wanted = match chosen {
        Found::Pass => None,
        Found::Fail(check) | Found::Retry(check) => Some(check),
    };
    html! {
        fieldset {
            legend { "The result" }
            label.choice { input type="radio" name="found" value="pass" checked[wanted.is_none()]; "Everything passes" }
            label.choice { input type="radio" name="found" value="fail" checked[matches!(chosen, Found::Fail(_))]; "The check below fails" }
            label.choice {
                input type="radio" name="found" value="retry" checked[matches!(chosen, Found::Retry(_))];
                "The check below fails, and the person may try again"
            }
        }
        div.field {
            label for="check" { "The check" }
            select #check name="check" {
                @for (_, part) in open {
                    optgroup label=(wording(part.kind).name) {
                        @for check in &part.checks {
                            option value=(check.name) selected[wanted == Some(&check.name)] {
                                (check.name)
                                @if check.requirement == Requirement::NotRequired {
                                    " (not required)"
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn waiting(model: &Model, inquiry: &Inquiry) -> Markup {
    html! {
        p role="status" { "This page goes on by itself once there is a result." }
        p.muted {
            @match model.results {
                Results::ByHand => {
                    "In this emulator results come by hand: on the "
                    a href={ "/dashboard/inquiries/" (inquiry.id) } target="_blank" rel="noopener" {
                        "dashboard"
                    }
                    "."
                }
                Results::AfterReads(_) => "It comes once the API has read the inquiry often enough.",
                _ => "It comes once the emulator’s clock has gone on far enough.",
            }
        }
    }
}

/// What a developer wants to know on the last page.
fn facts(inquiry: &Inquiry) -> Markup {
    html! {
        section.panel aria-labelledby="panel" {
            h2 #panel { "Emulator" }
            dl {
                dt { "Inquiry" } dd.id { (inquiry.id) }
                dt { "Status" } dd { (inquiry.status) }
                @if let Some(reference_id) = &inquiry.reference_id {
                    dt { "Reference id" } dd.id { (reference_id) }
                }
            }
        }
    }
}

/// The how manieth step of how many this is. The wait is none: it needs nobody.
fn place(model: &Model, inquiry: &Inquiry, step: &Step) -> Option<(usize, usize)> {
    let fields = usize::from(has_fields(model, inquiry));
    let parts = model.asked_for(&inquiry.id);
    let all = 1 + fields + parts.len() + 1;
    let at = match step {
        Step::Consent => 1,
        Step::Fields => 2,
        Step::Verification { part, .. } => {
            1 + fields + 1 + parts.iter().position(|it| it.id == part.id)?
        }
        Step::Review => all,
        Step::Waiting => return None,
    };
    Some((at, all))
}

fn has_fields(model: &Model, inquiry: &Inquiry) -> bool {
    let template = model.template(&inquiry.template_id);
    template.is_some_and(|template| !template.fields.is_empty())
}

fn in_frame(mut page: Page, frame_origin: Option<String>, message: &Value) -> Page {
    if let Some(origin) = frame_origin {
        page.framed = true;
        page.script = Some("/verify/frame.js");
        page.data = Some(FrameData {
            origin,
            message: message.to_string(),
        });
    }
    page
}

/// What the page around the frame learns of this one.
fn arrived(model: &Model, inquiry: &Inquiry, visit: &Visit, page: &str) -> Value {
    let verifications = inquiry.verifications.iter();
    let verifications: Vec<Value> = verifications
        .filter_map(|id| model.verifications.get(id))
        .map(|it| json!({ "id": it.id, "status": it.status.as_str() }))
        .collect();
    json!({
        "name": "page",
        "page": page,
        "inquiryId": visit.inquiry_id,
        "sessionToken": visit.session_token,
        "verifications": verifications,
    })
}

fn say_cancel(visit: &Visit) -> String {
    json!({
        "name": "cancel",
        "inquiryId": visit.inquiry_id,
        "sessionToken": visit.session_token,
    })
    .to_string()
}

/// The fields as the web SDK hands them over: its names of types have underscores, where the API's
/// have hyphens.
fn typed_fields(model: &Model, inquiry: &Inquiry) -> Value {
    let template = model.template(&inquiry.template_id);
    let fields: Map<String, Value> = template
        .into_iter()
        .flat_map(|template| &template.fields)
        .map(|(name, kind)| {
            let value = inquiry.fields.get(name);
            let kind = kind.as_str().replace('-', "_");
            (name.clone(), json!({ "type": kind, "value": value }))
        })
        .collect();
    fields.into()
}
