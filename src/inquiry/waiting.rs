//! Waiting for inquiries: one, many, or whichever a person has.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;

use super::{Inquiries, Inquiry};
use crate::call::CallPath;
use crate::client::{Persona, WallClock};
use crate::error::Error;
use crate::id::{InquiryId, IntoId};
use crate::json_api::SparseFields;
use crate::raw;
use crate::store::Store;
use crate::wait::{
    Condition, EventPage, Feed, FeedFuture, Many, Order, Outcome, View, Wait, WaitSnapshot,
    WaitWithoutDeadline, Watcher,
};

/// Stands for "never": adding a larger limit to the clock could overflow it.
const FAR_AHEAD: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

impl Inquiries {
    /// Waits until an inquiry is finished, or until another condition is met.
    ///
    /// It needs a deadline before it can be awaited; see [`WaitWithoutDeadline`]. All waits of a client and
    /// its clones are looked after together, by what changed and not by who waits: ten thousand
    /// cost little more than one. See [`watcher`](Self::watcher).
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::Outcome;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// match persona.inquiries().wait("inq_123").deadline(Duration::from_secs(600)).await? {
    ///     Outcome::Met(inquiry) => println!("{}", inquiry.status()),
    ///     Outcome::Expired(inquiry) => println!("{} can be resumed", inquiry.id()),
    ///     Outcome::TimedOut { last } => println!("still {:?}", last.map(|one| one.status())),
    ///     Outcome::Gone => println!("redacted"),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self, id: impl IntoId<InquiryId>) -> WaitWithoutDeadline<Inquiry> {
        self.shared_watcher().wait(shared_id(id))
    }

    /// Waits for many at once: a stream of outcomes as they come, each with its id.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut waits = persona
    ///     .inquiries()
    ///     .wait_many(["inq_123", "inq_456"])
    ///     .deadline(Duration::from_secs(3600));
    /// while let Some((id, outcome)) = waits.next().await {
    ///     println!("{id}: {:?}", outcome?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_many<I>(&self, ids: I) -> WaitsWithoutDeadline
    where
        I: IntoIterator,
        I::Item: IntoId<InquiryId>,
    {
        WaitsWithoutDeadline {
            watcher: self.shared_watcher().clone(),
            ids: ids.into_iter().map(shared_id).collect(),
        }
    }

    /// Waits for the newest inquiry of a reference id, or for the first one that there will be.
    ///
    /// Which one that is, is settled when it is found: one that the person begins later is not
    /// waited for.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let wait = persona.inquiries().wait_for_reference("user-1");
    /// let outcome = wait.deadline(Duration::from_secs(600)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_reference(
        &self,
        reference_id: impl Into<String>,
    ) -> WaitWithoutDeadline<Inquiry> {
        let inquiries = self.clone();
        let reference_id = reference_id.into();
        self.shared_watcher().wait_for_found(move || {
            let newest = inquiries.list().reference_id(reference_id.clone());
            let mut newest = newest.page_size(1).pages();
            async move {
                let page = newest.next().await.transpose()?;
                let inquiry = page.and_then(|page| page.items.into_iter().next());
                Ok(inquiry.map(|inquiry| inquiry.raw().id.clone()))
            }
        })
    }

    /// What looks after all waits for inquiries of this client and its clones.
    ///
    /// It reads `GET /events`, newest first, back to the last one that it knows, and then reads
    /// the inquiries that something happened to, up to a hundred in a request. A net of slow looks
    /// at a hundred ids each finds what events did not tell. Where the key may not read events, it
    /// looks at all that are waited for, as often as half of the usual rate window allows. With
    /// webhooks both become rare: see [`relying_on_webhooks`](InquiryWatcher::relying_on_webhooks).
    ///
    /// In a fleet whose processes share a [store](crate::PersonaBuilder::store), one process reads
    /// the events and tells the others. Give a store only to clients of one environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/events/list-all-events>.
    pub fn watcher(&self) -> InquiryWatcher {
        InquiryWatcher(self.shared_watcher().clone())
    }

    /// Tells that an inquiry changed, as a webhook does: waits for it, in this process and in
    /// every other of the fleet, look at it at once.
    ///
    /// It does no harm when nothing changed or nobody waits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for what cannot be an id.
    pub async fn changed(&self, id: impl IntoId<InquiryId>) -> Result<(), Error> {
        let id = id.into_id()?;
        self.shared_watcher().changed(id.as_str()).await;
        Ok(())
    }

    fn shared_watcher(&self) -> &Watcher<Inquiry> {
        self.persona.inquiry_watcher()
    }
}

fn shared_id(id: impl IntoId<InquiryId>) -> Result<Arc<str>, Error> {
    Ok(id.into_id()?.as_str().into())
}

impl Wait<Inquiry> {
    /// Resumes the inquiry by itself each time it expires, and waits on. A restart does not lose
    /// that.
    ///
    /// It is resumed as [`Sessions::open`](crate::Sessions::open) does it: once, however many wait
    /// in all processes that share a store, and its token is kept for the person's next visit. It
    /// takes one of the inquiry's 25 sessions. Where all clones of the client are gone there is
    /// nowhere to keep the token; it is resumed all the same.
    /// [`resume_if_expired_by`](Wait::resume_if_expired_by) takes a policy, and
    /// [`when_expired`](Wait::when_expired) lets you tell the person. It ends in
    /// [`Outcome::Expired`] where Persona refuses to resume.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let week = Duration::from_secs(7 * 24 * 3600);
    /// let wait = persona.inquiries().wait("inq_123").deadline(week);
    /// let outcome = wait.resume_if_expired().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume_if_expired(self) -> Self {
        self.resuming()
    }
}

/// Many waits without a deadline; from [`Inquiries::wait_many`].
#[must_use = "a wait needs a deadline"]
pub struct WaitsWithoutDeadline {
    watcher: Watcher<Inquiry>,
    ids: Vec<Result<Arc<str>, Error>>,
}

impl WaitsWithoutDeadline {
    /// How long to wait for each at most, from now.
    pub fn deadline(self, within: Duration) -> InquiryWaits {
        let deadline = self.watcher.time().now() + within.min(FAR_AHEAD);
        let (mut orders, mut faults) = (Vec::with_capacity(self.ids.len()), VecDeque::new());
        for id in self.ids {
            match id {
                Ok(id) => orders.push((id, Order::new(deadline, Condition::finished()))),
                Err(fault) => faults.push_back((String::new(), fault)),
            }
        }
        InquiryWaits(Many::new(self.watcher, orders, faults))
    }
}

/// Waits for many inquiries: a [`Stream`] of outcomes as they come, each with its id.
///
/// What cannot be an id comes first, as an error and with an empty id. Dropping it ends all.
#[must_use = "a wait does nothing until it is polled"]
pub struct InquiryWaits(Many<Inquiry>);

impl InquiryWaits {
    /// Waits for this instead of the end of each. To be said before it is polled.
    pub fn until(mut self, condition: Condition<Inquiry>) -> Self {
        self.0.until(&condition);
        self
    }

    /// The next one that ended; `None` when all have.
    pub async fn next(&mut self) -> Option<(InquiryId, Result<Outcome<Inquiry>, Error>)> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// How many have not ended.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether all have ended.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Stream for InquiryWaits {
    type Item = (InquiryId, Result<Outcome<Inquiry>, Error>);

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let ended = ready!(Pin::new(&mut self.get_mut().0).poll_next(cx));
        Poll::Ready(ended.map(|(id, outcome)| (InquiryId::received(&id), outcome)))
    }
}

/// What looks after the waits of a client; from [`Inquiries::watcher`]. All clones are one.
#[derive(Clone)]
pub struct InquiryWatcher(Watcher<Inquiry>);

impl InquiryWatcher {
    /// Tells that an inquiry changed; as [`Inquiries::changed`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for what cannot be an id.
    pub async fn changed(&self, id: impl IntoId<InquiryId>) -> Result<(), Error> {
        let id = id.into_id()?;
        self.0.changed(id.as_str()).await;
        Ok(())
    }

    /// Trusts that webhooks tell of changes, through [`changed`](Self::changed): events are read
    /// about once a minute and not every few seconds, and the net is as slow. What a webhook
    /// misses is found by these, and then everything is looked at.
    pub fn relying_on_webhooks(self) -> Self {
        self.0.rely_on_webhooks();
        self
    }

    /// Leaves events alone, which hold all attributes of the inquiries that they are about, and
    /// looks at the status of all that are waited for, as it does where the key may not read them.
    pub fn without_events(self) -> Self {
        self.0.leave_events();
        self
    }

    /// The waits that have not ended, to be saved over a restart.
    ///
    /// A wait is in it from when it is awaited or made a future or a stream of, by
    /// `into_future`, [`changes`](Wait::changes) or [`wait_many`](Inquiries::wait_many), also if
    /// nobody has polled that yet. So `tokio::spawn(wait.into_future())` leaves no moment in which
    /// a spawned wait is missing, and `tokio::spawn(async { wait.await })` does. A wait for a
    /// [reference id](Inquiries::wait_for_reference) is in it once its inquiry is found, and
    /// [counted](WaitSnapshot::searching) before.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), Box<dyn std::error::Error>> {
    /// let watcher = persona.inquiries().watcher();
    /// std::fs::write("waits.json", serde_json::to_string(&watcher.snapshot())?)?;
    ///
    /// // … and after the restart:
    /// let saved = serde_json::from_str(&std::fs::read_to_string("waits.json")?)?;
    /// let mut waits = persona.inquiries().watcher().restore(saved);
    /// while let Some((id, outcome)) = waits.next().await {
    ///     println!("{id}: {:?}", outcome?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn snapshot(&self) -> WaitSnapshot<Inquiry> {
        self.0.snapshot()
    }

    /// Goes on with waits that were saved, each to its own deadline. One whose deadline is over
    /// gets its last look now.
    pub fn restore(&self, snapshot: WaitSnapshot<Inquiry>) -> InquiryWaits {
        InquiryWaits(self.0.restore(snapshot))
    }
}

impl Persona {
    /// The watcher of a client that is being built.
    pub(crate) fn new_inquiry_watcher(
        call: &CallPath,
        store: Arc<dyn Store>,
        environment: &str,
        wall_clock: WallClock,
        reopen: Option<Reopen>,
    ) -> Watcher<Inquiry> {
        let raw = raw::Client::new(call.in_background());
        let name = format!("wait:{environment}");
        let time = call.time().clone();
        let feed = InquiryFeed { raw, reopen };
        Watcher::new(feed, store, name, time, wall_clock)
    }
}

/// Lets a person in again whose inquiry has expired; `None` once the client is gone.
pub(crate) type Reopen = Box<dyn Fn(InquiryId) -> Option<Reopening> + Send + Sync>;
type Reopening = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// How inquiries are asked about.
struct InquiryFeed {
    raw: raw::Client,
    /// By sessions, where they are built in.
    reopen: Option<Reopen>,
}

/// The events after which an inquiry is another one. Persona has more about inquiries; those of
/// its sessions and its verifications are not read, as each that counts moves the inquiry too.
#[cfg(feature = "events")]
const EVENTS: &str = "inquiry.started,inquiry.expired,inquiry.completed,inquiry.failed,\
    inquiry.marked-for-review,inquiry.approved,inquiry.declined,inquiry.transitioned,\
    inquiry.redacted,inquiry.updated-tags";

const LARGEST_PAGE: i64 = 100;

impl Feed<Inquiry> for InquiryFeed {
    fn id<'t>(&self, seen: &'t Inquiry) -> &'t str {
        &seen.raw().id
    }

    fn sketch(&self, id: &str, state: &str) -> Inquiry {
        let attributes = raw::types::InquiryAttributes {
            status: Some(state.to_owned()),
            ..Default::default()
        };
        let mut inquiry = raw::types::Inquiry::new("inquiry", attributes);
        inquiry.id = id.to_owned();
        inquiry.into()
    }

    fn look<'f>(&'f self, ids: &'f [Arc<str>], view: View) -> FeedFuture<'f, Vec<Inquiry>> {
        Box::pin(async move {
            // What tells the state has nothing of the person in it.
            let fields = (view == View::State)
                .then(|| SparseFields::new().only("inquiry", ["status", "redacted-at"]));
            // Two waits can end at the same moment for one inquiry.
            let mut known = HashSet::new();
            let ids: Vec<&str> = ids
                .iter()
                .map(|id| &**id)
                .filter(|id| known.insert(*id))
                .collect();
            let ids = ids.join(",");
            let answer = self
                .raw
                .list_all_inquiries(
                    fields.as_ref(),
                    None,
                    None,
                    None,
                    Some(&ids),
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    Some(LARGEST_PAGE),
                )
                .await?;
            let inquiries = answer.into_inner().data.into_iter();
            Ok(inquiries.map(Inquiry::from).collect())
        })
    }

    fn read<'f>(&'f self, id: &'f str) -> FeedFuture<'f, Inquiry> {
        Box::pin(async move { Ok(self.raw.retrieve_an_inquiry(id, None, None).await?.into()) })
    }

    fn resume<'f>(&'f self, id: &'f str) -> FeedFuture<'f, Inquiry> {
        Box::pin(async move {
            let reopen = self.reopen.as_ref();
            match reopen.and_then(|reopen| reopen(InquiryId::received(id))) {
                Some(reopening) => {
                    reopening.await?;
                    self.read(id).await
                }
                // There is nowhere to keep the token.
                None => {
                    let answer = self.raw.resume_an_inquiry(id, None, None).await?;
                    Ok(answer.into_inner().data.into())
                }
            }
        })
    }

    #[cfg(feature = "events")]
    fn events<'f>(&'f self, after: Option<&'f str>) -> FeedFuture<'f, EventPage> {
        use crate::page::page;
        use crate::wait::Happened;

        Box::pin(async move {
            let answer = self
                .raw
                .list_all_events(
                    None,
                    None,
                    Some(EVENTS),
                    None,
                    after,
                    None,
                    Some(LARGEST_PAGE),
                )
                .await?
                .into_inner();
            let next = page(Vec::<()>::new(), answer.links.as_ref())?.next;
            let events = answer.data.into_iter().filter_map(|event| {
                let about = event.attributes.payload?.data.id;
                let event = event.id;
                Some(Happened { event, about })
            });
            Ok(EventPage {
                events: events.collect(),
                next: next.map(|next| next.as_str().to_owned()),
            })
        })
    }

    /// Without the area of events there is no such call, as for a key without the permission.
    #[cfg(not(feature = "events"))]
    fn events<'f>(&'f self, _: Option<&'f str>) -> FeedFuture<'f, EventPage> {
        let refused = Error::new(
            crate::error::ErrorKind::Permission,
            "events are not built in",
        )
        .answered(http::StatusCode::FORBIDDEN, None);
        Box::pin(std::future::ready(Err(refused)))
    }
}

impl fmt::Debug for WaitsWithoutDeadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitsWithoutDeadline")
            .field("waits", &self.ids.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for InquiryWaits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InquiryWaits")
            .field("waits", &self.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for InquiryWatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InquiryWatcher").finish_non_exhaustive()
    }
}
