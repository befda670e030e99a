//! An address, in the parts that Persona has for it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An address as Persona takes it apart. `Debug` prints nothing of it.
///
/// ```
/// use withpersona::Address;
///
/// let address = Address {
///     street_1: Some("1 Main St".to_owned()),
///     city: Some("Springfield".to_owned()),
///     country_code: Some("US".to_owned()),
///     ..Address::default()
/// };
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Address {
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_1: Option<String>,
    /// Apartment, suite and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_2: Option<String>,
    /// City or town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, province or canton; in the US the name in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subdivision: Option<String>,
    /// ZIP or postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country, two letters (ISO 3166-1).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(regex(pattern = "^[A-Za-z]{2}$")))]
    pub country_code: Option<String>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").finish_non_exhaustive()
    }
}
