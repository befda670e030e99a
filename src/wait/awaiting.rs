//! What a caller has in hand: a wait without a deadline, a wait, and its changes.

use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use tokio::time::Instant;

use super::mailbox::{Mailbox, Note};
use super::pace::Pace;
use super::watcher::{Elsewhere, Order, Watcher, Watching};
use super::{Awaited, Condition, FAR_AHEAD, Look, Outcome, is_hopeless, single};
use crate::call::clock::Time;
use crate::error::Error;

/// A wait without a deadline. It cannot be awaited: a person may never come back.
///
/// ```compile_fail,E0277
/// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
/// persona.inquiries().wait("inq_123").await?;
/// # Ok(())
/// # }
/// ```
///
/// With one it compiles:
///
/// ```no_run
/// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
/// persona.inquiries().wait("inq_123").deadline(std::time::Duration::from_secs(60)).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a wait needs a deadline"]
pub struct WaitWithoutDeadline<T> {
    source: Source<T>,
    time: Time,
}

/// How it is found out where the thing stands.
enum Source<T> {
    /// By looking at it.
    Looks(Look<T>),
    /// By the watcher that it shares with other waits.
    Watched(Result<Arc<str>, Error>, Watcher<T>),
    /// By the watcher, once it is known which one it is.
    Sought(Search, Watcher<T>),
}

impl<T> Source<T> {
    /// Another one, for the same watcher. What is looked at by itself has no other.
    fn turn_to(&mut self, id: &str) {
        if let Self::Watched(_, watcher) | Self::Sought(_, watcher) = self {
            *self = Self::Watched(Ok(id.into()), watcher.clone());
        }
    }
}

type Search = Arc<dyn Fn() -> Searching + Send + Sync>;
type Searching = Pin<Box<dyn Future<Output = Result<Option<String>, Error>> + Send>>;
type Ending<T> = Pin<Box<dyn Future<Output = Result<Outcome<T>, Error>> + Send>>;
type WayBack<T> = Arc<dyn Fn(T) -> Opening + Send + Sync>;
type Opening = Pin<Box<dyn Future<Output = Result<AfterExpiry, Error>> + Send>>;

/// How a wait goes on after what it waits for has expired; made from `()`, which stands for
/// [`Again`](Self::Again), and from an [`Access`](crate::Access).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AfterExpiry {
    /// It was let in again, or is another one by now: look at it again.
    Again,
    /// The one of this id stands in its place: wait for that one.
    Instead(String),
    /// Nothing more is to be done: end in [`Outcome::Expired`].
    End,
}

impl From<()> for AfterExpiry {
    fn from((): ()) -> Self {
        Self::Again
    }
}

/// A wait that asks by `look`.
pub(crate) fn waiting<T, F, Fut>(time: &Time, look: F) -> WaitWithoutDeadline<T>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, Error>> + Send + 'static,
{
    WaitWithoutDeadline {
        source: Source::Looks(Arc::new(move || Box::pin(look()))),
        time: time.clone(),
    }
}

impl<T> Watcher<T> {
    /// A wait that this watcher looks after; an id that cannot be one is the wait's error.
    pub(crate) fn wait(&self, id: Result<Arc<str>, Error>) -> WaitWithoutDeadline<T> {
        WaitWithoutDeadline {
            source: Source::Watched(id, self.clone()),
            time: self.time().clone(),
        }
    }

    /// A wait for the first one that is found, `None` being none yet.
    pub(crate) fn wait_for_found<F, Fut>(&self, search: F) -> WaitWithoutDeadline<T>
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<String>, Error>> + Send + 'static,
    {
        WaitWithoutDeadline {
            source: Source::Sought(Arc::new(move || Box::pin(search())), self.clone()),
            time: self.time().clone(),
        }
    }
}

impl<T: Awaited> WaitWithoutDeadline<T> {
    /// How long to wait at most, from the moment it is awaited.
    pub fn deadline(self, within: Duration) -> Wait<T> {
        Wait {
            source: self.source,
            time: self.time,
            within,
            condition: Condition::finished(),
            pace: None,
            resumes: false,
            way_back: None,
        }
    }
}

/// A wait; `.await` it for its [`Outcome`], or take its [`changes`](Self::changes).
///
/// Dropping it ends it: no task is left behind.
///
/// # Errors
///
/// Awaiting it fails only when asking can never succeed: an argument that cannot be sent, or
/// [`ErrorKind::Authentication`](crate::ErrorKind::Authentication),
/// [`ErrorKind::Permission`](crate::ErrorKind::Permission),
/// [`ErrorKind::IpNotAllowed`](crate::ErrorKind::IpNotAllowed),
/// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound).
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<T> {
    source: Source<T>,
    time: Time,
    within: Duration,
    condition: Condition<T>,
    pace: Option<Pace>,
    resumes: bool,
    way_back: Option<WayBack<T>>,
}

impl<T: Awaited> Wait<T> {
    /// Waits for this instead of the end. It can be saved over a restart if it is
    /// [named](Condition::is_named).
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::Condition;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let outcome = persona
    ///     .inquiries()
    ///     .wait("inq_123")
    ///     .deadline(Duration::from_secs(600))
    ///     .until(Condition::decided())
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn until(mut self, condition: Condition<T>) -> Self {
        self.condition = condition;
        self
    }

    /// Waits until the closure says yes; short for [`until`](Self::until) with a
    /// [`Condition::check`].
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let outcome = persona
    ///     .inquiries()
    ///     .wait("inq_123")
    ///     .deadline(Duration::from_secs(600))
    ///     .condition(|inquiry| inquiry.started_at().is_some())
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn condition(self, condition: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.until(Condition::check(condition))
    }

    /// The shortest and the longest time between two looks, before jitter; 1 and 30 seconds
    /// unless set. The shortest is at least 10 ms, and the longest at least the shortest.
    ///
    /// Where changes are told by events or webhooks, it is looked at when there is something to
    /// see, and the pace counts only while they fail.
    pub fn pace(mut self, shortest: Duration, longest: Duration) -> Self {
        self.pace = Some(Pace::new(shortest, longest));
        self
    }

    /// Each time it expires, opens a way back in by this, and waits on; ends in
    /// [`Outcome::Expired`] only where that fails for good.
    ///
    /// The closure is the place to let the person know: a resumed inquiry that nobody hears of
    /// uses up one of its 25 sessions for nothing. It may give an [`AfterExpiry`], or the
    /// [`Access`](crate::Access) that [`open`](crate::Sessions::open) gave; then a new inquiry in
    /// place of this one is waited for.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let inquiries = persona.inquiries();
    /// let outcome = inquiries
    ///     .wait("inq_123")
    ///     .deadline(Duration::from_secs(7 * 24 * 3600))
    ///     .when_expired(move |inquiry| {
    ///         let inquiries = inquiries.clone();
    ///         async move {
    ///             inquiries.resume(inquiry.id()).await?;
    ///             let link = inquiries.one_time_link(inquiry.id()).await?;
    ///             // Send `link.reveal()` to the person it belongs to.
    ///             Ok(())
    ///         }
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn when_expired<F, Fut, A>(mut self, way_back: F) -> Self
    where
        F: Fn(T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<A, Error>> + Send + 'static,
        A: Into<AfterExpiry>,
    {
        self.way_back = Some(Arc::new(move |expired| {
            let opened = way_back(expired);
            Box::pin(async move { opened.await.map(Into::into) })
        }));
        self
    }

    /// What is seen on the way, and how it ends.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::Change;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let wait = persona.inquiries().wait("inq_123").deadline(Duration::from_secs(600));
    /// let mut changes = wait.changes();
    /// while let Some(change) = changes.next().await {
    ///     match change? {
    ///         Change::Seen(inquiry) => println!("now {}", inquiry.status()),
    ///         Change::Ended(outcome) => println!("{outcome:?}"),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn changes(self) -> Changes<T> {
        let seen = Arc::new(Mailbox::new());
        Changes {
            ending: Some(self.begin(Some(seen.clone()))),
            seen,
            ended: None,
        }
    }

    /// Resumes it by itself each time it expires.
    pub(crate) fn resuming(mut self) -> Self {
        self.resumes = true;
        self
    }

    /// From here on a watcher knows of it, and so does a snapshot, polled or not.
    fn begin(self, tell: Option<Arc<Mailbox<T>>>) -> Ending<T> {
        let end = self.time.now() + self.within.min(FAR_AHEAD);
        let (watching, sought) = match &self.source {
            Source::Watched(Ok(id), watcher) => {
                let (id, order) = (id.clone(), self.order(end));
                let watching = Watching::new(watcher, id, order, tell.clone());
                (Some(watching), None)
            }
            Source::Sought(_, watcher) => (None, Some(watcher.elsewhere(None))),
            _ => (None, None),
        };
        match watching {
            // The usual one, and small: there may be a hundred thousand.
            Some(watching) if self.way_back.is_none() => Box::pin(watching),
            first => Box::pin(self.run(end, first, sought, tell)),
        }
    }

    async fn run(
        mut self,
        end: Instant,
        mut first: Option<Watching<T>>,
        mut elsewhere: Option<Elsewhere<T>>,
        tell: Option<Arc<Mailbox<T>>>,
    ) -> Result<Outcome<T>, Error> {
        let mut patience = Pace::default();
        loop {
            let outcome = match first.take() {
                Some(watching) => watching.await?,
                None => Box::pin(self.once(end, elsewhere.take(), tell.as_ref())).await?,
            };
            let (Outcome::Expired(expired), Some(way_back)) = (&outcome, &self.way_back) else {
                return Ok(outcome);
            };
            if let Source::Watched(_, watcher) | Source::Sought(_, watcher) = &self.source {
                elsewhere = Some(watcher.elsewhere(Some(watcher.id_of(expired))));
            }
            match way_back(expired.clone()).await {
                Ok(AfterExpiry::Again) => {}
                Ok(AfterExpiry::Instead(id)) => self.source.turn_to(&id),
                Ok(AfterExpiry::End) => return Ok(outcome),
                // It moved in the meantime, or it can be tried again.
                Err(error) if error.is_conflict() && !error.is_redacted() => {}
                Err(error) if error.is_retryable() => {}
                Err(_) => return Ok(outcome),
            }
            let next = self.time.now() + patience.next();
            if next >= end {
                return Ok(outcome);
            }
            self.time.sleep_until(next).await;
        }
    }

    /// Until it ends, an expiry being an end.
    async fn once(
        &self,
        end: Instant,
        elsewhere: Option<Elsewhere<T>>,
        tell: Option<&Arc<Mailbox<T>>>,
    ) -> Result<Outcome<T>, Error> {
        let pace = self.pace.unwrap_or_default();
        let (id, watcher) = match &self.source {
            Source::Looks(look) => {
                let tell = tell.map(|tell| &**tell);
                return single::watch(look, &self.time, end, &self.condition, pace, tell).await;
            }
            Source::Watched(id, watcher) => (id.clone()?, watcher),
            Source::Sought(search, watcher) => match find(search, &self.time, end, pace).await? {
                Some(id) => (id, watcher),
                None => return Ok(Outcome::TimedOut { last: None }),
            },
        };
        let watching = Watching::new(watcher, id, self.order(end), tell.cloned());
        drop(elsewhere);
        watching.await
    }

    fn order(&self, deadline: Instant) -> Order<T> {
        Order {
            deadline,
            condition: self.condition.clone(),
            pace: self.pace,
            resumes: self.resumes,
            savable: self.way_back.is_none(),
        }
    }
}

/// Looks for it until there is one; `None` at the end of the time.
async fn find(
    search: &Search,
    time: &Time,
    end: Instant,
    mut pace: Pace,
) -> Result<Option<Arc<str>>, Error> {
    loop {
        let is_last = time.now() >= end;
        let mut least = Duration::ZERO;
        match search().await {
            Ok(Some(id)) => return Ok(Some(id.into())),
            Ok(None) => {}
            Err(error) if is_hopeless(&error) => return Err(error),
            Err(error) => least = error.retry_after().unwrap_or_default(),
        }
        if is_last {
            return Ok(None);
        }
        let next = time.now() + pace.next().max(least);
        time.sleep_until(next.min(end)).await;
    }
}

impl<T: Awaited> IntoFuture for Wait<T> {
    type Output = Result<Outcome<T>, Error>;
    type IntoFuture = Ending<T>;

    fn into_future(self) -> Self::IntoFuture {
        self.begin(None)
    }
}

/// What happens to something that is waited for.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(tag = "change", content = "now", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change<T> {
    /// It is like this now. The first one is how it was found.
    Seen(T),
    /// The wait ended; nothing comes after this.
    Ended(Outcome<T>),
}

/// A wait as a stream of what is seen; from [`Wait::changes`].
///
/// Its last item is [`Change::Ended`], or the error with which the wait fails.
#[must_use = "a wait does nothing until it is polled"]
pub struct Changes<T> {
    ending: Option<Ending<T>>,
    seen: Arc<Mailbox<T>>,
    ended: Option<Result<Outcome<T>, Error>>,
}

// Nothing in it is pinned but what is boxed.
impl<T> Unpin for Changes<T> {}

impl<T: Awaited> Changes<T> {
    /// The next thing seen; `None` after the end.
    pub async fn next(&mut self) -> Option<Result<Change<T>, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T: Awaited> Stream for Changes<T> {
    type Item = Result<Change<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if let Some(ending) = &mut this.ending
            && let Poll::Ready(ended) = ending.as_mut().poll(cx)
        {
            this.ending = None;
            this.ended = Some(ended);
        }
        // What was seen before the end comes before it.
        match this.seen.take() {
            Some((_, Note::Changed(seen))) => {
                // There may be more of them, and nobody else calls for those.
                if this.ending.is_some() {
                    cx.waker().wake_by_ref();
                }
                return Poll::Ready(Some(Ok(Change::Seen(*seen))));
            }
            Some((_, Note::Ended(_))) | None => {}
        }
        match this.ended.take() {
            Some(ended) => Poll::Ready(Some(ended.map(Change::Ended))),
            None if this.ending.is_none() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

impl<T> fmt::Debug for WaitWithoutDeadline<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitWithoutDeadline")
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("within", &self.within)
            .field("condition", &self.condition)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Changes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").finish_non_exhaustive()
    }
}
