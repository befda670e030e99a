//! Webhook deliveries: the one place of the dashboard for them.

use maud::{Markup, html};

use crate::emulator::State;

/// What was sent where, with each attempt.
pub(super) fn table(_state: &State) -> Markup {
    html! {
        p.muted { "This emulator sends no webhooks." }
    }
}
