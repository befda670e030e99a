//! Lists of events.

use super::{Event, EventName};
use crate::error::Error;
use crate::id::{EventId, IntoId};
use crate::page::{Cursor, Items, Page, Pages, check_page_size, page};
use crate::raw;

/// A list of events to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct EventList {
    raw: raw::Client,
    filter: Filter,
    after: Option<Cursor>,
    fault: Option<Error>,
}

#[derive(Clone, Debug, Default)]
struct Filter {
    ids: Vec<String>,
    names: Vec<String>,
    object_ids: Vec<String>,
    page_size: Option<i64>,
}

impl EventList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            filter: Filter::default(),
            after: None,
            fault: None,
        }
    }

    /// Only those of this name; call it again to allow another.
    pub fn name(mut self, name: impl Into<EventName>) -> Self {
        let name = name.into();
        self.filter.names.push(name.as_str().to_owned());
        self
    }

    /// Only those that happened to this object, of whatever type; call it again to allow another.
    pub fn object_id(mut self, id: impl AsRef<str>) -> Self {
        match id.as_ref() {
            "" => {
                let fault = Error::invalid_input("the object id is empty");
                self.fault.get_or_insert(fault);
            }
            id => self.filter.object_ids.push(id.to_owned()),
        }
        self
    }

    /// Only this one; call it again to allow another.
    pub fn id(mut self, id: impl IntoId<EventId>) -> Self {
        match id.into_id() {
            Ok(id) => self.filter.ids.push(id.into()),
            Err(fault) => {
                self.fault.get_or_insert(fault);
            }
        }
        self
    }

    /// How many to ask for at once, 1 to 100; 10 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        match check_page_size(size) {
            Ok(size) => self.filter.page_size = Some(size),
            Err(fault) => {
                self.fault.get_or_insert(fault);
            }
        }
        self
    }

    /// Goes on where an earlier reading stopped.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The events, one by one.
    pub fn items(self) -> Items<Event> {
        self.pages().items()
    }

    /// The events, page by page.
    ///
    /// What cannot be sent, such as a page size of 0, is the first page's error.
    pub fn pages(self) -> Pages<Event> {
        let Self {
            raw,
            filter,
            after,
            fault,
        } = self;
        Pages::new(after, move |after| {
            let (raw, filter, fault) = (raw.clone(), filter.clone(), fault.clone());
            async move {
                match fault {
                    Some(fault) => Err(fault),
                    None => fetch(&raw, &filter, after.as_ref()).await,
                }
            }
        })
    }
}

async fn fetch(
    raw: &raw::Client,
    filter: &Filter,
    after: Option<&Cursor>,
) -> Result<Page<Event>, Error> {
    let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(","));
    let answer = raw
        .list_all_events(
            None,
            joined(&filter.ids).as_deref(),
            joined(&filter.names).as_deref(),
            joined(&filter.object_ids).as_deref(),
            after.map(Cursor::as_str),
            None,
            filter.page_size,
        )
        .await?
        .into_inner();
    let events = answer.data.into_iter().map(Event::from).collect();
    page(events, answer.links.as_ref())
}
