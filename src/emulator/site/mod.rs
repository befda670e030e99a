//! Everything that the emulator shows and takes outside of the API: the pages of the person, those
//! of the operator, and the requests that move the emulator itself.

pub(crate) mod origin;
pub(crate) mod parameters;
pub(crate) mod shell;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::html;

use super::{State, control, dashboard, hosted, look};
use parameters::Parameters;
use shell::{Page, asset};

/// Forms and scripts are small.
const LARGEST_BODY: usize = 1024 * 1024;

pub(crate) type Shared = Arc<Mutex<State>>;

pub(crate) fn router(state: &Shared) -> Router {
    let shared = Arc::clone(state);
    Router::new()
        .route("/", get(move || async move { start_page(&shared) }))
        .route(
            "/emulator.css",
            get(|| async { asset(include_str!("emulator.css"), "text/css; charset=utf-8") }),
        )
        .merge(hosted::router(state))
        .merge(dashboard::router(state))
        .merge(control::router(state))
}

/// The body of a request that changes something, after asking where it comes from.
pub(crate) async fn body_of(request: Request) -> Result<axum::body::Bytes, Response> {
    let (head, body) = request.into_parts();
    if let Err(reason) = origin::check(&head.headers) {
        return Err((StatusCode::FORBIDDEN, format!("{reason}\n")).into_response());
    }
    to_bytes(body, LARGEST_BODY)
        .await
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())
}

/// The form that a request brings.
pub(crate) async fn form_of(request: Request) -> Result<Parameters, Response> {
    let body = body_of(request).await?;
    Ok(Parameters::parse(&String::from_utf8_lossy(&body)))
}

fn start_page(state: &Shared) -> Response {
    let (origin, templates) = {
        let state = look(state);
        let templates = state.model.templates().iter();
        let templates: Vec<(String, String)> = templates
            .map(|template| (template.id.clone(), template.name.clone()))
            .collect();
        (state.model.origin().to_owned(), templates)
    };
    let body = html! {
        h1 { "Persona, emulated" }
        p { "A stand-in for Persona on your own machine, for development and tests." }
        h2 { "For your backend" }
        dl {
            dt { "Base URL" }
            dd { code { (origin) "/api/v1" } }
            dt { "API key" }
            dd { "any that starts with " code { "persona_sandbox_" } }
        }
        h2 { "For you" }
        ul {
            li { a href="/dashboard" { "Dashboard" } ": inquiries, events, webhook deliveries, API log, clock" }
            @for (id, name) in &templates {
                li {
                    a href={ "/verify?inquiry-template-id=" (id) } { "Be verified" }
                    ": " (name) " (" code { (id) } ")"
                }
            }
        }
        h2 { "For your page" }
        p {
            "Load " code { (origin) "/persona.js" } " in place of Persona's web SDK, and "
            code { "new Persona.Client({ … })" } " opens these pages in a frame."
        }
        h2 { "For your tests" }
        p {
            code { "/emulator/clock" } ", " code { "/emulator/faults" } ", "
            code { "/emulator/people" } ", " code { "/emulator/results" } " and "
            code { "/emulator/reset" } " move the emulator itself. "
            a href="https://docs.rs/withpersona/latest/withpersona/emulator/" { "Documentation" }
            " of the emulator; what it does and does not do stands in " code { "EMULATOR.md" } "."
        }
    };
    Page::new("Start", body).into_response()
}
