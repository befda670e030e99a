//! The one path of every request.
//!
//! A caller describes a request as data ([`Request`]); the path checks it, adds the headers, and
//! makes the attempt:
//!
//! ```text
//! Request → check → headers → attempt (deadline) → classify → Reply | ByteStream | Error
//! ```
//!
//! Since a request is data until it is sent, an attempt can be made from it any number of times.

mod answer;
mod classify;
mod deadline;
mod headers;
mod request;
mod stream;
mod transport;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use url::Url;

use self::deadline::Deadline;
use self::headers::Standard;
use self::transport::Incoming;
use crate::config::Timeouts;
use crate::error::{Delivery, Error};
use crate::secret::ApiKey;

pub use self::answer::{Reply, Response};
pub use self::request::{QueryValue, Request, path_segment};
pub use self::stream::ByteStream;
pub(crate) use self::transport::Transport;

/// Sends requests; cheap to clone, and shared by all that sends.
#[derive(Clone)]
pub struct CallPath(Arc<Inner>);

struct Inner {
    transport: Transport,
    base_url: Url,
    headers: Standard,
    timeouts: Timeouts,
    response_limit: usize,
}

impl CallPath {
    pub(crate) fn new(
        transport: Transport,
        base_url: Url,
        key: &ApiKey,
        api_version: &str,
        timeouts: Timeouts,
        response_limit: usize,
    ) -> Result<Self, Error> {
        Ok(Self(Arc::new(Inner {
            transport,
            base_url,
            headers: Standard::new(key, api_version)?,
            timeouts,
            response_limit,
        })))
    }

    /// Sends the request and reads the whole answer, up to the client's response limit.
    ///
    /// # Errors
    ///
    /// Any kind but `Configuration`: what went wrong before, while and after sending, and every
    /// answer that is no 2xx.
    pub async fn send(&self, request: Request) -> Result<Reply, Error> {
        let (operation, method) = request.name();
        self.send_whole(request)
            .await
            .map_err(|error| error.of_call(operation, &method))
    }

    /// Sends the request and hands the answer's body on as it comes in.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send), up to the head of the answer; later ones come out of the
    /// stream.
    pub async fn stream(&self, request: Request) -> Result<ByteStream, Error> {
        let (operation, method) = request.name();
        let begun = async {
            let outgoing = self.prepare(request)?;
            let deadline = Deadline::of_attempt(&self.0.timeouts);
            self.attempt(&outgoing, deadline).await
        };
        match begun.await {
            Ok(incoming) => Ok(ByteStream::new(
                operation,
                method,
                incoming,
                self.0.timeouts.attempt,
            )),
            Err(error) => Err(error.of_call(operation, &method)),
        }
    }

    async fn send_whole(&self, request: Request) -> Result<Reply, Error> {
        let (operation, method) = request.name();
        let outgoing = self.prepare(request)?;
        let deadline = Deadline::of_attempt(&self.0.timeouts);
        let incoming = self.attempt(&outgoing, deadline).await?;
        let (head, body) = incoming.read(deadline, self.0.response_limit).await?;
        Ok(Reply::new(operation, method, head, body))
    }

    /// Everything that can be refused is refused here, before a connection is made.
    fn prepare(&self, request: Request) -> Result<Outgoing, Error> {
        let request = request.checked()?;
        let mut headers = self.0.headers.of_request(request.accept);
        let body = request.body.map(|(content_type, body)| {
            headers.insert(http::header::CONTENT_TYPE, content_type);
            body
        });
        headers.extend(request.headers);
        let base = request.base.unwrap_or_else(|| self.0.base_url.path());
        Ok(Outgoing {
            method: request.method,
            url: locate(&self.0.base_url, base, &request.path, &request.query),
            headers,
            body,
        })
    }

    /// Sends once. An answer other than 2xx is an error.
    async fn attempt(&self, outgoing: &Outgoing, deadline: Deadline) -> Result<Incoming, Error> {
        let incoming = deadline
            .limit(self.0.transport.send(outgoing))
            .await
            .map_err(|late| late.delivered(Delivery::Unknown))??;
        if incoming.head.status.is_success() {
            Ok(incoming)
        } else {
            Err(classify::refusal(incoming, deadline).await)
        }
    }
}

impl fmt::Debug for CallPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallPath").finish_non_exhaustive()
    }
}

/// A request with nothing left to decide, ready for any number of attempts.
struct Outgoing {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Bytes>,
}

fn locate(host: &Url, base: &str, path: &str, query: &[(String, String)]) -> Url {
    let mut url = host.clone();
    url.set_path(&format!("{}{path}", base.trim_end_matches('/')));
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}
