//! The service: a page for people, a route for webhooks, and a wait for whoever is under way.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use withpersona::webhook::{Received, Receiver, ReceiverBuilder};
use withpersona::{Error, HostedFlow, Inquiry, NewInquiry, OneInquiry, Outcome, Persona};

/// How long a person may take.
const A_WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The application's own database: what came of each person. It outlives the process.
pub type Records = Arc<watch::Sender<BTreeMap<String, String>>>;

#[derive(Clone)]
struct Onboarding {
    persona: Persona,
    template: String,
    records: Records,
    waits: Arc<Mutex<JoinSet<()>>>,
}

pub struct Service {
    onboarding: Onboarding,
    receiver: Receiver,
    server: JoinHandle<std::io::Result<()>>,
    stops: Arc<Notify>,
}

impl Service {
    /// Starts it, with the waits that the process before this one left.
    pub fn start(
        persona: Persona,
        template: &str,
        records: &Records,
        receiver: ReceiverBuilder,
        listener: TcpListener,
        saved: Option<&str>,
    ) -> Result<Self, serde_json::Error> {
        let onboarding = Onboarding {
            template: template.to_owned(),
            records: records.clone(),
            waits: Arc::default(),
            persona,
        };
        let persona = &onboarding.persona;
        // Webhooks wake the waits; what they miss is found by asking once a minute.
        let watcher = persona.inquiries().watcher().relying_on_webhooks();
        let receiver = receiver.wakes(persona).start(async |_: Received| {
            // Whatever else is to be done with an event; the waits know already.
            Ok::<(), Error>(())
        });
        if let Some(saved) = saved {
            let mut waits = watcher.restore(serde_json::from_str(saved)?);
            let records = records.clone();
            onboarding.follow(async move {
                while let Some((_, outcome)) = waits.next().await {
                    record(&records, outcome);
                }
            });
        }
        let app = Router::new()
            .route("/verify/{person}", get(verify))
            .with_state(onboarding.clone())
            .route("/webhooks/persona", receiver.route());
        let stops = Arc::new(Notify::new());
        let stop = stops.clone();
        let serve =
            axum::serve(listener, app).with_graceful_shutdown(async move { stop.notified().await });
        let server = tokio::spawn(serve.into_future());
        Ok(Self {
            onboarding,
            receiver,
            server,
            stops,
        })
    }

    /// Ends it as a deploy does, and gives the waits that have not ended, to be saved.
    pub async fn stop(self) -> Result<String, serde_json::Error> {
        self.stops.notify_one();
        let _ = self.server.await;
        // What was answered with 200 is handled before the process ends.
        self.receiver.close().await;
        let watcher = self.onboarding.persona.inquiries().watcher();
        let saved = serde_json::to_string(&watcher.snapshot());
        self.onboarding.waits().abort_all();
        saved
    }
}

/// The page that a signed-in person opens, the first time and whenever they come back.
async fn verify(
    State(onboarding): State<Onboarding>,
    Path(person): Path<String>,
) -> Result<Response, Failed> {
    let sessions = onboarding.persona.sessions();
    let new = NewInquiry::from_template(onboarding.template.as_str());
    let one = sessions.get_or_create(&person, new).await?;
    if let OneInquiry::Finished(inquiry) = &one {
        return Ok(inquiry.status().to_string().into_response());
    }
    let id = one.inquiry().id();
    let access = sessions.open(&id).await?;
    let (Some(token), Some(inquiry)) = (access.token(), access.inquiry()) else {
        return Ok("There is nothing left to do.".into_response());
    };
    // A second wait for somebody who comes back does no harm: they share what is asked.
    let wait = onboarding
        .persona
        .inquiries()
        .wait(inquiry)
        .deadline(A_WEEK);
    let records = onboarding.records.clone();
    onboarding.follow(async move { record(&records, wait.await) });
    let link = HostedFlow::for_inquiry(inquiry).insecure_link_with_session_token(token)?;
    Ok(Redirect::temporary(link.reveal()).into_response())
}

/// Writes down what came of a person. It can happen twice, and then says the same.
fn record(records: &Records, outcome: Result<Outcome<Inquiry>, Error>) {
    let (person, state) = match &outcome {
        Ok(Outcome::Met(inquiry)) => (inquiry.reference_id(), inquiry.status().to_string()),
        // The page resumes it when they come back.
        Ok(Outcome::Expired(inquiry)) => (inquiry.reference_id(), "to be invited again".into()),
        Ok(Outcome::TimedOut { last }) => (
            last.as_ref().and_then(Inquiry::reference_id),
            "did not come".into(),
        ),
        Ok(_) => return,
        Err(error) => return eprintln!("a wait ended: {error}"),
    };
    if let Some(person) = person {
        records.send_modify(|all| drop(all.insert(person.to_owned(), state)));
    }
}

impl Onboarding {
    fn follow(&self, wait: impl Future<Output = ()> + Send + 'static) {
        let mut waits = self.waits();
        while waits.try_join_next().is_some() {} // those that have ended
        waits.spawn(wait);
    }

    fn waits(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the person's browser gets to see of an error; the rest is for the log.
struct Failed(Error);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        eprintln!("{}", self.0);
        (StatusCode::BAD_GATEWAY, "Please try again.").into_response()
    }
}
