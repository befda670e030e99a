//! Values that give access to something: they do not print, and are wiped from memory on drop.
//! Copies that others made, such as the text a secret was parsed from, are theirs to wipe.
//!
//! None of them implements `Display`, `Serialize` or `PartialEq`. Handing one on is a decision,
//! made by calling `reveal()`; a `Serialize` would let a secret leave inside a struct that is
//! logged or stored as JSON.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::config::Environment;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Deserialize)]
        #[serde(transparent)]
        pub struct $name(SecretString);

        impl $name {
            /// Takes the value over. Nothing is checked here: what is wrong with it is told
            /// where it is used.
            pub fn new(value: impl Into<String>) -> Self {
                Self(SecretString::from(value.into()))
            }

            /// The value itself. Keep it out of logs, errors and metrics.
            pub fn reveal(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::new(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::new(value)
            }
        }
    };
}

secret! {
    /// An API key of Persona (`persona_sandbox_…` or `persona_production_…`).
    ///
    /// The copy in the `Authorization` header of a request in flight is marked sensitive, but is
    /// not wiped: HTTP libraries own it.
    ///
    /// See <https://docs.withpersona.com/api-keys>.
    ///
    /// ```
    /// use withpersona::ApiKey;
    ///
    /// let key = ApiKey::new("persona_sandbox_5e1f");
    /// assert_eq!(format!("{key:?}"), "ApiKey([redacted])");
    /// assert_eq!(key.reveal(), "persona_sandbox_5e1f");
    /// ```
    ApiKey
}

secret! {
    /// A session token: it opens one inquiry, with the person's data in it, to whoever holds it.
    ///
    /// Hand it to the person it belongs to only, through an authenticated response; for e-mail
    /// and text messages use a [`OneTimeLink`].
    ///
    /// ```
    /// use withpersona::SessionToken;
    ///
    /// let token = SessionToken::new("eyJhbGciOi");
    /// assert_eq!(format!("{token:?}"), "SessionToken([redacted])");
    /// assert_eq!(token.reveal(), "eyJhbGciOi");
    /// ```
    SessionToken
}

secret! {
    /// The secret that signs a webhook (`wbhsec_…`).
    ///
    /// See <https://docs.withpersona.com/webhooks-best-practices>.
    ///
    /// ```
    /// use withpersona::WebhookSecret;
    ///
    /// let secret = WebhookSecret::new("wbhsec_4d2c");
    /// assert_eq!(format!("{secret:?}"), "WebhookSecret([redacted])");
    /// ```
    WebhookSecret
}

secret! {
    /// The address of a file, with an access token in it: it opens the file, without a key, to
    /// whoever holds it (six hours by default).
    ///
    /// Never send the API key to it. When it has expired, retrieve the object again.
    ///
    /// See <https://docs.withpersona.com/downloading-files>.
    ///
    /// ```
    /// use withpersona::FileUrl;
    ///
    /// let url = FileUrl::new("https://files.withpersona.com/front.jpg?access_token=9b1d");
    /// assert_eq!(format!("{url:?}"), "FileUrl([redacted])");
    /// ```
    FileUrl
}

secret! {
    /// A link to the hosted flow, from [`HostedFlow`](crate::HostedFlow). It can hold a reference
    /// id, what the person is to find filled in, and a session token.
    ///
    /// ```
    /// use withpersona::HostedLink;
    ///
    /// let link = HostedLink::new("https://inquiry.withpersona.com/verify?inquiry-id=inq_123");
    /// assert_eq!(format!("{link:?}"), "HostedLink([redacted])");
    /// ```
    HostedLink
}

impl ApiKey {
    /// The environment that the key belongs to, told by its prefix.
    ///
    /// ```
    /// use withpersona::{ApiKey, Environment};
    ///
    /// assert_eq!(ApiKey::new("persona_sandbox_5e1f").environment(), Environment::Sandbox);
    /// ```
    pub fn environment(&self) -> Environment {
        Environment::of_key(self.reveal())
    }
}

/// A one-time link in its long and, where Persona gives one, its short form. Whoever opens it
/// first is let into the inquiry; it then stays good for five minutes.
///
/// Both forms lead to the same session. The short one fits into text messages.
///
/// ```
/// use withpersona::OneTimeLink;
///
/// let link = OneTimeLink::new("https://withpersona.com/verify?code=us1-abc")
///     .with_short("https://perso.na/verify?code=abc");
/// assert_eq!(link.reveal_short(), Some("https://perso.na/verify?code=abc"));
/// assert_eq!(format!("{link:?}"), "OneTimeLink([redacted])");
/// ```
#[derive(Clone, Deserialize)]
#[serde(from = "SecretString")]
pub struct OneTimeLink {
    long: SecretString,
    short: Option<SecretString>,
}

impl OneTimeLink {
    /// Takes over the long form.
    pub fn new(long: impl Into<String>) -> Self {
        SecretString::from(long.into()).into()
    }

    /// Adds the short form.
    #[must_use]
    pub fn with_short(mut self, short: impl Into<String>) -> Self {
        self.short = Some(SecretString::from(short.into()));
        self
    }

    /// The long form. Send it to the person it belongs to; keep it out of logs.
    pub fn reveal(&self) -> &str {
        self.long.expose_secret()
    }

    /// The short form, where there is one. It gives the same access as the long one.
    pub fn reveal_short(&self) -> Option<&str> {
        self.short.as_ref().map(|short| short.expose_secret())
    }
}

impl From<SecretString> for OneTimeLink {
    fn from(long: SecretString) -> Self {
        Self { long, short: None }
    }
}

impl fmt::Debug for OneTimeLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeLink([redacted])")
    }
}
