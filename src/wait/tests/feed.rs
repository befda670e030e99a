//! An API in memory, for a watcher on a paused clock: things, a log of what happened to them, and
//! what can go wrong with both.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::call::clock::Time;
use crate::client::WallClock;
use crate::error::{Delivery, Error, ErrorKind};
use crate::store::{MemoryStore, Store};
use crate::wait::watcher::Watcher;
use crate::wait::{Awaited, EventPage, Feed, FeedFuture, Happened, View, WaitWithoutDeadline};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Thing {
    pub(super) id: String,
    pub(super) status: String,
    /// Only there when it was asked for whole.
    pub(super) tag: Option<String>,
}

impl Awaited for Thing {
    fn is_finished(&self) -> bool {
        matches!(self.status.as_str(), "done" | "approved")
    }

    fn is_decided(&self) -> bool {
        self.status == "approved"
    }

    fn is_expired(&self) -> bool {
        self.status == "expired"
    }

    fn is_gone(&self) -> bool {
        self.status == "gone"
    }

    fn state(&self) -> String {
        self.status.clone()
    }
}

/// What was asked, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) states: usize,
    pub(super) wholes: usize,
    pub(super) singles: usize,
    pub(super) events: usize,
    pub(super) resumes: usize,
}

impl Asked {
    pub(super) fn all(self) -> usize {
        self.states + self.wholes + self.singles + self.events + self.resumes
    }
}

/// The API, as each client sees it.
#[derive(Clone, Default)]
pub(super) struct World(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    things: HashMap<String, Thing>,
    /// Oldest first.
    log: Vec<Happened>,
    numbered: usize,
    /// What a client sees nothing of in lists, though it is there.
    unlisted: HashSet<String>,
    down_until: Option<Instant>,
    events_refused: bool,
    batch_limit: Option<usize>,
    asked: Asked,
    looks: Vec<(Instant, View, usize)>,
}

impl World {
    pub(super) fn with(ids: impl IntoIterator<Item = String>) -> Self {
        let world = Self::default();
        for id in ids {
            world.put(&id, "new");
        }
        world
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("not poisoned")
    }

    fn put(&self, id: &str, status: &str) {
        let thing = Thing {
            id: id.to_owned(),
            status: status.to_owned(),
            tag: Some("whole".to_owned()),
        };
        self.lock().things.insert(id.to_owned(), thing);
    }

    /// Changes it and writes it down.
    pub(super) fn change(&self, id: &str, status: &str) {
        self.change_silently(id, status);
        self.write_down(id);
    }

    /// Changes it, and the event never comes.
    pub(super) fn change_silently(&self, id: &str, status: &str) {
        self.put(id, status);
    }

    pub(super) fn write_down(&self, id: &str) -> Happened {
        let mut inside = self.lock();
        inside.numbered += 1;
        let happened = Happened {
            event: format!("evt_{}", inside.numbered),
            about: id.to_owned(),
        };
        inside.log.push(happened.clone());
        happened
    }

    /// Writes the event where its moment is, below those that came since.
    pub(super) fn write_down_late(&self, id: &str, below: usize) {
        let happened = self.write_down(id);
        let mut inside = self.lock();
        inside.log.pop();
        let at = inside.log.len().saturating_sub(below);
        inside.log.insert(at, happened);
    }

    pub(super) fn shuffle_newest(&self, newest: usize) {
        let mut inside = self.lock();
        let from = inside.log.len().saturating_sub(newest);
        inside.log[from..].reverse();
    }

    pub(super) fn forget_log(&self) {
        self.lock().log.clear();
    }

    pub(super) fn unlist(&self, id: &str) {
        self.lock().unlisted.insert(id.to_owned());
    }

    pub(super) fn go_down_for(&self, time: Duration) {
        self.lock().down_until = Some(Instant::now() + time);
    }

    pub(super) fn refuse_events(&self, refuse: bool) {
        self.lock().events_refused = refuse;
    }

    pub(super) fn limit_batch(&self, ids: usize) {
        self.lock().batch_limit = Some(ids);
    }

    pub(super) fn asked(&self) -> Asked {
        self.lock().asked
    }

    pub(super) fn looks(&self) -> Vec<(Instant, View, usize)> {
        self.lock().looks.clone()
    }

    /// A client of its own, with the store.
    pub(super) fn watcher_with(&self, store: Arc<dyn Store>) -> Watcher<Thing> {
        self.watcher_by(Time::default(), Arc::new(SystemTime::now), store)
    }

    pub(super) fn watcher_by(
        &self,
        time: Time,
        wall_clock: WallClock,
        store: Arc<dyn Store>,
    ) -> Watcher<Thing> {
        Watcher::new(self.clone(), store, "things".to_owned(), time, wall_clock)
    }

    pub(super) fn watcher(&self) -> Watcher<Thing> {
        self.watcher_with(Arc::new(MemoryStore::new()))
    }
}

pub(super) fn wait(watcher: &Watcher<Thing>, id: &str) -> WaitWithoutDeadline<Thing> {
    watcher.wait(Ok(id.into()))
}

/// A request takes a while.
async fn on_the_line() {
    tokio::time::sleep(Duration::from_millis(80)).await;
}

impl World {
    fn fault(&self) -> Option<Error> {
        let down = self.lock().down_until;
        down.filter(|until| Instant::now() < *until)
            .map(|_| answered(ErrorKind::Server, 503))
    }
}

pub(super) fn answered(kind: ErrorKind, status: u16) -> Error {
    let status = http::StatusCode::from_u16(status).expect("a status");
    Error::new(kind, "")
        .answered(status, None)
        .delivered(Delivery::Answered)
}

impl Feed<Thing> for World {
    fn id<'t>(&self, seen: &'t Thing) -> &'t str {
        &seen.id
    }

    fn sketch(&self, id: &str, state: &str) -> Thing {
        Thing {
            id: id.to_owned(),
            status: state.to_owned(),
            tag: None,
        }
    }

    fn look<'f>(&'f self, ids: &'f [Arc<str>], view: View) -> FeedFuture<'f, Vec<Thing>> {
        Box::pin(async move {
            {
                let mut inside = self.lock();
                match view {
                    View::State => inside.asked.states += 1,
                    View::Whole => inside.asked.wholes += 1,
                }
                inside.looks.push((Instant::now(), view, ids.len()));
            }
            on_the_line().await;
            if let Some(fault) = self.fault() {
                return Err(fault);
            }
            let inside = self.lock();
            if inside.batch_limit.is_some_and(|limit| ids.len() > limit) {
                return Err(answered(ErrorKind::BadRequest, 400));
            }
            let ids = ids.iter().filter(|id| !inside.unlisted.contains(&***id));
            let things = ids.filter_map(|id| inside.things.get(&**id).cloned());
            Ok(things
                .map(|thing| match view {
                    View::State => self.sketch(&thing.id, &thing.status),
                    View::Whole => thing,
                })
                .collect())
        })
    }

    fn read<'f>(&'f self, id: &'f str) -> FeedFuture<'f, Thing> {
        Box::pin(async move {
            self.lock().asked.singles += 1;
            on_the_line().await;
            match self.fault() {
                Some(fault) => Err(fault),
                None => {
                    let thing = self.lock().things.get(id).cloned();
                    thing.ok_or_else(|| answered(ErrorKind::NotFound, 404))
                }
            }
        })
    }

    fn resume<'f>(&'f self, id: &'f str) -> FeedFuture<'f, Thing> {
        Box::pin(async move {
            self.lock().asked.resumes += 1;
            on_the_line().await;
            if let Some(fault) = self.fault() {
                return Err(fault);
            }
            self.change(id, "pending");
            Ok(self.lock().things[id].clone())
        })
    }

    fn events<'f>(&'f self, after: Option<&'f str>) -> FeedFuture<'f, EventPage> {
        Box::pin(async move {
            self.lock().asked.events += 1;
            on_the_line().await;
            if let Some(fault) = self.fault() {
                return Err(fault);
            }
            let inside = self.lock();
            if inside.events_refused {
                return Err(answered(ErrorKind::Permission, 403));
            }
            let log = &inside.log;
            let end = match after {
                Some(after) => log.iter().position(|it| it.event == after).unwrap_or(0),
                None => log.len(),
            };
            let begin = end.saturating_sub(100);
            let events: Vec<Happened> = log[begin..end].iter().rev().cloned().collect();
            let next = (begin > 0).then(|| log[begin].event.clone());
            Ok(EventPage { events, next })
        })
    }
}
