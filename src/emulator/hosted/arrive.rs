//! Following a link: what it says is used up, and the person goes on at an address of their own.

use axum::response::Response;

use super::pages::cannot_go_on;
use super::{Visit, frame_origin};
use crate::emulator::Person;
use crate::emulator::site::Shared;
use crate::emulator::site::parameters::Parameters;
use crate::emulator::site::shell::see_other;

pub(super) fn arrive(state: &Shared, query: &str) -> Response {
    let frame_origin = frame_origin(&Parameters::parse(query));
    let mut person = Person::new(state.clone());
    let outcome = person.follow_link(&format!("?{query}"));
    match (outcome, person.way_back()) {
        (Ok(()), Some((inquiry_id, session_token))) => {
            let visit = Visit {
                inquiry_id,
                session_token,
                frame_origin,
            };
            see_other(&visit.address())
        }
        (Err(error), _) => cannot_go_on(&error, frame_origin),
        (Ok(()), None) => cannot_go_on(&super::PersonError::NoPage, frame_origin),
    }
}
