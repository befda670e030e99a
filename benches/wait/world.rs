//! An emulator with many inquiries, and people who finish them over an hour.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use withpersona::Persona;
use withpersona::emulator::Emulator;

use crate::moved_time::{Line, MovedTime};

pub struct World {
    pub emulator: Emulator,
    pub ids: Vec<String>,
    http: reqwest::Client,
    /// Of the people and of the setup, which are not to be counted.
    others: AtomicUsize,
    limit: u32,
}

impl World {
    /// So many inquiries, of which nobody has begun one.
    pub async fn with(time: &MovedTime, inquiries: usize, limit: u32) -> Self {
        let emulator = Emulator::builder()
            .clock(time.of_emulator())
            .rate_limit(limit)
            .seed(1)
            .start()
            .await
            .expect("the emulator starts");
        let mut world = Self {
            emulator,
            ids: Vec::with_capacity(inquiries),
            http: reqwest::Client::new(),
            others: AtomicUsize::new(0),
            limit,
        };
        let new = json!({
            "data": { "attributes": {
                "inquiry-template-id": world.emulator.default_template_id(),
            } },
            "meta": { "auto-create-account": false },
        });
        for _ in 0..inquiries {
            let created = world.post("/inquiries", &new).await;
            let id = created["data"]["id"].as_str().expect("an id");
            world.ids.push(id.to_owned());
        }
        world
    }

    /// The person of this inquiry goes through it to the end.
    pub async fn finish(&self, id: &str) {
        let actions = [
            json!({ "type": "start_inquiry" }),
            json!({ "type": "complete_inquiry" }),
        ];
        let path = format!("/inquiries/{id}/perform-simulate-actions");
        self.post(&path, &json!({ "meta": { "simulate-actions": actions } }))
            .await;
    }

    /// With a key that has its own rate window, which is no part of what is measured.
    async fn post(&self, path: &str, body: &Value) -> Value {
        let number = self.others.fetch_add(1, Ordering::Relaxed);
        let key = format!("persona_sandbox_people{}", number / self.limit as usize);
        let url = format!("{}{path}", self.emulator.base_url());
        let answer = self.http.post(url).bearer_auth(key).json(body).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        answer.expect("an answer").json().await.expect("JSON")
    }

    pub fn client(&self, line: &Line) -> Persona {
        let persona = Persona::builder()
            .api_key(self.emulator.api_key())
            .base_url(self.emulator.base_url())
            .observer(line.clone())
            .build()
            .expect("the client is set up");
        line.watch(&persona);
        persona
    }

    /// How many requests arrived, but for those of the people.
    pub fn requests(&self) -> u64 {
        self.emulator.request_count() - self.others.load(Ordering::Relaxed) as u64
    }
}

/// When each is finished: spread evenly over the span, in any order.
pub fn moments(count: usize, begin: Instant, span: Duration) -> Vec<Instant> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut moments: Vec<Instant> = (0..count)
        .map(|_| begin + span.mul_f64(random.f64()))
        .collect();
    moments.sort();
    moments
}
