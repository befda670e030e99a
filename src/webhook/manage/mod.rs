//! Setting webhooks up at Persona.

#[cfg(feature = "schemars")]
mod arguments;
mod ensure;
mod list;
mod request;
mod view;

use std::time::Duration;

use crate::client::Persona;
use crate::error::{Error, ErrorKind};
use crate::event::EventName;
use crate::id::{IntoId, WebhookId};
use crate::raw::types;

pub use self::list::WebhookList;
pub use self::request::{NewWebhook, WebhookUpdate};
pub use self::view::{Webhook, WebhookStatus, WebhookWithSecrets};

/// Calls on webhooks; get it by [`Persona::webhooks`].
#[derive(Clone, Debug)]
pub struct Webhooks {
    persona: Persona,
}

impl Persona {
    /// Calls on webhooks, to set them up. What receives them is
    /// [`webhook::Receiver`](crate::webhook::Receiver).
    pub fn webhooks(&self) -> Webhooks {
        Webhooks {
            persona: self.clone(),
        }
    }
}

impl Webhooks {
    /// Creates a webhook. It sends nothing before it is [enabled](Self::enable).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a webhook without a name or an event, or with an address
    /// that is not `https` (or loopback), before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/webhooks/create-a-webhook>.
    ///
    /// ```no_run
    /// use withpersona::EventName;
    /// use withpersona::webhook::NewWebhook;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let new = NewWebhook::new("onboarding", "https://example.com/webhooks/persona")
    ///     .event(EventName::InquiryApproved)
    ///     .event(EventName::InquiryDeclined);
    /// let created = persona.webhooks().create(new).await?;
    /// persona.webhooks().enable(created.webhook.id()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, new: NewWebhook) -> Result<WebhookWithSecrets, Error> {
        let body = new.into_body()?;
        let raw = self.persona.raw();
        let answer = raw.create_a_webhook(None, None, &body).await?;
        WebhookWithSecrets::take(answer.into_inner().data)
    }

    /// Lists webhooks, newest first; without their secrets.
    ///
    /// See <https://docs.withpersona.com/api-reference/webhooks/list-all-webhooks>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut webhooks = persona.webhooks().list().items();
    /// while let Some(webhook) = webhooks.next().await {
    ///     let webhook = webhook?;
    ///     println!("{} {}", webhook.id(), webhook.status());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> WebhookList {
        WebhookList::new(self.persona.in_background().raw())
    }

    /// Reads a webhook, with the secrets that sign it now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/webhooks/retrieve-a-webhook>.
    ///
    /// ```no_run
    /// use withpersona::webhook::Verifier;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let webhook = persona.webhooks().retrieve("wbh_123").await?;
    /// let verifier = Verifier::new(webhook.secrets())?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<WebhookId>) -> Result<WebhookWithSecrets, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_a_webhook(id.as_str(), None, None).await?;
        WebhookWithSecrets::take(answer.into_inner().data)
    }

    /// Changes what the update names, and nothing else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the update names nothing, or an address as for
    /// [`create`](Self::create).
    ///
    /// See <https://docs.withpersona.com/api-reference/webhooks/update-a-webhook>.
    ///
    /// ```no_run
    /// use withpersona::webhook::WebhookUpdate;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let update = WebhookUpdate::new().url("https://example.com/v2/webhooks/persona");
    /// persona.webhooks().update("wbh_123", update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update(
        &self,
        id: impl IntoId<WebhookId>,
        update: WebhookUpdate,
    ) -> Result<Webhook, Error> {
        let id = id.into_id()?;
        let body = update.into_body()?;
        let raw = self.persona.raw();
        let answer = raw.update_a_webhook(id.as_str(), None, None, &body).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Lets a webhook send.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when its state does not allow it, such as when it is archived.
    ///
    /// See <https://docs.withpersona.com/api-reference/webhooks/enable-a-webhook>.
    pub async fn enable(&self, id: impl IntoId<WebhookId>) -> Result<Webhook, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.enable_a_webhook(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Stops a webhook from sending. What happens meanwhile is not sent later.
    ///
    /// # Errors
    ///
    /// As for [`enable`](Self::enable).
    ///
    /// See <https://docs.withpersona.com/api-reference/webhooks/disable-a-webhook>.
    pub async fn disable(&self, id: impl IntoId<WebhookId>) -> Result<Webhook, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.disable_a_webhook(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Puts a webhook away for good.
    ///
    /// # Errors
    ///
    /// As for [`enable`](Self::enable).
    ///
    /// See <https://docs.withpersona.com/api-reference/webhooks/archive-a-webhook>.
    pub async fn archive(&self, id: impl IntoId<WebhookId>) -> Result<Webhook, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.archive_a_webhook(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Makes a copy of a webhook, with a secret of its own: what Persona calls to clone it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/webhooks/clone-a-webhook>.
    pub async fn duplicate(&self, id: impl IntoId<WebhookId>) -> Result<WebhookWithSecrets, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.clone_a_webhook(id.as_str(), None, None).await?;
        WebhookWithSecrets::take(answer.into_inner().data)
    }

    /// Gives a webhook a new secret. The old one signs too for as long as the overlap, in whole
    /// seconds: the time in which all receivers have to learn the new one.
    ///
    /// The answer has both secrets, for a [`Verifier`](crate::webhook::Verifier) that takes
    /// either; [`Receiver::set_verifier`](crate::webhook::Receiver::set_verifier) puts it to use.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/webhooks/rotate-a-webhook-secret>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::webhook::{Receiver, Verifier};
    ///
    /// # async fn example(persona: withpersona::Persona, receiver: Receiver)
    /// # -> Result<(), withpersona::Error> {
    /// let day = Duration::from_secs(24 * 60 * 60);
    /// let webhook = persona.webhooks().rotate_secret("wbh_123", day).await?;
    /// receiver.set_verifier(Verifier::new(webhook.secrets())?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn rotate_secret(
        &self,
        id: impl IntoId<WebhookId>,
        overlap: Duration,
    ) -> Result<WebhookWithSecrets, Error> {
        let id = id.into_id()?;
        let seconds = i64::try_from(overlap.as_secs())
            .map_err(|_| Error::invalid_input("the overlap of the secrets is too long"))?;
        let body = types::RotateAWebhookSecretRequest {
            meta: Some(types::RotateAWebhookSecretRequestMeta {
                expires_in_seconds: Some(seconds),
                ..Default::default()
            }),
            ..Default::default()
        };
        let raw = self.persona.raw();
        let answer = raw
            .rotate_a_webhook_secret(id.as_str(), None, None, &body)
            .await?;
        WebhookWithSecrets::take(answer.into_inner().data)
    }

    /// Sees to it that there is an enabled webhook with this address and at least these events:
    /// for the start of a service, however often and in however many replicas it starts.
    ///
    /// One that is there with this address gets the events that it lacks and keeps those that it
    /// has beyond; if there is none, one is created with the address as its name. Replicas that
    /// share a [store](Persona::store) do not create two.
    ///
    /// # Errors
    ///
    /// Those of [`list`](Self::list), [`create`](Self::create), [`update`](Self::update) and
    /// [`enable`](Self::enable). [`ErrorKind::Conflict`] when another replica is at it for longer
    /// than half a minute: start again.
    ///
    /// ```no_run
    /// use withpersona::EventName;
    /// use withpersona::webhook::Verifier;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let events = [EventName::InquiryApproved, EventName::InquiryDeclined];
    /// let url = "https://example.com/webhooks/persona";
    /// let webhook = persona.webhooks().ensure(url, events).await?;
    /// let verifier = Verifier::new(webhook.secrets())?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ensure<I>(&self, url: &str, events: I) -> Result<WebhookWithSecrets, Error>
    where
        I: IntoIterator,
        I::Item: Into<EventName>,
    {
        let events = events.into_iter().map(Into::into).collect();
        ensure::ensure(self, url, events).await
    }
}

fn unreadable(message: &'static str) -> Error {
    Error::new(ErrorKind::Decode, message)
}
