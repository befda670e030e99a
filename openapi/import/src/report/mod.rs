//! The change report: what differs between the vendored document and the one
//! coming in, as a page of Markdown to review and to take into the changelog.

mod compare;
mod facts;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value;

use compare::{Change, Differences, Section, Sort};
use facts::{Entry, Facts};

/// The report on a change from `old` to `new`, both as this tool writes them.
///
/// Without an `old` document it counts what there is.
pub fn report(old: Option<&Value>, new: &Value) -> String {
    let same_bytes = old == Some(new);
    let new = Facts::of(new);
    let Some(old) = old else {
        return format!(
            "# API document {}\n\nNothing is vendored yet. {} operations, {} resource types, {} webhook events come in.\n",
            new.version,
            new.operations.len(),
            new.resources.len(),
            new.events.len(),
        );
    };
    let old = Facts::of(old);
    let differences = Differences::between(&old, &new);
    let mut page = match old.version == new.version {
        true => format!("# Changes in API version {}\n\n", new.version),
        false => format!(
            "# Changes from API version {} to {}\n\n",
            old.version, new.version
        ),
    };
    if differences.is_empty() && old.version == new.version {
        page.push_str(if same_bytes {
            "Nothing changed: the vendored document is the same.\n"
        } else {
            "No fact changed: only the form of the vendored document does.\n"
        });
        return page;
    }
    summary(&mut page, &differences, &new);
    let Differences {
        operations,
        resources,
        events,
        moved_types,
    } = &differences;
    section(
        &mut page,
        "Operations",
        operations,
        &new.operations,
        |key, entry| format!("`{}` ({key})", entry.title),
    );
    section(
        &mut page,
        "Resource types",
        resources,
        &new.resources,
        |key, entry| {
            let types = &entry.facts["`type`"].values;
            let types: Vec<_> = types.iter().filter(|one| *one != key).collect();
            let attributes = match top_level(entry) {
                0 => String::new(),
                some => format!(": {some} attributes"),
            };
            match types[..] {
                [] => format!("`{key}`{attributes}"),
                [one] => format!("`{key}` (`{one}`){attributes}"),
                [first, ..] => {
                    let more = types.len() - 1;
                    format!("`{key}` (`{first}` and {more} more types){attributes}")
                }
            }
        },
    );
    webhook_events(&mut page, events, &new);
    if !moved_types.is_empty() {
        page.push_str("\n## Types of the raw layer with another name\n\n");
        page.push_str("The same shape; whoever names the type has to follow.\n\n");
        for (from, to) in moved_types {
            let _ = writeln!(page, "- `{from}` is now `{to}`");
        }
    }
    page
}

fn summary(page: &mut String, differences: &Differences, new: &Facts) {
    let Differences {
        operations,
        resources,
        events,
        ..
    } = differences;
    let breaking = [operations, resources, events]
        .iter()
        .map(|section| {
            let changes = section.changes().filter(|change| change.breaks).count();
            changes + section.removed.len() + section.renamed.len()
        })
        .sum::<usize>();
    page.push_str("| | added | removed | changed | in all |\n|---|--:|--:|--:|--:|\n");
    for (name, section, all) in [
        ("operations", operations, new.operations.len()),
        ("resource types", resources, new.resources.len()),
        ("webhook events", events, new.events.len()),
    ] {
        let changed: BTreeSet<&String> = section
            .changed
            .keys()
            .chain(section.renamed.iter().map(|(_, to)| to))
            .collect();
        let (added, removed) = (section.added.len(), section.removed.len());
        let _ = writeln!(
            page,
            "| {name} | {added} | {removed} | {} | {all} |",
            changed.len()
        );
    }
    page.push_str(
        "\nWithin what both have:\n\n| | added | removed | changed |\n|---|--:|--:|--:|\n",
    );
    let parameter = |change: &&Change| {
        ["query ", "header ", "path "]
            .iter()
            .any(|place| change.place.starts_with(place))
    };
    let body = |change: &&Change| change.place.starts_with("body");
    let answer = |change: &&Change| change.place.starts_with("answer");
    count(page, "parameters", operations.changes().filter(parameter));
    count(
        page,
        "properties of bodies",
        operations.changes().filter(body),
    );
    count(
        page,
        "properties of answers",
        operations.changes().filter(answer),
    );
    count(page, "attributes", resources.changes());
    let values = |change: &Change| change.values;
    let all = [operations, resources, events];
    let (came, went) = all
        .iter()
        .flat_map(|section| section.changes().map(values))
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let _ = writeln!(page, "| listed values | {came} | {went} | |");
    let _ = match breaking {
        0 => writeln!(
            page,
            "\nNothing was taken away, and nothing more is asked for."
        ),
        _ => writeln!(
            page,
            "\n**{breaking}** of these take something away, give it another type or ask for more; they are marked ⚠."
        ),
    };
}

fn count<'a>(page: &mut String, name: &str, changes: impl Iterator<Item = &'a Change>) {
    let mut counts: BTreeMap<Sort, BTreeSet<(usize, &str)>> = BTreeMap::new();
    for (index, change) in changes.enumerate() {
        counts
            .entry(change.sort)
            .or_default()
            .insert((index, &change.place));
    }
    let of = |sort| counts.get(&sort).map_or(0, BTreeSet::len);
    let (added, removed, changed) = (of(Sort::Added), of(Sort::Removed), of(Sort::Changed));
    let _ = writeln!(page, "| {name} | {added} | {removed} | {changed} |");
}

fn section(
    page: &mut String,
    title: &str,
    section: &Section,
    all: &BTreeMap<String, Entry>,
    line: impl Fn(&String, &Entry) -> String,
) {
    if section.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n## {title}");
    for (word, mark, entries) in [
        ("Removed", "⚠ ", &section.removed),
        ("Added", "", &section.added),
    ] {
        if !entries.is_empty() {
            let _ = writeln!(page, "\n### {word} ({})\n", entries.len());
        }
        for (key, entry) in entries {
            let _ = writeln!(page, "- {mark}{}", line(key, entry));
        }
    }
    if !section.renamed.is_empty() {
        let _ = writeln!(page, "\n### Renamed ({})\n", section.renamed.len());
    }
    for (from, to) in &section.renamed {
        let _ = writeln!(page, "- ⚠ `{from}` is now `{to}`");
    }
    changed(page, section, all);
}

fn changed(page: &mut String, section: &Section, all: &BTreeMap<String, Entry>) {
    if section.changed.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n### Changed ({})\n", section.changed.len());
    for (owners, changes) in grouped(section) {
        let names = format!("**{}**", names(&owners, all));
        match changes[..] {
            [one] => {
                let _ = writeln!(page, "- {names}: {}", sentence(one));
            }
            _ => {
                let _ = writeln!(page, "- {names}:");
                for change in changes {
                    let _ = writeln!(page, "  - {}", sentence(change));
                }
            }
        }
    }
}

/// Events by what they are about: one line for all that came to reports of a kind.
fn webhook_events(page: &mut String, events: &Section, new: &Facts) {
    if events.is_empty() {
        return;
    }
    page.push_str("\n## Webhook events\n");
    for (word, mark, entries) in [
        ("Removed", "⚠ ", &events.removed),
        ("Added", "", &events.added),
    ] {
        if entries.is_empty() {
            continue;
        }
        let _ = writeln!(page, "\n### {word} ({})\n", entries.len());
        let mut subjects: BTreeMap<(&str, Vec<&String>), Vec<&str>> = BTreeMap::new();
        for (name, entry) in entries {
            let (subject, verb) = name.rsplit_once('.').unwrap_or(("", name));
            let payload = entry.facts["payload"].values.iter().collect();
            subjects.entry((subject, payload)).or_default().push(verb);
        }
        for ((subject, payload), verbs) in subjects {
            let payload = names(&payload.into_iter().collect(), &new.resources);
            let verbs = verbs.join("`, `");
            let _ = writeln!(page, "- {mark}`{subject}.`: `{verbs}`, about {payload}");
        }
    }
    changed(page, events, &new.events);
}

/// Changes that the same entries share, under those entries: most shared first.
fn grouped(section: &Section) -> Vec<(BTreeSet<&String>, Vec<&Change>)> {
    let mut owners: BTreeMap<&Change, BTreeSet<&String>> = BTreeMap::new();
    for (owner, changes) in &section.changed {
        for change in changes {
            owners.entry(change).or_default().insert(owner);
        }
    }
    let mut groups: BTreeMap<BTreeSet<&String>, Vec<&Change>> = BTreeMap::new();
    for (change, owners) in owners {
        groups.entry(owners).or_default().push(change);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    for (_, changes) in &mut groups {
        changes.sort_by_key(|change| (!change.breaks, change.sort, &change.place));
    }
    groups.sort_by_key(|(owners, _)| (usize::MAX - owners.len(), owners.first().copied()));
    groups
}

fn sentence(change: &Change) -> String {
    let mark = if change.breaks { "⚠ " } else { "" };
    format!("{mark}{} {}", change.place, change.words)
}

/// The entries by name, or as "all 45 `verification-*`".
fn names(owners: &BTreeSet<&String>, all: &BTreeMap<String, Entry>) -> String {
    const FEW: usize = 4;
    let family = |key: &str| key.split('-').next().unwrap_or(key).to_owned();
    let mut families: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for owner in owners {
        families.entry(family(owner)).or_default().push(owner);
    }
    let code = |names: &[&String]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    if owners.len() == all.len() && owners.len() > FEW {
        return format!("all {}", owners.len());
    }
    let mut parts = Vec::new();
    for (family_name, members) in &families {
        let others: Vec<&String> = all
            .keys()
            .filter(|key| family(key) == *family_name && !members.contains(key))
            .collect();
        let family_name = format!("`{family_name}-*`");
        parts.push(match (members.len(), others.len()) {
            (few, _) if few <= FEW => code(members),
            (many, 0) => format!("all {many} {family_name}"),
            (many, without) if without <= FEW && without * 3 <= many => {
                format!("{many} {family_name}, all but {}", code(&others))
            }
            _ => code(members),
        });
    }
    match owners.len() {
        many if many > FEW && parts.iter().any(|part| part.starts_with('`')) => {
            format!("{many}: {}", parts.join(", "))
        }
        _ => parts.join(", "),
    }
}

fn top_level(entry: &Entry) -> usize {
    let inner =
        |place: &&String| place.starts_with('`') && *place != "`type`" && !place.contains('.');
    entry.facts.keys().filter(inner).count()
}
