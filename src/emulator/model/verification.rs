//! Verifications: what the person hands in, and what Persona finds.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Model;
use super::file::StoredFile;
use super::refusal::Refusal;
use super::template::{Requirement, VerificationKind, VerificationTemplate};
use super::transition::{Action, Resource, Status, find};
use crate::emulator::wire;

#[derive(Serialize, Deserialize)]
pub(crate) struct Verification {
    pub(crate) id: String,
    pub(crate) inquiry_id: String,
    pub(crate) kind: VerificationKind,
    pub(crate) template_id: String,
    pub(crate) template_version_id: String,
    pub(crate) status: Status,
    /// Empty until there is a result.
    pub(crate) checks: Vec<Check>,
    /// What was read from what the person handed in, by attribute.
    pub(crate) extracted: Map<String, Value>,
    /// What the person handed in.
    pub(crate) files: Vec<StoredFile>,
    /// The paper that the files are of, for the kinds that are about one.
    pub(crate) document_id: Option<String>,
    /// Whether it is kept from redaction.
    pub(crate) locked: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) submitted_at: Option<DateTime<Utc>>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
    pub(crate) redacted_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) passed: bool,
    pub(crate) reasons: Vec<String>,
    pub(crate) requirement: Requirement,
}

/// What Persona finds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Finding<'a> {
    Passed,
    /// The check of this name fails; `None` takes the first that is required.
    Failed(Option<&'a str>),
    /// The check of this name fails, and the person may try again whatever is left of their
    /// attempts.
    Retry(&'a str),
}

impl Model {
    /// Begins a verification of an inquiry.
    pub(crate) fn create_verification(
        &mut self,
        inquiry_id: &str,
        template: &VerificationTemplate,
    ) -> Result<String, Refusal> {
        self.open_inquiry(inquiry_id)?;
        let id = self.ids.next("ver");
        let verification = Verification {
            id: id.clone(),
            inquiry_id: inquiry_id.to_owned(),
            kind: template.kind,
            template_id: template.id.clone(),
            template_version_id: template.version_id.clone(),
            status: Status::Absent,
            checks: Vec::new(),
            extracted: Map::new(),
            files: Vec::new(),
            document_id: None,
            locked: false,
            created_at: self.now,
            submitted_at: None,
            completed_at: None,
            redacted_at: None,
        };
        self.verifications.insert(&id, verification);
        self.live_inquiry(inquiry_id)?
            .verifications
            .push(id.clone());
        self.change_verification(&id, Action::Create)?;
        Ok(id)
    }

    /// Takes a verification through one row of the table.
    pub(crate) fn change_verification(&mut self, id: &str, action: Action) -> Result<(), Refusal> {
        let now = self.now;
        let verification = self
            .verifications
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("verification", id))?;
        let from = verification.status;
        let Some(row) = find(Resource::Verification, from, action) else {
            return Err(Refusal::conflict(format!(
                "cannot {action} a verification that is {from}"
            )));
        };
        verification.status = row.to;
        match action {
            Action::Submit => verification.submitted_at = Some(now),
            Action::Pass | Action::Fail | Action::RequireRetry => {
                verification.completed_at = Some(now);
            }
            _ => {}
        }
        if action == Action::Submit {
            self.hand_in(id);
        }
        self.record_transition(row.event, Resource::Verification, id);
        Ok(())
    }

    /// Writes the result of a submitted verification: its checks, what was read from it, and its
    /// status. A failed check that is not required does not fail the verification.
    pub(crate) fn conclude(&mut self, id: &str, finding: Finding<'_>) -> Result<Status, Refusal> {
        let (template, inquiry_id) = self.template_of(id)?;
        let failing = match finding {
            Finding::Passed => None,
            Finding::Failed(Some(name)) | Finding::Retry(name) => {
                let known = template.checks.iter().find(|check| check.name == name);
                Some(known.ok_or_else(|| {
                    Refusal::bad_request(format!(
                        "a {} has no check {name}",
                        template.kind.as_str()
                    ))
                })?)
            }
            Finding::Failed(None) => template
                .checks
                .iter()
                .find(|check| check.requirement == Requirement::Required),
        };
        let checks = template
            .checks
            .iter()
            .map(|check| {
                let passed = failing.is_none_or(|failing| failing.name != check.name);
                Check {
                    name: check.name.clone(),
                    passed,
                    reasons: if passed {
                        vec![]
                    } else {
                        vec![reason(&check.name).to_owned()]
                    },
                    requirement: check.requirement,
                }
            })
            .collect();
        let fails = match finding {
            Finding::Passed => false,
            Finding::Retry(_) => true,
            Finding::Failed(_) => {
                failing.is_none_or(|check| check.requirement == Requirement::Required)
            }
        };
        let action = if !fails {
            Action::Pass
        } else if matches!(finding, Finding::Retry(_))
            || self.attempts(&inquiry_id, &template.id) < template.attempts
        {
            Action::RequireRetry
        } else {
            Action::Fail
        };
        let extracted = self.read_out(&inquiry_id, template.kind);
        if let Some(verification) = self.verifications.get_mut(id) {
            verification.checks = checks;
            verification.extracted = extracted.clone();
            if let Some(document_id) = verification.document_id.clone() {
                self.process_document(&document_id, extracted);
            }
        }
        self.change_verification(id, action)?;
        if action == Action::Pass && template.kind == VerificationKind::GovernmentId {
            self.fill_in_from(id)?;
        }
        Ok(self
            .verifications
            .get(id)
            .map_or(Status::Absent, |verification| verification.status))
    }

    /// A verification with a result from the start, as simulate actions make them.
    pub(crate) fn simulate_verification(
        &mut self,
        inquiry_id: &str,
        template_id: &str,
        finding: Finding<'_>,
    ) -> Result<(), Refusal> {
        let inquiry = self.open_inquiry(inquiry_id)?;
        let template = self
            .template(&inquiry.template_id)
            .and_then(|template| {
                let mut parts = template.verifications.iter();
                parts.find(|part| part.id == template_id)
            })
            .cloned()
            .ok_or_else(|| Refusal::not_found("verification template", template_id))?;
        let id = self.create_verification(inquiry_id, &template)?;
        self.change_verification(&id, Action::Submit)?;
        self.conclude(&id, finding)?;
        Ok(())
    }

    pub(super) fn cancel_verifications_of(&mut self, inquiry_id: &str) {
        let Some(inquiry) = self.inquiries.get_mut(inquiry_id) else {
            return;
        };
        inquiry.progress.awaited = None;
        for id in inquiry.verifications.clone() {
            // Those with a result have no row for it, and keep their result.
            let _ = self.change_verification(&id, Action::Cancel);
        }
    }

    /// Takes away what is known about the person, with the document that they handed in.
    pub(crate) fn redact_verification(&mut self, id: &str) -> Result<(), Refusal> {
        let now = self.now;
        let verification = self.unredacted(id)?;
        if verification.locked {
            return Err(Refusal::conflict(
                "the verification is locked for an investigation",
            ));
        }
        verification.redacted_at = Some(now);
        verification.extracted.clear();
        let files = std::mem::take(&mut verification.files);
        let document_id = verification.document_id.clone();
        for file in files {
            self.delete_file(&file.name);
        }
        if let Some(document_id) = document_id {
            self.redact_document(&document_id);
        }
        if let Some(verification) = self.verifications.get(id) {
            let rendered = wire::verification(self, verification);
            self.forget(id, &rendered);
        }
        Ok(())
    }

    /// Keeps a verification from redaction, or lets it be redacted again.
    pub(crate) fn lock_verification(&mut self, id: &str, locked: bool) -> Result<(), Refusal> {
        self.unredacted(id)?.locked = locked;
        Ok(())
    }

    fn unredacted(&mut self, id: &str) -> Result<&mut Verification, Refusal> {
        let verification = self
            .verifications
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("verification", id))?;
        match verification.redacted_at {
            Some(_) => Err(Refusal::conflict("Verification already redacted")),
            None => Ok(verification),
        }
    }

    /// How often the person has tried one verification of an inquiry.
    fn attempts(&self, inquiry_id: &str, template_id: &str) -> u32 {
        let Some(inquiry) = self.inquiries.get(inquiry_id) else {
            return 0;
        };
        let tried = inquiry
            .verifications
            .iter()
            .filter_map(|id| self.verifications.get(id))
            .filter(|verification| verification.template_id == template_id)
            .count();
        u32::try_from(tried).unwrap_or(u32::MAX)
    }

    fn template_of(&self, id: &str) -> Result<(VerificationTemplate, String), Refusal> {
        let verification = self
            .verifications
            .get(id)
            .ok_or_else(|| Refusal::not_found("verification", id))?;
        let inquiry_id = verification.inquiry_id.clone();
        let template = self
            .inquiries
            .get(&inquiry_id)
            .and_then(|inquiry| self.template(&inquiry.template_id))
            .and_then(|template| {
                let mut parts = template.verifications.iter();
                parts.find(|part| part.id == verification.template_id)
            })
            .cloned()
            .ok_or_else(|| {
                Refusal::not_found("verification template", &verification.template_id)
            })?;
        Ok((template, inquiry_id))
    }

    /// What is found on what the person handed in: what the inquiry already says about them, and
    /// the person of Persona's sandbox where it says nothing.
    fn read_out(&self, inquiry_id: &str, kind: VerificationKind) -> Map<String, Value> {
        let known = self
            .inquiries
            .get(inquiry_id)
            .map(|inquiry| &inquiry.fields);
        let found: &[(&str, &str)] = match kind {
            VerificationKind::GovernmentId => GOVERNMENT_ID,
            VerificationKind::Database => DATABASE,
            VerificationKind::EmailAddress => &[("email-address", "alexander.sample@example.com")],
            VerificationKind::PhoneNumber => &[("phone-number", "+15555550142")],
            VerificationKind::Selfie | VerificationKind::Document => &[],
        };
        found
            .iter()
            .map(|&(name, otherwise)| {
                let value = known.and_then(|fields| fields.get(name)).cloned();
                (name.to_owned(), value.unwrap_or_else(|| otherwise.into()))
            })
            .collect()
    }

    /// Fills the inquiry's unset fields with what was read from an ID.
    fn fill_in_from(&mut self, id: &str) -> Result<(), Refusal> {
        let Some(verification) = self.verifications.get(id) else {
            return Ok(());
        };
        let inquiry_id = verification.inquiry_id.clone();
        let extracted = verification.extracted.clone();
        let Some(inquiry) = self.inquiries.get(&inquiry_id) else {
            return Ok(());
        };
        let Some(template) = self.template(&inquiry.template_id) else {
            return Ok(());
        };
        let new: Vec<(String, Value)> = extracted
            .into_iter()
            .filter(|(name, _)| template.fields.contains_key(name))
            .collect();
        let inquiry = self.live_inquiry(&inquiry_id)?;
        for (name, value) in new {
            inquiry.fields.entry(name).or_insert(value);
        }
        Ok(())
    }
}

const GOVERNMENT_ID: &[(&str, &str)] = &[
    ("name-first", "Alexander"),
    ("name-middle", "J"),
    ("name-last", "Sample"),
    ("birthdate", "1977-07-17"),
    ("address-street-1", "600 California Street"),
    ("address-city", "San Francisco"),
    ("address-subdivision", "CA"),
    ("address-postal-code", "94109"),
    ("identification-number", "I1234562"),
    ("id-class", "dl"),
    ("capture-method", "auto"),
    ("issue-date", "2021-06-30"),
    ("expiration-date", "2031-06-30"),
    ("issuing-subdivision", "CA"),
];

const DATABASE: &[(&str, &str)] = &[
    ("name-first", "Alexander"),
    ("name-last", "Sample"),
    ("birthdate", "1977-07-17"),
];

/// Why a check fails, as Persona words it where that is known.
fn reason(check: &str) -> &'static str {
    match check {
        "id_expired_detection" => "expired",
        "id_portrait_detection" => "portrait_not_found",
        "id_barcode_detection" => "barcode_not_decoded",
        "id_glare_detection" | "selfie_glare_detection" => "too_much_glare",
        "id_type_detection" => "type_not_detected",
        _ => "detected",
    }
}
