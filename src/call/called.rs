//! What is known of a call, for the errors that come out of it.

use http::Method;

use super::idempotency::IdempotencyKey;
use crate::error::{Delivery, Error};

/// A call, from its first attempt to the decoding of its answer.
#[derive(Clone)]
pub(crate) struct Called {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    /// The idempotency key, once there is one.
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) attempts: u32,
    /// Whether an attempt before the last one may have been carried out.
    pub(crate) unsettled: bool,
}

impl Called {
    pub(super) fn new(operation: &'static str, method: Method) -> Self {
        Self {
            operation,
            method,
            key: None,
            attempts: 0,
            unsettled: false,
        }
    }

    /// GET and HEAD change nothing.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD)
    }

    /// Whether sending it twice cannot do anything twice.
    pub(super) fn is_repeatable(&self) -> bool {
        self.is_read() || self.key.is_some()
    }

    /// Remembers what a failed attempt leaves open when another one follows.
    pub(super) fn failed(&mut self, error: &Error) {
        self.unsettled |= match error.status() {
            None => error.delivery() == Delivery::Unknown,
            Some(status) => !(400..=499).contains(&status),
        };
    }
}
