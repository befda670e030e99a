//! What an API key tells of itself.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::call::Response;
use crate::json_api::Resource;
use crate::raw::types;
use crate::view::{moment, view};

view! {
    /// An API key as Persona sent it, without its value.
    ApiKeyRecord(types::ApiKey), ApiKeyId
}

impl ApiKeyRecord {
    /// What people call it.
    pub fn name(&self) -> &str {
        self.attributes().name.as_deref().unwrap_or_default()
    }

    /// What it is for.
    pub fn note(&self) -> Option<&str> {
        self.attributes().note.as_deref()
    }

    /// What it may do, such as `report.read`.
    pub fn permissions(&self) -> Vec<&str> {
        texts(&self.attributes().permissions)
    }

    /// From where it may be used; `*` is from everywhere.
    pub fn ip_address_allowlist(&self) -> Vec<&str> {
        texts(&self.attributes().ip_address_allowlist)
    }

    /// The attributes that answers to it leave out. They come as if they were not there.
    pub fn attributes_blocklist(&self) -> Vec<&str> {
        let blocked = self.attributes().api_attributes_blocklist.iter();
        let blocked = blocked.flatten().flatten();
        blocked.map(String::as_str).collect()
    }

    /// The version of the API that it speaks where a request names none. This client names one.
    pub fn api_version(&self) -> Option<&str> {
        self.attributes().api_version.as_deref()
    }

    /// The casing of names in answers where a request names none. This client names one.
    pub fn inflection(&self) -> Option<&str> {
        self.attributes().api_key_inflection.as_deref()
    }

    /// How long the addresses of files are good that come in answers to it.
    pub fn file_access_expires_in(&self) -> Option<Duration> {
        let seconds = self.attributes().file_access_token_expires_in?;
        u64::try_from(seconds).ok().map(Duration::from_secs)
    }

    /// When it was used last, UTC.
    pub fn last_used_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().last_used_at.as_deref())
    }

    /// When it ends, UTC; `None` as long as nobody said so.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().expires_at.as_deref())
    }

    /// When it was made, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().created_at.as_deref())
    }

    /// The key of an answer that told its value, after the value was taken out.
    pub(super) fn without_value(made: types::ApiKeyWithValue) -> Self {
        let from = made.attributes;
        let mut key = Resource::new(
            made.kind,
            types::ApiKeyAttributes {
                api_attributes_blocklist: from.api_attributes_blocklist,
                api_key_inflection: from.api_key_inflection,
                api_version: from.api_version,
                created_at: from.created_at,
                expires_at: from.expires_at,
                file_access_token_expires_in: from.file_access_token_expires_in,
                ip_address_allowlist: from.ip_address_allowlist,
                last_used_at: from.last_used_at,
                name: from.name,
                note: from.note,
                permissions: from.permissions,
                extra: from.extra,
            },
        );
        key.id = made.id;
        key.relationships = made.relationships;
        key.extra = made.extra;
        Self(key)
    }

    fn attributes(&self) -> &types::ApiKeyAttributes {
        &self.0.attributes
    }
}

/// The key of an answer that is about one.
impl From<Response<types::ApiKeyDocument>> for ApiKeyRecord {
    fn from(answer: Response<types::ApiKeyDocument>) -> Self {
        answer.into_inner().data.into()
    }
}

fn texts(list: &Option<Vec<String>>) -> Vec<&str> {
    list.iter().flatten().map(String::as_str).collect()
}
