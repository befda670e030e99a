//! Webhooks: where events are sent to, and what signs them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::Model;
use super::refusal::Refusal;

/// The events of a webhook that wants all of them.
const EVERY_EVENT: &str = "*";

const SIX_HOURS: i64 = 6 * 60 * 60;

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Webhook {
    pub(crate) id: String,
    pub(crate) status: WebhookStatus,
    pub(crate) settings: WebhookSettings,
    /// Newest first.
    pub(crate) secrets: Vec<WebhookSecret>,
    pub(crate) created_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum WebhookStatus {
    Enabled,
    Disabled,
    Archived,
}

/// What the API lets one choose.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct WebhookSettings {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) description: Option<String>,
    pub(crate) events: Vec<String>,
    /// `kebab`, `camel` or `snake`.
    pub(crate) inflection: String,
    pub(crate) file_access_seconds: i64,
    /// Whether the objects that an event's object is tied to are sent along.
    pub(crate) with_included: bool,
    pub(crate) with_relationships: bool,
    pub(crate) headers: Map<String, Value>,
}

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct WebhookSecret {
    pub(crate) value: String,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl WebhookSettings {
    /// What a webhook is like of which nothing else is said.
    pub(crate) fn new(name: String, url: String, events: Vec<String>) -> Self {
        Self {
            name,
            url,
            description: None,
            events,
            inflection: "kebab".into(),
            file_access_seconds: SIX_HOURS,
            with_included: false,
            with_relationships: true,
            headers: Map::new(),
        }
    }
}

impl WebhookStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Archived => "archived",
        }
    }
}

impl Webhook {
    pub(crate) fn wants(&self, event: &str) -> bool {
        let mut events = self.settings.events.iter();
        self.status == WebhookStatus::Enabled
            && events.any(|wanted| wanted == event || wanted == EVERY_EVENT)
    }

    /// The secrets that sign at a time, newest first.
    pub(crate) fn secrets_at(&self, now: DateTime<Utc>) -> impl Iterator<Item = &WebhookSecret> {
        let secrets = self.secrets.iter();
        secrets.filter(move |secret| secret.expires_at.is_none_or(|at| at > now))
    }
}

impl Model {
    /// Creates a webhook that is not enabled yet; its id.
    pub(crate) fn create_webhook(&mut self, settings: WebhookSettings) -> String {
        let id = self.ids.next("wbh");
        let webhook = Webhook {
            id: id.clone(),
            status: WebhookStatus::Disabled,
            settings,
            secrets: vec![self.new_webhook_secret()],
            created_at: self.now,
        };
        self.webhooks.insert(&id, webhook);
        id
    }

    /// Has this webhook from now on, enabled; one with its URL becomes like it, and keeps its
    /// secrets unless another one is given.
    pub(crate) fn provide_webhook(&mut self, settings: WebhookSettings, secret: Option<String>) {
        let rows = self.webhooks.rows().iter();
        let mut known = rows
            .filter(|it| it.settings.url == settings.url && it.status != WebhookStatus::Archived);
        let id = match known.next() {
            Some(known) => known.id.clone(),
            None => self.create_webhook(settings.clone()),
        };
        let Some(webhook) = self.webhooks.get_mut(&id) else {
            return;
        };
        webhook.settings = settings;
        webhook.status = WebhookStatus::Enabled;
        if let Some(value) = secret
            && !webhook.secrets.iter().any(|it| it.value == value)
        {
            let expires_at = None;
            webhook.secrets = vec![WebhookSecret { value, expires_at }];
        }
    }

    pub(crate) fn webhook(&self, id: &str) -> Result<&Webhook, Refusal> {
        self.webhooks.get(id).ok_or_else(|| no_webhook(id))
    }

    pub(crate) fn webhook_settings(&mut self, id: &str) -> Result<&mut WebhookSettings, Refusal> {
        Ok(&mut self.usable_webhook(id)?.settings)
    }

    pub(crate) fn set_webhook_status(
        &mut self,
        id: &str,
        status: WebhookStatus,
    ) -> Result<(), Refusal> {
        self.usable_webhook(id)?.status = status;
        self.outbox.wake();
        Ok(())
    }

    /// Adds a secret; the one before signs too for as long as the overlap.
    pub(crate) fn rotate_webhook_secret(
        &mut self,
        id: &str,
        overlap: TimeDelta,
    ) -> Result<(), Refusal> {
        let secret = self.new_webhook_secret();
        let now = self.now;
        let webhook = self.usable_webhook(id)?;
        for before in &mut webhook.secrets {
            before.expires_at.get_or_insert(now + overlap);
        }
        webhook.secrets.insert(0, secret);
        Ok(())
    }

    fn usable_webhook(&mut self, id: &str) -> Result<&mut Webhook, Refusal> {
        let webhook = self.webhooks.get_mut(id).ok_or_else(|| no_webhook(id))?;
        match webhook.status {
            WebhookStatus::Archived => Err(Refusal::conflict("the webhook is archived")),
            _ => Ok(webhook),
        }
    }

    fn new_webhook_secret(&mut self) -> WebhookSecret {
        WebhookSecret {
            value: format!("wbhsec_{}", self.ids.text(32)),
            expires_at: None,
        }
    }
}

fn no_webhook(id: &str) -> Refusal {
    Refusal::not_found("webhook", id)
}
