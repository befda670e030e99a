//! The client.

mod builder;

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::SystemTime;

use url::Url;

use crate::call::{CallOptions, CallPath};
use crate::config::{self, Environment};
use crate::error::Error;
#[cfg(has_operations)]
use crate::raw;
use crate::secret::ApiKey;
use crate::store::Store;

pub use self::builder::PersonaBuilder;
use self::builder::faulty;

/// A client of Persona's API.
///
/// Cloning is cheap: all clones share one connection pool. Calls need a tokio runtime with its
/// time driver and its I/O driver on (`#[tokio::main]` has both).
///
/// ```
/// use withpersona::{Environment, Persona};
///
/// let persona = Persona::builder()
///     .api_key("persona_sandbox_5e1f")
///     .base_url("http://127.0.0.1:8080/api/v1")
///     .build()?;
/// assert_eq!(persona.environment(), Environment::Sandbox);
/// # Ok::<(), withpersona::Error>(())
/// ```
#[derive(Clone)]
pub struct Persona {
    setup: Arc<Setup>,
    call: CallPath,
}

/// What the client tells about itself; the key is not part of it.
struct Setup {
    base_url: Url,
    api_version: String,
    environment: Environment,
    store: Arc<dyn Store>,
    wall_clock: WallClock,
    #[cfg(feature = "sessions")]
    sessions: crate::session::Memory,
    #[cfg(feature = "inquiries")]
    inquiry_watcher: crate::wait::Watcher<crate::inquiry::Inquiry>,
}

/// A client as a part of itself knows it.
#[derive(Clone)]
pub(crate) struct WeakPersona {
    setup: Weak<Setup>,
    call: CallPath,
}

impl WeakPersona {
    /// `None` once all clones of the client are gone.
    pub(crate) fn upgrade(&self) -> Option<Persona> {
        Some(Persona {
            setup: self.setup.upgrade()?,
            call: self.call.clone(),
        })
    }
}

/// Tells the time of day.
pub(crate) type WallClock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

impl Persona {
    /// Starts to set up a client; an API key is all that has to be given.
    pub fn builder() -> PersonaBuilder {
        PersonaBuilder::default()
    }

    /// Sets up a client from the environment: `PERSONA_API_KEY`, and where they are set
    /// `PERSONA_BASE_URL` and `PERSONA_VERSION`.
    ///
    /// For other settings on top see [`PersonaBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), naming the variable that
    /// is missing or has an unusable value. A variable that is set but empty is an error too.
    ///
    /// ```no_run
    /// let persona = withpersona::Persona::from_env()?;
    /// println!("{persona:?}");
    /// # Ok::<(), withpersona::Error>(())
    /// ```
    pub fn from_env() -> Result<Self, Error> {
        PersonaBuilder::from_env()?.build()
    }

    /// The environment of the key, told by its prefix.
    pub fn environment(&self) -> Environment {
        self.setup.environment
    }

    /// The version of the API that is asked for, as `YYYY-MM-DD`.
    pub fn api_version(&self) -> &str {
        &self.setup.api_version
    }

    /// The same client, with these options for the calls that are made through it.
    ///
    /// It shares everything else with this one: connections, key, rate window.
    ///
    /// ```
    /// use std::time::Duration;
    /// use withpersona::{CallOptions, Persona};
    ///
    /// # let persona = Persona::builder()
    /// #     .api_key("persona_sandbox_5e1f")
    /// #     .base_url("http://127.0.0.1:8080/api/v1")
    /// #     .build()?;
    /// let hasty = persona.with(CallOptions::new().call_timeout(Duration::from_secs(3)));
    /// # Ok::<(), withpersona::Error>(())
    /// ```
    pub fn with(&self, options: CallOptions) -> Self {
        Self {
            setup: self.setup.clone(),
            call: self.call.with(options),
        }
    }

    /// Uses another API key from now on, in this client and all of its clones.
    ///
    /// No call is dropped: requests on their way end under the old key, and their further
    /// attempts are made with the new one. Let the old key live for as long as a request takes.
    /// The rate window is kept, for it belongs to the environment; processes that share it do so
    /// with those that use the same key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with the old key still in
    /// use, for a text that is no key and for a key of another environment: calls that began in
    /// the one must not end in the other. Build a client of its own for it.
    ///
    /// ```
    /// # let persona = withpersona::Persona::builder()
    /// #     .api_key("persona_sandbox_5e1f")
    /// #     .base_url("http://127.0.0.1:8080/api/v1")
    /// #     .build()?;
    /// persona.set_api_key("persona_sandbox_77a0")?;
    /// assert!(persona.set_api_key("persona_production_77a0").is_err());
    /// # Ok::<(), withpersona::Error>(())
    /// ```
    pub fn set_api_key(&self, key: impl Into<ApiKey>) -> Result<(), Error> {
        let key = key.into();
        config::check_api_key(key.reveal()).map_err(|fault| faulty("the API key", fault))?;
        if key.environment() != self.setup.environment {
            return Err(Error::configuration(format!(
                "the API key is of another environment ({}) than the client ({})",
                key.environment(),
                self.setup.environment
            )));
        }
        self.call.set_key(&key)
    }

    /// What is remembered between calls, shared by all clones.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.setup.store
    }

    /// The time that it goes by when it waits.
    #[cfg(has_operations)]
    pub(crate) fn time(&self) -> &crate::call::clock::Time {
        self.call.time()
    }

    /// The time of day, as this client knows it.
    pub(crate) fn now(&self) -> SystemTime {
        (self.setup.wall_clock)()
    }

    /// What is known about sessions, shared by all clones.
    #[cfg(feature = "sessions")]
    pub(crate) fn session_memory(&self) -> &crate::session::Memory {
        &self.setup.sessions
    }

    /// What looks after all waits for inquiries, shared by all clones.
    #[cfg(feature = "inquiries")]
    pub(crate) fn inquiry_watcher(&self) -> &crate::wait::Watcher<crate::inquiry::Inquiry> {
        &self.setup.inquiry_watcher
    }

    /// The same client, for calls that nobody waits for: behind the interactive ones, unless its
    /// options say otherwise.
    pub(crate) fn in_background(&self) -> Self {
        Self {
            setup: self.setup.clone(),
            call: self.call.in_background(),
        }
    }

    /// The same client, without the idempotency key of its options.
    pub(crate) fn with_new_keys(&self) -> Self {
        Self {
            setup: self.setup.clone(),
            call: self.call.with_new_keys(),
        }
    }

    /// Every operation of the API that is built in, as Persona's document describes it.
    ///
    /// The areas are cargo features; `full` is all of them.
    ///
    /// ```no_run
    /// # #[cfg(feature = "inquiries")]
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let inquiry = persona.raw().retrieve_an_inquiry("inq_123", None, None).await?;
    /// println!("{:?}", inquiry.data.attributes.status);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(has_operations)]
    pub fn raw(&self) -> raw::Client {
        raw::Client::new(self.call.clone())
    }

    /// The one path of every request, for a request that no generated operation makes.
    #[doc(hidden)]
    pub fn call_path(&self) -> &CallPath {
        &self.call
    }
}

/// Prints the host, the version and the environment; no secret.
impl fmt::Debug for Persona {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Persona")
            .field("host", &host_and_port(&self.setup.base_url))
            .field("api_version", &self.setup.api_version)
            .field("environment", &self.setup.environment)
            .finish_non_exhaustive()
    }
}

fn host_and_port(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    }
}
