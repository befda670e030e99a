use axum::response::Response;
use maud::{Markup, html};

use super::{deliveries, look, page, tables};
use crate::emulator::State;
use crate::emulator::site::Shared;

pub(super) fn show(state: &Shared) -> Response {
    let mut state = look(state);
    state.model.catch_up();
    page("Dashboard", overview(&state)).into_response()
}

fn overview(state: &State) -> Markup {
    html! {
        div.top {
            h1 { "Dashboard" }
            span.muted { "Times are UTC, on the emulator’s clock." }
        }
        section.card aria-labelledby="clock-title" {
            h2 #clock-title { "Clock" }
            form.inline method="post" action="/dashboard/clock" {
                p #clock data-live {
                    "It is " strong { (tables::time(state.model.now())) } (pace(state)) "."
                }
                div.field {
                    label for="advance" { "Move ahead by" }
                    select #advance name="advance" {
                        @for (name, seconds) in STEPS {
                            option value=(seconds) { (name) }
                        }
                    }
                }
                button { "Move the clock" }
            }
        }
        section.card aria-labelledby="inquiries-title" {
            h2 #inquiries-title { "Inquiries" }
            div #inquiries data-live { (tables::inquiries(state)) }
        }
        section.card aria-labelledby="events-title" {
            h2 #events-title { "Events" }
            div #events data-live {
                (tables::events(state.model.events.rows().iter().rev().take(NEWEST)))
            }
        }
        section.card aria-labelledby="requests-title" {
            h2 #requests-title { "Requests" }
            div #requests data-live { (tables::requests(state, NEWEST)) }
        }
        section.card aria-labelledby="deliveries-title" {
            h2 #deliveries-title { "Webhook deliveries" }
            div #deliveries data-live { (deliveries::table(state)) }
        }
    }
}

fn pace(state: &State) -> Markup {
    let rate = state.model.clock().rate();
    html! {
        @if rate == 0.0 { ", and the clock stands still" }
        @else if rate != 1.0 { ", and the clock runs at " (rate) " times the usual pace" }
    }
}

/// What just happened; the rest stands with each inquiry.
const NEWEST: usize = 15;

const STEPS: [(&str, u32); 6] = [
    ("1 minute", 60),
    ("6 minutes: past a link’s second chance", 360),
    ("1 hour", 3_600),
    ("1 day", 86_400),
    ("1 week", 604_800),
    ("30 days", 2_592_000),
];
