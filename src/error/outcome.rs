//! What became of a write that ended in an error.

use crate::call::IdempotencyKey;

/// What became of a write that ended in an error; from
/// [`Error::write_outcome`](crate::Error::write_outcome).
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteOutcome {
    /// It never left this process: nothing happened at Persona.
    NotSent,
    /// Persona refused it: nothing was changed.
    Rejected,
    /// Persona may have carried it out.
    Unknown {
        /// The idempotency key that it was sent with. The same request under the same key does
        /// nothing twice for at least 24 hours: keep the key if the write matters.
        ///
        /// After a 500 the key gives the same 500 again: look the object up, and send again
        /// under a new key if it is not there. `None` where Persona takes no key: PATCH and
        /// DELETE.
        key: Option<IdempotencyKey>,
    },
}
