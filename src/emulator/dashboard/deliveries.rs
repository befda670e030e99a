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
            p.muted {
                "There are none yet. Events go to the webhooks that are enabled, by the API or by "
                code { "[[webhook]]" } " in the configuration file."
            }
        } @else {
            div.scroll tabindex="0" role="group" aria-label="Webhook deliveries" {
                table {
                    thead { tr {
                        th scope="col" { "Event" } th scope="col" { "To" }
                        th scope="col" { "State" } th scope="col" { "Attempts" }
                        th scope="col" { span.unseen { "Action" } }
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
            td { (delivery.event_name) br; span.id.muted { (delivery.event_id) } }
            td { span.address { (delivery.url) } br; span.id.muted { (delivery.webhook_id) } }
            td {
                (standing(delivery.state))
                @if let Some(at) = delivery.next_at { br; span.muted { "next " (time(at)) } }
            }
            td {
                @if delivery.attempts.is_empty() { span.muted { "none yet" } }
                ol.plain { @for attempt in &delivery.attempts { li { (tried(attempt)) } } }
            }
            td {
                form method="post" action={ "/dashboard/deliveries/" (delivery.id) "/again" } {
                    button.quiet type="submit" aria-label={ "Send " (delivery.id) " again" } { "Send again" }
                }
            }
        }
    }
}

fn standing(state: DeliveryState) -> Markup {
    let (class, text) = match state {
        DeliveryState::Waiting => ("chip warn", "waiting"),
        DeliveryState::Delivered => ("chip good", "delivered"),
        DeliveryState::GivenUp => ("chip bad", "given up"),
    };
    html! { span class=(class) { (text) } }
}

fn tried(attempt: &DeliveryAttempt) -> Markup {
    html! {
        span.muted { (time(attempt.at)) } " "
        @match (attempt.status, &attempt.fault) {
            (Some(status), _) => { "answered " (status) },
            (None, Some(fault)) => (fault),
            (None, None) => "no answer",
        }
    }
}
