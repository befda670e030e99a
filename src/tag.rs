//! Tags, which inquiries, accounts, cases, reports and transactions have alike.

use std::fmt;

use crate::error::Error;
use crate::raw::types;

/// A tag, by its name or by its id.
///
/// `Debug` does not print a name: it can be anything.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "schemars",
    derive(serde::Deserialize, schemars::JsonSchema),
    serde(rename_all = "snake_case")
)]
pub enum Tag {
    /// The name, as the dashboard shows it. A name that is new makes a new tag.
    Name(String),
    /// The id of a tag that exists.
    Id(String),
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(_) => f.write_str("Name(..)"),
            Self::Id(id) => f.debug_tuple("Id").field(id).finish(),
        }
    }
}

impl From<&str> for Tag {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<String> for Tag {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl Tag {
    fn checked(self) -> Result<Self, Error> {
        match &self {
            Self::Name(text) | Self::Id(text) if text.trim().is_empty() => {
                Err(Error::invalid_input("the tag is empty"))
            }
            _ => Ok(self),
        }
    }

    pub(crate) fn into_meta(self) -> Result<types::TagMeta, Error> {
        let mut meta = types::TagMeta::default();
        match self.checked()? {
            Self::Name(name) => meta.tag_name = Some(name),
            Self::Id(id) => meta.tag_id = Some(id),
        }
        Ok(meta)
    }

    #[cfg(any(
        feature = "cases",
        feature = "inquiries",
        feature = "reports",
        feature = "transactions"
    ))]
    pub(crate) fn into_body(self) -> Result<types::TagRequest, Error> {
        Ok(types::TagRequest {
            meta: Some(self.into_meta()?),
            ..Default::default()
        })
    }

    pub(crate) fn into_set_meta<I>(tags: I) -> Result<types::TagsMeta, Error>
    where
        I: IntoIterator,
        I::Item: Into<Self>,
    {
        let mut names = Vec::new();
        let mut ids = Vec::new();
        for tag in tags {
            match tag.into().checked()? {
                Self::Name(name) => names.push(name),
                Self::Id(id) => ids.push(id),
            }
        }
        Ok(types::TagsMeta {
            // No tag at all is said by an empty list of names.
            tag_name: (!names.is_empty() || ids.is_empty()).then_some(names),
            tag_id: (!ids.is_empty()).then_some(ids),
            ..Default::default()
        })
    }

    #[cfg(any(
        feature = "cases",
        feature = "inquiries",
        feature = "reports",
        feature = "transactions"
    ))]
    pub(crate) fn into_set_body<I>(tags: I) -> Result<types::TagsRequest, Error>
    where
        I: IntoIterator,
        I::Item: Into<Self>,
    {
        Ok(types::TagsRequest {
            meta: Some(Self::into_set_meta(tags)?),
            ..Default::default()
        })
    }
}
