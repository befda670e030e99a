//! Tables that more than one page shows.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::ROWS;
use crate::emulator::State;
use crate::emulator::model::event::Event;
use crate::emulator::model::transition::Status;

pub(super) fn inquiries(state: &State) -> Markup {
    let model = &state.model;
    let rows = model.inquiries.rows();
    html! {
        @if rows.is_empty() {
            p.muted {
                "There are none yet. Create one by the API"
                @if let Some(template) = model.templates().first() {
                    ", or "
                    a href={ "/verify?inquiry-template-id=" (template.id) } target="_blank" rel="noopener" {
                        "begin one as a person"
                    }
                }
                "."
            }
        } @else {
            div.scroll tabindex="0" role="group" aria-label="Inquiries" {
                table {
                    thead { tr {
                        th scope="col" { "Inquiry" } th scope="col" { "Status" }
                        th scope="col" { "Reference id" } th scope="col" { "Template" }
                        th scope="col" { "Created" }
                    } }
                    tbody {
                        @for inquiry in rows.iter().rev().take(ROWS) {
                            tr {
                                td { a.id href={ "/dashboard/inquiries/" (inquiry.id) } { (inquiry.id) } }
                                td { (chip(inquiry.status)) }
                                td.id { (inquiry.reference_id.as_deref().unwrap_or("–")) }
                                td { (model.template(&inquiry.template_id).map_or("–", |it| &it.name)) }
                                td.when { (time(inquiry.created_at)) }
                            }
                        }
                    }
                }
            }
            (rest(rows.len()))
        }
    }
}

/// Events, newest first.
pub(super) fn events<'a>(events: impl Iterator<Item = &'a Event>) -> Markup {
    let events: Vec<&Event> = events.take(ROWS).collect();
    html! {
        @if events.is_empty() {
            p.muted { "There are none yet." }
        } @else {
            div.scroll tabindex="0" role="group" aria-label="Events" {
                table {
                    thead { tr {
                        th scope="col" { "When" } th scope="col" { "Event" }
                        th scope="col" { "About" }
                    } }
                    tbody {
                        @for event in events {
                            tr {
                                td.when { (time(event.created_at)) }
                                td { (event.name) }
                                td {
                                    @if event.object_id.starts_with("inq_") {
                                        a.id href={ "/dashboard/inquiries/" (event.object_id) } { (event.object_id) }
                                    } @else {
                                        span.id { (event.object_id) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn requests(state: &State, newest: usize) -> Markup {
    let mut logs = state
        .model
        .api_logs
        .rows()
        .iter()
        .rev()
        .take(newest)
        .peekable();
    html! {
        @if logs.peek().is_none() {
            p.muted { "There are none yet." }
        } @else {
            div.scroll tabindex="0" role="group" aria-label="API log" {
                table {
                    thead { tr {
                        th scope="col" { "When" } th scope="col" { "Request" }
                        th scope="col" { "Answer" } th scope="col" { "Request id" }
                    } }
                    tbody {
                        @for log in logs {
                            tr {
                                td.when { (time(log.created_at)) }
                                td.id { (log.method) " " (log.path) }
                                td {
                                    @let bad = log.status >= 400;
                                    span.chip.good[!bad].bad[bad] { (log.status) }
                                }
                                td.id { (log.id) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A status as it stands on the wire. Its colour says nothing that the word does not.
pub(super) fn chip(status: Status) -> Markup {
    let class = match status {
        Status::Approved | Status::Completed | Status::Passed | Status::Active => "chip good",
        Status::Declined | Status::Failed => "chip bad",
        Status::NeedsReview | Status::Expired | Status::RequiresRetry => "chip warn",
        _ => "chip",
    };
    html! { span class=(class) { (status) } }
}

pub(super) fn time(at: DateTime<Utc>) -> Markup {
    html! {
        time datetime=(at.to_rfc3339()) { (at.format("%Y-%m-%d %H:%M:%S")) }
    }
}

pub(super) fn rest(all: usize) -> Markup {
    html! {
        @if all > ROWS {
            p.muted { "The newest " (ROWS) " of " (all) "." }
        }
    }
}
