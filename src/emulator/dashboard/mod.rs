//! The operator's pages: what is there, what happened, and buttons for what a reviewer would do.

mod act;
mod deliveries;
mod inquiry;
mod overview;
mod tables;

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};

use super::look;
use super::site::shell::{Layout, Page, Refresh, asset, see_other};
use super::site::{Shared, form_of};

/// As many rows as somebody looks over.
const ROWS: usize = 50;

pub(crate) fn router(state: &Shared) -> Router {
    let (overview, of_one, acting, clock) =
        (state.clone(), state.clone(), state.clone(), state.clone());
    let deliveries = state.clone();
    Router::new()
        .route(
            "/dashboard",
            get(move || async move { overview::show(&overview) }),
        )
        .route(
            "/dashboard/inquiries/{id}",
            get(move |Path(id): Path<String>| async move { inquiry::show(&of_one, &id) }),
        )
        .route(
            "/dashboard/inquiries/{id}/{action}",
            post(
                move |Path((id, action)): Path<(String, String)>, request: Request| async move {
                    match form_of(request).await {
                        Ok(form) => {
                            let to = format!("/dashboard/inquiries/{id}");
                            done(act::on_inquiry(&acting, &id, &action, &form), &to)
                        }
                        Err(refusal) => refusal,
                    }
                },
            ),
        )
        .route(
            "/dashboard/clock",
            post(move |request: Request| async move {
                match form_of(request).await {
                    Ok(form) => done(act::on_clock(&clock, &form), "/dashboard"),
                    Err(refusal) => refusal,
                }
            }),
        )
        .route(
            "/dashboard/deliveries/{id}/again",
            post(move |Path(id): Path<String>| async move {
                done(act::on_delivery(&deliveries, &id), "/dashboard")
            }),
        )
        .route(
            "/dashboard/live.js",
            get(|| async { asset(include_str!("live.js"), "text/javascript; charset=utf-8") }),
        )
}

/// A page of the dashboard, which renews the parts that are marked for it.
fn page(title: &str, body: Markup) -> Page {
    let mut page = Page::new(title, body);
    page.layout = Layout::Wide;
    page.script = Some("/dashboard/live.js");
    page.refresh = Some(Refresh {
        seconds: 5,
        to: None,
        without_script_only: true,
    });
    page
}

fn done(outcome: Result<(), String>, to: &str) -> Response {
    match outcome {
        Ok(()) => see_other(to),
        Err(reason) => {
            let body = html! {
                div.top { h1 { "That does not work" } }
                p.problem role="alert" { (reason) }
                p { a href=(to) { "Back" } }
            };
            let mut page = Page::new("That does not work", body);
            page.layout = Layout::Wide;
            page.status = StatusCode::CONFLICT;
            page.into_response()
        }
    }
}

fn nothing_here() -> Response {
    let body = html! {
        div.top { h1 { "There is no such inquiry" } }
        p { a href="/dashboard" { "To the dashboard" } }
    };
    let mut page = Page::new("No such inquiry", body);
    page.layout = Layout::Wide;
    page.status = StatusCode::NOT_FOUND;
    page.into_response()
}
