//! The table of routes, and its way into axum.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;

use super::answer::Answer;
use super::call::Call;
use super::gate::Incoming;
use super::include::Include;
use super::{
    accounts, api_keys, api_logs, cases, devices, documents, events, files, importers, inquiries,
    inquiry_sessions, lists, multipart, rate_limits, reports, templates, transactions,
    verifications, webhooks, workflows,
};
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::record::Asked;
use crate::emulator::{State, lock};

/// Where the API lives.
pub(crate) const ROOT: &str = "/api/v1";

/// What is imported goes there.
const IMPORTS: &str = "/api/v1/importer/";

/// Larger bodies are refused with 413.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// As large as an import may be.
const LARGEST_IMPORT: usize = 100 * 1024 * 1024;

pub(crate) type Handler = fn(&mut Model, &Call) -> Result<Answer, Refusal>;

/// One operation of the API.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: MethodFilter,
    /// Under [`ROOT`], with at most one parameter, `{id}`.
    pub(crate) path: &'static str,
    /// The operation id of the official document.
    pub(crate) operation: &'static str,
    pub(crate) include: Include,
    pub(crate) handler: Handler,
}

/// One operation of Persona's API that the emulator does.
///
/// ```
/// let operations = withpersona::emulator::operations();
/// assert!(operations.iter().any(|it| it.method == "POST" && it.path == "/inquiries/{id}/resume"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The HTTP method.
    pub method: &'static str,
    /// The path under `/api/v1`.
    pub path: &'static str,
    /// The operation id in Persona's OpenAPI document.
    pub id: &'static str,
}

/// Every operation that the emulator does; any other is answered with 501.
pub(crate) fn operations() -> Vec<Operation> {
    routes()
        .map(|route| Operation {
            method: method_name(route.method),
            path: route.path,
            id: route.operation,
        })
        .collect()
}

pub(crate) fn router(state: &Arc<Mutex<State>>) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let state = Arc::clone(state);
        let handler = move |Path(parameters): Path<HashMap<String, String>>, request: Request| {
            let state = Arc::clone(&state);
            async move { serve(&state, Some(route), parameters, request).await }
        };
        router = router.route(
            &format!("{ROOT}{}", route.path),
            axum::routing::on(route.method, handler),
        );
    }
    let stored = Arc::clone(state);
    let file = move |Path(name): Path<String>, request: Request| async move {
        let query = request.uri().query().unwrap_or_default();
        let mut state = lock(&stored);
        state.file(&name, query, request.headers()).map(Body::from)
    };
    router = router.route(files::PATH, axum::routing::get(file));
    let state = Arc::clone(state);
    let rest = move |request: Request| {
        let state = Arc::clone(&state);
        async move {
            if request.uri().path().starts_with(ROOT) {
                serve(&state, None, HashMap::new(), request).await
            } else {
                NOT_THE_API.into_response()
            }
        }
    };
    router
        .fallback(rest.clone())
        .method_not_allowed_fallback(rest)
}

const NOT_THE_API: (StatusCode, &str) = (
    StatusCode::NOT_FOUND,
    "This is an emulator of Persona, not Persona. It has the API under /api/v1, the pages of the \
     person under /verify, those of the operator under /dashboard, and a start page at /.\n",
);

impl Route {
    pub(super) const fn get(path: &'static str, operation: &'static str, handler: Handler) -> Self {
        Self::new(MethodFilter::GET, path, operation, handler)
    }

    pub(super) const fn post(
        path: &'static str,
        operation: &'static str,
        handler: Handler,
    ) -> Self {
        Self::new(MethodFilter::POST, path, operation, handler)
    }

    pub(super) const fn patch(
        path: &'static str,
        operation: &'static str,
        handler: Handler,
    ) -> Self {
        Self::new(MethodFilter::PATCH, path, operation, handler)
    }

    pub(super) const fn delete(
        path: &'static str,
        operation: &'static str,
        handler: Handler,
    ) -> Self {
        Self::new(MethodFilter::DELETE, path, operation, handler)
    }

    /// The same route with another rule for related resources.
    pub(super) const fn include(self, include: Include) -> Self {
        Self { include, ..self }
    }

    const fn new(
        method: MethodFilter,
        path: &'static str,
        operation: &'static str,
        handler: Handler,
    ) -> Self {
        Self {
            method,
            path,
            operation,
            include: Include::Asked,
            handler,
        }
    }
}

fn routes() -> impl Iterator<Item = Route> {
    [
        inquiries::ROUTES,
        inquiry_sessions::ROUTES,
        verifications::ROUTES,
        documents::ROUTES,
        importers::ROUTES,
        accounts::ROUTES,
        templates::ROUTES,
        events::ROUTES,
        rate_limits::ROUTES,
        webhooks::ROUTES,
        transactions::ROUTES,
        lists::ROUTES,
        devices::ROUTES,
        reports::ROUTES,
        cases::ROUTES,
        workflows::ROUTES,
        api_keys::ROUTES,
        api_logs::ROUTES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

fn method_name(method: MethodFilter) -> &'static str {
    match method {
        MethodFilter::GET => "GET",
        MethodFilter::POST => "POST",
        MethodFilter::PATCH => "PATCH",
        MethodFilter::DELETE => "DELETE",
        _ => "?",
    }
}

async fn serve(
    state: &Mutex<State>,
    route: Option<Route>,
    parameters: HashMap<String, String>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let limit = match head.uri.path().starts_with(IMPORTS) {
        true => LARGEST_IMPORT,
        false => LARGEST_BODY,
    };
    let body = match to_bytes(body, limit).await {
        Ok(body) => body,
        Err(_) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    };
    let mut state = lock(state);
    let asked = state.recorder.is_some().then(|| Asked {
        operation: route.map(|route| route.operation),
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers.clone(),
        body: body.clone(),
    });
    let incoming = Incoming {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        id: parameters.get("id").cloned().unwrap_or_default(),
        body: multipart::into_json(&head.headers, body.clone()).unwrap_or(body),
        headers: head.headers,
        route,
    };
    let answer = state.answer(incoming);
    if let (Some(recorder), Some(asked)) = (&mut state.recorder, asked) {
        recorder.keep(&asked, &answer);
    }
    answer.map(Body::from)
}
