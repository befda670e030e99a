//! Requests that move the emulator itself: its clock, its failures, its people. They are for tests
//! that are not written in Rust, and do what the methods of [`Emulator`](super::Emulator) do.

mod people;

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::faults::Moment;
use super::model::results::{Found, NoResult, Results};
use super::person::PersonError;
use super::site::shell::with_type;
use super::site::{Shared, body_of};
use super::{Faults, State, api, lock, wire};

/// What a handler says: an answer, or a refusal with its reason.
type Told = Result<Value, (StatusCode, Value)>;

pub(crate) fn router(state: &Shared) -> Router {
    let people = state.clone();
    let by_hand = state.clone();
    Router::new()
        .route(
            "/emulator/clock",
            reading(state, clock).merge(posting(state, move_clock)),
        )
        .route(
            "/emulator/faults",
            reading(state, faults)
                .merge(posting(state, fail))
                .delete(handler(state, forget_faults)),
        )
        .route("/emulator/reset", posting(state, reset))
        .route(
            "/emulator/results",
            reading(state, results).merge(posting(state, set_results)),
        )
        .route(
            "/emulator/results/{inquiry_id}",
            post(
                move |Path(inquiry_id): Path<String>, request: Request| async move {
                    match body_of(request).await {
                        Ok(body) => answer(conclude(&by_hand, &inquiry_id, &body)),
                        Err(refusal) => refusal,
                    }
                },
            ),
        )
        .route(
            "/emulator/people",
            post(move |request: Request| async move {
                match body_of(request).await {
                    Ok(body) => {
                        answer(read(&body).and_then(|script| people::walk(&people, script)))
                    }
                    Err(refusal) => refusal,
                }
            }),
        )
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ClockChange {
    advance_seconds: Option<u64>,
    advance_to: Option<DateTime<Utc>>,
    rate: Option<f64>,
}

fn clock(state: &mut State, _: &Bytes) -> Told {
    state.model.catch_up();
    let clock = state.model.clock();
    Ok(json!({ "now": wire::timestamp(clock.now()), "rate": clock.rate() }))
}

fn move_clock(state: &mut State, body: &Bytes) -> Told {
    let change: ClockChange = read(body)?;
    let moves = clock_of(state);
    if let Some(rate) = change.rate {
        if !rate.is_finite() || rate < 0.0 {
            return Err(refusal(StatusCode::BAD_REQUEST, "rate must be 0 or more"));
        }
        moves.set_rate(rate);
    }
    if let Some(at) = change.advance_to {
        if at < moves.now() {
            return Err(refusal(StatusCode::CONFLICT, "the clock does not go back"));
        }
        moves.advance_to(at);
    }
    if let Some(seconds) = change.advance_seconds {
        moves.advance(Duration::from_secs(seconds));
    }
    clock(state, body)
}

fn clock_of(state: &State) -> super::Clock {
    state.model.clock().clone()
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FaultOrder {
    operation: String,
    #[serde(default)]
    after_work: bool,
    #[serde(default = "once")]
    times: usize,
}

fn once() -> usize {
    1
}

fn faults(state: &mut State, _: &Bytes) -> Told {
    let waiting = state.gate.faults.waiting();
    let waiting: Vec<Value> = waiting
        .map(|(operation, moment)| {
            json!({ "operation": operation, "after-work": moment == Moment::After })
        })
        .collect();
    Ok(json!({ "waiting": waiting }))
}

fn fail(state: &mut State, body: &Bytes) -> Told {
    const MOST: usize = 10_000;
    let order: FaultOrder = read(body)?;
    let known = api::operations();
    if !known.iter().any(|known| known.id == order.operation) {
        return Err(refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!(
                "{:?} is no operation that the emulator does",
                order.operation
            ),
        ));
    }
    if order.times > MOST {
        return Err(refusal(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("times is {MOST} at most"),
        ));
    }
    let moment = if order.after_work {
        Moment::After
    } else {
        Moment::Before
    };
    Faults::add_to(state, &order.operation, moment, order.times);
    faults(state, body)
}

fn forget_faults(state: &mut State, body: &Bytes) -> Told {
    state.gate.faults.clear();
    faults(state, body)
}

fn reset(state: &mut State, _: &Bytes) -> Told {
    state.reset();
    Ok(json!({ "reset": true }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultsOrder {
    results: Results,
}

fn results(state: &mut State, _: &Bytes) -> Told {
    Ok(json!({ "results": state.model.results }))
}

fn set_results(state: &mut State, body: &Bytes) -> Told {
    let order: ResultsOrder = read(body)?;
    state.model.results = order.results;
    results(state, body)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByHand {
    /// What the person's page said, if this does not.
    found: Option<Found>,
}

fn conclude(state: &Shared, inquiry_id: &str, body: &Bytes) -> Told {
    let order: ByHand = if body.is_empty() {
        ByHand { found: None }
    } else {
        read(body)?
    };
    let mut state = lock(state);
    let model = &mut state.model;
    model.catch_up();
    let Some(inquiry) = model.inquiries.get(inquiry_id) else {
        return Err(refusal(
            StatusCode::NOT_FOUND,
            format!("there is no inquiry {inquiry_id}"),
        ));
    };
    let awaited = inquiry.progress.awaited.as_ref();
    let found = order.found.or_else(|| awaited.map(|it| it.found.clone()));
    model
        .conclude_submitted(inquiry_id, &found.unwrap_or(Found::Pass))
        .map_err(|reason: NoResult| {
            refusal(StatusCode::CONFLICT, PersonError::from(reason).to_string())
        })?;
    let inquiry = model.inquiries.get(inquiry_id);
    Ok(json!({ "inquiry-id": inquiry_id, "status": inquiry.map(|it| it.status) }))
}

type Handler = fn(&mut State, &Bytes) -> Told;

fn reading(state: &Shared, act: Handler) -> MethodRouter {
    get(handler(state, act))
}

fn posting(state: &Shared, act: Handler) -> MethodRouter {
    post(handler(state, act))
}

fn handler(
    state: &Shared,
    act: Handler,
) -> impl Fn(Request) -> std::pin::Pin<Box<dyn Future<Output = Response> + Send>>
+ Clone
+ Send
+ Sync
+ 'static {
    let state = state.clone();
    move |request| {
        let state = state.clone();
        Box::pin(async move {
            match body_of(request).await {
                Ok(body) => answer(act(&mut lock(&state), &body)),
                Err(refusal) => refusal,
            }
        })
    }
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, (StatusCode, Value)> {
    serde_json::from_slice(body)
        .map_err(|error| refusal(StatusCode::BAD_REQUEST, format!("the body: {error}")))
}

fn refusal(status: StatusCode, reason: impl Into<String>) -> (StatusCode, Value) {
    (status, json!({ "error": reason.into() }))
}

fn answer(told: Told) -> Response {
    let (status, body) = match told {
        Ok(body) => (StatusCode::OK, body),
        Err(refusal) => refusal,
    };
    let mut response = with_type(format!("{body}\n"), "application/json");
    *response.status_mut() = status;
    response
}
