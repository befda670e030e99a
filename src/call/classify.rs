//! What an answer other than 2xx means.

use http::StatusCode;

use super::deadline::Deadline;
use super::headers::{self, RateHeaders};
use super::transport::Incoming;
use crate::error::{Error, ErrorKind, Problem, TimeoutKind};

/// An error document is some hundred bytes; what is longer is not read to its end.
const ERROR_BODY_LIMIT: usize = 1024 * 1024;

/// Whether the answer says that the rate window is used up. A 429 that leaves some of the window
/// is about a quota.
pub(super) fn is_rate_limit(status: StatusCode, rate: &RateHeaders) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS && rate.remaining.is_none_or(|left| left == 0)
}

/// Reads the answer as far as it can be read and turns it into an error. The status alone is
/// enough: a body that breaks off, is late or is no document takes nothing away from it.
pub(super) async fn refusal(incoming: Incoming, deadline: Deadline) -> Error {
    let status = incoming.head.status;
    let kind = ErrorKind::of_status(status);
    let request_id = headers::request_id(&incoming.head.headers);
    let media_type = headers::media_type(&incoming.head.headers);
    let rate = RateHeaders::read(&incoming.head.headers);
    let (kind, wait) = match kind {
        // Quotas have no headers that could be relied on, so their end is not known.
        ErrorKind::RateLimit if !is_rate_limit(status, &rate) => (ErrorKind::Quota, None),
        ErrorKind::RateLimit => (kind, rate.reset),
        _ => (kind, None),
    };
    let problems = match incoming.read(deadline, ERROR_BODY_LIMIT).await {
        Ok((_, body)) => Problem::parse_all(&body),
        Err(_) => Vec::new(),
    };

    let message = match (kind, media_type) {
        (ErrorKind::Timeout, _) => "Persona gave up waiting".to_owned(),
        (_, Some(media_type)) if problems.is_empty() && !headers::is_json(&media_type) => {
            format!("the body is {media_type}, no error document of Persona")
        }
        _ => String::new(),
    };
    let error = match kind {
        // The headers tell that the window is used up, whatever the text says.
        ErrorKind::RateLimit if rate.remaining == Some(0) => Error::new(kind, message),
        ErrorKind::Timeout => Error::timed_out(TimeoutKind::Server, message),
        kind => Error::new(kind.refined(&problems), message),
    };
    error
        .answered(status, request_id)
        .with_problems(problems)
        .with_retry_after(wait)
}
