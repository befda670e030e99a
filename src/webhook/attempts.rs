//! How often a webhook was sent.

use chrono::{DateTime, Utc};
use http::HeaderMap;

/// What Persona says of its attempts to deliver a webhook, each where the header is there. The
/// headers are not signed: take them for what to log.
///
/// See <https://docs.withpersona.com/webhooks>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempts {
    /// How often it was sent, from `Persona-Webhook-Attempts-Made`.
    pub made: Option<u32>,
    /// How often it will be sent again, from `Persona-Webhook-Attempts-Left`.
    pub left: Option<u32>,
    /// When it was sent first, UTC, from `Persona-Webhook-First-Attempted-At`.
    pub first_at: Option<DateTime<Utc>>,
}

impl Attempts {
    /// Reads the headers of a request.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let number = |name: &str| text(name)?.parse().ok();
        let first_at = text("persona-webhook-first-attempted-at");
        Self {
            made: number("persona-webhook-attempts-made"),
            left: number("persona-webhook-attempts-left"),
            first_at: first_at.and_then(|at| DateTime::from_timestamp(at.parse().ok()?, 0)),
        }
    }
}
