//! What webhooks are set up and changed by, as JSON. The header that authorizes deliveries is a
//! secret: it is set by the builder alone.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{NewWebhook, WebhookUpdate};
use crate::arguments::{reads_from, set};
use crate::event::EventName;

reads_from!(NewWebhook, NewWebhookArguments);
reads_from!(WebhookUpdate, WebhookUpdateArguments);

/// A webhook to be set up.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhookArguments {
    /// What people call it.
    #[schemars(length(min = 1))]
    name: String,
    /// Where events are sent: https, or a loopback host.
    #[schemars(url)]
    url: String,
    /// Which events are sent.
    #[serde(default)]
    events: Vec<EventName>,
    /// Whether all events are sent, also those that are added later.
    #[serde(default)]
    every_event: bool,
    /// What it is for.
    #[serde(default)]
    description: Option<String>,
    /// The version of the API in which events are written, YYYY-MM-DD.
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    api_version: Option<String>,
    /// Whether events come with the objects that theirs is tied to.
    #[serde(default)]
    with_included: bool,
    /// Attributes that events leave out.
    #[serde(default)]
    blocked_attributes: Vec<String>,
    /// Seconds for which the addresses of files in events are good.
    #[serde(default)]
    file_access_seconds: Option<u64>,
}

impl From<NewWebhookArguments> for NewWebhook {
    fn from(given: NewWebhookArguments) -> Self {
        let mut new = Self::new(given.name, given.url);
        for event in given.events {
            new = new.event(event);
        }
        if given.every_event {
            new = new.every_event();
        }
        if given.with_included {
            new = new.with_included();
        }
        for attribute in given.blocked_attributes {
            new = new.block(attribute);
        }
        set!(new:
            given.description => description,
            given.api_version => api_version,
            given.file_access_seconds.map(Duration::from_secs) => file_access,
        );
        new
    }
}

/// What to change of a webhook; what is not named stays.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WebhookUpdateArguments {
    /// What people call it.
    name: Option<String>,
    /// Where events are sent: https, or a loopback host.
    #[schemars(url)]
    url: Option<String>,
    /// Which events are sent, in place of those that were.
    events: Vec<EventName>,
    /// What it is for.
    description: Option<String>,
    /// The version of the API in which events are written, YYYY-MM-DD.
    #[schemars(extend("format" = "date"))]
    api_version: Option<String>,
}

impl From<WebhookUpdateArguments> for WebhookUpdate {
    fn from(given: WebhookUpdateArguments) -> Self {
        let mut update = Self::new();
        for event in given.events {
            update = update.event(event);
        }
        set!(update:
            given.name => name,
            given.url => url,
            given.description => description,
            given.api_version => api_version,
        );
        update
    }
}
