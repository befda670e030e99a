//! The HTTP side: one way in for every request, and one file for the routes of each resource.

mod accounts;
mod answer;
mod call;
mod events;
mod gate;
mod idempotency;
mod include;
mod inflection;
mod inquiries;
mod inquiry_sessions;
mod log;
mod page;
mod pdf;
mod rate_limits;
mod rate_window;
mod route;
mod sparse;
mod templates;
mod verifications;

pub(crate) use gate::{Gate, KEY_PREFIX};
pub use route::Operation;
pub(crate) use route::{operations, router};
