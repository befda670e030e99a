//! The file of choices.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::api::{Inflection, KEY_PREFIX, VERSION, is_version};
use super::delivery::is_near;
use super::model::api_key::ApiKeySettings;
use super::model::results::Results;
use super::model::template::{TemplateEntry, TemplateFile};
use super::model::webhook::WebhookSettings;

/// What a file of choices says. Everything may be left out.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ConfigFile {
    listen: Option<SocketAddr>,
    rate_limit: Option<u32>,
    quota: Option<u32>,
    seed: Option<u64>,
    state: Option<PathBuf>,
    clock: Option<String>,
    results: Option<Results>,
    template: Option<Vec<TemplateEntry>>,
    #[serde(default)]
    api_key: Vec<ApiKeyEntry>,
    #[serde(default)]
    webhook: Vec<WebhookEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ApiKeyEntry {
    value: String,
    name: String,
    permissions: Option<Vec<String>>,
    api_version: Option<String>,
    inflection: Option<String>,
}

impl ApiKeyEntry {
    fn check(self) -> Result<KnownKey, String> {
        let name = &self.name;
        if !self.value.starts_with(KEY_PREFIX) {
            return Err(format!(
                "API key {name:?}: its value must start with {KEY_PREFIX:?}"
            ));
        }
        let mut settings = ApiKeySettings::named(self.name.clone(), VERSION);
        if let Some(permissions) = self.permissions {
            let shaped = |it: &String| it.split_once('.').is_some();
            if let Some(wrong) = permissions.iter().find(|it| !shaped(it)) {
                return Err(format!(
                    "API key {name:?}: {wrong:?} is no permission such as \"inquiry.read\""
                ));
            }
            settings.permissions = permissions;
        }
        if let Some(version) = self.api_version {
            if !is_version(&version) {
                return Err(format!(
                    "API key {name:?}: {version:?} is no version of the API"
                ));
            }
            settings.api_version = version;
        }
        if let Some(inflection) = self.inflection {
            if !["kebab", "camel", "snake"].contains(&inflection.as_str()) {
                return Err(format!(
                    "API key {name:?}: inflection is kebab, camel or snake"
                ));
            }
            settings.inflection = inflection;
        }
        Ok(KnownKey {
            value: self.value,
            settings,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct WebhookEntry {
    url: String,
    name: Option<String>,
    events: Vec<String>,
    secret: Option<String>,
    inflection: Option<String>,
}

impl WebhookEntry {
    fn check(self) -> Result<KnownWebhook, String> {
        let url = self.url;
        if !is_near(&url) {
            return Err(format!(
                "webhook {url:?}: its url must be http on a loopback address"
            ));
        }
        if self.events.is_empty() {
            return Err(format!(
                "webhook {url:?}: events must name at least one, or \"*\""
            ));
        }
        if self.secret.as_ref().is_some_and(String::is_empty) {
            return Err(format!("webhook {url:?}: its secret is empty"));
        }
        let name = self.name.unwrap_or_else(|| url.clone());
        let mut settings = WebhookSettings::new(name, url, self.events);
        if let Some(inflection) = self.inflection {
            if Inflection::parse(&inflection).is_none() {
                return Err(format!(
                    "webhook {:?}: inflection is kebab, camel or snake",
                    settings.url
                ));
            }
            settings.inflection = inflection;
        }
        Ok(KnownWebhook {
            settings,
            secret: self.secret,
        })
    }
}

/// Without the secret and the headers.
impl fmt::Debug for KnownWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownWebhook")
            .field("url", &self.settings.url)
            .finish_non_exhaustive()
    }
}

/// Without the key itself.
impl fmt::Debug for KnownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownKey")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// The same with its parts checked.
pub(super) struct Config {
    pub(super) listen: Option<SocketAddr>,
    pub(super) rate_limit: Option<u32>,
    pub(super) quota: Option<u32>,
    pub(super) seed: Option<u64>,
    pub(super) state: Option<PathBuf>,
    pub(super) clock: Option<super::Clock>,
    pub(super) results: Option<Results>,
    pub(super) templates: Option<TemplateFile>,
    pub(super) api_keys: Vec<KnownKey>,
    pub(super) webhooks: Vec<KnownWebhook>,
}

/// An API key that the emulator knows from the start.
#[derive(Clone)]
pub(crate) struct KnownKey {
    pub(crate) value: String,
    pub(crate) settings: ApiKeySettings,
}

/// A webhook that the emulator sends to from the start.
#[derive(Clone)]
pub(crate) struct KnownWebhook {
    pub(crate) settings: WebhookSettings,
    pub(crate) secret: Option<String>,
}

impl Config {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: ConfigFile =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let clock = file.clock.map(|clock| clock.parse());
        Ok(Self {
            listen: file.listen,
            rate_limit: file.rate_limit,
            quota: file.quota,
            seed: file.seed,
            state: file.state,
            clock: clock
                .transpose()
                .map_err(|error: super::ClockError| error.to_string())?,
            results: file.results,
            templates: file.template.map(TemplateFile::of).transpose()?,
            api_keys: file
                .api_key
                .into_iter()
                .map(ApiKeyEntry::check)
                .collect::<Result<_, _>>()?,
            webhooks: file
                .webhook
                .into_iter()
                .map(WebhookEntry::check)
                .collect::<Result<_, _>>()?,
        })
    }
}
