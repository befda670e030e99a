//! Links to the flow that Persona hosts.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::flow::{Flow, Start, flow_setters};
use crate::config::is_loopback;
use crate::error::Error;
use crate::id::{
    AccountId, AccountTypeId, EnvironmentId, InquiryId, IntoId, LegacyTemplateId, TemplateId,
    TemplateVersionId,
};
use crate::secret::{HostedLink, SessionToken};

/// Where the flow is unless a subdomain is named.
const HOST: &str = "https://inquiry.withpersona.com";

/// A link to the flow that Persona hosts: into an inquiry that exists, or a static one, which
/// creates an inquiry for each visit.
///
/// A static link is anybody's: whoever has it can open it as often as they like, and can change
/// each of its parameters. To know whom you verify, create the inquiry yourself and send a
/// one-time link.
///
/// See <https://docs.withpersona.com/hosted-flow-parameters>.
///
/// ```
/// use withpersona::HostedFlow;
///
/// let link = HostedFlow::from_template("itmpl_123")
///     .environment_id("env_456")
///     .reference_id("user 1")
///     .field("name-first", "Zoë")
///     .redirect_uri("https://example.com/back?from=kyc&step=2")
///     .link()?;
/// assert_eq!(
///     link.reveal(),
///     "https://inquiry.withpersona.com/verify?inquiry-template-id=itmpl_123\
///      &environment-id=env_456&reference-id=user%201&fields%5Bname-first%5D=Zo%C3%AB\
///      &redirect-uri=https%3A%2F%2Fexample.com%2Fback%3Ffrom%3Dkyc%26step%3D2"
/// );
/// # Ok::<(), withpersona::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct HostedFlow {
    flow: Flow,
    redirect_uri: Option<String>,
    host: Option<Result<Url, Error>>,
    further: Vec<(String, String)>,
}

impl HostedFlow {
    flow_setters!();

    pub(super) fn of(flow: Flow) -> Self {
        Self {
            flow,
            redirect_uri: None,
            host: None,
            further: Vec::new(),
        }
    }

    /// Where the person is sent afterwards, with its own query if it has one. Its domain has to be
    /// among the template's allowed ones; schemes of apps are possible.
    ///
    /// What comes back with it can be changed by anybody: read it by
    /// [`Redirect`](crate::Redirect).
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// The subdomain of your organization, `acme` for `acme.withpersona.com`; `inquiry` unless
    /// set.
    pub fn subdomain(mut self, name: impl AsRef<str>) -> Self {
        self.host = Some(subdomain(name.as_ref()));
        self
    }

    /// A host of your own that Persona serves, such as `https://verify.example.com`, or an
    /// emulator's `http://127.0.0.1:8080`. Its path is left aside.
    pub fn host(mut self, url: impl AsRef<str>) -> Self {
        self.host = Some(own_host(url.as_ref()));
        self
    }

    /// A parameter that has no method here, such as one that Persona adds.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.further.push((name.into(), value.into()));
        self
    }

    /// The link.
    ///
    /// Into an inquiry that exists it works until the person begins; afterwards the page says that
    /// the session is over. Then use a one-time link.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) names what cannot be right: a
    /// reference id beside an account, parameters of a new inquiry for one that exists, a field
    /// that is no plain value, a redirect that is no absolute address.
    pub fn link(&self) -> Result<HostedLink, Error> {
        Ok(HostedLink::new(self.build(None)?))
    }

    /// The link into an inquiry that exists, with a session token in it, for a person who has
    /// begun.
    ///
    /// **Whoever sees this link is let in, as often as they like, for as long as the session
    /// lives.** It stands in browser histories, in logs of servers and proxies and in `Referer`
    /// headers, and it tells the id of the inquiry. Redirect a signed-in person to it at once, and
    /// never send it by e-mail or text message: for that there is
    /// [`Links::one_time`](crate::Links::one_time), which works once.
    ///
    /// # Errors
    ///
    /// As [`link`](Self::link), and for a flow that begins with a template.
    pub fn insecure_link_with_session_token(
        &self,
        token: &SessionToken,
    ) -> Result<HostedLink, Error> {
        Ok(HostedLink::new(self.build(Some(token))?))
    }

    fn build(&self, token: Option<&SessionToken>) -> Result<String, Error> {
        let (start, fields) = self.flow.checked()?;
        let mut url = match &self.host {
            None => Url::parse(HOST).map_err(|_| Error::invalid_input("no host"))?,
            Some(host) => host.clone()?,
        };
        url.set_path("/verify");
        let mut query = url.query_pairs_mut();
        let mut put = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        };
        match &start {
            Start::Template(id) => put("inquiry-template-id", Some(id.as_str())),
            Start::Version(id) => put("inquiry-template-version-id", Some(id.as_str())),
            Start::Legacy(id) => put("template-id", Some(id.as_str())),
            Start::Inquiry(id) => put("inquiry-id", Some(id.as_str())),
        }
        if let Some(token) = token {
            check_token(&start, token)?;
            put("session-token", Some(token.reveal()));
        }
        let flow = &self.flow;
        put(
            "environment-id",
            flow.environment_id.as_ref().map(AsRef::as_ref),
        );
        put("reference-id", flow.reference_id.as_deref());
        put("account-id", flow.account_id.as_ref().map(AsRef::as_ref));
        put(
            "account-type-id",
            flow.account_type_id.as_ref().map(AsRef::as_ref),
        );
        for (name, value) in &fields {
            let value = plain_text(name, value)?;
            put(&format!("fields[{name}]"), Some(&value));
        }
        put("language", flow.language.as_deref());
        if let Some(uri) = &self.redirect_uri {
            check_redirect(uri)?;
            put("redirect-uri", Some(uri));
        }
        for (name, value) in &self.further {
            check_further(name)?;
            put(name, Some(value));
        }
        drop(query);
        // A plus stands for a space only where forms are read, and `%2B` for itself everywhere.
        let query = url.query().unwrap_or_default().replace('+', "%20");
        url.set_query(Some(&query));
        Ok(url.into())
    }
}

/// Prints no value.
impl fmt::Debug for HostedFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostedFlow").finish_non_exhaustive()
    }
}

pub(super) fn check_token(start: &Start, token: &SessionToken) -> Result<(), Error> {
    if !matches!(start, Start::Inquiry(_)) {
        return Err(Error::invalid_input(
            "a session token belongs to an inquiry that exists: use for_inquiry",
        ));
    }
    let token = token.reveal();
    if token.is_empty() {
        return Err(Error::invalid_input("the session token is empty"));
    }
    if token.contains(|it: char| it.is_whitespace() || it.is_control()) {
        return Err(Error::invalid_input(
            "the session token contains whitespace or a control character",
        ));
    }
    Ok(())
}

/// A query holds text alone.
fn plain_text(name: &str, value: &Value) -> Result<String, Error> {
    if name.contains(['[', ']']) {
        return Err(Error::invalid_input(
            "the name of a field contains a bracket, which a link cannot hold",
        ));
    }
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(Error::invalid_input(format!(
            "the field \"{name}\" is no text, number or boolean, which is all that a link can hold"
        ))),
    }
}

fn check_redirect(uri: &str) -> Result<(), Error> {
    let Ok(parsed) = Url::parse(uri) else {
        return Err(Error::invalid_input(
            "the redirect URI is no absolute address",
        ));
    };
    if uri.contains(|it: char| it.is_whitespace() || it.is_control()) {
        return Err(Error::invalid_input(
            "the redirect URI contains whitespace or a control character",
        ));
    }
    if matches!(parsed.scheme(), "javascript" | "data" | "vbscript") {
        return Err(Error::invalid_input("the redirect URI is a script"));
    }
    Ok(())
}

fn check_further(name: &str) -> Result<(), Error> {
    const OWN: [&str; 12] = [
        "inquiry-template-id",
        "inquiry-template-version-id",
        "template-id",
        "inquiry-id",
        "session-token",
        "environment-id",
        "reference-id",
        "account-id",
        "account-type-id",
        "language",
        "redirect-uri",
        "code",
    ];
    if name.is_empty() {
        return Err(Error::invalid_input("a parameter has an empty name"));
    }
    let name = name.to_ascii_lowercase().replace('_', "-");
    if OWN.contains(&&*name) || name.starts_with("fields[") {
        return Err(Error::invalid_input(format!(
            "the parameter {} has a way of its own",
            if name.starts_with("fields[") {
                "fields"
            } else {
                &name
            }
        )));
    }
    Ok(())
}

fn subdomain(name: &str) -> Result<Url, Error> {
    let is_label = !name.is_empty()
        && name.len() <= 63
        && !name.starts_with('-')
        && !name.ends_with('-')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_label {
        return Err(Error::invalid_input(
            "the subdomain is no single name: \"acme\" for acme.withpersona.com",
        ));
    }
    Url::parse(&format!("https://{name}.withpersona.com"))
        .map_err(|_| Error::invalid_input("the subdomain is no name of a host"))
}

fn own_host(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text)
        .map_err(|_| Error::invalid_input("the host is no absolute URL: start it with https://"))?;
    let is_http = url.scheme() == "http" && is_loopback(&url);
    if url.scheme() != "https" && !is_http {
        return Err(Error::invalid_input(
            "the host must start with https://; only a loopback host may use http",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::invalid_input(
            "the host contains a user name or password",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::invalid_input(
            "the host contains a query or a fragment",
        ));
    }
    Ok(url)
}
