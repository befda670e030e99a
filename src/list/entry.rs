//! What an entry of any kind of list can do, and what makes a type one.

use std::future::Future;

use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::json_api::{Attributes, Resource, ResourceObject};
use crate::raw;

/// What can be put on a list: one type for each kind of lists.
///
/// The types are those of this module; no other can be added.
pub trait ListEntry: sealed::Entry {}

/// What is on the kinds of lists that can be created by the API. The others are created in the
/// dashboard.
pub trait CreatableList: ListEntry + sealed::List {}

pub(super) mod sealed {
    use super::*;

    type Answer<T> = Result<Resource<T>, Error>;

    /// How items of one kind are sent and read.
    pub trait Entry: Sized {
        type Attributes: Attributes + Clone + Send + Sync;

        /// The name of the kind in types: `name` of `list-item/name`.
        const KIND: &'static str;

        fn send(
            self,
            raw: raw::Client,
            list_id: String,
        ) -> impl Future<Output = Answer<Self::Attributes>> + Send;

        fn retrieve(
            raw: raw::Client,
            id: String,
        ) -> impl Future<Output = Answer<Self::Attributes>> + Send;

        fn archive(
            raw: raw::Client,
            id: String,
        ) -> impl Future<Output = Answer<Self::Attributes>> + Send;

        fn read(attributes: &Self::Attributes) -> Option<Self>;

        fn standing(attributes: &Self::Attributes) -> Standing<'_>;
    }

    /// How lists of one kind are created.
    pub trait List: Entry {
        fn create_list(
            raw: raw::Client,
            name: String,
        ) -> impl Future<Output = Result<ResourceObject, Error>> + Send;
    }

    /// What items of all kinds tell.
    pub struct Standing<'a> {
        pub status: Option<&'a str>,
        pub match_count: Option<i64>,
        pub archived_at: Option<DateTime<Utc>>,
        pub created_at: Option<DateTime<Utc>>,
    }
}

/// What a kind does with the calls that are its own. `body` and `read` are the kind's.
macro_rules! kind {
    (
        $entry:ident = $kind:literal: $attributes:ident,
        $create:ident, $retrieve:ident, $archive:ident $(, list $create_list:ident($request:ident))?
    ) => {
        impl sealed::Entry for $entry {
            type Attributes = types::$attributes;

            const KIND: &'static str = $kind;

            async fn send(
                self,
                raw: raw::Client,
                list_id: String,
            ) -> Result<Resource<Self::Attributes>, Error> {
                let body = self.body(list_id)?;
                Ok(raw.$create(None, None, &body).await?.into_inner().data)
            }

            async fn retrieve(
                raw: raw::Client,
                id: String,
            ) -> Result<Resource<Self::Attributes>, Error> {
                Ok(raw.$retrieve(&id, None, None).await?.into_inner().data)
            }

            async fn archive(
                raw: raw::Client,
                id: String,
            ) -> Result<Resource<Self::Attributes>, Error> {
                Ok(raw.$archive(&id, None, None).await?.into_inner().data)
            }

            fn read(attributes: &Self::Attributes) -> Option<Self> {
                Self::of(attributes)
            }

            fn standing(attributes: &Self::Attributes) -> sealed::Standing<'_> {
                sealed::Standing {
                    status: attributes.status.as_deref(),
                    match_count: attributes.match_count,
                    archived_at: moment(attributes.archived_at.as_deref()),
                    created_at: moment(attributes.created_at.as_deref()),
                }
            }
        }

        impl ListEntry for $entry {}

        impl fmt::Debug for $entry {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($entry)).finish_non_exhaustive()
            }
        }

        $(
            impl sealed::List for $entry {
                async fn create_list(raw: raw::Client, name: String) -> Result<ResourceObject, Error> {
                    let mut body = types::$request::default();
                    let data = body.data.get_or_insert_default();
                    data.attributes.get_or_insert_default().name = Some(name);
                    let list = raw.$create_list(None, None, &body).await?.into_inner().data;
                    open(&list)
                }
            }

            impl CreatableList for $entry {}
        )?
    };
}

/// A kind whose items are one text.
macro_rules! text_kind {
    (
        $(#[$meta:meta])* $entry:ident($what:literal) = $kind:literal: $attributes:ident,
        $create:ident, $retrieve:ident, $archive:ident $(, list $create_list:ident)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, serde::Serialize)]
        #[cfg_attr(feature = "schemars", derive(serde::Deserialize, schemars::JsonSchema))]
        pub struct $entry(pub String);

        impl $entry {
            /// An entry of this text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            fn body(self, list_id: String) -> Result<types::ListItemRequest, Error> {
                let mut body = types::ListItemRequest::default();
                let data = body.data.get_or_insert_default();
                let attributes = data.attributes.get_or_insert_default();
                attributes.list_id = Some(list_id);
                attributes.value = Some(given($what, self.0)?);
                Ok(body)
            }

            fn of(attributes: &types::$attributes) -> Option<Self> {
                attributes.value.clone().map(Self)
            }
        }

        kind! {
            $entry = $kind: $attributes, $create, $retrieve, $archive
            $(, list $create_list(ListRequest))?
        }
    };
}

pub(super) use {kind, text_kind};

pub(super) fn given(what: &str, text: String) -> Result<String, Error> {
    if text.trim().is_empty() {
        Err(Error::invalid_input(format!("{what} is empty")))
    } else {
        Ok(text)
    }
}

/// A list of one kind as one of any kind.
pub(super) fn open(list: &impl serde::Serialize) -> Result<ResourceObject, Error> {
    let unreadable = || {
        Error::new(
            crate::error::ErrorKind::Decode,
            "the list that was created cannot be read",
        )
    };
    let list = serde_json::to_value(list).map_err(|_| unreadable())?;
    serde_json::from_value(list).map_err(|_| unreadable())
}
