//! Results: what Persona finds in what a person has handed in, and when it is there.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::template::VerificationTemplate;
use super::transition::{Action, Status};
use super::verification::Finding;
use super::{Deadline, Model};

/// When the result of what a person hands in is there.
///
/// It is about people on the emulator's pages and about [`Person::hand_over`]; `pass` and `fail`
/// of a [`Person`](crate::emulator::Person) do not wait.
///
/// ```
/// use withpersona::emulator::{Emulator, Results};
///
/// let builder = Emulator::builder().results(Results::AfterReads(3));
/// ```
///
/// [`Person::hand_over`]: crate::emulator::Person::hand_over
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Results {
    /// At once.
    #[default]
    Immediate,
    /// After the inquiry has been read so often by the API, alone or in a list.
    AfterReads(u32),
    /// After so many seconds on the emulator's clock.
    AfterSeconds(u32),
    /// When somebody says so: on the dashboard, or by `POST /emulator/results/{inquiry-id}`.
    ByHand,
}

/// What Persona finds in everything that was handed in and has no result yet.
///
/// ```
/// use withpersona::emulator::Found;
///
/// let found: Found = serde_json::from_str(r#"{ "fail": "id_expired_detection" }"#)?;
/// assert_eq!(found, Found::Fail("id_expired_detection".to_owned()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Found {
    /// Nothing wrong.
    Pass,
    /// The check of this name fails, the rest passes.
    Fail(String),
    /// The check of this name fails, the rest passes, and the person may try again, also where
    /// the template gives them no more attempts.
    Retry(String),
}

/// A result that is going to come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Awaited {
    pub(crate) found: Found,
    /// How many reads still see the inquiry without it.
    pub(crate) reads_left: Option<u32>,
    pub(crate) due_at: Option<DateTime<Utc>>,
}

/// Why there can be no such result.
#[derive(Debug)]
pub(crate) enum NoResult {
    NothingSubmitted,
    UnknownCheck { check: String, known: Vec<String> },
    Refused(Refusal),
}

impl From<Refusal> for NoResult {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Model {
    /// Takes down what Persona is going to find, and lets it be found when the policy says.
    pub(crate) fn await_result(&mut self, inquiry_id: &str, found: Found) -> Result<(), NoResult> {
        self.culprit(inquiry_id, &found)?;
        let mut awaited = Awaited {
            found,
            reads_left: None,
            due_at: None,
        };
        match self.results {
            Results::Immediate => return self.conclude_submitted(inquiry_id, &awaited.found),
            Results::AfterReads(reads) => awaited.reads_left = Some(reads),
            Results::AfterSeconds(seconds) => {
                let at = self.now + TimeDelta::seconds(seconds.into());
                awaited.due_at = Some(at);
                self.due(at, Deadline::Result(inquiry_id.to_owned()));
            }
            Results::ByHand => {}
        }
        self.live_inquiry(inquiry_id)?.progress.awaited = Some(awaited);
        Ok(())
    }

    /// Writes the results of everything that was handed in. Once all that is required has passed,
    /// the inquiry completes; once something has failed for good, it fails.
    pub(crate) fn conclude_submitted(
        &mut self,
        inquiry_id: &str,
        found: &Found,
    ) -> Result<(), NoResult> {
        let culprit = self.culprit(inquiry_id, found)?;
        if let Some(inquiry) = self.inquiries.get_mut(inquiry_id) {
            inquiry.progress.awaited = None;
        }
        let mut failed = false;
        for id in self.verifications_of(inquiry_id, |status| status == Status::Submitted) {
            let finding = match found {
                Found::Fail(check) if culprit.as_ref() == Some(&id) => Finding::Failed(Some(check)),
                Found::Retry(check) if culprit.as_ref() == Some(&id) => Finding::Retry(check),
                _ => Finding::Passed,
            };
            failed |= self.conclude(&id, finding)? == Status::Failed;
        }
        let action = if failed {
            Action::Fail
        } else if self.all_required_passed(inquiry_id) {
            Action::Complete
        } else {
            return Ok(());
        };
        Ok(self.change_inquiry(inquiry_id, action)?)
    }

    /// Counts a read of an inquiry, or of all of them, before it is answered.
    pub(crate) fn inquiry_is_read(&mut self, inquiry_id: Option<&str>) {
        if !matches!(self.results, Results::AfterReads(_)) {
            return;
        }
        let ids: Vec<String> = match inquiry_id {
            Some(id) => vec![id.to_owned()],
            None => {
                let waiting = self.inquiries.rows().iter();
                waiting
                    .filter(|inquiry| inquiry.progress.awaited.is_some())
                    .map(|inquiry| inquiry.id.clone())
                    .collect()
            }
        };
        for id in ids {
            let Some(inquiry) = self.inquiries.get_mut(&id) else {
                continue;
            };
            let Some(awaited) = &mut inquiry.progress.awaited else {
                continue;
            };
            match awaited.reads_left {
                Some(0) => self.awaited_result_comes(&id),
                Some(left) => awaited.reads_left = Some(left - 1),
                None => {}
            }
        }
    }

    pub(super) fn result_is_due(&mut self, inquiry_id: &str) {
        let inquiry = self.inquiries.get(inquiry_id);
        let due_at = inquiry.and_then(|inquiry| inquiry.progress.awaited.as_ref()?.due_at);
        if due_at.is_some_and(|at| at <= self.now) {
            self.awaited_result_comes(inquiry_id);
        }
    }

    /// All of the templates that the inquiry's template asks for.
    pub(crate) fn asked_for(&self, inquiry_id: &str) -> Vec<VerificationTemplate> {
        let inquiry = self.inquiries.get(inquiry_id);
        inquiry
            .and_then(|inquiry| self.template(&inquiry.template_id))
            .map(|template| template.verifications.clone())
            .unwrap_or_default()
    }

    /// The inquiry's verifications in a status, oldest first.
    pub(crate) fn verifications_of(
        &self,
        inquiry_id: &str,
        wanted: impl Fn(Status) -> bool,
    ) -> Vec<String> {
        let inquiry = self.inquiries.get(inquiry_id);
        inquiry
            .into_iter()
            .flat_map(|inquiry| &inquiry.verifications)
            .filter_map(|id| self.verifications.get(id))
            .filter(|verification| wanted(verification.status))
            .map(|verification| verification.id.clone())
            .collect()
    }

    /// The checks that can fail in what was handed in and has no result, in their order.
    pub(crate) fn open_checks(&self, inquiry_id: &str) -> Vec<(String, VerificationTemplate)> {
        let parts = self.asked_for(inquiry_id);
        self.verifications_of(inquiry_id, |status| status == Status::Submitted)
            .into_iter()
            .filter_map(|id| {
                let template_id = &self.verifications.get(&id)?.template_id;
                let part = parts.iter().find(|part| part.id == *template_id)?;
                Some((id, part.clone()))
            })
            .collect()
    }

    /// The verification that has the check that is to fail.
    fn culprit(&self, inquiry_id: &str, found: &Found) -> Result<Option<String>, NoResult> {
        let open = self.open_checks(inquiry_id);
        if open.is_empty() {
            return Err(NoResult::NothingSubmitted);
        }
        let (Found::Fail(wanted) | Found::Retry(wanted)) = found else {
            return Ok(None);
        };
        let has_it = |part: &VerificationTemplate| part.checks.iter().any(|it| it.name == *wanted);
        match open.iter().find(|(_, part)| has_it(part)) {
            Some((id, _)) => Ok(Some(id.clone())),
            None => Err(NoResult::UnknownCheck {
                check: wanted.clone(),
                known: open
                    .into_iter()
                    .flat_map(|(_, part)| part.checks)
                    .map(|check| check.name)
                    .collect(),
            }),
        }
    }

    fn all_required_passed(&self, inquiry_id: &str) -> bool {
        let passed = self.verifications_of(inquiry_id, |status| status == Status::Passed);
        let parts = self.asked_for(inquiry_id);
        parts.iter().filter(|part| part.required).all(|part| {
            passed.iter().any(|id| {
                let verification = self.verifications.get(id);
                verification.is_some_and(|it| it.template_id == part.id)
            })
        })
    }

    fn awaited_result_comes(&mut self, inquiry_id: &str) {
        let inquiry = self.inquiries.get_mut(inquiry_id);
        let awaited = inquiry.and_then(|inquiry| inquiry.progress.awaited.take());
        if let Some(awaited) = awaited {
            // The check was there when it was taken down; an inquiry that has ended otherwise
            // meanwhile needs no result.
            let _ = self.conclude_submitted(inquiry_id, &awaited.found);
        }
    }
}
