#![doc = include_str!("../README.md")]
// A build of few areas leaves parts of what all facades stand on without a caller.
#![cfg_attr(
    not(feature = "default"),
    allow(dead_code, unused_imports, unused_macros)
)]

#[cfg(feature = "accounts")]
mod account;
#[cfg(feature = "api-keys")]
mod api_key;
#[cfg(feature = "api-logs")]
mod api_log;
#[cfg(feature = "schemars")]
mod arguments;
#[doc(hidden)]
pub mod call;
#[cfg(feature = "cases")]
mod case;
mod client;
mod config;
#[cfg(feature = "devices")]
mod device;
#[cfg(feature = "documents")]
mod document;
#[cfg(feature = "emulator")]
pub mod emulator;
mod error;
#[cfg(feature = "events")]
mod event;
#[cfg(has_operations)]
mod fields;
#[cfg(has_operations)]
mod file;
mod id;
#[cfg(feature = "importers")]
mod importer;
#[cfg(feature = "inquiries")]
mod inquiry;
pub mod json_api;
#[cfg(feature = "inquiries")]
mod link;
#[cfg(feature = "lists")]
pub mod list;
#[cfg(has_operations)]
mod listing;
#[cfg(any(feature = "accounts", feature = "inquiries"))]
mod look_up;
#[cfg(has_operations)]
mod open_enum;
#[cfg(has_operations)]
mod page;
#[cfg(any(feature = "accounts", feature = "lists", feature = "reports"))]
mod particulars;
#[cfg(has_operations)]
pub mod raw;
#[cfg(any(feature = "accounts", feature = "transactions"))]
mod relation;
#[cfg(feature = "reports")]
mod report;
#[cfg(any(feature = "accounts", feature = "cases", feature = "inquiries"))]
mod search;
mod secret;
#[cfg(feature = "sessions")]
mod session;
pub mod store;
#[cfg(any(
    feature = "accounts",
    feature = "cases",
    feature = "inquiries",
    feature = "reports",
    feature = "transactions"
))]
mod tag;
#[cfg(feature = "templates")]
mod template;
#[cfg(feature = "transactions")]
mod transaction;
#[cfg(feature = "verifications")]
mod verification;
#[cfg(has_operations)]
mod view;
#[cfg(has_operations)]
mod wait;
#[cfg(feature = "webhooks")]
pub mod webhook;
#[doc(hidden)]
pub mod wire;
#[cfg(feature = "workflows")]
mod workflow;

#[cfg(all(feature = "accounts", feature = "schemars"))]
pub use account::AccountFilter;
#[cfg(feature = "accounts")]
pub use account::{
    Account, AccountList, AccountType, AccountTypes, AccountUpdate, Accounts, ActionRun,
    NewAccount, RelationsRequest, Upserted,
};
#[cfg(all(feature = "api-keys", feature = "schemars"))]
pub use api_key::ApiKeyFilter;
#[cfg(feature = "api-keys")]
pub use api_key::{ApiKeyList, ApiKeyRecord, ApiKeyUpdate, ApiKeys, CreatedApiKey, NewApiKey};
#[cfg(feature = "api-logs")]
pub use api_log::{ApiLog, ApiLogList, ApiLogs};
pub use call::{
    ByteStream, CallOptions, IdempotencyKey, Lane, RateLimit, RateLimits, RateState, Response,
    clock, observe, retry,
};
#[cfg(all(feature = "cases", feature = "schemars"))]
pub use case::CaseFilter;
#[cfg(feature = "cases")]
pub use case::{Case, CaseComment, CaseList, CaseTemplate, CaseUpdate, Cases, NewCase};
pub use client::{Persona, PersonaBuilder};
pub use config::{DEFAULT_API_VERSION, DEFAULT_BASE_URL, Environment};
#[cfg(feature = "devices")]
pub use device::{Device, Devices};
#[cfg(feature = "documents")]
pub use document::{Document, DocumentStatus, Documents};
pub use error::{Delivery, Error, ErrorKind, Problem, TimeoutKind, WriteOutcome};
#[cfg(all(feature = "events", feature = "schemars"))]
pub use event::EventFilter;
#[cfg(feature = "events")]
pub use event::{Event, EventList, EventName, Events, MalformedEvent};
#[cfg(has_operations)]
pub use fields::{Address, Fields};
#[cfg(has_operations)]
pub use file::{Download, FileStream, Files, StoredFile};
pub use id::{
    AccountActionId, AccountId, AccountTypeId, ApiKeyId, ApiLogId, CaseId, CaseQueueId,
    CaseTemplateId, DeviceId, DocumentId, EnvironmentId, EventId, ImporterId, InquiryId, IntoId,
    InvalidId, LegacyTemplateId, ListId, ListItemId, ReportId, ReportTemplateId, SelfieId,
    SessionId, TemplateId, TemplateVersionId, TransactionId, TransactionTypeId, VerificationId,
    VerificationTemplateId, WebhookId, WorkflowId, WorkflowRunId, WorkflowVersionId,
};
#[cfg(feature = "importers")]
pub use importer::{
    Csv, Import, ImportCounts, ImportKind, Importer, ImporterList, ImporterStatus, Importers,
};
#[cfg(all(feature = "inquiries", feature = "schemars"))]
pub use inquiry::InquiryFilter;
#[cfg(feature = "inquiries")]
pub use inquiry::{
    Created, Inquiries, Inquiry, InquiryList, InquiryStatus, InquiryUpdate, InquiryWaits,
    InquiryWatcher, LinkRequest, NewInquiry, Resumed, Review, SimulateAction, WaitsWithoutDeadline,
};
#[cfg(feature = "inquiries")]
pub use link::{
    Confirmed, EmbeddedFlow, EmbeddedParameters, HostedFlow, Links, OneTimeLinkRequest, Redirect,
};
#[cfg(all(feature = "inquiries", feature = "qr"))]
pub use link::{LinkForQr, QrCode};
#[cfg(any(feature = "accounts", feature = "inquiries"))]
pub use look_up::LookUp;
#[cfg(all(has_operations, feature = "schemars"))]
pub use page::PageRequest;
#[cfg(has_operations)]
pub use page::{Cursor, Items, Page, Pages};
#[cfg(all(feature = "reports", feature = "schemars"))]
pub use report::ReportFilter;
#[cfg(feature = "reports")]
pub use report::{
    AdverseMediaMatch, Dismissal, MatchSource, NewReport, PoliticallyExposedPersonMatch, Report,
    ReportHistory, ReportHistoryEntry, ReportHistoryKind, ReportList, ReportMatch, ReportStatus,
    Reports, Subject, WatchlistMatch,
};
#[cfg(any(feature = "accounts", feature = "cases", feature = "inquiries"))]
pub use search::{Query, Search, SearchValue};
pub use secret::{ApiKey, FileUrl, HostedLink, OneTimeLink, SessionToken, WebhookSecret};
/// For the fuzz targets and the tests that stand in for them.
#[cfg(feature = "sessions")]
#[doc(hidden)]
pub use session::token_expiry;
#[cfg(all(feature = "inquiries", feature = "sessions"))]
pub use session::{Access, GetOrCreate, OneInquiry, Open, Opening, ResumePolicy};
#[cfg(feature = "sessions")]
pub use session::{Session, SessionStatus, Sessions};
#[cfg(any(
    feature = "accounts",
    feature = "cases",
    feature = "inquiries",
    feature = "reports",
    feature = "transactions"
))]
pub use tag::Tag;
#[cfg(all(feature = "templates", feature = "schemars"))]
pub use template::{FieldCheck, FieldFinding};
#[cfg(feature = "templates")]
pub use template::{
    FieldSchema, InquiryTemplate, InquiryTemplateList, InquiryTemplateVersion,
    InquiryTemplateVersionList, Templates, Translation,
};
#[cfg(all(feature = "transactions", feature = "schemars"))]
pub use transaction::TransactionFilter;
#[cfg(feature = "transactions")]
pub use transaction::{
    NewTransaction, Transaction, TransactionLabel, TransactionList, TransactionType,
    TransactionTypes, TransactionUpdate, Transactions,
};
#[cfg(feature = "verifications")]
pub use verification::{
    Check, CheckRequirement, CheckStatus, Verification, VerificationStatus, Verifications,
};
#[cfg(has_operations)]
pub use wait::{
    AfterExpiry, Awaited, Change, Changes, Condition, Outcome, Wait, WaitSnapshot,
    WaitWithoutDeadline,
};
#[cfg(all(feature = "workflows", feature = "schemars"))]
pub use workflow::WorkflowRunFilter;
#[cfg(feature = "workflows")]
pub use workflow::{
    WorkflowInput, WorkflowRun, WorkflowRunList, WorkflowVersion, WorkflowVersionList, Workflows,
};
