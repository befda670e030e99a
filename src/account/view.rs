//! What an account tells.

use chrono::{DateTime, Utc};

use crate::call::Response;
use crate::fields::Fields;
use crate::id::AccountTypeId;
use crate::raw::types;
use crate::view::{moment, view};

view! {
    /// An account as Persona sent it: a person over all their inquiries.
    ///
    /// `Debug` prints the id alone. It serializes in Persona's own shape, fields included.
    Account(types::Account), AccountId
}

impl Account {
    /// Your own id for the person.
    pub fn reference_id(&self) -> Option<&str> {
        self.attributes().reference_id.as_deref()
    }

    /// The name of its status; which there are is set up with the account type.
    pub fn status(&self) -> Option<&str> {
        self.attributes().account_status.as_deref()
    }

    /// The account type it is of.
    pub fn account_type_id(&self) -> Option<AccountTypeId> {
        let account_type = self.0.relationships.one("account-type")?;
        Some(AccountTypeId::received(&account_type.id))
    }

    /// The name of the account type.
    pub fn account_type_name(&self) -> Option<&str> {
        self.attributes().account_type_name.as_deref()
    }

    /// What is known about the person: `name-first`, `birthdate`, `address` and what else the
    /// account type has.
    pub fn fields(&self) -> Fields<'_> {
        Fields::new(self.attributes().fields.as_ref())
    }

    /// Tags, as they are shown in the dashboard.
    pub fn tags(&self) -> Vec<&str> {
        let tags = self.attributes().tags.iter().flatten();
        tags.filter_map(|tag| tag.as_str()).collect()
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().created_at.as_deref())
    }

    /// When it was changed last, UTC.
    pub fn updated_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().updated_at.as_deref())
    }

    /// When the person's data was deleted, UTC.
    pub fn redacted_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().redacted_at.as_deref())
    }

    /// Whether the person's data was deleted.
    pub fn is_redacted(&self) -> bool {
        self.attributes().redacted_at.is_some()
    }

    fn attributes(&self) -> &types::AccountAttributes {
        &self.0.attributes
    }
}

/// The account of an answer that is about one.
impl From<Response<types::AccountDocument>> for Account {
    fn from(answer: Response<types::AccountDocument>) -> Self {
        answer.into_inner().data.into()
    }
}
