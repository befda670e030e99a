//! The kinds of lists, each with what stands on it.

use std::fmt;

use super::entry::{CreatableList, ListEntry, given, kind, open, sealed, text_kind};
use crate::error::Error;
use crate::json_api::{Resource, ResourceObject};
use crate::particulars;
use crate::raw::{self, types};
use crate::view::moment;
use crate::wire::Decimal;

text_kind! {
    /// The fingerprint of a browser.
    BrowserFingerprint("the browser fingerprint") = "browser-fingerprint":
        ListItemBrowserFingerprintAttributes,
        create_a_browser_fingerprint_list_item, retrieve_a_browser_fingerprint_list_item,
        archive_a_browser_fingerprint_list_item, list create_a_browser_fingerprint_list
}

text_kind! {
    /// The fingerprint of a device. Its lists are created in the dashboard.
    DeviceFingerprint("the device fingerprint") = "device-fingerprint":
        ListItemDeviceFingerprintAttributes,
        create_a_device_fingerprint_list_item, retrieve_a_device_fingerprint_list_item,
        archive_a_device_fingerprint_list_item
}

text_kind! {
    /// An IP address.
    IpAddress("the IP address") = "ip-address": ListItemIpAddressAttributes,
        create_an_ip_address_list_item, retrieve_an_ip_address_list_item,
        archive_an_ip_address_list_item, list create_an_ip_address_list
}

text_kind! {
    /// A phone number.
    PhoneNumber("the phone number") = "phone-number": ListItemPhoneNumberAttributes,
        create_a_phone_number_list_item, retrieve_a_phone_number_list_item,
        archive_a_phone_number_list_item, list create_a_phone_number_list
}

text_kind! {
    /// Any text.
    Text("the text") = "string": ListItemStringAttributes,
        create_a_string_list_item, retrieve_a_string_list_item, archive_a_string_list_item,
        list create_a_strings_list
}

/// A country, as two letters (ISO 3166-1).
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(serde::Deserialize, schemars::JsonSchema))]
pub struct Country(
    #[cfg_attr(feature = "schemars", schemars(regex(pattern = "^[A-Za-z]{2}$")))] pub String,
);

impl Country {
    /// The country of this code, such as `US`.
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    fn body(self, list_id: String) -> Result<types::CreateACountryListItemRequest, Error> {
        let mut body = types::CreateACountryListItemRequest::default();
        let data = body.data.get_or_insert_default();
        let attributes = data.attributes.get_or_insert_default();
        attributes.list_id = Some(list_id);
        attributes.country_code = Some(particulars::country_code(&self.0)?);
        Ok(body)
    }

    fn of(attributes: &types::ListItemCountryAttributes) -> Option<Self> {
        attributes.country_code.clone().map(Self)
    }
}

kind! {
    Country = "country": ListItemCountryAttributes,
    create_a_country_list_item, retrieve_a_country_list_item, archive_a_country_list_item,
    list create_a_country_list(ListRequest)
}

/// An e-mail address, or a part of one.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(
    feature = "schemars",
    derive(serde::Deserialize, schemars::JsonSchema),
    serde(deny_unknown_fields)
)]
#[non_exhaustive]
pub struct EmailAddress {
    /// The address or the part.
    pub value: String,
    /// What is compared, such as `email_address` or `domain`; Persona's choice unless given.
    pub match_type: Option<String>,
}

impl EmailAddress {
    /// This address.
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            match_type: None,
        }
    }

    /// What is to be compared with it.
    pub fn match_type(mut self, match_type: impl Into<String>) -> Self {
        self.match_type = Some(match_type.into());
        self
    }

    fn body(self, list_id: String) -> Result<types::CreateAnEmailAddressListItemRequest, Error> {
        let mut body = types::CreateAnEmailAddressListItemRequest::default();
        let data = body.data.get_or_insert_default();
        let attributes = data.attributes.get_or_insert_default();
        attributes.list_id = Some(list_id);
        attributes.value = Some(given("the e-mail address", self.value)?);
        attributes.match_type = self
            .match_type
            .map(|it| given("the match type", it))
            .transpose()?;
        Ok(body)
    }

    fn of(attributes: &types::ListItemEmailAddressAttributes) -> Option<Self> {
        Some(Self {
            value: attributes.value.clone()?,
            match_type: attributes.match_type.clone(),
        })
    }
}

kind! {
    EmailAddress = "email-address": ListItemEmailAddressAttributes,
    create_an_email_address_list_item, retrieve_an_email_address_list_item,
    archive_an_email_address_list_item, list create_an_email_address_list(ListRequest)
}

/// The value of a field. Its lists are created in the dashboard.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(serde::Deserialize, schemars::JsonSchema))]
pub struct FieldValue(pub String);

impl FieldValue {
    /// This value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    fn body(self, list_id: String) -> Result<types::CreateAFieldListItemRequest, Error> {
        let mut body = types::CreateAFieldListItemRequest::default();
        let data = body.data.get_or_insert_default();
        let attributes = data.attributes.get_or_insert_default();
        attributes.list_id = Some(list_id);
        attributes.field_value = Some(given("the value of the field", self.0)?);
        Ok(body)
    }

    fn of(attributes: &types::ListItemFieldAttributes) -> Option<Self> {
        attributes.field_value.clone().map(Self)
    }
}

kind! {
    FieldValue = "field": ListItemFieldAttributes,
    create_a_field_list_item, retrieve_a_field_list_item, archive_a_field_list_item
}

/// A place and what is around it.
#[derive(Clone, PartialEq, serde::Serialize)]
#[cfg_attr(
    feature = "schemars",
    derive(serde::Deserialize, schemars::JsonSchema),
    serde(deny_unknown_fields)
)]
pub struct Geolocation {
    /// Degrees, north of the equator positive.
    #[cfg_attr(feature = "schemars", schemars(range(min = -90, max = 90)))]
    pub latitude: f64,
    /// Degrees, east of Greenwich positive.
    #[cfg_attr(feature = "schemars", schemars(range(min = -180, max = 180)))]
    pub longitude: f64,
    /// Metres around the place.
    #[cfg_attr(feature = "schemars", schemars(range(min = 0)))]
    pub radius_meters: f64,
}

impl Geolocation {
    fn body(self, list_id: String) -> Result<types::CreateAGeolocationListItemRequest, Error> {
        let faults = [
            (
                !(-90.0..=90.0).contains(&self.latitude),
                "the latitude is not between -90 and 90",
            ),
            (
                !(-180.0..=180.0).contains(&self.longitude),
                "the longitude is not between -180 and 180",
            ),
            (
                !(self.radius_meters > 0.0 && self.radius_meters.is_finite()),
                "the radius is not greater than zero",
            ),
        ];
        if let Some((_, message)) = faults.into_iter().find(|(wrong, _)| *wrong) {
            return Err(Error::invalid_input(message));
        }
        let mut body = types::CreateAGeolocationListItemRequest::default();
        let data = body.data.get_or_insert_default();
        let attributes = data.attributes.get_or_insert_default();
        attributes.list_id = Some(list_id);
        attributes.latitude = Decimal::from_f64(self.latitude);
        attributes.longitude = Decimal::from_f64(self.longitude);
        attributes.radius_meters = Decimal::from_f64(self.radius_meters);
        Ok(body)
    }

    fn of(attributes: &types::ListItemGeolocationAttributes) -> Option<Self> {
        Some(Self {
            latitude: attributes.latitude.as_ref()?.to_f64(),
            longitude: attributes.longitude.as_ref()?.to_f64(),
            // Persona tells whole metres; more than 2^53 of them are no radius.
            radius_meters: attributes.radius_meters? as f64,
        })
    }
}

kind! {
    Geolocation = "geolocation": ListItemGeolocationAttributes,
    create_a_geolocation_list_item, retrieve_a_geolocation_list_item,
    archive_a_geolocation_list_item, list create_a_geolocation_list(ListRequest)
}

/// The number of a government ID.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(
    feature = "schemars",
    derive(serde::Deserialize, schemars::JsonSchema),
    serde(deny_unknown_fields)
)]
pub struct GovernmentIdNumber {
    /// The number on the ID.
    pub id_number: String,
    /// What kind of ID it is, such as `pp` or `dl`.
    pub id_class: String,
}

impl GovernmentIdNumber {
    fn body(
        self,
        list_id: String,
    ) -> Result<types::CreateAGovernmentIdNumberListItemRequest, Error> {
        let mut body = types::CreateAGovernmentIdNumberListItemRequest::default();
        let data = body.data.get_or_insert_default();
        let attributes = data.attributes.get_or_insert_default();
        attributes.list_id = Some(list_id);
        attributes.id_number = Some(given("the number of the ID", self.id_number)?);
        attributes.id_class = Some(given("the class of the ID", self.id_class)?);
        Ok(body)
    }

    fn of(attributes: &types::ListItemGovernmentIdNumberAttributes) -> Option<Self> {
        Some(Self {
            id_number: attributes.id_number.clone()?,
            id_class: attributes.id_class.clone()?,
        })
    }
}

kind! {
    GovernmentIdNumber = "government-id-number": ListItemGovernmentIdNumberAttributes,
    create_a_government_id_number_list_item, retrieve_a_government_id_number_list_item,
    archive_a_government_id_number_list_item,
    list create_a_government_id_number_list(ListRequest)
}

/// The name of a person.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(
    feature = "schemars",
    derive(serde::Deserialize, schemars::JsonSchema),
    serde(deny_unknown_fields)
)]
pub struct PersonName {
    /// Given or first name.
    pub first: String,
    /// Family or last name.
    pub last: String,
}

impl PersonName {
    fn body(self, list_id: String) -> Result<types::CreateANameListItemRequest, Error> {
        let mut body = types::CreateANameListItemRequest::default();
        let data = body.data.get_or_insert_default();
        let attributes = data.attributes.get_or_insert_default();
        attributes.list_id = Some(list_id);
        attributes.name_first = Some(given("the first name", self.first)?);
        attributes.name_last = Some(given("the last name", self.last)?);
        Ok(body)
    }

    fn of(attributes: &types::ListItemNameAttributes) -> Option<Self> {
        Some(Self {
            first: attributes.name_first.clone()?,
            last: attributes.name_last.clone()?,
        })
    }
}

kind! {
    PersonName = "name": ListItemNameAttributes,
    create_a_name_list_item, retrieve_a_name_list_item, archive_a_name_list_item,
    list create_a_name_list(CreateANameListRequest)
}
