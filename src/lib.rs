#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod call;
mod client;
mod config;
#[cfg(feature = "emulator")]
pub mod emulator;
mod error;
mod fields;
mod id;
#[cfg(feature = "inquiries")]
mod inquiry;
pub mod json_api;
mod open_enum;
mod page;
pub mod raw;
mod secret;
#[cfg(feature = "verifications")]
mod verification;
mod view;
mod wait;
#[doc(hidden)]
pub mod wire;

pub use call::{ByteStream, CallOptions, IdempotencyKey, Response, retry};
pub use client::{Persona, PersonaBuilder};
pub use config::{DEFAULT_API_VERSION, DEFAULT_BASE_URL, Environment};
pub use error::{Delivery, Error, ErrorKind, Problem, TimeoutKind, WriteOutcome};
pub use fields::Fields;
pub use id::{
    AccountId, AccountTypeId, CaseId, CaseTemplateId, DocumentId, EnvironmentId, EventId,
    ImporterId, InquiryId, IntoId, InvalidId, LegacyTemplateId, ReportId, ReportTemplateId,
    SelfieId, SessionId, TemplateId, TemplateVersionId, TransactionId, VerificationId,
    VerificationTemplateId, WebhookId, WorkflowRunId,
};
#[cfg(feature = "inquiries")]
pub use inquiry::{
    Created, Inquiries, Inquiry, InquiryList, InquiryStatus, InquiryUpdate, LinkRequest,
    NewInquiry, Resumed, Review, SimulateAction, Tag,
};
pub use page::{Cursor, Items, Page, Pages};
pub use secret::{ApiKey, FileUrl, OneTimeLink, SessionToken, WebhookSecret};
#[cfg(feature = "verifications")]
pub use verification::{
    Check, CheckRequirement, CheckStatus, Verification, VerificationStatus, Verifications,
};
pub use wait::{Awaited, Outcome, Wait, WaitSetup};
