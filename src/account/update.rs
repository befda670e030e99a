//! Changes of an account that exists.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::details::details;
use crate::error::Error;
use crate::fields::{Address, NewFields};
use crate::json_api::OpenObject;
use crate::open_enum::same_name;
use crate::particulars;
use crate::raw::types;

/// What to change of an account; what is not named stays.
///
/// ```
/// use withpersona::AccountUpdate;
///
/// let update = AccountUpdate::new().phone_number("+15555550100").field("tier", "gold");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct AccountUpdate {
    attributes: types::UpdateAnAccountRequestAttributes,
    fields: NewFields,
    fault: Option<Error>,
}

details!(AccountUpdate);

impl AccountUpdate {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
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

    pub(super) fn into_body(mut self) -> Result<types::UpdateAnAccountRequest, Error> {
        self.check()?;
        self.attributes.fields = self.finish_fields()?;
        let attributes = self.attributes;
        let named = serde_json::to_value(&attributes).unwrap_or_default();
        if named.as_object().is_none_or(|named| named.is_empty()) {
            return Err(Error::invalid_input("the update names nothing to change"));
        }
        Ok(types::UpdateAnAccountRequest {
            data: Some(types::UpdateAnAccountRequestData {
                attributes: Some(attributes),
                ..Default::default()
            }),
            ..Default::default()
        })
    }
}
