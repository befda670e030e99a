//! The one path of every request.
//!
//! A caller describes a request as data ([`Request`]); the path checks it, adds the headers, and
//! makes attempts until one succeeds or the policy says stop:
//!
//! ```text
//! Request → check → headers, idempotency key
//!         → rate window → attempt (deadline) → classify → Reply | ByteStream | Error
//!              ↑                                   │
//!              └──────────── backoff ← retry policy
//! ```
//!
//! Since a request is data until it is sent, an attempt can be made from it any number of times.

mod answer;
mod backoff;
mod called;
mod classify;
pub mod clock;
mod deadline;
mod headers;
mod idempotency;
pub mod observe;
mod options;
mod rate_limits;
mod rate_window;
mod request;
pub mod retry;
mod stream;
#[cfg(test)]
mod tests;
mod trace;
mod transport;
mod upload;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::de::DeserializeOwned;
use tracing::Instrument;
use url::Url;

use self::deadline::{CallDeadline, Deadline};
use self::headers::{RateHeaders, Standard};
use self::idempotency::KeySource;
use self::observe::Observer;
use self::rate_window::{Pass, RateWindow};
use self::retry::FailedAttempt;
use self::trace::Watch;
use self::transport::{Body, Exchange, Head};
use crate::error::{Delivery, Error, ErrorKind};
use crate::secret::ApiKey;
use crate::store::Seed;

pub use self::answer::{Reply, Response};
pub(crate) use self::called::Called;
pub use self::idempotency::IdempotencyKey;
pub use self::options::CallOptions;
pub(crate) use self::options::Settings;
pub use self::rate_limits::{RateLimit, RateLimits};
pub(crate) use self::rate_window::Fleet;
pub use self::rate_window::{Lane, RateState};
pub use self::request::{QueryValue, Request, path_segment};
pub use self::stream::ByteStream;
pub(crate) use self::transport::{Connecting, Http};
#[cfg(feature = "importers")]
pub(crate) use self::upload::Pieces;
pub(crate) use self::upload::Upload;

/// Sends requests; cheap to clone. All clones share the connections, and each has its own
/// settings.
#[derive(Clone)]
pub struct CallPath {
    shared: Arc<Shared>,
    settings: Arc<Settings>,
}

struct Shared {
    transport: Box<dyn Exchange>,
    base_url: Url,
    headers: Standard,
    keys: KeySource,
    rate: RateWindow,
    observer: Option<Arc<dyn Observer>>,
    response_limit: usize,
}

impl CallPath {
    pub(crate) fn new(
        transport: impl Exchange + 'static,
        base_url: Url,
        key: &ApiKey,
        api_version: &str,
        settings: Settings,
        response_limit: usize,
        observer: Option<Arc<dyn Observer>>,
    ) -> Result<Self, Error> {
        Ok(Self {
            shared: Arc::new(Shared {
                transport: Box::new(transport),
                base_url,
                headers: Standard::new(key, api_version)?,
                keys: KeySource::SYSTEM,
                rate: RateWindow::new(settings.time.clone()),
                observer,
                response_limit,
            }),
            settings: Arc::new(settings),
        })
    }

    /// The same path, with these options on top of its settings.
    pub(crate) fn with(&self, options: CallOptions) -> Self {
        Self {
            shared: self.shared.clone(),
            settings: Arc::new(self.settings.with(options)),
        }
    }

    /// The same path, in the background lane unless a lane is set.
    pub(crate) fn in_background(&self) -> Self {
        let mut settings = Settings::clone(&self.settings);
        settings.lane.get_or_insert(Lane::Background);
        Self {
            shared: self.shared.clone(),
            settings: Arc::new(settings),
        }
    }

    /// The same path, with a key of its own for each POST.
    pub(crate) fn with_new_keys(&self) -> Self {
        let mut settings = Settings::clone(&self.settings);
        settings.key = None;
        Self {
            shared: self.shared.clone(),
            settings: Arc::new(settings),
        }
    }

    /// Uses another key from the next attempt on, in all clones.
    pub(crate) fn set_key(&self, key: &ApiKey) -> Result<(), Error> {
        self.shared.headers.set_key(key)?;
        self.shared.rate.rename_share(|| self.ledger_of(key));
        Ok(())
    }

    /// Shares the rate window with other processes, in all clones.
    pub(crate) fn share_rate_window(&self, fleet: Fleet, key: &ApiKey) {
        self.shared.rate.share(fleet, self.ledger_of(key));
    }

    /// What the ledger of a key's window is called in a store.
    fn ledger_of(&self, key: &ApiKey) -> String {
        let seed = Seed::new(&[self.shared.base_url.authority(), key.reveal()]);
        ["rate/", &seed.text()].concat()
    }

    /// Sends the request and reads the whole answer, up to the client's response limit.
    ///
    /// # Errors
    ///
    /// Any kind but `Configuration`: what went wrong before, while and after sending, and every
    /// answer that is no 2xx.
    pub async fn send(&self, request: Request) -> Result<Reply, Error> {
        let mut called = request.called();
        let limit = self.shared.response_limit;
        match self
            .call(request, Reading::Whole { limit }, &mut called)
            .await
        {
            Ok(answer) => Ok(Reply::new(called, answer.head, answer.read)),
            Err(error) => Err(error.of_call(&called)),
        }
    }

    /// Sends the request and decodes the answer as JSON. An answer that is no JSON counts as a
    /// failed attempt.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send) and [`Reply::decode`].
    pub async fn send_for<T>(&self, request: Request) -> Result<Response<T>, Error>
    where
        T: DeserializeOwned + Send,
    {
        let mut called = request.called();
        let limit = self.shared.response_limit;
        let mut decoded = None;
        let mut decode = |head: &Head, body: &[u8]| {
            decoded = Some(answer::decode(head, body)?);
            Ok(())
        };
        let reading = Reading::Decoded {
            limit,
            decode: &mut decode,
        };
        let answer = self.call(request, reading, &mut called).await;
        match answer.map(|answer| (answer.head, decoded)) {
            Ok((head, Some(value))) => Ok(Response::new(value, head)),
            Ok((head, None)) => Err(head.blame(Error::new(ErrorKind::Decode, "not decoded"))),
            Err(error) => Err(error.of_call(&called)),
        }
    }

    /// Sends the request and hands the answer's body on as it comes in.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send), up to the head of the answer; later ones come out of the
    /// stream.
    pub async fn stream(&self, request: Request) -> Result<ByteStream, Error> {
        let mut called = request.called();
        match self.call(request, Reading::AsItComes, &mut called).await {
            Ok(answer) => Ok(ByteStream::new(
                called,
                answer.head,
                answer.rest,
                self.settings.attempt_timeout,
            )),
            Err(error) => Err(error.of_call(&called)),
        }
    }

    /// One call, in its span.
    async fn call(
        &self,
        request: Request,
        reading: Reading<'_>,
        called: &mut Called,
    ) -> Result<Answer, Error> {
        let shared = &self.shared;
        let host = request.elsewhere.as_ref().unwrap_or(&shared.base_url);
        let watch = Watch::begin(&request, host, shared.observer.clone());
        let result = self
            .attempts(request, reading, called, &watch)
            .instrument(watch.span())
            .await;
        watch.finish(result.as_ref());
        result
    }

    /// The time that whatever waits goes by.
    #[cfg(has_operations)]
    pub(crate) fn time(&self) -> &clock::Time {
        &self.settings.time
    }

    /// Makes attempts until one succeeds, the policy says stop, or the time is up.
    async fn attempts(
        &self,
        request: Request,
        mut reading: Reading<'_>,
        called: &mut Called,
        watch: &Watch,
    ) -> Result<Answer, Error> {
        // Another host knows neither the key nor the rate window.
        let elsewhere = request
            .elsewhere
            .as_ref()
            .map(|_| RateWindow::new(self.settings.time.clone()));
        let outgoing = self.prepare(request)?;
        called.key = outgoing.key.clone();
        let time = &self.settings.time;
        let deadline = CallDeadline::after(self.settings.call_timeout, time.now());
        loop {
            let lane = self.settings.lane.unwrap_or_default();
            let rate = elsewhere.as_ref().unwrap_or(&self.shared.rate);
            let pass = rate.admit(lane, &deadline).await?;
            called.attempts += 1;
            let headers = match &elsewhere {
                None => self.shared.headers.of_attempt(&outgoing.headers),
                Some(_) => headers::of_stranger(&outgoing.headers),
            };
            let begun = watch.attempt_begun(called.attempts);
            let limit = match &outgoing.body {
                // Its attempts are limited by their silence.
                Some(Payload::Made(_)) => Duration::MAX,
                _ => self.settings.attempt_timeout,
            };
            let limit = deadline.of_attempt(limit, time.now());
            let result = self
                .attempt(&outgoing, headers, &mut reading, limit, pass, watch)
                .await;
            let result = result.map_err(|error| match &elsewhere {
                // What another host says is not Persona's word, and can repeat the address.
                Some(_) => error.with_problems(Vec::new()).of_call(called),
                None => error.of_call(called),
            });
            let delay = match &result {
                Ok(_) => None,
                Err(_) if outgoing.is_spent() => None,
                Err(error) => self.next_delay(error, called, &deadline),
            };
            watch.attempt_finished(begun, result.as_ref(), delay);
            match (result, delay) {
                (Err(error), Some(delay)) => {
                    called.failed(&error);
                    time.sleep(delay).await;
                }
                (result, _) => return result,
            }
        }
    }

    /// How long until the next attempt; `None` when there is none.
    fn next_delay(
        &self,
        error: &Error,
        called: &Called,
        deadline: &CallDeadline,
    ) -> Option<Duration> {
        let now = self.settings.time.now();
        let failed = FailedAttempt {
            error,
            number: called.attempts,
            elapsed: deadline.elapsed(now),
            repeatable: called.is_repeatable(),
        };
        if !self.settings.retry.should_retry(&failed) {
            return None;
        }
        let least = error.retry_after().unwrap_or_default();
        let delay = self.settings.backoff.delay(&failed).max(least);
        deadline.leaves_time_after(delay, now).then_some(delay)
    }

    /// Everything that can be refused is refused here, before a connection is made.
    fn prepare(&self, request: Request) -> Result<Outgoing, Error> {
        let shared = &self.shared;
        let request = request.checked()?;
        if let Some(fault) = &self.settings.fault {
            return Err(fault.clone());
        }
        let mut headers = HeaderMap::new();
        if request.accept != headers::JSON {
            headers.insert(http::header::ACCEPT, request.accept);
        }
        let body = request.body.map(|(content_type, body)| {
            headers.insert(http::header::CONTENT_TYPE, content_type);
            body
        });
        headers.extend(request.headers);
        let base = request.base.unwrap_or_else(|| shared.base_url.path());
        let mut outgoing = Outgoing {
            method: request.method,
            url: request
                .elsewhere
                .unwrap_or_else(|| locate(&shared.base_url, base, &request.path, &request.query)),
            headers,
            body,
            key: None,
        };
        if outgoing.method == Method::POST {
            let key = match &self.settings.key {
                Some(given) => given.of_request(&outgoing)?,
                None => shared.keys.make()?,
            };
            let header = key.to_header();
            outgoing
                .headers
                .insert(idempotency::IDEMPOTENCY_KEY, header);
            outgoing.key = Some(key);
        }
        Ok(outgoing)
    }

    /// Sends once. An answer other than 2xx is an error.
    async fn attempt(
        &self,
        outgoing: &Outgoing,
        headers: HeaderMap,
        reading: &mut Reading<'_>,
        deadline: Deadline,
        pass: Pass,
        watch: &Watch,
    ) -> Result<Answer, Error> {
        let sending = self.shared.transport.send(outgoing, headers);
        let sent = match &outgoing.body {
            Some(Payload::Made(upload)) => {
                let limit = self.settings.attempt_timeout;
                deadline.limit(upload.while_moving(limit, sending)).await
            }
            _ => deadline.limit(sending).await,
        };
        let sent = sent.map_err(|late| late.delivered(Delivery::Unknown))?;
        let incoming = match sent {
            Ok(incoming) => incoming,
            Err(error) => {
                if error.delivery() == Delivery::NotSent {
                    pass.not_sent();
                }
                return Err(error);
            }
        };
        watch.answered(&incoming.head);
        let rate = RateHeaders::read(&incoming.head.headers);
        pass.answered(&rate, classify::is_rate_limit(incoming.head.status, &rate));
        if !incoming.head.status.is_success() {
            return Err(classify::refusal(incoming, deadline).await);
        }
        match reading {
            Reading::Whole { limit } => {
                let (head, read) = incoming.read(deadline, *limit).await?;
                Ok(Answer {
                    head,
                    read,
                    rest: Body::empty(),
                })
            }
            Reading::Decoded { limit, decode } => {
                let (head, read) = incoming.read(deadline, *limit).await?;
                decode(&head, &read)?;
                Ok(Answer {
                    head,
                    read: Bytes::new(),
                    rest: Body::empty(),
                })
            }
            Reading::AsItComes => Ok(Answer {
                head: incoming.head,
                read: Bytes::new(),
                rest: incoming.body,
            }),
        }
    }
}

impl fmt::Debug for CallPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallPath").finish_non_exhaustive()
    }
}

/// How much of an answer belongs to the call.
enum Reading<'a> {
    /// All of it, up to so many bytes.
    Whole { limit: usize },
    /// All of it, and what it says.
    Decoded {
        limit: usize,
        decode: &'a mut Decode<'a>,
    },
    /// Its head; the body comes after the call.
    AsItComes,
}

type Decode<'a> = dyn FnMut(&Head, &[u8]) -> Result<(), Error> + Send + 'a;

/// A successful answer.
struct Answer {
    head: Head,
    /// What was read of the body in the call.
    read: Bytes,
    /// What is left to be read.
    rest: Body,
}

/// A request with nothing left to decide, ready for any number of attempts.
pub(crate) struct Outgoing {
    method: Method,
    url: Url,
    /// What it adds to the standard ones.
    headers: HeaderMap,
    body: Option<Payload>,
    key: Option<IdempotencyKey>,
}

impl Outgoing {
    /// Whether there is nothing left to send it with.
    fn is_spent(&self) -> bool {
        matches!(&self.body, Some(Payload::Made(upload)) if upload.is_spent())
    }
}

/// What a request carries.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    Whole(Bytes),
    /// Made while it is sent.
    Made(Arc<Upload>),
}

/// What there is to tell one request from another: of a body that is not there yet, its length.
impl Hash for Payload {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Whole(bytes) => bytes.hash(state),
            Self::Made(upload) => upload.length().hash(state),
        }
    }
}

fn locate(host: &Url, base: &str, path: &str, query: &[(String, String)]) -> Url {
    let mut url = host.clone();
    url.set_path(&format!("{}{path}", base.trim_end_matches('/')));
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}
