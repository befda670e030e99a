/// What the rows of an import become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImportKind {
    /// Accounts.
    Accounts,
    /// Items of a list of email addresses.
    EmailAddresses,
    /// Items of a list of geolocations.
    Geolocations,
    /// Items of a list of government ID numbers.
    GovernmentIdNumbers,
    /// Items of a list of IP addresses.
    IpAddresses,
    /// Items of a list of names.
    Names,
    /// Items of a list of phone numbers.
    PhoneNumbers,
}

impl ImportKind {
    /// The columns that Persona takes.
    ///
    /// ```
    /// assert_eq!(withpersona::ImportKind::Names.columns(), ["name_first", "name_last"]);
    /// ```
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Accounts => &[
                "reference_id",
                "name_first",
                "name_middle",
                "name_last",
                "birthdate",
                "social_security_number",
                "tags",
            ],
            Self::EmailAddresses => &["value", "match_type"],
            Self::Geolocations => &["latitude", "longitude", "radius_meters"],
            Self::GovernmentIdNumbers => &["id_number", "id_class"],
            Self::IpAddresses | Self::PhoneNumbers => &["value"],
            Self::Names => &["name_first", "name_last"],
        }
    }

    /// Those without which a row says nothing.
    pub(super) fn needed(self) -> &'static [&'static str] {
        match self {
            Self::Accounts | Self::Names => &[],
            Self::EmailAddresses | Self::IpAddresses | Self::PhoneNumbers => &["value"],
            Self::Geolocations => &["latitude", "longitude", "radius_meters"],
            Self::GovernmentIdNumbers => &["id_number"],
        }
    }

    pub(super) fn operation(self) -> &'static str {
        match self {
            Self::Accounts => "import-an-account",
            Self::EmailAddresses => "import-email-address-lists",
            Self::Geolocations => "import-geolocation-lists",
            Self::GovernmentIdNumbers => "import-government-id-number-lists",
            Self::IpAddresses => "import-ip-address-lists",
            Self::Names => "import-name-lists",
            Self::PhoneNumbers => "import-phone-number-lists",
        }
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Accounts => "/importer/accounts",
            Self::EmailAddresses => "/importer/list-item/email-addresses",
            Self::Geolocations => "/importer/list-item/geolocations",
            Self::GovernmentIdNumbers => "/importer/list-item/government-id-numbers",
            Self::IpAddresses => "/importer/list-item/ip-addresses",
            Self::Names => "/importer/list-item/names",
            Self::PhoneNumbers => "/importer/list-item/phone-numbers",
        }
    }
}
