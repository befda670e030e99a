#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod call;
mod client;
mod config;
#[cfg(feature = "emulator")]
pub mod emulator;
mod error;
#[cfg(feature = "inquiries")]
mod fields;
mod id;
#[cfg(feature = "inquiries")]
mod inquiry;
pub mod json_api;
#[cfg(any(feature = "inquiries", feature = "verifications"))]
mod open_enum;
#[cfg(feature = "inquiries")]
mod page;
#[cfg(has_operations)]
pub mod raw;
mod secret;
#[cfg(feature = "verifications")]
mod verification;
#[cfg(any(feature = "inquiries", feature = "verifications"))]
mod view;
#[cfg(feature = "inquiries")]
mod wait;
#[doc(hidden)]
pub mod wire;

pub use call::{
    ByteStream, CallOptions, IdempotencyKey, Lane, RateLimit, RateLimits, RateState, Response,
    observe, retry,
};
pub use client::{Persona, PersonaBuilder};
pub use config::{DEFAULT_API_VERSION, DEFAULT_BASE_URL, Environment};
pub use error::{Delivery, Error, ErrorKind, Problem, TimeoutKind, WriteOutcome};
#[cfg(feature = "inquiries")]
pub use fields::Fields;
pub use id::{
    AccountId, AccountTypeId, CaseId, CaseTemplateId, DocumentId, EnvironmentId, EventId,
    ImporterId, InquiryId, IntoId, InvalidId, LegacyTemplateId, ReportId, ReportTemplateId,
    SelfieId, SessionId, TemplateId, TemplateVersionId, TransactionId, VerificationId,
    VerificationTemplateId, WebhookId, WorkflowRunId,
};
#[cfg(feature = "inquiries")]
pub use inquiry::{
    Created, Inquiries, Inquiry, InquiryList, InquiryStatus, InquiryUpdate, LinkRequest, LookUp,
    NewInquiry, Resumed, Review, SimulateAction, Tag,
};
#[cfg(feature = "inquiries")]
pub use page::{Cursor, Items, Page, Pages};
pub use secret::{ApiKey, FileUrl, OneTimeLink, SessionToken, WebhookSecret};
#[cfg(feature = "verifications")]
pub use verification::{
    Check, CheckRequirement, CheckStatus, Verification, VerificationStatus, Verifications,
};
#[cfg(feature = "inquiries")]
pub use wait::{Awaited, Outcome, Wait, WaitSetup};
