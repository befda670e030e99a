//! Workflows: what Persona does by itself, and what a backend sets going.
//!
//! See <https://docs.withpersona.com/workflows>.

#[cfg(feature = "schemars")]
mod arguments;
mod list;
mod run;
mod version;

use serde::Serialize;

use crate::client::Persona;
use crate::error::Error;
use crate::fields::NewFields;
use crate::id::{IntoId, WorkflowId, WorkflowRunId};
use crate::raw::types;
use crate::wait::{WaitSetup, waiting};

#[cfg(feature = "schemars")]
pub use self::arguments::WorkflowRunFilter;
pub use self::list::{WorkflowRunList, WorkflowVersionList};
pub use self::run::WorkflowRun;
pub use self::version::{WorkflowInput, WorkflowVersion};

/// Calls on workflows; get it by [`Persona::workflows`].
#[derive(Clone, Debug)]
pub struct Workflows {
    persona: Persona,
}

impl Persona {
    /// Calls on workflows.
    pub fn workflows(&self) -> Workflows {
        Workflows {
            persona: self.clone(),
        }
    }
}

impl Workflows {
    /// Begins a run of a workflow, with the fields that its version asks for: a map or a struct of
    /// your own. [`wait`](Self::wait) for its end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when the fields are neither a
    /// map nor a struct, before anything is sent;
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such workflow in the
    /// key's environment. After [`WriteOutcome::Unknown`](crate::WriteOutcome::Unknown) it may
    /// run: send it again under the same key.
    ///
    /// See <https://docs.withpersona.com/api-reference/workflow-runs/create-a-workflow-run>.
    ///
    /// ```no_run
    /// use std::collections::BTreeMap;
    /// use std::time::Duration;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let fields = BTreeMap::from([("account_id", "act_123")]);
    /// let run = persona.workflows().trigger("wfl_123", &fields).await?;
    /// let ten_minutes = Duration::from_secs(600);
    /// let outcome = persona.workflows().wait(run.id()).deadline(ten_minutes).await?;
    /// println!("{:?}", outcome.met().map(|run| run.status().to_owned()));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn trigger(
        &self,
        id: impl IntoId<WorkflowId>,
        fields: &impl Serialize,
    ) -> Result<WorkflowRun, Error> {
        let id = id.into_id()?;
        let mut given = NewFields::default();
        given.set_all(fields);
        let body = types::CreateAWorkflowRunRequest {
            data: types::CreateAWorkflowRunRequestData {
                attributes: types::CreateAWorkflowRunRequestAttributes {
                    fields: given.finish()?.unwrap_or_default(),
                    ..Default::default()
                },
                ..Default::default()
            },
            ..Default::default()
        };
        let raw = self.persona.raw();
        let answer = raw
            .create_a_workflow_run(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Reads a run.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id in the
    /// key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/workflow-runs/retrieve-a-workflow-run>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let run = persona.workflows().retrieve_run("wfr_123").await?;
    /// println!("{}", run.status());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve_run(&self, id: impl IntoId<WorkflowRunId>) -> Result<WorkflowRun, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_a_workflow_run(id.as_str(), None, None).await?;
        Ok(answer.into())
    }

    /// Lists the runs of all workflows, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/workflow-runs/list-all-workflow-runs>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut runs = persona.workflows().runs().status("in_progress").items();
    /// while let Some(run) = runs.next().await {
    ///     println!("{}", run?.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn runs(&self) -> WorkflowRunList {
        WorkflowRunList::new(self.persona.in_background().raw())
    }

    /// Lists the versions of a workflow, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/workflow-versions/list-all-workflow-versions>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut versions = persona.workflows().versions("wfl_123").items();
    /// while let Some(version) = versions.next().await {
    ///     let version = version?;
    ///     println!("{} live: {:?}", version.id(), version.is_live());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn versions(&self, id: impl IntoId<WorkflowId>) -> WorkflowVersionList {
        WorkflowVersionList::new(self.persona.in_background().raw(), id.into_id())
    }

    /// Waits until a run is at its end, or until another condition is met. A run that errored is
    /// at its end as well: look at its [`status`](WorkflowRun::status).
    ///
    /// It needs a deadline before it can be awaited; see [`WaitSetup`].
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::Outcome;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// match persona.workflows().wait("wfr_123").deadline(Duration::from_secs(600)).await? {
    ///     Outcome::Met(run) => println!("{}", run.status()),
    ///     _ => println!("not yet"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self, id: impl IntoId<WorkflowRunId>) -> WaitSetup<WorkflowRun> {
        let workflows = self.persona.in_background().workflows();
        let id = id.into_id();
        waiting(self.persona.time(), move || {
            let workflows = workflows.clone();
            let id = id.clone();
            async move { workflows.retrieve_run(id?).await }
        })
    }
}
