//! Inputs as JSON, for those who expose these calls as tools: what a builder takes is described by
//! a plain struct, of which the builder borrows its schema and its way of being read.

/// Lets a builder be read from JSON and describe that JSON, by a struct of its arguments. Whatever
/// the builder refuses it refuses as ever: when the call is made, before anything is sent.
macro_rules! reads_from {
    ($builder:ty, $arguments:ty) => {
        impl<'de> serde::Deserialize<'de> for $builder {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <$arguments as serde::Deserialize>::deserialize(from).map(Into::into)
            }
        }

        impl schemars::JsonSchema for $builder {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($builder).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <$arguments as schemars::JsonSchema>::json_schema(generator)
            }
        }
    };
}

pub(crate) use reads_from;

/// Calls the builder's method of each argument that is given.
macro_rules! set {
    ($builder:ident: $($argument:expr => $method:ident),* $(,)?) => {
        $(if let Some(given) = $argument {
            $builder = $builder.$method(given);
        })*
    };
}

pub(crate) use set;

/// An id inside of a value that is no builder: it is looked at as soon as it is read.
pub(crate) fn checked<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: TryFrom<String, Error = crate::id::InvalidId>,
{
    let text: String = serde::Deserialize::deserialize(from)?;
    T::try_from(text).map_err(serde::de::Error::custom)
}

/// A filter can hold a reference id: it does not print.
macro_rules! hides {
    ($filter:ident) => {
        impl std::fmt::Debug for $filter {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($filter)).finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use hides;
