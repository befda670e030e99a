//! Each fault by itself: a create meets it, and its error is compared with what the emulator has.

use std::time::Duration;

use tokio::net::TcpListener;
use withpersona::emulator::Emulator;
use withpersona::retry::{NeverRetry, NoBackoff};
use withpersona::{
    Delivery, Error, ErrorKind, LookUp, NewInquiry, Persona, PersonaBuilder, TimeoutKind,
    WriteOutcome,
};

use crate::proxy::{Fault, Proxy};

const REFERENCE: &str = "person-1";

/// How long a client waits that is not going to be answered.
const SHORT: Duration = Duration::from_millis(200);

/// A create that met one fault.
struct Struck {
    error: Error,
    /// How many inquiries the emulator has afterwards.
    inquiries: usize,
}

impl Struck {
    fn assert(&self, kind: ErrorKind, delivery: Delivery, status: Option<u16>) {
        let Self { error, .. } = self;
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.delivery(), delivery, "{error}");
        assert_eq!(error.status(), status, "{error}");
        assert_eq!(error.attempts(), 1, "{error}");
    }

    /// Nobody knows, and the key is there to find out.
    fn assert_unknown(&self, inquiries: usize) {
        let outcome = self.error.write_outcome();
        assert!(
            matches!(outcome, Some(WriteOutcome::Unknown { key: Some(_) })),
            "{outcome:?}: {}",
            self.error
        );
        assert!(!self.error.is_retryable(), "{}", self.error);
        assert_eq!(self.inquiries, inquiries);
    }

    fn assert_nothing_done(&self, outcome: WriteOutcome) {
        assert_eq!(self.error.write_outcome(), Some(outcome), "{}", self.error);
        assert_eq!(self.inquiries, 0);
    }
}

fn client(base_url: &str) -> PersonaBuilder {
    Persona::builder()
        .api_key("persona_sandbox_faults")
        .base_url(base_url)
        .backoff_policy(NoBackoff)
}

fn new(emulator: &Emulator) -> NewInquiry {
    NewInquiry::from_template(emulator.default_template_id()).reference_id(REFERENCE)
}

async fn inquiries(emulator: &Emulator) -> usize {
    let persona = client(emulator.base_url()).build().expect("builds");
    let mut found = persona.inquiries().list().reference_id(REFERENCE).items();
    let mut count = 0;
    while let Some(inquiry) = found.next().await {
        inquiry.expect("listed");
        count += 1;
    }
    count
}

/// Without another attempt.
async fn strike(fault: Fault) -> Struck {
    let emulator = Emulator::start().await.expect("starts");
    let proxy = Proxy::with(&emulator, &[fault]).await;
    let persona = client(proxy.base_url())
        .retry_policy(NeverRetry)
        .attempt_timeout(limit(fault))
        .build()
        .expect("builds");
    let error = persona.inquiries().create(new(&emulator)).await;
    Struck {
        error: error.expect_err("the fault strikes"),
        inquiries: inquiries(&emulator).await,
    }
}

/// With the attempts of a client as it comes: the second one mends it, and nothing is there twice.
async fn assert_mended(fault: Fault) {
    let emulator = Emulator::start().await.expect("starts");
    let proxy = Proxy::with(&emulator, &[fault]).await;
    let persona = client(proxy.base_url())
        .attempt_timeout(limit(fault))
        .build()
        .expect("builds");
    let created = persona.inquiries().create(new(&emulator)).await;
    created.expect("created by the second attempt");
    assert_eq!(inquiries(&emulator).await, 1);
}

/// With a look before another one is created.
async fn assert_looked_up(faults: &[Fault]) {
    let emulator = Emulator::start().await.expect("starts");
    let proxy = Proxy::with(&emulator, faults).await;
    let persona = client(proxy.base_url()).build().expect("builds");
    let new = new(&emulator).on_unknown(LookUp);
    persona.inquiries().create(new).await.expect("created");
    assert_eq!(inquiries(&emulator).await, 1);
}

/// Only who waits for nothing has to be quick about it.
fn limit(fault: Fault) -> Duration {
    match fault {
        Fault::SlowBody | Fault::DelayedHead => SHORT,
        _ => Duration::from_secs(30),
    }
}

#[tokio::test]
async fn reset_before_the_request_is_forwarded() {
    let struck = strike(Fault::ResetBefore).await;
    struck.assert(ErrorKind::Connection, Delivery::Unknown, None);
    struck.assert_unknown(0);
    assert_mended(Fault::ResetBefore).await;
}

#[tokio::test]
async fn reset_before_the_answer() {
    let struck = strike(Fault::ResetAfter).await;
    struck.assert(ErrorKind::Connection, Delivery::Unknown, None);
    struck.assert_unknown(1);
    assert_mended(Fault::ResetAfter).await;
}

#[tokio::test]
async fn reset_in_the_middle_of_the_answer() {
    let struck = strike(Fault::ResetInAnswer).await;
    assert_eq!(struck.error.kind(), ErrorKind::Connection);
    // A reset may overtake the head that was sent before it.
    assert_ne!(struck.error.delivery(), Delivery::NotSent);
    struck.assert_unknown(1);
    assert_mended(Fault::ResetInAnswer).await;
}

#[tokio::test]
async fn a_truncated_body() {
    let struck = strike(Fault::Truncated).await;
    struck.assert(ErrorKind::Connection, Delivery::Answered, Some(201));
    struck.assert_unknown(1);
    assert_mended(Fault::Truncated).await;
}

#[tokio::test]
async fn garbage_in_place_of_http() {
    let struck = strike(Fault::Garbage).await;
    struck.assert(ErrorKind::Connection, Delivery::Unknown, None);
    struck.assert_unknown(1);
    assert_mended(Fault::Garbage).await;
}

#[tokio::test]
async fn a_page_in_place_of_a_document() {
    let struck = strike(Fault::GarbageBody).await;
    struck.assert(ErrorKind::Decode, Delivery::Answered, Some(200));
    struck.assert_unknown(1);
    assert!(struck.error.to_string().contains("text/html"));
    assert_mended(Fault::GarbageBody).await;
    assert_looked_up(&[Fault::GarbageBody]).await;
}

#[tokio::test]
async fn a_body_that_never_ends() {
    let struck = strike(Fault::SlowBody).await;
    struck.assert(ErrorKind::Timeout, Delivery::Answered, Some(201));
    assert_eq!(struck.error.timeout(), Some(TimeoutKind::Attempt));
    struck.assert_unknown(1);
    assert_mended(Fault::SlowBody).await;
}

#[tokio::test]
async fn headers_that_never_come() {
    let struck = strike(Fault::DelayedHead).await;
    struck.assert(ErrorKind::Timeout, Delivery::Unknown, None);
    assert_eq!(struck.error.timeout(), Some(TimeoutKind::Attempt));
    struck.assert_unknown(1);
    assert_mended(Fault::DelayedHead).await;
}

#[tokio::test]
async fn too_many_requests_with_headers() {
    let struck = strike(Fault::TooMany).await;
    struck.assert(ErrorKind::RateLimit, Delivery::Answered, Some(429));
    struck.assert_nothing_done(WriteOutcome::Rejected);
    assert_eq!(struck.error.retry_after(), Some(Duration::ZERO));
    assert!(struck.error.is_retryable());
    assert_mended(Fault::TooMany).await;
}

#[tokio::test]
async fn too_many_requests_without_headers() {
    let struck = strike(Fault::TooManyBare).await;
    struck.assert(ErrorKind::RateLimit, Delivery::Answered, Some(429));
    struck.assert_nothing_done(WriteOutcome::Rejected);
    assert_eq!(struck.error.retry_after(), None);
    assert_mended(Fault::TooManyBare).await;
}

#[tokio::test]
async fn a_500_that_is_stored() {
    let struck = strike(Fault::StoredError).await;
    struck.assert(ErrorKind::Server, Delivery::Answered, Some(500));
    struck.assert_unknown(0);
    assert!(struck.error.request_id().is_some());
    assert_looked_up(&[Fault::StoredError]).await;
}

#[tokio::test]
async fn a_500_that_is_stored_after_the_work() {
    let struck = strike(Fault::StoredErrorAfterWork).await;
    struck.assert(ErrorKind::Server, Delivery::Answered, Some(500));
    struck.assert_unknown(1);
    assert_looked_up(&[Fault::StoredErrorAfterWork]).await;
}

#[tokio::test]
async fn a_look_that_meets_a_page() {
    assert_looked_up(&[Fault::StoredError, Fault::GarbageBody]).await;
    assert_looked_up(&[Fault::StoredErrorAfterWork, Fault::GarbageBody]).await;
}

/// Another attempt under the same key cannot help, so none is made.
#[tokio::test]
async fn the_same_key_gives_the_same_500() {
    let emulator = Emulator::start().await.expect("starts");
    let proxy = Proxy::with(&emulator, &[Fault::StoredError]).await;
    let persona = client(proxy.base_url()).build().expect("builds");
    let error = persona.inquiries().create(new(&emulator)).await;
    let error = error.expect_err("the fault strikes");
    assert_eq!((error.status(), error.attempts()), (Some(500), 1));
    let Some(WriteOutcome::Unknown { key: Some(key) }) = error.write_outcome() else {
        panic!("{:?}", error.write_outcome());
    };
    let same = withpersona::CallOptions::new().idempotency_key(key);
    let again = persona
        .with(same)
        .inquiries()
        .create(new(&emulator))
        .await
        .expect_err("stored");
    assert_eq!(again.status(), Some(500));
    assert_eq!(
        again.request_id(),
        error.request_id(),
        "it is the first answer"
    );
    assert_eq!(inquiries(&emulator).await, 0);
}

#[tokio::test]
async fn a_gateway_that_reaches_nobody() {
    for (fault, status) in [(Fault::BadGateway, 502), (Fault::Unavailable, 503)] {
        let struck = strike(fault).await;
        struck.assert(ErrorKind::Server, Delivery::Answered, Some(status));
        struck.assert_unknown(0);
        assert_mended(fault).await;
    }
}

#[tokio::test]
async fn a_gateway_that_gives_up_while_the_work_is_done() {
    let struck = strike(Fault::GatewayTimeout).await;
    struck.assert(ErrorKind::Server, Delivery::Answered, Some(504));
    struck.assert_unknown(1);
    assert_mended(Fault::GatewayTimeout).await;
}

/// Without a server: nothing can have been done, and the call may be made again.
async fn assert_not_sent(base_url: &str) -> Error {
    let persona = client(base_url).build().expect("builds");
    let new = NewInquiry::from_template("itmpl_1").reference_id(REFERENCE);
    let error = persona.inquiries().create(new).await.expect_err("nobody");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
    assert_eq!(
        error.write_outcome(),
        Some(WriteOutcome::NotSent),
        "{error}"
    );
    assert_eq!(error.attempts(), 4, "{error}");
    assert!(error.is_retryable(), "{error}");
    error
}

#[tokio::test]
async fn a_connection_that_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    assert_not_sent(&format!("http://{address}/api/v1")).await;
}

#[tokio::test]
async fn a_server_that_speaks_no_tls() {
    let emulator = Emulator::start().await.expect("starts");
    let url = emulator.base_url().replace("http://", "https://");
    assert_not_sent(&url).await;
    assert_eq!(emulator.request_count(), 0);
}

/// A label of a name has 63 characters at most, so no resolver has to be asked.
#[tokio::test]
async fn a_name_that_does_not_resolve() {
    assert_not_sent(&format!("https://{}.invalid/api/v1", "x".repeat(64))).await;
}

/// The connection is accepted and reset before anything can be read.
#[tokio::test]
async fn a_reset_before_the_request_is_written() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            client.set_zero_linger().expect("a socket");
        }
    });
    let persona = client(&format!("http://{address}/api/v1"))
        .build()
        .expect("builds");
    let new = NewInquiry::from_template("itmpl_1").reference_id(REFERENCE);
    let error = persona.inquiries().create(new).await.expect_err("reset");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert_eq!(error.attempts(), 4, "{error}");
    // Whether it was written before the reset, nobody can tell: anything but a refusal is true.
    assert_ne!(
        error.write_outcome(),
        Some(WriteOutcome::Rejected),
        "{error}"
    );
}
