//! All that changes, and how it begins.

use chrono::TimeDelta;

use super::api::Gate;
use super::clock::Clock;
use super::config::{KnownKey, KnownWebhook};
use super::model::Model;
use super::model::results::Results;
use super::model::template::TemplateFile;
use super::record::Recorder;

/// All that changes, behind one lock: what the API is about, and what is kept about its callers.
pub(crate) struct State {
    pub(crate) model: Model,
    pub(crate) gate: Gate,
    pub(crate) recorder: Option<Recorder>,
    /// Counts who has had the lock and may have changed something.
    pub(crate) touched: u64,
    beginning: Beginning,
}

/// What an emulator is like before the first request.
#[derive(Clone)]
pub(crate) struct Beginning {
    pub(crate) templates: TemplateFile,
    pub(crate) rate_limit: u32,
    pub(crate) quota: Option<u32>,
    pub(crate) seed: u64,
    pub(crate) results: Results,
    pub(crate) processing_delay: TimeDelta,
    pub(crate) opens_cases: bool,
    pub(crate) counts_expired_sessions: bool,
    pub(crate) api_keys: Vec<KnownKey>,
    pub(crate) webhooks: Vec<KnownWebhook>,
    pub(crate) origin: String,
}

impl State {
    pub(crate) fn begin(beginning: Beginning, clock: Clock) -> Self {
        let model = Model::new(
            clock,
            beginning.seed,
            beginning.templates.clone(),
            beginning.origin.clone(),
        );
        Self::with(beginning, model)
    }

    /// With a model that was read from a file.
    pub(crate) fn go_on(beginning: Beginning, clock: Clock, mut model: Model) -> Self {
        model.go_on(clock, beginning.origin.clone(), beginning.templates.clone());
        Self::with(beginning, model)
    }

    fn with(beginning: Beginning, mut model: Model) -> Self {
        model.results = beginning.results;
        model.processing_delay = beginning.processing_delay;
        model.opens_cases = beginning.opens_cases;
        model.counts_expired_sessions = beginning.counts_expired_sessions;
        for key in &beginning.api_keys {
            model.provide_api_key(&key.value, key.settings.clone());
        }
        for webhook in &beginning.webhooks {
            model.provide_webhook(webhook.settings.clone(), webhook.secret.clone());
        }
        Self {
            model,
            gate: Gate::new(beginning.seed, beginning.rate_limit, beginning.quota),
            recorder: None,
            touched: 0,
            beginning,
        }
    }

    /// Forgets everything but the time.
    pub(crate) fn reset(&mut self) {
        let mut fresh = Self::begin(self.beginning.clone(), self.model.clock().clone());
        fresh.model.outbox = self.model.outbox.emptied();
        *self = Self {
            touched: self.touched,
            recorder: self.recorder.take(),
            ..fresh
        };
    }
}
