//! Where an inquiry stands, as far as its person can tell.

use super::PersonError;
use crate::emulator::model::Model;
use crate::emulator::model::template::VerificationTemplate;
use crate::emulator::model::transition::Status;

/// Whether the inquiry is open and the session good. A finished inquiry says so whatever became
/// of its sessions.
pub(super) fn can_go_on(
    model: &Model,
    inquiry_id: &str,
    session_id: &str,
) -> Result<(), PersonError> {
    let inquiry = model
        .inquiries
        .get(inquiry_id)
        .ok_or(PersonError::LinkUnknown)?;
    match inquiry.status {
        Status::Created | Status::Pending => {}
        Status::Expired => return Err(PersonError::SessionExpired),
        status => return Err(finished(status)),
    }
    let session = model.sessions.get(session_id);
    match session.map(|session| session.status) {
        Some(Status::New | Status::Active) => Ok(()),
        _ => Err(PersonError::SessionExpired),
    }
}

pub(super) fn started(model: &Model, inquiry_id: &str) -> Result<(), PersonError> {
    let inquiry = model.inquiries.get(inquiry_id);
    match inquiry.map(|inquiry| inquiry.status) {
        Some(Status::Pending) => Ok(()),
        _ => Err(PersonError::NotStarted),
    }
}

pub(super) fn asked_for(model: &Model, inquiry_id: &str) -> Vec<VerificationTemplate> {
    let inquiry = model.inquiries.get(inquiry_id);
    inquiry
        .and_then(|inquiry| model.template(&inquiry.template_id))
        .map(|template| template.verifications.clone())
        .unwrap_or_default()
}

/// The inquiry's verifications in a status, oldest first.
pub(super) fn with_status(
    model: &Model,
    inquiry_id: &str,
    wanted: impl Fn(Status) -> bool,
) -> Vec<String> {
    let inquiry = model.inquiries.get(inquiry_id);
    inquiry
        .into_iter()
        .flat_map(|inquiry| &inquiry.verifications)
        .filter_map(|id| model.verifications.get(id))
        .filter(|verification| wanted(verification.status))
        .map(|verification| verification.id.clone())
        .collect()
}

pub(super) fn all_required_passed(
    model: &Model,
    inquiry_id: &str,
    parts: &[VerificationTemplate],
) -> bool {
    let passed = with_status(model, inquiry_id, |status| status == Status::Passed);
    parts.iter().filter(|part| part.required).all(|part| {
        passed.iter().any(|id| {
            let verification = model.verifications.get(id);
            verification.is_some_and(|it| it.template_id == part.id)
        })
    })
}

pub(super) fn finished(status: Status) -> PersonError {
    PersonError::InquiryFinished {
        status: status.as_str(),
    }
}
