//! What a client is set up with, and the checks that a setting has to pass.
//!
//! A check answers with the fault alone, such as "is empty"; the builder puts the name of the
//! setting before it, or that of the environment variable it was read from. Values are not
//! repeated: a key can be pasted where the URL belongs.

use std::fmt;
use std::time::Duration;

use url::{Host, Url};

/// Where the API is reached unless a base URL is given.
pub const DEFAULT_BASE_URL: &str = "https://api.withpersona.com/api/v1";

/// The version of the API that this crate is generated from, and that it asks for unless told
/// otherwise.
pub const DEFAULT_API_VERSION: &str = "2025-12-08";

/// Connecting takes at most this long by default.
pub(crate) const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// One attempt takes at most this long by default: longer than Persona's slowest answers
/// (PDFs, reports with an account's history), shorter than most load balancers wait.
pub(crate) const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// A call is made of at most this many attempts by default: of calls that fail one time in five,
/// independently, one in 625 fails in the end.
pub(crate) const DEFAULT_ATTEMPT_LIMIT: u32 = 4;

/// A call with all its attempts takes at most this long by default.
pub(crate) const DEFAULT_CALL_TIMEOUT: Duration = Duration::from_secs(90);

/// An idle connection is kept this long by default. Load balancers commonly close one that was
/// idle for 60 seconds. A request that is written at that moment is lost without anybody knowing
/// whether it was read, so connections are given up before.
pub(crate) const DEFAULT_POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(45);

/// Answers up to this many bytes are read by default.
pub(crate) const DEFAULT_RESPONSE_LIMIT: usize = 64 * 1024 * 1024;

/// The environment that an API key belongs to.
///
/// Persona tells environments apart by the key alone: the host is the same.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// No real verification takes place.
    Sandbox,
    /// Real people.
    Production,
    /// The key has a prefix that this crate does not know.
    Unknown,
}

impl Environment {
    pub(crate) fn of_key(key: &str) -> Self {
        if key.starts_with("persona_sandbox") {
            Self::Sandbox
        } else if key.starts_with("persona_production") {
            Self::Production
        } else {
            Self::Unknown
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
            Self::Unknown => "unknown",
        })
    }
}

/// Checks the text of an API key.
pub(crate) fn check_api_key(key: &str) -> Result<(), &'static str> {
    if key.is_empty() {
        return Err("is empty");
    }
    if key.contains(['\n', '\r']) {
        return Err("contains a line break: trim what was read from a file");
    }
    if key.starts_with("Bearer ") {
        return Err("starts with \"Bearer\": give the key alone");
    }
    if key.contains(char::is_whitespace) {
        return Err("contains whitespace");
    }
    if !key.is_ascii() {
        return Err("contains a character outside ASCII: it was not copied whole");
    }
    if key.contains(|character: char| character.is_control()) {
        return Err("contains a control character");
    }
    if key.contains(['"', '\'']) {
        return Err("contains a quotation mark: give the key without quotes");
    }
    if key.starts_with("wbhsec_") {
        return Err("is a webhook secret, not an API key");
    }
    Ok(())
}

/// Reads a base URL and takes off its last slash.
pub(crate) fn parse_base_url(text: &str) -> Result<Url, String> {
    if text.is_empty() {
        return Err("is empty".into());
    }
    if text.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return Err("contains whitespace or a control character".into());
    }
    let mut url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            "is no absolute URL: it must start with https://".to_owned()
        }
        url::ParseError::EmptyHost => "has no host".to_owned(),
        other => format!("is no URL: {other}"),
    })?;
    match (url.scheme(), is_loopback(&url)) {
        ("https", _) | ("http", true) => {}
        ("http", false) => {
            return Err(
                "is plain http: the key would travel in clear; only a loopback host may use http"
                    .into(),
            );
        }
        _ => return Err("must start with https://".into()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("contains a user name or password".into());
    }
    if url.query().is_some() {
        return Err("contains a query".into());
    }
    if url.fragment().is_some() {
        return Err("contains a fragment".into());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    if is_persona(&url) && path != "/api/v1" {
        return Err(format!(
            "misses the path of the API: use {DEFAULT_BASE_URL}"
        ));
    }
    url.set_path(&path);
    Ok(url)
}

/// Checks that the text is a date, `YYYY-MM-DD`; whether Persona has a version of that date is
/// Persona's to say.
pub(crate) fn check_api_version(text: &str) -> Result<(), &'static str> {
    const FAULT: &str = "is no date of the form YYYY-MM-DD, such as 2025-12-08";
    let bytes = text.as_bytes();
    let well_formed = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !well_formed {
        return Err(FAULT);
    }
    let month = text[5..7].parse().unwrap_or(0);
    let day = text[8..].parse().unwrap_or(0);
    if (1..=12).contains(&month) && (1..=31).contains(&day) {
        Ok(())
    } else {
        Err(FAULT)
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_persona(url: &Url) -> bool {
    url.host_str()
        .is_some_and(|host| host == "withpersona.com" || host.ends_with(".withpersona.com"))
}
