//! What all pages have around them, and the headers that they go out with.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use maud::{DOCTYPE, Markup, html};

/// One page, before its frame.
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) status: StatusCode,
    pub(crate) layout: Layout,
    /// Path of a script of the emulator's own.
    pub(crate) script: Option<&'static str>,
    /// After how many seconds the page asks for another one, and which.
    pub(crate) refresh: Option<Refresh>,
    /// Whether pages of other origins may show it in a frame.
    pub(crate) framed: bool,
    /// Attributes of the body, for the script.
    pub(crate) data: Option<FrameData>,
    pub(crate) body: Markup,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One column, as wide as a phone or a little wider.
    Narrow,
    /// Room for tables.
    Wide,
}

pub(crate) struct Refresh {
    pub(crate) seconds: u32,
    /// The same page when there is none.
    pub(crate) to: Option<String>,
    /// Where scripts run, one of them keeps the page fresh.
    pub(crate) without_script_only: bool,
}

/// What a page in a frame tells the page around it.
pub(crate) struct FrameData {
    pub(crate) origin: String,
    pub(crate) message: String,
}

impl Page {
    pub(crate) fn new(title: impl Into<String>, body: Markup) -> Self {
        Self {
            title: title.into(),
            status: StatusCode::OK,
            layout: Layout::Narrow,
            script: None,
            refresh: None,
            framed: false,
            data: None,
            body,
        }
    }

    pub(crate) fn into_response(self) -> Response {
        let framed = self.framed;
        let status = self.status;
        let mut response = with_type(self.markup().into_string(), "text/html; charset=utf-8");
        *response.status_mut() = status;
        let policy = if framed { FRAMED_POLICY } else { POLICY };
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Addresses hold session tokens. "no-referrer" would take the Origin from our own forms.
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        response
    }

    fn markup(self) -> Markup {
        let data = self.data.as_ref();
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (self.title) " · emulator, not Persona" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href="/emulator.css";
                    @if let Some(refresh) = &self.refresh {
                        @if refresh.without_script_only {
                            noscript { (refresh_tag(refresh)) }
                        } @else {
                            (refresh_tag(refresh))
                        }
                    }
                    @if let Some(script) = self.script {
                        script src=(script) defer {}
                    }
                }
                body class=[(self.layout == Layout::Wide).then_some("wide")]
                    data-frame-origin=[data.map(|it| &it.origin)]
                    data-message=[data.map(|it| &it.message)] {
                    p.notice role="note" {
                        strong { "This is an emulator, not Persona." }
                        " Nobody is verified here, and what you enter stays on this machine."
                    }
                    main { (self.body) }
                }
            }
        }
    }
}

fn refresh_tag(refresh: &Refresh) -> Markup {
    let content = match &refresh.to {
        Some(to) => format!("{}; url={to}", refresh.seconds),
        None => refresh.seconds.to_string(),
    };
    html! { meta http-equiv="refresh" content=(content); }
}

/// A file of the emulator's own.
pub(crate) fn asset(text: &'static str, content_type: &'static str) -> Response {
    let mut response = with_type(text, content_type);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// To another page, by GET.
pub(crate) fn see_other(to: &str) -> Response {
    let mut response = Response::new(Body::empty());
    match HeaderValue::from_str(to) {
        Ok(to) => {
            *response.status_mut() = StatusCode::SEE_OTHER;
            response.headers_mut().insert(LOCATION, to);
        }
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    response
}

pub(crate) fn with_type(body: impl Into<Body>, content_type: &'static str) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Persona lets its customers say which origins may show the flow; the emulator lets all.
const FRAMED_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
                             img-src data:; connect-src 'self'; form-action 'self'; \
                             base-uri 'none'; frame-ancestors *";
