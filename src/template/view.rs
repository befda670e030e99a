use chrono::{DateTime, Utc};

use crate::id::{TemplateId, TemplateVersionId};
use crate::json_api::Tagged;
use crate::raw::types;
use crate::view::{moment, view};

view! {
    /// An inquiry template as Persona sent it.
    InquiryTemplate(types::InquiryTemplate), TemplateId
}

view! {
    /// A version of an inquiry template as Persona sent it.
    InquiryTemplateVersion(types::InquiryTemplateVersion), TemplateVersionId
}

impl InquiryTemplate {
    /// Its name in the dashboard.
    pub fn name(&self) -> Option<&str> {
        self.0.attributes.name.as_deref()
    }

    /// Whether it can be used, in Persona's words, such as `active`.
    pub fn status(&self) -> Option<&str> {
        self.0.attributes.status.as_deref()
    }

    /// The version that new inquiries are made from. An inquiry stays with the version that it
    /// began with.
    pub fn latest_version_id(&self) -> Option<TemplateVersionId> {
        let version = self.0.relationships.one("latest-published-version")?;
        Some(TemplateVersionId::received(&version.id))
    }

    /// The fields that its inquiries have.
    pub fn fields(&self) -> Vec<FieldSchema<'_>> {
        let schemas = self.0.attributes.field_schemas.iter().flatten();
        schemas.map(FieldSchema).collect()
    }
}

impl InquiryTemplateVersion {
    /// The template that it is a version of.
    pub fn template_id(&self) -> Option<TemplateId> {
        let template = self.0.relationships.one("inquiry-template")?;
        Some(TemplateId::received(&template.id))
    }

    /// How far it is, in Persona's words, such as `draft` or `published`.
    pub fn status(&self) -> Option<&str> {
        self.0.attributes.status.as_deref()
    }

    /// Whether new inquiries are made from it.
    pub fn is_live(&self) -> bool {
        self.0.attributes.live.unwrap_or_default()
    }

    /// When it was published, UTC.
    pub fn published_at(&self) -> Option<DateTime<Utc>> {
        moment(self.0.attributes.published_at.as_deref())
    }
}

/// A field of a template.
#[derive(Clone, Copy, Debug, serde::Serialize)]
#[serde(transparent)]
pub struct FieldSchema<'t>(&'t Tagged);

#[cfg(feature = "schemars")]
crate::view::describe!(FieldSchema<'_> => crate::view::object_schema::<Tagged>());

impl<'t> FieldSchema<'t> {
    /// Its name, as in [`Inquiry::fields`](crate::Inquiry::fields).
    pub fn name(&self) -> &'t str {
        let name = self.0.extra.get("key").and_then(|name| name.as_str());
        name.unwrap_or_default()
    }

    /// Its type, such as `string`, `date` or `choices`.
    pub fn kind(&self) -> &'t str {
        self.0.kind.as_deref().unwrap_or_default()
    }

    /// Whether an inquiry cannot do without it.
    pub fn is_required(&self) -> bool {
        let required = self.config("required").and_then(|given| given.as_bool());
        required.unwrap_or_default()
    }

    /// Whether it is no longer in use.
    pub fn is_archived(&self) -> bool {
        ["archived-at", "deactivated-at"]
            .iter()
            .any(|name| self.config(name).is_some_and(|at| !at.is_null()))
    }

    /// The values that it can have, of a field of choices.
    pub fn options(&self) -> Vec<&'t str> {
        let options = self.config("options").and_then(|given| given.as_array());
        let options = options.into_iter().flatten();
        options.filter_map(|option| option.as_str()).collect()
    }

    /// Everything Persona sent of it.
    pub fn raw(&self) -> &'t Tagged {
        self.0
    }

    fn config(&self, name: &str) -> Option<&'t serde_json::Value> {
        self.0.extra.get("config")?.get(name)
    }
}
