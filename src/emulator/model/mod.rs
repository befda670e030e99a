//! The state of the emulator and what changes it. Nothing here knows of HTTP.

pub(crate) mod account;
pub(crate) mod api_key;
pub(crate) mod api_log;
pub(crate) mod case;
pub(crate) mod case_template;
pub(crate) mod compact;
pub(crate) mod document;
pub(crate) mod event;
pub(crate) mod file;
pub(crate) mod id;
mod image;
pub(crate) mod importer;
pub(crate) mod inquiry;
pub(crate) mod list;
pub(crate) mod prefill;
pub(crate) mod refusal;
pub(crate) mod relation;
pub(crate) mod report;
pub(crate) mod report_kind;
pub(crate) mod report_match;
pub(crate) mod results;
pub(crate) mod session;
pub(crate) mod table;
pub(crate) mod tags;
pub(crate) mod template;
pub(crate) mod transaction;
pub(crate) mod transition;
pub(crate) mod translation;
pub(crate) mod verification;
pub(crate) mod webhook;
pub(crate) mod webhook_delivery;
pub(crate) mod workflow;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use account::{Account, AccountStatus};
use api_key::ApiKey;
use api_log::ApiLog;
use case::Case;
use document::Document;
use event::Event;
use file::StoredFile;
use id::IdSource;
use importer::Importer;
use inquiry::Inquiry;
use list::{List, ListItem};
use report::Report;
use results::Results;
use session::{OneTimeLink, Session};
use table::Table;
use template::{EarlierVersion, Template, TemplateFile};
use transaction::Transaction;
use translation::Translation;
use verification::Verification;
use webhook::Webhook;
use webhook_delivery::{Delivery, Outbox};
use workflow::WorkflowRun;

/// Everything that the emulator knows.
#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    #[serde(skip)]
    clock: Clock,
    /// The time of what is going on now; all that one request does has the same timestamp.
    now: DateTime<Utc>,
    started_at: DateTime<Utc>,
    ids: IdSource,
    /// Where one-time links lead: scheme, host and port.
    #[serde(skip)]
    origin: String,
    /// When what a person hands in gets its result.
    #[serde(skip)]
    pub(crate) results: Results,
    /// How long reports and workflow runs take.
    #[serde(skip)]
    pub(crate) processing_delay: TimeDelta,
    /// Whether a report that matches opens a case.
    #[serde(skip)]
    pub(crate) opens_cases: bool,
    /// For this product there is one type of account.
    pub(crate) account_type_id: String,
    templates: Vec<Template>,
    /// Whether sessions that have expired count among those that an inquiry may have.
    #[serde(skip)]
    pub(crate) counts_expired_sessions: bool,
    /// By template, the texts that were imported.
    translations: BTreeMap<String, Vec<Translation>>,
    pub(crate) inquiries: Table<Inquiry>,
    pub(crate) sessions: Table<Session>,
    /// By code.
    pub(crate) links: Table<OneTimeLink>,
    pub(crate) verifications: Table<Verification>,
    pub(crate) documents: Table<Document>,
    /// By the name in their address.
    files: BTreeMap<String, StoredFile>,
    pub(crate) accounts: Table<Account>,
    accounts_by_reference: HashMap<String, String>,
    pub(crate) account_statuses: Vec<AccountStatus>,
    pub(crate) lists: Table<List>,
    pub(crate) list_items: Table<ListItem>,
    pub(crate) transactions: Table<Transaction>,
    pub(crate) reports: Table<Report>,
    pub(crate) cases: Table<Case>,
    pub(crate) workflow_runs: Table<WorkflowRun>,
    pub(crate) api_keys: Table<ApiKey>,
    pub(crate) api_logs: Table<ApiLog>,
    pub(crate) events: Table<Event>,
    pub(crate) webhooks: Table<Webhook>,
    pub(crate) deliveries: Table<Delivery>,
    #[serde(skip)]
    pub(crate) outbox: Outbox,
    /// What was redacted since the gate asked last: its answers are forgotten, too.
    forgotten: Vec<String>,
    pub(crate) importers: Table<Importer>,
    /// When which inquiry, session or link falls due. An entry may be out of date; what it names
    /// is asked again when its time comes.
    deadlines: BinaryHeap<Reverse<(DateTime<Utc>, Deadline)>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Deadline {
    OneTimeLink(String),
    Session(String),
    Inquiry(String),
    Importer(String),
    Report(String),
    /// Of the service level of a case.
    Case(String),
    WorkflowRun(String),
    /// Of what the person of this inquiry has handed in.
    Result(String),
}

impl Model {
    pub(crate) fn new(clock: Clock, seed: u64, templates: TemplateFile, origin: String) -> Self {
        let mut ids = IdSource::new(seed);
        let now = clock.now();
        let mut model = Self {
            now,
            started_at: now,
            templates: templates.into_templates(&mut ids, now),
            translations: BTreeMap::new(),
            account_type_id: ids.next("acttp"),
            clock,
            ids,
            counts_expired_sessions: true,
            origin,
            results: Results::default(),
            processing_delay: TimeDelta::zero(),
            opens_cases: false,
            inquiries: Table::default(),
            sessions: Table::default(),
            links: Table::default(),
            verifications: Table::default(),
            documents: Table::default(),
            files: BTreeMap::new(),
            accounts: Table::default(),
            accounts_by_reference: HashMap::new(),
            account_statuses: Vec::new(),
            lists: Table::default(),
            list_items: Table::default(),
            transactions: Table::default(),
            reports: Table::default(),
            cases: Table::default(),
            workflow_runs: Table::default(),
            api_keys: Table::default(),
            api_logs: Table::default(),
            events: Table::default(),
            webhooks: Table::default(),
            deliveries: Table::default(),
            outbox: Outbox::default(),
            forgotten: Vec::new(),
            importers: Table::default(),
            deadlines: BinaryHeap::new(),
        };
        model.provide_lists();
        model
    }

    /// Reads the clock and lets happen what has fallen due since the last time, in its order and
    /// each at its own time. To be called before anything else is asked of the model.
    pub(crate) fn catch_up(&mut self) {
        let now = self.clock.now();
        while let Some(Reverse((at, _))) = self.deadlines.peek() {
            if *at > now {
                break;
            }
            let Some(Reverse((at, deadline))) = self.deadlines.pop() else {
                break;
            };
            self.now = at;
            match deadline {
                Deadline::OneTimeLink(code) => self.link_is_due(&code),
                Deadline::Session(id) => self.session_is_due(&id),
                Deadline::Inquiry(id) => self.inquiry_is_due(&id),
                Deadline::Importer(id) => self.importer_is_due(&id),
                Deadline::Report(id) => self.report_is_due(&id),
                Deadline::Case(id) => self.case_is_due(&id),
                Deadline::WorkflowRun(id) => self.workflow_run_is_due(&id),
                Deadline::Result(inquiry_id) => self.result_is_due(&inquiry_id),
            }
        }
        self.now = now;
    }

    /// When the first of all was there.
    pub(crate) fn started_at(&self) -> DateTime<Utc> {
        self.started_at
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Scheme, host and port of the emulator.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A model that was read from a file goes on here: with this clock, at this address, offering
    /// these templates. A template takes the place of the one with its id; one that leaves its id
    /// out is the one of its name. What inquiries were made from stays.
    pub(crate) fn go_on(&mut self, clock: Clock, origin: String, templates: TemplateFile) {
        self.clock = clock;
        self.origin = origin;
        let before = std::mem::take(&mut self.templates);
        self.templates = templates.replacing(&before, &mut self.ids, self.now);
        for template in before {
            if self.template(&template.id).is_none() {
                self.templates.push(template);
            }
        }
        self.queue_deliveries_again();
    }

    pub(crate) fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// A template by its id.
    pub(crate) fn template(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }

    /// Publishes a new version of a template, and gives the version's id.
    pub(crate) fn publish_template_version(&mut self, id: &str) -> Option<String> {
        let version_id = self.ids.next("itmplv");
        let now = self.now;
        let mut templates = self.templates.iter_mut();
        let template = templates.find(|template| template.id == id)?;
        let before = std::mem::replace(&mut template.version_id, version_id.clone());
        template.earlier.push(EarlierVersion {
            id: before,
            published_at: template.published_at,
        });
        template.published_at = now;
        Some(version_id)
    }

    fn due(&mut self, at: DateTime<Utc>, deadline: Deadline) {
        self.deadlines.push(Reverse((at, deadline)));
    }
}
