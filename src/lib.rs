#![doc = include_str!("../README.md")]
// A build of few areas leaves parts of what all facades stand on without a caller.
#![cfg_attr(
    not(feature = "default"),
    allow(dead_code, unused_imports, unused_macros)
)]

#[doc(hidden)]
pub mod call;
mod client;
mod config;
#[cfg(feature = "emulator")]
pub mod emulator;
mod error;
#[cfg(has_operations)]
mod fields;
mod id;
#[cfg(feature = "inquiries")]
mod inquiry;
pub mod json_api;
#[cfg(has_operations)]
mod open_enum;
#[cfg(has_operations)]
mod page;
#[cfg(has_operations)]
pub mod raw;
mod secret;
pub mod store;
#[cfg(any(
    feature = "accounts",
    feature = "cases",
    feature = "inquiries",
    feature = "reports",
    feature = "transactions"
))]
mod tag;
#[cfg(feature = "verifications")]
mod verification;
#[cfg(has_operations)]
mod view;
#[cfg(has_operations)]
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
#[cfg(has_operations)]
pub use fields::Fields;
pub use id::{
    AccountId, AccountTypeId, CaseId, CaseTemplateId, DocumentId, EnvironmentId, EventId,
    ImporterId, InquiryId, IntoId, InvalidId, LegacyTemplateId, ReportId, ReportTemplateId,
    SelfieId, SessionId, TemplateId, TemplateVersionId, TransactionId, VerificationId,
    VerificationTemplateId, WebhookId, WorkflowRunId,
};
#[cfg(feature = "inquiries")]
pub use inquiry::{
    Created, Inquiries, Inquiry, InquiryList, InquiryStatus, InquiryUpdate, InquiryWaits,
    InquiryWatcher, LinkRequest, LookUp, NewInquiry, Resumed, Review, SimulateAction,
    WaitManySetup,
};
#[cfg(has_operations)]
pub use page::{Cursor, Items, Page, Pages};
pub use secret::{ApiKey, FileUrl, OneTimeLink, SessionToken, WebhookSecret};
#[cfg(any(
    feature = "accounts",
    feature = "cases",
    feature = "inquiries",
    feature = "reports",
    feature = "transactions"
))]
pub use tag::Tag;
#[cfg(feature = "verifications")]
pub use verification::{
    Check, CheckRequirement, CheckStatus, Verification, VerificationStatus, Verifications,
};
#[cfg(has_operations)]
pub use wait::{Awaited, Change, Changes, Condition, Outcome, Wait, WaitSetup, WaitSnapshot};
