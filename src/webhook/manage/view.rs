//! What a webhook tells.

use std::fmt;

use chrono::{DateTime, Utc};

use super::unreadable;
use crate::error::Error;
use crate::json_api::Resource;
use crate::open_enum::open_enum;
use crate::raw::types;
use crate::secret::WebhookSecret;
use crate::view::{moment, view};

open_enum! {
    /// Whether a webhook sends.
    WebhookStatus {
        /// It sends.
        Enabled = "enabled",
        /// It does not send, and can be enabled.
        Disabled = "disabled",
        /// It was put away.
        Archived = "archived",
    }
}

view! {
    /// A webhook as Persona sent it, without its secrets.
    Webhook(types::Webhook), WebhookId
}

impl Webhook {
    /// Whether it sends.
    pub fn status(&self) -> WebhookStatus {
        WebhookStatus::from(self.attributes().status.as_deref().unwrap_or_default())
    }

    /// Where it sends to.
    pub fn url(&self) -> Option<&str> {
        self.attributes().url.as_deref()
    }

    /// What it is called in the dashboard.
    pub fn name(&self) -> Option<&str> {
        self.attributes().name.as_deref()
    }

    /// The names of the events that it sends, or `*` for all.
    pub fn events(&self) -> Vec<&str> {
        let names = self.attributes().enabled_events.iter().flatten();
        names.map(String::as_str).collect()
    }

    /// The version of the API whose shapes it sends, as `YYYY-MM-DD`. It does not change with
    /// that of the client.
    pub fn api_version(&self) -> Option<&str> {
        self.attributes().api_version.as_deref()
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().created_at.as_deref())
    }

    fn attributes(&self) -> &types::WebhookAttributes {
        &self.0.attributes
    }
}

/// A webhook, and the secrets that sign it.
#[derive(Clone)]
#[non_exhaustive]
pub struct WebhookWithSecrets {
    /// The webhook, without them.
    pub webhook: Webhook,
    secrets: Vec<(WebhookSecret, Option<DateTime<Utc>>)>,
}

impl WebhookWithSecrets {
    /// The secrets that sign it, the one to stay first.
    pub fn secrets(&self) -> Vec<WebhookSecret> {
        self.secrets
            .iter()
            .map(|(secret, _)| secret.clone())
            .collect()
    }

    /// When the last of the secrets that are being replaced ends, UTC.
    pub fn overlap_until(&self) -> Option<DateTime<Utc>> {
        self.secrets.iter().filter_map(|(_, until)| *until).max()
    }

    /// Parts the secrets from the rest, which may be printed as JSON and kept.
    pub(super) fn take(mut raw: types::WebhookWithSecret) -> Result<Self, Error> {
        let attributes = &mut raw.attributes;
        let only = attributes.secret.take().map(WebhookSecret::new);
        let listed = attributes.secrets.take().into_iter().flatten();
        let mut secrets: Vec<_> = listed
            .filter_map(|secret| {
                let until = moment(secret.expires_at.as_deref());
                Some((WebhookSecret::new(secret.value?), until))
            })
            .collect();
        secrets.sort_by_key(|(_, until)| until.is_some());
        if secrets.is_empty() {
            secrets.extend(only.map(|secret| (secret, None)));
        }
        // Without one, no webhook could be told from a forged one.
        if secrets.is_empty() {
            return Err(unreadable(
                "at data.attributes.secrets: the webhook came without a secret",
            ));
        }
        let fault = || unreadable("at data.attributes: the webhook cannot be read");
        let rest = serde_json::to_value(&raw).map_err(|_| fault())?;
        let webhook: Resource<_> = serde_json::from_value(rest).map_err(|_| fault())?;
        Ok(Self {
            webhook: webhook.into(),
            secrets,
        })
    }
}

impl fmt::Debug for WebhookWithSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookWithSecrets")
            .field("webhook", &self.webhook)
            .field("secrets", &self.secrets.len())
            .finish()
    }
}
