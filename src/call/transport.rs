//! The HTTP library behind the call path. No other file names it, and none of its errors leaves:
//! they print URLs, and with them what a query holds.

use std::error::Error as StdError;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use url::Url;

use super::deadline::Deadline;
use super::{Outgoing, Payload, headers};
use crate::config::is_loopback;
use crate::error::{Delivery, Error, ErrorKind, TimeoutKind, one_line};

/// What carries a request out and its answer back.
pub(crate) trait Exchange: Send + Sync {
    /// Sends once and returns as soon as the head of the answer is there.
    fn send<'a>(&'a self, outgoing: &'a Outgoing, headers: HeaderMap) -> Sending<'a>;
}

pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Result<Incoming, Error>> + Send + 'a>>;

/// HTTP, over the connection pool of a client.
pub(crate) struct Http {
    client: reqwest::Client,
    /// As far as it is known.
    connect_timeout: Option<Duration>,
}

/// How connections are made and kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Connecting {
    pub(crate) timeout: Duration,
    pub(crate) pool_idle_timeout: Duration,
    pub(crate) pool_max_idle: usize,
    #[cfg(feature = "native-tls")]
    pub(crate) native_tls: bool,
}

impl Http {
    pub(crate) fn new(base_url: &Url, connecting: &Connecting) -> Result<Self, Error> {
        let builder = reqwest::Client::builder()
            .https_only(base_url.scheme() == "https")
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(connecting.timeout)
            .pool_idle_timeout(connecting.pool_idle_timeout)
            .pool_max_idle_per_host(connecting.pool_max_idle);
        let mut builder = with_tls(builder, base_url, connecting)?;
        if is_loopback(base_url) {
            // A proxy of the environment could not reach this machine's loopback, and would see
            // the key in clear.
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| {
            let cause = root_cause(&error.without_url());
            Error::configuration(format!("the HTTP client cannot be set up: {cause}"))
        })?;
        Ok(Self {
            client,
            connect_timeout: Some(connecting.timeout),
        })
    }

    /// Over a client that somebody else has set up.
    #[cfg(feature = "reqwest-client")]
    pub(crate) fn over(client: reqwest::Client) -> Self {
        Self {
            client,
            connect_timeout: None,
        }
    }

    fn sending_failed(&self, error: reqwest::Error) -> Error {
        let error = error.without_url();
        if error.is_connect() && error.is_timeout() {
            return Error::timed_out(
                TimeoutKind::Connect,
                match self.connect_timeout {
                    Some(limit) => format!("connecting took longer than {limit:?}"),
                    None => "connecting took too long".to_owned(),
                },
            );
        }
        let cause = root_cause(&error);
        if error.is_connect() {
            return Error::new(ErrorKind::Connection, format!("while connecting: {cause}"));
        }
        if error.is_builder() {
            return Error::invalid_input(format!("the request cannot be built: {cause}"));
        }
        Error::new(
            ErrorKind::Connection,
            format!("while waiting for the answer: {cause}"),
        )
        .delivered(Delivery::Unknown)
    }
}

impl Exchange for Http {
    fn send<'a>(&'a self, outgoing: &'a Outgoing, headers: HeaderMap) -> Sending<'a> {
        let mut request = reqwest::Request::new(outgoing.method.clone(), outgoing.url.clone());
        *request.headers_mut() = headers;
        *request.body_mut() = outgoing.body.as_ref().map(|body| match body {
            Payload::Whole(bytes) => bytes.clone().into(),
            Payload::Made(upload) => reqwest::Body::wrap(upload.body()),
        });
        Box::pin(async move {
            let answer = self
                .client
                .execute(request)
                .await
                .map_err(|error| self.sending_failed(error))?;
            let (head, body) = http::Response::from(answer).into_parts();
            Ok(Incoming {
                head: Head {
                    status: head.status,
                    headers: head.headers,
                },
                body: Body(body),
            })
        })
    }
}

/// The part of an answer that comes first.
pub(crate) struct Head {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

/// An answer whose body is still on its way.
pub(crate) struct Incoming {
    pub(super) head: Head,
    pub(super) body: Body,
}

impl Incoming {
    /// Reads the body to its end, or fails once it is larger than `limit` bytes.
    pub(super) async fn read(
        mut self,
        deadline: Deadline,
        limit: usize,
    ) -> Result<(Head, Bytes), Error> {
        match deadline.limit(self.collect(limit)).await {
            Ok(Ok(body)) => Ok((self.head, body)),
            Ok(Err(error)) | Err(error) => Err(self.head.blame(error)),
        }
    }

    async fn collect(&mut self, limit: usize) -> Result<Bytes, Error> {
        let too_large = || {
            Error::new(
                ErrorKind::ResponseTooLarge,
                format!("more than {limit} bytes"),
            )
        };
        if self
            .head
            .announced_length()
            .is_some_and(|length| length > limit as u64)
        {
            return Err(too_large());
        }
        let Some(first) = self.body.chunk().await? else {
            return Ok(Bytes::new());
        };
        if first.len() > limit {
            return Err(too_large());
        }
        let Some(second) = self.body.chunk().await? else {
            // Most answers come in one piece, which needs no copy.
            return Ok(first);
        };
        let mut whole = BytesMut::from(first);
        let mut next = Some(second);
        while let Some(chunk) = next {
            if whole.len() + chunk.len() > limit {
                return Err(too_large());
            }
            whole.extend_from_slice(&chunk);
            next = self.body.chunk().await?;
        }
        Ok(whole.freeze())
    }
}

impl Head {
    /// Puts what is known of the answer on an error that came after it had begun.
    pub(super) fn blame(&self, error: Error) -> Error {
        error.answered(self.status, headers::request_id(&self.headers))
    }

    fn announced_length(&self) -> Option<u64> {
        self.headers
            .get(CONTENT_LENGTH)?
            .to_str()
            .ok()?
            .parse()
            .ok()
    }
}

/// The body of an answer, in the pieces in which it comes.
pub(crate) struct Body(reqwest::Body);

impl Body {
    pub(super) fn empty() -> Self {
        Self(reqwest::Body::default())
    }

    #[cfg(test)]
    pub(super) fn of(body: reqwest::Body) -> Self {
        Self(body)
    }

    pub(super) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let Some(frame) = ready!(Pin::new(&mut self.0).poll_frame(cx)) else {
                return Poll::Ready(None);
            };
            match frame {
                // Anything but data is a trailer, which Persona does not use.
                Ok(frame) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Poll::Ready(Some(Ok(data))),
                    _ => {}
                },
                Err(error) => {
                    let cause = root_cause(&error.without_url());
                    return Poll::Ready(Some(Err(Error::new(
                        ErrorKind::Connection,
                        format!("while reading the answer: {cause}"),
                    ))));
                }
            }
        }
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_chunk(cx)).await.transpose()
    }
}

fn with_tls(
    builder: reqwest::ClientBuilder,
    base_url: &Url,
    connecting: &Connecting,
) -> Result<reqwest::ClientBuilder, Error> {
    #[cfg(feature = "native-tls")]
    if connecting.native_tls {
        return Ok(builder.tls_backend_native().http1_only());
    }
    #[cfg(not(feature = "native-tls"))]
    let _ = connecting;
    Ok(builder.tls_backend_preconfigured(tls(base_url)?))
}

/// TLS with the ring provider, given by hand: a provider for the whole process is the
/// application's to choose, and its absence must not be a panic here.
fn tls(base_url: &Url) -> Result<ClientConfig, Error> {
    let unusable = |error: rustls::Error| {
        Error::configuration(format!(
            "TLS cannot be set up: {}; install the machine's root certificates (package ca-certificates)",
            one_line(&error.to_string())
        ))
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let mut config = if base_url.scheme() == "https" {
        builder
            .with_platform_verifier()
            .map_err(unusable)?
            .with_no_client_auth()
    } else {
        // Plain http on loopback: no certificate is ever looked at, so none has to be there.
        builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The innermost reason: "connection refused" rather than "error sending request".
fn root_cause(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    one_line(&cause.to_string())
}
