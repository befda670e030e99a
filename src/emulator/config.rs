//! The file of choices.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::model::results::Results;
use super::model::template::{TemplateEntry, TemplateFile};

/// What a file of choices says. Everything may be left out.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ConfigFile {
    listen: Option<SocketAddr>,
    rate_limit: Option<u32>,
    seed: Option<u64>,
    state: Option<PathBuf>,
    clock: Option<String>,
    results: Option<Results>,
    template: Option<Vec<TemplateEntry>>,
}

/// The same with its parts checked.
pub(super) struct Config {
    pub(super) listen: Option<SocketAddr>,
    pub(super) rate_limit: Option<u32>,
    pub(super) seed: Option<u64>,
    pub(super) state: Option<PathBuf>,
    pub(super) clock: Option<super::Clock>,
    pub(super) results: Option<Results>,
    pub(super) templates: Option<TemplateFile>,
}

impl Config {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: ConfigFile = toml::from_str(text).map_err(|error| error.to_string())?;
        let clock = file.clock.map(|clock| clock.parse());
        Ok(Self {
            listen: file.listen,
            rate_limit: file.rate_limit,
            seed: file.seed,
            state: file.state,
            clock: clock
                .transpose()
                .map_err(|error: super::ClockError| error.to_string())?,
            results: file.results,
            templates: file.template.map(TemplateFile::of).transpose()?,
        })
    }
}
