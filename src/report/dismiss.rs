//! Matches that are somebody else.

use std::fmt;

use crate::error::Error;
use crate::raw::types;

/// Which matches to dismiss, and why.
///
/// `Debug` prints nothing of the reason.
///
/// ```
/// use withpersona::Dismissal;
///
/// let watchlist = Dismissal::all("another birthdate");
/// let press = Dismissal::entity("ent_1", "a namesake");
/// ```
#[derive(Clone)]
#[must_use]
pub struct Dismissal {
    kind: Option<&'static str>,
    id: Option<String>,
    reason: String,
}

impl Dismissal {
    /// All matches of the report; for kinds other than adverse media.
    pub fn all(reason: impl Into<String>) -> Self {
        Self {
            kind: None,
            id: None,
            reason: reason.into(),
        }
    }

    /// One person or business that adverse media found, by its
    /// [`entity_id`](super::ReportMatch::entity_id).
    pub fn entity(id: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            kind: Some("entity"),
            id: Some(id.into()),
            reason: reason.into(),
        }
    }

    /// One article that adverse media found, by the id that Persona gives to it.
    pub fn media(id: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            kind: Some("media"),
            ..Self::entity(id, reason)
        }
    }

    pub(super) fn into_body(self) -> Result<types::DismissMatchesRequest, Error> {
        if self.reason.trim().is_empty() {
            return Err(Error::invalid_input("the reason of the dismissal is empty"));
        }
        if self.id.as_deref().is_some_and(|id| id.trim().is_empty()) {
            return Err(Error::invalid_input(
                "the id of what is to be dismissed is empty",
            ));
        }
        Ok(types::DismissMatchesRequest {
            data: types::DismissMatchesRequestData {
                attributes: Some(types::DismissMatchesRequestAttributes {
                    dismiss_type: self.kind.map(str::to_owned),
                    entity_id: self.id,
                    reason: Some(self.reason),
                    ..Default::default()
                }),
                ..Default::default()
            },
            ..Default::default()
        })
    }
}

impl fmt::Debug for Dismissal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dismissal")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
