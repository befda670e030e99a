//! The HTTP side: one way in for every request, and one file for the routes of each resource.

mod accounts;
mod answer;
mod api_keys;
mod api_logs;
mod call;
mod cases;
mod devices;
mod documents;
mod events;
mod files;
mod gate;
mod idempotency;
mod importers;
mod include;
mod inflection;
mod inquiries;
mod inquiry_sessions;
mod lists;
mod multipart;
mod page;
mod pdf;
mod rate_limits;
mod rate_window;
mod relations;
mod reports;
mod route;
mod search;
mod sparse;
mod tags;
mod templates;
mod transactions;
mod verifications;
mod workflows;

pub(crate) use gate::{Gate, KEY_PREFIX, VERSION, is_version};
pub use route::Operation;
pub(crate) use route::{operations, router};
