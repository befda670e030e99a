//! What accounts are created, changed and listed by, as JSON.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{AccountList, AccountUpdate, NewAccount};
use crate::arguments::{hides, reads_from, set};
use crate::fields::Address;
use crate::id::AccountTypeId;
use crate::page::Cursor;

reads_from!(NewAccount, NewAccountArguments);
reads_from!(AccountUpdate, AccountUpdateArguments);

/// Gives the struct of a builder's arguments what both builders take alike.
macro_rules! arguments {
    ($(#[$meta:meta])* $name:ident => $builder:ident { $($own:tt)* } $($method:ident)*) => {
        $(#[$meta])*
        #[derive(Default, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        struct $name {
            $($own)*
            /// The caller's own id for the person; not their name or address.
            #[schemars(length(min = 1))]
            reference_id: Option<String>,
            /// The status, by its name in the account type.
            status: Option<String>,
            /// Given or first name.
            name_first: Option<String>,
            /// Middle name.
            name_middle: Option<String>,
            /// Family or last name.
            name_last: Option<String>,
            /// Birthdate, YYYY-MM-DD.
            #[schemars(extend("format" = "date"))]
            birthdate: Option<String>,
            /// E-mail address.
            email_address: Option<String>,
            /// Phone number.
            phone_number: Option<String>,
            /// Social security number.
            social_security_number: Option<String>,
            /// Country, two letters (ISO 3166-1).
            #[schemars(regex(pattern = "^[A-Za-z]{2}$"))]
            country_code: Option<String>,
            /// Residence.
            address: Option<Address>,
            /// Other fields of the account type, by their keys.
            fields: Map<String, Value>,
        }

        impl From<$name> for $builder {
            fn from(given: $name) -> Self {
                let mut builder = Self::new();
                set!(builder:
                    $(given.$method => $method,)*
                    given.reference_id => reference_id,
                    given.status => status,
                    given.name_first => name_first,
                    given.name_middle => name_middle,
                    given.name_last => name_last,
                    given.birthdate => birthdate,
                    given.email_address => email_address,
                    given.phone_number => phone_number,
                    given.social_security_number => social_security_number,
                    given.address => address,
                    given.country_code => country_code,
                    given.tags => tags,
                );
                if !given.fields.is_empty() {
                    builder = builder.fields(&given.fields);
                }
                builder
            }
        }
    };
}

arguments! {
    /// An account to be created: a person over all their inquiries.
    NewAccountArguments => NewAccount {
        /// The account type; the default one unless set.
        #[schemars(with = "Option<AccountTypeId>")]
        account_type: Option<String>,
        /// Names of tags.
        tags: Option<Vec<String>>,
    }
    account_type
}

arguments! {
    /// What to change of an account; what is not named stays.
    AccountUpdateArguments => AccountUpdate {
        /// Names of tags, in place of all that are there.
        tags: Option<Vec<String>>,
    }
}

/// Which accounts to list, newest first.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AccountFilter {
    /// Only the one of this person, by the caller's own id.
    #[schemars(length(min = 1))]
    reference_id: Option<String>,
    /// How many to list at once, 1 to 100; 10 unless set.
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    /// The cursor at which an earlier page ended.
    after: Option<Cursor>,
}

hides!(AccountFilter);

impl AccountList {
    /// Narrows it down by a filter that came as JSON.
    pub fn narrow(self, by: AccountFilter) -> Self {
        let mut list = self;
        set!(list:
            by.reference_id => reference_id,
            by.page_size => page_size,
            by.after => after,
        );
        list
    }
}
