//! API keys to be made or changed.

use std::time::Duration;

use crate::error::Error;
use crate::raw::types;

/// How long the address of a file may be good.
const LONGEST_FILE_ACCESS: Duration = Duration::from_secs(24 * 60 * 60);

macro_rules! settings {
    () => {
        /// What it is for.
        pub fn note(mut self, note: impl Into<String>) -> Self {
            self.attributes.note = Some(note.into());
            self
        }

        /// The only things it may do, such as `report.read` and `report.write`.
        pub fn permissions<I>(mut self, permissions: I) -> Self
        where
            I: IntoIterator,
            I::Item: Into<String>,
        {
            self.attributes.permissions = self.texts("a permission", permissions);
            self
        }

        /// The only addresses from which it may be used.
        pub fn ip_address_allowlist<I>(mut self, addresses: I) -> Self
        where
            I: IntoIterator,
            I::Item: Into<String>,
        {
            self.attributes.ip_address_allowlist = self.texts("an address", addresses);
            self
        }

        /// Attributes that answers to it leave out, such as `address-*`.
        pub fn attributes_blocklist<I>(mut self, attributes: I) -> Self
        where
            I: IntoIterator,
            I::Item: Into<String>,
        {
            self.attributes.api_attributes_blocklist = self.texts("an attribute", attributes);
            self
        }

        /// The version of the API that it speaks where a request names none, as `YYYY-MM-DD`.
        pub fn api_version(mut self, version: impl Into<String>) -> Self {
            self.attributes.api_version = Some(version.into());
            self
        }

        /// The casing of names in answers where a request names none: `kebab`, `camel` or
        /// `snake`.
        pub fn inflection(mut self, inflection: impl Into<String>) -> Self {
            let inflection = inflection.into();
            if !["camel", "kebab", "snake"].contains(&inflection.as_str()) {
                self.fail("the inflection is none of kebab, camel and snake");
            }
            self.attributes.api_key_inflection = Some(inflection);
            self
        }

        /// How long the addresses of files are good that come in answers to it, in whole seconds;
        /// a day at most.
        pub fn file_access_expires_in(mut self, within: Duration) -> Self {
            if within.as_secs() == 0 {
                self.fail("the addresses of files are to be good for under one second");
            } else if within > LONGEST_FILE_ACCESS {
                self.fail("the addresses of files are to be good for more than a day");
            } else {
                self.attributes.file_access_token_expires_in = Some(within.as_secs() as i64);
            }
            self
        }

        fn texts<I>(&mut self, name: &str, texts: I) -> Option<Vec<String>>
        where
            I: IntoIterator,
            I::Item: Into<String>,
        {
            let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
            if texts.iter().any(|text| text.trim().is_empty()) {
                self.fail(format!("{name} is empty"));
            }
            Some(texts)
        }

        fn fail(&mut self, message: impl Into<String>) {
            self.fault
                .get_or_insert_with(|| Error::invalid_input(message.into()));
        }
    };
}

/// An API key to be made.
///
/// What is wrong with it is told by [`create`](super::ApiKeys::create), before anything is sent.
///
/// ```
/// use withpersona::NewApiKey;
///
/// let new = NewApiKey::named("screening")
///     .note("for the nightly screening")
///     .permissions(["report.read", "report.write"]);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct NewApiKey {
    attributes: types::CreateAnApiKeyRequestAttributes,
    fault: Option<Error>,
}

impl NewApiKey {
    /// A key that people call this. It may do what Persona lets new keys do, unless it is limited
    /// by [`permissions`](Self::permissions).
    pub fn named(name: impl Into<String>) -> Self {
        let name = name.into();
        let mut new = Self {
            attributes: Default::default(),
            fault: None,
        };
        if name.trim().is_empty() {
            new.fail("the name of the key is empty");
        }
        new.attributes.name = name;
        new
    }

    settings!();

    pub(super) fn into_body(self) -> Result<types::CreateAnApiKeyRequest, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        Ok(types::CreateAnApiKeyRequest {
            data: types::CreateAnApiKeyRequestData {
                attributes: self.attributes,
                ..Default::default()
            },
            ..Default::default()
        })
    }
}

/// What to change of an API key; what is not named stays.
///
/// ```
/// use withpersona::ApiKeyUpdate;
///
/// let update = ApiKeyUpdate::new().name("screening, old");
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ApiKeyUpdate {
    attributes: types::UpdateAnApiKeyRequestAttributes,
    fault: Option<Error>,
}

impl ApiKeyUpdate {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What people call it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        if name.trim().is_empty() {
            self.fail("the name of the key is empty");
        }
        self.attributes.name = Some(name);
        self
    }

    settings!();

    pub(super) fn into_body(self) -> Result<types::UpdateAnApiKeyRequest, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let to = &self.attributes;
        let is_empty = to.name.is_none()
            && to.note.is_none()
            && to.permissions.is_none()
            && to.ip_address_allowlist.is_none()
            && to.api_attributes_blocklist.is_none()
            && to.api_version.is_none()
            && to.api_key_inflection.is_none()
            && to.file_access_token_expires_in.is_none();
        if is_empty {
            return Err(Error::invalid_input("the update names nothing to change"));
        }
        Ok(types::UpdateAnApiKeyRequest {
            data: types::UpdateAnApiKeyRequestData {
                attributes: self.attributes,
                ..Default::default()
            },
            ..Default::default()
        })
    }
}
