use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Router, body::Bytes, routing::post};
use withpersona::Event;

/// A server that keeps what it gets, and answers what it is told to.
#[derive(Clone, Default)]
pub struct Sink {
    pub requests: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    pub answers: Arc<Mutex<Vec<u16>>>,
}

impl Sink {
    pub async fn start(&self) -> String {
        let keep = |State(sink): State<Sink>, headers: HeaderMap, body: Bytes| async move {
            sink.requests.lock().unwrap().push((headers, body));
            let status = sink.answers.lock().unwrap().pop().unwrap_or(200);
            StatusCode::from_u16(status).expect("a status")
        };
        serve(
            Router::new()
                .route("/hook", post(keep))
                .with_state(self.clone()),
        )
        .await
    }

    pub fn requests(&self) -> Vec<(HeaderMap, Bytes)> {
        self.requests.lock().unwrap().clone()
    }

    pub fn events(&self) -> Vec<Event> {
        let requests = self.requests();
        let events = requests.iter().map(|(_, body)| Event::from_slice(body));
        events.collect::<Result<_, _>>().expect("events")
    }

    pub fn names(&self) -> Vec<String> {
        let events = self.events();
        events
            .iter()
            .map(|event| event.name().to_string())
            .collect()
    }
}

pub async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/hook")
}
