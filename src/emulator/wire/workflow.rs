use chrono::DateTime;
use serde_json::{Value, json};

use super::{optional_timestamp, timestamp, to_one};
use crate::emulator::model::workflow::{
    OUTCOME, VERSION_ID, WORKFLOW_ID, WORKFLOW_NAME, WorkflowRun,
};

/// A run of a workflow as a resource object.
pub(crate) fn workflow_run(run: &WorkflowRun) -> Value {
    let took = run.completed_at.map(|at| at - run.created_at);
    json!({
        "type": "workflow-run",
        "id": run.id,
        "attributes": {
            "status": run.status.as_str(),
            "created-at": timestamp(run.created_at),
            "completed-at": optional_timestamp(run.completed_at),
        },
        "relationships": {
            "workflow-version": to_one("workflow-version", Some(VERSION_ID)),
            "workflow": to_one("workflow", Some(WORKFLOW_ID)),
            "creator": to_one("user", None),
        },
        "meta": {
            "processing-time-seconds": took.map(|took| took.num_milliseconds() as f64 / 1000.0),
        },
    })
}

/// The one version of the one workflow as a resource object.
pub(crate) fn workflow_version() -> Value {
    json!({
        "type": "workflow-version",
        "id": VERSION_ID,
        "attributes": {
            "workflow-name": WORKFLOW_NAME,
            "description": null,
            "status": "published",
            "trigger-type": "trigger-api",
            "live": true,
            "rollout-label": "treatment",
            "rollout-percentage": 100,
            "last-updater": null,
            "inputs": [{ "name": OUTCOME, "type": "string", "required": false }],
            "outputs": [],
            "created-at": timestamp(DateTime::UNIX_EPOCH),
            "updated-at": timestamp(DateTime::UNIX_EPOCH),
            "published-at": timestamp(DateTime::UNIX_EPOCH),
        },
        "relationships": { "workflow": to_one("workflow", Some(WORKFLOW_ID)) },
    })
}

/// The one workflow as a resource object.
pub(crate) fn workflow() -> Value {
    json!({
        "type": "workflow",
        "id": WORKFLOW_ID,
        "attributes": {
            "status": "running",
            "name": WORKFLOW_NAME,
            "created-at": timestamp(DateTime::UNIX_EPOCH),
        },
        "relationships": {
            "latest-published-version": to_one("workflow-version", Some(VERSION_ID)),
            "active-deployment": { "data": null },
        },
    })
}
