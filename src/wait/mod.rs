//! Waiting until something changes.
//!
//! Inquiries are watched together: all waits of a client share one [`watcher`], which asks about
//! what changed and not about each that is waited for. Everything else is looked at one by one,
//! at growing, jittered intervals that begin anew with each change ([`single`]).
//!
//! A failed look is a delay, not the end, unless asking can never succeed. The last look is at
//! the deadline.

mod awaiting;
mod condition;
mod feed;
#[cfg(feature = "graph")]
mod graph;
mod mailbox;
mod many;
mod pace;
mod saved;
mod single;
mod watcher;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, ErrorKind};

pub(crate) use self::awaiting::waiting;
pub use self::awaiting::{AfterExpiry, Change, Changes, Wait, WaitWithoutDeadline};
pub use self::condition::Condition;
pub(crate) use self::feed::{EventPage, Feed, FeedFuture, Happened, View};
pub(crate) use self::many::Many;
pub use self::saved::WaitSnapshot;
pub(crate) use self::watcher::{Order, Watcher};

/// Something that can be waited for.
pub trait Awaited: Clone + Send + 'static {
    /// Whether it has come to its end, whatever that is for it.
    fn is_finished(&self) -> bool;
    /// Whether it was decided; the same as its end, unless it says otherwise.
    fn is_decided(&self) -> bool {
        self.is_finished()
    }
    /// Whether its time is over before it came to its end.
    fn is_expired(&self) -> bool;
    /// Whether it was deleted, so that nothing more can come.
    fn is_gone(&self) -> bool;
    /// A text that is another one after each change, such as the status.
    fn state(&self) -> String;
}

/// How a wait ended.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", content = "seen", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome<T> {
    /// The condition is met.
    Met(T),
    /// It expired while it was waited for. An inquiry can be resumed.
    Expired(T),
    /// The deadline passed.
    TimedOut {
        /// What was seen last; `None` if not one look succeeded. Where the last look failed, an
        /// inquiry has its id and the status of an earlier look, and nothing else.
        last: Option<T>,
    },
    /// It was redacted.
    Gone,
}

impl<T> Outcome<T> {
    /// What the condition was met by.
    pub fn met(self) -> Option<T> {
        match self {
            Self::Met(met) => Some(met),
            _ => None,
        }
    }
}

type Look<T> = Arc<dyn Fn() -> Looking<T> + Send + Sync>;
type Looking<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Stands for "never": adding a larger limit to the clock could overflow it.
const FAR_AHEAD: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

fn is_hopeless(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidInput
            | ErrorKind::Authentication
            | ErrorKind::Permission
            | ErrorKind::IpNotAllowed
            | ErrorKind::NotFound
    )
}

#[cfg(test)]
mod tests;
