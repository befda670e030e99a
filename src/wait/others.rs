//! Waiting for what has no facade: workflow runs and graph queries, by their raw types.

use crate::client::Persona;
#[cfg(feature = "workflows")]
use crate::id::{IntoId, WorkflowRunId};
use crate::raw::types;
use crate::wait::{Awaited, WaitSetup, waiting};

#[cfg(feature = "workflows")]
impl Persona {
    /// Waits until a workflow run has completed or failed. Its statuses are free text; a run
    /// counts as finished once it says when it completed, or that it failed.
    ///
    /// See <https://docs.withpersona.com/api-reference/workflow-runs/retrieve-a-workflow-run>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let wait = persona.wait_for_workflow_run("wfr_123");
    /// let outcome = wait.deadline(Duration::from_secs(60)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_workflow_run(
        &self,
        id: impl IntoId<WorkflowRunId>,
    ) -> WaitSetup<types::WorkflowRun> {
        let raw = self.in_background().raw();
        let id = id.into_id();
        waiting(move || {
            let (raw, id) = (raw.clone(), id.clone());
            async move {
                let answer = raw
                    .retrieve_a_workflow_run(id?.as_str(), None, None)
                    .await?;
                Ok(answer.into_inner().data)
            }
        })
    }
}

#[cfg(feature = "workflows")]
impl Awaited for types::WorkflowRun {
    fn is_finished(&self) -> bool {
        self.attributes.completed_at.is_some() || has_ended(self.attributes.status.as_deref())
    }

    fn is_expired(&self) -> bool {
        false
    }

    fn is_gone(&self) -> bool {
        false
    }

    fn state(&self) -> String {
        self.attributes.status.clone().unwrap_or_default()
    }
}

#[cfg(feature = "graph")]
impl Persona {
    /// Waits until a graph query has an outcome: completed, errored, cancelled or timed out.
    ///
    /// See <https://docs.withpersona.com/api-reference/graph/retrieve-a-graph-query>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let wait = persona.wait_for_graph_query("grq_123");
    /// let outcome = wait.deadline(Duration::from_secs(60)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_graph_query(&self, id: impl Into<String>) -> WaitSetup<types::GraphQuery> {
        let raw = self.in_background().raw();
        let id = id.into();
        waiting(move || {
            let (raw, id) = (raw.clone(), id.clone());
            async move {
                let answer = raw.retrieve_a_graph_query(&id, None, None).await?;
                Ok(answer.into_inner().data)
            }
        })
    }
}

#[cfg(feature = "graph")]
impl Awaited for types::GraphQuery {
    fn is_finished(&self) -> bool {
        has_ended(self.attributes.status.as_deref())
    }

    fn is_expired(&self) -> bool {
        false
    }

    fn is_gone(&self) -> bool {
        self.attributes.redacted_at.is_some()
    }

    fn state(&self) -> String {
        self.attributes.status.clone().unwrap_or_default()
    }
}

/// Whether nothing comes after this status.
fn has_ended(status: Option<&str>) -> bool {
    const ENDS: [&str; 6] = [
        "completed",
        "errored",
        "failed",
        "cancelled",
        "canceled",
        "timed_out",
    ];
    let is_end = |status| {
        ENDS.iter()
            .any(|end| crate::open_enum::same_name(status, end))
    };
    status.is_some_and(is_end)
}
