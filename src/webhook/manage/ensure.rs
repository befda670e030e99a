//! One webhook for an address, however many ask for it.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::request::{EVERY_EVENT, NewWebhook, WebhookUpdate, check_url};
use super::{Webhook, WebhookStatus, WebhookWithSecrets, Webhooks};
use crate::error::{Error, ErrorKind};
use crate::event::EventName;
use crate::open_enum::same_name;
use crate::store::Lease;

/// Longer than the few calls take that are made under it.
const TERM: Duration = Duration::from_secs(30);
const LEASE: &str = "webhook:ensure";
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

pub(super) async fn ensure(
    webhooks: &Webhooks,
    url: &str,
    events: Vec<EventName>,
) -> Result<WebhookWithSecrets, Error> {
    check_url(url)?;
    if events.is_empty() {
        return Err(Error::invalid_input("the webhook has no event"));
    }
    let lease = alone(webhooks).await?;
    let ensured = found_or_created(webhooks, url, &events).await;
    if let Some(lease) = lease {
        // It ends by itself where this fails.
        let _ = webhooks.persona.store().release(&lease).await;
    }
    ensured
}

/// The right to look and create; `None` where the store is away, and it is done without.
async fn alone(webhooks: &Webhooks) -> Result<Option<Lease>, Error> {
    let give_up = Instant::now() + TERM;
    let mut pause = Duration::from_millis(10);
    while Instant::now() < give_up {
        match webhooks.persona.store().acquire(LEASE, TERM).await {
            Ok(Some(lease)) => return Ok(Some(lease)),
            Ok(None) => {
                sleep(pause).await;
                pause = (2 * pause).min(LONGEST_PAUSE);
            }
            Err(error) => {
                tracing::warn!(%error, "another replica may set up the same webhook");
                return Ok(None);
            }
        }
    }
    Err(Error::new(
        ErrorKind::Conflict,
        "another process is setting up webhooks",
    ))
}

async fn found_or_created(
    webhooks: &Webhooks,
    url: &str,
    events: &[EventName],
) -> Result<WebhookWithSecrets, Error> {
    let Some(found) = find(webhooks, url).await? else {
        let mut new = NewWebhook::new(url, url);
        for event in events {
            new = new.event(event.clone());
        }
        let mut created = webhooks.create(new).await?;
        if created.webhook.status() != WebhookStatus::Enabled {
            created.webhook = webhooks.enable(created.webhook.id()).await?;
        }
        return Ok(created);
    };
    let id = found.id();
    if let Some(all) = with_missing(&found, events) {
        let update = all
            .into_iter()
            .fold(WebhookUpdate::new(), WebhookUpdate::event);
        webhooks.update(&id, update).await?;
    }
    if found.status() != WebhookStatus::Enabled {
        webhooks.enable(&id).await?;
    }
    webhooks.retrieve(&id).await
}

/// The enabled one of this address, or else one that can be enabled.
async fn find(webhooks: &Webhooks, url: &str) -> Result<Option<Webhook>, Error> {
    let mut all = webhooks.list().page_size(100).items();
    let mut found = None;
    while let Some(webhook) = all.next().await {
        let webhook = webhook?;
        if webhook.url() == Some(url) && webhook.status() != WebhookStatus::Archived {
            if webhook.status() == WebhookStatus::Enabled {
                return Ok(Some(webhook));
            }
            found.get_or_insert(webhook);
        }
    }
    Ok(found)
}

/// All events that it has to have, if it lacks any.
fn with_missing(found: &Webhook, events: &[EventName]) -> Option<Vec<EventName>> {
    let has = found.events();
    let lacks = |event: &&EventName| {
        !has.iter()
            .any(|has| *has == EVERY_EVENT || same_name(has, event.as_str()))
    };
    let missing: Vec<EventName> = events.iter().filter(lacks).cloned().collect();
    (!missing.is_empty()).then(|| {
        let has = has.into_iter().map(EventName::from);
        has.chain(missing).collect()
    })
}
