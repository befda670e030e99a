//! What API keys are made, changed and listed by, as JSON.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ApiKeyList, ApiKeyUpdate, NewApiKey};
use crate::arguments::{hides, reads_from, set};
use crate::page::Cursor;

reads_from!(NewApiKey, NewApiKeyArguments);
reads_from!(ApiKeyUpdate, ApiKeyUpdateArguments);

/// Gives the struct of a builder's arguments what both builders take alike.
macro_rules! arguments {
    ($(#[$meta:meta])* $name:ident => $builder:ident($given:ident) { $($own:tt)* } $begun:expr) => {
        $(#[$meta])*
        #[derive(Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        struct $name {
            $($own)*
            /// What it is for.
            #[serde(default)]
            note: Option<String>,
            /// The only things it may do, such as report.read.
            #[serde(default)]
            permissions: Option<Vec<String>>,
            /// The only addresses from which it may be used.
            #[serde(default)]
            ip_address_allowlist: Option<Vec<String>>,
            /// Attributes that answers to it leave out, such as address-*.
            #[serde(default)]
            attributes_blocklist: Option<Vec<String>>,
            /// The version of the API that it speaks where a request names none, YYYY-MM-DD.
            #[serde(default)]
            #[schemars(extend("format" = "date"))]
            api_version: Option<String>,
            /// The casing of names in answers where a request names none.
            #[serde(default)]
            #[schemars(extend("examples" = ["kebab", "camel", "snake"]))]
            inflection: Option<String>,
            /// Seconds for which the addresses of files are good that come in answers to it.
            #[serde(default)]
            #[schemars(range(min = 1, max = 86_400))]
            file_access_expires_in_seconds: Option<u64>,
        }

        impl From<$name> for $builder {
            fn from($given: $name) -> Self {
                let mut builder = $begun;
                set!(builder:
                    $given.note => note,
                    $given.permissions => permissions,
                    $given.ip_address_allowlist => ip_address_allowlist,
                    $given.attributes_blocklist => attributes_blocklist,
                    $given.api_version => api_version,
                    $given.inflection => inflection,
                    $given.file_access_expires_in_seconds.map(Duration::from_secs)
                        => file_access_expires_in,
                );
                builder
            }
        }
    };
}

arguments! {
    /// An API key to be made.
    NewApiKeyArguments => NewApiKey(given) {
        /// What people call it.
        #[schemars(length(min = 1))]
        name: String,
    }
    Self::named(given.name)
}

arguments! {
    /// What to change of an API key; what is not named stays.
    ApiKeyUpdateArguments => ApiKeyUpdate(given) {
        /// What people call it.
        #[serde(default)]
        #[schemars(length(min = 1))]
        name: Option<String>,
    }
    given.name.into_iter().fold(Self::new(), Self::name)
}

/// Which API keys to list, newest first.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApiKeyFilter {
    /// Only those of this name.
    #[schemars(length(min = 1))]
    name: Option<String>,
    /// How many to list at once, 1 to 100; 10 unless set.
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    /// The cursor at which an earlier page ended.
    after: Option<Cursor>,
}

hides!(ApiKeyFilter);

impl ApiKeyList {
    /// Narrows it down by a filter that came as JSON.
    pub fn narrow(self, by: ApiKeyFilter) -> Self {
        let mut list = self;
        set!(list:
            by.name => name,
            by.page_size => page_size,
            by.after => after,
        );
        list
    }
}
