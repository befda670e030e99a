//! How a new account is looked up when nobody knows whether it was created.

use super::{Account, Accounts};
use crate::client::Persona;
use crate::error::Error;
use crate::look_up::Creation;
use crate::raw::types::CreateAnAccountRequest;

pub(super) struct AccountCreation<'a> {
    pub(super) accounts: &'a Accounts,
    pub(super) body: CreateAnAccountRequest,
    pub(super) reference_id: String,
}

impl Creation for AccountCreation<'_> {
    type Created = Account;
    type Found = Account;

    async fn create(&self, persona: &Persona) -> Result<Account, Error> {
        let raw = persona.raw();
        Ok(raw.create_an_account(None, None, &self.body).await?.into())
    }

    async fn find(&self) -> Result<Option<Account>, Error> {
        let list = self.accounts.list().reference_id(&self.reference_id);
        list.items().next().await.transpose()
    }

    async fn complete(&self, account: Account) -> Result<Account, Error> {
        Ok(account)
    }

    /// A reference id has one account: a second one is refused.
    fn is_there_already(&self, error: &Error) -> bool {
        error.is_conflict()
    }
}
