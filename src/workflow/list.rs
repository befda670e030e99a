//! Lists of runs and versions.

use std::fmt;

use super::{WorkflowRun, WorkflowVersion};
use crate::error::Error;
use crate::id::WorkflowId;
use crate::page::{Cursor, Items, Page, Pages, check_page_size, page};
use crate::raw;

/// A list of runs to be read, newest first; narrow it down, then take its
/// [`items`](Self::items) or [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct WorkflowRunList {
    raw: raw::Client,
    status: Option<String>,
    page_size: Option<i64>,
    after: Option<Cursor>,
    fault: Option<Error>,
}

impl WorkflowRunList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            status: None,
            page_size: None,
            after: None,
            fault: None,
        }
    }

    /// Only those of this status, such as `in_progress`.
    pub fn status(mut self, status: impl Into<String>) -> Self {
        let status = status.into();
        if status.is_empty() {
            self.keep(Error::invalid_input("the status is empty"));
        }
        self.status = Some(status);
        self
    }

    /// How many to ask for at once, 1 to 100; 10 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        match check_page_size(size) {
            Ok(size) => self.page_size = Some(size),
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// Goes on where an earlier reading stopped.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The runs, one by one.
    pub fn items(self) -> Items<WorkflowRun> {
        self.pages().items()
    }

    /// The runs, page by page.
    ///
    /// What cannot be sent, such as a page size of 0, is the first page's error.
    pub fn pages(self) -> Pages<WorkflowRun> {
        let Self {
            raw,
            status,
            page_size,
            after,
            fault,
        } = self;
        Pages::new(after, move |after| {
            let (raw, status, fault) = (raw.clone(), status.clone(), fault.clone());
            async move {
                match fault {
                    Some(fault) => Err(fault),
                    None => runs(&raw, status.as_deref(), page_size, after.as_ref()).await,
                }
            }
        })
    }

    fn keep(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

impl fmt::Debug for WorkflowRunList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowRunList")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

async fn runs(
    raw: &raw::Client,
    status: Option<&str>,
    page_size: Option<i64>,
    after: Option<&Cursor>,
) -> Result<Page<WorkflowRun>, Error> {
    let answer = raw
        .list_all_workflow_runs(None, status, after.map(Cursor::as_str), None, page_size)
        .await?
        .into_inner();
    let runs = answer.data.into_iter().map(WorkflowRun::from).collect();
    page(runs, answer.links.as_ref())
}

/// The versions of a workflow to be read, newest first; take its [`items`](Self::items) or
/// [`pages`](Self::pages).
#[derive(Clone)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct WorkflowVersionList {
    raw: raw::Client,
    id: Result<WorkflowId, Error>,
    page_size: Option<i64>,
    after: Option<Cursor>,
}

impl WorkflowVersionList {
    pub(super) fn new(raw: raw::Client, id: Result<WorkflowId, Error>) -> Self {
        Self {
            raw,
            id,
            page_size: None,
            after: None,
        }
    }

    /// How many to ask for at once, 1 to 100; 10 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        match check_page_size(size) {
            Ok(size) => self.page_size = Some(size),
            // The first fault is told.
            Err(fault) => self.id = self.id.and(Err(fault)),
        }
        self
    }

    /// Goes on where an earlier reading stopped.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// The versions, one by one.
    pub fn items(self) -> Items<WorkflowVersion> {
        self.pages().items()
    }

    /// The versions, page by page.
    ///
    /// What cannot be sent, such as a page size of 0, is the first page's error.
    pub fn pages(self) -> Pages<WorkflowVersion> {
        let Self {
            raw,
            id,
            page_size,
            after,
        } = self;
        Pages::new(after, move |after| {
            let (raw, id) = (raw.clone(), id.clone());
            async move { versions(&raw, &id?, page_size, after.as_ref()).await }
        })
    }
}

impl fmt::Debug for WorkflowVersionList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowVersionList")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

async fn versions(
    raw: &raw::Client,
    id: &WorkflowId,
    page_size: Option<i64>,
    after: Option<&Cursor>,
) -> Result<Page<WorkflowVersion>, Error> {
    let answer = raw
        .list_all_workflow_versions(
            None,
            id.as_str(),
            after.map(Cursor::as_str),
            None,
            page_size,
        )
        .await?
        .into_inner();
    let versions = answer.data.into_iter().map(WorkflowVersion::from).collect();
    page(versions, answer.links.as_ref())
}
