//! What events are listed by, as JSON.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{EventList, EventName};
use crate::arguments::set;
use crate::id::EventId;
use crate::page::Cursor;

/// Which events to list, newest first.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EventFilter {
    /// Only those of one of these names.
    names: Vec<EventName>,
    /// Only those about these objects, by the ids of the objects.
    object_ids: Vec<String>,
    /// Only these.
    #[schemars(with = "Vec<EventId>")]
    ids: Vec<String>,
    /// How many to list at once, 1 to 100; 10 unless set.
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    /// The cursor at which an earlier page ended.
    after: Option<Cursor>,
}

impl EventList {
    /// Narrows it down by a filter that came as JSON.
    pub fn narrow(self, by: EventFilter) -> Self {
        let mut list = self;
        for name in by.names {
            list = list.name(name);
        }
        for id in by.object_ids {
            list = list.object_id(id);
        }
        for id in by.ids {
            list = list.id(id);
        }
        set!(list:
            by.page_size => page_size,
            by.after => after,
        );
        list
    }
}
