//! Cases to be opened.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::error::Error;
use crate::fields::NewFields;
use crate::id::{CaseQueueId, CaseTemplateId, IntoId};
use crate::raw::types;
use crate::wire::Decimal;

/// How far ahead the end of a service level may be.
const LONGEST_SLA: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// A case to be opened.
///
/// What is wrong with it is told by [`create`](super::Cases::create), before anything is sent.
/// `Debug` prints nothing of it.
///
/// ```
/// use withpersona::NewCase;
///
/// let new = NewCase::from_template("ctmpl_123")
///     .queue("cqueue_123")
///     .object("inq_123")
///     .field("risk-score", 40);
/// ```
#[derive(Clone)]
#[must_use]
pub struct NewCase {
    attributes: types::CreateACaseRequestAttributes,
    meta: types::CreateACaseRequestMeta,
    fields: NewFields,
    fault: Option<Error>,
}

impl NewCase {
    /// From a case template (`ctmpl_…`).
    pub fn from_template(id: impl IntoId<CaseTemplateId>) -> Self {
        let mut new = Self {
            attributes: Default::default(),
            meta: Default::default(),
            fields: NewFields::default(),
            fault: None,
        };
        match id.into_id() {
            Ok(id) => new.attributes.case_template_id = id.into(),
            Err(fault) => new.keep(fault),
        }
        new
    }

    /// The queue (`cqueue_…`) to put it in.
    pub fn queue(mut self, id: impl IntoId<CaseQueueId>) -> Self {
        match id.into_id() {
            Ok(id) => self.attributes.case_queue_id = Some(id.into()),
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// Who opens it, by the e-mail address that they have in your organization.
    pub fn creator_email_address(mut self, address: impl Into<String>) -> Self {
        let address = address.into();
        match check_email_address("the creator's e-mail address", &address) {
            Ok(()) => self.attributes.creator_email_address = Some(address),
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// Sets a field of the template, as the bare value.
    pub fn field(mut self, name: &str, value: impl Serialize) -> Self {
        self.fields.set(name, &value);
        self
    }

    /// Sets several fields, from a map or a struct of your own.
    pub fn fields(mut self, fields: &impl Serialize) -> Self {
        self.fields.set_all(fields);
        self
    }

    /// Puts an object on it by its id: an account, an inquiry, a report, a verification and some
    /// more; call it again for another.
    pub fn object(mut self, id: impl Into<String>) -> Self {
        self.meta.object_ids.get_or_insert_default().push(id.into());
        self
    }

    /// When it should be decided, counted from now in whole seconds; 90 days at most.
    pub fn sla_expires_in(mut self, within: Duration) -> Self {
        match sla(within) {
            Ok(seconds) => self.meta.sla_expires_in_seconds = Some(seconds),
            Err(fault) => self.keep(fault),
        }
        self
    }

    pub(super) fn into_body(self) -> Result<types::CreateACaseRequest, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        check_object_ids(self.meta.object_ids.as_deref().unwrap_or_default())?;
        let mut attributes = self.attributes;
        attributes.fields = self.fields.finish()?;
        Ok(types::CreateACaseRequest {
            data: types::CreateACaseRequestData {
                attributes: Some(attributes),
                ..Default::default()
            },
            meta: Some(self.meta),
            ..Default::default()
        })
    }

    fn keep(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

impl fmt::Debug for NewCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewCase").finish_non_exhaustive()
    }
}

/// The end of a service level in whole seconds from now.
pub(super) fn sla(within: Duration) -> Result<Decimal, Error> {
    let seconds = within.as_secs();
    if seconds == 0 {
        Err(Error::invalid_input(
            "the service level is under one second",
        ))
    } else if within > LONGEST_SLA {
        Err(Error::invalid_input(
            "the service level is longer than 90 days",
        ))
    } else {
        Ok(Decimal::from(seconds as i64))
    }
}

/// Object ids are of many kinds, so they are texts. What could never be an id is told.
pub(super) fn check_object_ids(ids: &[String]) -> Result<(), Error> {
    match ids
        .iter()
        .any(|id| id.is_empty() || id.contains(char::is_whitespace))
    {
        true => Err(Error::invalid_input(
            "the id of an object is empty or contains whitespace",
        )),
        false => Ok(()),
    }
}

pub(super) fn check_email_address(name: &str, address: &str) -> Result<(), Error> {
    let is_address = address
        .split_once('@')
        .is_some_and(|(user, host)| !user.trim().is_empty() && !host.trim().is_empty());
    match is_address {
        true => Ok(()),
        false => Err(Error::invalid_input(format!("{name} is none"))),
    }
}
