//! What a client tells about its calls: spans for tracing, and reports for metrics.
//!
//! # Tracing
//!
//! Each call is one [`tracing`](https://docs.rs/tracing) span, `persona.call` at level `INFO`,
//! with the target `withpersona`. Names follow OpenTelemetry's conventions for HTTP clients.
//!
//! | field | value |
//! |---|---|
//! | `otel.kind` | `client` |
//! | `otel.name`, `persona.operation` | Persona's name of the operation, such as `retrieve-an-inquiry` |
//! | `http.request.method` | `GET`, `POST`, … |
//! | `url.template` | the path with `{id}` for each id, such as `/inquiries/{id}/resume` |
//! | `server.address`, `server.port` | the host of the base URL |
//! | `http.request.resend_count` | how many attempts came after the first; absent if none |
//! | `http.response.status_code` | of the last answer |
//! | `error.type` | the status of a refusal, or the kind of any other error, such as `timeout` |
//! | `persona.request_id` | `req_…` of the last answer, for Persona's support |
//! | `persona.environment_id` | `env_…` of the last answer |
//!
//! Each attempt is an event in it, at `DEBUG`, or at `WARN` when it failed and another one
//! follows: nobody else sees these. It has `http.request.resend_count`,
//! `http.response.status_code`, `error.type`, `persona.request_id`, `persona.duration_ms` and,
//! before another attempt, `persona.retry_in_ms`.
//!
//! A call that fails ends with an event at `DEBUG` with `exception.message`: what the error
//! displays; and one at `TRACE` with `error`, in the form of `Debug`.
//!
//! None of them holds an id of an object, a query value, a header, a body, a key, a token, or
//! Persona's details of an error. The decoding of an answer is a part of its attempt.
//!
//! # Metrics
//!
//! Give [`PersonaBuilder::observer`](crate::PersonaBuilder::observer) an [`Observer`]: it is told
//! of the same calls and attempts as plain values.

use std::time::Duration;

use crate::error::Error;

/// Is told of every call of a client, for metrics.
///
/// It runs on the task that makes the call: count, and return.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use withpersona::Persona;
/// use withpersona::observe::{CallInfo, CallReport, Observer};
///
/// #[derive(Default)]
/// struct Failures(AtomicU64);
///
/// impl Observer for Failures {
///     fn call_finished(&self, _: &CallInfo, report: &CallReport<'_>) {
///         if report.error.is_some() {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
///
/// let persona = Persona::builder()
///     .api_key("persona_sandbox_5e1f")
///     .base_url("http://127.0.0.1:8080/api/v1")
///     .observer(Failures::default())
///     .build()?;
/// # Ok::<(), withpersona::Error>(())
/// ```
pub trait Observer: Send + Sync {
    /// A call begins.
    fn call_started(&self, _call: &CallInfo) {}

    /// An attempt of it is over.
    fn attempt_finished(&self, _call: &CallInfo, _attempt: &AttemptReport<'_>) {}

    /// The call is over. Each call that was started ends once, a dropped one too.
    fn call_finished(&self, _call: &CallInfo, _report: &CallReport<'_>) {}
}

/// Which call it is; every value is one of few, and fit for a label.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallInfo {
    /// Persona's name of the operation, such as `retrieve-an-inquiry`.
    pub operation: &'static str,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path with `{id}` for each id.
    pub url_template: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct AttemptReport<'a> {
    /// Which attempt of the call it was, from 1 on.
    pub number: u32,
    /// From sending to the end of the answer.
    pub duration: Duration,
    /// The HTTP status, if an answer came.
    pub status: Option<u16>,
    /// What went wrong, if anything did.
    pub error: Option<&'a Error>,
    /// How long until the next attempt, if there is one.
    pub retry_in: Option<Duration>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CallReport<'a> {
    /// How many attempts were made.
    pub attempts: u32,
    /// From beginning to end, with all waiting.
    pub duration: Duration,
    /// The HTTP status of the last answer, if one came.
    pub status: Option<u16>,
    /// What went wrong, if anything did.
    pub error: Option<&'a Error>,
    /// Whether the caller dropped the call before its end.
    pub cancelled: bool,
}
