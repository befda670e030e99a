//! What a watcher knows. It looks at no clock and sends nothing: every method is told the time,
//! and what is to be asked is taken from its queues.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::super::mailbox::{Mailbox, Note};
use super::super::pace::{Pace, jittered};
use super::super::saved::{SavedWait, WaitSnapshot, in_utc};
use super::super::{Awaited, Condition, Outcome};
use super::bookmark::Reading;
use super::fleet::Role;
use crate::error::Error;

/// How many ids go into one request: Persona's largest page.
const LARGEST_BATCH: usize = 100;

/// How old what is known of one may get where others tell what changes, before jitter.
const NET: Duration = Duration::from_secs(5 * 60);

/// How long a change that was found may go without word of it before that word is taken for lost.
const WORD_COMES_WITHIN: Duration = Duration::from_secs(45);

pub(super) struct State<T> {
    subjects: HashMap<Arc<str>, Subject<T>>,
    deadlines: BTreeMap<(Instant, u64), Arc<str>>,
    /// When each is due for a look.
    looks: BTreeSet<(Instant, Arc<str>)>,
    /// To be looked at soon, their state alone.
    soon: VecDeque<Arc<str>>,
    /// To be read whole, now.
    changed: VecDeque<Arc<str>>,
    /// To be let in again.
    expired: VecDeque<Arc<str>>,
    /// Changes that nobody told of, and when they were found.
    untold: HashMap<Arc<str>, Instant>,
    /// Waits that are not in its hands for a while; see [`super::Elsewhere`].
    elsewhere: HashMap<u64, Option<Arc<str>>>,
    last_key: u64,
    pub(super) batch: usize,
    pub(super) is_running: bool,
    pub(super) relies_on_webhooks: bool,
    pub(super) leaves_events: bool,
    pub(super) role: Role,
    pub(super) reading: Reading,
    /// Until when changes count as told by events or by another process.
    pub(super) told_until: Option<Instant>,
    /// How often to look for what happened.
    pub(super) haste: Pace,
    /// Somebody came, or something happened: look for more.
    pub(super) is_lively: bool,
}

/// Something that is waited for, by one or by several.
struct Subject<T> {
    /// What was seen last; `None` before the first look.
    state: Option<Box<str>>,
    waiters: Vec<Waiter<T>>,
    pace: Pace,
    due: Option<Instant>,
    is_soon: bool,
    is_changed: bool,
    /// It is being read whole, so that a change which a look finds now was told.
    is_read: bool,
}

struct Waiter<T> {
    key: u64,
    deadline: Instant,
    condition: Condition<T>,
    mailbox: Arc<Mailbox<T>>,
    /// The state it was told last, if it wants to be told.
    told: Option<Box<str>>,
    tells: bool,
    resumes: bool,
    savable: bool,
}

/// What somebody wants to wait for.
#[derive(Clone)]
pub(crate) struct Order<T> {
    pub(crate) deadline: Instant,
    pub(crate) condition: Condition<T>,
    pub(crate) pace: Option<Pace>,
    /// Whether to resume it when it expires.
    pub(crate) resumes: bool,
    pub(crate) savable: bool,
}

impl<T> Order<T> {
    /// At the usual pace, ending when it expires.
    pub(crate) fn new(deadline: Instant, condition: Condition<T>) -> Self {
        Self {
            deadline,
            condition,
            pace: None,
            resumes: false,
            savable: true,
        }
    }
}

/// How a look at one bears on one waiter.
enum Verdict<T> {
    Ends(Outcome<T>),
    /// It depends on more than was asked for.
    Unclear,
    Resumes,
    GoesOn,
}

impl<T: Awaited> State<T> {
    pub(super) fn new() -> Self {
        Self {
            subjects: HashMap::new(),
            deadlines: BTreeMap::new(),
            looks: BTreeSet::new(),
            soon: VecDeque::new(),
            changed: VecDeque::new(),
            expired: VecDeque::new(),
            untold: HashMap::new(),
            elsewhere: HashMap::new(),
            last_key: 0,
            batch: LARGEST_BATCH,
            is_running: false,
            relies_on_webhooks: false,
            leaves_events: false,
            role: Role::default(),
            reading: Reading::default(),
            told_until: None,
            haste: super::events::usual_haste(),
            is_lively: false,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.subjects.is_empty()
    }

    pub(super) fn join(
        &mut self,
        id: Arc<str>,
        order: Order<T>,
        mailbox: Arc<Mailbox<T>>,
        tells: bool,
    ) -> u64 {
        self.last_key += 1;
        let key = self.last_key;
        self.deadlines.insert((order.deadline, key), id.clone());
        let waiter = Waiter {
            key,
            deadline: order.deadline,
            condition: order.condition,
            mailbox,
            told: None,
            tells,
            resumes: order.resumes,
            savable: order.savable,
        };
        let subject = self.subjects.entry(id.clone()).or_insert_with(|| Subject {
            state: None,
            // Few have more than one, and a list that grows by itself begins with four.
            waiters: Vec::with_capacity(1),
            pace: Pace::default(),
            due: None,
            is_soon: false,
            is_changed: false,
            is_read: false,
        });
        subject.waiters.push(waiter);
        if let Some(pace) = order.pace {
            if subject.waiters.len() == 1 {
                subject.pace = pace;
            } else {
                subject.pace.hurry(pace);
            }
            self.haste.hurry(pace);
        }
        self.is_lively = true;
        self.look_soon(&id);
        key
    }

    pub(super) fn go_elsewhere(&mut self, id: Option<Arc<str>>) -> u64 {
        self.last_key += 1;
        self.elsewhere.insert(self.last_key, id);
        self.last_key
    }

    pub(super) fn come_back(&mut self, key: u64) {
        self.elsewhere.remove(&key);
    }

    /// Another condition for a waiter; it counts from the next look on.
    pub(super) fn wait_until(&mut self, id: &str, key: u64, condition: Condition<T>) {
        let subject = self.subjects.get_mut(id);
        let waiters = subject.map(|subject| subject.waiters.iter_mut());
        if let Some(waiter) = waiters.and_then(|mut waiters| waiters.find(|one| one.key == key)) {
            waiter.condition = condition;
        }
    }

    /// Forgets a waiter, and what nobody waits for any more.
    pub(super) fn leave(&mut self, id: &str, key: u64) {
        let Some(subject) = self.subjects.get_mut(id) else {
            return;
        };
        if let Some(at) = subject.waiters.iter().position(|one| one.key == key) {
            let gone = subject.waiters.swap_remove(at);
            self.deadlines.remove(&(gone.deadline, key));
        }
        self.forget_unless_awaited(id);
    }

    fn forget_unless_awaited(&mut self, id: &str) {
        let is_over = |subject: &Subject<T>| subject.waiters.is_empty();
        if self.subjects.get(id).is_some_and(is_over)
            && let Some((id, subject)) = self.subjects.remove_entry(id)
            && let Some(due) = subject.due
        {
            self.looks.remove(&(due, id));
        }
    }

    /// Every mailbox of a wait, to ring at.
    pub(super) fn mailboxes(&self) -> Vec<Arc<Mailbox<T>>> {
        let subjects = self.subjects.values();
        let waiters = subjects.flat_map(|subject| &subject.waiters);
        waiters.map(|waiter| waiter.mailbox.clone()).collect()
    }
}

/// What is to be asked, and when.
impl<T: Awaited> State<T> {
    /// Looks at it as soon as possible.
    fn look_soon(&mut self, id: &str) {
        let Some((id, _)) = self.subjects.get_key_value(id) else {
            return;
        };
        let id = id.clone();
        let Some(subject) = self.subjects.get_mut(&id) else {
            return;
        };
        // A closure has to see all of it.
        let (queue, is_in) = if subject.needs_whole() {
            (&mut self.changed, &mut subject.is_changed)
        } else {
            (&mut self.soon, &mut subject.is_soon)
        };
        if !std::mem::replace(is_in, true) {
            queue.push_back(id);
        }
    }

    /// Reads it whole as soon as possible; whether anybody waits for it.
    pub(super) fn read_now(&mut self, id: &str) -> bool {
        let Some((id, _)) = self.subjects.get_key_value(id) else {
            return false;
        };
        let id = id.clone();
        if let Some(subject) = self.subjects.get_mut(&id)
            && !std::mem::replace(&mut subject.is_changed, true)
        {
            self.changed.push_back(id);
        }
        true
    }

    /// Somebody tells that it changed; whether anybody waits for it.
    pub(super) fn told_of(&mut self, id: &str) -> bool {
        self.untold.remove(id);
        self.read_now(id)
    }

    /// What was told cannot be trusted to be all: looks at everything.
    pub(super) fn look_at_all(&mut self) {
        self.untold.clear();
        let ids: Vec<Arc<str>> = self.subjects.keys().cloned().collect();
        for id in ids {
            self.look_soon(&id);
        }
    }

    /// A look at these failed.
    pub(super) fn look_again(&mut self, ids: &[Arc<str>]) {
        for id in ids {
            self.look_soon(id);
        }
    }

    /// Whether a change was found so long ago that word of it should have come.
    pub(super) fn misses_word(&self, now: Instant) -> bool {
        let mut found = self.untold.values();
        found.any(|at| now.saturating_duration_since(*at) >= WORD_COMES_WITHIN)
    }

    /// Whether changes are told, so that looking is only the net.
    pub(super) fn is_told(&self, now: Instant) -> bool {
        self.relies_on_webhooks || self.told_until.is_some_and(|until| now < until)
    }

    /// Whether it is for this process to read what happens.
    pub(super) fn reads_events(&self) -> bool {
        self.role.reads_events() && !self.leaves_events
    }

    pub(super) fn has_soon(&self) -> usize {
        self.soon.len()
    }

    pub(super) fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    pub(super) fn take_soon(&mut self) -> Vec<Arc<str>> {
        let mut taken = Vec::new();
        while taken.len() < self.batch
            && let Some(id) = self.soon.pop_front()
        {
            if let Some(subject) = self.subjects.get_mut(&id) {
                subject.is_soon = false;
                taken.push(id);
            }
        }
        taken
    }

    pub(super) fn take_changed(&mut self) -> Vec<Arc<str>> {
        let mut taken = Vec::new();
        while taken.len() < self.batch
            && let Some(id) = self.changed.pop_front()
        {
            if let Some(subject) = self.subjects.get_mut(&id) {
                subject.is_changed = false;
                subject.is_read = true;
                taken.push(id);
            }
        }
        taken
    }

    pub(super) fn take_expired(&mut self) -> Option<Arc<str>> {
        self.expired.pop_front()
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        self.looks.first().map(|(at, _)| *at)
    }

    /// Those that are due by then, oldest first. One with a closure goes to the other queue.
    pub(super) fn take_due(&mut self, by: Instant) -> Vec<Arc<str>> {
        let mut taken = Vec::new();
        while taken.len() < self.batch
            && let Some((at, _)) = self.looks.first()
            && *at <= by
            && let Some((_, id)) = self.looks.pop_first()
        {
            let Some(subject) = self.subjects.get_mut(&id) else {
                continue;
            };
            subject.due = None;
            if subject.needs_whole() {
                self.read_now(&id);
            } else {
                taken.push(id);
            }
        }
        taken
    }

    /// Sets the next look at it.
    pub(super) fn schedule(&mut self, id: &str, now: Instant, least: Duration) {
        let is_told = self.is_told(now);
        let Some((id, _)) = self.subjects.get_key_value(id) else {
            return;
        };
        let id = id.clone();
        if let Some(subject) = self.subjects.get_mut(&id) {
            if let Some(due) = subject.due.take() {
                self.looks.remove(&(due, id.clone()));
            }
            let delay = if is_told {
                jittered(NET)
            } else {
                subject.pace.next()
            };
            let due = now + delay.max(least);
            subject.due = Some(due);
            self.looks.insert((due, id));
        }
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.keys().next().map(|(at, _)| *at)
    }

    /// The waiters whose time is over, each with its key. They stay until they are ended.
    pub(super) fn take_overdue(&mut self, now: Instant) -> Vec<(Arc<str>, u64)> {
        let mut taken = Vec::new();
        while let Some(entry) = self.deadlines.first_entry()
            && entry.key().0 <= now
        {
            let ((_, key), id) = entry.remove_entry();
            taken.push((id, key));
        }
        taken
    }
}

/// What was seen, and what it means for those who wait.
impl<T: Awaited> State<T> {
    /// Takes note of what one is like. `is_whole` when all of it was asked for.
    pub(super) fn saw(&mut self, id: &str, seen: &T, is_whole: bool, now: Instant) {
        let Some((id, _)) = self.subjects.get_key_value(id) else {
            return;
        };
        let id = id.clone();
        let Some(subject) = self.subjects.get_mut(&id) else {
            return;
        };
        let state = seen.state();
        let is_other = subject.state.as_deref() != Some(state.as_str());
        if is_other {
            let is_first = subject.state.replace(state.as_str().into()).is_none();
            subject.pace.begin_anew();
            // A change that a read finds was told; one that a look finds should be, soon.
            if !is_first && !is_whole && !subject.is_changed && !subject.is_read {
                self.untold.insert(id.clone(), now);
            }
        }
        subject.is_read &= !is_whole;
        let (mut needs_whole, mut is_over) = (false, false);
        let mut at = 0;
        while at < subject.waiters.len() {
            let waiter = &mut subject.waiters[at];
            match waiter.verdict(seen, is_whole) {
                Verdict::Ends(outcome) => {
                    let waiter = subject.waiters.swap_remove(at);
                    self.deadlines.remove(&(waiter.deadline, waiter.key));
                    waiter.end(Ok(outcome));
                    continue;
                }
                Verdict::Unclear => needs_whole = true,
                Verdict::Resumes => is_over = true,
                Verdict::GoesOn => {
                    if waiter.tells && waiter.told.as_deref() != Some(state.as_str()) {
                        if is_whole {
                            waiter.told = Some(state.as_str().into());
                            let seen = Box::new(seen.clone());
                            waiter.mailbox.put(waiter.key, Note::Changed(seen));
                        } else {
                            needs_whole = true;
                        }
                    }
                }
            }
            at += 1;
        }
        if subject.waiters.is_empty() {
            return self.forget_unless_awaited(&id);
        }
        if needs_whole {
            self.read_now(&id);
        }
        if is_over && !self.expired.contains(&id) {
            self.expired.push_back(id.clone());
        }
        self.schedule(&id, now, Duration::ZERO);
    }

    /// Ends everybody who waits for it.
    pub(super) fn fail(&mut self, id: &str, error: &Error) {
        let Some(subject) = self.subjects.get_mut(id) else {
            return;
        };
        for waiter in std::mem::take(&mut subject.waiters) {
            self.deadlines.remove(&(waiter.deadline, waiter.key));
            waiter.end(Err(error.clone()));
        }
        self.forget_unless_awaited(id);
    }

    /// Ends one whose time is over, if the last look did not.
    pub(super) fn time_out(&mut self, id: &str, key: u64, last: impl FnOnce(&str) -> Option<T>) {
        let Some(subject) = self.subjects.get_mut(id) else {
            return;
        };
        if let Some(at) = subject.waiters.iter().position(|one| one.key == key) {
            let waiter = subject.waiters.swap_remove(at);
            let last = subject.state.as_deref().and_then(last);
            waiter.end(Ok(Outcome::TimedOut { last }));
        }
        self.forget_unless_awaited(id);
    }

    /// It cannot be resumed: those who wanted that end as expired at the next look.
    pub(super) fn give_up_resuming(&mut self, id: &str) {
        if let Some(subject) = self.subjects.get_mut(id) {
            for waiter in &mut subject.waiters {
                waiter.resumes = false;
            }
        }
        self.read_now(id);
    }

    pub(super) fn snapshot(
        &self,
        now: Instant,
        in_utc_now: chrono::DateTime<chrono::Utc>,
    ) -> WaitSnapshot<T> {
        let mut snapshot = WaitSnapshot {
            waits: Vec::new(),
            unsaved: Vec::new(),
            searching: 0,
        };
        for id in self.elsewhere.values() {
            match id {
                Some(id) => snapshot.unsaved.push(id.to_string()),
                None => snapshot.searching += 1,
            }
        }
        for (id, subject) in &self.subjects {
            for waiter in &subject.waiters {
                if waiter.savable && waiter.condition.is_named() {
                    let left = waiter.deadline.saturating_duration_since(now);
                    snapshot.waits.push(SavedWait {
                        id: id.to_string(),
                        deadline: in_utc(in_utc_now, left),
                        condition: waiter.condition.clone(),
                        resumes: waiter.resumes,
                    });
                } else {
                    snapshot.unsaved.push(id.to_string());
                }
            }
        }
        snapshot
    }
}

impl<T: Awaited> Subject<T> {
    fn needs_whole(&self) -> bool {
        let mut waiters = self.waiters.iter();
        waiters.any(|waiter| !waiter.condition.is_named())
    }
}

impl<T: Awaited> Waiter<T> {
    fn verdict(&self, seen: &T, is_whole: bool) -> Verdict<T> {
        if seen.is_gone() {
            return Verdict::Ends(Outcome::Gone);
        }
        if !is_whole && !self.condition.is_named() {
            return Verdict::Unclear;
        }
        let is_met = self.condition.is_met_by(seen);
        if is_met && is_whole {
            Verdict::Ends(Outcome::Met(seen.clone()))
        } else if is_met {
            Verdict::Unclear
        } else if !seen.is_expired() {
            Verdict::GoesOn
        } else if self.resumes {
            Verdict::Resumes
        } else if is_whole {
            Verdict::Ends(Outcome::Expired(seen.clone()))
        } else {
            Verdict::Unclear
        }
    }

    fn end(self, ended: Result<Outcome<T>, Error>) {
        self.mailbox.put(self.key, Note::Ended(Box::new(ended)));
    }
}
