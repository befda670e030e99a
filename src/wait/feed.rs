//! How a watcher asks: about many at once, about one, and what happened lately.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::Error;

pub(crate) type FeedFuture<'f, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'f>>;

/// How much of each is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// What tells the state, and nothing of the person.
    State,
    /// Everything.
    Whole,
}

/// The questions of one kind of thing.
pub(crate) trait Feed<T>: Send + Sync + 'static {
    fn id<'t>(&self, seen: &'t T) -> &'t str;

    /// A thing of which nothing but its state is known.
    fn sketch(&self, id: &str, state: &str) -> T;

    /// Many in one request, those that there are.
    fn look<'f>(&'f self, ids: &'f [Arc<str>], view: View) -> FeedFuture<'f, Vec<T>>;

    /// One, whole. It fails with not-found where there is none.
    fn read<'f>(&'f self, id: &'f str) -> FeedFuture<'f, T>;

    /// Lets somebody in again whose time was over.
    fn resume<'f>(&'f self, id: &'f str) -> FeedFuture<'f, T>;

    /// What happened, newest first; the page after this event.
    fn events<'f>(&'f self, after: Option<&'f str>) -> FeedFuture<'f, EventPage>;
}

/// A page of what happened.
#[derive(Default)]
pub(crate) struct EventPage {
    pub(crate) events: Vec<Happened>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
}

/// One event, and the thing that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Happened {
    pub(crate) event: String,
    pub(crate) about: String,
}
