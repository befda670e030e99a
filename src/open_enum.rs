//! Enums of values that Persona may add to at any time.

/// Defines an enum of known texts and `Other`, which keeps any other text as it came.
///
/// `needs_review`, `needs-review` and `needsReview` are the same text.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)*
    }) => {
        $(#[$meta])*
        ///
        /// Values that Persona adds later are kept in `Other`.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that this version of the crate does not know, as it came.
            Other(String),
        }

        impl $name {
            /// The value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                // As Persona writes it nearly always; an enum can have a hundred values.
                match text {
                    $($text => return Self::$variant,)*
                    _ => {}
                }
                $(if crate::open_enum::same_name(text, $text) {
                    return Self::$variant;
                })*
                Self::Other(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        /// A text; those that are known stand as examples.
        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let known: &[&str] = &[$($text),*];
                schemars::json_schema!({ "type": "string", "examples": known })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Ok(Self::from(String::deserialize(from)?))
            }
        }
    };
}

pub(crate) use open_enum;

/// Whether two names differ in nothing but kebab, snake or camel case.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    words(one).eq(words(other))
}

fn words(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars()
        .filter(|letter| !matches!(letter, '-' | '_'))
        .map(|letter| letter.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::same_name;

    #[test]
    fn inflections_of_one_name_are_the_same() {
        for name in ["needs-review", "needs_review", "needsReview"] {
            assert!(same_name(name, "needs_review"));
        }
        assert!(!same_name("needs_review", "needs_reviews"));
    }
}
