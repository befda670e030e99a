//! All that changes, and how it begins.

use super::api::Gate;
use super::clock::Clock;
use super::model::Model;
use super::model::results::Results;
use super::model::template::TemplateFile;

/// All that changes, behind one lock: what the API is about, and what is kept about its callers.
pub(crate) struct State {
    pub(crate) model: Model,
    pub(crate) gate: Gate,
    /// Counts who has had the lock and may have changed something.
    pub(crate) touched: u64,
    beginning: Beginning,
}

/// What an emulator is like before the first request.
#[derive(Clone)]
pub(crate) struct Beginning {
    pub(crate) templates: TemplateFile,
    pub(crate) rate_limit: u32,
    pub(crate) seed: u64,
    pub(crate) results: Results,
    pub(crate) origin: String,
}

impl State {
    pub(crate) fn begin(beginning: Beginning, clock: Clock) -> Self {
        let mut model = Model::new(
            clock,
            beginning.seed,
            beginning.templates.clone(),
            beginning.origin.clone(),
        );
        model.results = beginning.results;
        Self {
            model,
            gate: Gate::new(beginning.seed, beginning.rate_limit),
            touched: 0,
            beginning,
        }
    }

    /// With a model that was read from a file.
    pub(crate) fn go_on(beginning: Beginning, clock: Clock, mut model: Model) -> Self {
        model.go_on(
            clock,
            beginning.origin.clone(),
            beginning.results,
            beginning.templates.clone(),
        );
        Self {
            model,
            gate: Gate::new(beginning.seed, beginning.rate_limit),
            touched: 0,
            beginning,
        }
    }

    /// Forgets everything but the time.
    pub(crate) fn reset(&mut self) {
        let fresh = Self::begin(self.beginning.clone(), self.model.clock().clone());
        *self = Self {
            touched: self.touched,
            ..fresh
        };
    }
}
