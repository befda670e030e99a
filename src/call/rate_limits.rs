//! The rate limits of a key: as this client knows them, and as Persona tells them.

use std::time::Duration;

use serde::Deserialize;

use super::rate_window::RateState;
use super::{CallPath, Request};
use crate::client::Persona;
use crate::error::Error;

/// The rate limits of the client's key; get it by [`Persona::rate_limits`].
///
/// See <https://docs.withpersona.com/rate-limiting>.
#[derive(Debug, Clone)]
pub struct RateLimits {
    call: CallPath,
}

impl Persona {
    /// The rate limits of the client's key.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// if let Some(state) = persona.rate_limits().state() {
    ///     println!("{} of {} left", state.remaining, state.limit);
    /// }
    /// for limit in persona.rate_limits().read().await? {
    ///     println!("{}: {:?} of {:?} left", limit.kind, limit.remaining, limit.limit);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn rate_limits(&self) -> RateLimits {
        RateLimits {
            call: self.call_path().clone(),
        }
    }
}

impl RateLimits {
    /// What this client learned from the answers so far; `None` before the first one. Nothing is
    /// sent.
    ///
    /// All clones of a client share it. Other processes with keys of the same environment use the
    /// same window, and their requests are seen only in the next answer, unless they
    /// [share it](crate::PersonaBuilder::share_rate_window).
    pub fn state(&self) -> Option<RateState> {
        self.call.shared.rate.state()
    }

    /// Asks Persona for all limits of the key. That is a request itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Authentication`](crate::ErrorKind::Authentication) and those of every call.
    pub async fn read(&self) -> Result<Vec<RateLimit>, Error> {
        let request = Request::get("list-all-rate-limits", "/rate-limits".to_owned());
        let answer = self.call.send_for::<Document>(request).await?;
        let document = answer.into_inner();
        Ok(document
            .data
            .into_iter()
            .map(|entry| RateLimit {
                kind: entry.kind,
                limit: entry.attributes.limit,
                remaining: entry.attributes.remaining,
                resets_in: entry.attributes.seconds_to_reset.map(Duration::from_secs),
            })
            .collect())
    }
}

/// One limit, as Persona tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RateLimit {
    /// What it limits, such as `rate-limit/api`.
    pub kind: String,
    /// How many requests a window lets through.
    pub limit: Option<u64>,
    /// How many are left of it.
    pub remaining: Option<u64>,
    /// How long until it ends (whole seconds).
    #[serde(rename = "resets_in_seconds", serialize_with = "whole_seconds")]
    #[cfg_attr(feature = "schemars", schemars(with = "Option<u64>"))]
    pub resets_in: Option<Duration>,
}

/// A part of a second counts as a whole one, so that nobody comes too early.
pub(super) fn whole_seconds<S: serde::Serializer>(
    duration: &Option<Duration>,
    to: S,
) -> Result<S::Ok, S::Error> {
    let up = |it: &Duration| it.as_secs() + u64::from(it.subsec_nanos() > 0);
    serde::Serialize::serialize(&duration.as_ref().map(up), to)
}

#[derive(Deserialize)]
struct Document {
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", default)]
struct Attributes {
    limit: Option<u64>,
    remaining: Option<u64>,
    seconds_to_reset: Option<u64>,
}
