//! What a version of a workflow tells.

use chrono::{DateTime, Utc};

use crate::id::WorkflowId;
use crate::raw::types;
use crate::view::{moment, view};

view! {
    /// A version of a workflow as Persona sent it.
    WorkflowVersion(types::WorkflowVersion), WorkflowVersionId
}

/// A field that a version takes when it is triggered.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WorkflowInput {
    /// What it is called.
    pub name: String,
    /// The type of JSON that it takes, such as `string`.
    pub kind: Option<String>,
    /// Whether a run cannot do without it.
    pub is_required: bool,
}

impl WorkflowVersion {
    /// The name of the workflow.
    pub fn workflow_name(&self) -> Option<&str> {
        self.attributes().workflow_name.as_deref()
    }

    /// The workflow it is a version of.
    pub fn workflow_id(&self) -> Option<WorkflowId> {
        let workflow = self.0.relationships.one("workflow")?;
        Some(WorkflowId::received(&workflow.id))
    }

    /// Where it stands, such as `draft`, `published` or `archived`.
    pub fn status(&self) -> &str {
        self.attributes().status.as_deref().unwrap_or_default()
    }

    /// Whether runs are made from it. While a version is rolled out, two are.
    pub fn is_live(&self) -> Option<bool> {
        self.attributes().live
    }

    /// What begins a run of it, such as `trigger-api`.
    pub fn trigger_type(&self) -> Option<&str> {
        self.attributes().trigger_type.as_deref()
    }

    /// The fields that it takes when it is triggered.
    pub fn inputs(&self) -> Vec<WorkflowInput> {
        let inputs = self.attributes().inputs.iter().flatten();
        inputs
            .map(|input| WorkflowInput {
                name: input.name.clone().unwrap_or_default(),
                kind: input.type_.clone(),
                is_required: input.required.unwrap_or_default(),
            })
            .collect()
    }

    /// When it was published, UTC.
    pub fn published_at(&self) -> Option<DateTime<Utc>> {
        moment(self.attributes().published_at.as_deref())
    }

    fn attributes(&self) -> &types::WorkflowVersionAttributes {
        &self.0.attributes
    }
}
