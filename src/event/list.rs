//! Lists of events.

use super::{Event, EventName};
use crate::error::Error;
use crate::id::{EventId, IntoId};
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of events to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct EventList {
    raw: raw::Client,
    ids: Vec<String>,
    names: Vec<String>,
    object_ids: Vec<String>,
    paging: Paging,
}

paged!(EventList => Event);

impl EventList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            ids: Vec::new(),
            names: Vec::new(),
            object_ids: Vec::new(),
            paging: Paging::default(),
        }
    }

    /// Only those of this name; call it again to allow another.
    pub fn name(mut self, name: impl Into<EventName>) -> Self {
        let name = name.into();
        self.names.push(name.as_str().to_owned());
        self
    }

    /// Only those that happened to this object, of whatever type; call it again to allow another.
    pub fn object_id(mut self, id: impl AsRef<str>) -> Self {
        let id = self.paging.filled("the object id", id.as_ref());
        self.object_ids.extend(id);
        self
    }

    /// Only this one; call it again to allow another.
    pub fn id(mut self, id: impl IntoId<EventId>) -> Self {
        let id = self.paging.checked(id.into_id());
        self.ids.extend(id.map(String::from));
        self
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<Event>, Error> {
        let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(","));
        let answer = self
            .raw
            .list_all_events(
                None,
                joined(&self.ids).as_deref(),
                joined(&self.names).as_deref(),
                joined(&self.object_ids).as_deref(),
                after.map(Cursor::as_str),
                None,
                self.paging.size(),
            )
            .await?
            .into_inner();
        let events = answer.data.into_iter().map(Event::from).collect();
        page(events, answer.links.as_ref())
    }
}
