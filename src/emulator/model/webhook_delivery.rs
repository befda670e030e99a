//! What is sent to webhooks, when, and how it came out.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;

use super::Model;
use super::webhook::{Webhook, WebhookStatus};

/// How often a delivery is attempted.
pub(crate) const MOST_ATTEMPTS: usize = 8;

/// How long after the first failed attempt the next one is made; three times as long after each
/// further one. Persona's own delays are not documented.
const FIRST_DELAY: TimeDelta = TimeDelta::seconds(10);

/// One event on its way to one webhook, with each attempt.
///
/// Made by [`Deliveries::all`](crate::emulator::Deliveries::all).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its id in this emulator.
    pub id: String,
    /// The webhook's id.
    pub webhook_id: String,
    /// Where it is sent to.
    pub url: String,
    /// The event's id.
    pub event_id: String,
    /// The event's name.
    pub event_name: String,
    /// How it stands.
    pub state: DeliveryState,
    /// What was tried, oldest first.
    pub attempts: Vec<DeliveryAttempt>,
    /// When it is tried next, UTC on the emulator's clock; `None` while it is on its way and
    /// when nothing more will be tried.
    pub next_at: Option<DateTime<Utc>>,
    /// How often it will be sent once more although it was delivered.
    pub repeats: u32,
}

/// How a [`Delivery`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum DeliveryState {
    /// It will be tried, again or for the first time, or is on its way.
    Waiting,
    /// It was answered with 200, 201, 202 or 204 within five seconds.
    Delivered,
    /// Eight attempts failed, the webhook was disabled, or it cannot be sent at all.
    GivenUp,
}

/// One attempt of a [`Delivery`].
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct DeliveryAttempt {
    /// When it was sent, UTC on the emulator's clock.
    pub at: DateTime<Utc>,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why there was none.
    pub fault: Option<String>,
}

/// How an attempt ended.
pub(crate) enum Outcome {
    Answered(u16),
    /// No answer; another attempt may get one.
    Unanswered(String),
    /// It was not sent, and never can be.
    Impossible(String),
}

/// Deliveries that were taken out to be sent, in their order. A reset begins with the same ids
/// again, so an id alone does not tell whether what was sent is still known.
pub(crate) struct Batch {
    pub(crate) generation: u64,
    pub(crate) ids: Vec<String>,
}

/// What is to be sent, in its order. Deliveries themselves stand in a table; this is only about
/// which of them are due.
#[derive(Default)]
pub(crate) struct Outbox {
    /// Time and position of deliveries that wait.
    waiting: BTreeSet<(DateTime<Utc>, usize)>,
    /// How many are on their way.
    sending: usize,
    /// How often there was a reset.
    generation: u64,
    /// Nothing is sent while it is held.
    pub(crate) is_held: bool,
    /// What is due next time is sent newest first.
    pub(crate) is_reversed: bool,
    /// How many of the next deliveries are sent twice.
    pub(crate) twice: u32,
    wake: Arc<Notify>,
    settled: Arc<Notify>,
}

impl Outbox {
    /// An empty one, for the same sender.
    pub(crate) fn emptied(&self) -> Self {
        Self {
            wake: self.wake.clone(),
            settled: self.settled.clone(),
            generation: self.generation + 1,
            ..Self::default()
        }
    }

    /// Is told when there may be something to send.
    pub(crate) fn waker(&self) -> Arc<Notify> {
        self.wake.clone()
    }

    /// Is told when something was sent.
    pub(crate) fn settler(&self) -> Arc<Notify> {
        self.settled.clone()
    }

    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Whether nothing is on its way, and nothing is due that is not held.
    pub(crate) fn is_settled(&self, now: DateTime<Utc>) -> bool {
        let is_due = self.waiting.first().is_some_and(|(at, _)| *at <= now);
        self.sending == 0 && (self.is_held || !is_due)
    }
}

impl Model {
    /// Queues an event for every webhook that wants it.
    pub(super) fn deliver(&mut self, event_id: &str, event_name: &str) {
        let webhooks = self.webhooks.rows().iter();
        let wanting: Vec<(String, String)> = webhooks
            .filter(|webhook| webhook.wants(event_name))
            .map(|webhook| (webhook.id.clone(), webhook.settings.url.clone()))
            .collect();
        for (webhook_id, url) in wanting {
            let position = self.deliveries.rows().len();
            let twice = self.outbox.twice > 0;
            self.outbox.twice -= u32::from(twice);
            let id = format!("dlv_{}", position + 1);
            let delivery = Delivery {
                id: id.clone(),
                webhook_id,
                url,
                event_id: event_id.to_owned(),
                event_name: event_name.to_owned(),
                state: DeliveryState::Waiting,
                attempts: Vec::new(),
                next_at: None,
                repeats: u32::from(twice),
            };
            self.deliveries.insert(&id, delivery);
            self.queue_delivery(&id, self.now);
        }
    }

    /// Queues what waits or was on its way when the state was written to a file.
    pub(super) fn queue_deliveries_again(&mut self) {
        let now = self.now;
        let waiting = self.deliveries.rows().iter();
        let waiting: Vec<_> = waiting
            .filter(|it| it.state == DeliveryState::Waiting)
            .map(|it| (it.id.clone(), it.next_at.unwrap_or(now)))
            .collect();
        for (id, at) in waiting {
            self.queue_delivery(&id, at);
        }
    }

    /// Whether time has to be watched: something waits, or could come to be sent by itself.
    pub(crate) fn has_webhooks(&self) -> bool {
        let mut webhooks = self.webhooks.rows().iter();
        !self.outbox.waiting.is_empty()
            || webhooks.any(|webhook| webhook.status == WebhookStatus::Enabled)
    }

    /// Takes out what is due, in the order in which it is to be sent.
    pub(crate) fn take_due_deliveries(
        &mut self,
        is_free: impl Fn(u64, &str) -> bool,
        most: usize,
    ) -> Batch {
        let generation = self.outbox.generation;
        let mut batch = Batch {
            generation,
            ids: Vec::new(),
        };
        if self.outbox.is_held {
            return batch;
        }
        let mut due = Vec::new();
        let waiting = self.outbox.waiting.iter();
        for &(at, position) in waiting.take_while(|(at, _)| *at <= self.now) {
            let delivery = &self.deliveries.rows()[position];
            if is_free(generation, &delivery.webhook_id) {
                due.push((at, position));
            }
            if due.len() == most && !self.outbox.is_reversed {
                break;
            }
        }
        if self.outbox.is_reversed && !due.is_empty() {
            self.outbox.is_reversed = false;
            due.reverse();
        }
        for place in due {
            self.outbox.waiting.remove(&place);
            let id = self.deliveries.rows()[place.1].id.clone();
            if let Some(delivery) = self.deliveries.get_mut(&id) {
                delivery.next_at = None;
            }
            self.outbox.sending += 1;
            batch.ids.push(id);
        }
        batch
    }

    /// A delivery that was taken out; `None` if there was a reset since.
    pub(crate) fn taken_delivery(&self, generation: u64, id: &str) -> Option<&Delivery> {
        let is_known = generation == self.outbox.generation;
        is_known.then(|| self.deliveries.get(id)).flatten()
    }

    /// The webhook of a delivery that is about to be sent; `None` if it does not send any more.
    pub(crate) fn sending_webhook(&self, delivery: &Delivery) -> Option<&Webhook> {
        let webhook = self.webhooks.get(&delivery.webhook_id)?;
        (webhook.status == WebhookStatus::Enabled).then_some(webhook)
    }

    /// Writes down how an attempt ended, and when the next one is due. What was sent before a reset
    /// has nobody left whom it concerns.
    pub(crate) fn delivery_ended(
        &mut self,
        generation: u64,
        id: &str,
        at: DateTime<Utc>,
        outcome: Outcome,
    ) {
        if generation != self.outbox.generation {
            return;
        }
        self.outbox.sending = self.outbox.sending.saturating_sub(1);
        let Some(delivery) = self.deliveries.get_mut(id) else {
            return;
        };
        let mut next_at = None;
        let attempt = |status, fault| DeliveryAttempt { at, status, fault };
        let (attempt, state) = match outcome {
            Outcome::Answered(status @ (200 | 201 | 202 | 204)) => {
                if delivery.repeats > 0 {
                    delivery.repeats -= 1;
                    next_at = Some(at);
                }
                (attempt(Some(status), None), DeliveryState::Delivered)
            }
            Outcome::Answered(status) => (attempt(Some(status), None), DeliveryState::Waiting),
            Outcome::Unanswered(fault) => (attempt(None, Some(fault)), DeliveryState::Waiting),
            Outcome::Impossible(fault) => (attempt(None, Some(fault)), DeliveryState::GivenUp),
        };
        delivery.attempts.push(attempt);
        delivery.state = state;
        if state == DeliveryState::Waiting {
            match delivery.attempts.len() {
                made if made < MOST_ATTEMPTS => {
                    let factor = 3_i32.pow(u32::try_from(made - 1).unwrap_or(0));
                    next_at = Some(at + FIRST_DELAY * factor);
                }
                _ => delivery.state = DeliveryState::GivenUp,
            }
        }
        if let Some(at) = next_at {
            self.queue_delivery(id, at);
        }
        self.outbox.settled.notify_waiters();
    }

    /// Sends a delivery now, however it stands; whether there is one.
    pub(crate) fn send_again(&mut self, id: &str) -> bool {
        let Some(delivery) = self.deliveries.get_mut(id) else {
            return false;
        };
        match (delivery.next_at, delivery.state) {
            (Some(at), _) => {
                let position = self.deliveries.position(id).unwrap_or_default();
                self.outbox.waiting.remove(&(at, position));
            }
            // It is on its way as it is.
            (None, DeliveryState::Waiting) => return true,
            (None, _) => {}
        }
        self.queue_delivery(id, self.now);
        true
    }

    fn queue_delivery(&mut self, id: &str, at: DateTime<Utc>) {
        let position = self.deliveries.position(id);
        let delivery = self.deliveries.get_mut(id);
        if let (Some(position), Some(delivery)) = (position, delivery) {
            delivery.state = DeliveryState::Waiting;
            delivery.next_at = Some(at);
            self.outbox.waiting.insert((at, position));
            self.outbox.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::emulator::Clock;
    use crate::emulator::model::template::TemplateFile;
    use crate::emulator::model::webhook::WebhookSettings;

    /// A model with one delivery that is due.
    fn begun(outbox: Outbox) -> Model {
        let templates = TemplateFile::parse("[[template]]\nname = \"Any\"").expect("templates");
        let clock = Clock::manual(DateTime::UNIX_EPOCH);
        let mut model = Model::new(clock, 1, templates, String::new());
        model.outbox = outbox;
        let url = "http://127.0.0.1:9/".to_owned();
        model.provide_webhook(
            WebhookSettings::new("all".into(), url, vec!["*".into()]),
            None,
        );
        model.record("inquiry.created", "inq_1", json!({}));
        model
    }

    #[test]
    fn what_was_sent_before_a_reset_does_not_end_on_what_came_after_it() {
        let mut before = begun(Outbox::default());
        let old = before.take_due_deliveries(|_, _| true, 1);
        let mut model = begun(before.outbox.emptied());
        let new = model.take_due_deliveries(|_, _| true, 1);
        let id = &new.ids[0];
        assert_eq!(old.ids, new.ids, "a reset begins with the same ids");

        let now = model.now();
        assert!(model.taken_delivery(old.generation, id).is_none());
        model.delivery_ended(old.generation, id, now, Outcome::Answered(500));
        assert_eq!(model.deliveries.rows()[0].attempts, []);
        assert!(!model.outbox.is_settled(now), "the new one is on its way");

        assert!(model.taken_delivery(new.generation, id).is_some());
        model.delivery_ended(new.generation, id, now, Outcome::Answered(200));
        assert_eq!(model.deliveries.rows()[0].state, DeliveryState::Delivered);
        assert!(model.outbox.is_settled(now));
    }
}
