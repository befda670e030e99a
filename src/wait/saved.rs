//! Waits as they are kept over a restart.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::Condition;

/// The waits of a client, to be saved before a restart and gone on with after it.
///
/// It serializes: ids, deadlines in UTC, conditions. A closure cannot be written down; the ids of
/// waits that have one are told by [`unsaved`](Self::unsaved), and such waits have to be begun
/// again by the code that has the closure.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[must_use = "the waits are not saved until this is"]
#[serde(rename_all = "kebab-case", bound = "")]
pub struct WaitSnapshot<T> {
    pub(super) waits: Vec<SavedWait<T>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unsaved: Vec<String>,
    #[serde(default, skip_serializing_if = "is_none")]
    pub(super) searching: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", bound = "")]
pub(super) struct SavedWait<T> {
    pub(super) id: String,
    #[serde(with = "utc")]
    pub(super) deadline: DateTime<Utc>,
    pub(super) condition: Condition<T>,
    #[serde(default)]
    pub(super) resumes: bool,
}

impl<T> WaitSnapshot<T> {
    /// How many waits it holds.
    pub fn len(&self) -> usize {
        self.waits.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.waits.is_empty()
    }

    /// The ids of waits that it does not hold, for a closure belongs to them.
    pub fn unsaved(&self) -> &[String] {
        &self.unsaved
    }

    /// How many waits for a reference id it does not hold, because there was no inquiry of it yet.
    /// They too have to be begun again by the code that has the reference id.
    pub fn searching(&self) -> usize {
        self.searching
    }
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

/// The moment by the clock on the wall, so long from now.
pub(super) fn in_utc(now: DateTime<Utc>, left: Duration) -> DateTime<Utc> {
    let left = chrono::TimeDelta::from_std(left).unwrap_or(chrono::TimeDelta::MAX);
    now.checked_add_signed(left)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// How long until then; nothing when it is over.
pub(super) fn until(now: DateTime<Utc>, moment: DateTime<Utc>) -> Duration {
    (moment - now).to_std().unwrap_or_default()
}

mod utc {
    use super::*;

    pub(super) fn serialize<S: serde::Serializer>(
        moment: &DateTime<Utc>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&moment.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(
        from: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(from)?;
        let moment = DateTime::parse_from_rfc3339(&text).map_err(serde::de::Error::custom)?;
        Ok(moment.to_utc())
    }
}
