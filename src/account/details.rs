//! What can be said about a person when an account is created or updated: the same for both.

/// Gives a builder the methods that say something about the person. It has `attributes`, of a
/// generated type, `fields: NewFields` and `fault: Option<Error>`.
macro_rules! details {
    ($builder:ty) => {
        impl $builder {
            /// Your own id for the person. Persona does not treat it as a person's data: use an
            /// internal id, not an e-mail address.
            pub fn reference_id(mut self, id: impl Into<String>) -> Self {
                self.attributes.reference_id = Some(id.into());
                self
            }

            /// The status, by its name in the account type.
            pub fn status(mut self, name: impl Into<String>) -> Self {
                self.attributes.account_status = Some(name.into());
                self
            }

            /// Given or first name.
            pub fn name_first(mut self, name: impl Into<String>) -> Self {
                self.attributes.name_first = Some(name.into());
                self
            }

            /// Middle name.
            pub fn name_middle(mut self, name: impl Into<String>) -> Self {
                self.attributes.name_middle = Some(name.into());
                self
            }

            /// Family or last name.
            pub fn name_last(mut self, name: impl Into<String>) -> Self {
                self.attributes.name_last = Some(name.into());
                self
            }

            /// The birthdate: a `chrono::NaiveDate`, or text of the form `YYYY-MM-DD`.
            pub fn birthdate(mut self, date: impl ToString) -> Self {
                let date = particulars::birthdate(&date);
                self.attributes.birthdate = self.checked(date);
                self
            }

            /// The e-mail address.
            pub fn email_address(mut self, address: impl Into<String>) -> Self {
                self.attributes.email_address = Some(address.into());
                self
            }

            /// The phone number.
            pub fn phone_number(mut self, number: impl Into<String>) -> Self {
                self.attributes.phone_number = Some(number.into());
                self
            }

            /// The social security number.
            pub fn social_security_number(mut self, number: impl Into<String>) -> Self {
                self.attributes.social_security_number = Some(number.into());
                self
            }

            /// The country, as two letters (ISO 3166-1).
            pub fn country_code(mut self, code: impl AsRef<str>) -> Self {
                let code = particulars::country_code(code.as_ref());
                self.attributes.country_code = self.checked(code);
                self
            }

            /// The residence. Parts that are `None` are not sent.
            pub fn address(mut self, address: Address) -> Self {
                let attributes = &mut self.attributes;
                attributes.address_street_1 = address.street_1;
                attributes.address_street_2 = address.street_2;
                attributes.address_city = address.city;
                attributes.address_subdivision = address.subdivision;
                attributes.address_postal_code = address.postal_code;
                match address.country_code {
                    Some(code) => self.country_code(code),
                    None => self,
                }
            }

            /// Any field of the account type, by its key, as the bare value. A dot leads into a
            /// group: `employer.name`. What has a method here, such as `name-first`, is taken
            /// under that name, too.
            pub fn field(mut self, name: &str, value: impl Serialize) -> Self {
                self.fields.set_within(name, &value);
                self
            }

            /// Several fields, from a map or a struct of your own, under the names that
            /// [`field`](Self::field) takes.
            pub fn fields(mut self, fields: &impl Serialize) -> Self {
                self.fields.set_all(fields);
                self
            }

            /// The fields to be sent, without those that have an attribute of their own: changing
            /// `name-first` by that leaves the rest of the name as it is.
            fn finish_fields(&mut self) -> Result<Option<OpenObject>, Error> {
                let Some(mut fields) = self.fields.clone().finish()? else {
                    return Ok(None);
                };
                let attributes = &mut self.attributes;
                let own = [
                    ("name-first", &mut attributes.name_first),
                    ("name-middle", &mut attributes.name_middle),
                    ("name-last", &mut attributes.name_last),
                    ("address-street-1", &mut attributes.address_street_1),
                    ("address-street-2", &mut attributes.address_street_2),
                    ("address-city", &mut attributes.address_city),
                    ("address-subdivision", &mut attributes.address_subdivision),
                    ("address-postal-code", &mut attributes.address_postal_code),
                    ("address-country-code", &mut attributes.country_code),
                ];
                for (name, attribute) in own {
                    let given = fields.keys().find(|given| same_name(given, name)).cloned();
                    let Some(given) = given else { continue };
                    match fields.remove(&given) {
                        Some(Value::String(text)) if attribute.is_none() => *attribute = Some(text),
                        Some(Value::String(_)) => {
                            return Err(Error::invalid_input(format!("{name} is given twice")));
                        }
                        _ => {
                            return Err(Error::invalid_input(format!(
                                "{name} is given, and is no text"
                            )));
                        }
                    }
                }
                if let Some(code) = attributes.country_code.take() {
                    attributes.country_code = Some(particulars::country_code(&code)?);
                }
                let birthdate = fields
                    .iter()
                    .find(|(given, _)| same_name(given, "birthdate"));
                if let Some((_, Value::String(date))) = birthdate {
                    particulars::birthdate(date)?;
                }
                Ok((!fields.is_empty()).then_some(fields))
            }

            fn checked<T>(&mut self, given: Result<T, Error>) -> Option<T> {
                match given {
                    Ok(value) => Some(value),
                    Err(fault) => {
                        self.fault.get_or_insert(fault);
                        None
                    }
                }
            }

            /// What stands against sending it.
            fn check(&self) -> Result<(), Error> {
                if let Some(fault) = &self.fault {
                    return Err(fault.clone());
                }
                let attributes = &self.attributes;
                let texts = [
                    ("the reference id", &attributes.reference_id),
                    ("the status", &attributes.account_status),
                    ("the e-mail address", &attributes.email_address),
                    ("the phone number", &attributes.phone_number),
                ];
                let mut empty = texts
                    .into_iter()
                    .filter(|(_, text)| text.as_deref() == Some(""));
                if let Some((name, _)) = empty.next() {
                    return Err(Error::invalid_input(format!("{name} is empty")));
                }
                if attributes.tags.iter().flatten().any(String::is_empty) {
                    return Err(Error::invalid_input("a tag is empty"));
                }
                Ok(())
            }
        }

        impl fmt::Debug for $builder {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($builder)).finish_non_exhaustive()
            }
        }
    };
}

pub(super) use details;
