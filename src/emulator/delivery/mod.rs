//! Webhooks on their way out: signed, in order for each webhook, tried again when they fail.

mod handle;
mod send;
mod sign;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub use self::handle::Deliveries;
use self::send::Sender;
pub(super) use self::send::is_near;
use super::api::{Inflection, related};
use super::model::Model;
use super::model::webhook::Webhook;
use super::model::webhook_delivery::{Batch, Delivery, MOST_ATTEMPTS, Outcome};
use super::{State, lock, wire};

/// How often the clock is looked at: it can be moved at any time.
const TICK: Duration = Duration::from_millis(10);

/// A webhook gets its events one after the other, unless it takes longer than this to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many deliveries of one webhook are taken out at once.
const BATCH: usize = 64;

/// Sends what is due, for ever.
pub(super) async fn run(state: Arc<Mutex<State>>) {
    let sender = Sender::new();
    let waker = lock(&state).model.outbox.waker();
    let mut lanes: JoinSet<Vec<Lane>> = JoinSet::new();
    let mut busy: HashSet<Lane> = HashSet::new();
    loop {
        let (due, is_idle) = {
            let model = &mut lock(&state).model;
            let is_idle = !model.has_webhooks();
            if !is_idle {
                model.catch_up();
            }
            (
                model.take_due_deliveries(|of, id| !busy.contains(&(of, id.to_owned())), BATCH),
                is_idle,
            )
        };
        if !due.ids.is_empty() {
            let taken = lanes_of(&state, &due);
            busy.extend(taken.iter().cloned());
            lanes.spawn(send_in_order(state.clone(), sender.clone(), due, taken));
            continue;
        }
        tokio::select! {
            () = waker.notified() => {}
            () = sleep(TICK), if !is_idle => {}
            Some(done) = lanes.join_next() => {
                for lane in done.unwrap_or_default() {
                    busy.remove(&lane);
                }
            }
        }
    }
}

/// A webhook that is being sent to, and the generation of what is sent: a reset does not let the
/// webhooks that come after it wait for what came before.
type Lane = (u64, String);

fn lanes_of(state: &Mutex<State>, batch: &Batch) -> Vec<Lane> {
    let model = &lock(state).model;
    let rows = batch.ids.iter();
    let rows = rows.filter_map(|id| model.taken_delivery(batch.generation, id));
    let lanes: HashSet<Lane> = rows
        .map(|it| (batch.generation, it.webhook_id.clone()))
        .collect();
    lanes.into_iter().collect()
}

/// Gives the lanes back that it sent on.
async fn send_in_order(
    state: Arc<Mutex<State>>,
    sender: Sender,
    batch: Batch,
    lanes: Vec<Lane>,
) -> Vec<Lane> {
    let generation = batch.generation;
    for id in batch.ids {
        let (state, sender) = (state.clone(), sender.clone());
        let sending = tokio::spawn(async move {
            let (at, message) = {
                let model = &lock(&state).model;
                let Some(delivery) = model.taken_delivery(generation, &id) else {
                    return;
                };
                (model.now(), message(model, delivery))
            };
            let outcome = match message {
                Some(message) => sender.send(message).await,
                None => Outcome::Impossible("the webhook is not enabled any more".into()),
            };
            lock(&state)
                .model
                .delivery_ended(generation, &id, at, outcome);
        });
        // One that is slow goes on by itself.
        let _ = timeout(PATIENCE, sending).await;
    }
    lanes
}

/// A request to be sent.
struct Message {
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn message(model: &Model, delivery: &Delivery) -> Option<Message> {
    let webhook = model.sending_webhook(delivery)?;
    let body = body(model, webhook, &delivery.event_id)?;
    let now = model.now();
    let secrets = webhook.secrets_at(now).map(|secret| secret.value.as_str());
    let mut headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        (
            "persona-signature".to_owned(),
            sign::header(secrets, &body, now),
        ),
    ];
    headers.extend(attempts(delivery, now));
    for (name, value) in &webhook.settings.headers {
        headers.push((name.clone(), value.as_str().unwrap_or_default().to_owned()));
    }
    Some(Message {
        url: webhook.settings.url.clone(),
        headers,
        body,
    })
}

/// What Persona says of its attempts; this one counts as made.
fn attempts(delivery: &Delivery, now: DateTime<Utc>) -> [(String, String); 3] {
    let made = delivery.attempts.len() + 1;
    let first = delivery.attempts.first().map_or(now, |first| first.at);
    [
        ("attempts-made", made.to_string()),
        (
            "attempts-left",
            MOST_ATTEMPTS.saturating_sub(made).to_string(),
        ),
        ("first-attempted-at", first.timestamp().to_string()),
    ]
    .map(|(name, value)| (format!("persona-webhook-{name}"), value))
}

fn body(model: &Model, webhook: &Webhook, event_id: &str) -> Option<String> {
    let event = model.events.get(event_id)?;
    let settings = &webhook.settings;
    let mut payload = Map::new();
    let mut data = event.data.read();
    if settings.with_included {
        let included: Vec<Value> = related(model, &data);
        payload.insert("included".into(), included.into());
    }
    if !settings.with_relationships
        && let Some(data) = data.as_object_mut()
    {
        data.remove("relationships");
    }
    payload.insert("data".into(), data);
    let body = json!({ "data": {
        "type": "event",
        "id": event.id,
        "attributes": {
            "name": event.name,
            "payload": payload,
            "created-at": wire::timestamp(event.created_at),
        },
    } });
    let inflection = Inflection::parse(&settings.inflection).unwrap_or_default();
    Some(inflection.apply(body).to_string())
}
