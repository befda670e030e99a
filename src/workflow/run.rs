//! What a run of a workflow tells.

use chrono::{DateTime, Utc};

use crate::call::Response;
use crate::id::{WorkflowId, WorkflowVersionId};
use crate::open_enum::same_name;
use crate::raw::types;
use crate::view::{moment, view};
use crate::wait::Awaited;

view! {
    /// A run of a workflow as Persona sent it.
    WorkflowRun(types::WorkflowRun), WorkflowRunId
}

/// Ends that leave no time of completion. Persona names no complete list of statuses.
const ENDED: [&str; 5] = ["completed", "errored", "failed", "canceled", "cancelled"];

impl WorkflowRun {
    /// Where it stands, such as `in_progress`. Persona calls this text open: decide by
    /// [`is_finished`](Self::is_finished) where that is enough.
    pub fn status(&self) -> &str {
        self.0.attributes.status.as_deref().unwrap_or_default()
    }

    /// Whether it is at its end: it has a time of completion, or its status says so.
    pub fn is_finished(&self) -> bool {
        self.0.attributes.completed_at.is_some()
            || ENDED.iter().any(|ended| same_name(ended, self.status()))
    }

    /// The workflow it is a run of.
    pub fn workflow_id(&self) -> Option<WorkflowId> {
        let workflow = self.0.relationships.one("workflow")?;
        Some(WorkflowId::received(&workflow.id))
    }

    /// The version it is a run of.
    pub fn version_id(&self) -> Option<WorkflowVersionId> {
        let version = self.0.relationships.one("workflow-version")?;
        Some(WorkflowVersionId::received(&version.id))
    }

    /// When it began, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.0.attributes.created_at.as_deref())
    }

    /// When it was through, UTC.
    pub fn completed_at(&self) -> Option<DateTime<Utc>> {
        moment(self.0.attributes.completed_at.as_deref())
    }
}

/// The run of an answer that is about one.
impl From<Response<types::WorkflowRunDocument>> for WorkflowRun {
    fn from(answer: Response<types::WorkflowRunDocument>) -> Self {
        answer.into_inner().data.into()
    }
}

impl Awaited for WorkflowRun {
    fn is_finished(&self) -> bool {
        self.is_finished()
    }

    fn is_expired(&self) -> bool {
        false
    }

    fn is_gone(&self) -> bool {
        false
    }

    fn state(&self) -> String {
        self.status().to_owned()
    }
}
