//! Webhook deliveries, each with its attempts and a button to send it again.

use maud::{Markup, html};

use super::ROWS;
use super::tables::{rest, time};
use crate::emulator::State;
use crate::emulator::model::webhook_delivery::{Delivery, DeliveryAttempt, DeliveryState};

/// What was sent where, newest first.
pub(super) fn table(state: &State) -> Markup {
    let deliveries = state.model.deliveries.rows();
    html! {
        @if deliveries.is_empty() {
            p.muted { "There are none yet. Events go to the webhooks that the API created and enabled." }
        } @else {
            div.scroll tabindex="0" role="group" aria-label="Webhook deliveries" {
                table {
                    thead { tr {
                        th scope="col" { "Event" } th scope="col" { "To" }
                        th scope="col" { "Stands" } th scope="col" { "Attempts" }
                        th scope="col" { "Again" }
                    } }
                    tbody {
                        @for delivery in deliveries.iter().rev().take(ROWS) { (row(delivery)) }
                    }
                }
            }
            (rest(deliveries.len()))
        }
    }
}

fn row(delivery: &Delivery) -> Markup {
    html! {
        tr {
            td { (delivery.event_name) br; span.id { (delivery.event_id) } }
            td { span.id { (delivery.webhook_id) } br; (delivery.url) }
            td {
                (standing(delivery.state))
                @if let Some(at) = delivery.next_at { br; "next " (time(at)) }
            }
            td {
                @if delivery.attempts.is_empty() { span.muted { "none yet" } }
                @for attempt in &delivery.attempts { (tried(attempt)) br; }
            }
            td {
                form method="post" action={ "/dashboard/deliveries/" (delivery.id) "/again" } {
                    button.quiet type="submit" aria-label={ "Send " (delivery.id) " again" } { "Send again" }
                }
            }
        }
    }
}

fn standing(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Waiting => "waiting",
        DeliveryState::Delivered => "delivered",
        DeliveryState::GivenUp => "given up",
    }
}

fn tried(attempt: &DeliveryAttempt) -> Markup {
    html! {
        (time(attempt.at)) ": "
        @match (attempt.status, &attempt.fault) {
            (Some(status), _) => (status),
            (None, Some(fault)) => (fault),
            (None, None) => "no answer",
        }
    }
}
