//! What the buttons do: the same as the API does.

use std::time::Duration;

use crate::emulator::lock;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::transition::{Action, Status};
use crate::emulator::person::PersonError;
use crate::emulator::site::Shared;
use crate::emulator::site::parameters::Parameters;

pub(super) fn on_inquiry(
    state: &Shared,
    id: &str,
    action: &str,
    form: &Parameters,
) -> Result<(), String> {
    let mut state = lock(state);
    let model = &mut state.model;
    model.catch_up();
    let action = match action {
        "approve" => Action::Approve,
        "decline" => Action::Decline,
        "mark-for-review" => Action::MarkForReview,
        "expire" => Action::Expire,
        "link" => {
            let status = model.inquiries.get(id).map(|inquiry| inquiry.status);
            if status == Some(Status::Expired) {
                model.resume(id).map_err(told)?;
            }
            return model.link_into(id, None).map(drop).map_err(told);
        }
        "result" => {
            let found = crate::emulator::hosted::found(form);
            return model
                .conclude_submitted(id, &found)
                .map_err(|reason| PersonError::from(reason).to_string());
        }
        _ => return Err("there is no such button".into()),
    };
    model.decide(id, action, None).map_err(told)
}

pub(super) fn on_clock(state: &Shared, form: &Parameters) -> Result<(), String> {
    let seconds = form.get("advance").and_then(|text| text.parse().ok());
    let seconds = seconds.ok_or("the clock moves by whole seconds")?;
    let mut state = lock(state);
    state.model.clock().advance(Duration::from_secs(seconds));
    state.model.catch_up();
    Ok(())
}

pub(super) fn on_delivery(state: &Shared, id: &str) -> Result<(), String> {
    match lock(state).model.send_again(id) {
        true => Ok(()),
        false => Err("there is no such delivery".into()),
    }
}

fn told(refusal: Refusal) -> String {
    refusal.details
}
