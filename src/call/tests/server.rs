//! A server in memory that answers as it is told, and remembers what reached it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use http_body::Frame;
use tokio::time::Instant;

use crate::call::observe::Observer;
use crate::call::options::Settings;
use crate::call::retry::{ExponentialBackoff, RetryPolicy, StandardRetry};
use crate::call::transport::{Body, Exchange, Head, Incoming, Sending};
use crate::call::{CallPath, Outgoing, Request};
use crate::error::{Delivery, Error, ErrorKind};
use crate::secret::ApiKey;

/// What happens to one attempt.
#[derive(Clone)]
pub(super) enum Fate {
    /// An answer with this status, these headers and this body.
    Answer(u16, Vec<(&'static str, String)>, &'static str),
    /// The connection is refused.
    Refused,
    /// The connection breaks after the request was sent.
    Reset,
    /// The connection breaks in the middle of a successful answer.
    BrokenAnswer,
    /// No answer ever comes.
    Silence,
}

impl Fate {
    pub(super) fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), "{}")
    }

    pub(super) fn with(self, name: &'static str, value: impl ToString) -> Self {
        match self {
            Self::Answer(status, mut headers, body) => {
                headers.push((name, value.to_string()));
                Self::Answer(status, headers, body)
            }
            other => other,
        }
    }

    pub(super) fn body(self, body: &'static str) -> Self {
        match self {
            Self::Answer(status, headers, _) => Self::Answer(status, headers, body),
            other => other,
        }
    }
}

/// An attempt as the server saw it.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) at: Instant,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Answers attempt by attempt; with 200 when nothing more is scripted.
#[derive(Clone, Default)]
pub(super) struct Script {
    fates: Arc<Mutex<VecDeque<Fate>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Script {
    pub(super) fn new(fates: impl IntoIterator<Item = Fate>) -> Self {
        Self {
            fates: Arc::new(Mutex::new(fates.into_iter().collect())),
            ..Self::default()
        }
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Exchange for Script {
    fn send<'a>(&'a self, outgoing: &'a Outgoing, headers: HeaderMap) -> Sending<'a> {
        Box::pin(async move {
            self.seen.lock().unwrap().push(Seen {
                at: Instant::now(),
                method: outgoing.method.clone(),
                headers,
            });
            let fate = self.fates.lock().unwrap().pop_front();
            answer(fate.unwrap_or(Fate::status(200))).await
        })
    }
}

pub(super) async fn answer(fate: Fate) -> Result<Incoming, Error> {
    let broken = |message| Error::new(ErrorKind::Connection, message);
    let (status, headers, body) = match fate {
        Fate::Answer(status, headers, body) => (status, headers, Body::of(body.into())),
        Fate::BrokenAnswer => (201, Vec::new(), Body::of(reqwest::Body::wrap(Broken))),
        Fate::Refused => return Err(broken("refused")),
        Fate::Reset => return Err(broken("reset").delivered(Delivery::Unknown)),
        Fate::Silence => std::future::pending().await,
    };
    let headers = headers
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
    Ok(Incoming {
        head: Head {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers.collect(),
        },
        body,
    })
}

/// A body that breaks off before its first byte.
struct Broken;

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}

/// Without jitter, so that the delays can be told: 1, 2, 4, 8 and then 10 seconds.
pub(super) fn settings() -> Settings {
    Settings::new(
        Arc::new(StandardRetry.with_attempt_limit(4)),
        Arc::new(ExponentialBackoff::new(
            Duration::from_secs(1),
            Duration::from_secs(10),
        )),
        Duration::from_secs(30),
        Duration::from_secs(90),
    )
}

pub(super) fn path(server: impl Exchange + 'static) -> CallPath {
    path_with(server, settings())
}

pub(super) fn path_with(server: impl Exchange + 'static, settings: Settings) -> CallPath {
    observed(server, settings, None)
}

pub(super) fn observed(
    server: impl Exchange + 'static,
    settings: Settings,
    observer: Option<Arc<dyn Observer>>,
) -> CallPath {
    CallPath::new(
        server,
        "http://127.0.0.1/api/v1".parse().unwrap(),
        &ApiKey::new("persona_sandbox_5e1f"),
        "2025-12-08",
        settings,
        1024,
        observer,
    )
    .unwrap()
}

pub(super) fn get() -> Request {
    Request::get("retrieve-an-inquiry", "/inquiries/inq_1".to_owned())
}

pub(super) fn post() -> Request {
    Request::post("create-an-inquiry", "/inquiries".to_owned()).json("body")
}

pub(super) fn patch() -> Request {
    Request::patch("update-an-inquiry", "/inquiries/inq_1".to_owned()).json("body")
}

pub(super) fn delete() -> Request {
    Request::delete("redact-an-inquiry", "/inquiries/inq_1".to_owned())
}
