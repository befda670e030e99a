//! Reports: made at once, ready a little later.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::inquiry::AccountChoice;
use super::refusal::Refusal;
use super::report_kind::ReportKind;
use super::report_match::{self, Finding};
use super::{Deadline, Model};
use crate::emulator::wire;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) id: String,
    pub(crate) kind: ReportKind,
    pub(crate) status: ReportStatus,
    pub(crate) template_id: String,
    pub(crate) account_id: Option<String>,
    /// As it was sent, but for what is null.
    pub(crate) query: Map<String, Value>,
    /// As they stand on the wire.
    pub(crate) matches: Vec<Value>,
    /// Matches that were dismissed, as they stand on the wire.
    pub(crate) ignored: Vec<Value>,
    pub(crate) history: Vec<HistoryEntry>,
    pub(crate) tags: Vec<String>,
    pub(crate) is_recurring: bool,
    pub(crate) is_paused: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
    pub(crate) redacted_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ReportStatus {
    Pending,
    Ready,
    Errored,
}

impl ReportStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ready => "ready",
            Self::Errored => "errored",
        }
    }
}

/// One thing that happened to a report.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct HistoryEntry {
    pub(crate) id: String,
    pub(crate) what: Happening,
    pub(crate) at: DateTime<Utc>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Happening {
    /// With the number of matches once it is through.
    Run {
        completed: Option<(DateTime<Utc>, usize)>,
    },
    Dismiss,
    Pause,
    Resume,
}

pub(crate) struct NewReport {
    pub(crate) kind: ReportKind,
    pub(crate) template_id: Option<String>,
    pub(crate) account: AccountChoice,
    pub(crate) query: Map<String, Value>,
    /// The caller waits until it is ready.
    pub(crate) at_once: bool,
}

/// Which matches of a report are dismissed.
pub(crate) enum Dismissed {
    All,
    Entity(String),
    Article(String),
}

impl Model {
    pub(crate) fn create_report(&mut self, new: NewReport) -> Result<String, Refusal> {
        let template = new.kind.template(new.template_id.as_deref())?;
        let account_id = self.account_for(new.account)?;
        let id = self.ids.next("rep");
        let mut query = new.query;
        query.retain(|_, value| !value.is_null());
        let report = Report {
            id: id.clone(),
            kind: new.kind,
            status: ReportStatus::Pending,
            template_id: template.id,
            account_id,
            query,
            matches: Vec::new(),
            ignored: Vec::new(),
            history: Vec::new(),
            tags: Vec::new(),
            is_recurring: template.is_monitored,
            is_paused: false,
            created_at: self.now,
            completed_at: None,
            redacted_at: None,
        };
        self.reports.insert(&id, report);
        self.begin_run(&id, new.at_once);
        Ok(id)
    }

    /// Runs a monitored report once more.
    pub(crate) fn run_report(&mut self, id: &str) -> Result<(), Refusal> {
        let report = self.monitored_report(id)?;
        if report.status == ReportStatus::Pending {
            return Err(Refusal::conflict("the report is running already"));
        }
        report.status = ReportStatus::Pending;
        self.begin_run(id, false);
        Ok(())
    }

    pub(crate) fn pause_report(&mut self, id: &str) -> Result<(), Refusal> {
        let report = self.monitored_report(id)?;
        if report.is_paused {
            return Err(Refusal::conflict("the report is paused already"));
        }
        report.is_paused = true;
        report.is_recurring = false;
        self.happened(id, Happening::Pause);
        Ok(())
    }

    pub(crate) fn resume_report(&mut self, id: &str) -> Result<(), Refusal> {
        let report = self.monitored_report(id)?;
        if !report.is_paused {
            return Err(Refusal::conflict("the report is not paused"));
        }
        report.is_paused = false;
        report.is_recurring = true;
        self.happened(id, Happening::Resume);
        Ok(())
    }

    /// Takes matches off and remembers them, so that no later run brings them back.
    pub(crate) fn dismiss_matches(
        &mut self,
        id: &str,
        dismissed: &Dismissed,
        reason: &str,
    ) -> Result<(), Refusal> {
        let now = self.now;
        let report = self.live_report(id)?;
        let kind = report.kind;
        if kind == ReportKind::AdverseMedia && matches!(dismissed, Dismissed::All) {
            return Err(Refusal::bad_request(
                "data.attributes.dismiss-type and entity-id are needed for adverse media",
            ));
        }
        let run_at = report.completed_at.unwrap_or(now);
        let (gone, kept): (Vec<Value>, Vec<Value>) = report
            .matches
            .drain(..)
            .partition(|it| report_match::is_dismissed(it, dismissed));
        report.matches = kept;
        let mut articles = Vec::new();
        if let Dismissed::Article(url) = dismissed {
            articles = report_match::take_articles(&mut report.matches, url);
        }
        if gone.is_empty() && articles.is_empty() {
            return Err(Refusal::conflict(
                "the report has no match that could be dismissed",
            ));
        }
        for found in gone.into_iter().chain(articles) {
            let ignored = report_match::ignored(kind, found, reason, now, run_at);
            report.ignored.push(ignored);
        }
        self.happened(id, Happening::Dismiss);
        self.record_report(id, "dismissed");
        Ok(())
    }

    pub(crate) fn set_report_tags(&mut self, id: &str, tags: Vec<String>) -> Result<(), Refusal> {
        let report = self.live_report(id)?;
        let mut distinct: Vec<String> = Vec::new();
        for tag in tags {
            if !distinct.contains(&tag) {
                distinct.push(tag);
            }
        }
        report.tags = distinct;
        Ok(())
    }

    pub(crate) fn report_tags(&mut self, id: &str) -> Result<Vec<String>, Refusal> {
        self.live_report(id).map(|report| report.tags.clone())
    }

    /// Takes away what is known about the person, in the events too. It cannot be undone.
    pub(crate) fn redact_report(&mut self, id: &str) -> Result<(), Refusal> {
        let now = self.now;
        let report = self.live_report(id)?;
        report.redacted_at = Some(now);
        report.query.clear();
        report.matches.clear();
        report.ignored.clear();
        report.is_recurring = false;
        if let Some(report) = self.reports.get(id) {
            let data = wire::report(self, report);
            self.forget(id, &data);
        }
        Ok(())
    }

    pub(super) fn report_is_due(&mut self, id: &str) {
        let Some(report) = self.reports.get(id) else {
            return;
        };
        if report.status != ReportStatus::Pending || report.redacted_at.is_some() {
            return;
        }
        let finding = report_match::look_up(report.kind, &report.query);
        let now = self.now;
        let Some(report) = self.reports.get_mut(id) else {
            return;
        };
        report.completed_at = Some(now);
        let Finding::Matches(mut found) = finding else {
            report.status = ReportStatus::Errored;
            self.record_report(id, "errored");
            return;
        };
        report.status = ReportStatus::Ready;
        found.retain(|it| !report_match::is_ignored(it, &report.ignored));
        report.matches = found;
        let count = report.matches.len();
        if let Some(HistoryEntry {
            what: Happening::Run { completed },
            ..
        }) = report
            .history
            .iter_mut()
            .rev()
            .find(|it| matches!(it.what, Happening::Run { .. }))
        {
            *completed = Some((now, count));
        }
        self.record_report(id, "ready");
        if count > 0 {
            self.record_report(id, "matched");
            self.match_is_found(id);
        }
    }

    fn match_is_found(&mut self, id: &str) {
        if self.opens_cases {
            // A report of an emulator is always an object that a case can hold.
            let _ = self.open_case_for(id);
        }
    }

    fn begin_run(&mut self, id: &str, at_once: bool) {
        self.happened(id, Happening::Run { completed: None });
        if at_once || self.processing_delay.is_zero() {
            self.report_is_due(id);
        } else {
            let due_at = self.now + self.processing_delay;
            self.due(due_at, Deadline::Report(id.to_owned()));
        }
    }

    fn happened(&mut self, id: &str, what: Happening) {
        let prefix = match what {
            Happening::Run { .. } => "rpr",
            _ => "ract",
        };
        let entry = HistoryEntry {
            id: self.ids.next(prefix),
            what,
            at: self.now,
        };
        if let Some(report) = self.reports.get_mut(id) {
            report.history.push(entry);
        }
    }

    fn record_report(&mut self, id: &str, what: &str) {
        if let Some(report) = self.reports.get(id) {
            let name = format!("{}.{what}", report.kind.as_str());
            let data = wire::report(self, report);
            self.record(&name, id, data);
        }
    }

    /// A report that has not been redacted.
    fn live_report(&mut self, id: &str) -> Result<&mut Report, Refusal> {
        let report = self
            .reports
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("report", id))?;
        if report.redacted_at.is_some() {
            return Err(Refusal::conflict("Report already redacted"));
        }
        Ok(report)
    }

    fn monitored_report(&mut self, id: &str) -> Result<&mut Report, Refusal> {
        let report = self.live_report(id)?;
        if report.is_recurring || report.is_paused {
            Ok(report)
        } else {
            Err(Refusal::conflict(
                "the report is not monitored continuously: its template has to say so",
            ))
        }
    }
}
