//! What the three kinds of screening found.

use std::fmt;

use crate::json_api::ResourceObject;
use crate::raw::types::{
    PartialDate, ReportAdverseMediaAttributes, ReportAdverseMediaRelatedSource,
    ReportPoliticallyExposedPersonAttributes, ReportPoliticallyExposedPersonResult,
    ReportWatchlistAttributes, ReportWatchlistMatchedList,
};

/// One thing that a report found. All three kinds answer the same questions; what is particular
/// to a kind is in the variant.
///
/// Persona tells no score for these three: judge by labels, birthdates and sources. `Debug` prints
/// the variant alone, for a match speaks of a person.
#[derive(Clone, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "match", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReportMatch {
    /// Somebody on a watchlist.
    Watchlist(WatchlistMatch),
    /// Somebody in the press.
    AdverseMedia(AdverseMediaMatch),
    /// Somebody with a public office, or close to one.
    PoliticallyExposedPerson(PoliticallyExposedPersonMatch),
}

impl ReportMatch {
    /// The names under which it is known, the main one first.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Watchlist(found) => found.names(),
            Self::AdverseMedia(found) => found.names(),
            Self::PoliticallyExposedPerson(found) => {
                found.raw().name.as_deref().into_iter().collect()
            }
        }
    }

    /// What Persona calls the one who was found, as a [`Dismissal`](super::Dismissal) needs it.
    /// Watchlists have none.
    pub fn entity_id(&self) -> Option<&str> {
        match self {
            Self::Watchlist(_) => None,
            Self::AdverseMedia(found) => found.raw().entity_id.as_deref(),
            Self::PoliticallyExposedPerson(found) => found.raw().entity_id.as_deref(),
        }
    }

    /// What sort of finding it is, in Persona's words for programs: types of lists, of articles,
    /// of offices.
    pub fn labels(&self) -> Vec<&str> {
        match self {
            Self::Watchlist(found) => found.labels(),
            Self::AdverseMedia(found) => found.labels(),
            Self::PoliticallyExposedPerson(found) => found.labels(),
        }
    }

    /// How the name and the rest fit what was looked for, such as `name_exact`. Watchlists tell
    /// none.
    pub fn match_types(&self) -> Vec<&str> {
        match self {
            Self::Watchlist(_) => Vec::new(),
            Self::AdverseMedia(found) => texts(&found.raw().match_types),
            Self::PoliticallyExposedPerson(found) => texts(&found.raw().match_types),
        }
    }

    /// Birthdates that are told of the one who was found, as far as they are known: `1977`,
    /// `1977-07` or `1977-07-17`.
    pub fn birthdates(&self) -> Vec<String> {
        match self {
            Self::Watchlist(found) => found.birthdates(),
            Self::AdverseMedia(found) => {
                let dates = found.raw().birthdates.iter().flatten().flatten();
                dates.cloned().collect()
            }
            Self::PoliticallyExposedPerson(found) => {
                found.raw().birthdates.iter().flatten().cloned().collect()
            }
        }
    }

    /// Where it was found.
    pub fn sources(&self) -> Vec<MatchSource> {
        match self {
            Self::Watchlist(found) => vec![MatchSource::new(
                found.raw().name.as_deref(),
                found.raw().url.as_deref(),
            )],
            Self::AdverseMedia(found) => {
                let media = found.raw().media.iter().flatten();
                media
                    .map(|it| MatchSource::new(it.title.as_deref(), it.url.as_deref()))
                    .collect()
            }
            Self::PoliticallyExposedPerson(found) => found.sources(),
        }
    }
}

impl fmt::Debug for ReportMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Watchlist(_) => "Watchlist(..)",
            Self::AdverseMedia(_) => "AdverseMedia(..)",
            Self::PoliticallyExposedPerson(_) => "PoliticallyExposedPerson(..)",
        })
    }
}

/// A place where something was found: a list, an article, a register.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MatchSource {
    /// What it is called; for an article its title.
    pub name: Option<String>,
    /// Where it is.
    pub url: Option<String>,
}

impl MatchSource {
    fn new(name: Option<&str>, url: Option<&str>) -> Self {
        Self {
            name: name.map(str::to_owned),
            url: url.map(str::to_owned),
        }
    }
}

/// The title of an article can name a person.
impl fmt::Debug for MatchSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MatchSource").finish_non_exhaustive()
    }
}

macro_rules! matched {
    ($(#[$meta:meta])* $name:ident($raw:ty)) => {
        $(#[$meta])*
        ///
        /// It serializes as it came. `Debug` prints nothing of the person.
        #[derive(Clone, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(Box<$raw>);

        #[cfg(feature = "schemars")]
        crate::view::describe!($name => crate::view::object_schema::<$raw>());

        impl $name {
            /// Everything Persona sent of it, also what has no accessor here.
            pub fn raw(&self) -> &$raw {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

matched! {
    /// A watchlist, and who of it fits.
    WatchlistMatch(ReportWatchlistMatchedList)
}

matched! {
    /// Somebody whom the press writes about, and the articles.
    AdverseMediaMatch(ReportAdverseMediaRelatedSource)
}

matched! {
    /// Somebody with a public office, or close to one.
    PoliticallyExposedPersonMatch(ReportPoliticallyExposedPersonResult)
}

impl WatchlistMatch {
    /// The list's name.
    pub fn list(&self) -> &str {
        self.0.name.as_deref().unwrap_or_default()
    }

    fn names(&self) -> Vec<&str> {
        let entities = self.0.entities.iter().flatten();
        let mut entities: Vec<_> = entities.collect();
        entities.sort_by_key(|it| it.alias_type.as_deref() != Some("primary_name"));
        entities
            .into_iter()
            .filter_map(|it| it.name.as_deref())
            .collect()
    }

    fn labels(&self) -> Vec<&str> {
        match texts(&self.0.list_types) {
            none if none.is_empty() => self.0.list_type.as_deref().into_iter().collect(),
            types => types,
        }
    }

    fn birthdates(&self) -> Vec<String> {
        let entities = self.0.entities.iter().flatten();
        let mut dates: Vec<String> = entities
            .flat_map(|it| it.birthdates.iter().flatten())
            .filter_map(partial_date)
            .collect();
        dates.dedup();
        dates
    }
}

impl AdverseMediaMatch {
    fn names(&self) -> Vec<&str> {
        let akas = self.0.akas.iter().flatten().flatten();
        let all = self.0.name.iter().chain(akas);
        all.map(String::as_str).collect()
    }

    fn labels(&self) -> Vec<&str> {
        let sources = self.0.sources.iter().flatten();
        let types = sources.flat_map(|it| it.types.iter().flatten());
        distinct(types.map(String::as_str))
    }
}

impl PoliticallyExposedPersonMatch {
    /// The offices, such as `Member of Parliament`.
    pub fn positions(&self) -> Vec<&str> {
        let positions = self.0.positions.iter().flatten();
        positions.filter_map(|it| it.name.as_deref()).collect()
    }

    /// The country of the offices: two letters.
    pub fn country(&self) -> Option<&str> {
        self.0.country.as_deref()
    }

    fn labels(&self) -> Vec<&str> {
        let positions = self.0.positions.iter().flatten();
        let classes = positions.filter_map(|it| it.pep_class.as_deref());
        let topics = self.0.topics.iter().flatten().map(String::as_str);
        distinct(
            self.0
                .pep_type
                .as_deref()
                .into_iter()
                .chain(topics)
                .chain(classes),
        )
    }

    fn sources(&self) -> Vec<MatchSource> {
        let sources = self.0.sources.iter().flat_map(|it| it.values());
        sources
            .map(|it| MatchSource::new(it.name.as_deref(), it.url.as_deref()))
            .collect()
    }
}

/// The matches of a report, if it is of a kind whose matches are known.
pub(super) fn matches_of(report: &ResourceObject) -> Vec<ReportMatch> {
    if let Some(typed) = report.decode::<ReportWatchlistAttributes>() {
        let lists = typed.attributes.matched_lists.into_iter().flatten();
        return lists
            .map(|it| ReportMatch::Watchlist(WatchlistMatch(it.into())))
            .collect();
    }
    if let Some(typed) = report.decode::<ReportAdverseMediaAttributes>() {
        let sources = typed.attributes.related_sources.into_iter().flatten();
        return sources
            .map(|it| ReportMatch::AdverseMedia(AdverseMediaMatch(it.into())))
            .collect();
    }
    if let Some(typed) = report.decode::<ReportPoliticallyExposedPersonAttributes>() {
        let people = typed.attributes.result.into_iter().flatten();
        return people
            .map(|it| {
                ReportMatch::PoliticallyExposedPerson(PoliticallyExposedPersonMatch(it.into()))
            })
            .collect();
    }
    Vec::new()
}

fn texts(list: &Option<Vec<String>>) -> Vec<&str> {
    list.iter().flatten().map(String::as_str).collect()
}

fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut seen: Vec<&str> = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

/// As much of the date as is known, from the year on.
fn partial_date(date: &PartialDate) -> Option<String> {
    let part = |part: &Option<String>| part.clone().filter(|part| !part.is_empty());
    let mut text = part(&date.year)?;
    for smaller in [&date.month, &date.day] {
        match part(smaller) {
            Some(smaller) => text.push_str(&format!("-{smaller:0>2}")),
            None => break,
        }
    }
    Some(text)
}
