//! Opening a way into an inquiry.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::access::Access;
use super::flight::Flights;
use super::policy::ResumePolicy;
use super::way::Way;
use crate::client::Persona;
use crate::error::Error;
use crate::id::InquiryId;

/// How long a token that was kept has to be good for, unless told otherwise.
const MIN_TTL: Duration = Duration::from_secs(10 * 60);

/// More inquiries in a row, each in place of the one before, are not followed.
const LONGEST_CHAIN: u32 = 16;

/// Openings under way. Who asks for the same on the same terms gets the same.
pub(super) type Openings = Flights<(InquiryId, Terms), Result<Access, Error>>;

/// What the caller wants of a way in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Terms {
    pub(super) min_ttl: Duration,
    pub(super) policy: ResumePolicy,
    pub(super) prefer_open: bool,
    pub(super) ask_first: bool,
    pub(super) expire_all_on_limit: bool,
}

/// A way into an inquiry, opened when it is awaited.
#[must_use = "nothing is opened until it is awaited"]
pub struct Open {
    persona: Persona,
    id: Result<InquiryId, Error>,
    terms: Terms,
}

impl Open {
    pub(super) fn new(persona: Persona, id: Result<InquiryId, Error>) -> Self {
        Self {
            persona,
            id,
            terms: Terms {
                min_ttl: MIN_TTL,
                policy: ResumePolicy::default(),
                prefer_open: false,
                ask_first: false,
                expire_all_on_limit: false,
            },
        }
    }

    /// How long a token that was kept has to be good for to be given out again (whole seconds);
    /// 10 minutes unless set.
    ///
    /// A token ends when its inquiry does, so one that ends sooner is given all the same where
    /// Persona has no longer one to give.
    pub fn min_ttl(mut self, least: Duration) -> Self {
        self.terms.min_ttl = least;
        self
    }

    /// What to do when the inquiry has expired; it is resumed unless told otherwise.
    pub fn policy(mut self, policy: ResumePolicy) -> Self {
        self.terms.policy = policy;
        self
    }

    /// Gives [`Access::Open`] for an inquiry that the person has not begun, which needs no token.
    /// It saves one of the inquiry's sessions, and anybody who knows the id can enter.
    pub fn prefer_open(mut self) -> Self {
        self.terms.prefer_open = true;
        self
    }

    /// Reads the inquiry first, also where a token is kept: for an inquiry that was seen to have
    /// expired, whose tokens end with it.
    pub fn ask_first(mut self) -> Self {
        self.terms.ask_first = true;
        self
    }

    /// Expires all sessions of the inquiry when it has none left, and tries once more. Whoever is
    /// in the inquiry on another device is then out of it.
    pub fn expire_all_on_limit(mut self) -> Self {
        self.terms.expire_all_on_limit = true;
        self
    }

    /// What can be told without waiting.
    fn at_once(&self, id: &InquiryId) -> Option<Access> {
        if self.terms.ask_first {
            return None;
        }
        let memory = self.persona.session_memory();
        let is_good = |record: &_| Way::is_good(record, &self.terms, self.persona.now());
        if let Some(record) = memory.at_once(id).filter(is_good) {
            return Some(Access::of_record(id.clone(), record));
        }
        let new = memory.renewal_at_once(id)?;
        let record = memory.at_once(&new).filter(is_good)?;
        Some(Access::of_record(new.clone(), record).instead_of(id, new))
    }
}

impl IntoFuture for Open {
    type Output = Result<Access, Error>;
    type IntoFuture = Opening;

    fn into_future(self) -> Opening {
        let result = match &self.id {
            Err(fault) => Some(Err(fault.clone())),
            Ok(id) => self.at_once(id).map(Ok),
        };
        Opening(match (result, self.id) {
            (Some(result), _) => State::Known(Some(result)),
            (None, Ok(id)) => State::Asking(Box::pin(open(self.persona, id, self.terms))),
            (None, Err(fault)) => State::Known(Some(Err(fault))),
        })
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open")
            .field("id", &self.id)
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}

/// An [`Open`] that is awaited.
pub struct Opening(State);

enum State {
    /// `None` once it was given out.
    Known(Option<Result<Access, Error>>),
    Asking(Pin<Box<dyn Future<Output = Result<Access, Error>> + Send>>),
}

impl Future for Opening {
    type Output = Result<Access, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Known(result) => Poll::Ready(result.take().expect("polled after its end")),
            State::Asking(asking) => asking.as_mut().poll(cx),
        }
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").finish_non_exhaustive()
    }
}

async fn open(persona: Persona, id: InquiryId, terms: Terms) -> Result<Access, Error> {
    let openings = &persona.session_memory().openings;
    let key = (id.clone(), terms.clone());
    openings
        .join(key, || follow(persona.with_new_keys(), id, terms))
        .await
}

/// Opens the inquiry, or the one that stands in its place.
async fn follow(persona: Persona, id: InquiryId, terms: Terms) -> Result<Access, Error> {
    let mut at = id.clone();
    for _ in 0..LONGEST_CHAIN {
        match Way::new(&persona, &at, &terms).enter().await? {
            Ok(access) => return Ok(access.instead_of(&id, at)),
            Err(new) => at = new,
        }
    }
    Err(Error::invalid_input(
        "the inquiry was renewed over and over: start from the newest one",
    ))
}
