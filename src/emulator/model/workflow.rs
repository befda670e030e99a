//! Workflows: one that is there, and its runs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::{Deadline, Model};
use crate::emulator::wire;

pub(crate) const WORKFLOW_ID: &str = "wfl_EmulatedWorkflow";
pub(crate) const WORKFLOW_NAME: &str = "Emulated workflow";
pub(crate) const VERSION_ID: &str = "wfv_EmulatedWorkflow";

/// The input that says how a run is to end.
pub(crate) const OUTCOME: &str = "outcome";

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct WorkflowRun {
    pub(crate) id: String,
    pub(crate) status: RunStatus,
    ends_in_error: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RunStatus {
    InProgress,
    Completed,
    Errored,
}

impl RunStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Errored => "errored",
        }
    }
}

impl Model {
    /// Begins a run. What it is given is not kept, but for how it is to end.
    pub(crate) fn trigger_workflow(
        &mut self,
        workflow_id: &str,
        fields: &Map<String, Value>,
    ) -> Result<String, Refusal> {
        if workflow_id != WORKFLOW_ID {
            return Err(Refusal::not_found("workflow", workflow_id));
        }
        let ends_in_error = match fields.get(OUTCOME).map(Value::as_str) {
            None | Some(Some("completed")) => false,
            Some(Some("errored")) => true,
            Some(_) => {
                return Err(Refusal::unprocessable(
                    "/data/attributes/fields/outcome",
                    "the emulated workflow ends in completed or errored",
                ));
            }
        };
        let id = self.ids.next("wfr");
        let run = WorkflowRun {
            id: id.clone(),
            status: RunStatus::InProgress,
            ends_in_error,
            created_at: self.now,
            completed_at: None,
        };
        self.workflow_runs.insert(&id, run);
        self.record_run("workflow-run.created", &id);
        if self.processing_delay.is_zero() {
            self.workflow_run_is_due(&id);
        } else {
            let due_at = self.now + self.processing_delay;
            self.due(due_at, Deadline::WorkflowRun(id.clone()));
        }
        Ok(id)
    }

    pub(super) fn workflow_run_is_due(&mut self, id: &str) {
        let now = self.now;
        let Some(run) = self.workflow_runs.get_mut(id) else {
            return;
        };
        if run.status != RunStatus::InProgress {
            return;
        }
        if run.ends_in_error {
            run.status = RunStatus::Errored;
            self.record_run("workflow-run.errored", id);
        } else {
            run.status = RunStatus::Completed;
            run.completed_at = Some(now);
        }
    }

    fn record_run(&mut self, name: &str, id: &str) {
        if let Some(run) = self.workflow_runs.get(id) {
            let mut data = wire::workflow_run(run);
            // Answers about runs have it, events about them do not.
            if let Some(run) = data.as_object_mut() {
                run.remove("meta");
            }
            self.record(name, id, data);
        }
    }
}
