//! What kinds of failure there are, and what each asks of its reader.

use http::StatusCode;

use super::problem::Problem;

/// What went wrong, as far as a program has to tell failures apart.
///
/// New kinds may be added; match with a `_` arm.
///
/// Persona tells what is behind a 403 or a 409 in its texts alone, and declares these unstable.
/// So [`IpNotAllowed`](Self::IpNotAllowed) and [`Quota`](Self::Quota) can come as
/// [`Permission`](Self::Permission), and [`Duplicate`](Self::Duplicate),
/// [`StaleObject`](Self::StaleObject), [`Redacted`](Self::Redacted) and
/// [`IllegalState`](Self::IllegalState) as [`Conflict`](Self::Conflict). Use the finer kinds for
/// messages and metrics, and [`Error::is_conflict`](crate::Error::is_conflict) or the object's own
/// state for decisions. Nothing in this crate depends on them.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The client could not be built from what it was given.
    ///
    /// # Troubleshooting
    ///
    /// The message names the setting (or the environment variable) and what is wrong with it.
    /// Nothing was sent. The usual causes are a key read from a file together with its line
    /// break, and a base URL without `https://`.
    Configuration,
    /// An argument cannot be sent: an id that is empty or holds a slash, a body that cannot be
    /// written as JSON.
    ///
    /// # Troubleshooting
    ///
    /// The message names the argument. Nothing was sent. An empty id most often comes from a
    /// database column that was never filled.
    InvalidInput,
    /// Persona does not know the API key (401).
    ///
    /// # Troubleshooting
    ///
    /// The key was mistyped, has expired or was removed. Compare the key's last characters with
    /// the dashboard under *API → API keys*. Trying again does not help.
    Authentication,
    /// The key is known but may not do this (403).
    ///
    /// # Troubleshooting
    ///
    /// Either the key lacks a permission or the environment is inactive. Where Persona's text is
    /// not understood it can also be the address of this machine or a quota; see
    /// [`IpNotAllowed`](Self::IpNotAllowed) and [`Quota`](Self::Quota).
    /// [`Error::title`](crate::Error::title) says which; the key's settings are in the dashboard.
    Permission,
    /// The address of this machine is not on the key's allowlist (a 403 that says so).
    ///
    /// # Troubleshooting
    ///
    /// Add the egress address to the key in the dashboard. After a deployment or a change of the
    /// network this is what comes first; a laptop behind a VPN meets it too.
    IpNotAllowed,
    /// A quota of a product is used up, such as that of inquiries per minute: a 403 that says so,
    /// or a 429 although the rate window has requests left.
    ///
    /// # Troubleshooting
    ///
    /// Nothing was created, and other calls are not affected. Quotas are agreed upon with Persona:
    /// <https://docs.withpersona.com/rate-limiting>.
    Quota,
    /// There is no such object for this key (404).
    ///
    /// # Troubleshooting
    ///
    /// Check the id, and that it belongs to the environment of the key: a sandbox key does not
    /// see production objects. A base URL without `/api/v1` also ends here.
    NotFound,
    /// The object's state does not allow this, or the object exists already (409), and Persona's
    /// text does not say which.
    ///
    /// # Troubleshooting
    ///
    /// Three things end in 409: a duplicate (a reference id in use), a write that met another
    /// one (read the object and try again), and a step that the state does not allow (resuming a
    /// finished inquiry). Read the object again to see which.
    Conflict,
    /// There is such an object already (a 409 that says so).
    ///
    /// # Troubleshooting
    ///
    /// Most often a reference id that is in use: list by it and go on with what is there.
    Duplicate,
    /// The object was changed at the same moment (a 409 that says so). Nothing was written.
    ///
    /// # Troubleshooting
    ///
    /// Read it again, decide whether the change is still right, and send it again.
    StaleObject,
    /// The person's data was deleted before (a 409 that says so, or 410).
    ///
    /// # Troubleshooting
    ///
    /// It cannot be brought back. A second redaction can be taken as done.
    Redacted,
    /// The object's state does not allow this step (a 409 that says so).
    ///
    /// # Troubleshooting
    ///
    /// Read the object again: a finished inquiry cannot be resumed, a decided one not be decided
    /// again.
    IllegalState,
    /// The inquiry has all the sessions that it may have (25 unless agreed otherwise), and none of
    /// them is unused.
    ///
    /// # Troubleshooting
    ///
    /// Expire them and open it again, at once by
    /// `open(..).expire_all_on_limit()`. Where expired sessions count as well, start a new
    /// inquiry for the person. It comes of resuming on each visit: keep the token in a store.
    SessionLimit,
    /// Persona understood the request and refuses its content (422).
    ///
    /// # Troubleshooting
    ///
    /// [`Error::problems`](crate::Error::problems) points at the offending attributes.
    Validation,
    /// Too many requests in the current window, or a quota is used up (429).
    ///
    /// # Troubleshooting
    ///
    /// Wait for [`Error::retry_after`](crate::Error::retry_after), then send again: a refused
    /// request did nothing. All keys of an environment share one window:
    /// <https://docs.withpersona.com/rate-limiting>.
    RateLimit,
    /// Persona cannot read the request (400 and other statuses from 400 to 499).
    ///
    /// # Troubleshooting
    ///
    /// [`Error::title`](crate::Error::title) and [`Error::problems`](crate::Error::problems) say
    /// what is missing or unknown. Trying again does not help.
    BadRequest,
    /// No answer came in time; [`Error::timeout`](crate::Error::timeout) tells which limit ended
    /// the call.
    ///
    /// # Troubleshooting
    ///
    /// A connect timeout points at the network, an attempt or call timeout at a slow answer.
    /// See [`Error::delivery`](crate::Error::delivery) before a write is sent again.
    Timeout,
    /// The connection could not be made, or broke.
    ///
    /// # Troubleshooting
    ///
    /// The message names the cause: name resolution, TLS, a refused or a reset connection. Check
    /// egress rules, proxies and root certificates of the machine.
    Connection,
    /// The answer came, but does not have the expected form.
    ///
    /// # Troubleshooting
    ///
    /// The message names the place in the document, never the value there. A content type other
    /// than JSON means that something other than Persona answered: look at the base URL and at
    /// proxies. A write may have been carried out: look the object up before sending it again.
    Decode,
    /// The answer is larger than the client was told to accept.
    ///
    /// # Troubleshooting
    ///
    /// Ask for less (a smaller page, fewer included objects, sparse fields), or raise
    /// [`PersonaBuilder::response_limit`](crate::PersonaBuilder::response_limit). The request
    /// itself was carried out.
    ResponseTooLarge,
    /// Persona, or a gateway before it, failed (500 to 599).
    ///
    /// # Troubleshooting
    ///
    /// A read can be sent again. A write may have happened: look the object up first. If it
    /// lasts, quote [`Error::request_id`](crate::Error::request_id) to Persona's support; an
    /// error without one most often comes from a gateway.
    Server,
    /// The answer redirects to another address. Redirects are not followed, so that the key is
    /// never sent anywhere else.
    ///
    /// # Troubleshooting
    ///
    /// The base URL is not the one of the API: use `https://api.withpersona.com/api/v1`.
    Redirect,
    /// An answer with a status that HTTP does not define for this purpose.
    ///
    /// # Troubleshooting
    ///
    /// Look for a proxy between this machine and Persona.
    Unexpected,
}

impl ErrorKind {
    /// The kind of an answer that is no success.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Authentication,
            403 => Self::Permission,
            404 => Self::NotFound,
            410 => Self::Redacted,
            408 => Self::Timeout,
            409 => Self::Conflict,
            422 => Self::Validation,
            429 => Self::RateLimit,
            400..=499 => Self::BadRequest,
            500..=599 => Self::Server,
            301 | 302 | 303 | 307 | 308 => Self::Redirect,
            _ => Self::Unexpected,
        }
    }

    /// The finer kind that Persona's texts hint at.
    pub(crate) fn refined(self, problems: &[Problem]) -> Self {
        let says = |hint: &str| problems.iter().any(|problem| problem.says(hint));
        match self {
            Self::Permission if says("ip address") => Self::IpNotAllowed,
            Self::Permission | Self::RateLimit if says("quota") => Self::Quota,
            Self::Conflict if says("stale") || says("just modified") => Self::StaleObject,
            Self::Conflict if says("redacted") => Self::Redacted,
            Self::Conflict if says("not unique") || says("already exists") => Self::Duplicate,
            Self::Conflict if says("already in use") || says("already been taken") => {
                Self::Duplicate
            }
            Self::Conflict if says("status") || says("state") => Self::IllegalState,
            other => other,
        }
    }

    /// The kind as one word, for spans.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::InvalidInput => "invalid_input",
            Self::Authentication => "authentication",
            Self::Permission => "permission",
            Self::IpNotAllowed => "ip_not_allowed",
            Self::Quota => "quota",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Duplicate => "duplicate",
            Self::StaleObject => "stale_object",
            Self::Redacted => "redacted",
            Self::IllegalState => "illegal_state",
            Self::SessionLimit => "session_limit",
            Self::Validation => "validation",
            Self::RateLimit => "rate_limit",
            Self::BadRequest => "bad_request",
            Self::Timeout => "timeout",
            Self::Connection => "connection",
            Self::Decode => "decode",
            Self::ResponseTooLarge => "response_too_large",
            Self::Server => "server",
            Self::Redirect => "redirect",
            Self::Unexpected => "unexpected",
        }
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Configuration => "invalid configuration",
            Self::InvalidInput => "invalid input",
            Self::Authentication => "not authenticated",
            Self::Permission => "not permitted",
            Self::NotFound => "not found",
            Self::IpNotAllowed => "address not allowed",
            Self::Quota => "quota used up",
            Self::Conflict => "conflict",
            Self::Duplicate => "exists already",
            Self::StaleObject => "changed at the same moment",
            Self::Redacted => "redacted",
            Self::IllegalState => "not allowed in this state",
            Self::SessionLimit => "no session left",
            Self::Validation => "refused as invalid",
            Self::RateLimit => "rate limited",
            Self::BadRequest => "bad request",
            Self::Timeout => "timed out",
            Self::Connection => "connection failed",
            Self::Decode => "answer not understood",
            Self::ResponseTooLarge => "answer too large",
            Self::Server => "server error",
            Self::Redirect => "redirected",
            Self::Unexpected => "unexpected answer",
        }
    }
}

/// How far a request got before it failed.
///
/// This is what decides whether a write may be sent again.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The request never left this process: nothing happened at Persona.
    NotSent,
    /// The request left, or part of it did, and no answer came back: Persona may or may not have
    /// acted on it.
    Unknown,
    /// An answer came back; [`Error::status`](crate::Error::status) tells which.
    Answered,
}

/// Which limit on time ended a call.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeoutKind {
    /// Connecting (name resolution, TCP, TLS) took too long. Nothing was sent.
    Connect,
    /// One attempt, from sending to the last byte of the answer, took too long. For a streamed
    /// body: no byte came for that long.
    Attempt,
    /// The call as a whole took too long.
    Call,
    /// Persona itself gave up and said so with status 408.
    Server,
}
