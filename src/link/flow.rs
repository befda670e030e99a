//! What hosted and embedded flows have in common: where they begin, for whom, and with what.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::fields::NewFields;
use crate::id::{
    AccountId, AccountTypeId, EnvironmentId, InquiryId, LegacyTemplateId, TemplateId,
    TemplateVersionId,
};

/// The parameters of a flow, named once for both.
#[derive(Clone)]
pub(super) struct Flow {
    start: Result<Start, Error>,
    pub(super) environment_id: Option<EnvironmentId>,
    pub(super) reference_id: Option<String>,
    pub(super) account_id: Option<AccountId>,
    pub(super) account_type_id: Option<AccountTypeId>,
    pub(super) fields: NewFields,
    pub(super) language: Option<String>,
    pub(super) fault: Option<Error>,
}

/// Where a flow begins.
#[derive(Clone)]
pub(super) enum Start {
    Template(TemplateId),
    Version(TemplateVersionId),
    Legacy(LegacyTemplateId),
    Inquiry(InquiryId),
}

impl Flow {
    pub(super) fn template(id: Result<TemplateId, Error>) -> Self {
        Self::new(id.map(Start::Template))
    }

    pub(super) fn new(start: Result<Start, Error>) -> Self {
        Self {
            start,
            environment_id: None,
            reference_id: None,
            account_id: None,
            account_type_id: None,
            fields: NewFields::default(),
            language: None,
            fault: None,
        }
    }

    /// Takes an id over, or remembers what is wrong with it.
    pub(super) fn take<T>(&mut self, id: Result<T, Error>) -> Option<T> {
        match id {
            Ok(id) => Some(id),
            Err(fault) => {
                self.fault.get_or_insert(fault);
                None
            }
        }
    }

    /// Where it begins and the fields, once nothing is wrong with the whole.
    pub(super) fn checked(&self) -> Result<(Start, Map<String, Value>), Error> {
        let start = self.start.clone()?;
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let fields = self.fields.clone().finish()?;
        let fields = fields.map(|fields| (*fields).clone()).unwrap_or_default();
        let exists = matches!(start, Start::Inquiry(_));
        let faults = [
            (
                self.reference_id.as_deref() == Some(""),
                "the reference id is empty",
            ),
            (
                self.reference_id.is_some() && self.account_id.is_some(),
                "both a reference id and an account are named: Persona takes one of them",
            ),
            (
                self.account_type_id.is_some() && self.account_id.is_some(),
                "both an account and an account type are named: the type is for a new account",
            ),
            (
                exists && (self.reference_id.is_some() || self.account_id.is_some()),
                "the inquiry exists: its account was decided when it was created",
            ),
            (
                exists && self.account_type_id.is_some(),
                "the inquiry exists: its account type was decided when it was created",
            ),
            (
                exists && !fields.is_empty(),
                "the inquiry exists: set its fields by an update, not by a link that the person can change",
            ),
            (
                self.language.as_deref().is_some_and(|it| !is_language(it)),
                "the language is no code such as \"en\" or \"pt-BR\"",
            ),
        ];
        match faults.into_iter().find(|(wrong, _)| *wrong) {
            Some((_, message)) => Err(Error::invalid_input(message)),
            None => Ok((start, fields)),
        }
    }
}

/// Letters, then parts of letters and digits: the form of every code, known or new.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_part = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = parts.next().unwrap_or_default();
    is_part(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()) && parts.all(is_part)
}

/// The constructors and setters of both kinds of flows.
macro_rules! flow_setters {
    () => {
        /// For a new inquiry of a template (`itmpl_…`), in the version that is published now.
        pub fn from_template(id: impl IntoId<TemplateId>) -> Self {
            Self::of(Flow::template(id.into_id()))
        }

        /// For a new inquiry of one version of a template (`itmplv_…`).
        pub fn from_template_version(id: impl IntoId<TemplateVersionId>) -> Self {
            Self::of(Flow::new(id.into_id().map(Start::Version)))
        }

        /// For a new inquiry of a template of the legacy kind (`tmpl_…`).
        pub fn from_legacy_template(id: impl IntoId<LegacyTemplateId>) -> Self {
            Self::of(Flow::new(id.into_id().map(Start::Legacy)))
        }

        /// For an inquiry that exists (`inq_…`). Once the person has begun, it takes a session
        /// token too.
        pub fn for_inquiry(id: impl IntoId<InquiryId>) -> Self {
            Self::of(Flow::new(id.into_id().map(Start::Inquiry)))
        }

        /// The environment (`env_…`) in which the inquiry is or will be.
        pub fn environment_id(mut self, id: impl IntoId<EnvironmentId>) -> Self {
            self.flow.environment_id = self.flow.take(id.into_id());
            self
        }

        /// Your own id for the person, for a new inquiry. The person can read and change it: when
        /// it matters, create the inquiry by
        /// [`Inquiries::create`](crate::Inquiries::create).
        pub fn reference_id(mut self, id: impl Into<String>) -> Self {
            self.flow.reference_id = Some(id.into());
            self
        }

        /// The account (`act_…`) to put a new inquiry on; in place of a reference id.
        pub fn account(mut self, id: impl IntoId<AccountId>) -> Self {
            self.flow.account_id = self.flow.take(id.into_id());
            self
        }

        /// The type (`acttp_…`) of an account that is made for a new inquiry.
        pub fn account_type(mut self, id: impl IntoId<AccountTypeId>) -> Self {
            self.flow.account_type_id = self.flow.take(id.into_id());
            self
        }

        /// Fills in a field of the template, as the bare value. The person can read and change
        /// it.
        pub fn field(mut self, name: &str, value: impl Serialize) -> Self {
            self.flow.fields.set(name, &value);
            self
        }

        /// Fills in several fields, from a map or a struct of your own.
        pub fn fields(mut self, fields: &impl Serialize) -> Self {
            self.flow.fields.set_all(fields);
            self
        }

        /// The language of the flow, such as `en` or `pt-BR`; the browser's unless set.
        ///
        /// See <https://docs.withpersona.com/languages>.
        pub fn language(mut self, code: impl Into<String>) -> Self {
            self.flow.language = Some(code.into());
            self
        }
    };
}

pub(super) use flow_setters;
