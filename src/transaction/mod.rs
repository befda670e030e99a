//! Transactions: what people did, judged with what is known about them.
//!
//! See <https://docs.withpersona.com/transactions>.

#[cfg(feature = "schemars")]
mod arguments;
mod list;
mod view;
mod write;

use crate::client::Persona;
use crate::error::Error;
#[allow(unused_imports)] // for the documentation
use crate::error::ErrorKind;
use crate::id::{IntoId, TransactionId, TransactionTypeId};
use crate::relation::relation_body;
use crate::tag::Tag;

#[cfg(feature = "schemars")]
pub use self::arguments::TransactionFilter;
pub use self::list::TransactionList;
pub use self::view::{Transaction, TransactionType};
pub use self::write::{NewTransaction, TransactionLabel, TransactionUpdate};

/// Calls on transactions; get it by [`Persona::transactions`].
#[derive(Clone, Debug)]
pub struct Transactions {
    persona: Persona,
}

/// Calls on transaction types; get it by [`Persona::transaction_types`].
#[derive(Clone, Debug)]
pub struct TransactionTypes {
    persona: Persona,
}

impl Persona {
    /// Calls on transactions.
    pub fn transactions(&self) -> Transactions {
        Transactions {
            persona: self.clone(),
        }
    }

    /// Calls on transaction types.
    pub fn transaction_types(&self) -> TransactionTypes {
        TransactionTypes {
            persona: self.clone(),
        }
    }
}

impl Transactions {
    /// Creates a transaction.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for one that cannot be right, before anything is sent;
    /// [`ErrorKind::NotFound`] when there is no such transaction type.
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/create-a-transaction>.
    ///
    /// ```no_run
    /// use withpersona::NewTransaction;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let new = NewTransaction::of_type("txntp_123").reference_id("payment-1").field("amount", 1250);
    /// let transaction = persona.transactions().create(new).await?;
    /// println!("{}", transaction.id());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, new: NewTransaction) -> Result<Transaction, Error> {
        let body = new.into_body()?;
        let raw = self.persona.raw();
        Ok(raw.create_a_transaction(None, None, &body).await?.into())
    }

    /// Reads a transaction.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/retrieve-a-transaction>.
    pub async fn retrieve(&self, id: impl IntoId<TransactionId>) -> Result<Transaction, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_a_transaction(id.as_str(), None, None).await?;
        Ok(answer.into())
    }

    /// Lists transactions, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/list-all-transactions>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut payments = persona.transactions().list().transaction_type("txntp_123").items();
    /// while let Some(payment) = payments.next().await {
    ///     println!("{}", payment?.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> TransactionList {
        TransactionList::new(self.persona.in_background().raw())
    }

    /// Changes what the update names, and nothing else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] when the update names nothing or cannot be sent; a conflict
    /// when the transaction changed at the same moment: read and update again.
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/update-a-transaction>.
    pub async fn update(
        &self,
        id: impl IntoId<TransactionId>,
        update: TransactionUpdate,
    ) -> Result<Transaction, Error> {
        let id = id.into_id()?;
        let body = update.into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .update_a_transaction(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Says what turned out about a transaction: a text, or a [`TransactionLabel`] with a score.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an empty label, or a score that is no number.
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/create-a-transaction-label>.
    ///
    /// ```no_run
    /// use withpersona::TransactionLabel;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let label = TransactionLabel::new("fraud").score(0.93).model_version("7");
    /// persona.transactions().label("txn_123", label).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn label(
        &self,
        id: impl IntoId<TransactionId>,
        label: impl Into<TransactionLabel>,
    ) -> Result<Transaction, Error> {
        let id = id.into_id()?;
        let body = label.into().into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .create_a_transaction_label(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Deletes the person's data in it for good. The transaction itself stays, without it.
    ///
    /// # Errors
    ///
    /// A conflict when it was redacted before.
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/redact-a-transaction>.
    pub async fn redact(&self, id: impl IntoId<TransactionId>) -> Result<Transaction, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.redact_a_transaction(id.as_str(), None, None).await?;
        Ok(answer.into())
    }

    /// Deletes biometric data of the transaction and of all that belongs to it, for good.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/redact-transaction-biometrics>.
    pub async fn redact_biometrics(
        &self,
        id: impl IntoId<TransactionId>,
    ) -> Result<Transaction, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .redact_transaction_biometrics(id.as_str(), None, None)
            .await?;
        Ok(answer.into())
    }

    /// Adds a relation of the transaction type to an account or to another transaction. One that
    /// is there stays as it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an empty key or target, before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/add-relation>.
    pub async fn add_relation(
        &self,
        id: impl IntoId<TransactionId>,
        key: impl Into<String>,
        target: impl AsRef<str>,
    ) -> Result<Transaction, Error> {
        let id = id.into_id()?;
        let body = relation_body(key, target.as_ref())?;
        let raw = self.persona.raw();
        let answer = raw
            .transactions_add_relation(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Removes a relation.
    ///
    /// # Errors
    ///
    /// As for [`add_relation`](Self::add_relation).
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/remove-relation>.
    pub async fn remove_relation(
        &self,
        id: impl IntoId<TransactionId>,
        key: impl Into<String>,
        target: impl AsRef<str>,
    ) -> Result<Transaction, Error> {
        let id = id.into_id()?;
        let body = relation_body(key, target.as_ref())?;
        let raw = self.persona.raw();
        let answer = raw
            .transactions_remove_relation(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Adds a tag.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an empty tag, before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/add-tag>.
    pub async fn add_tag(
        &self,
        id: impl IntoId<TransactionId>,
        tag: impl Into<Tag>,
    ) -> Result<Transaction, Error> {
        let id = id.into_id()?;
        let body = tag.into().into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .transactions_add_tag(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Removes a tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/remove-tag>.
    pub async fn remove_tag(
        &self,
        id: impl IntoId<TransactionId>,
        tag: impl Into<Tag>,
    ) -> Result<Transaction, Error> {
        let id = id.into_id()?;
        let body = tag.into().into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .transactions_remove_tag(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Replaces all tags by these; none at all removes every tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/transactions/set-tags>.
    pub async fn set_tags<I>(
        &self,
        id: impl IntoId<TransactionId>,
        tags: I,
    ) -> Result<Transaction, Error>
    where
        I: IntoIterator,
        I::Item: Into<Tag>,
    {
        let id = id.into_id()?;
        let body = Tag::into_set_body(tags)?;
        let raw = self.persona.raw();
        let answer = raw
            .transactions_set_tags(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }
}

impl TransactionTypes {
    /// Reads a transaction type: its name and its fields.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let transaction_type = persona.transaction_types().retrieve("txntp_123").await?;
    /// for (key, kind) in transaction_type.field_types() {
    ///     println!("{key}: {kind}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(
        &self,
        id: impl IntoId<TransactionTypeId>,
    ) -> Result<TransactionType, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .retrieve_a_transaction_type(id.as_str(), None, None)
            .await?;
        Ok(answer.into_inner().data.into())
    }
}
