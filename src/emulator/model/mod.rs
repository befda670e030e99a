//! The state of the emulator and what changes it. Nothing here knows of HTTP.

pub(crate) mod account;
pub(crate) mod event;
pub(crate) mod id;
pub(crate) mod inquiry;
pub(crate) mod prefill;
pub(crate) mod refusal;
pub(crate) mod results;
pub(crate) mod session;
pub(crate) mod table;
pub(crate) mod template;
pub(crate) mod transition;
pub(crate) mod verification;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use account::Account;
use event::Event;
use id::IdSource;
use inquiry::Inquiry;
use results::Results;
use session::{OneTimeLink, Session};
use table::Table;
use template::{Template, TemplateFile};
use verification::Verification;

/// Everything that the emulator knows.
#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    #[serde(skip)]
    clock: Clock,
    /// The time of what is going on now; all that one request does has the same timestamp.
    now: DateTime<Utc>,
    ids: IdSource,
    /// Where one-time links lead: scheme, host and port.
    #[serde(skip)]
    origin: String,
    /// When what a person hands in gets its result.
    #[serde(skip)]
    pub(crate) results: Results,
    /// For this product there is one type of account.
    pub(crate) account_type_id: String,
    templates: Vec<Template>,
    pub(crate) inquiries: Table<Inquiry>,
    pub(crate) sessions: Table<Session>,
    /// By code.
    pub(crate) links: Table<OneTimeLink>,
    pub(crate) verifications: Table<Verification>,
    pub(crate) accounts: Table<Account>,
    accounts_by_reference: HashMap<String, String>,
    pub(crate) events: Table<Event>,
    /// When which inquiry, session or link falls due. An entry may be out of date; what it names
    /// is asked again when its time comes.
    deadlines: BinaryHeap<Reverse<(DateTime<Utc>, Deadline)>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Deadline {
    OneTimeLink(String),
    Session(String),
    Inquiry(String),
    /// Of what the person of this inquiry has handed in.
    Result(String),
}

impl Model {
    pub(crate) fn new(clock: Clock, seed: u64, templates: TemplateFile, origin: String) -> Self {
        let mut ids = IdSource::new(seed);
        let now = clock.now();
        Self {
            now,
            templates: templates.into_templates(&mut ids, now),
            account_type_id: ids.next("acttp"),
            clock,
            ids,
            origin,
            results: Results::default(),
            inquiries: Table::default(),
            sessions: Table::default(),
            links: Table::default(),
            verifications: Table::default(),
            accounts: Table::default(),
            accounts_by_reference: HashMap::new(),
            events: Table::default(),
            deadlines: BinaryHeap::new(),
        }
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
                Deadline::Result(inquiry_id) => self.result_is_due(&inquiry_id),
            }
        }
        self.now = now;
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
    pub(crate) fn go_on(
        &mut self,
        clock: Clock,
        origin: String,
        results: Results,
        templates: TemplateFile,
    ) {
        self.clock = clock;
        self.origin = origin;
        self.results = results;
        let before = std::mem::take(&mut self.templates);
        self.templates = templates.replacing(&before, &mut self.ids, self.now);
        for template in before {
            if self.template(&template.id).is_none() {
                self.templates.push(template);
            }
        }
    }

    pub(crate) fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// A template by its id.
    pub(crate) fn template(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }

    fn due(&mut self, at: DateTime<Utc>, deadline: Deadline) {
        self.deadlines.push(Reverse((at, deadline)));
    }
}
