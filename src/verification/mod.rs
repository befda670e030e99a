//! Verifications: what was checked about a person, and how it came out.
//!
//! See <https://docs.withpersona.com/verifications>.

mod waiting;

use std::fmt;

use chrono::{DateTime, Utc};

use crate::call::ByteStream;
use crate::client::Persona;
use crate::error::{Error, ErrorKind};
use crate::file::{Origin, StoredFile, files_of};
use crate::id::{InquiryId, IntoId, VerificationId};
use crate::json_api::{Attributes, Resource, ResourceObject};
use crate::open_enum::open_enum;
use crate::raw::types::VerificationCheck;
use crate::view::{moment, view};
use crate::wire::{Owned, Wire};

open_enum! {
    /// How a verification came out.
    VerificationStatus {
        /// It exists, and nothing was handed in.
        Initiated = "initiated",
        /// The person confirmed an e-mail address or phone number.
        Confirmed = "confirmed",
        /// It was handed in and is looked at.
        Submitted = "submitted",
        /// It passed.
        Passed = "passed",
        /// It failed.
        Failed = "failed",
        /// The person has to try again.
        RequiresRetry = "requires_retry",
        /// It was left out.
        Skipped = "skipped",
        /// It was given up, as when its inquiry expired.
        Canceled = "canceled",
        /// It passed, subject to something still under way.
        TentativelyPassed = "tentatively_passed",
        /// It failed, subject to something still under way.
        TentativelyFailed = "tentatively_failed",
    }
}

open_enum! {
    /// How one check came out.
    CheckStatus {
        /// It passed.
        Passed = "passed",
        /// It failed.
        Failed = "failed",
        /// There was nothing to check.
        NotApplicable = "not_applicable",
    }
}

open_enum! {
    /// What a failed check means for its verification.
    CheckRequirement {
        /// The verification fails.
        Required = "required",
        /// Nothing.
        NotRequired = "not_required",
        /// The person has to try again.
        RequiresRetry = "requires_retry",
    }
}

view! {
    /// A verification of any kind as Persona sent it.
    Verification(ResourceObject), VerificationId
}

impl Verification {
    /// The JSON:API type, such as `verification/government-id`. New kinds are kept as they are.
    pub fn kind(&self) -> &str {
        &self.0.kind
    }

    /// How it came out.
    pub fn status(&self) -> VerificationStatus {
        VerificationStatus::from(self.text("status").unwrap_or_default())
    }

    /// What was checked, each with its outcome.
    pub fn checks(&self) -> Vec<Check> {
        let Some(checks) = self.0.attributes.get("checks") else {
            return Vec::new();
        };
        let mut read: Vec<VerificationCheck> = Vec::new();
        match read.read(&mut Owned(Some(checks.clone()))) {
            Ok(None) => read.into_iter().map(Check).collect(),
            // Of another shape than any version has: it is in raw().
            _ => Vec::new(),
        }
    }

    /// The checks that failed and were required: why the verification did not pass.
    pub fn failed_required_checks(&self) -> Vec<Check> {
        let mut checks = self.checks();
        checks.retain(|check| {
            check.status() == CheckStatus::Failed
                && check.requirement() != CheckRequirement::NotRequired
        });
        checks
    }

    /// The photos and videos it was made from, each once. Read them by
    /// [`Files::download`](crate::Files::download).
    pub fn files(&self) -> Vec<StoredFile> {
        let origin = Origin {
            operation: "retrieve-a-verification",
            collection: "/verifications",
            id: self.0.id.clone(),
        };
        files_of(&self.0.attributes, Some(&origin))
    }

    /// Whether the person's data was deleted. That is no status: the status stays what it was.
    pub fn is_redacted(&self) -> bool {
        self.text("redacted-at").is_some()
    }

    /// The inquiry it was made in.
    pub fn inquiry_id(&self) -> Option<InquiryId> {
        let inquiry = self.0.relationships.one("inquiry")?;
        Some(InquiryId::received(&inquiry.id))
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("created-at"))
    }

    /// When it was handed in, UTC.
    pub fn submitted_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("submitted-at"))
    }

    /// When it came out, UTC.
    pub fn completed_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("completed-at"))
    }

    /// The typed form of its kind; `None` if it is of another kind.
    ///
    /// ```
    /// use withpersona::Verification;
    /// use withpersona::raw::types::VerificationSelfieAttributes;
    ///
    /// let verification: Verification = serde_json::from_str(
    ///     r#"{"type":"verification/selfie","id":"ver_1","attributes":{"status":"passed"}}"#,
    /// )?;
    /// let selfie = verification.typed::<VerificationSelfieAttributes>().expect("a selfie");
    /// assert_eq!(selfie.attributes.status.as_deref(), Some("passed"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn typed<A: Attributes>(&self) -> Option<Resource<A>> {
        self.0.decode()
    }

    fn text(&self, attribute: &str) -> Option<&str> {
        self.0.attributes.get(attribute)?.as_str()
    }
}

/// One thing that was checked.
///
/// `Debug` prints name, status and requirement: reasons and metadata can speak of the person.
#[derive(Clone, serde::Serialize)]
#[serde(transparent)]
pub struct Check(VerificationCheck);

#[cfg(feature = "schemars")]
crate::view::describe!(Check => crate::view::object_schema::<VerificationCheck>());

impl Check {
    /// What was checked, such as `id_expired_detection`.
    pub fn name(&self) -> &str {
        self.0.name.as_deref().unwrap_or_default()
    }

    /// How it came out.
    pub fn status(&self) -> CheckStatus {
        CheckStatus::from(self.0.status.as_deref().unwrap_or_default())
    }

    /// What a failure of it means.
    pub fn requirement(&self) -> CheckRequirement {
        CheckRequirement::from(self.0.requirement.as_deref().unwrap_or_default())
    }

    /// Why it did not pass, in Persona's words for programs.
    pub fn reasons(&self) -> Vec<&str> {
        let reasons = self.0.reasons.iter().flatten().flatten();
        reasons.map(String::as_str).collect()
    }

    /// Everything Persona sent of it.
    pub fn raw(&self) -> &VerificationCheck {
        &self.0
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check")
            .field("name", &self.name())
            .field("status", &self.status())
            .field("requirement", &self.requirement())
            .finish_non_exhaustive()
    }
}

/// Calls on verifications; get it by [`Persona::verifications`].
///
/// Persona has no list of verifications: go by the inquiry, as
/// [`Inquiries::verifications`](crate::Inquiries::verifications) does.
#[derive(Clone, Debug)]
pub struct Verifications {
    persona: Persona,
}

impl Persona {
    /// Calls on verifications.
    pub fn verifications(&self) -> Verifications {
        Verifications {
            persona: self.clone(),
        }
    }
}

impl Verifications {
    /// Reads a verification of any kind.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id in the
    /// key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/verifications/retrieve-a-verification>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let verification = persona.verifications().retrieve("ver_123").await?;
    /// for check in verification.failed_required_checks() {
    ///     println!("{}: {:?}", check.name(), check.reasons());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<VerificationId>) -> Result<Verification, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_a_verification(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Reads a verification of one kind, typed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] also for a verification of another kind.
    ///
    /// ```no_run
    /// use withpersona::raw::types::VerificationGovernmentIdAttributes;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let id = persona
    ///     .verifications()
    ///     .retrieve_as::<VerificationGovernmentIdAttributes>("ver_123")
    ///     .await?;
    /// println!("{:?}", id.attributes.id_class);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve_as<A: Attributes>(
        &self,
        id: impl IntoId<VerificationId>,
    ) -> Result<Resource<A>, Error> {
        self.retrieve(id).await?.typed().ok_or_else(|| {
            Error::new(
                ErrorKind::NotFound,
                "the verification is of another kind than was asked for",
            )
        })
    }

    /// The verification as a PDF, streamed.
    ///
    /// # Errors
    ///
    /// As for [`retrieve`](Self::retrieve); what fails later comes out of the stream.
    ///
    /// See <https://docs.withpersona.com/api-reference/verifications/print-a-verification-as-pdf>.
    pub async fn print(&self, id: impl IntoId<VerificationId>) -> Result<ByteStream, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        raw.print_a_verification_as_pdf(id.as_str()).await
    }

    /// Deletes the person's data for good. The verification itself stays, without it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] or [`ErrorKind::Validation`] when it is
    /// [locked](Self::investigation_lock), [`ErrorKind::Conflict`] when it was redacted before.
    ///
    /// See <https://docs.withpersona.com/api-reference/verifications/redact-a-verification>.
    pub async fn redact(&self, id: impl IntoId<VerificationId>) -> Result<Verification, Error> {
        let id = id.into_id()?;
        let answer = self
            .persona
            .raw()
            .redact_a_verification(id.as_str())
            .await?;
        Ok(answer.into_inner().data.into())
    }

    /// Keeps the verification from being redacted while it is investigated.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] when the person's data is deleted already.
    ///
    /// See <https://docs.withpersona.com/api-reference/verifications/investigation-lock-a-verification>.
    pub async fn investigation_lock(
        &self,
        id: impl IntoId<VerificationId>,
    ) -> Result<Verification, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.investigation_lock_a_verification(id.as_str(), None, None);
        Ok(answer.await?.into_inner().data.into())
    }

    /// Lets the verification be redacted again.
    ///
    /// # Errors
    ///
    /// As for [`retrieve`](Self::retrieve).
    ///
    /// See <https://docs.withpersona.com/api-reference/verifications/investigation-unlock-a-verification>.
    pub async fn investigation_unlock(
        &self,
        id: impl IntoId<VerificationId>,
    ) -> Result<Verification, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.investigation_unlock_a_verification(id.as_str(), None, None);
        Ok(answer.await?.into_inner().data.into())
    }
}
