//! What happened to a report.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::id::ReportId;
use crate::json_api::Tagged;
use crate::listing::{Paging, paged};
use crate::open_enum::open_enum;
use crate::page::{Cursor, Page, page};
use crate::raw;
use crate::view::moment;

open_enum! {
    /// What sort of thing happened to a report.
    ReportHistoryKind {
        /// It was run, by hand or by its schedule.
        Run = "run",
        /// Matches were dismissed.
        Dismiss = "dismiss",
        /// Somebody looked at it.
        Review = "review",
        /// Its monitoring was paused.
        Pause = "pause",
        /// Its monitoring was taken up again.
        Resume = "resume",
    }
}

/// One thing that happened to a report.
///
/// `Debug` prints the kind alone: an entry can name whoever did it.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ReportHistoryEntry(Tagged);

#[cfg(feature = "schemars")]
crate::view::describe!(ReportHistoryEntry => crate::view::object_schema::<Tagged>());

impl ReportHistoryEntry {
    /// What sort of thing it was.
    pub fn kind(&self) -> ReportHistoryKind {
        ReportHistoryKind::from(self.0.kind.as_deref().unwrap_or_default())
    }

    /// Its id, where Persona tells one.
    pub fn id(&self) -> Option<&str> {
        self.text("id")
    }

    /// When it happened, UTC; `None` for a run that is not through.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        moment(
            self.text("completed-at")
                .or_else(|| self.text("created-at")),
        )
    }

    /// Of a run: what began it, such as `manual` or `scheduled`.
    pub fn run_type(&self) -> Option<&str> {
        self.text("run-type")
    }

    /// Of a run that is through: how many matches it found.
    pub fn match_count(&self) -> Option<u64> {
        self.0.extra.get("matches")?.as_u64()
    }

    /// Of anything else: who did it.
    pub fn creator_name(&self) -> Option<&str> {
        self.text("creator-name")
    }

    /// Everything Persona sent of it.
    pub fn raw(&self) -> &Tagged {
        &self.0
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.extra.get(name)?.as_str()
    }
}

impl fmt::Debug for ReportHistoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportHistoryEntry")
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}

/// The history of a report to be read, newest first; take its [`items`](Self::items) or
/// [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct ReportHistory {
    raw: raw::Client,
    id: Result<ReportId, Error>,
    paging: Paging,
}

paged!(ReportHistory => ReportHistoryEntry, whole);

impl ReportHistory {
    pub(super) fn new(raw: raw::Client, id: Result<ReportId, Error>) -> Self {
        Self {
            raw,
            id,
            paging: Paging::default(),
        }
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<ReportHistoryEntry>, Error> {
        let id = self.id.clone()?;
        let after = after.map(Cursor::as_str);
        let answer = self
            .raw
            .list_report_history(id.as_str(), after, None, self.paging.size())
            .await?
            .into_inner();
        let entries = answer.data.into_iter().map(ReportHistoryEntry).collect();
        page(entries, answer.links.as_ref())
    }
}
