//! One watcher for all waits of a client.
//!
//! It does not ask about each that is waited for. It reads what happened ([`events`]) and then
//! reads those that something happened to, up to a hundred in one request ([`reads`]). Under this
//! lies a net of looks at a hundred ids each ([`sweeps`]), slow while changes are told, by events
//! or by webhooks, and at each wait's own pace where they are not. Whoever is at their deadline
//! gets a last look ([`deadlines`]). Processes with a common store share the reading of events
//! ([`fleet`]).
//!
//! It runs in a task while somebody waits, and ends with the last wait.

mod bookmark;
mod deadlines;
mod events;
mod fleet;
mod reads;
mod resumes;
mod state;
mod sweeps;

use std::collections::{HashSet, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use self::fleet::Word;
pub(crate) use self::state::Order;
use self::state::State;
use super::mailbox::{Mailbox, Note};
use super::many::Many;
use super::saved::{WaitSnapshot, until};
use super::{Awaited, Condition, Feed, Outcome, View, is_hopeless};
use crate::call::clock::Time;
use crate::client::WallClock;
use crate::error::{Error, ErrorKind};
use crate::store::Store;

/// Watches what is waited for; all clones are one.
pub(crate) struct Watcher<T>(Arc<Shared<T>>);

struct Shared<T> {
    feed: Box<dyn Feed<T>>,
    store: Arc<dyn Store>,
    /// The lease and the topic of those who watch the same things.
    name: String,
    time: Time,
    /// What is kept over a restart goes by it: `time` begins anew with each process.
    wall_clock: WallClock,
    /// Tells the own words from those of others.
    voice: u64,
    state: Mutex<State<T>>,
    bells: Bells,
}

/// What wakes the loops of the task.
#[derive(Default)]
struct Bells {
    deadlines: Notify,
    events: Notify,
    idle: Notify,
    reads: Notify,
    resumes: Notify,
    sweeps: Notify,
}

impl<T> Watcher<T> {
    /// The time that its waits go by.
    pub(crate) fn time(&self) -> &Time {
        &self.0.time
    }
}

impl<T> Clone for Watcher<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Awaited> Watcher<T> {
    /// A watcher that asks by `feed`, and shares the reading of events with all others of this
    /// name in the store.
    pub(crate) fn new(
        feed: impl Feed<T>,
        store: Arc<dyn Store>,
        name: String,
        time: Time,
        wall_clock: WallClock,
    ) -> Self {
        Self(Arc::new(Shared {
            feed: Box::new(feed),
            store,
            name,
            time,
            wall_clock,
            voice: fastrand::u64(..),
            state: Mutex::new(State::new()),
            bells: Bells::default(),
        }))
    }

    /// Takes note of a wait; what it is to hear comes to the mailbox, with the seat's key. With
    /// `tells` it hears of changes too. Nothing is asked on its account until it
    /// [begins](Self::begin).
    pub(super) fn join(
        &self,
        id: Arc<str>,
        order: Order<T>,
        mailbox: Arc<Mailbox<T>>,
        tells: bool,
    ) -> Seat<T> {
        let key = self.0.lock().join(id.clone(), order, mailbox, tells);
        Seat {
            watcher: self.clone(),
            id,
            key,
        }
    }

    /// Takes note of a wait that is not in its hands: of this one, or of one that is still sought.
    pub(super) fn elsewhere(&self, id: Option<Arc<str>>) -> Elsewhere<T> {
        Elsewhere {
            watcher: self.clone(),
            key: self.0.lock().go_elsewhere(id),
        }
    }

    pub(super) fn id_of(&self, seen: &T) -> Arc<str> {
        self.0.feed.id(seen).into()
    }

    /// Somebody who joined asks for the first time how it stands.
    pub(super) fn begin(&self) {
        self.keep_going();
        let bells = &self.0.bells;
        for bell in [&bells.deadlines, &bells.events, &bells.reads, &bells.sweeps] {
            bell.notify_one();
        }
    }

    /// Sees to it that the task runs: it ends with its runtime, and there may be another.
    pub(super) fn keep_going(&self) {
        let begins = {
            let mut state = self.0.lock();
            !state.is_idle() && !std::mem::replace(&mut state.is_running, true)
        };
        if begins {
            tokio::spawn(run(self.0.clone()));
        }
    }

    /// Somebody tells that this one changed: it is read at once, and by every other process that
    /// waits for it.
    pub(crate) async fn changed(&self, id: &str) {
        self.0.lock().told_of(id);
        self.0.bells.reads.notify_one();
        self.0.tell(Word::about(vec![id.to_owned()])).await;
    }

    pub(crate) fn rely_on_webhooks(&self) {
        self.0.lock().relies_on_webhooks = true;
        self.0.bells.sweeps.notify_one();
    }

    pub(crate) fn leave_events(&self) {
        let mut state = self.0.lock();
        state.leaves_events = true;
        state.told_until = None;
        drop(state);
        self.0.bells.sweeps.notify_one();
    }

    pub(crate) fn snapshot(&self) -> WaitSnapshot<T> {
        let state = self.0.lock();
        state.snapshot(self.0.time.now(), (self.0.wall_clock)().into())
    }

    /// Waits as they were saved, with what is left of their time.
    pub(crate) fn restore(&self, snapshot: WaitSnapshot<T>) -> Many<T> {
        let (now, in_utc) = (self.0.time.now(), (self.0.wall_clock)().into());
        let waits = snapshot.waits.into_iter();
        let orders = waits.map(|saved| {
            let left = until(in_utc, saved.deadline).min(super::FAR_AHEAD);
            let order = Order {
                resumes: saved.resumes,
                ..Order::new(now + left, saved.condition)
            };
            (saved.id.into(), order)
        });
        Many::new(self.clone(), orders.collect(), VecDeque::new())
    }
}

/// A place among those who wait; given up when dropped.
pub(super) struct Seat<T: Awaited> {
    watcher: Watcher<T>,
    id: Arc<str>,
    key: u64,
}

impl<T: Awaited> Seat<T> {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn key(&self) -> u64 {
        self.key
    }

    pub(super) fn wait_until(&self, condition: Condition<T>) {
        let mut state = self.watcher.0.lock();
        state.wait_until(&self.id, self.key, condition);
    }
}

impl<T: Awaited> Drop for Seat<T> {
    fn drop(&mut self) {
        let shared = &self.watcher.0;
        let is_idle = {
            let mut state = shared.lock();
            state.leave(&self.id, self.key);
            state.is_idle()
        };
        if is_idle {
            shared.bells.idle.notify_one();
        }
    }
}

/// A wait while it seeks what to wait for, or opens a way back in: a snapshot cannot save it, and
/// has to say so. Over when dropped.
pub(super) struct Elsewhere<T: Awaited> {
    watcher: Watcher<T>,
    key: u64,
}

impl<T: Awaited> Drop for Elsewhere<T> {
    fn drop(&mut self) {
        self.watcher.0.lock().come_back(self.key);
    }
}

/// A wait that a watcher looks after.
pub(super) struct Watching<T: Awaited> {
    watcher: Watcher<T>,
    has_begun: bool,
    seat: Option<Seat<T>>,
    mailbox: Arc<Mailbox<T>>,
    tell: Option<Arc<Mailbox<T>>>,
}

// Nothing in it is pinned.
impl<T: Awaited> Unpin for Watching<T> {}

impl<T: Awaited> Watching<T> {
    pub(super) fn new(
        watcher: &Watcher<T>,
        id: Arc<str>,
        order: Order<T>,
        tell: Option<Arc<Mailbox<T>>>,
    ) -> Self {
        let mailbox = Arc::new(Mailbox::new());
        Self {
            watcher: watcher.clone(),
            has_begun: false,
            seat: Some(watcher.join(id, order, mailbox.clone(), tell.is_some())),
            mailbox,
            tell,
        }
    }
}

impl<T: Awaited> Future for Watching<T> {
    type Output = Result<Outcome<T>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match std::mem::replace(&mut this.has_begun, true) {
            true => this.watcher.keep_going(),
            false => this.watcher.begin(),
        }
        loop {
            let (_, note) = ready!(this.mailbox.poll(cx));
            match note {
                Note::Ended(ended) => {
                    this.seat = None;
                    return Poll::Ready(*ended);
                }
                Note::Changed(seen) => {
                    if let Some(tell) = &this.tell {
                        tell.put(0, Note::Changed(seen));
                    }
                }
            }
        }
    }
}

/// The task: while somebody waits.
async fn run<T: Awaited>(shared: Arc<Shared<T>>) {
    // Whoever joins after the last look at who waits is called to begin another task.
    let _running = Running(shared.clone());
    loop {
        {
            let mut loops = JoinSet::new();
            loops.spawn(deadlines::look_last(shared.clone()));
            loops.spawn(events::follow(shared.clone()));
            loops.spawn(fleet::keep_in_touch(shared.clone()));
            loops.spawn(reads::read(shared.clone()));
            loops.spawn(resumes::resume(shared.clone()));
            loops.spawn(sweeps::sweep(shared.clone()));
            while !shared.lock().is_idle() {
                shared.bells.idle.notified().await;
            }
            // Dropped here, they stop, whatever they were at.
        }
        shared.step_down().await;
        if shared.lock().is_idle() {
            return;
        }
    }
}

/// Lets those who wait begin another task when this one ends, which it also does with its runtime.
struct Running<T: Awaited>(Arc<Shared<T>>);

impl<T: Awaited> Drop for Running<T> {
    fn drop(&mut self) {
        let mailboxes = {
            let mut state = self.0.lock();
            state.is_running = false;
            state.mailboxes()
        };
        for mailbox in mailboxes {
            mailbox.ring();
        }
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing in there panics between two halves of a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Awaited> Shared<T> {
    /// Looks at these, and lets those who wait know.
    ///
    /// # Errors
    ///
    /// When they have to be asked about again.
    async fn look(&self, ids: &[Arc<str>], view: View) -> Result<(), Error> {
        let seen = match self.feed.look(ids, view).await {
            Ok(seen) => seen,
            Err(error) if is_hopeless(&error) => {
                let mut state = self.lock();
                for id in ids {
                    state.fail(id, &error);
                }
                return Ok(());
            }
            Err(error) if is_too_much(&error) && ids.len() > 1 => {
                self.lock().batch = ids.len() / 2;
                return Err(error);
            }
            // It does not like the list; it may like the one.
            Err(error) if is_too_much(&error) => return self.read_one(&ids[0]).await,
            Err(error) => return Err(error),
        };
        let now = self.time.now();
        let mut found = HashSet::with_capacity(seen.len());
        {
            let mut state = self.lock();
            for one in &seen {
                let id = self.feed.id(one);
                state.saw(id, one, view == View::Whole, now);
                found.insert(id);
            }
        }
        self.ring_after_look();
        // What a list leaves out may be missing, or too new for it.
        for id in ids {
            if !found.contains(&**id) {
                self.read_one(id).await?;
            }
        }
        Ok(())
    }

    async fn read_one(&self, id: &str) -> Result<(), Error> {
        match self.feed.read(id).await {
            Ok(seen) => {
                let now = self.time.now();
                self.lock().saw(id, &seen, true, now);
                self.ring_after_look();
                Ok(())
            }
            Err(error) if is_hopeless(&error) => {
                self.lock().fail(id, &error);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// A look can show that more is to be read, resumed, or looked at later.
    fn ring_after_look(&self) {
        self.bells.reads.notify_one();
        self.bells.resumes.notify_one();
        self.bells.sweeps.notify_one();
    }

    fn look_at_all(&self) {
        self.lock().look_at_all();
        self.bells.reads.notify_one();
        self.bells.sweeps.notify_one();
    }
}

/// Whether the request was refused for what was in it, which fewer ids can help.
fn is_too_much(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::BadRequest | ErrorKind::Validation)
        || matches!(error.status(), Some(413 | 414 | 431))
}

/// As long as a failed request asks for, and the pace at least.
fn after_failure(pace: &mut super::pace::Pace, error: &Error) -> Duration {
    pace.next().max(error.retry_after().unwrap_or_default())
}
