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
            nav aria-label="Parts of this page" {
                @for (id, title) in PARTS { a href={ "#" (id) "-title" } { (title) } " " }
            }
            span.muted { "Times are UTC, on the emulator’s clock." }
        }
        section.card aria-labelledby="clock-title" {
            h2 #clock-title { "Clock" }
            form.inline method="post" action="/dashboard/clock" {
                p #clock.clock data-live {
                    strong { (tables::time(state.model.now())) } (pace(state))
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
        @for (id, title) in PARTS {
            section.card aria-labelledby={ (id) "-title" } {
                h2 id={ (id) "-title" } { (title) }
                div id=(id) data-live { (part(state, id)) }
            }
        }
    }
}

/// Id and title of what the page shows, in its order.
const PARTS: [(&str, &str); 4] = [
    ("inquiries", "Inquiries"),
    ("events", "Events"),
    ("deliveries", "Webhook deliveries"),
    ("requests", "API log"),
];

fn part(state: &State, id: &str) -> Markup {
    match id {
        "inquiries" => tables::inquiries(state),
        "events" => tables::events(state.model.events.rows().iter().rev().take(NEWEST)),
        "deliveries" => deliveries::table(state),
        _ => tables::requests(state, NEWEST),
    }
}

fn pace(state: &State) -> Markup {
    let rate = state.model.clock().rate();
    html! {
        @if rate == 0.0 { " and standing still" }
        @else if rate != 1.0 { " and running at " (rate) " times the usual pace" }
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
