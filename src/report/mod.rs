//! Reports: what databases, lists and the press say about a person or a business.
//!
//! A report is made at once and becomes ready a little later: create it, then
//! [`wait`](Reports::wait) for it.
//!
//! See <https://docs.withpersona.com/reports>.

#[cfg(feature = "schemars")]
mod arguments;
mod create;
mod dismiss;
mod history;
mod list;
mod matched;
mod subject;
mod view;

use crate::call::ByteStream;
use crate::client::Persona;
use crate::error::Error;
use crate::id::{IntoId, ReportId};
use crate::tag::Tag;
use crate::wait::{WaitWithoutDeadline, waiting};

#[cfg(feature = "schemars")]
pub use self::arguments::ReportFilter;
pub use self::create::NewReport;
pub use self::dismiss::Dismissal;
pub use self::history::{ReportHistory, ReportHistoryEntry, ReportHistoryKind};
pub use self::list::ReportList;
pub use self::matched::{
    AdverseMediaMatch, MatchSource, PoliticallyExposedPersonMatch, ReportMatch, WatchlistMatch,
};
pub use self::subject::Subject;
pub use self::view::{Report, ReportStatus};

/// Calls on reports; get it by [`Persona::reports`].
#[derive(Clone, Debug)]
pub struct Reports {
    persona: Persona,
}

impl Persona {
    /// Calls on reports.
    pub fn reports(&self) -> Reports {
        Reports {
            persona: self.clone(),
        }
    }
}

impl Reports {
    /// Has a report made. It is pending at first: [`wait`](Self::wait) for it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a report that cannot be
    /// right (no name, two kinds of name, a birthdate or country code that is none), before
    /// anything is sent. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when template or
    /// account are not of the key's environment. [`ErrorKind::Quota`](crate::ErrorKind::Quota)
    /// when more reports were made than the contract allows in a minute: make fewer at once.
    /// After [`WriteOutcome::Unknown`](crate::WriteOutcome::Unknown) it may exist, and be paid
    /// for: send it again under the same key.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/create-a-report>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::{NewReport, Outcome, Subject};
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let subject = Subject::full_name("Jane Doe").birthdate("1977-07-17").country_code("US");
    /// let new = NewReport::watchlist(subject).reference_id("user-1");
    /// let report = persona.reports().create(new).await?;
    ///
    /// let two_minutes = Duration::from_secs(120);
    /// if let Outcome::Met(report) = persona.reports().wait(report.id()).deadline(two_minutes).await? {
    ///     for found in report.matches() {
    ///         println!("{:?}", found.labels());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, new: NewReport) -> Result<Report, Error> {
        let body = new.into_body()?;
        let raw = self.persona.raw();
        Ok(raw.create_a_report(None, None, &body).await?.into())
    }

    /// Reads a report of any kind.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id in the
    /// key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/retrieve-a-report>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let report = persona.reports().retrieve("rep_123").await?;
    /// println!("{} {} {:?}", report.kind(), report.status(), report.has_match());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<ReportId>) -> Result<Report, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        Ok(raw.retrieve_a_report(id.as_str(), None, None).await?.into())
    }

    /// Lists reports of all kinds, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/list-all-reports>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut reports = persona.reports().list().reference_id("user-1").items();
    /// while let Some(report) = reports.next().await {
    ///     println!("{}", report?.kind());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> ReportList {
        ReportList::new(self.persona.in_background().raw())
    }

    /// Waits until a report is ready or errored, or until another condition is met. An errored
    /// report ends the wait as a ready one does: look at its [`status`](Report::status).
    ///
    /// It needs a deadline before it can be awaited; see [`WaitWithoutDeadline`]. After a run by hand the
    /// report is pending again for a while, and the wait goes on until it is through.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::{Outcome, ReportStatus};
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// match persona.reports().wait("rep_123").deadline(Duration::from_secs(120)).await? {
    ///     Outcome::Met(report) if report.status() == ReportStatus::Errored => println!("no result"),
    ///     Outcome::Met(report) => println!("{} matches", report.matches().len()),
    ///     Outcome::TimedOut { .. } => println!("not yet"),
    ///     _ => println!("redacted"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self, id: impl IntoId<ReportId>) -> WaitWithoutDeadline<Report> {
        let reports = self.persona.in_background().reports();
        let id = id.into_id();
        waiting(self.persona.time(), move || {
            let reports = reports.clone();
            let id = id.clone();
            async move { reports.retrieve(id?).await }
        })
    }

    /// Stops the runs that are to come of a continuously monitored report.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when it is not monitored, or paused
    /// already. [`ErrorKind::Permission`](crate::ErrorKind::Permission): Persona grants this one
    /// apart from others.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/report-action-pause-continuous-monitoring>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let report = persona.reports().pause_monitoring("rep_123").await?;
    /// assert_eq!(report.is_recurring(), Some(false));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn pause_monitoring(&self, id: impl IntoId<ReportId>) -> Result<Report, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .report_action_pause_continuous_monitoring(id.as_str(), None, None)
            .await?;
        Ok(answer.into())
    }

    /// Takes the runs up again that [`pause_monitoring`](Self::pause_monitoring) stopped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when it is not paused;
    /// [`ErrorKind::Permission`](crate::ErrorKind::Permission) as for pausing.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/report-action-resume-continuous-monitoring>.
    pub async fn resume_monitoring(&self, id: impl IntoId<ReportId>) -> Result<Report, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .report_action_resume_continuous_monitoring(id.as_str(), None, None)
            .await?;
        Ok(answer.into())
    }

    /// Runs a continuously monitored report now, apart from its schedule. [`wait`](Self::wait)
    /// for its result.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when it is not monitored, or runs
    /// already.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/report-action-re-run-report>.
    pub async fn run_again(&self, id: impl IntoId<ReportId>) -> Result<Report, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .report_action_re_run_report(id.as_str(), None, None)
            .await?;
        Ok(answer.into())
    }

    /// Says of matches that they are not the person that was looked for. They do not count any
    /// more, in later runs neither.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) without a reason, before
    /// anything is sent. [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when there is no
    /// match, or the report is of a kind that has none.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/dismiss-matches>.
    ///
    /// ```no_run
    /// use withpersona::Dismissal;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let dismissal = Dismissal::all("another birthplace");
    /// let report = persona.reports().dismiss("rep_123", dismissal).await?;
    /// assert!(report.matches().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn dismiss(
        &self,
        id: impl IntoId<ReportId>,
        dismissal: Dismissal,
    ) -> Result<Report, Error> {
        let id = id.into_id()?;
        let body = dismissal.into_body()?;
        let raw = self.persona.raw();
        let answer = raw.dismiss_matches(id.as_str(), None, None, &body).await?;
        Ok(answer.into())
    }

    /// Lists what happened to a report, newest first: runs, dismissals, reviews, pauses.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/list-report-history>.
    ///
    /// ```no_run
    /// use withpersona::ReportHistoryKind;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut history = persona.reports().history("rep_123").items();
    /// while let Some(entry) = history.next().await {
    ///     let entry = entry?;
    ///     if entry.kind() == ReportHistoryKind::Run {
    ///         println!("{:?}: {:?} matches", entry.at(), entry.match_count());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn history(&self, id: impl IntoId<ReportId>) -> ReportHistory {
        ReportHistory::new(self.persona.in_background().raw(), id.into_id())
    }

    /// Adds a tag.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an empty tag, before
    /// anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/add-tag>.
    pub async fn add_tag(
        &self,
        id: impl IntoId<ReportId>,
        tag: impl Into<Tag>,
    ) -> Result<Report, Error> {
        let id = id.into_id()?;
        let body = tag.into().into_body()?;
        let raw = self.persona.raw();
        let answer = raw.reports_add_tag(id.as_str(), None, None, &body).await?;
        Ok(answer.into())
    }

    /// Removes a tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/remove-tag>.
    pub async fn remove_tag(
        &self,
        id: impl IntoId<ReportId>,
        tag: impl Into<Tag>,
    ) -> Result<Report, Error> {
        let id = id.into_id()?;
        let body = tag.into().into_body()?;
        let raw = self.persona.raw();
        let answer = raw
            .reports_remove_tag(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Replaces all tags by these; none at all removes every tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/set-all-tags>.
    pub async fn set_tags<I>(&self, id: impl IntoId<ReportId>, tags: I) -> Result<Report, Error>
    where
        I: IntoIterator,
        I::Item: Into<Tag>,
    {
        let id = id.into_id()?;
        let body = Tag::into_set_body(tags)?;
        let raw = self.persona.raw();
        let answer = raw
            .reports_set_all_tags(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// The report as a PDF, chunk by chunk.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/print-report-pdf>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut file = Vec::new();
    /// persona.reports().print("rep_123").await?.copy_to(&mut file).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn print(&self, id: impl IntoId<ReportId>) -> Result<ByteStream, Error> {
        let id = id.into_id()?;
        self.persona.raw().print_report_pdf(id.as_str()).await
    }

    /// Deletes the person's data in this report for good. The report itself stays, without it;
    /// accounts and inquiries are not touched.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when it was redacted before.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/redact-a-report>.
    pub async fn redact(&self, id: impl IntoId<ReportId>) -> Result<Report, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        Ok(raw.redact_a_report(id.as_str(), None, None).await?.into())
    }
}
