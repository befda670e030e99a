use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;

use super::api::KEY_PREFIX;
use super::config::{Config, KnownKey, KnownWebhook};
use super::model::results::Results;
use super::model::template::{DEFAULT, TemplateFile};
use super::record::{Recorder, VARIABLE};
use super::server::Server;
use super::state::{Beginning, State};
use super::state_file::{self, Saver};
use super::{Clock, Emulator, EmulatorError};

/// Stands for "never" where a delay is too long for the clock.
const FAR_AHEAD: TimeDelta = TimeDelta::days(36_525);

/// What an emulator is to be like. Made by [`Emulator::builder`].
#[derive(Clone, Debug)]
#[must_use = "an emulator runs only once it is started"]
pub struct EmulatorBuilder {
    listen: SocketAddr,
    non_loopback: bool,
    templates: Option<TemplateFile>,
    rate_limit: u32,
    quota: Option<u32>,
    seed: Option<u64>,
    processing_delay: Duration,
    opens_cases: bool,
    results: Results,
    clock: Option<Clock>,
    counts_expired_sessions: bool,
    state_file: Option<PathBuf>,
    api_keys: Vec<KnownKey>,
    webhooks: Vec<KnownWebhook>,
    record: Option<PathBuf>,
}

impl EmulatorBuilder {
    pub(super) fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            non_loopback: false,
            templates: None,
            rate_limit: 300,
            quota: None,
            seed: None,
            processing_delay: Duration::from_secs(3),
            opens_cases: false,
            results: Results::default(),
            clock: None,
            counts_expired_sessions: true,
            state_file: None,
            api_keys: Vec::new(),
            webhooks: Vec::new(),
            record: std::env::var_os(VARIABLE).map(PathBuf::from),
        }
    }

    /// Offers these templates in place of the default one. The first is the
    /// [default](Emulator::default_template_id).
    ///
    /// Besides its `name` a template may have an `id` (`itmpl_…`), a `version-id`, a `legacy-id`,
    /// `fields` (name to type: `string`, `date`, `boolean`, `integer`, `number`, `choices`,
    /// `multi-choices`, `email-address`, `json`), three
    /// `expiration-after-{create,start,resume}-interval-seconds`, a `workflow` with what follows
    /// on `completed` and `failed` (`approve`, `decline`, `mark-for-review`, `none`), and for each
    /// `verification` its `kind` (`government-id`, `selfie`, `document`, `database`,
    /// `email-address`, `phone-number`), whether it is `required`, how many `attempts` there are,
    /// and its `checks`, each with a `name` and a `requirement` (`required`, `not_required`).
    ///
    /// ```
    /// let builder = withpersona::emulator::Emulator::builder().template_toml(r#"
    ///     [[template]]
    ///     name = "Two tries"
    ///     workflow = { completed = "none", failed = "mark-for-review" }
    ///     [[template.verification]]
    ///     kind = "government-id"
    ///     attempts = 2
    ///     checks = [{ name = "id_glare_detection", requirement = "not_required" }]
    /// "#)?;
    /// # Ok::<(), withpersona::emulator::EmulatorError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`EmulatorError::Templates`] says what is wrong with the text and where.
    pub fn template_toml(mut self, text: &str) -> Result<Self, EmulatorError> {
        let templates =
            TemplateFile::parse(text).map_err(|reason| EmulatorError::Templates { reason })?;
        self.templates = Some(templates);
        Ok(self)
    }

    /// Takes all choices from the text of a file. What it leaves out stays as it is.
    ///
    /// It may have `listen`, `rate-limit`, `quota`, `seed`, `state` (a path), `clock` (as [`Clock`] is
    /// parsed), `results` (`"immediate"`, `{ after-reads = 3 }`, `{ after-seconds = 10 }`,
    /// `"by-hand"`), any number of `[[template]]`, as [`template_toml`](Self::template_toml)
    /// describes them, of `[[api-key]]` with a `value` (`persona_sandbox_…`), a `name` and, if
    /// they are to be limited, `permissions`, `api-version` and `inflection`, and of `[[webhook]]`
    /// with a `url` (`http` on a loopback address), `events` (`["*"]` for all) and, if they are
    /// wanted, a `name`, a `secret` and an `inflection`. Keys that are not in it may do
    /// everything. Webhooks are enabled from the start, and after a reset again.
    ///
    /// ```
    /// let builder = withpersona::emulator::Emulator::builder().config_toml(r#"
    ///     rate-limit = 60
    ///     clock = "2026-01-31T12:00:00Z, x60"
    ///     results = { after-seconds = 10 }
    ///
    ///     [[template]]
    ///     name = "Selfie only"
    ///     [[template.verification]]
    ///     kind = "selfie"
    /// "#)?;
    /// # Ok::<(), withpersona::emulator::EmulatorError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`EmulatorError::Config`] says what is wrong with the text and where.
    pub fn config_toml(mut self, text: &str) -> Result<Self, EmulatorError> {
        let config = Config::parse(text).map_err(|reason| EmulatorError::Config { reason })?;
        self.listen = config.listen.unwrap_or(self.listen);
        self.rate_limit = config.rate_limit.unwrap_or(self.rate_limit);
        self.quota = config.quota.or(self.quota);
        self.seed = config.seed.or(self.seed);
        self.state_file = config.state.or(self.state_file);
        self.clock = config.clock.or(self.clock);
        self.results = config.results.unwrap_or(self.results);
        self.templates = config.templates.or(self.templates);
        self.api_keys.extend(config.api_keys);
        self.webhooks.extend(config.webhooks);
        Ok(self)
    }

    /// Keeps the state in this file over restarts. It is read at the start, where it is there, and
    /// written a quarter of a second after a change and when the emulator is dropped, always as a
    /// whole. Idempotency keys, rate windows and failures that wait are not in it.
    ///
    /// Templates that the emulator is started with take the place of those in the file that have
    /// their ids or, for those without an id, their names. One file is for one emulator at a time.
    ///
    /// ```no_run
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), withpersona::emulator::EmulatorError> {
    /// let emulator = withpersona::emulator::Emulator::builder()
    ///     .state_file("persona-emulator.json")
    ///     .start()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// How many requests a key may make in a minute; 300 unless said otherwise.
    pub fn rate_limit(mut self, requests_per_minute: u32) -> Self {
        self.rate_limit = requests_per_minute;
        self
    }

    /// How many inquiries may be created in a minute by all keys together, and likewise how many
    /// reports, cases and transactions; any number unless said otherwise. One too many gets 429
    /// and "Quota exceeded", and leaves the rate limit as it is.
    ///
    /// See <https://docs.withpersona.com/rate-limiting>.
    pub fn quota(mut self, creations_per_minute: u32) -> Self {
        self.quota = Some(creations_per_minute);
        self
    }

    /// Makes ids, tokens and codes the same in every run with this seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// When the results of what a person hands in are there; at once unless said otherwise.
    pub fn results(mut self, results: Results) -> Self {
        self.results = results;
        self
    }

    /// How long reports and workflow runs take on the emulator's clock; 3 seconds unless said
    /// otherwise. With [`Duration::ZERO`] they are ready when the answer to their creation comes.
    pub fn processing_delay(mut self, delay: Duration) -> Self {
        self.processing_delay = delay;
        self
    }

    /// Lets each report that matches open a case, as a workflow of yours may do.
    pub fn cases_on_match(mut self) -> Self {
        self.opens_cases = true;
        self
    }

    /// The clock to go by; the system's time unless said otherwise.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Counts only sessions that have not expired among the 25 that an inquiry may have. Persona
    /// does not say which it counts; unless this is called, the emulator counts all.
    pub fn limit_live_sessions(mut self) -> Self {
        self.counts_expired_sessions = false;
        self
    }

    /// The address to listen on; a free port of 127.0.0.1 unless said otherwise.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Lets the emulator listen on an address that other machines can reach. It accepts anyone who
    /// can make up a key, so only do this where nobody is around.
    pub fn allow_non_loopback(mut self) -> Self {
        self.non_loopback = true;
        self
    }

    /// Writes every exchange of the API to a new file in this directory, a line of JSON each, with
    /// bodies and headers but without the key; nothing unless said otherwise, or unless
    /// `PERSONA_EMULATOR_RECORD` names a directory.
    pub fn record_exchanges(mut self, directory: impl Into<PathBuf>) -> Self {
        self.record = Some(directory.into());
        self
    }

    /// Starts the emulator.
    ///
    /// # Errors
    ///
    /// [`EmulatorError::NotLoopback`] for an address that was not allowed,
    /// [`EmulatorError::Listen`] when the system does not give it, [`EmulatorError::State`] for a
    /// state file that cannot be read or written, and [`EmulatorError::Record`] when exchanges
    /// cannot be written to the directory given.
    pub async fn start(self) -> Result<Emulator, EmulatorError> {
        let address = self.listen;
        if !address.ip().is_loopback() && !self.non_loopback {
            return Err(EmulatorError::NotLoopback { address });
        }
        let refused = |source| EmulatorError::Listen { address, source };
        let listener = Server::bind(address).map_err(refused)?;
        let origin = format!("http://{}", listener.local_addr().map_err(refused)?);

        let templates = match self.templates {
            Some(templates) => templates,
            None => TemplateFile::parse(DEFAULT)
                .map_err(|reason| EmulatorError::Templates { reason })?,
        };
        let beginning = Beginning {
            templates,
            rate_limit: self.rate_limit,
            quota: self.quota,
            seed: self.seed.unwrap_or_else(|| fastrand::u64(..)),
            results: self.results,
            processing_delay: TimeDelta::from_std(self.processing_delay).unwrap_or(FAR_AHEAD),
            opens_cases: self.opens_cases,
            counts_expired_sessions: self.counts_expired_sessions,
            api_keys: self.api_keys,
            webhooks: self.webhooks,
            origin: origin.clone(),
        };
        let kept = self.state_file.as_deref().map(state_file::read);
        let mut state = match kept.transpose()?.flatten() {
            None => State::begin(beginning, self.clock.unwrap_or_default()),
            Some(kept) => {
                let clock = self.clock.unwrap_or(kept.clock);
                let mut state = State::go_on(beginning, clock, kept.model);
                state.gate.be(&kept.identity);
                state
            }
        };
        state.recorder = self
            .record
            .map(|directory| Recorder::in_directory(&directory))
            .transpose()
            .map_err(|source| EmulatorError::Record { source })?;
        let clock = state.model.clock().clone();
        let first = state.model.templates().first();
        let default_template_id = first
            .map(|template| template.id.clone())
            .unwrap_or_default();
        let state = Arc::new(Mutex::new(state));
        let saver = match self.state_file {
            Some(path) => Some(Saver::start(path, &state)?),
            None => None,
        };
        let server = Server::start(listener, &state).map_err(refused)?;
        Ok(Emulator {
            state,
            clock,
            base_url: format!("{origin}/api/v1"),
            origin,
            api_key: format!("{KEY_PREFIX}emulator"),
            default_template_id,
            _server: server,
            _saver: saver,
        })
    }
}
