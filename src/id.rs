//! Ids of Persona's objects, one type for each kind, so that an account's id cannot be passed
//! where an inquiry's is wanted.
//!
//! An id is opaque: Persona may change its length, its alphabet and, for all a client can know,
//! its prefix. So a prefix that nobody knows passes. What is refused is what could never be an id,
//! what would change the path of a request, and a text with the prefix that Persona gives to ids
//! of another kind.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Why a text cannot be an id. It does not repeat the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    id: &'static str,
    fault: Fault,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    /// It could never be an id.
    Text(&'static str),
    /// It is one of another kind.
    Kind(&'static Known),
}

/// A prefix, and whose it is.
#[derive(Debug, PartialEq, Eq)]
struct Known {
    prefix: &'static str,
    id: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match &self.fault {
            Fault::Text(fault) => write!(f, "the {id} id {fault}"),
            Fault::Kind(Known { prefix, id: other }) => write!(
                f,
                "the {id} id is of another kind: it begins with {prefix}, as {other} ids do"
            ),
        }
    }
}

impl std::error::Error for InvalidId {}

impl From<InvalidId> for Error {
    fn from(invalid: InvalidId) -> Self {
        Error::invalid_input(invalid.to_string())
    }
}

/// Whatever can be given where an id is asked for: the id itself, a reference to it, or text.
///
/// Text is checked when the call is made; the id of another kind of object does not compile.
///
/// ```
/// use withpersona::{Error, InquiryId, IntoId};
///
/// fn retrieve(id: impl IntoId<InquiryId>) -> Result<String, Error> {
///     Ok(format!("/inquiries/{}", id.into_id()?))
/// }
///
/// let id: InquiryId = "inq_123".parse()?;
/// assert_eq!(retrieve("inq_123")?, retrieve(&id)?);
/// assert_eq!(
///     retrieve("inq/123").unwrap_err().to_string(),
///     "invalid input: the inquiry id contains a slash; correct the argument",
/// );
/// # Ok::<(), Error>(())
/// ```
///
/// ```compile_fail,E0277
/// use withpersona::{AccountId, InquiryId, IntoId};
///
/// fn retrieve(id: impl IntoId<InquiryId>) {}
///
/// let account: AccountId = "act_123".parse().unwrap();
/// retrieve(&account);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used where the id `{T}` is asked for",
    label = "pass a `{T}`, a reference to one, or text"
)]
pub trait IntoId<T>: sealed::Sealed<T> {
    /// The id, checked.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when the text is empty, or
    /// contains a slash, whitespace or a control character, or begins as the ids of another kind
    /// do. Look at where the text comes from: most often it is a column that was never filled, a
    /// whole URL, or the id of something else.
    fn into_id(self) -> Result<T, Error>;
}

impl<T, V> IntoId<T> for V
where
    V: TryInto<T>,
    V::Error: Into<Error>,
{
    fn into_id(self) -> Result<T, Error> {
        self.try_into().map_err(Into::into)
    }
}

mod sealed {
    use crate::error::Error;

    pub trait Sealed<T> {}

    impl<T, V> Sealed<T> for V
    where
        V: TryInto<T>,
        V::Error: Into<Error>,
    {
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $label:literal, $prefix:literal;)*) => {
        /// The prefixes that are known today.
        const KNOWN: &[Known] = &[$(Known { prefix: $prefix, id: $label }),*];

        $(
        $(#[$doc])*
        ///
        /// Any text is accepted that is not empty, contains no slash, whitespace or control
        /// character, and has not the prefix of another kind; an id that Persona sent is kept as
        /// it is.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The prefix that Persona gives to these ids today.
            pub const PREFIX: &'static str = $prefix;

            /// An id that Persona sent, kept as it is.
            #[allow(dead_code)] // which kinds of id are received depends on the features
            pub(crate) fn received(text: &str) -> Self {
                Self(text.to_owned())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether the id starts with [`PREFIX`](Self::PREFIX). A hint for tools and logs:
            /// an id without it is taken, unless its prefix is that of another kind.
            pub fn has_usual_prefix(&self) -> bool {
                self.0.starts_with(Self::PREFIX)
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "minLength": 1,
                    "examples": [concat!($prefix, "123")],
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                match fault(&text, Self::PREFIX) {
                    None => Ok(Self(text)),
                    Some(fault) => Err(InvalidId { id: $label, fault }),
                }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<&String> for $name {
            type Error = InvalidId;

            fn try_from(text: &String) -> Result<Self, InvalidId> {
                Self::try_from(text.as_str())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text)
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.0)
            }
        }
        )*
    };
}

ids! {
    /// Id of an inquiry: one person's way through one template.
    InquiryId = "inquiry", "inq_";
    /// Id of an inquiry session: one device's stay in an inquiry.
    SessionId = "inquiry session", "iqse_";
    /// Id of an inquiry template, the definition of a flow.
    TemplateId = "inquiry template", "itmpl_";
    /// Id of one version of an inquiry template.
    TemplateVersionId = "inquiry template version", "itmplv_";
    /// Id of a template of the legacy kind.
    LegacyTemplateId = "legacy template", "tmpl_";
    /// Id of an account: a person over all their inquiries.
    AccountId = "account", "act_";
    /// Id of an account action, which a workflow of the dashboard defines.
    AccountActionId = "account action", "accac_";
    /// Id of an account type.
    AccountTypeId = "account type", "acttp_";
    /// Id of a verification.
    VerificationId = "verification", "ver_";
    /// Id of a verification template.
    VerificationTemplateId = "verification template", "vtmpl_";
    /// Id of a document.
    DocumentId = "document", "doc_";
    /// Id of a selfie.
    SelfieId = "selfie", "self_";
    /// Id of a report.
    ReportId = "report", "rep_";
    /// Id of a report template.
    ReportTemplateId = "report template", "rptp_";
    /// Id of a case.
    CaseId = "case", "case_";
    /// Id of a case template.
    CaseTemplateId = "case template", "ctmpl_";
    /// Id of a queue of cases.
    CaseQueueId = "case queue", "cqueue_";
    /// Id of an importer.
    ImporterId = "importer", "mprt_";
    /// Id of an event.
    EventId = "event", "evt_";
    /// Id of a webhook.
    WebhookId = "webhook", "wbh_";
    /// Id of a transaction.
    TransactionId = "transaction", "txn_";
    /// Id of a transaction type.
    TransactionTypeId = "transaction type", "txntp_";
    /// Id of a list.
    ListId = "list", "lst_";
    /// Id of an item of a list; its prefix tells the kind of the list.
    ListItemId = "list item", "li";
    /// Id of a device.
    DeviceId = "device", "dev_";
    /// Id of a workflow.
    WorkflowId = "workflow", "wfl_";
    /// Id of a workflow run.
    WorkflowRunId = "workflow run", "wfr_";
    /// Id of one version of a workflow.
    WorkflowVersionId = "workflow version", "wfv_";
    /// Id of an API key. The key itself is an `ApiKey`.
    ApiKeyId = "API key", "api_";
    /// Id of an API log, which is the id of the request that it is about.
    ApiLogId = "API log", "req_";
    /// Id of an environment, such as sandbox or production.
    EnvironmentId = "environment", "env_";
}

/// What makes the text no id of the kind that has this prefix.
fn fault(text: &str, own: &str) -> Option<Fault> {
    let fault = if text.is_empty() {
        Some("is empty")
    } else if text == "." || text == ".." {
        Some("is a dot segment")
    } else if text.contains(['/', '\\']) {
        Some("contains a slash")
    } else if text.contains(char::is_whitespace) {
        Some("contains whitespace")
    } else if text.contains(char::is_control) {
        Some("contains a control character")
    } else {
        None
    };
    fault
        .map(Fault::Text)
        .or_else(|| of_another(text, own).map(Fault::Kind))
}

/// The other kind whose prefix the text has. Items of lists have prefixes by the dozen, of which
/// only the beginning is known: they prove nothing.
fn of_another(text: &str, own: &str) -> Option<&'static Known> {
    let end = text.find('_')?;
    let prefix = &text[..=end];
    let mut others = KNOWN.iter().filter(|known| known.prefix != own);
    others.find(|known| known.prefix == prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_tell_the_kinds_apart() {
        for (at, known) in KNOWN.iter().enumerate() {
            let rest = &KNOWN[at + 1..];
            assert!(rest.iter().all(|other| other.prefix != known.prefix));
        }
    }

    #[test]
    fn each_kind_takes_its_own_ids_and_refuses_those_of_others() {
        for one in KNOWN {
            for other in KNOWN {
                let text = format!("{}1", other.prefix);
                let refused = one != other && other.prefix.ends_with('_');
                let fault = refused.then_some(Fault::Kind(other));
                assert_eq!(fault_of(&text, one), fault, "{text} as {}", one.id);
            }
        }
    }

    fn fault_of(text: &str, known: &Known) -> Option<Fault> {
        fault(text, known.prefix)
    }
}
