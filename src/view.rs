//! What the facade's types share: each is a view on a generated resource, not a copy of it.

use chrono::{DateTime, Utc};

/// A moment as Persona writes it. `None` where there is none, or where it is no RFC 3339 text:
/// the text itself can always be read through `raw()`.
pub(crate) fn moment(text: Option<&str>) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text?).ok()?;
    Some(moment.with_timezone(&Utc))
}

/// The shape that every view serializes in. Its attributes are open: Persona adds to them.
#[cfg(feature = "schemars")]
pub(crate) fn resource_schema() -> schemars::Schema {
    schemars::json_schema!({
        "type": "object",
        "properties": {
            "type": { "type": "string" },
            "id": { "type": "string" },
            "attributes": { "type": "object" },
            "relationships": { "type": "object" },
        },
        "required": ["type", "id"],
    })
}

/// The shape of an object as Persona sends it, by the names that are known. It is open, too.
#[cfg(feature = "schemars")]
pub(crate) fn object_schema<T: crate::wire::WireObject + Default>() -> schemars::Schema {
    let mut known = serde_json::Map::new();
    T::default().each(&mut |name, _| {
        known.insert(name.to_owned(), true.into());
    });
    schemars::json_schema!({ "type": "object", "properties": known })
}

/// Gives a type that serializes as it came a schema.
#[cfg(feature = "schemars")]
macro_rules! describe {
    ($name:ident $(<$lifetime:lifetime>)? => $schema:expr) => {
        impl schemars::JsonSchema for $name $(<$lifetime>)? {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $schema
            }
        }
    };
}

#[cfg(feature = "schemars")]
pub(crate) use describe;

/// Defines a view: a newtype that prints type and id only, and serializes as it came.
macro_rules! view {
    ($(#[$meta:meta])* $name:ident($raw:ty), $id:ident) => {
        $(#[$meta])*
        #[derive(Clone, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name($raw);

        impl $name {
            /// Its id.
            pub fn id(&self) -> crate::id::$id {
                crate::id::$id::received(&self.0.id)
            }

            /// Everything Persona sent, also what has no accessor here.
            pub fn raw(&self) -> &$raw {
                &self.0
            }

            /// Gives up the view for what it looks at.
            pub fn into_raw(self) -> $raw {
                self.0
            }
        }

        #[cfg(feature = "schemars")]
        crate::view::describe!($name => crate::view::resource_schema());

        impl From<$raw> for $name {
            fn from(raw: $raw) -> Self {
                Self(raw)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("id", &self.0.id)
                    .finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use view;
