use chrono::{DateTime, Utc};

use crate::json_api::ResourceObject;
use crate::open_enum::open_enum;
use crate::view::{moment, view};
use crate::wait::Awaited;

open_enum! {
    /// How far an import is.
    ImporterStatus {
        /// Rows are left to do.
        Pending = "pending",
        /// All rows are done; some of them may have failed.
        Ready = "ready",
        /// The import failed as a whole.
        Errored = "errored",
    }
}

view! {
    /// An import as Persona sent it.
    Importer(ResourceObject), ImporterId
}

/// How many rows came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ImportCounts {
    /// Rows that became something new.
    pub new: u64,
    /// Rows about something that was there before.
    pub duplicate: u64,
    /// Rows that Persona refused. It does not tell which.
    pub failed: u64,
}

impl ImportCounts {
    /// How many rows are done.
    pub fn done(&self) -> u64 {
        self.new + self.duplicate + self.failed
    }
}

impl Importer {
    /// The JSON:API type, such as `importer/account`.
    pub fn kind(&self) -> &str {
        &self.0.kind
    }

    /// How far it is.
    pub fn status(&self) -> ImporterStatus {
        ImporterStatus::from(self.text("status").unwrap_or_default())
    }

    /// How many rows came out how, so far.
    pub fn counts(&self) -> ImportCounts {
        let count = |name| self.0.attributes.get(name)?.as_u64();
        ImportCounts {
            new: count("successful-count").unwrap_or_default(),
            duplicate: count("duplicate-count").unwrap_or_default(),
            failed: count("error-count").unwrap_or_default(),
        }
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("created-at"))
    }

    /// When its last row was done, UTC.
    pub fn completed_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("completed-at"))
    }

    fn text(&self, attribute: &str) -> Option<&str> {
        self.0.attributes.get(attribute)?.as_str()
    }
}

impl Awaited for Importer {
    fn is_finished(&self) -> bool {
        matches!(
            self.status(),
            ImporterStatus::Ready | ImporterStatus::Errored
        )
    }

    fn is_expired(&self) -> bool {
        false
    }

    fn is_gone(&self) -> bool {
        false
    }

    fn state(&self) -> String {
        format!("{} {}", self.status(), self.counts().done())
    }
}
