//! Account types: which fields accounts have.

use chrono::{DateTime, Utc};

use crate::client::Persona;
use crate::error::Error;
#[allow(unused_imports)] // for the documentation
use crate::error::ErrorKind;
use crate::fields::field_types;
use crate::id::{AccountTypeId, IntoId};
use crate::raw::types;
use crate::view::{moment, view};

/// Calls on account types; get it by [`Persona::account_types`].
#[derive(Clone, Debug)]
pub struct AccountTypes {
    persona: Persona,
}

impl Persona {
    /// Calls on account types.
    pub fn account_types(&self) -> AccountTypes {
        AccountTypes {
            persona: self.clone(),
        }
    }
}

impl AccountTypes {
    /// Reads an account type: its name and its fields.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/account-types/retrieve-an-account-type>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let account_type = persona.account_types().retrieve("acttp_123").await?;
    /// for (key, kind) in account_type.field_types() {
    ///     println!("{key}: {kind}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<AccountTypeId>) -> Result<AccountType, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .retrieve_an_account_type(id.as_str(), None, None)
            .await?;
        Ok(answer.into_inner().data.into())
    }
}

view! {
    /// A type of accounts: which fields and statuses they have.
    AccountType(types::AccountType), AccountTypeId
}

impl AccountType {
    /// Its name in the dashboard.
    pub fn name(&self) -> Option<&str> {
        self.0.attributes.name.as_deref()
    }

    /// The fields that its accounts have: key and type, such as `birthdate` and `date`.
    pub fn field_types(&self) -> impl Iterator<Item = (&str, &str)> {
        field_types(
            self.0
                .attributes
                .field_schemas
                .as_deref()
                .unwrap_or_default(),
        )
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.0.attributes.created_at.as_deref())
    }
}
