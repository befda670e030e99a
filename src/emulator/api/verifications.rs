use super::answer::Answer;
use super::call::Call;
use super::include::Include;
use super::pdf::pdf;
use super::route::Route;
use crate::emulator::model::Model;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::template::VerificationKind;
use crate::emulator::model::verification::Verification;
use crate::emulator::wire;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route::get("/verifications/{id}", "retrieve-a-verification", retrieve),
    Route::get("/verifications/{id}/print", "print-a-verification-as-pdf", print).include(Include::Never),
    Route::delete("/verifications/{id}", "redact-a-verification", redact).include(Include::Never),
    Route::post("/verifications/{id}/investigation-lock", "investigation-lock-a-verification", lock),
    Route::post("/verifications/{id}/investigation-unlock", "investigation-unlock-a-verification", unlock),
    Route::get("/verification/government-ids/{id}", "retrieve-a-government-id-verification", government_id),
    Route::get("/verification/selfies/{id}", "retrieve-a-selfie-verification", selfie),
    Route::get("/verification/documents/{id}", "retrieve-a-document-verification", document),
    Route::get("/verification/databases/{id}", "retrieve-a-database-verification", database),
    Route::get("/verification/email-addresses/{id}", "retrieve-a-email-address-verification", email_address),
    Route::get("/verification/phone-numbers/{id}", "retrieve-a-phone-number-verification", phone_number),
];

fn retrieve(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let verification = found(model, &call.id)?;
    Ok(Answer::ok(wire::verification(model, verification)))
}

fn print(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    let verification = found(model, &call.id)?;
    let mut lines = vec![
        format!("Verification {}", verification.id),
        format!("Kind: {}", verification.kind.as_str()),
        format!("Status: {}", verification.status),
    ];
    for check in &verification.checks {
        let outcome = if check.passed { "passed" } else { "failed" };
        lines.push(format!("{}: {outcome}", check.name));
    }
    Ok(Answer::Pdf(pdf(&lines)))
}

fn redact(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.redact_verification(&call.id)?;
    retrieve(model, call)
}

fn lock(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.lock_verification(&call.id, true)?;
    retrieve(model, call)
}

fn unlock(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    model.lock_verification(&call.id, false)?;
    retrieve(model, call)
}

fn government_id(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    of_kind(model, call, VerificationKind::GovernmentId)
}

fn selfie(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    of_kind(model, call, VerificationKind::Selfie)
}

fn document(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    of_kind(model, call, VerificationKind::Document)
}

fn database(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    of_kind(model, call, VerificationKind::Database)
}

fn email_address(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    of_kind(model, call, VerificationKind::EmailAddress)
}

fn phone_number(model: &mut Model, call: &Call) -> Result<Answer, Refusal> {
    of_kind(model, call, VerificationKind::PhoneNumber)
}

fn of_kind(model: &mut Model, call: &Call, kind: VerificationKind) -> Result<Answer, Refusal> {
    if found(model, &call.id)?.kind == kind {
        retrieve(model, call)
    } else {
        let what = format!("{} verification", kind.as_str());
        Err(Refusal::not_found(&what, &call.id))
    }
}

fn found<'a>(model: &'a Model, id: &str) -> Result<&'a Verification, Refusal> {
    model
        .verifications
        .get(id)
        .ok_or_else(|| Refusal::not_found("verification", id))
}
