//! A person who goes through an inquiry as a script says.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Told;
use crate::emulator::model::results::Found;
use crate::emulator::site::Shared;
use crate::emulator::{Person, PersonError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    steps: Vec<Step>,
}

/// Each is a method of [`Person`].
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
enum Step {
    FollowLink(String),
    Open(String),
    Enter {
        inquiry_id: String,
        session_token: String,
    },
    Start,
    Fill(Map<String, Value>),
    Submit(String),
    Skip(String),
    HandOver(Found),
    Pass,
    Fail(String),
    RequireRetry(String),
    Leave,
}

/// Takes the steps in their order, up to the first that does not work.
pub(super) fn walk(state: &Shared, script: Script) -> Told {
    let mut person = Person::new(state.clone());
    for (index, step) in script.steps.into_iter().enumerate() {
        if let Err(error) = take(&mut person, step) {
            let mut told = standing(&person);
            told["error"] = error.to_string().into();
            told["step"] = index.into();
            return Err((StatusCode::CONFLICT, told));
        }
    }
    Ok(standing(&person))
}

fn take(person: &mut Person, step: Step) -> Result<(), PersonError> {
    match step {
        Step::FollowLink(url) => person.follow_link(&url),
        Step::Open(inquiry_id) => person.open(&inquiry_id),
        Step::Enter {
            inquiry_id,
            session_token,
        } => person.enter(&inquiry_id, &session_token),
        Step::Start => person.start(),
        Step::Fill(fields) => person.fill(fields),
        Step::Submit(kind) => person.submit(&kind).map(drop),
        Step::Skip(kind) => person.skip(&kind),
        Step::HandOver(found) => person.hand_over(found),
        Step::Pass => person.pass(),
        Step::Fail(check) => person.fail(&check),
        Step::RequireRetry(check) => person.require_retry(&check),
        Step::Leave => {
            person.leave();
            Ok(())
        }
    }
}

fn standing(person: &Person) -> Value {
    json!({
        "inquiry-id": person.inquiry_id(),
        "status": person.inquiry_status(),
        "redirected-to": person.redirected_to(),
    })
}
