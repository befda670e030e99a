//! Nothing secret and nothing of a person is in what the client and its libraries tell of the main
//! job and of every fault: not in spans, events and log records of any level, not in what errors
//! and values print.

#[path = "../faults/proxy.rs"]
mod proxy;

use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tracing_subscriber::fmt::format::FmtSpan;
use withpersona::emulator::Emulator;
use withpersona::retry::{NeverRetry, NoBackoff};
use withpersona::{CallOptions, Error, LookUp, NewInquiry, Persona};

use crate::proxy::{Fault, Proxy};

const KEY: &str = "persona_sandbox_canary5e1f";
const REFERENCE: &str = "canary-reference";
const NAME: &str = "CanaryName";
const NOTE: &str = "canary note";
const IDEMPOTENCY_KEY: &str = "canary-idempotency-key";
const DETAILS: &str = "canary details";

/// All that was told, and what must not be in it.
struct Watch {
    told: Arc<Mutex<Vec<u8>>>,
    canaries: Vec<String>,
}

impl Watch {
    /// Listens to the whole process; the emulator is in it too, as any server of a user's may be.
    fn begin() -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let sink = told.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || Sink(sink.clone()))
            .init();
        let fixed = [KEY, REFERENCE, NAME, NOTE, IDEMPOTENCY_KEY, DETAILS];
        Self {
            told,
            canaries: fixed.map(str::to_owned).into(),
        }
    }

    fn print(&self, value: &dyn Debug) {
        let mut told = self.told.lock().expect("no panic");
        told.extend_from_slice(format!("{value:?}\n{value:#?}\n").as_bytes());
    }

    fn print_error(&self, error: &Error) {
        self.print(error);
        let mut told = self.told.lock().expect("no panic");
        told.extend_from_slice(format!("{error}\n{error:#}\n").as_bytes());
    }

    fn told(&self) -> String {
        String::from_utf8(self.told.lock().expect("no panic").clone()).expect("text")
    }

    fn assert_silent(&self) {
        let told = self.told();
        for line in told.lines() {
            for canary in &self.canaries {
                assert!(!line.contains(canary), "{canary:?} was told: {line}");
            }
        }
    }
}

struct Sink(Arc<Mutex<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn client(base_url: &str) -> Persona {
    Persona::builder()
        .api_key(KEY)
        .base_url(base_url)
        .backoff_policy(NoBackoff)
        .attempt_timeout(Duration::from_millis(200))
        .build()
        .expect("builds")
}

fn new(emulator: &Emulator) -> NewInquiry {
    NewInquiry::from_template(emulator.default_template_id())
        .reference_id(REFERENCE)
        .field("name-first", NAME)
        .note(NOTE)
        .with_session()
        .with_one_time_link()
}

#[tokio::test]
async fn no_canary_is_told_of_the_main_job_and_of_any_fault() {
    let mut watch = Watch::begin();
    main_job(&mut watch).await;
    faults(&watch).await;
    refusal_with_details(&watch).await;
    watch.assert_silent();

    let told = watch.told();
    for expected in ["persona.call", "create-an-inquiry", "hyper_util", "reqwest"] {
        assert!(told.contains(expected), "{expected} has something to tell");
    }
    // If the watch were deaf, its silence would say nothing.
    tracing::trace!(NAME);
    assert!(watch.told().contains(NAME), "a canary at TRACE is heard");
}

async fn main_job(watch: &mut Watch) {
    let emulator = Emulator::start().await.expect("starts");
    let persona = client(emulator.base_url());
    watch.print(&persona);
    let inquiries = persona.inquiries();
    let options = CallOptions::new().idempotency_key(IDEMPOTENCY_KEY);
    watch.print(&options);
    let request = new(&emulator);
    watch.print(&request);
    let created = persona.with(options).inquiries().create(request).await;
    let created = created.expect("created");
    watch.print(&created);

    let link = created.link.as_ref().expect("asked for").reveal();
    let token = created.session_token.as_ref().expect("asked for").reveal();
    let code = link.split("code=").nth(1).expect("a code");
    watch.canaries.extend([token.to_owned(), code.to_owned()]);

    let mut person = emulator.person();
    person.follow_link(link).expect("opens");
    person.start().expect("starts");
    let id = created.inquiry.id();
    let resumed = inquiries.resume(&id).await.expect("resumed");
    watch.print(&resumed);
    watch
        .canaries
        .push(resumed.session_token.reveal().to_owned());
    person.submit("government-id").expect("handed in");
    person.submit("selfie").expect("handed in");
    person.pass().expect("passes");

    let outcome = inquiries.wait(&id).deadline(Duration::from_secs(30)).await;
    watch.print(&outcome.expect("decided"));
    let mut found = inquiries.list().reference_id(REFERENCE).items();
    let inquiry = found.next().await.expect("one").expect("listed");
    watch.print(&inquiry);
    watch.print(&inquiry.fields());
    watch.print(&inquiry.raw());
    let verifications = inquiries.verifications(&id).await.expect("read");
    watch.print(&verifications);
    let error = inquiries.resume(&id).await.expect_err("finished");
    watch.print_error(&error);
}

async fn faults(watch: &Watch) {
    for fault in Fault::ALL {
        for options in [
            CallOptions::new(),
            CallOptions::new().retry_policy(NeverRetry),
        ] {
            let emulator = Emulator::start().await.expect("starts");
            let proxy = Proxy::with(&emulator, &[fault]).await;
            let persona = client(proxy.base_url()).with(options);
            match persona.inquiries().create(new(&emulator)).await {
                Ok(created) => watch.print(&created),
                Err(error) => watch.print_error(&error),
            }
            let looked_up = new(&emulator).on_unknown(LookUp);
            let created = persona.inquiries().create(looked_up).await;
            watch.print(&created);
            let listed = persona.inquiries().list().reference_id(REFERENCE);
            watch.print(&listed.items().next().await);
        }
    }
    let nobody = ["https://127.0.0.1:1/api/v1", "http://127.0.0.1:1/api/v1"];
    for base_url in nobody {
        let persona = client(base_url);
        let mut found = persona.inquiries().list().reference_id(REFERENCE).items();
        let error = found.next().await.expect("an end").expect_err("nobody");
        watch.print_error(&error);
    }
}

/// Persona's details can repeat what was sent.
async fn refusal_with_details(watch: &Watch) {
    let details = format!("{DETAILS}: {NAME} is no date");
    for status in [400, 403, 404, 409, 422, 429, 500] {
        let persona = client(&refusing(status, &details).await);
        let new = NewInquiry::from_template("itmpl_1").field("name-first", NAME);
        let error = persona.inquiries().create(new).await.expect_err("refused");
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.problems()[0].reveal_details(), Some(details.as_str()));
        watch.print_error(&error);
        watch.print(&error.problems());
    }
}

/// A server that says this and hangs up, and tells nothing itself: a library's would log requests.
async fn refusing(status: u16, details: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let body = json!({"errors": [{
        "title": "Bad Request",
        "details": details,
        "source": {"pointer": "/data/attributes/fields"},
    }]})
    .to_string();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} Refused\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut request = Vec::new();
            // The request ends with the braces of its body.
            while !request.ends_with(b"}}") {
                client.read_buf(&mut request).await.expect("a request");
            }
            client.write_all(answer.as_bytes()).await.expect("sent");
        }
    });
    format!("http://{address}/api/v1")
}
