//! What runs of workflows are listed by, as JSON.

use schemars::JsonSchema;
use serde::Deserialize;

use super::WorkflowRunList;
use crate::arguments::{hides, set};
use crate::page::Cursor;

/// Which runs of workflows to list, newest first.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkflowRunFilter {
    /// Only those of this status, such as completed.
    #[schemars(length(min = 1))]
    status: Option<String>,
    /// How many to list at once, 1 to 100; 10 unless set.
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    /// The cursor at which an earlier page ended.
    after: Option<Cursor>,
}

hides!(WorkflowRunFilter);

impl WorkflowRunList {
    /// Narrows it down by a filter that came as JSON.
    pub fn narrow(self, by: WorkflowRunFilter) -> Self {
        let mut list = self;
        set!(list:
            by.status => status,
            by.page_size => page_size,
            by.after => after,
        );
        list
    }
}
