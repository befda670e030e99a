//! Lists of runs and versions.

use std::fmt;

use super::{WorkflowRun, WorkflowVersion};
use crate::error::Error;
use crate::id::WorkflowId;
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of runs to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct WorkflowRunList {
    raw: raw::Client,
    status: Option<String>,
    paging: Paging,
}

paged!(WorkflowRunList => WorkflowRun);

impl WorkflowRunList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            status: None,
            paging: Paging::default(),
        }
    }

    /// Only those of this status, such as `in_progress`.
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.status = self.paging.filled("the status", status);
        self
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<WorkflowRun>, Error> {
        let status = self.status.as_deref();
        let after = after.map(Cursor::as_str);
        let answer = self
            .raw
            .list_all_workflow_runs(None, status, after, None, self.paging.size())
            .await?
            .into_inner();
        let runs = answer.data.into_iter().map(WorkflowRun::from).collect();
        page(runs, answer.links.as_ref())
    }
}

impl fmt::Debug for WorkflowRunList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowRunList").finish_non_exhaustive()
    }
}

/// The versions of a workflow to be read, newest first; take its [`items`](Self::items) or
/// [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct WorkflowVersionList {
    raw: raw::Client,
    id: Result<WorkflowId, Error>,
    paging: Paging,
}

paged!(WorkflowVersionList => WorkflowVersion, whole);

impl WorkflowVersionList {
    pub(super) fn new(raw: raw::Client, id: Result<WorkflowId, Error>) -> Self {
        Self {
            raw,
            id,
            paging: Paging::default(),
        }
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<WorkflowVersion>, Error> {
        let id = self.id.clone()?;
        let after = after.map(Cursor::as_str);
        let answer = self
            .raw
            .list_all_workflow_versions(None, id.as_str(), after, None, self.paging.size())
            .await?
            .into_inner();
        let versions = answer.data.into_iter().map(WorkflowVersion::from).collect();
        page(versions, answer.links.as_ref())
    }
}

impl fmt::Debug for WorkflowVersionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowVersionList")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
