use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use super::api::{Gate, KEY_PREFIX};
use super::model::Model;
use super::model::results::Results;
use super::model::template::{DEFAULT, TemplateFile};
use super::server::Server;
use super::{Clock, Emulator, EmulatorError, State};

/// What an emulator is to be like. Made by [`Emulator::builder`].
#[derive(Clone, Debug)]
#[must_use = "an emulator runs only once it is started"]
pub struct EmulatorBuilder {
    listen: SocketAddr,
    non_loopback: bool,
    templates: Option<TemplateFile>,
    rate_limit: u32,
    seed: Option<u64>,
    results: Results,
    clock: Clock,
}

impl EmulatorBuilder {
    pub(super) fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            non_loopback: false,
            templates: None,
            rate_limit: 300,
            seed: None,
            results: Results::default(),
            clock: Clock::system(),
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

    /// When the results of what a person hands in are there; at once unless said otherwise.
    pub fn results(mut self, results: Results) -> Self {
        self.results = results;
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

    /// Starts the emulator.
    ///
    /// # Errors
    ///
    /// [`EmulatorError::NotLoopback`] for an address that was not allowed, and
    /// [`EmulatorError::Listen`] when the system does not give it.
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
        model.results = self.results;
        let first = model.templates().first();
        let default_template_id = first
            .map(|template| template.id.clone())
            .unwrap_or_default();
        let state = Arc::new(Mutex::new(State {
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
