//! What an account is related to.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::error::Error;
use crate::id::{AccountId, IntoId};
use crate::json_api::ResourceObject;
use crate::page::{Page, page};
use crate::raw;

/// The relations of an account by one key, asked for when it is awaited.
#[must_use = "nothing is asked for until it is awaited"]
pub struct RelationsRequest {
    raw: raw::Client,
    id: Result<AccountId, Error>,
    key: String,
    created_from: Option<String>,
    created_until: Option<String>,
}

impl RelationsRequest {
    pub(super) fn new(raw: raw::Client, id: impl IntoId<AccountId>, key: String) -> Self {
        Self {
            raw,
            id: id.into_id(),
            key,
            created_from: None,
            created_until: None,
        }
    }

    /// Only those created at this moment or later.
    pub fn created_from(mut self, from: DateTime<Utc>) -> Self {
        self.created_from = Some(from.to_rfc3339_opts(SecondsFormat::Millis, true));
        self
    }

    /// Only those created at this moment or earlier.
    pub fn created_until(mut self, until: DateTime<Utc>) -> Self {
        self.created_until = Some(until.to_rfc3339_opts(SecondsFormat::Millis, true));
        self
    }
}

impl IntoFuture for RelationsRequest {
    type Output = Result<Page<ResourceObject>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let id = self.id?;
            if self.key.is_empty() {
                return Err(Error::invalid_input("the key of the relation is empty"));
            }
            let answer = self
                .raw
                .accounts_list_all_relations(
                    id.as_str(),
                    None,
                    self.created_until.as_deref(),
                    self.created_from.as_deref(),
                    &self.key,
                    None,
                )
                .await?
                .into_inner();
            page(answer.data, answer.links.as_ref())
        })
    }
}

impl fmt::Debug for RelationsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelationsRequest")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
