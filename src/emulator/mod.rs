//! A stand-in for Persona: real HTTP, state in memory, no account, no key, no network.
//!
//! [`Emulator::start`] runs one in your test; the program `persona-emulator` is the same for
//! everything else. It has the API as a backend sees it, and a [`Person`] who goes through an
//! inquiry as somebody in a browser would, and pages for that browser: [`Emulator::origin`].
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use withpersona::emulator::Emulator;
//! use withpersona::{NewInquiry, Persona};
//!
//! let emulator = Emulator::start().await?;
//! let persona = Persona::builder()
//!     .api_key(emulator.api_key())
//!     .base_url(emulator.base_url())
//!     .build()?;
//!
//! // A backend creates an inquiry and asks for a one-time link …
//! let new = NewInquiry::from_template(emulator.default_template_id()).with_one_time_link();
//! let created = persona.inquiries().create(new).await?;
//! let link = created.link.expect("it was asked for");
//!
//! // … and the person it is about opens the link and gets verified.
//! let mut person = emulator.person();
//! person.follow_link(link.reveal())?;
//! person.start()?;
//! person.submit("government-id")?;
//! person.submit("selfie")?;
//! person.pass()?;
//! assert_eq!(person.inquiry_status(), Some("approved".to_owned()));
//! # Ok(())
//! # }
//! ```
//!
//! What it does and does not do stands in `EMULATOR.md`; [`operations`] lists the operations and
//! [`TRANSITIONS`] every change of status. It guards nothing: any key that starts with
//! `persona_sandbox_` is accepted.

mod api;
mod builder;
mod clock;
mod config;
mod control;
mod dashboard;
mod delivery;
mod error;
mod faults;
mod hosted;
mod model;
mod person;
mod record;
mod server;
mod site;
mod state;
mod state_file;
mod wire;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use api::Operation;
pub use builder::EmulatorBuilder;
pub use clock::{Clock, ClockError};
pub use delivery::Deliveries;
pub use error::EmulatorError;
pub use faults::Faults;
pub use model::account::ACCOUNT_ACTION_ID;
pub use model::list::{DEVICE_FINGERPRINT_LIST_ID, FIELD_LIST_ID};
pub use model::results::{Found, Results};
pub use model::transaction::TRANSACTION_TYPE_ID;
pub use model::transition::{Action, Resource, Status, TRANSITIONS, Transition};
pub use model::webhook_delivery::{Delivery, DeliveryAttempt, DeliveryState};
pub use person::{Person, PersonError};

use server::Server;
use state::State;
use state_file::Saver;

/// A running emulator. It stops when dropped.
///
/// See the [module](self) for an example.
pub struct Emulator {
    state: Arc<Mutex<State>>,
    clock: Clock,
    origin: String,
    base_url: String,
    api_key: String,
    default_template_id: String,
    // Held for their drops, in this order: the server ends, and what it did is written.
    _server: Server,
    _saver: Option<Saver>,
}

impl Emulator {
    /// Starts an emulator on a free port of the loopback address, with the default template.
    ///
    /// It serves from a thread of its own, so it does not depend on the caller's runtime.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), withpersona::emulator::EmulatorError> {
    /// let emulator = withpersona::emulator::Emulator::start().await?;
    /// assert!(emulator.base_url().starts_with("http://127.0.0.1:"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`EmulatorError::Listen`] when the system gives no port or no thread.
    pub async fn start() -> Result<Self, EmulatorError> {
        Self::builder().start().await
    }

    /// An emulator with choices of its own: templates, rate limit, clock, seed, address, state file.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), withpersona::emulator::EmulatorError> {
    /// use withpersona::emulator::Emulator;
    ///
    /// let emulator = Emulator::builder()
    ///     .template_toml(r#"
    ///         [[template]]
    ///         id = "itmpl_Short"
    ///         name = "Selfie only"
    ///         fields = { name-first = "string" }
    ///         [[template.verification]]
    ///         kind = "selfie"
    ///         checks = [{ name = "selfie_liveness_detection" }]
    ///     "#)?
    ///     .rate_limit(5)
    ///     .seed(7)
    ///     .start()
    ///     .await?;
    /// assert_eq!(emulator.default_template_id(), "itmpl_Short");
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// Where the API is: `http://127.0.0.1:PORT/api/v1`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where the pages are: `http://127.0.0.1:PORT`, without a slash at the end. It has a start
    /// page; `/verify` is for the person, `/dashboard` for the operator, `/persona.js` for the
    /// page around an embedded flow, and `/emulator/…` moves the emulator itself.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// A key that the emulator accepts, as it accepts any that starts with `persona_sandbox_`.
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// The id of the first template, such as `itmpl_…`.
    pub fn default_template_id(&self) -> &str {
        &self.default_template_id
    }

    /// The emulator's clock, to read it and to move it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), withpersona::emulator::EmulatorError> {
    /// let emulator = withpersona::emulator::Emulator::start().await?;
    /// let before = emulator.clock().now();
    /// emulator.clock().advance(std::time::Duration::from_secs(24 * 60 * 60));
    /// assert!(emulator.clock().now() - before >= chrono::TimeDelta::days(1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A person with a browser of their own. Each call gives another one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), withpersona::emulator::EmulatorError> {
    /// let emulator = withpersona::emulator::Emulator::start().await?;
    /// let mut person = emulator.person();
    /// let error = person.start().unwrap_err();
    /// assert_eq!(error.to_string(), "no page is open: follow a link first");
    /// # Ok(())
    /// # }
    /// ```
    pub fn person(&self) -> Person {
        Person::new(Arc::clone(&self.state))
    }

    /// Makes requests fail.
    ///
    /// See [`Faults`] for an example.
    pub fn faults(&self) -> Faults {
        Faults::new(Arc::clone(&self.state))
    }

    /// What is sent to webhooks.
    ///
    /// See [`Deliveries`] for an example.
    pub fn deliveries(&self) -> Deliveries {
        Deliveries::new(Arc::clone(&self.state))
    }

    /// Forgets every inquiry, event, key and failure, and begins again with the same templates and
    /// the same ids. The clock stays where it is.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = withpersona::emulator::Emulator::start().await?;
    /// let link = format!("?inquiry-template-id={}", emulator.default_template_id());
    /// let mut person = emulator.person();
    /// person.follow_link(&link)?;
    /// emulator.reset();
    /// assert_eq!(person.inquiry_status(), None, "it is gone");
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset(&self) {
        lock(&self.state).reset();
    }

    /// Lets the result come of what was handed in for an inquiry, whatever
    /// [`Results`] says about when.
    ///
    /// # Errors
    ///
    /// [`PersonError::NothingSubmitted`], also for an inquiry that there is not, and
    /// [`PersonError::UnknownCheck`].
    pub fn conclude(&self, inquiry_id: &str, found: &Found) -> Result<(), PersonError> {
        let mut state = lock(&self.state);
        state.model.catch_up();
        Ok(state.model.conclude_submitted(inquiry_id, found)?)
    }

    /// Writes a comment under a case, as somebody does in the dashboard: the API only reads them.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), withpersona::emulator::EmulatorError> {
    /// let emulator = withpersona::emulator::Emulator::start().await?;
    /// let written = emulator.comment_on_case("case_123", "reviewer@example.com", "looks fine");
    /// assert!(!written, "there is no such case");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Tells whether the case is there, and not redacted.
    pub fn comment_on_case(&self, id: &str, commenter: &str, message: &str) -> bool {
        let mut state = lock(&self.state);
        state.model.catch_up();
        state.model.comment_on_case(id, commenter, message).is_ok()
    }

    /// How many requests have arrived since the start, refused ones included: for tests that
    /// claim to save requests.
    pub fn request_count(&self) -> u64 {
        look(&self.state).gate.served()
    }

    /// How many requests have arrived since the start for each operation, refused ones included,
    /// by ids of [`operations`] such as `resume-an-inquiry`. Operations that nobody asked for are
    /// not in it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), withpersona::emulator::EmulatorError> {
    /// let emulator = withpersona::emulator::Emulator::start().await?;
    /// assert!(emulator.request_counts().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn request_counts(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.state).gate.served_by_operation().clone()
    }

    /// Publishes a new version of a template and gives its id; `None` when there is no such
    /// template. Inquiries that exist stay on the version they were created from. The new version
    /// asks for the same as the one before.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), withpersona::emulator::EmulatorError> {
    /// let emulator = withpersona::emulator::Emulator::start().await?;
    /// let version = emulator.publish_template_version(emulator.default_template_id());
    /// assert!(version.is_some_and(|id| id.starts_with("itmplv_")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn publish_template_version(&self, template_id: &str) -> Option<String> {
        let mut state = lock(&self.state);
        state.model.catch_up();
        state.model.publish_template_version(template_id)
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// Every operation of Persona's API that the emulator does. Any other is answered with 501.
///
/// ```
/// for operation in withpersona::emulator::operations() {
///     println!("{:6} {} ({})", operation.method, operation.path, operation.id);
/// }
/// ```
pub fn operations() -> Vec<Operation> {
    api::operations()
}

/// The state, to change it.
///
/// A panic while the lock was held leaves a state that is odd at worst, in an emulator.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    let mut state = look(state);
    state.touched += 1;
    state
}

/// The state, to look at it.
fn look(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
