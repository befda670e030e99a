//! Client for Persona, the identity verification platform.

#[doc(hidden)]
pub mod call;
mod client;
mod config;
mod error;
mod id;
pub mod json_api;
pub mod raw;
mod secret;
#[doc(hidden)]
pub mod wire;

pub use call::{ByteStream, Response};
pub use client::{Persona, PersonaBuilder};
pub use config::{DEFAULT_API_VERSION, DEFAULT_BASE_URL, Environment};
pub use error::{Delivery, Error, ErrorKind, Problem, TimeoutKind};
pub use id::{
    AccountId, AccountTypeId, CaseId, CaseTemplateId, DocumentId, EnvironmentId, EventId,
    ImporterId, InquiryId, IntoId, InvalidId, LegacyTemplateId, ReportId, ReportTemplateId,
    SelfieId, SessionId, TemplateId, TemplateVersionId, TransactionId, VerificationId,
    VerificationTemplateId, WebhookId, WorkflowRunId,
};
pub use secret::{ApiKey, FileUrl, OneTimeLink, SessionToken, WebhookSecret};
