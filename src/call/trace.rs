//! The span of a call and the reports to its observer; what they hold is documented in
//! [`observe`](super::observe).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;
use tracing::{Level, Span, event, field, info_span};
use url::Url;

use super::observe::{AttemptReport, CallInfo, CallReport, Observer};
use super::request::Request;
use super::transport::Head;
use super::{Answer, headers};
use crate::error::Error;

/// Watches one call; dropped before the call's end, it reports that.
pub(super) struct Watch {
    span: Span,
    observer: Option<Told>,
    begun: Instant,
    attempts: AtomicU32,
    finished: bool,
}

/// An observer, and which call it is told of.
struct Told {
    observer: Arc<dyn Observer>,
    call: CallInfo,
}

impl Watch {
    pub(super) fn begin(
        request: &Request,
        base_url: &Url,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        let span = info_span!(
            target: "withpersona",
            "persona.call",
            "otel.kind" = "client",
            "otel.name" = request.operation,
            "persona.operation" = request.operation,
            "http.request.method" = request.method.as_str(),
            "url.template" = request.template(),
            "server.address" = base_url.host_str(),
            "server.port" = base_url.port_or_known_default(),
            "http.request.resend_count" = field::Empty,
            "http.response.status_code" = field::Empty,
            "error.type" = field::Empty,
            "persona.request_id" = field::Empty,
            "persona.environment_id" = field::Empty,
        );
        let observer = observer.map(|observer| {
            let call = CallInfo {
                operation: request.operation,
                method: request.method.as_str().to_owned(),
                url_template: request.template(),
            };
            observer.call_started(&call);
            Told { observer, call }
        });
        Self {
            span,
            observer,
            begun: Instant::now(),
            attempts: AtomicU32::new(0),
            finished: false,
        }
    }

    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    pub(super) fn attempt_begun(&self, number: u32) -> Instant {
        self.attempts.store(number, Ordering::Relaxed);
        if number > 1 {
            self.span
                .record("http.request.resend_count", u64::from(number - 1));
        }
        Instant::now()
    }

    /// The head of an answer came.
    pub(super) fn answered(&self, head: &Head) {
        self.span
            .record("http.response.status_code", u64::from(head.status.as_u16()));
        self.record_text("persona.request_id", headers::request_id, &head.headers);
        self.record_text(
            "persona.environment_id",
            headers::environment_id,
            &head.headers,
        );
    }

    pub(super) fn attempt_finished(
        &self,
        begun: Instant,
        result: Result<&Answer, &Error>,
        retry_in: Option<Duration>,
    ) {
        let number = self.attempts.load(Ordering::Relaxed);
        let duration = begun.elapsed();
        let (status, error) = end_of(result);
        // The level of an event is a constant, so there are two.
        macro_rules! attempt {
            ($level:expr) => {
                event!(
                    target: "withpersona",
                    parent: &self.span,
                    $level,
                    "http.request.resend_count" = number.saturating_sub(1),
                    "http.response.status_code" = status,
                    "error.type" = error.map(error_type),
                    "persona.request_id" = error.and_then(Error::request_id),
                    "persona.duration_ms" = duration.as_millis() as u64,
                    "persona.retry_in_ms" = retry_in.map(|delay| delay.as_millis() as u64),
                    "attempt finished"
                )
            };
        }
        match retry_in {
            Some(_) => attempt!(Level::WARN),
            None => attempt!(Level::DEBUG),
        }
        if let Some(Told { observer, call }) = &self.observer {
            let report = AttemptReport {
                number,
                duration,
                status,
                error,
                retry_in,
            };
            observer.attempt_finished(call, &report);
        }
    }

    pub(super) fn finish(mut self, result: Result<&Answer, &Error>) {
        let (status, error) = end_of(result);
        if let Some(error) = error {
            self.span.record("error.type", error_type(error));
            event!(
                target: "withpersona",
                parent: &self.span,
                Level::DEBUG,
                "exception.message" = %error,
                "call failed"
            );
            event!(
                target: "withpersona",
                parent: &self.span,
                Level::TRACE,
                ?error,
                "call failed, in full"
            );
        }
        self.report(status, error, false);
        self.finished = true;
    }

    fn report(&self, status: Option<u16>, error: Option<&Error>, cancelled: bool) {
        if let Some(Told { observer, call }) = &self.observer {
            let report = CallReport {
                attempts: self.attempts.load(Ordering::Relaxed),
                duration: self.begun.elapsed(),
                status,
                error,
                cancelled,
            };
            observer.call_finished(call, &report);
        }
    }

    fn record_text(
        &self,
        field: &'static str,
        read: fn(&HeaderMap) -> Option<String>,
        headers: &HeaderMap,
    ) {
        if !self.span.is_disabled()
            && let Some(text) = read(headers)
        {
            self.span.record(field, text);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.finished {
            self.span.record("error.type", "cancelled");
            self.report(None, None, true);
        }
    }
}

fn end_of<'a>(result: Result<&Answer, &'a Error>) -> (Option<u16>, Option<&'a Error>) {
    match result {
        Ok(answer) => (Some(answer.head.status.as_u16()), None),
        Err(error) => (error.status(), Some(error)),
    }
}

fn error_type(error: &Error) -> String {
    match error.status() {
        Some(status) if !(200..=299).contains(&status) => status.to_string(),
        _ => error.kind().code().to_owned(),
    }
}
