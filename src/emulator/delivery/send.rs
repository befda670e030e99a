use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

use super::Message;
use crate::emulator::model::webhook_delivery::Outcome;

/// Persona waits this long for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// What carries messages out; `None` where no client can be made.
#[derive(Clone)]
pub(super) struct Sender(Option<reqwest::Client>);

impl Sender {
    pub(super) fn new() -> Self {
        Self(client())
    }

    pub(super) async fn send(&self, message: Message) -> Outcome {
        if !is_near(&message.url) {
            let fault = "not sent: the emulator sends to http on a loopback address only";
            return Outcome::Impossible(fault.into());
        }
        let Some(client) = &self.0 else {
            return Outcome::Impossible("not sent: no HTTP client can be set up".into());
        };
        let mut request = client.post(message.url).body(message.body);
        for (name, value) in message.headers {
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(answer) => Outcome::Answered(answer.status().as_u16()),
            Err(error) if error.is_timeout() => {
                Outcome::Unanswered("no answer within five seconds".into())
            }
            Err(error) if error.is_connect() => Outcome::Unanswered("nobody listens there".into()),
            Err(error) if error.is_builder() => {
                Outcome::Impossible("not sent: a header or the URL cannot be written".into())
            }
            Err(_) => Outcome::Unanswered("the connection broke".into()),
        }
    }
}

/// It never speaks TLS, but a client without a provider cannot be made.
fn client() -> Option<reqwest::Client> {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .timeout(ANSWER_WITHIN)
        .build()
        .ok()
}

/// An emulator has nothing to say to other machines.
pub(in crate::emulator) fn is_near(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && is_loopback
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_waited_for_for_five_seconds() {
        // It takes connections, and never answers.
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let message = Message {
            url: format!("http://{address}/webhooks"),
            headers: Vec::new(),
            body: "{}".into(),
        };
        let begun = Instant::now();
        let outcome = Sender::new().send(message).await;
        let Outcome::Unanswered(fault) = outcome else {
            panic!("it was answered");
        };
        assert_eq!(fault, "no answer within five seconds");
        assert_eq!(begun.elapsed().as_secs(), 5);
    }
}
