//! Who is found: a few people who do not exist, and what is told of them.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::report::Dismissed;
use super::report_kind::ReportKind;
use crate::emulator::wire::timestamp;

/// Somebody made up. `EMULATOR.md` has them in a table.
struct Listed {
    name: &'static str,
    birthdate: &'static str,
    country: &'static str,
    is_on_watchlist: bool,
    is_in_press: bool,
    holds_office: bool,
}

const LISTED: [Listed; 4] = [
    Listed {
        name: "Zorblax Quenvoy",
        birthdate: "1961-04-12",
        country: "XA",
        is_on_watchlist: true,
        is_in_press: false,
        holds_office: false,
    },
    Listed {
        name: "Mirelda Okonvar",
        birthdate: "1974-11-30",
        country: "XB",
        is_on_watchlist: false,
        is_in_press: true,
        holds_office: false,
    },
    Listed {
        name: "Talindra Voskuyl",
        birthdate: "1958-02-03",
        country: "XC",
        is_on_watchlist: false,
        is_in_press: false,
        holds_office: true,
    },
    Listed {
        name: "Oskarin Plevnikar",
        birthdate: "1969-08-21",
        country: "XA",
        is_on_watchlist: true,
        is_in_press: true,
        holds_office: true,
    },
];

/// A report about this one ends in an error.
const TROUBLE: &str = "Fenwick Errata";

pub(super) enum Finding {
    /// As they stand on the wire.
    Matches(Vec<Value>),
    Trouble,
}

pub(super) fn look_up(kind: ReportKind, query: &Map<String, Value>) -> Finding {
    let name = name_of(query);
    if same_words(&name, TROUBLE) {
        return Finding::Trouble;
    }
    let birthdate = query.get("birthdate").and_then(Value::as_str);
    let found = LISTED.iter().filter(|one| {
        let listed = match kind {
            ReportKind::Watchlist => one.is_on_watchlist,
            ReportKind::AdverseMedia => one.is_in_press,
            _ => one.holds_office,
        };
        listed
            && same_words(&name, one.name)
            && birthdate.is_none_or(|birthdate| birthdate == one.birthdate)
    });
    Finding::Matches(found.map(|one| one.as_match(kind)).collect())
}

/// The name that is looked for, in one text.
pub(crate) fn name_of(query: &Map<String, Value>) -> String {
    let text = |name: &str| query.get(name).and_then(Value::as_str);
    match text("term") {
        Some(term) => term.to_owned(),
        None => {
            let parts = ["name-first", "name-middle", "name-last"];
            let parts: Vec<&str> = parts.into_iter().filter_map(text).collect();
            parts.join(" ")
        }
    }
}

fn same_words(one: &str, other: &str) -> bool {
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_lowercase).collect() };
    words(one) == words(other)
}

impl Listed {
    fn entity_id(&self) -> String {
        let id = self.name.split_whitespace().next().unwrap_or_default();
        format!("ent_{id}")
    }

    fn slug(&self) -> String {
        self.name.to_lowercase().replace(' ', "-")
    }

    fn as_match(&self, kind: ReportKind) -> Value {
        match kind {
            ReportKind::Watchlist => self.on_watchlist(),
            ReportKind::AdverseMedia => self.in_press(),
            _ => self.in_office(),
        }
    }

    fn on_watchlist(&self) -> Value {
        let mut date = self.birthdate.split('-');
        let mut part = || date.next().unwrap_or_default();
        let birthdate = json!({
            "year": part(), "month": part(), "day": part(), "granularity": "day",
        });
        json!({
            "name": "Emulated Sanctions List",
            "url": "https://lists.example.com/sanctions",
            "list-type": "sanction",
            "list-types": ["sanction"],
            "slug": "emulated-sanctions",
            "flag-code": self.country,
            "entities": [
                {
                    "name": self.name,
                    "alias-type": "primary_name",
                    "birthdates": [birthdate],
                },
                {
                    "name": format!("{} the Elder", self.name),
                    "alias-type": "aka",
                    "birthdates": [birthdate],
                },
            ],
        })
    }

    fn in_press(&self) -> Value {
        json!({
            "entity-id": self.entity_id(),
            "name": self.name,
            "akas": [format!("{} Jr.", self.name)],
            "birthdates": [self.birthdate],
            "match-types": ["name_exact"],
            "media": [
                {
                    "date": "2024-03-05",
                    "title": format!("{} before the court", self.name),
                    "snippet": "An invented article about somebody who does not exist.",
                    "url": format!("https://press.example.com/{}/court", self.slug()),
                },
                {
                    "date": null,
                    "title": format!("What became of {}", self.name),
                    "snippet": "Another invented article.",
                    "url": format!("https://press.example.com/{}/after", self.slug()),
                },
            ],
            "sources": [
                {
                    "name": "Emulated Press",
                    "types": ["adverse-media", "adverse-media-financial-crime"],
                    "country-codes": [self.country],
                },
            ],
        })
    }

    fn in_office(&self) -> Value {
        json!({
            "entity-id": self.entity_id(),
            "name": self.name,
            "birthdates": [self.birthdate],
            "death-dates": [],
            "locations": [],
            "country": self.country,
            "sex": null,
            "topics": ["role.pep"],
            "positions": [
                {
                    "name": "Member of an invented parliament",
                    "pep-class": "pep-class-1",
                    "source-key": "emulated-register",
                    "topics": ["gov.national"],
                    "start-date": "2015-01-01",
                    "end-date": null,
                },
            ],
            "associates": [],
            "affiliations": [],
            "related-urls": [],
            "images": [],
            "sources": {
                "emulated-register": {
                    "name": "Emulated Register of Offices",
                    "url": format!("https://register.example.com/{}", self.slug()),
                    "flag-code": self.country,
                },
            },
            "match-types": ["name_exact"],
            "pep-type": "pep",
        })
    }
}

pub(super) fn is_dismissed(found: &Value, dismissed: &Dismissed) -> bool {
    match dismissed {
        Dismissed::All => true,
        Dismissed::Entity(id) => found["entity-id"] == id.as_str(),
        Dismissed::Article(_) => false,
    }
}

/// Takes the articles of that address out of the matches, each with whom it is about.
pub(super) fn take_articles(matches: &mut Vec<Value>, url: &str) -> Vec<Value> {
    let mut taken = Vec::new();
    for found in matches.iter_mut() {
        let entity_id = found["entity-id"].clone();
        if let Some(media) = found.get_mut("media").and_then(Value::as_array_mut) {
            for article in media.extract_if(.., |it| it["url"] == url) {
                taken.push(json!({ "entity-id": entity_id, "media": [article] }));
            }
        }
    }
    // Somebody of whom no article is left is no match any more.
    matches.retain(|it| it["media"].as_array().is_none_or(|media| !media.is_empty()));
    taken
}

/// A dismissed match as the report's list of ignored ones has it.
pub(super) fn ignored(
    kind: ReportKind,
    found: Value,
    reason: &str,
    at: DateTime<Utc>,
    run_at: DateTime<Utc>,
) -> Value {
    let mut ignored = json!({
        "ignored-at": timestamp(at),
        "run-history-completed-at": timestamp(run_at),
        "match": found,
        "user": "api",
        "ignore-reason": reason,
    });
    let entities = ignored.pointer_mut("/match/entities");
    if let Some(entities) = entities.and_then(Value::as_array_mut) {
        // The document calls the year a date and the month a time: no birthdate can satisfy it.
        for entity in entities.iter_mut().filter_map(Value::as_object_mut) {
            entity.remove("birthdates");
        }
    }
    if kind == ReportKind::PoliticallyExposedPerson {
        // The document gives one source here, where a match has a map of them.
        let source = ignored["match"]["sources"].as_object();
        let source = source.and_then(|sources| sources.values().next().cloned());
        ignored["match"]["sources"] = source.unwrap_or_else(|| json!({}));
        if let Some(found) = ignored["match"].as_object_mut() {
            found.retain(|name, value| name != "topics" && !value.is_null());
        }
        ignored["is-internal"] = false.into();
    }
    ignored
}

/// Whether a match was dismissed before.
pub(super) fn is_ignored(found: &Value, ignored: &[Value]) -> bool {
    // A watchlist's match is told by its list, the others by who was found.
    let same =
        |name: &str, one: &Value, other: &Value| !one[name].is_null() && one[name] == other[name];
    ignored.iter().any(|it| {
        let before = &it["match"];
        let of_article = before["name"].is_null();
        !of_article && (same("entity-id", found, before) || same("slug", found, before))
    })
}
