//! From a request of Persona's to your handler, once.

#[cfg(feature = "axum")]
mod axum;
mod builder;
mod handle;
mod journal;
mod ledger;
mod slots;
#[cfg(feature = "inquiries")]
mod wakes;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};

use super::attempts::Attempts;
use super::signature::{SignatureError, Verifier};
use crate::event::{Event, EventName, MalformedEvent};
use crate::id::EventId;

pub use self::builder::ReceiverBuilder;
use self::handle::{Handling, Job};
use self::ledger::{Claim, Ledger};
use self::slots::{Slot, Slots};

/// Persona waits five seconds for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Receives webhooks: checks the signature, drops what came before, answers at once, and hands
/// the event to a handler afterwards. Cheap to clone; all clones are the same receiver.
///
/// - **Once**: Persona sends an event again when an answer is lost. It is told by its id for four
///   days. Your handler can still see an event twice when a process dies in the middle of it, so
///   let it bear that.
/// - **In order**: events of one object are handled one after the other, in the order in which
///   they come. Persona does not promise that this is the order in which they happened: one that
///   is older than what was handled before has [`is_late`](Received::is_late) set.
/// - **Nothing is lost**: what was answered with 200 is handled, also after a failure of your
///   handler, as long as this process lives. With
///   [`ReceiverBuilder::persona`] and a store that outlives the process, also when it dies: its
///   event ids are kept there, without people's data, and a receiver that lives reads the events
///   again.
/// - **Bounded**: when too many events wait, the answer is 503, and Persona sends again later.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use withpersona::EventName;
/// use withpersona::webhook::{Received, Receiver, Verifier};
///
/// let verifier = Verifier::new(["wbhsec_4d2c"])?;
/// let receiver = Receiver::builder(verifier).start(async |received: Received| {
///     if received.event.name() == EventName::InquiryApproved && !received.is_late {
///         println!("approved: {:?}", received.event.object_id());
///     }
///     Ok::<(), std::io::Error>(())
/// });
///
/// // In whatever framework: headers and the bytes of the body in, a status out.
/// let answer = receiver.receive(&http::HeaderMap::new(), b"{}").await;
/// assert_eq!(answer.status(), 401);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Inner>,
}

struct Inner {
    verifier: RwLock<Arc<Verifier>>,
    clock: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    largest_body: usize,
    is_closed: AtomicBool,
    slots: Arc<Slots>,
    ledger: Ledger,
    handling: Handling,
    #[cfg(feature = "inquiries")]
    wakes: Option<wakes::Wakes>,
}

impl Receiver {
    /// Starts to set up a receiver that takes what this verifier takes.
    pub fn builder(verifier: Verifier) -> ReceiverBuilder {
        ReceiverBuilder::new(verifier)
    }

    /// Takes one request: its headers, and the bytes of its body as they came. Send the answer's
    /// [`status`](Answer::status) back.
    ///
    /// It answers within four seconds, whatever the handler does, and goes on by itself when the
    /// caller does not wait for it. Needs a tokio runtime.
    pub async fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Answer {
        match self.look_at(headers, body) {
            Ok((slot, received)) => self.inner.clone().admitted(slot, received).await,
            Err(answer) => answer,
        }
    }

    /// Takes signatures by this verifier from now on, in all clones: for secrets that are
    /// replaced while the process runs.
    pub fn set_verifier(&self, verifier: Verifier) {
        let current = self.inner.verifier.write();
        *current.unwrap_or_else(PoisonError::into_inner) = Arc::new(verifier);
    }

    /// The largest body it takes, in bytes.
    pub fn largest_body(&self) -> usize {
        self.inner.largest_body
    }

    /// How many events were taken and are not handled yet.
    pub fn pending(&self) -> usize {
        self.inner.slots.taken()
    }

    /// Answers 503 from now on, and waits until everything that was taken is handled: for the end
    /// of a process. Retries of a failing handler are waited for, so give it a limit of your own.
    pub async fn close(&self) {
        self.inner.is_closed.store(true, Ordering::SeqCst);
        self.inner.slots.all_free().await;
    }

    /// What can be decided at once.
    fn look_at(&self, headers: &HeaderMap, body: &[u8]) -> Result<(Slot, Received), Answer> {
        let inner = &self.inner;
        if body.len() > inner.largest_body {
            return Err(Answer::TooLarge);
        }
        let verifier = {
            let current = inner.verifier.read();
            current.unwrap_or_else(PoisonError::into_inner).clone()
        };
        verifier
            .verify_headers(headers, body, (inner.clock)())
            .map_err(|refused| {
                tracing::warn!(reason = %refused, "webhook refused");
                Answer::Unsigned(refused)
            })?;
        let event = Event::from_slice(body).map_err(|malformed| {
            tracing::warn!(reason = %malformed, "signed webhook refused");
            Answer::Malformed(malformed)
        })?;
        if inner.is_closed.load(Ordering::SeqCst) {
            return Err(Answer::Busy);
        }
        let slot = inner.slots.take().ok_or_else(|| {
            tracing::warn!("webhook put off: too many are waiting to be handled");
            Answer::Busy
        })?;
        let received = Received {
            event,
            attempts: Attempts::from_headers(headers),
            is_late: false,
            is_recovered: false,
        };
        Ok((slot, received))
    }
}

impl Inner {
    /// Claims the event and queues it. This must not stop halfway: a caller who hangs up would
    /// leave a claim that nobody works on. So it is a task.
    async fn admitted(self: Arc<Self>, slot: Slot, received: Received) -> Answer {
        let admission = tokio::spawn(async move {
            match self
                .ledger
                .claim(&slot, received.event.raw().id.as_str())
                .await
            {
                Ok(Claim::New(place)) => {
                    let job = Job {
                        received,
                        slot,
                        place,
                    };
                    self.queue(job);
                    Answer::Accepted
                }
                Ok(Claim::Known) => Answer::Duplicate,
                Ok(Claim::Unclear(place)) => {
                    tracing::warn!("webhook put off: the store went away while it was taken");
                    tokio::spawn(async move {
                        if self
                            .is_ours_after_all(&place, &received.event.raw().id)
                            .await
                        {
                            self.queue(Job {
                                received,
                                slot,
                                place: Some(place),
                            });
                        }
                    });
                    Answer::Busy
                }
                Err(error) => {
                    tracing::warn!(%error, "webhook put off: it cannot be written down");
                    Answer::Busy
                }
            }
        });
        match tokio::time::timeout(ANSWER_WITHIN, admission).await {
            Ok(Ok(answer)) => answer,
            _ => Answer::Busy,
        }
    }
}

/// Prints how much it has to do.
impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("pending", &self.pending())
            .finish_non_exhaustive()
    }
}

/// An event on its way to a handler.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Received {
    /// What happened.
    pub event: Event,
    /// What Persona said of its attempts; empty for an event that was read again.
    pub attempts: Attempts,
    /// Whether a newer event of the same object was handled before: do not let it overwrite what
    /// that one said. Told by `created-at`, to the millisecond; two replicas that handle one
    /// object at the same moment can both be told `false`.
    pub is_late: bool,
    /// Whether a process took it and died before it was handled. It was then read again from
    /// Persona, without the objects that a webhook may include.
    pub is_recovered: bool,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It will be handled: 200.
    Accepted,
    /// It came before: 200.
    Duplicate,
    /// It is not from Persona, or too old: 401, or 400 where the header cannot be read.
    Unsigned(SignatureError),
    /// It is signed, and no event: 400.
    Malformed(MalformedEvent),
    /// The body is larger than the receiver takes: 413.
    TooLarge,
    /// It cannot be taken now, and Persona is to send it again: 503.
    Busy,
}

impl Answer {
    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Accepted | Self::Duplicate => StatusCode::OK,
            Self::Unsigned(refused) => refused.status(),
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// An event that was taken and could not be handled. Nothing will be tried again.
#[non_exhaustive]
pub struct Dead {
    /// The event: [`Events::retrieve`](crate::Events::retrieve) reads it again.
    pub event_id: EventId,
    /// What happened; `None` where it could not even be read again.
    pub name: Option<EventName>,
    /// How often the handler was called.
    pub attempts: u32,
    /// Why the last attempt failed: the handler's own error, or that it panicked or took too
    /// long.
    pub error: BoxError,
}

/// The error is the handler's, and may speak of a person: it does not print.
impl fmt::Debug for Dead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dead")
            .field("event_id", &self.event_id)
            .field("name", &self.name)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
