//! What new transactions and changes of them are made of.

use std::fmt;

use serde::Serialize;

use crate::error::Error;
use crate::fields::NewFields;
use crate::id::{IntoId, TransactionTypeId};
use crate::raw::types;
use crate::wire::Decimal;

/// A transaction to be created.
///
/// What is wrong with it is told by [`create`](super::Transactions::create), before anything is
/// sent.
///
/// ```
/// use withpersona::NewTransaction;
///
/// let new = NewTransaction::of_type("txntp_123")
///     .reference_id("payment-1")
///     .field("amount", 1250);
/// ```
#[derive(Clone)]
#[must_use]
pub struct NewTransaction {
    transaction_type: Result<TransactionTypeId, Error>,
    attributes: types::CreateATransactionRequestAttributes,
    fields: NewFields,
}

impl NewTransaction {
    /// Of a transaction type (`txntp_…`).
    pub fn of_type(id: impl IntoId<TransactionTypeId>) -> Self {
        Self {
            transaction_type: id.into_id(),
            attributes: Default::default(),
            fields: NewFields::default(),
        }
    }

    /// Your own id for it.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.attributes.reference_id = Some(id.into());
        self
    }

    /// A field of the transaction type, as the bare value.
    pub fn field(mut self, name: &str, value: impl Serialize) -> Self {
        self.fields.set(name, &value);
        self
    }

    /// Several fields, from a map or a struct of your own.
    pub fn fields(mut self, fields: &impl Serialize) -> Self {
        self.fields.set_all(fields);
        self
    }

    /// Adds a tag by its name.
    pub fn tag(mut self, name: impl Into<String>) -> Self {
        let tags = &mut self.attributes.tags;
        tags.get_or_insert_default().push(name.into());
        self
    }

    pub(super) fn into_body(self) -> Result<types::CreateATransactionRequest, Error> {
        let mut attributes = self.attributes;
        attributes.transaction_type_id = Some(self.transaction_type?.into());
        attributes.fields = self.fields.finish()?;
        not_empty("the reference id", attributes.reference_id.as_deref())?;
        if attributes.tags.iter().flatten().any(String::is_empty) {
            return Err(Error::invalid_input("a tag is empty"));
        }
        Ok(types::CreateATransactionRequest {
            data: Some(types::CreateATransactionRequestData {
                attributes: Some(attributes),
                ..Default::default()
            }),
            ..Default::default()
        })
    }
}

impl fmt::Debug for NewTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewTransaction").finish_non_exhaustive()
    }
}

/// What to change of a transaction; what is not named stays.
#[derive(Clone, Default)]
#[must_use]
pub struct TransactionUpdate {
    attributes: types::UpdateATransactionRequestAttributes,
    fields: NewFields,
}

impl TransactionUpdate {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The status, by its name in the transaction type.
    pub fn status(mut self, name: impl Into<String>) -> Self {
        self.attributes.status = Some(name.into());
        self
    }

    /// Your own id for it.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.attributes.reference_id = Some(id.into());
        self
    }

    /// What turned out about it; see [`label`](super::Transactions::label) for a score.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.attributes.label = Some(label.into());
        self
    }

    /// Replaces all tags by these.
    pub fn tags<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.attributes.tags = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets a field of the transaction type, as the bare value.
    pub fn field(mut self, name: &str, value: impl Serialize) -> Self {
        self.fields.set(name, &value);
        self
    }

    /// Sets several fields, from a map or a struct of your own.
    pub fn fields(mut self, fields: &impl Serialize) -> Self {
        self.fields.set_all(fields);
        self
    }

    pub(super) fn into_body(self) -> Result<types::UpdateATransactionRequest, Error> {
        let mut attributes = self.attributes;
        attributes.fields = self.fields.finish()?;
        not_empty("the status", attributes.status.as_deref())?;
        not_empty("the reference id", attributes.reference_id.as_deref())?;
        not_empty("the label", attributes.label.as_deref())?;
        let empty = attributes.status.is_none()
            && attributes.reference_id.is_none()
            && attributes.label.is_none()
            && attributes.tags.is_none()
            && attributes.fields.is_none();
        if empty {
            return Err(Error::invalid_input("the update names nothing to change"));
        }
        Ok(types::UpdateATransactionRequest {
            data: Some(types::UpdateATransactionRequestData {
                attributes: Some(attributes),
                ..Default::default()
            }),
            ..Default::default()
        })
    }
}

impl fmt::Debug for TransactionUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionUpdate").finish_non_exhaustive()
    }
}

/// What turned out about a transaction, for the models that judge the next ones.
#[derive(Clone)]
#[must_use]
pub struct TransactionLabel {
    label: String,
    score: Option<f64>,
    model_version: Option<String>,
}

impl TransactionLabel {
    /// The label, such as `fraud`.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            score: None,
            model_version: None,
        }
    }

    /// The score of the model that gave the label.
    pub fn score(mut self, score: f64) -> Self {
        self.score = Some(score);
        self
    }

    /// The version of the model that gave the label.
    pub fn model_version(mut self, version: impl Into<String>) -> Self {
        self.model_version = Some(version.into());
        self
    }

    pub(super) fn into_body(self) -> Result<types::CreateATransactionLabelRequest, Error> {
        not_empty("the label", Some(&self.label))?;
        let score = self.score.map(|score| {
            Decimal::from_f64(score)
                .ok_or_else(|| Error::invalid_input("the score of the label is no number"))
        });
        Ok(types::CreateATransactionLabelRequest {
            meta: Some(types::CreateATransactionLabelRequestMeta {
                label: Some(self.label),
                score: score.transpose()?,
                model_version: self.model_version,
                ..Default::default()
            }),
            ..Default::default()
        })
    }
}

impl fmt::Debug for TransactionLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionLabel").finish_non_exhaustive()
    }
}

impl From<&str> for TransactionLabel {
    fn from(label: &str) -> Self {
        Self::new(label)
    }
}

fn not_empty(name: &str, text: Option<&str>) -> Result<(), Error> {
    match text {
        Some("") => Err(Error::invalid_input(format!("{name} is empty"))),
        _ => Ok(()),
    }
}
