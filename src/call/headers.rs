//! The headers of every request, and those of an answer that the call path reads.

use std::str::FromStr;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, one_line};
use crate::secret::ApiKey;

const PERSONA_VERSION: HeaderName = HeaderName::from_static("persona-version");
const KEY_INFLECTION: HeaderName = HeaderName::from_static("key-inflection");
const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
const RATE_LIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const ENVIRONMENT_ID: HeaderName = HeaderName::from_static("persona-environment-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PRODUCT: HeaderValue =
    HeaderValue::from_static(concat!("withpersona/", env!("CARGO_PKG_VERSION")));

/// The headers that are the same on every request of a client.
pub(super) struct Standard(RwLock<HeaderMap>);

impl Standard {
    pub(super) fn new(key: &ApiKey, api_version: &str) -> Result<Self, Error> {
        let version = HeaderValue::try_from(api_version)
            .map_err(|_| Error::configuration("the API version cannot be a header"))?;
        let mut headers = HeaderMap::new();
        headers.insert(PERSONA_VERSION, version);
        // A key's setting in the dashboard would otherwise change the names in every answer.
        headers.insert(KEY_INFLECTION, HeaderValue::from_static("kebab"));
        headers.insert(USER_AGENT, PRODUCT);
        // Unless the request asks for something else.
        headers.insert(ACCEPT, JSON);
        headers.insert(AUTHORIZATION, bearer(key)?);
        Ok(Self(RwLock::new(headers)))
    }

    /// Those of one attempt, with what the request adds to them. A call that began before the key
    /// was replaced goes on with the new one.
    pub(super) fn of_attempt(&self, added: &HeaderMap) -> HeaderMap {
        let standard = self.0.read().unwrap_or_else(PoisonError::into_inner);
        with(standard.clone(), added)
    }

    pub(super) fn set_key(&self, key: &ApiKey) -> Result<(), Error> {
        let value = bearer(key)?;
        let mut headers = self.0.write().unwrap_or_else(PoisonError::into_inner);
        headers.insert(AUTHORIZATION, value);
        Ok(())
    }
}

/// Those of a request to a host that is not Persona's API: nothing that it does not need.
pub(super) fn of_stranger(added: &HeaderMap) -> HeaderMap {
    with(HeaderMap::from_iter([(USER_AGENT, PRODUCT)]), added)
}

/// What is added stands in place of what was there under its name.
fn with(mut headers: HeaderMap, added: &HeaderMap) -> HeaderMap {
    let added = added.iter();
    headers.extend(added.map(|(name, value)| (name.clone(), value.clone())));
    headers
}

fn bearer(key: &ApiKey) -> Result<HeaderValue, Error> {
    let mut authorization = HeaderValue::try_from(format!("Bearer {}", key.reveal()))
        .map_err(|_| Error::configuration("the API key cannot be a header"))?;
    authorization.set_sensitive(true);
    Ok(authorization)
}

/// Persona's id of the request, as one bounded line.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    text(headers, &REQUEST_ID).map(one_line)
}

/// Persona's id of the key's environment, as one bounded line.
pub(super) fn environment_id(headers: &HeaderMap) -> Option<String> {
    text(headers, &ENVIRONMENT_ID).map(one_line)
}

/// What an answer tells of the rate window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RateHeaders {
    /// How many requests a window lets through.
    pub(super) limit: Option<u32>,
    /// How many are left of the current one.
    pub(super) remaining: Option<u32>,
    /// How long until it ends.
    pub(super) reset: Option<Duration>,
}

impl RateHeaders {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        Self {
            limit: number(headers, &RATE_LIMIT_LIMIT),
            remaining: number(headers, &RATE_LIMIT_REMAINING),
            reset: number(headers, &RATE_LIMIT_RESET).map(Duration::from_secs),
        }
    }
}

fn number<N: FromStr>(headers: &HeaderMap, name: &HeaderName) -> Option<N> {
    text(headers, name)?.trim().parse().ok()
}

/// The media type of the answer without its parameters, as one bounded line.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let essence = text(headers, &CONTENT_TYPE)?.split(';').next()?;
    Some(one_line(essence).to_ascii_lowercase())
}

/// Whether the media type is JSON or a form of it, such as `application/vnd.api+json`.
pub(super) fn is_json(media_type: &str) -> bool {
    media_type.ends_with("/json") || media_type.ends_with("+json")
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_marked_sensitive() {
        let standard = Standard::new(&ApiKey::new("canary"), "2025-12-08").unwrap();
        let headers = standard.of_attempt(&HeaderMap::new());
        assert_eq!(headers[AUTHORIZATION], "Bearer canary");
        assert!(headers[AUTHORIZATION].is_sensitive());
        assert!(!format!("{headers:?}").contains("canary"));
    }

    #[test]
    fn a_reset_that_is_no_number_of_seconds_is_left_aside() {
        for (text, expected) in [
            ("17", Some(17)),
            ("0", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("99999999999999999999999", None),
        ] {
            let headers = HeaderMap::from_iter([(RATE_LIMIT_RESET, text.parse().unwrap())]);
            let expected = expected.map(Duration::from_secs);
            assert_eq!(RateHeaders::read(&headers).reset, expected, "{text}");
        }
    }
}
