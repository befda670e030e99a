//! What people write under cases.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::json_api::ResourceObject;
use crate::view::moment;

/// The JSON:API type.
pub(super) const KIND: &str = "case-comment";

/// What somebody wrote under a case.
///
/// `Debug` prints the id alone.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct CaseComment(ResourceObject);

#[cfg(feature = "schemars")]
crate::view::describe!(CaseComment => crate::view::resource_schema());

impl CaseComment {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// What was written.
    pub fn message(&self) -> &str {
        self.text("message").unwrap_or_default()
    }

    /// Who wrote it; for a user that is an e-mail address.
    pub fn commenter_id(&self) -> Option<&str> {
        self.text("commenter-id")
    }

    /// What sort of commenter that is, such as `user`.
    pub fn commenter_type(&self) -> Option<&str> {
        self.text("commenter-type")
    }

    /// When it was written, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("created-at"))
    }

    /// Everything Persona sent of it.
    pub fn raw(&self) -> &ResourceObject {
        &self.0
    }

    fn text(&self, attribute: &str) -> Option<&str> {
        self.0.attributes.get(attribute)?.as_str()
    }
}

impl From<ResourceObject> for CaseComment {
    fn from(raw: ResourceObject) -> Self {
        Self(raw)
    }
}

impl fmt::Debug for CaseComment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseComment")
            .field("id", &self.0.id)
            .finish_non_exhaustive()
    }
}
