//! A server that writes down what it is asked, and answers that there is nothing.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use tokio::net::TcpListener;
use withpersona::Persona;

pub struct Recorder {
    pub persona: Persona,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    pub async fn start() -> Self {
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let to = asked.clone();
        let app = Router::new().fallback(async move |method: Method, uri: Uri, body: String| {
            let request = format!("{method} {uri} {body}");
            to.lock().expect("no panic").push(request);
            StatusCode::NOT_FOUND
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, app).await.expect("serves") });
        let persona = Persona::builder()
            .api_key("persona_sandbox_5e1f")
            .base_url(format!("http://{address}"))
            .build()
            .expect("builds");
        Self { persona, asked }
    }

    /// What was asked since this was called last; `None` where nothing was.
    pub fn asked(&self) -> Option<String> {
        let asked = std::mem::take(&mut *self.asked.lock().expect("no panic"));
        (!asked.is_empty()).then(|| asked.join("\n"))
    }
}
