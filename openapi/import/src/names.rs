//! Names of components, and so of the types in `raw::types`.
//!
//! A spec update must not rename types that people use. A name therefore
//! depends on where a thing stands, not on what else the document holds:
//!
//! - a resource and its attributes keep the official name;
//! - a body is named after its operation, an answer after what it holds;
//! - an object inside is named after its place (`api-log-request`), without
//!   JSON:API's own levels `data`, `attributes` and `meta`;
//! - what many places share has a name in the tables below.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A body that several operations take: one of them, and the body's name.
pub const BODIES: &[(&str, &str)] = &[
    // Official name of its operations' body: `inquiries-review-request`.
    ("approve-an-inquiry", "inquiry-review-request"),
    // Tagging is one thing whatever is tagged; for accounts, `meta` is required.
    ("accounts-add-tag", "account-tag-request"),
    ("add-tag", "tag-request"),
    ("accounts-set-all-tags", "account-tags-request"),
    ("inquiries-set-all-tags", "tags-request"),
    // Accounts and transactions relate in the same words.
    ("accounts-add-relation", "relation-request"),
    ("add-persona-objects", "case-objects-request"),
    ("search-accounts", "search-request"),
    // Lists of every kind are made, filled and imported alike.
    ("create-a-browser-fingerprint-list", "list-request"),
    (
        "create-a-browser-fingerprint-list-item",
        "list-item-request",
    ),
    ("import-email-address-lists", "list-import-request"),
];

/// A shape that several places share.
struct Shape {
    name: &'static str,
    /// The properties that hold it, in the singular; none for any.
    held_by: &'static [&'static str],
    /// Properties that it has, some with their type; it may gain others.
    has: &'static str,
}

const fn shape(name: &'static str, held_by: &'static [&'static str], has: &'static str) -> Shape {
    Shape { name, held_by, has }
}

/// Names of shared shapes. Where two shapes fit one row, the one with fewer
/// further properties gets the name, then the one with more uses.
const SHAPES: &[Shape] = &[
    // Read from the resources.
    shape("verification-check", &["check"], "name reasons status"),
    shape("file-reference", &[], "byte-size filename url"),
    shape("photo-reference", &[], "byte-size:integer url"),
    shape(
        "extraction-response",
        &["extraction-response"],
        "extraction-type results",
    ),
    shape("extraction-result", &["result"], "match-level value"),
    shape(
        "identity-record",
        &[],
        "addresses birthdates names phone-numbers",
    ),
    shape("drivers-license", &["drivers-license"], "number state"),
    shape("report-template-meta", &["meta"], "version"),
    shape(
        "report-template-version",
        &["version"],
        "created-at name updated-at",
    ),
    shape("partial-date", &[], "day granularity month year"),
    shape(
        "associated-person",
        &["associated-people"],
        "name-first name-full name-last titles",
    ),
    shape("sourced-name", &[], "name source-key"),
    shape("sourced-value", &[], "source value"),
    shape(
        "sanctioned-entity",
        &["sanction-list", "warning-list"],
        "name url",
    ),
    shape("flagged-source", &["source"], "flag-code name url"),
    shape(
        "person-query",
        &["query"],
        "birthdate country-code name-first name-last term",
    ),
    shape("theme-styles", &["style"], "dark light settings"),
    shape("theme-variant", &["dark", "light"], "components inquiry"),
    shape(
        "theme-settings",
        &["setting"],
        "preferred-theme-variant use-dark-theme",
    ),
    // Sent by us. A webhook's allowlists require their state only then.
    shape("file-upload", &["attachment", "data"], "data filename"),
    shape("csv-upload", &["file"], "data filename"),
    shape("tag-meta", &["meta"], "tag-id:string tag-name"),
    shape("tags-meta", &["meta"], "tag-id:array tag-name"),
    shape("search-page", &["page"], "after before size"),
    shape("search-query", &["query"], "and not or"),
    shape("search-sort", &["sort"], "attribute direction"),
    shape(
        "webhook-http-headers",
        &["custom-http-header"],
        "Authorization X-API-Key",
    ),
    shape("webhook-payload-filter", &["payload-filter"], "data"),
];

impl Shape {
    /// How many properties the schema has beyond those of this row, if it fits.
    fn fits(&self, schema: &Value, held_by: &BTreeSet<String>) -> Option<usize> {
        let properties = schema["properties"].as_object()?;
        let held = self.held_by.is_empty()
            || (self.held_by.iter()).any(|property| held_by.contains(*property));
        let has = self.has.split(' ').all(|wanted| {
            let (name, kind) = wanted.split_once(':').unwrap_or((wanted, ""));
            let found = properties.get(name);
            found.is_some_and(|property| kind.is_empty() || property["type"] == kind)
        });
        (held && has).then(|| properties.len() - self.has.split(' ').count())
    }
}

/// An object shape, and the places that hold it.
#[derive(Default)]
pub struct Seen {
    pub count: usize,
    /// The properties that hold it, in the singular.
    pub held_by: BTreeSet<String>,
    /// Names after its places, the best first: short, then in full.
    pub places: BTreeSet<(String, String)>,
}

/// A name for every shape in `seen`, none of which is in `taken`.
pub fn names(
    seen: &BTreeMap<String, Seen>,
    mut taken: BTreeSet<String>,
) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut by_table: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (shape, seen) in seen {
        let schema: Value = serde_json::from_str(shape).expect("written by this tool");
        let row = SHAPES
            .iter()
            .filter_map(|row| Some((row, row.fits(&schema, &seen.held_by)?)))
            .min_by_key(|(_, further)| *further);
        if let Some((row, further)) = row {
            let rank = (further, usize::MAX - seen.count, shape);
            by_table.entry(row.name).or_default().push(rank);
        }
    }
    for (name, mut ranks) in by_table {
        ranks.sort();
        if taken.insert(name.to_owned()) {
            names.insert(ranks[0].2.clone(), name.to_owned());
        }
    }
    // The first place first: whoever stands there keeps the short name.
    let mut rest: Vec<_> = seen
        .iter()
        .filter(|(shape, _)| !names.contains_key(*shape))
        .collect();
    rest.sort_by_key(|(_, seen)| seen.places.first());
    for (shape, seen) in rest {
        let (short, full) = seen.places.first().expect("a shape stands somewhere");
        let name = [short.clone(), full.clone()]
            .into_iter()
            .chain((2..).map(|number| format!("{full}-{number}")))
            .find(|name| !taken.contains(name))
            .expect("numbers do not end");
        taken.insert(name.clone());
        names.insert(shape.clone(), name);
    }
    names
}

/// The name of what stands at `property` of `owner`: without the levels of JSON:API.
pub fn place(owner: &str, property: &str) -> String {
    let outer = ["-data", "-attributes", "-meta"]
        .iter()
        .find_map(|level| owner.strip_suffix(level));
    format!("{}-{property}", outer.unwrap_or(owner))
}

/// `checks` holds a `check`; `addresses` an `address`.
pub fn singular(property: &str) -> String {
    let property = property.to_lowercase();
    for (plural, one) in [("ies", "y"), ("sses", "ss"), ("xes", "x")] {
        if let Some(stem) = property.strip_suffix(plural) {
            return format!("{stem}{one}");
        }
    }
    match property.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') && !stem.ends_with("statu") => stem.to_owned(),
        _ => property,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_tells_every_rename() {
        let readme = include_str!("../../README.md");
        let shapes = SHAPES.iter().map(|shape| shape.name);
        for name in BODIES.iter().map(|(_, name)| *name).chain(shapes) {
            assert!(readme.contains(&format!("| `{name}` |")), "{name}");
        }
    }

    /// A row that fits nothing is a name that nobody can find.
    #[test]
    fn every_name_of_the_tables_is_in_the_vendored_document() {
        let document: Value =
            serde_json::from_str(include_str!("../../persona.json")).expect("JSON");
        let shapes = SHAPES.iter().map(|shape| shape.name);
        for name in BODIES.iter().map(|(_, name)| *name).chain(shapes) {
            assert!(
                document["components"]["schemas"][name].is_object(),
                "{name}"
            );
        }
    }

    #[test]
    fn a_place_is_named_without_the_levels_of_json_api() {
        assert_eq!(
            place("create-a-case-request", "data"),
            "create-a-case-request-data"
        );
        assert_eq!(
            place("create-a-case-request-data", "attributes"),
            "create-a-case-request-attributes"
        );
        assert_eq!(place("webhook-attributes", "secret"), "webhook-secret");
        assert_eq!(place("webhook-secret", "value"), "webhook-secret-value");
    }

    #[test]
    fn items_of_a_list_are_named_in_the_singular() {
        for (many, one) in [
            ("checks", "check"),
            ("addresses", "address"),
            ("entities", "entity"),
            ("status", "status"),
            ("address", "address"),
            ("media", "media"),
        ] {
            assert_eq!(singular(many), one);
        }
    }
}
