//! Parameters for a flow inside a page or an app.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Map, Value};

use super::flow::{Flow, Start, flow_setters};
use super::hosted::check_token;
use crate::error::Error;
use crate::id::{
    AccountId, AccountTypeId, EnvironmentId, InquiryId, IntoId, LegacyTemplateId, TemplateId,
    TemplateVersionId,
};
use crate::secret::SessionToken;

/// What Persona's SDKs for the web, iOS, Android and React Native are started with.
///
/// A backend makes it and hands it to its own front end over an authenticated connection. Each SDK
/// takes the members by these names: in the web one the object is the argument of
/// `new Persona.Client(..)`, in the others each member has a method.
///
/// One-time links do not work in the SDKs: they take an inquiry and a session token.
///
/// See <https://docs.withpersona.com/embedded-flow-parameters>.
///
/// ```
/// use withpersona::{EmbeddedFlow, SessionToken};
///
/// let parameters = EmbeddedFlow::for_inquiry("inq_123")
///     .session_token(&SessionToken::new("eyJhbGciOi"))
///     .language("de")
///     .parameters()?;
/// assert_eq!(
///     parameters.reveal(),
///     r#"{"inquiryId":"inq_123","language":"de","sessionToken":"eyJhbGciOi"}"#
/// );
/// # Ok::<(), withpersona::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct EmbeddedFlow {
    flow: Flow,
    session_token: Option<SessionToken>,
}

impl EmbeddedFlow {
    flow_setters!();

    pub(super) fn of(flow: Flow) -> Self {
        Self {
            flow,
            session_token: None,
        }
    }

    /// Lets a person who has begun in again.
    pub fn session_token(mut self, token: &SessionToken) -> Self {
        self.session_token = Some(token.clone());
        self
    }

    /// The parameters.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) names what cannot be right: a
    /// reference id beside an account, parameters of a new inquiry for one that exists, a session
    /// token without an inquiry.
    pub fn parameters(&self) -> Result<EmbeddedParameters, Error> {
        let (start, fields) = self.flow.checked()?;
        if let Some(token) = &self.session_token {
            check_token(&start, token)?;
        }
        let (name, id) = match start {
            Start::Template(id) => ("templateId", String::from(id)),
            Start::Version(id) => ("templateVersionId", String::from(id)),
            // The SDKs tell the kinds of templates apart by the id.
            Start::Legacy(id) => ("templateId", String::from(id)),
            Start::Inquiry(id) => ("inquiryId", String::from(id)),
        };
        let flow = &self.flow;
        let token = self.session_token.as_ref().map(SessionToken::reveal);
        let texts = [
            (name, Some(id.as_str())),
            ("sessionToken", token),
            (
                "environmentId",
                flow.environment_id.as_ref().map(AsRef::as_ref),
            ),
            ("referenceId", flow.reference_id.as_deref()),
            ("accountId", flow.account_id.as_ref().map(AsRef::as_ref)),
            (
                "accountTypeId",
                flow.account_type_id.as_ref().map(AsRef::as_ref),
            ),
            ("language", flow.language.as_deref()),
        ];
        let mut members = Map::new();
        for (name, value) in texts {
            if let Some(value) = value {
                members.insert(name.to_owned(), value.into());
            }
        }
        if !fields.is_empty() {
            members.insert("fields".to_owned(), fields.into());
        }
        Ok(EmbeddedParameters(SecretString::from(for_a_script(
            &Value::from(members),
        ))))
    }
}

/// Prints no value.
impl fmt::Debug for EmbeddedFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedFlow").finish_non_exhaustive()
    }
}

/// The parameters of an embedded flow as JSON. They let somebody into the inquiry, so they do not
/// print, and are wiped from memory on drop.
#[derive(Clone)]
pub struct EmbeddedParameters(SecretString);

impl EmbeddedParameters {
    /// The JSON object, for the body of an answer or for a `<script>` of a page: characters that
    /// could end the script are written as `\u003c` and the like, which changes no value.
    ///
    /// Hand it to the person it belongs to only, and keep it out of logs and caches.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for EmbeddedParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmbeddedParameters([redacted])")
    }
}

fn for_a_script(value: &Value) -> String {
    let json = value.to_string();
    let mut text = String::with_capacity(json.len());
    for letter in json.chars() {
        match letter {
            // All of these stand inside of strings alone.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => text.push(letter),
        }
    }
    text
}
