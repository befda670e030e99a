//! What differs between the facts of two documents.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Entry, Fact, Facts};

/// What happened to one fact, in words that many entries can share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Whether code that works today may stop working.
    pub breaks: bool,
    pub sort: Sort,
    /// Where, such as `` query `include` ``.
    pub place: String,
    /// What, such as "added: string".
    pub words: String,
    /// Listed values that came and went.
    pub values: (usize, usize),
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    Removed,
    Changed,
    Added,
}

/// The changes of one section: operations, resource types or events.
#[derive(Default)]
pub struct Section {
    /// Keys of what is new, with its entry.
    pub added: BTreeMap<String, Entry>,
    pub removed: BTreeMap<String, Entry>,
    /// What is the same under another key: old key, new key.
    pub renamed: Vec<(String, String)>,
    /// Key → what changed in what both documents have.
    pub changed: BTreeMap<String, Vec<Change>>,
}

/// Everything that differs.
pub struct Differences {
    pub operations: Section,
    pub resources: Section,
    pub events: Section,
    /// Types of the raw layer that are the same under another name.
    pub moved_types: Vec<(String, String)>,
}

impl Differences {
    pub fn between(old: &Facts, new: &Facts) -> Self {
        Self {
            operations: section(&old.operations, &new.operations, |one, other| {
                one.title == other.title
            }),
            resources: section(&old.resources, &new.resources, |one, other| {
                one.facts["`type`"] == other.facts["`type`"]
            }),
            events: section(&old.events, &new.events, |_, _| false),
            moved_types: moved_types(old, new),
        }
    }

    pub fn is_empty(&self) -> bool {
        let sections = [&self.operations, &self.resources, &self.events];
        self.moved_types.is_empty() && sections.iter().all(|section| section.is_empty())
    }
}

impl Section {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.renamed.is_empty()
            && self.changed.is_empty()
    }

    /// All changes of what both documents have.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changed.values().flatten()
    }
}

fn section(
    old: &BTreeMap<String, Entry>,
    new: &BTreeMap<String, Entry>,
    same: impl Fn(&Entry, &Entry) -> bool,
) -> Section {
    let mut section = Section::default();
    for (key, entry) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        section.removed.insert(key.clone(), entry.clone());
    }
    for (key, entry) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        section.added.insert(key.clone(), entry.clone());
    }
    for (key, entry) in &section.removed {
        let mut twins = section.added.iter().filter(|(_, other)| same(entry, other));
        if let (Some((twin, _)), None) = (twins.next(), twins.next()) {
            section.renamed.push((key.clone(), twin.clone()));
        }
    }
    for (from, to) in &section.renamed {
        section.removed.remove(from);
        section.added.remove(to);
    }
    let renamed = section.renamed.iter().map(|(from, to)| (from, to));
    for (from, to) in renamed.chain(old.keys().map(|key| (key, key))) {
        let (Some(old), Some(new)) = (old.get(from), new.get(to)) else {
            continue;
        };
        let mut changes = changes(&old.facts, &new.facts);
        if old.title != new.title && from == to && old.title.contains(' ') {
            let words = format!("was `{}`", old.title);
            changes.push(change(Sort::Changed, true, "address", words));
        }
        if !changes.is_empty() {
            changes.sort();
            section.changed.insert(to.clone(), changes);
        }
    }
    section
}

fn changes(old: &BTreeMap<String, Fact>, new: &BTreeMap<String, Fact>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (place, fact) in old {
        match new.get(place) {
            Some(now) => changes.extend(changed(place, fact, now)),
            None if inside_of_change(place, old, new) => {}
            None => {
                let words = format!("removed (was {})", described(fact));
                // An answer's type has room for `included` whether it comes or not.
                let breaks = !place.ends_with("`included`");
                changes.push(change(Sort::Removed, breaks, place, words));
            }
        }
    }
    for (place, fact) in new.iter().filter(|(place, _)| !old.contains_key(*place)) {
        if !inside_of_change(place, new, old) {
            let words = format!("added ({})", described(fact));
            let asks = fact.required && (place.starts_with("body") || place.starts_with("query"));
            changes.push(change(Sort::Added, asks, place, words));
        }
    }
    changes
}

fn change(sort: Sort, breaks: bool, place: &str, words: String) -> Change {
    Change {
        breaks,
        sort,
        place: place.to_owned(),
        words,
        values: (0, 0),
    }
}

/// Whether what holds `place` came, went or became another type, which says enough.
fn inside_of_change(
    place: &str,
    here: &BTreeMap<String, Fact>,
    there: &BTreeMap<String, Fact>,
) -> bool {
    let outer = |other: &String| {
        let open = other.strip_suffix('`').unwrap_or(other);
        place.strip_prefix(open).is_some_and(|rest| {
            rest.starts_with('.') || rest.starts_with("[].") || rest.starts_with(" `")
        })
    };
    here.iter()
        .filter(|(other, _)| outer(other))
        .any(|(other, fact)| there.get(other).is_none_or(|then| then.kind != fact.kind))
}

fn changed(place: &str, old: &Fact, new: &Fact) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut note = |breaks: bool, words: String| {
        changes.push(change(Sort::Changed, breaks, place, words));
    };
    if old.kind != new.kind {
        note(true, format!("{} → {}", old.shape(), new.shape()));
    }
    match (old.required, new.required) {
        (false, true) => note(true, "now required".to_owned()),
        (true, false) => note(false, "no longer required".to_owned()),
        _ => {}
    }
    match (old.nullable, new.nullable) {
        (false, true) => note(false, "now nullable".to_owned()),
        (true, false) => note(false, "no longer nullable".to_owned()),
        _ => {}
    }
    match (old.deprecated, new.deprecated) {
        (false, true) => note(false, "now deprecated".to_owned()),
        (true, false) => note(false, "no longer deprecated".to_owned()),
        _ => {}
    }
    let came = listed(new.values.difference(&old.values));
    let went = listed(old.values.difference(&new.values));
    let words = match (came.as_str(), went.as_str()) {
        ("", "") => return changes,
        (came, "") if old.values.is_empty() => format!("values listed now: {came}"),
        ("", went) if new.values.is_empty() => format!("values no longer listed: {went}"),
        (came, "") => format!("values added: {came}"),
        ("", went) => format!("values removed: {went}"),
        (came, went) => format!("values added: {came}; removed: {went}"),
    };
    // Another listed text is still a text; another resource is another type.
    let types = place == "`type`" || new.kind == "resource";
    let breaks = types && !went.is_empty();
    let mut values = change(Sort::Changed, breaks, place, words);
    values.values = (
        new.values.difference(&old.values).count(),
        old.values.difference(&new.values).count(),
    );
    changes.push(values);
    changes
}

/// `object of a, b, nullable` or `string; x, y`.
fn described(fact: &Fact) -> String {
    let mut words = fact.shape();
    for (said, word) in [
        (fact.required, "required"),
        (fact.nullable, "nullable"),
        (fact.deprecated, "deprecated"),
    ] {
        if said {
            words.push_str(", ");
            words.push_str(word);
        }
    }
    if !fact.values.is_empty() {
        words.push_str(": ");
        words.push_str(&listed(&fact.values));
    }
    words
}

impl Fact {
    /// The type, with the names of what an object holds.
    fn shape(&self) -> String {
        match self.parts[..] {
            [] => self.kind.clone(),
            _ => format!("{} of {}", self.kind, listed(&self.parts)),
        }
    }
}

/// `` `a`, `b` `` and how many more.
fn listed<'a>(values: impl IntoIterator<Item = &'a String>) -> String {
    const SHOWN: usize = 16;
    let all: Vec<String> = (values.into_iter())
        .map(|value| format!("`{value}`"))
        .collect();
    match all.len().checked_sub(SHOWN) {
        Some(more) if more > 1 => format!("{} and {more} more", all[..SHOWN].join(", ")),
        _ => all.join(", "),
    }
}

fn moved_types(old: &Facts, new: &Facts) -> Vec<(String, String)> {
    let mut known: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for (name, shape) in &new.shapes {
        known.entry(shape).or_default().insert(name);
    }
    old.shapes
        .iter()
        .filter(|(name, _)| !new.shapes.contains_key(*name))
        .filter_map(|(name, shape)| Some((name.clone(), (*known.get(shape)?.first()?).clone())))
        .collect()
}
