//! How a client is set up.

use std::env::VarError;
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use crate::call::clock::{Clock, Time};
use crate::call::observe::Observer;
use crate::call::retry::{BackoffPolicy, ExponentialBackoff, RetryPolicy, StandardRetry};
use crate::call::{CallPath, Connecting, Fleet, Http, Settings};
use crate::config::{
    self, DEFAULT_API_VERSION, DEFAULT_ATTEMPT_LIMIT, DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_BASE_URL,
    DEFAULT_CALL_TIMEOUT, DEFAULT_CONNECT_TIMEOUT, DEFAULT_POOL_IDLE_TIMEOUT,
    DEFAULT_RESPONSE_LIMIT,
};
use crate::error::Error;
use crate::secret::ApiKey;
use crate::store::{MemoryStore, Outage, Store};

use super::{Persona, Setup, WallClock, WeakPersona};

/// Settings of a [`Persona`] client.
#[derive(Default)]
#[must_use]
pub struct PersonaBuilder {
    api_key: Option<Given<ApiKey>>,
    base_url: Option<Given<String>>,
    api_version: Option<Given<String>>,
    connect_timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    call_timeout: Option<Duration>,
    response_limit: Option<usize>,
    retry_policy: Option<Arc<dyn RetryPolicy>>,
    backoff_policy: Option<Arc<dyn BackoffPolicy>>,
    observer: Option<Arc<dyn Observer>>,
    clock: Option<Arc<dyn Clock>>,
    store: Option<Arc<dyn Store>>,
    shares_rate_window: bool,
    wall_clock: Option<WallClock>,
    pool_idle_timeout: Option<Duration>,
    pool_max_idle: Option<usize>,
    #[cfg(feature = "native-tls")]
    native_tls: bool,
    #[cfg(feature = "reqwest-client")]
    http_client: Option<reqwest::Client>,
}

/// A setting and the name under which an error speaks of it.
struct Given<T> {
    value: T,
    name: &'static str,
}

const KEY_VARIABLE: &str = "PERSONA_API_KEY";
const BASE_URL_VARIABLE: &str = "PERSONA_BASE_URL";
const VERSION_VARIABLE: &str = "PERSONA_VERSION";

impl PersonaBuilder {
    /// Reads the settings of [`Persona::from_env`], to add others to them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when `PERSONA_API_KEY` is
    /// not set or a variable is not Unicode; the message names it.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::PersonaBuilder;
    ///
    /// let persona = PersonaBuilder::from_env()?
    ///     .call_timeout(Duration::from_secs(20))
    ///     .build()?;
    /// # Ok::<(), withpersona::Error>(())
    /// ```
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(std::env::var)
    }

    fn from_variables(
        variable: impl Fn(&'static str) -> Result<String, VarError>,
    ) -> Result<Self, Error> {
        let read = |name: &'static str| match variable(name) {
            Ok(value) => Ok(Some(Given { value, name })),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => {
                Err(Error::configuration(format!("{name} is not Unicode")))
            }
        };
        let Some(key) = read(KEY_VARIABLE)? else {
            return Err(Error::configuration(format!("{KEY_VARIABLE} is not set")));
        };
        Ok(Self {
            api_key: Some(Given {
                value: ApiKey::new(key.value),
                name: key.name,
            }),
            base_url: read(BASE_URL_VARIABLE)?,
            api_version: read(VERSION_VARIABLE)?,
            ..Self::default()
        })
    }

    /// The API key. Required.
    pub fn api_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.api_key = Some(Given {
            value: key.into(),
            name: "the API key",
        });
        self
    }

    /// Where the API is, its path included; [`DEFAULT_BASE_URL`] unless set.
    ///
    /// Only `https` is accepted, but for a loopback host. A proxy is used where the environment
    /// names one (`HTTPS_PROXY`, `NO_PROXY`), and never for a loopback host.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(Given {
            value: url.into(),
            name: "the base URL",
        });
        self
    }

    /// The version of the API to ask for, as `YYYY-MM-DD`; [`DEFAULT_API_VERSION`] unless set.
    ///
    /// The types of this crate are made for the default. With another version, attributes that
    /// it does not have are absent.
    ///
    /// See <https://docs.withpersona.com/versioning>.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(Given {
            value: version.into(),
            name: "the API version",
        });
        self
    }

    /// How long connecting may take: name resolution, TCP and TLS. 5 seconds unless set.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// How long one attempt may take, from sending to the last byte of the answer; for a
    /// streamed body, how long may pass without a byte. 30 seconds unless set.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// How long a call may take as a whole, with all its attempts and the time between them; for
    /// a streamed body, until it begins. 90 seconds unless set. A shorter call timeout shortens
    /// the attempts too.
    pub fn call_timeout(mut self, limit: Duration) -> Self {
        self.call_timeout = Some(limit);
        self
    }

    /// How many bytes of an answer are read before the call fails with
    /// [`ErrorKind::ResponseTooLarge`](crate::ErrorKind::ResponseTooLarge). 64 MiB unless set.
    /// Streamed bodies are not limited.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = Some(bytes);
        self
    }

    /// How long a connection is kept that nothing is sent over. 45 seconds unless set: load
    /// balancers commonly close one after 60.
    pub fn pool_idle_timeout(mut self, limit: Duration) -> Self {
        self.pool_idle_timeout = Some(limit);
        self
    }

    /// How many idle connections are kept; without a limit unless set. 0 makes a new connection
    /// for each request.
    pub fn pool_max_idle(mut self, connections: usize) -> Self {
        self.pool_max_idle = Some(connections);
        self
    }

    /// Uses the operating system's TLS (OpenSSL on Linux) in place of rustls.
    #[cfg(feature = "native-tls")]
    pub fn native_tls(mut self) -> Self {
        self.native_tls = true;
        self
    }

    /// Sends through this client, with its own TLS, proxies and connection pool.
    ///
    /// Turn its redirects and retries off: a redirect would send a body elsewhere, and a retry
    /// below this crate's would not be counted. Proxies apply to loopback hosts too, unless it
    /// is told otherwise. This crate builds reqwest with rustls and without a crypto provider:
    /// for rustls, install one for the process before building the client.
    ///
    /// ```
    /// use withpersona::Persona;
    ///
    /// # fn example(builder: reqwest::ClientBuilder) -> Result<(), Box<dyn std::error::Error>> {
    /// let http = builder
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .retry(reqwest::retry::never())
    ///     .build()?;
    /// let persona = Persona::builder()
    ///     .api_key("persona_sandbox_5e1f")
    ///     .http_client(http)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "reqwest-client")]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Decides whether a failed attempt is made again; see [`retry`](crate::retry) for what the
    /// default does.
    pub fn retry_policy(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.retry_policy = Some(Arc::new(policy));
        self
    }

    /// Decides how long to wait before the next attempt. Unless set, half a second, doubling up
    /// to 20 seconds, with full jitter.
    pub fn backoff_policy(mut self, policy: impl BackoffPolicy + 'static) -> Self {
        self.backoff_policy = Some(Arc::new(policy));
        self
    }

    /// Is told of every call, for metrics; see [`observe`](crate::observe).
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Goes by this clock when it waits; see [`clock`](crate::clock). For tests and benches.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Where session tokens, leases and seen webhook ids are kept; a [`MemoryStore`] of the
    /// client's own unless set. Give one to several clients to let them share it.
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// Shares the rate window with all processes that have the same API key and the same
    /// [`store`](Self::store), which has to be given too. Unless set, each process knows of the
    /// others' requests only once they are answered, and many that begin at once are refused (429).
    ///
    /// Before a call is sent, its process takes permits from a ledger in the store: several at a
    /// time, so that the store is asked a few dozen times in a window. That takes one or two round
    /// trips. A store that fails, or takes longer than 250 ms, is left alone for half a second, and
    /// each process goes by its own window meanwhile; no call fails of it.
    ///
    /// Interactive calls go first, and a reserve is theirs, over the whole fleet. Requests of others
    /// with a window in common, such as another key of the environment, are counted once an answer
    /// tells them. Before the first answer ever, 8 requests are let through.
    ///
    /// The store holds a hash of the key, never the key. Clocks of the processes may differ by a
    /// second; with a [`clock`](Self::clock) of your own, give a [`wall_clock`](Self::wall_clock)
    /// that goes along. A [`MemoryStore`] shares between clients of one process.
    ///
    /// See <https://docs.withpersona.com/rate-limiting>.
    ///
    #[cfg_attr(feature = "redis", doc = "```")]
    #[cfg_attr(not(feature = "redis"), doc = "```ignore")]
    /// use std::sync::Arc;
    /// use withpersona::Persona;
    /// use withpersona::store::RedisStore;
    ///
    /// let store = RedisStore::builder("redis://127.0.0.1:6379").build()?;
    /// let persona = Persona::builder()
    ///     .api_key("persona_sandbox_5e1f")
    ///     .store(Arc::new(store))
    ///     .share_rate_window()
    ///     .build()?;
    /// # Ok::<(), withpersona::Error>(())
    /// ```
    pub fn share_rate_window(mut self) -> Self {
        self.shares_rate_window = true;
        self
    }

    /// Tells the time of day, by which it is known whether a session token has expired, by which
    /// deadlines of waits are saved, and processes that share a rate window tell each other its
    /// end; the system's unless set. For tests: give it the emulator's clock, and a day passes for
    /// both.
    ///
    #[cfg_attr(feature = "emulator", doc = "```")]
    #[cfg_attr(not(feature = "emulator"), doc = "```ignore")]
    /// use withpersona::Persona;
    /// use withpersona::emulator::Emulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let clock = emulator.clock().clone();
    /// let persona = Persona::builder()
    ///     .api_key(emulator.api_key())
    ///     .base_url(emulator.base_url())
    ///     .wall_clock(move || clock.now().into())
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wall_clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.wall_clock = Some(Arc::new(now));
        self
    }

    /// Checks the settings and makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), naming the setting and its
    /// fault: a key that is missing, empty or not a key's text; a base URL that is not `https`
    /// (or loopback), or has a user name, a query or a fragment; a version that is no date; a
    /// limit of zero; no root certificates on this machine (install `ca-certificates`).
    pub fn build(self) -> Result<Persona, Error> {
        let key = self.api_key.ok_or_else(|| {
            Error::configuration("no API key is given: call api_key(), or set PERSONA_API_KEY")
        })?;
        config::check_api_key(key.value.reveal()).map_err(|fault| faulty(key.name, fault))?;

        let base_url = self.base_url.unwrap_or_else(|| Given {
            value: DEFAULT_BASE_URL.to_owned(),
            name: "the default base URL",
        });
        let base_url = config::parse_base_url(&base_url.value)
            .map_err(|fault| faulty(base_url.name, &fault))?;

        let version = self.api_version.unwrap_or_else(|| Given {
            value: DEFAULT_API_VERSION.to_owned(),
            name: "the default API version",
        });
        config::check_api_version(&version.value).map_err(|fault| faulty(version.name, fault))?;

        #[cfg(feature = "reqwest-client")]
        let is_connecting_set = self.connect_timeout.is_some()
            || self.pool_idle_timeout.is_some()
            || self.pool_max_idle.is_some();
        let connecting = Connecting {
            timeout: positive(
                "the connect timeout",
                self.connect_timeout,
                DEFAULT_CONNECT_TIMEOUT,
            )?,
            pool_idle_timeout: positive(
                "the idle timeout of the connection pool",
                self.pool_idle_timeout,
                DEFAULT_POOL_IDLE_TIMEOUT,
            )?,
            pool_max_idle: self.pool_max_idle.unwrap_or(usize::MAX),
            #[cfg(feature = "native-tls")]
            native_tls: self.native_tls,
        };
        let settings = Settings::new(
            self.retry_policy.unwrap_or_else(|| {
                Arc::new(StandardRetry.with_attempt_limit(DEFAULT_ATTEMPT_LIMIT))
            }),
            self.backoff_policy
                .unwrap_or_else(|| Arc::new(ExponentialBackoff::default().with_full_jitter())),
            positive(
                "the attempt timeout",
                self.attempt_timeout,
                DEFAULT_ATTEMPT_TIMEOUT,
            )?,
            positive("the call timeout", self.call_timeout, DEFAULT_CALL_TIMEOUT)?,
        )
        .by(self.clock.map(Time::of).unwrap_or_default());
        let response_limit = self.response_limit.unwrap_or(DEFAULT_RESPONSE_LIMIT);
        if response_limit == 0 {
            return Err(faulty("the response limit", "is zero"));
        }

        #[cfg(feature = "reqwest-client")]
        let transport = match self.http_client {
            Some(_) if is_connecting_set => {
                return Err(Error::configuration(
                    "an HTTP client is given together with settings of its connections: set them on the client",
                ));
            }
            Some(client) => Http::over(client),
            None => Http::new(&base_url, &connecting)?,
        };
        #[cfg(not(feature = "reqwest-client"))]
        let transport = Http::new(&base_url, &connecting)?;
        let call = CallPath::new(
            transport,
            base_url.clone(),
            &key.value,
            &version.value,
            settings,
            response_limit,
            self.observer,
        )?;
        let environment = key.value.environment();
        if self.shares_rate_window && self.store.is_none() {
            return Err(Error::configuration(
                "the rate window is to be shared, and no store is given to share it by: call store()",
            ));
        }
        let outage = Arc::new(Outage::default());
        let wall_clock = self.wall_clock.unwrap_or_else(|| Arc::new(SystemTime::now));
        let store = self.store.unwrap_or_else(|| Arc::new(MemoryStore::new()));
        if self.shares_rate_window {
            let fleet = Fleet {
                store: store.clone(),
                outage: outage.clone(),
                wall_clock: wall_clock.clone(),
            };
            call.share_rate_window(fleet, &key.value);
        }
        let setup = Arc::new_cyclic(|_setup| Setup {
            #[cfg(feature = "inquiries")]
            inquiry_watcher: Persona::new_inquiry_watcher(
                &call,
                store.clone(),
                &format!("{}:{environment}", super::host_and_port(&base_url)),
                wall_clock.clone(),
                reopening(_setup, &call),
            ),
            base_url,
            api_version: version.value,
            environment,
            #[cfg(feature = "sessions")]
            sessions: crate::session::Memory::of(store.clone(), outage),
            store,
            wall_clock,
        });
        Ok(Persona { setup, call })
    }
}

/// How waits let people in again.
#[cfg(feature = "inquiries")]
fn reopening(_setup: &Weak<Setup>, _call: &CallPath) -> Option<crate::inquiry::Reopen> {
    #[cfg(feature = "sessions")]
    return Some(Persona::reopening(WeakPersona {
        setup: _setup.clone(),
        call: _call.in_background(),
    }));
    #[cfg(not(feature = "sessions"))]
    None
}

/// Prints which settings are given, and no value that could hold a secret.
impl fmt::Debug for PersonaBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonaBuilder")
            .field("api_key", &self.api_key.is_some())
            .field("base_url", &self.base_url.is_some())
            .field("api_version", &self.api_version.is_some())
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("call_timeout", &self.call_timeout)
            .field("response_limit", &self.response_limit)
            .field("retry_policy", &self.retry_policy)
            .field("backoff_policy", &self.backoff_policy)
            .field("observer", &self.observer.is_some())
            .field("clock", &self.clock)
            .field("store", &self.store)
            .field("shares_rate_window", &self.shares_rate_window)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("pool_max_idle", &self.pool_max_idle)
            .finish_non_exhaustive()
    }
}

pub(super) fn faulty(name: &str, fault: &str) -> Error {
    Error::configuration(format!("{name} {fault}"))
}

fn positive(name: &str, given: Option<Duration>, default: Duration) -> Result<Duration, Error> {
    match given.unwrap_or(default) {
        Duration::ZERO => Err(faulty(name, "is zero")),
        limit => Ok(limit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: (&str, &str) = (KEY_VARIABLE, "persona_sandbox_5e1f");

    fn from(variables: &[(&'static str, &str)]) -> Result<Persona, Error> {
        PersonaBuilder::from_variables(|wanted| {
            variables
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| (*value).to_owned())
                .ok_or(VarError::NotPresent)
        })?
        .build()
    }

    #[test]
    fn variables_set_up_the_client() {
        let persona = from(&[
            KEY,
            (BASE_URL_VARIABLE, "http://127.0.0.1:8080/api/v1/"),
            (VERSION_VARIABLE, "2023-01-05"),
        ])
        .unwrap();
        assert_eq!(
            format!("{persona:?}"),
            r#"Persona { host: "127.0.0.1:8080", api_version: "2023-01-05", environment: Sandbox, .. }"#
        );
        assert_eq!(persona.setup.base_url.path(), "/api/v1");
    }

    #[test]
    fn an_error_names_the_variable() {
        let cases: [(&[(&'static str, &str)], &str); 4] = [
            (&[], "PERSONA_API_KEY is not set"),
            (&[(KEY_VARIABLE, "")], "PERSONA_API_KEY is empty"),
            (&[KEY, (BASE_URL_VARIABLE, "")], "PERSONA_BASE_URL is empty"),
            (
                &[KEY, (VERSION_VARIABLE, "latest")],
                "PERSONA_VERSION is no date of the form YYYY-MM-DD, such as 2025-12-08",
            ),
        ];
        for (variables, fault) in cases {
            assert_eq!(
                from(variables).unwrap_err().to_string(),
                format!(
                    "invalid configuration: {fault}; correct the setting and build the client again"
                ),
            );
        }
    }

    #[test]
    fn a_variable_outside_unicode_is_told() {
        let error =
            PersonaBuilder::from_variables(|_| Err(VarError::NotUnicode("x".into()))).unwrap_err();
        assert!(error.to_string().contains("PERSONA_API_KEY is not Unicode"));
    }
}
