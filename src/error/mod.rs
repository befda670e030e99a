//! The one error of this crate.

mod kind;
mod outcome;
mod predicates;
mod problem;

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::call::{Called, IdempotencyKey};

pub use self::kind::{Delivery, ErrorKind, TimeoutKind};
pub use self::outcome::WriteOutcome;
pub use self::problem::Problem;
pub(crate) use self::problem::one_line;

/// Anything that can go wrong, told so that it can be acted on at night.
///
/// `Display` is one line: the operation, what failed, the status and Persona's title, the request
/// id for Persona's support, whether the request was sent, and what to do. Neither `Display` nor
/// `Debug` ever holds a key, a token, a link, a body, or the details of Persona's error entries.
///
/// ```
/// use withpersona::{ErrorKind, Persona};
///
/// let error = Persona::builder().api_key("").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Configuration);
/// assert_eq!(
///     error.to_string(),
///     "invalid configuration: the API key is empty; correct the setting and build the client again",
/// );
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    /// Our own words; never a value that was sent or received.
    message: Cow<'static, str>,
    operation: Option<&'static str>,
    /// GET and HEAD change nothing, so sending one again is always safe.
    read_only: bool,
    status: Option<StatusCode>,
    request_id: Option<String>,
    delivery: Delivery,
    timeout: Option<TimeoutKind>,
    retry_after: Option<Duration>,
    problems: Vec<Problem>,
    attempts: u32,
    key: Option<IdempotencyKey>,
    /// Whether an attempt before the last one may have been carried out.
    unsettled: bool,
    /// Whether what came as a success was no JSON, and so not from Persona as a whole.
    without_document: bool,
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed, by Persona's name for it, such as `retrieve-an-inquiry`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status.map(|status| status.as_u16())
    }

    /// Persona's title for the (first) problem, as one line of at most 200 characters.
    ///
    /// Persona declares the texts unstable: show it, do not match on it.
    pub fn title(&self) -> Option<&str> {
        self.0.problems.iter().find_map(Problem::title)
    }

    /// Persona's id of the request (`req_…`): quote it to their support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How far the request got. An error in configuration or input is always
    /// [`Delivery::NotSent`].
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// What became of a write: whether Persona may have carried it out. `None` for a read.
    ///
    /// It takes all attempts of the call into account: a call that was cut off after sending, and
    /// then refused for its rate, ends in [`WriteOutcome::Unknown`].
    ///
    /// ```no_run
    /// # #[cfg(feature = "inquiries")]
    /// use withpersona::{CallOptions, NewInquiry, WriteOutcome};
    ///
    /// # #[cfg(feature = "inquiries")]
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let new = || NewInquiry::from_template("itmpl_123").reference_id("user-1");
    /// if let Err(error) = persona.inquiries().create(new()).await {
    ///     match error.write_outcome() {
    ///         Some(WriteOutcome::Unknown { key: Some(key) }) => {
    ///             // Later, in this process or another: this does not create a second one.
    ///             let same = CallOptions::new().idempotency_key(key);
    ///             persona.with(same).inquiries().create(new()).await?;
    ///         }
    ///         _ => return Err(error), // nothing was created
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn write_outcome(&self) -> Option<WriteOutcome> {
        if self.0.read_only {
            return None;
        }
        let status = self.status();
        // Under the same key these answers come before what Persona stored for it, or may do so;
        // the others are the stored answer itself.
        let before_the_store = matches!(status, None | Some(401 | 403 | 408 | 409 | 429));
        Some(if self.0.unsettled && before_the_store {
            self.unknown()
        } else {
            match (self.0.delivery, status) {
                (Delivery::NotSent, _) => WriteOutcome::NotSent,
                (Delivery::Answered, Some(408)) => self.unknown(),
                (Delivery::Answered, Some(300..=499)) => WriteOutcome::Rejected,
                _ => self.unknown(),
            }
        })
    }

    fn unknown(&self) -> WriteOutcome {
        WriteOutcome::Unknown {
            key: self.0.key.clone(),
        }
    }

    /// How many attempts were made; 0 when the call ended before the first one.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Which limit on time ended the call, if one did.
    pub fn timeout(&self) -> Option<TimeoutKind> {
        self.0.timeout
    }

    /// How long Persona asks to wait before the next request, from `RateLimit-Reset` (whole
    /// seconds). Present on [`ErrorKind::RateLimit`] when the answer says so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Persona's error entries, in their order; empty where the answer held none.
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// Whether the same call, sent again as it is, may succeed and cannot do anything twice.
    ///
    /// True for a request that never left, for one that was refused for its rate, and for a read
    /// that met a timeout, a broken connection, 500, 502, 503 or 504, or a success that is no JSON.
    ///
    /// # Troubleshooting
    ///
    /// The call was already retried as far as its policy goes. A write whose
    /// [`write_outcome`](Self::write_outcome) is unknown is not retryable: it may have happened.
    /// Look the object up first, or send it again under the same idempotency key.
    pub fn is_retryable(&self) -> bool {
        let transient = match self.0.kind {
            ErrorKind::RateLimit => {
                return !matches!(self.write_outcome(), Some(WriteOutcome::Unknown { .. }));
            }
            ErrorKind::Timeout | ErrorKind::Connection => true,
            ErrorKind::Server => matches!(self.status(), Some(500 | 502 | 503 | 504)),
            ErrorKind::Decode => self.0.without_document,
            _ => false,
        };
        transient && (self.0.delivery == Delivery::NotSent || self.0.read_only)
    }
}

/// How the crate makes errors: a kind with our own words, then what is known about the call.
impl Error {
    /// An error before anything was sent. `message` must not hold a value from the user.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            read_only: false,
            status: None,
            request_id: None,
            delivery: Delivery::NotSent,
            timeout: None,
            retry_after: None,
            problems: Vec::new(),
            attempts: 0,
            key: None,
            unsettled: false,
            without_document: false,
        }))
    }

    pub(crate) fn configuration(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn invalid_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    pub(crate) fn timed_out(timeout: TimeoutKind, message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(ErrorKind::Timeout, message);
        error.0.timeout = Some(timeout);
        error
    }

    pub(crate) fn of_call(mut self, called: &Called) -> Self {
        let inner = &mut self.0;
        inner.operation = Some(called.operation);
        inner.read_only = called.is_read();
        inner.attempts = called.attempts;
        inner.key = called.key.clone();
        inner.unsettled = called.unsettled;
        if called.unsettled && inner.delivery == Delivery::NotSent {
            inner.delivery = Delivery::Unknown;
        }
        self
    }

    /// The same failure of the same call, understood better.
    pub(crate) fn understood_as(
        mut self,
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.0.kind = kind;
        self.0.message = message.into();
        self
    }

    pub(crate) fn is_read(&self) -> bool {
        self.0.read_only
    }

    pub(crate) fn without_document(mut self) -> Self {
        self.0.without_document = true;
        self
    }

    pub(crate) fn is_without_document(&self) -> bool {
        self.0.without_document
    }

    pub(crate) fn delivered(mut self, delivery: Delivery) -> Self {
        self.0.delivery = delivery;
        self
    }

    pub(crate) fn answered(mut self, status: StatusCode, request_id: Option<String>) -> Self {
        self.0.delivery = Delivery::Answered;
        self.0.status = Some(status);
        self.0.request_id = request_id;
        self
    }

    pub(crate) fn with_problems(mut self, problems: Vec<Problem>) -> Self {
        self.0.problems = problems;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    fn advice(&self) -> Cow<'static, str> {
        let inner = &self.0;
        let repeat = || {
            if self.is_retryable() {
                "it can be sent again"
            } else if inner.read_only {
                "sending it again as it is does not help"
            } else if inner.key.is_some() && inner.status.is_none() {
                "the write may have happened: look the object up, or send it again under the same idempotency key"
            } else {
                "the write may have happened: look the object up before sending it again"
            }
        };
        Cow::Borrowed(match inner.kind {
            ErrorKind::Configuration => "correct the setting and build the client again",
            ErrorKind::InvalidInput => "correct the argument",
            ErrorKind::Authentication => "check the API key; sending again does not help",
            ErrorKind::Permission => {
                "check the key's permissions and address allowlist, and product quotas"
            }
            ErrorKind::NotFound => "check the id, and that it belongs to the key's environment",
            ErrorKind::IpNotAllowed => "add this machine's egress address to the key's allowlist",
            ErrorKind::Quota => "create less often, or have Persona raise the quota",
            ErrorKind::Conflict | ErrorKind::IllegalState => {
                "read the object again and decide from its state"
            }
            ErrorKind::SessionLimit => {
                "expire its sessions and open it again, or start a new inquiry"
            }
            ErrorKind::Duplicate => "look it up by its reference id",
            ErrorKind::StaleObject => "read the object again, then send the change again",
            ErrorKind::Redacted => "the person's data is deleted for good",
            ErrorKind::Validation | ErrorKind::BadRequest => {
                "correct the request; sending it again as it is does not help"
            }
            ErrorKind::RateLimit => {
                return match inner.retry_after {
                    Some(wait) => format!("send it again in {} s", wait.as_secs()).into(),
                    None => "send it again later".into(),
                };
            }
            ErrorKind::Timeout | ErrorKind::Connection | ErrorKind::Server => repeat(),
            ErrorKind::Decode if self.is_retryable() => {
                "it can be sent again; if it lasts, look for a proxy between this machine and Persona, and check the base URL"
            }
            ErrorKind::Decode if inner.read_only => {
                "check that the base URL is Persona's; if it is, report this as a bug"
            }
            ErrorKind::Decode => {
                "it may have been carried out: look the object up before sending it again"
            }
            ErrorKind::ResponseTooLarge => "ask for less or raise the response limit",
            ErrorKind::Redirect => {
                "redirects are not followed: correct the base URL, https://api.withpersona.com/api/v1"
            }
            ErrorKind::Unexpected => "look for a proxy between this machine and Persona",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(inner.kind.describe())?;
        if !inner.message.is_empty() {
            write!(f, ": {}", inner.message)?;
        }
        if let Some(status) = inner.status {
            write!(f, ": status {}", status.as_u16())?;
        }
        if let Some(title) = self.title() {
            write!(f, " \"{title}\"")?;
        }
        if let Some(pointer) = inner.problems.iter().find_map(Problem::pointer) {
            write!(f, " at {pointer}")?;
        }
        if inner.problems.len() > 1 {
            write!(f, " (and {} more)", inner.problems.len() - 1)?;
        }
        if let Some(id) = &inner.request_id {
            write!(f, "; request id {id}")?;
        }
        if inner.operation.is_some() {
            f.write_str(match inner.delivery {
                Delivery::NotSent => "; nothing was sent",
                Delivery::Unknown => "; it may have been sent and no answer came",
                Delivery::Answered => "; it was sent and answered",
            })?;
        }
        if inner.attempts > 1 {
            write!(f, " ({} attempts)", inner.attempts)?;
        }
        if inner.unsettled && matches!(self.write_outcome(), Some(WriteOutcome::Unknown { .. })) {
            f.write_str("; an earlier attempt may have been carried out")?;
        }
        write!(f, "; {}", self.advice())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("message", &inner.message)
            .field("status", &self.status())
            .field("request_id", &inner.request_id)
            .field("delivery", &inner.delivery)
            .field("timeout", &inner.timeout)
            .field("retry_after", &inner.retry_after)
            .field("problems", &inner.problems)
            .field("attempts", &inner.attempts)
            .field("unsettled", &inner.unsettled)
            .finish()
    }
}

impl std::error::Error for Error {}

/// An id that is already typed cannot fail to convert; see [`IntoId`](crate::IntoId).
impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
