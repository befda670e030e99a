use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;

use super::api::{Gate, KEY_PREFIX};
use super::model::Model;
use super::model::template::{DEFAULT, TemplateFile};
use super::record::{Recorder, VARIABLE};
use super::server::Server;
use super::{Clock, Emulator, EmulatorError, State};

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
    seed: Option<u64>,
    processing_delay: Duration,
    opens_cases: bool,
    clock: Clock,
    record: Option<PathBuf>,
}

impl EmulatorBuilder {
    pub(super) fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            non_loopback: false,
            templates: None,
            rate_limit: 300,
            seed: None,
            processing_delay: Duration::from_secs(3),
            opens_cases: false,
            clock: Clock::system(),
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

    /// How many requests a key may make in a minute; 300 unless said otherwise.
    pub fn rate_limit(mut self, requests_per_minute: u32) -> Self {
        self.rate_limit = requests_per_minute;
        self
    }

    /// Makes ids, tokens and codes the same in every run with this seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
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
        self.clock = clock;
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
    /// [`EmulatorError::Listen`] when the system does not give it, and
    /// [`EmulatorError::Record`] when exchanges cannot be written to the directory given.
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
        let seed = self.seed.unwrap_or_else(|| fastrand::u64(..));
        let clock = self.clock;
        let mut model = Model::new(clock.clone(), seed, templates, origin.clone());
        model.processing_delay = TimeDelta::from_std(self.processing_delay).unwrap_or(FAR_AHEAD);
        model.opens_cases = self.opens_cases;
        let first = model.templates().first();
        let default_template_id = first
            .map(|template| template.id.clone())
            .unwrap_or_default();
        let recorder = self
            .record
            .map(|directory| Recorder::in_directory(&directory))
            .transpose()
            .map_err(|source| EmulatorError::Record { source })?;
        let state = Arc::new(Mutex::new(State {
            recorder,
            model,
            gate: Gate::new(seed, self.rate_limit),
        }));
        let server = Server::start(listener, &state).map_err(refused)?;
        Ok(Emulator {
            state,
            clock,
            base_url: format!("{origin}/api/v1"),
            api_key: format!("{KEY_PREFIX}emulator"),
            default_template_id,
            _server: server,
        })
    }
}
