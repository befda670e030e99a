//! What reports are made and listed by, as JSON.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::create::{ADVERSE_MEDIA, POLITICALLY_EXPOSED_PERSON, WATCHLIST};
use super::{Dismissal, NewReport, ReportList, Subject};
use crate::arguments::{hides, reads_from, set};
use crate::id::{AccountId, ReportTemplateId};
use crate::page::Cursor;

reads_from!(NewReport, NewReportArguments);
reads_from!(Subject, SubjectArguments);
reads_from!(Dismissal, DismissalArguments);

/// A report to be made. The kinds report/watchlist, report/adverse-media and
/// report/politically-exposed-person take a subject, all others a query of their own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewReportArguments {
    /// What to look for, such as report/watchlist.
    #[schemars(regex(pattern = "^report/."))]
    kind: String,
    /// The person to look for.
    #[serde(default)]
    subject: Option<Subject>,
    /// What to look for, for a kind that takes no subject.
    #[serde(default)]
    query: Option<Map<String, Value>>,
    /// The report template; the first of its kind unless set.
    #[serde(default)]
    #[schemars(with = "Option<ReportTemplateId>")]
    template_id: Option<String>,
    /// The account to put it on; in place of a reference id.
    #[serde(default)]
    #[schemars(with = "Option<AccountId>")]
    account_id: Option<String>,
    /// The caller's own id for the person; the account of it is used, or created.
    #[serde(default)]
    #[schemars(length(min = 1))]
    reference_id: Option<String>,
    /// Whether to put it on no account.
    #[serde(default)]
    without_account: bool,
    /// Whether to answer once the report is ready.
    #[serde(default)]
    synchronous: bool,
}

impl From<NewReportArguments> for NewReport {
    fn from(given: NewReportArguments) -> Self {
        let takes = |subject: Subject| match given.kind.as_str() {
            WATCHLIST => Some(Self::watchlist(subject)),
            ADVERSE_MEDIA => Some(Self::adverse_media(subject)),
            POLITICALLY_EXPOSED_PERSON => Some(Self::politically_exposed_person(subject)),
            _ => None,
        };
        let mut new = match (given.subject, given.query) {
            (Some(subject), None) => takes(subject).unwrap_or_else(|| {
                Self::of_kind(&*given.kind)
                    .refused("a report of this kind takes a query, not a subject")
            }),
            (None, Some(query)) => Self::of_kind(given.kind).query(&query),
            (None, None) => {
                Self::of_kind(given.kind).refused("neither a subject nor a query is given")
            }
            (Some(_), Some(_)) => {
                Self::of_kind(given.kind).refused("both a subject and a query are given")
            }
        };
        set!(new:
            given.template_id => template,
            given.account_id => account,
            given.reference_id => reference_id,
        );
        if given.without_account {
            new = new.without_account();
        }
        if given.synchronous {
            new = new.synchronous();
        }
        new
    }
}

/// The person that a report looks for: full_name, or the parts of a name.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct SubjectArguments {
    /// The whole name, in one text.
    full_name: Option<String>,
    /// Given or first name.
    name_first: Option<String>,
    /// Middle name.
    name_middle: Option<String>,
    /// Family or last name.
    name_last: Option<String>,
    /// Birthdate, YYYY-MM-DD.
    #[schemars(extend("format" = "date"))]
    birthdate: Option<String>,
    /// Country, two letters (ISO 3166-1).
    #[schemars(regex(pattern = "^[A-Za-z]{2}$"))]
    country_code: Option<String>,
}

impl From<SubjectArguments> for Subject {
    fn from(given: SubjectArguments) -> Self {
        Self {
            full: given.full_name,
            first: given.name_first,
            middle: given.name_middle,
            last: given.name_last,
            birthdate: given.birthdate,
            country_code: given.country_code,
        }
    }
}

/// Matches that are not the person who was looked for.
#[derive(Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
enum DismissalArguments {
    /// All matches of the report.
    All {
        /// Why.
        #[schemars(length(min = 1))]
        reason: String,
    },
    /// One person or business among the matches.
    Entity {
        /// Its id in the match.
        #[schemars(length(min = 1))]
        id: String,
        /// Why.
        #[schemars(length(min = 1))]
        reason: String,
    },
    /// One article.
    Media {
        /// Its id in the match.
        #[schemars(length(min = 1))]
        id: String,
        /// Why.
        #[schemars(length(min = 1))]
        reason: String,
    },
}

impl From<DismissalArguments> for Dismissal {
    fn from(given: DismissalArguments) -> Self {
        match given {
            DismissalArguments::All { reason } => Self::all(reason),
            DismissalArguments::Entity { id, reason } => Self::entity(id, reason),
            DismissalArguments::Media { id, reason } => Self::media(id, reason),
        }
    }
}

/// Which reports to list, newest first.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReportFilter {
    /// Only those of this account.
    #[schemars(with = "Option<AccountId>")]
    account_id: Option<String>,
    /// Only those of this person, by the caller's own id.
    #[schemars(length(min = 1))]
    reference_id: Option<String>,
    /// How many to list at once, 1 to 100; 10 unless set.
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    /// The cursor at which an earlier page ended.
    after: Option<Cursor>,
}

hides!(ReportFilter);

impl ReportList {
    /// Narrows it down by a filter that came as JSON.
    pub fn narrow(self, by: ReportFilter) -> Self {
        let mut list = self;
        set!(list:
            by.account_id => account,
            by.reference_id => reference_id,
            by.page_size => page_size,
            by.after => after,
        );
        list
    }
}
