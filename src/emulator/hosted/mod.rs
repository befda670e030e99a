//! The pages that a person sees. They do what a [`Person`] does in process, and nothing else.

mod arrive;
mod drawing;
mod embedded;
mod fields;
mod flow;
mod pages;
mod wording;

pub(super) use fields::{label, shown};
pub(super) use flow::found;
pub(super) use pages::finding_choices;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};

use super::person::PersonError;
use super::site::shell::asset;
use super::site::{Shared, form_of};
use crate::emulator::Person;
use crate::emulator::site::parameters::Parameters;

/// Where the person goes on once they are in.
const FLOW: &str = "/verify/flow";

pub(crate) fn router(state: &Shared) -> Router {
    let arriving = || {
        let state = state.clone();
        get(move |request: Request| async move { arrive::arrive(&state, &query_of(&request)) })
    };
    let (showing, acting) = (state.clone(), state.clone());
    Router::new()
        .route("/verify", arriving())
        .route("/v", arriving())
        .route(
            FLOW,
            get(move |request: Request| async move { flow::show(&showing, &query_of(&request)) })
                .post(move |request: Request| async move {
                    match form_of(request).await {
                        Ok(form) => flow::act(&acting, &form),
                        Err(refusal) => refusal,
                    }
                }),
        )
        .route("/verify/frame.js", get(|| script(embedded::FRAME)))
        .route("/persona.js", get(|| script(embedded::CLIENT)))
}

/// Somebody's way through an inquiry: what each of their pages knows. There is no cookie, so that
/// whoever closes the page has lost it.
struct Visit {
    inquiry_id: String,
    session_token: String,
    /// The origin of the page that shows ours in a frame.
    frame_origin: Option<String>,
}

impl Visit {
    fn read(parameters: &Parameters) -> Option<Self> {
        Some(Self {
            inquiry_id: parameters.get("inquiry-id")?.to_owned(),
            session_token: parameters.get("session-token")?.to_owned(),
            frame_origin: frame_origin(parameters),
        })
    }

    /// The person, with this page open.
    fn person(&self, state: &Shared) -> Result<Person, PersonError> {
        let mut person = Person::new(state.clone());
        person.enter(&self.inquiry_id, &self.session_token)?;
        Ok(person)
    }

    fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("inquiry-id", &self.inquiry_id);
        query.append_pair("session-token", &self.session_token);
        if let Some(origin) = &self.frame_origin {
            query.append_pair("frame-origin", origin);
        }
        format!("{FLOW}?{}", query.finish())
    }

    fn hidden(&self) -> Markup {
        html! {
            input type="hidden" name="inquiry-id" value=(self.inquiry_id);
            input type="hidden" name="session-token" value=(self.session_token);
            @if let Some(origin) = &self.frame_origin {
                input type="hidden" name="frame-origin" value=(origin);
            }
        }
    }
}

/// The origin of the page around ours: messages go to it and to no other.
fn frame_origin(parameters: &Parameters) -> Option<String> {
    let given = url::Url::parse(parameters.get("frame-origin")?).ok()?;
    let origin = given.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// The status of the page that tells a person what does not work.
fn status_of(error: &PersonError) -> StatusCode {
    match error {
        PersonError::InquiryFinished { .. } => StatusCode::OK,
        PersonError::SessionExpired => StatusCode::CONFLICT,
        PersonError::LinkAlreadyUsed | PersonError::LinkExpired => StatusCode::GONE,
        PersonError::LinkUnknown => StatusCode::NOT_FOUND,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn query_of(request: &Request) -> String {
    request.uri().query().unwrap_or_default().to_owned()
}

async fn script(text: &'static str) -> Response {
    asset(text, "text/javascript; charset=utf-8")
}
