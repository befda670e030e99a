//! One page after the other: showing where the person is, and doing what they do there.

use axum::http::StatusCode;
use axum::response::Response;

use super::fields::read_fields;
use super::pages::{cannot_go_on, finished, show_step};
use super::{Visit, frame_origin, status_of};
use crate::emulator::look;
use crate::emulator::model::results::Found;
use crate::emulator::person::{Person, PersonError, step};
use crate::emulator::site::Shared;
use crate::emulator::site::parameters::Parameters;
use crate::emulator::site::shell::see_other;

pub(super) fn show(state: &Shared, query: &str) -> Response {
    let parameters = Parameters::parse(query);
    let Some(visit) = Visit::read(&parameters) else {
        return cannot_go_on(&PersonError::SessionExpired, frame_origin(&parameters));
    };
    match visit.person(state) {
        Ok(_) => page(state, &visit, None),
        Err(error) => ended(state, &visit, &error),
    }
}

/// Does what the form says and leads to the page that comes next.
pub(super) fn act(state: &Shared, form: &Parameters) -> Response {
    let Some(visit) = Visit::read(form) else {
        return cannot_go_on(&PersonError::SessionExpired, frame_origin(form));
    };
    let done = visit
        .person(state)
        .and_then(|mut person| perform(state, &visit, &mut person, form));
    match done {
        Ok(()) => see_other(&visit.address()),
        Err(
            error @ (PersonError::SessionExpired
            | PersonError::LinkUnknown
            | PersonError::InquiryFinished { .. }),
        ) => ended(state, &visit, &error),
        // Somebody pressed twice: they are where they wanted to go.
        Err(PersonError::AlreadySubmitted { .. }) => see_other(&visit.address()),
        Err(error) => page(state, &visit, Some(&error)),
    }
}

fn perform(
    state: &Shared,
    visit: &Visit,
    person: &mut Person,
    form: &Parameters,
) -> Result<(), PersonError> {
    let kind = form.get("kind").unwrap_or_default();
    match form.get("act").unwrap_or_default() {
        "start" => person.start(),
        "fill" => {
            // The lock has to be gone before the person takes it.
            let fields = read_fields(&look(state).model, &visit.inquiry_id, form)?;
            person.fill(fields)
        }
        "hand-in" => person.submit(kind).map(drop),
        "skip" => person.skip(kind),
        "finish" => person.hand_over(found(form)),
        _ => Err(PersonError::Refused {
            reason: "this page does not know what to do".into(),
        }),
    }
}

/// What the person's page says that Persona would find.
pub(in crate::emulator) fn found(form: &Parameters) -> Found {
    let check = form.get("check").unwrap_or_default().to_owned();
    match form.get("found") {
        Some("fail") => Found::Fail(check),
        Some("retry") => Found::Retry(check),
        _ => Found::Pass,
    }
}

fn page(state: &Shared, visit: &Visit, problem: Option<&PersonError>) -> Response {
    let state = look(state);
    let model = &state.model;
    let Some(step) = step(model, &visit.inquiry_id) else {
        return cannot_go_on(&PersonError::LinkUnknown, visit.frame_origin.clone());
    };
    let mut page = show_step(model, visit, &step, problem);
    if let Some(problem) = problem {
        page.status = match status_of(problem) {
            StatusCode::OK => StatusCode::UNPROCESSABLE_ENTITY,
            status => status,
        };
    }
    page.into_response()
}

/// The last page of somebody who was inside. With a result it is the one that leads back.
fn ended(state: &Shared, visit: &Visit, error: &PersonError) -> Response {
    if !matches!(error, PersonError::InquiryFinished { .. }) {
        return cannot_go_on(error, visit.frame_origin.clone());
    }
    let state = look(state);
    let inquiry = state.model.inquiries.get(&visit.inquiry_id);
    let session = inquiry.and_then(|inquiry| {
        let mut sessions = inquiry.sessions.iter();
        sessions.find(|id| {
            let session = state.model.sessions.get(id);
            session.is_some_and(|session| session.token == visit.session_token)
        })
    });
    match (inquiry, session) {
        (Some(inquiry), Some(_)) => finished(&state.model, inquiry, visit).into_response(),
        // An address that was put together: it shows no more than a link would.
        _ => cannot_go_on(error, visit.frame_origin.clone()),
    }
}
