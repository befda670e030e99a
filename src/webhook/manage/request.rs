//! New webhooks, and changes of those that exist.

use std::fmt;
use std::time::Duration;

use url::Url;

use crate::config::is_loopback;
use crate::error::Error;
use crate::event::EventName;
use crate::raw::types;

/// Stands for every event there is and will be.
pub(super) const EVERY_EVENT: &str = "*";

/// A webhook to be created.
///
/// `Debug` prints its name and events: the other settings can hold a key of yours.
#[derive(Clone)]
#[must_use]
pub struct NewWebhook {
    attributes: types::CreateAWebhookRequestAttributes,
    fault: Option<Error>,
}

impl NewWebhook {
    /// A webhook of this name that sends to this address.
    pub fn new(name: impl Into<String>, url: impl Into<String>) -> Self {
        let url = url.into();
        Self {
            fault: check_url(&url).err(),
            attributes: types::CreateAWebhookRequestAttributes {
                name: name.into(),
                url,
                ..Default::default()
            },
        }
    }

    /// Sends this event; call it again for another.
    pub fn event(mut self, event: impl Into<EventName>) -> Self {
        let event = event.into().as_str().to_owned();
        self.attributes.enabled_events.push(event);
        self
    }

    /// Sends every event there is and will be.
    pub fn every_event(mut self) -> Self {
        self.attributes.enabled_events = vec![EVERY_EVENT.to_owned()];
        self
    }

    /// What it is for, for the dashboard.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.attributes.description = Some(description.into());
        self
    }

    /// The version of the API whose shapes it sends, as `YYYY-MM-DD`; the client's unless set.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.attributes.api_version = Some(version.into());
        self
    }

    /// Sends all objects along that the object of an event is tied to. More of people's data
    /// travels then; unless set, none is sent along.
    pub fn with_included(mut self) -> Self {
        let all = types::CreateAWebhookRequestIncludedAllowlist {
            state: "include_all".to_owned(),
            ..Default::default()
        };
        self.attributes.included_allowlist = Some(all);
        self
    }

    /// Holds attributes back that have this name or fit this pattern, such as `name-last` or
    /// `address-*`; call it again for another.
    ///
    /// See <https://docs.withpersona.com/webhook-blocklists>.
    pub fn block(mut self, attribute: impl Into<String>) -> Self {
        let blocklist = &mut self.attributes.api_attributes_blocklist;
        blocklist.get_or_insert_default().push(attribute.into());
        self
    }

    /// How long addresses of files in events are good, in whole seconds; six hours unless set.
    pub fn file_access(mut self, lifetime: Duration) -> Self {
        match i64::try_from(lifetime.as_secs()) {
            Ok(seconds) => self.attributes.file_access_token_expires_in = Some(seconds),
            Err(_) => {
                let fault = Error::invalid_input("the lifetime of file addresses is too long");
                self.fault.get_or_insert(fault);
            }
        }
        self
    }

    /// Sends `Authorization` along with this value, for a gateway in front of the receiver.
    pub fn authorization(mut self, value: impl Into<String>) -> Self {
        let headers = &mut self.attributes.custom_http_headers;
        headers.get_or_insert_default().authorization = Some(value.into());
        self
    }

    pub(super) fn into_body(self) -> Result<types::CreateAWebhookRequest, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.attributes.name.is_empty() {
            return Err(Error::invalid_input("the name of the webhook is empty"));
        }
        if self.attributes.enabled_events.is_empty() {
            return Err(Error::invalid_input("the webhook has no event"));
        }
        Ok(types::CreateAWebhookRequest {
            data: types::CreateAWebhookRequestData {
                attributes: self.attributes,
                ..Default::default()
            },
            ..Default::default()
        })
    }
}

impl fmt::Debug for NewWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewWebhook")
            .field("events", &self.attributes.enabled_events)
            .finish_non_exhaustive()
    }
}

/// What to change of a webhook; what is not named stays.
#[derive(Clone, Default)]
#[must_use]
pub struct WebhookUpdate {
    attributes: types::UpdateAWebhookRequestAttributes,
    fault: Option<Error>,
}

impl WebhookUpdate {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.attributes.name = Some(name.into());
        self
    }

    /// Replaces the address.
    pub fn url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.fault = check_url(&url).err();
        self.attributes.url = Some(url);
        self
    }

    /// Replaces all events by this one; call it again to add another.
    pub fn event(mut self, event: impl Into<EventName>) -> Self {
        let events = self.attributes.enabled_events.get_or_insert_default();
        events.push(event.into().as_str().to_owned());
        self
    }

    /// Replaces the description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.attributes.description = Some(description.into());
        self
    }

    /// Replaces the version of the API whose shapes it sends, `YYYY-MM-DD`.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.attributes.api_version = Some(version.into());
        self
    }

    pub(super) fn into_body(self) -> Result<types::UpdateAWebhookRequest, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let attributes = self.attributes;
        let is_empty = attributes.name.is_none()
            && attributes.url.is_none()
            && attributes.enabled_events.is_none()
            && attributes.description.is_none()
            && attributes.api_version.is_none();
        if is_empty {
            return Err(Error::invalid_input("the update names nothing to change"));
        }
        Ok(types::UpdateAWebhookRequest {
            data: Some(types::UpdateAWebhookRequestData {
                attributes: Some(attributes),
                ..Default::default()
            }),
            ..Default::default()
        })
    }
}

impl fmt::Debug for WebhookUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookUpdate")
            .field("events", &self.attributes.enabled_events)
            .finish_non_exhaustive()
    }
}

/// Events are people's data: they travel encrypted, or not at all. The address can hold a secret
/// of yours, and is not repeated.
pub(super) fn check_url(url: &str) -> Result<(), Error> {
    let fault = |fault: &str| Err(Error::invalid_input(format!("the webhook's URL {fault}")));
    match Url::parse(url) {
        Err(_) => fault("is no absolute URL: it must start with https://"),
        Ok(url) if url.scheme() == "https" => Ok(()),
        Ok(url) if url.scheme() == "http" && is_loopback(&url) => Ok(()),
        Ok(_) => fault("must start with https://: only a loopback host may use http"),
    }
}
