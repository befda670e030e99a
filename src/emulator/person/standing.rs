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

/// The page that the person sees.
#[derive(Clone, Debug)]
pub(in crate::emulator) enum Step {
    /// Nobody has agreed to anything yet.
    Consent,
    /// To look over what is known about them.
    Fields,
    /// To hand in one of the things that the template asks for.
    Verification {
        part: VerificationTemplate,
        /// Why what they handed in before was not enough.
        retry: Vec<String>,
    },
    /// To look over everything and say that this is all.
    Review,
    /// Everything is handed in, and Persona is looking at it.
    Waiting,
}

/// Where an inquiry that is open stands.
pub(in crate::emulator) fn step(model: &Model, inquiry_id: &str) -> Option<Step> {
    let inquiry = model.inquiries.get(inquiry_id)?;
    if inquiry.status == Status::Created {
        return Some(Step::Consent);
    }
    let latest = |part: &VerificationTemplate| {
        let tries = inquiry.verifications.iter().rev();
        tries
            .filter_map(|id| model.verifications.get(id))
            .find(|it| it.template_id == part.id)
    };
    let has_fields = model
        .template(&inquiry.template_id)
        .is_some_and(|template| !template.fields.is_empty());
    if has_fields && !inquiry.progress.confirmed_fields && inquiry.verifications.is_empty() {
        return Some(Step::Fields);
    }
    for part in model.asked_for(inquiry_id) {
        let latest = latest(&part);
        let is_there =
            latest.is_some_and(|it| matches!(it.status, Status::Submitted | Status::Passed));
        // What is not required may fail, and is not asked for again then.
        let is_over = latest.is_some_and(|it| it.status == Status::Failed);
        if is_there || is_over || inquiry.progress.skipped.contains(&part.id) {
            continue;
        }
        let failed = latest
            .filter(|it| it.status == Status::RequiresRetry)
            .into_iter()
            .flat_map(|it| &it.checks)
            .filter(|check| !check.passed);
        let retry = failed.map(|check| check.name.clone()).collect();
        return Some(Step::Verification { part, retry });
    }
    match inquiry.progress.awaited {
        Some(_) => Some(Step::Waiting),
        None => Some(Step::Review),
    }
}

pub(super) fn finished(status: Status) -> PersonError {
    PersonError::InquiryFinished {
        status: status.as_str(),
    }
}
