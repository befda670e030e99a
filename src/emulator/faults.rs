//! Failures on demand.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::{State, lock};

/// Makes an emulator fail as a server can: with a 500 that it keeps under the idempotency key.
///
/// Made by [`Emulator::faults`](super::Emulator::faults). What fails on the way, such as a reset
/// connection, is for a proxy between client and emulator.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use withpersona::emulator::Emulator;
/// use withpersona::{NewInquiry, Persona};
///
/// let emulator = Emulator::start().await?;
/// let persona = Persona::builder()
///     .api_key(emulator.api_key())
///     .base_url(emulator.base_url())
///     .build()?;
///
/// emulator.faults().fail_next("create-an-inquiry");
/// let new = NewInquiry::from_template(emulator.default_template_id());
/// let error = persona.inquiries().create(new).await.unwrap_err();
/// assert_eq!(error.status(), Some(500));
/// assert_eq!(error.attempts(), 1, "the same key would give the same 500");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Faults {
    state: Arc<Mutex<State>>,
}

impl Faults {
    pub(super) fn new(state: Arc<Mutex<State>>) -> Self {
        Self { state }
    }

    /// The next request of this operation ends in a 500 before anything is done. Called twice, it
    /// is the next two.
    ///
    /// `operation` is an id of [`operations`](super::operations), such as `create-an-inquiry`; of
    /// any other, nothing fails. A replay under a known idempotency key is not a next request.
    pub fn fail_next(&self, operation: &str) {
        self.add(operation, Moment::Before);
    }

    /// As [`fail_next`](Self::fail_next), but the work is done, and only the answer is a 500.
    pub fn fail_next_after_work(&self, operation: &str) {
        self.add(operation, Moment::After);
    }

    /// Takes back every failure that was asked for and has not come yet.
    pub fn clear(&self) {
        lock(&self.state).gate.faults.clear();
    }

    fn add(&self, operation: &str, moment: Moment) {
        Self::add_to(&mut lock(&self.state), operation, moment, 1);
    }

    pub(super) fn add_to(state: &mut State, operation: &str, moment: Moment, times: usize) {
        let waiting = &mut state.gate.faults.waiting;
        waiting.extend(std::iter::repeat_n((operation.to_owned(), moment), times));
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").finish_non_exhaustive()
    }
}

/// When a request fails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Before,
    After,
}

/// Failures that were asked for and have not come yet, in their order.
#[derive(Default)]
pub(crate) struct Waiting {
    waiting: Vec<(String, Moment)>,
}

impl Waiting {
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (&str, Moment)> {
        self.waiting
            .iter()
            .map(|(operation, moment)| (operation.as_str(), *moment))
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// How a request of this operation is to fail, if it is.
    pub(crate) fn take(&mut self, operation: &str) -> Option<Moment> {
        let mut waiting = self.waiting.iter();
        let at = waiting.position(|(of, _)| of == operation)?;
        Some(self.waiting.remove(at).1)
    }
}
