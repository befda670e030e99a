//! What spans, events and observers tell of a call, and what they never tell.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tracing::Level;
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use super::server::{Fate, Script, get, observed, path, settings};
use crate::call::observe::{AttemptReport, CallInfo, CallReport, Observer};
use crate::call::{Request, path_segment};

/// Keeps what a subscriber writes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn a_span_tells_the_call_and_its_events_the_attempts() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .without_time()
        .with_writer(log.clone())
        .finish();
    // Other tests of this process make calls at the same time and listen to nothing. As long as
    // there is one dispatcher alone, an event that such a thread meets first would be taken for
    // one that nobody wants.
    let _another = tracing::Dispatch::new(NoSubscriber::new());
    let guard = tracing::subscriber::set_default(subscriber);
    let refused = Fate::status(404)
        .with("request-id", "req_2")
        .with("persona-environment-id", "env_3")
        .body(r#"{"errors": [{"title": "Record not found", "details": "canary"}]}"#);
    let server = Script::new([Fate::status(503).with("request-id", "req_1"), refused]);
    let resource = format!("/inquiries/{}/resume", path_segment("inq_canary"));
    let request = Request::post("resume-an-inquiry", resource)
        .query("filter[reference-id]", "canary")
        .json("canary");
    path(server).send(request).await.unwrap_err();
    drop(guard);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!log.contains("canary"), "{log}");
    assert!(!log.contains("persona_sandbox"), "{log}");
    let lines: Vec<_> = log.lines().collect();
    let [retried, failed, message, in_full, closed] = lines[..] else {
        panic!("two attempts, the error twice and the end of the span, not {log}");
    };
    assert!(message.trim_start().starts_with("DEBUG"), "{message}");
    assert!(message.contains("exception.message=resume-an-inquiry: not found"));
    assert!(in_full.trim_start().starts_with("TRACE"), "{in_full}");
    assert!(in_full.contains("error=Error { kind: NotFound"));
    assert!(retried.trim_start().starts_with("WARN"), "{retried}");
    for field in ["http.response.status_code=503", "persona.retry_in_ms=1000"] {
        assert!(retried.contains(field), "{field} in {retried}");
    }
    assert!(failed.trim_start().starts_with("DEBUG"), "{failed}");
    for field in [
        "otel.kind=\"client\"",
        "persona.operation=\"resume-an-inquiry\"",
        "http.request.method=\"POST\"",
        "url.template=\"/inquiries/{id}/resume\"",
        "server.address=\"127.0.0.1\"",
        "server.port=80",
        "http.request.resend_count=1",
        "http.response.status_code=404",
        "error.type=\"404\"",
        "persona.request_id=\"req_2\"",
        "persona.environment_id=\"env_3\"",
    ] {
        assert!(closed.contains(field), "{field} in {closed}");
    }
}

/// Writes down what it is told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn push(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl Observer for Told {
    fn call_started(&self, call: &CallInfo) {
        self.push(format!("{} {}", call.method, call.operation));
    }

    fn attempt_finished(&self, _: &CallInfo, attempt: &AttemptReport<'_>) {
        self.push(format!(
            "attempt {}: {:?}, again in {:?}",
            attempt.number, attempt.status, attempt.retry_in
        ));
    }

    fn call_finished(&self, _: &CallInfo, report: &CallReport<'_>) {
        self.push(format!(
            "{} attempts in {:?}: {:?}, cancelled {}",
            report.attempts,
            report.duration,
            report.error.map(|error| error.kind()),
            report.cancelled
        ));
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_is_told_of_calls_and_attempts() {
    let told = Told::default();
    let server = Script::new([Fate::status(503), Fate::status(200), Fate::Silence]);
    let path = observed(server, settings(), Some(Arc::new(told.clone())));
    path.send(get()).await.unwrap();
    path.send(Request::get("x", "no slash".to_owned()))
        .await
        .unwrap_err();
    let dropped = tokio::time::timeout(Duration::from_secs(3), path.send(get()));
    dropped.await.unwrap_err();
    let told = told.0.lock().unwrap().clone();
    assert_eq!(
        told,
        [
            "GET retrieve-an-inquiry",
            "attempt 1: Some(503), again in Some(1s)",
            "attempt 2: Some(200), again in None",
            "2 attempts in 1s: None, cancelled false",
            "GET x",
            "0 attempts in 0ns: Some(InvalidInput), cancelled false",
            "GET retrieve-an-inquiry",
            "1 attempts in 3s: None, cancelled true",
        ]
    );
}
