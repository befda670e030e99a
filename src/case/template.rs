//! What a template of cases tells.

use crate::json_api::Tagged;
use crate::raw::types;
use crate::view::view;

view! {
    /// A template of cases as Persona sent it.
    CaseTemplate(types::CaseTemplate), CaseTemplateId
}

impl CaseTemplate {
    /// Its name.
    pub fn name(&self) -> &str {
        self.0.attributes.name.as_deref().unwrap_or_default()
    }

    /// Whether new cases can be made from it, such as `active`.
    pub fn status(&self) -> &str {
        self.0.attributes.status.as_deref().unwrap_or_default()
    }

    /// What its cases can be resolved to.
    pub fn resolutions(&self) -> Vec<&str> {
        let resolutions = self.0.attributes.resolutions.iter().flatten();
        resolutions.map(String::as_str).collect()
    }

    /// The fields of its cases: name (`key`), type and settings of each.
    pub fn field_schemas(&self) -> &[Tagged] {
        self.0
            .attributes
            .field_schemas
            .as_deref()
            .unwrap_or_default()
    }
}
