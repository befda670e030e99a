//! The person that a report looks for.

use std::fmt;

use crate::error::Error;
use crate::particulars::{birthdate, country_code};

/// The person that a report looks for: a full name or its parts, and what narrows the search.
///
/// What is wrong with it is told when the report is created, before anything is sent. `Debug`
/// prints nothing of the person.
///
/// ```
/// use withpersona::Subject;
///
/// let by_full_name = Subject::full_name("Jane Q. Doe").birthdate("1977-07-17");
/// let by_parts = Subject::name_parts("Jane", "Doe").name_middle("Q.").country_code("US");
/// assert_eq!(format!("{by_parts:?}"), "Subject");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Subject {
    pub(super) full: Option<String>,
    pub(super) first: Option<String>,
    pub(super) middle: Option<String>,
    pub(super) last: Option<String>,
    pub(super) birthdate: Option<String>,
    pub(super) country_code: Option<String>,
}

/// A subject that can be sent, and the names that the query gives to its parts.
pub(super) struct Query {
    pub(super) name: [(&'static str, Option<String>); 4],
    pub(super) birthdate: Option<String>,
    pub(super) country_code: Option<String>,
}

impl Subject {
    /// Somebody by their whole name, in one text.
    pub fn full_name(name: impl Into<String>) -> Self {
        Self {
            full: Some(name.into()),
            ..Self::default()
        }
    }

    /// Somebody by first and last name. One of them may be empty, as a name of one word is.
    pub fn name_parts(first: impl Into<String>, last: impl Into<String>) -> Self {
        Self {
            first: Some(first.into()),
            last: Some(last.into()),
            ..Self::default()
        }
    }

    /// The middle name; beside name parts only.
    pub fn name_middle(mut self, name: impl Into<String>) -> Self {
        self.middle = Some(name.into());
        self
    }

    /// The birthdate: a [`chrono::NaiveDate`] or a text of the form `YYYY-MM-DD`.
    pub fn birthdate(mut self, date: impl fmt::Display) -> Self {
        self.birthdate = Some(date.to_string());
        self
    }

    /// The country: two letters of ISO 3166-1, such as `US`.
    pub fn country_code(mut self, code: impl Into<String>) -> Self {
        self.country_code = Some(code.into());
        self
    }

    pub(super) fn into_query(self) -> Result<Query, Error> {
        let name = [
            ("term", named(self.full)),
            ("name-first", named(self.first)),
            ("name-middle", named(self.middle)),
            ("name-last", named(self.last)),
        ];
        let full = name[0].1.is_some();
        let parts = name[1..].iter().any(|(_, part)| part.is_some());
        match (full, parts) {
            (true, true) => {
                return Err(Error::invalid_input(
                    "the subject has both a full name and name parts: give one of them",
                ));
            }
            (false, false) => {
                return Err(Error::invalid_input(
                    "the subject has no name: give a full name or name parts",
                ));
            }
            _ => {}
        }
        Ok(Query {
            name,
            birthdate: self.birthdate.as_ref().map(birthdate).transpose()?,
            country_code: self.country_code.as_deref().map(country_code).transpose()?,
        })
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject")
    }
}

/// A name that says something.
fn named(name: Option<String>) -> Option<String> {
    name.filter(|name| !name.trim().is_empty())
}
