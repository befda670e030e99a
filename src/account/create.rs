//! What a new account is made of.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::details::details;
use crate::error::Error;
use crate::fields::{Address, NewFields};
use crate::id::{AccountTypeId, IntoId};
use crate::json_api::OpenObject;
use crate::look_up::LookUp;
use crate::open_enum::same_name;
use crate::particulars;
use crate::raw::types;

/// An account to be created.
///
/// What is wrong with it is told by [`create`](super::Accounts::create), before anything is sent.
///
/// ```
/// use withpersona::{Address, NewAccount};
///
/// let new = NewAccount::new()
///     .reference_id("user-1")
///     .name_first("Jane")
///     .birthdate("1980-02-29")
///     .address(Address {
///         city: Some("Springfield".to_owned()),
///         country_code: Some("US".to_owned()),
///         ..Address::default()
///     })
///     .tag("vip");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct NewAccount {
    pub(super) attributes: types::CreateAnAccountRequestAttributes,
    fields: NewFields,
    look_up: Option<LookUp>,
    fault: Option<Error>,
}

details!(NewAccount);

impl NewAccount {
    /// One of which nothing is known yet, of the environment's default account type.
    pub fn new() -> Self {
        Self::default()
    }

    /// The account type, in place of the default one.
    pub fn account_type(mut self, id: impl IntoId<AccountTypeId>) -> Self {
        self.attributes.account_type_id = self.checked(id.into_id()).map(Into::into);
        self
    }

    /// Adds a tag by its name.
    pub fn tag(mut self, name: impl Into<String>) -> Self {
        let tags = &mut self.attributes.tags;
        tags.get_or_insert_default().push(name.into());
        self
    }

    /// Adds several tags by their names.
    pub fn tags<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let tags = &mut self.attributes.tags;
        let names = names.into_iter().map(Into::into);
        tags.get_or_insert_default().extend(names);
        self
    }

    /// Looks the account up when nobody knows whether it was created, and also when there was one
    /// of this reference id before: either way, the account that is there is the answer, as it is.
    /// It needs a reference id.
    ///
    /// ```
    /// use withpersona::{LookUp, NewAccount};
    ///
    /// let new = NewAccount::new().reference_id("user-1").on_unknown(LookUp);
    /// ```
    pub fn on_unknown(mut self, look_up: LookUp) -> Self {
        self.look_up = Some(look_up);
        self
    }

    pub(super) fn is_looked_up(&self) -> bool {
        self.look_up.is_some()
    }

    pub(super) fn into_body(
        mut self,
        upsert_by: Option<String>,
    ) -> Result<types::CreateAnAccountRequest, Error> {
        self.check()?;
        self.attributes.fields = self.finish_fields()?;
        let attributes = self.attributes;
        Ok(types::CreateAnAccountRequest {
            data: Some(types::CreateAnAccountRequestData {
                attributes: Some(attributes),
                ..Default::default()
            }),
            meta: upsert_by.map(|name| types::CreateAnAccountRequestMeta {
                upsert_by: Some(name),
                ..Default::default()
            }),
            ..Default::default()
        })
    }
}

/// An account that was created, or updated because it was there.
#[derive(Clone, Debug, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Upserted {
    /// The account as it is now.
    pub account: super::Account,
    /// Whether it is new.
    pub is_new: bool,
}
