//! What every request passes: key, rate window, idempotency key, then its handler, then the
//! headers that stand on every answer.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Answer;
use super::api_keys;
use super::call::Call;
use super::idempotency::{Fingerprint, Idempotency, Kept, Known};
use super::include;
use super::inflection::{Inflection, to_kebab};
use super::rate_window::{RateWindows, Standing};
use super::route::Route;
use super::sparse::thin_out;
use crate::emulator::State;
use crate::emulator::faults::{Moment, Waiting};
use crate::emulator::model::Model;
use crate::emulator::model::api_key::ApiKey;
use crate::emulator::model::api_log::{ApiLog, RateHeaders};
use crate::emulator::model::id::IdSource;
use crate::emulator::model::refusal::{Refusal, RefusalKind};

/// Every key that starts with this is accepted.
pub(crate) const KEY_PREFIX: &str = "persona_sandbox_";

/// The version of the API whose shapes the emulator has.
pub(crate) const VERSION: &str = "2025-12-08";

/// Versions of the API that exist, besides [`VERSION`].
const OTHER_VERSIONS: [&str; 9] = [
    "2026-09-29",
    "2025-10-27",
    "2023-01-05",
    "2022-09-01",
    "2021-08-18",
    "2021-07-05",
    "2021-05-14",
    "2021-02-21",
    "2020-05-18",
];

/// Whether there is, or was, such a version of the API.
pub(crate) fn is_version(version: &str) -> bool {
    version == VERSION || OTHER_VERSIONS.contains(&version)
}

const JSON: &str = "application/json";

/// What the gate remembers between requests.
pub(crate) struct Gate {
    windows: RateWindows,
    /// Of creations, by operation.
    quotas: Option<RateWindows>,
    idempotency: Idempotency,
    /// Apart from the model's, so that reading does not change which ids come next.
    ids: IdSource,
    environment_id: String,
    organization_id: String,
    served: u64,
    /// By operation, refused requests included.
    served_by_operation: BTreeMap<&'static str, u64>,
    pub(crate) faults: Waiting,
}

/// A request with its route found and its body read.
pub(crate) struct Incoming {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) id: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) route: Option<Route>,
}

impl Gate {
    pub(crate) fn new(seed: u64, limit: u32, quota: Option<u32>) -> Self {
        let mut ids = IdSource::new(!seed);
        Self {
            windows: RateWindows::new(limit),
            quotas: quota.map(RateWindows::new),
            idempotency: Idempotency::default(),
            environment_id: ids.next("env"),
            organization_id: ids.next("org"),
            ids,
            served: 0,
            served_by_operation: BTreeMap::new(),
            faults: Waiting::default(),
        }
    }

    /// What a restart does not change: who the callers are told to speak to.
    pub(crate) fn identity(&self) -> Value {
        json!({
            "environment-id": self.environment_id,
            "organization-id": self.organization_id,
            "ids": self.ids,
        })
    }

    /// Takes on what [`identity`](Self::identity) gave.
    pub(crate) fn be(&mut self, identity: &Value) {
        if let Some(id) = identity["environment-id"].as_str() {
            self.environment_id = id.to_owned();
        }
        if let Some(id) = identity["organization-id"].as_str() {
            self.organization_id = id.to_owned();
        }
        if let Ok(ids) = IdSource::deserialize(&identity["ids"]) {
            self.ids = ids;
        }
    }

    /// How many requests have come in, refused ones included.
    pub(crate) fn served(&self) -> u64 {
        self.served
    }

    /// How many requests have come in for each operation, refused ones included.
    pub(crate) fn served_by_operation(&self) -> &BTreeMap<&'static str, u64> {
        &self.served_by_operation
    }
}

impl State {
    /// Answers one request from beginning to end.
    pub(super) fn answer(&mut self, incoming: Incoming) -> Response<Bytes> {
        let Self { model, gate, .. } = self;
        gate.served += 1;
        if let Some(route) = &incoming.route {
            *gate.served_by_operation.entry(route.operation).or_default() += 1;
        }
        model.catch_up();
        let now = model.now();

        let key = match api_key(&incoming.headers) {
            Ok(key) => key.to_owned(),
            Err(title) => return unauthorized(title),
        };
        if !model.use_api_key(&key) {
            return unauthorized(INVALID_KEY);
        }
        let standing = gate.windows.take(&key, now);
        let request_id = gate.ids.next("req");
        if standing.exceeded {
            let details = format!("more than {} requests in a minute", standing.limit);
            let answer = too_many("Rate limit exceeded", &details, request_id);
            model.log_request(api_log(&incoming, &answer, &standing, now));
            return gate.finish(answer, standing);
        }

        let idempotency_key = incoming
            .headers
            .get("idempotency-key")
            .filter(|_| incoming.method == Method::POST)
            .and_then(|key| key.to_str().ok())
            .map(str::to_owned);
        let fingerprint = Fingerprint::new(
            format!("{}?{}", incoming.path, incoming.query),
            &incoming.body,
        );
        if let Some(idempotency_key) = &idempotency_key {
            match gate
                .idempotency
                .look_up(&key, idempotency_key, &fingerprint, now)
            {
                Known::New => {}
                Known::Replay(first) => return gate.finish(first, standing),
                Known::Mismatch => {
                    let refusal = Refusal::bad_request(
                        "this idempotency key was used for a request with other parameters",
                    );
                    return gate.finish(refused(&refusal, request_id), standing);
                }
            }
        }

        if let Some(quota) = gate.quota_exceeded(incoming.route.as_ref(), now) {
            let details = format!("more than {quota} were created in a minute");
            let answer = too_many("Quota exceeded", &details, request_id);
            model.log_request(api_log(&incoming, &answer, &standing, now));
            return gate.finish(answer, standing);
        }

        let fault = incoming
            .route
            .as_ref()
            .and_then(|route| gate.faults.take(route.operation));
        let answer = match fault {
            Some(Moment::Before) => failed(request_id),
            _ => match run(model, &incoming, &key, standing) {
                _ if fault == Some(Moment::After) => failed(request_id),
                Ok((status, content_type, body)) => Kept {
                    status,
                    content_type,
                    body,
                    request_id,
                },
                Err(refusal) => refused(&refusal, request_id),
            },
        };
        gate.idempotency.forget(&model.take_forgotten());
        let log = api_log(&incoming, &answer, &standing, now);
        model.log_request(log);
        if let Some(idempotency_key) = idempotency_key {
            gate.idempotency
                .keep(&key, &idempotency_key, fingerprint, answer.clone(), now);
        }
        gate.finish(answer, standing)
    }
}

/// What quotas are about. They hold for all keys together.
const UNDER_QUOTA: [&str; 4] = [
    "create-an-inquiry",
    "create-a-report",
    "create-a-case",
    "create-a-transaction",
];

impl Gate {
    /// Counts a creation; the quota, if this one was too many.
    fn quota_exceeded(&mut self, route: Option<&Route>, now: DateTime<Utc>) -> Option<u32> {
        let operation = route?.operation;
        if !UNDER_QUOTA.contains(&operation) {
            return None;
        }
        let standing = self.quotas.as_mut()?.take(operation, now);
        standing.exceeded.then_some(standing.limit)
    }

    /// Puts on the headers that every authenticated answer has.
    fn finish(&self, answer: Kept, standing: Standing) -> Response<Bytes> {
        let mut response = Response::new(answer.body);
        *response.status_mut() = answer.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
        let mut put = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put("ratelimit-limit", &standing.limit.to_string());
        put("ratelimit-remaining", &standing.remaining.to_string());
        put("ratelimit-reset", &standing.seconds_to_reset.to_string());
        put("request-id", &answer.request_id);
        put("persona-environment-id", &self.environment_id);
        put("persona-organization-id", &self.organization_id);
        response
    }
}

/// Reads the request, runs its handler and writes the body.
fn run(
    model: &mut Model,
    incoming: &Incoming,
    key: &str,
    standing: Standing,
) -> Result<(StatusCode, &'static str, Bytes), Refusal> {
    let call = read(incoming, model.api_key_of(key), standing)?;
    let route = incoming.route.ok_or_else(|| {
        Refusal::not_emulated(format!(
            "the emulator does not do {}; EMULATOR.md lists what it does",
            incoming.path
        ))
    })?;
    if let Some(permission) = api_keys::permission(&route) {
        model.check_permission(key, &permission)?;
    }
    match route.operation {
        "retrieve-an-inquiry" => model.inquiry_is_read(Some(&call.id)),
        "list-all-inquiries" => model.inquiry_is_read(None),
        _ => {}
    }
    include::check(&call, route.include, route.path)?;
    match (route.handler)(model, &call)? {
        Answer::Pdf(bytes) => Ok((StatusCode::OK, "application/pdf", bytes.into())),
        Answer::Document(mut document) => {
            document.included = include::included(model, &call, route.include, &document.data);
            let status = document.status;
            let mut body = document.into_body();
            thin_out(&call, &mut body);
            let body = call.inflection.apply(body);
            Ok((status, JSON, body.to_string().into()))
        }
    }
}

/// A header wins over what the key says.
fn read(incoming: &Incoming, key: Option<&ApiKey>, standing: Standing) -> Result<Call, Refusal> {
    let of_key = key.map(|key| &key.settings);
    let header = |name: &str| match incoming.headers.get(name).map(HeaderValue::to_str) {
        None => Ok(None),
        Some(Ok(text)) => Ok(Some(text)),
        Some(Err(_)) => Err(Refusal::bad_request(format!("{name} is not plain text"))),
    };
    let version = header("persona-version")?;
    match version.or(of_key.map(|key| key.api_version.as_str())) {
        None | Some(VERSION) => {}
        Some(version) if OTHER_VERSIONS.contains(&version) => {
            return Err(Refusal::not_emulated(format!(
                "the emulator has the shapes of {VERSION}, not those of {version}"
            )));
        }
        Some(_) => {
            return Err(Refusal::bad_request(
                "Persona-Version is not a known version",
            ));
        }
    }
    let inflection = header("key-inflection")?;
    let inflection = match inflection.or(of_key.map(|key| key.inflection.as_str())) {
        None => Inflection::default(),
        Some(text) => Inflection::parse(text)
            .ok_or_else(|| Refusal::bad_request("Key-Inflection must be kebab, camel or snake"))?,
    };
    let body = if incoming.body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&incoming.body)
            .map_err(|_| Refusal::bad_request("the body is not JSON"))?
    };
    Ok(Call {
        path: incoming.path.clone(),
        id: incoming.id.clone(),
        query: form_urlencoded::parse(incoming.query.as_bytes())
            .into_owned()
            .collect(),
        body: to_kebab(body),
        inflection,
        standing,
    })
}

/// What is told about a key that is none, or not any more.
const INVALID_KEY: &str = "Token is invalid";

fn api_key(headers: &HeaderMap) -> Result<&str, &'static str> {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key)
        .ok_or("Must be authenticated to access this endpoint")?;
    if given.starts_with(KEY_PREFIX) {
        Ok(given)
    } else {
        Err(INVALID_KEY)
    }
}

/// The one answer without the usual headers.
fn unauthorized(title: &str) -> Response<Bytes> {
    let mut response = Response::new(error_body(title, None, None).to_string().into());
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

fn refused(refusal: &Refusal, request_id: String) -> Kept {
    let (status, title) = match refusal.kind {
        RefusalKind::BadRequest => (StatusCode::BAD_REQUEST, "Bad Request"),
        RefusalKind::Forbidden => (StatusCode::FORBIDDEN, "Forbidden"),
        RefusalKind::NotFound => (StatusCode::NOT_FOUND, "Record not found"),
        RefusalKind::Conflict => (StatusCode::CONFLICT, "Conflict"),
        RefusalKind::Unprocessable => (StatusCode::UNPROCESSABLE_ENTITY, "Unprocessable entity"),
        RefusalKind::NotEmulated => (StatusCode::NOT_IMPLEMENTED, "Not emulated"),
    };
    let body = error_body(title, Some(&refusal.details), refusal.pointer.as_deref());
    kept(status, &body, request_id)
}

/// What is kept of a request in the API's logs.
fn api_log(incoming: &Incoming, answer: &Kept, standing: &Standing, now: DateTime<Utc>) -> ApiLog {
    let header = |name: &str| {
        let value = incoming.headers.get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    ApiLog {
        id: answer.request_id.clone(),
        method: incoming.method.to_string(),
        path: incoming.path.clone(),
        accept: header("accept"),
        host: header("host"),
        version: header("persona-version"),
        user_agent: header("user-agent"),
        status: answer.status.as_u16(),
        content_type: answer.content_type.to_owned(),
        rate_limit: RateHeaders {
            limit: standing.limit.into(),
            remaining: standing.remaining.into(),
            reset: standing.seconds_to_reset,
        },
        created_at: now,
    }
}

fn too_many(title: &str, details: &str, request_id: String) -> Kept {
    let body = error_body(title, Some(details), None);
    kept(StatusCode::TOO_MANY_REQUESTS, &body, request_id)
}

/// What a fault answers that was asked for.
fn failed(request_id: String) -> Kept {
    let body = error_body("Internal server error", None, None);
    kept(StatusCode::INTERNAL_SERVER_ERROR, &body, request_id)
}

fn kept(status: StatusCode, body: &Value, request_id: String) -> Kept {
    Kept {
        status,
        content_type: JSON,
        body: body.to_string().into(),
        request_id,
    }
}

fn error_body(title: &str, details: Option<&str>, pointer: Option<&str>) -> Value {
    let mut error = json!({ "title": title });
    if let Some(details) = details {
        error["details"] = details.into();
    }
    if let Some(pointer) = pointer {
        error["source"] = json!({ "pointer": pointer });
    }
    json!({ "errors": [error] })
}
