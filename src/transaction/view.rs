//! What a transaction tells.

use chrono::{DateTime, Utc};

use crate::call::Response;
use crate::fields::{Fields, field_types};
use crate::id::TransactionTypeId;
use crate::json_api::ResourceIdentifier;
use crate::raw::types;
use crate::view::{moment, view};

view! {
    /// A transaction as Persona sent it: something that a person did, in your own terms.
    ///
    /// `Debug` prints the id alone. It serializes in Persona's own shape, fields included.
    Transaction(types::Transaction), TransactionId
}

impl Transaction {
    /// Where it stands; which statuses there are is set up with the transaction type.
    pub fn status(&self) -> Option<&str> {
        self.attributes().status.as_deref()
    }

    /// Your own id for it.
    pub fn reference_id(&self) -> Option<&str> {
        self.attributes().reference_id.as_deref()
    }

    /// The transaction type it is of.
    pub fn transaction_type_id(&self) -> Option<TransactionTypeId> {
        let transaction_type = self.0.relationships.one("transaction-type")?;
        Some(TransactionTypeId::received(&transaction_type.id))
    }

    /// The accounts and transactions that it is related to.
    pub fn related(&self) -> Vec<ResourceIdentifier> {
        self.0.relationships.many("related-objects")
    }

    /// What it consists of.
    pub fn fields(&self) -> Fields<'_> {
        Fields::new(self.attributes().fields.as_ref())
    }

    /// Tags, as they are shown in the dashboard.
    pub fn tags(&self) -> Vec<&str> {
        let tags = self.attributes().tags.iter().flatten();
        tags.map(String::as_str).collect()
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().created_at.as_deref())
    }

    /// When it was changed last, UTC.
    pub fn updated_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().updated_at.as_deref())
    }

    fn attributes(&self) -> &types::TransactionAttributes {
        &self.0.attributes
    }
}

/// The transaction of an answer that is about one.
impl From<Response<types::TransactionDocument>> for Transaction {
    fn from(answer: Response<types::TransactionDocument>) -> Self {
        answer.into_inner().data.into()
    }
}

view! {
    /// A type of transactions: which fields they have.
    TransactionType(types::TransactionType), TransactionTypeId
}

impl TransactionType {
    /// Its name in the dashboard.
    pub fn name(&self) -> Option<&str> {
        self.0.attributes.name.as_deref()
    }

    /// The fields that its transactions have: key and type, such as `amount` and `number`.
    pub fn field_types(&self) -> impl Iterator<Item = (&str, &str)> {
        field_types(
            self.0
                .attributes
                .field_schemas
                .as_deref()
                .unwrap_or_default(),
        )
    }
}
