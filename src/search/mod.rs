//! Searching inquiries, accounts and cases by several conditions at once.

#[cfg(feature = "schemars")]
mod arguments;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Map, Number, Value, json};

use crate::error::Error;
use crate::listing::Paging;
use crate::page::{Cursor, Items, Page, Pages};
use crate::raw;
use crate::raw::types::{SearchPage, SearchQuery, SearchRequest, SearchSort};

/// How deep Persona takes conditions inside conditions.
const DEEPEST: usize = 2;

/// How many conditions Persona takes in one `all` or `any`.
const MOST_CLAUSES: usize = 20;

/// What to search for: conditions on attributes, joined by [`all`](Self::all),
/// [`any`](Self::any) and [`not`](Self::not).
///
/// Conditions stand in each other at most two deep (an `any` within an `all`), and one `all` or
/// `any` holds at most 20. More than that is told before anything is sent.
///
/// Attributes are named in snake case, as Persona names them for searching:
///
/// | of | attributes |
/// |---|---|
/// | inquiries | `status`, `created_at`, `updated_at`, `reference_id`, `inquiry_template_id` |
/// | accounts | `type`, `status` (both by id), `created_at`, `updated_at`, `identifiers.…`, `fields.…` |
/// | cases | `template`, `status`, `state`, `created_at`, `updated_at`, `resolved_at`, `sla_expires_at`, `assignee`, `case_queue`, `resolver`, `fields.…` |
///
/// `Debug` does not print the values.
///
/// ```
/// use withpersona::Query;
///
/// let waiting = Query::all([
///     Query::equals("inquiry_template_id", "itmpl_123"),
///     Query::any([
///         Query::equals("status", "completed"),
///         Query::equals("status", "needs_review"),
///     ]),
///     Query::at_least("created_at", "2026-01-01"),
/// ]);
/// ```
#[derive(Clone)]
#[must_use]
pub struct Query(Clause);

#[derive(Clone)]
enum Clause {
    Everything,
    Predicate {
        attribute: String,
        operator: &'static str,
        value: Value,
    },
    All(Vec<Clause>),
    Any(Vec<Clause>),
    Not(Box<Clause>),
}

impl Query {
    /// Whatever there is. It stands alone, not within other conditions.
    pub fn everything() -> Self {
        Self(Clause::Everything)
    }

    /// The attribute has this value.
    pub fn equals(attribute: impl Into<String>, value: impl Into<SearchValue>) -> Self {
        Self::predicate(attribute, "eq", value)
    }

    /// The attribute is greater or later than this.
    pub fn greater(attribute: impl Into<String>, value: impl Into<SearchValue>) -> Self {
        Self::predicate(attribute, "gt", value)
    }

    /// The attribute is this, or greater or later.
    pub fn at_least(attribute: impl Into<String>, value: impl Into<SearchValue>) -> Self {
        Self::predicate(attribute, "gte", value)
    }

    /// The attribute is less or earlier than this.
    pub fn less(attribute: impl Into<String>, value: impl Into<SearchValue>) -> Self {
        Self::predicate(attribute, "lt", value)
    }

    /// The attribute is this, or less or earlier.
    pub fn at_most(attribute: impl Into<String>, value: impl Into<SearchValue>) -> Self {
        Self::predicate(attribute, "lte", value)
    }

    /// All of these are true.
    pub fn all(queries: impl IntoIterator<Item = Query>) -> Self {
        Self(Clause::All(queries.into_iter().map(|it| it.0).collect()))
    }

    /// At least one of these is true.
    pub fn any(queries: impl IntoIterator<Item = Query>) -> Self {
        Self(Clause::Any(queries.into_iter().map(|it| it.0).collect()))
    }

    /// This is not true.
    #[allow(clippy::should_implement_trait)] // it stands beside `all` and `any`
    pub fn not(query: Query) -> Self {
        Self(Clause::Not(Box::new(query.0)))
    }

    fn predicate(
        attribute: impl Into<String>,
        operator: &'static str,
        value: impl Into<SearchValue>,
    ) -> Self {
        Self(Clause::Predicate {
            attribute: attribute.into(),
            operator,
            value: value.into().0,
        })
    }

    fn check(&self) -> Result<(), Error> {
        match &self.0 {
            Clause::Everything => Ok(()),
            clause => clause.check(0),
        }
    }

    fn into_body(self) -> Option<SearchQuery> {
        let mut query = SearchQuery::default();
        let inner = |clause: Clause| clause.into_object().into();
        match self.0 {
            Clause::Everything => return None,
            Clause::Predicate {
                attribute,
                operator,
                value,
            } => {
                query.attribute = Some(attribute);
                query.operator = Some(operator.to_owned());
                query.value = Some(value);
            }
            Clause::All(all) => query.and = Some(all.into_iter().map(inner).collect()),
            Clause::Any(any) => query.or = Some(any.into_iter().map(inner).collect()),
            Clause::Not(clause) => query.not = Some(inner(*clause)),
        }
        Some(query)
    }
}

impl Clause {
    /// `depth` is how many of `all`, `any` and `not` this one stands in.
    fn check(&self, depth: usize) -> Result<(), Error> {
        let fault = |message: String| Err(Error::invalid_input(message));
        let inner = match self {
            Self::Everything => {
                return fault("Query::everything stands alone, not within a query".to_owned());
            }
            Self::Predicate {
                attribute, value, ..
            } => {
                if attribute.is_empty() {
                    return fault("the search names no attribute".to_owned());
                }
                if value.is_null() {
                    return fault(format!("the value of \"{attribute}\" is no number"));
                }
                return Ok(());
            }
            Self::All(inner) | Self::Any(inner) => inner.as_slice(),
            Self::Not(inner) => std::slice::from_ref(&**inner),
        };
        if depth == DEEPEST {
            return fault(format!("the search is nested more than {DEEPEST} deep"));
        }
        match inner.len() {
            0 => fault("an `all` or `any` of the search holds no condition".to_owned()),
            1..=MOST_CLAUSES => inner.iter().try_for_each(|clause| clause.check(depth + 1)),
            many => fault(format!(
                "an `all` or `any` of the search holds {many} conditions: at most {MOST_CLAUSES} can be sent"
            )),
        }
    }

    fn into_object(self) -> Map<String, Value> {
        let list =
            |clauses: Vec<Self>| -> Value { clauses.into_iter().map(Self::into_object).collect() };
        let (name, value) = match self {
            Self::Everything => return Map::new(),
            Self::Predicate {
                attribute,
                operator,
                value,
            } => {
                return Map::from_iter([
                    ("attribute".to_owned(), json!(attribute)),
                    ("operator".to_owned(), json!(operator)),
                    ("value".to_owned(), value),
                ]);
            }
            Self::All(all) => ("and", list(all)),
            Self::Any(any) => ("or", list(any)),
            Self::Not(clause) => ("not", clause.into_object().into()),
        };
        Map::from_iter([(name.to_owned(), value)])
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("Everything"),
            Self::Predicate {
                attribute,
                operator,
                ..
            } => write!(f, "{attribute} {operator} …"),
            Self::All(all) => f.debug_tuple("All").field(all).finish(),
            Self::Any(any) => f.debug_tuple("Any").field(any).finish(),
            Self::Not(clause) => f.debug_tuple("Not").field(clause).finish(),
        }
    }
}

/// What an attribute is compared with: a text, a number, a truth value, a moment or a date.
#[derive(Clone)]
pub struct SearchValue(Value);

impl fmt::Debug for SearchValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchValue").finish_non_exhaustive()
    }
}

macro_rules! search_values {
    ($($type:ty: $value:ident => $json:expr;)*) => {$(
        impl From<$type> for SearchValue {
            fn from($value: $type) -> Self {
                Self($json)
            }
        }
    )*};
}

search_values! {
    &str: text => text.into();
    &String: text => text.as_str().into();
    String: text => text.into();
    bool: flag => flag.into();
    i32: number => number.into();
    u32: number => number.into();
    i64: number => number.into();
    f64: number => Number::from_f64(number).map_or(Value::Null, Value::Number);
    DateTime<Utc>: at => at.to_rfc3339_opts(SecondsFormat::Millis, true).into();
    NaiveDate: date => date.to_string().into();
}

type FetchPage<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send>>;

/// Asks for one page of one kind of resource.
pub(crate) type Fetch<T> = fn(raw::Client, Option<Cursor>, SearchRequest) -> FetchPage<T>;

/// A search to be read, newest first unless it says otherwise; take its [`items`](Self::items) or
/// [`pages`](Self::pages).
///
/// What was created or changed within the last minute or so may not be found yet: to read what
/// was just written, use the list or the id.
#[must_use = "a search asks for nothing until it is polled"]
pub struct Search<T> {
    raw: raw::Client,
    fetch: Fetch<T>,
    query: Query,
    sort: Option<(String, &'static str)>,
    paging: Paging,
}

impl<T: Send + 'static> Search<T> {
    pub(crate) fn new(raw: raw::Client, query: Query, fetch: Fetch<T>) -> Self {
        Self {
            raw,
            fetch,
            query,
            sort: None,
            paging: Paging::default(),
        }
    }

    /// Sorted by an attribute, the smallest or earliest first.
    pub fn ascending(mut self, attribute: impl Into<String>) -> Self {
        self.sort = Some((attribute.into(), "asc"));
        self
    }

    /// Sorted by an attribute, the greatest or latest first.
    pub fn descending(mut self, attribute: impl Into<String>) -> Self {
        self.sort = Some((attribute.into(), "desc"));
        self
    }

    /// How many to ask for at once, 1 to 100; 10 unless set.
    pub fn page_size(mut self, size: u32) -> Self {
        self.paging.set_size(size);
        self
    }

    /// Goes on where an earlier reading of the same search stopped.
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.paging.go_on_after(cursor);
        self
    }

    /// Reads the page that came as JSON.
    #[cfg(feature = "schemars")]
    pub fn narrow(self, by: crate::page::PageRequest) -> Self {
        let mut search = self;
        crate::arguments::set!(search:
            by.page_size => page_size,
            by.after => after,
        );
        search
    }

    /// What is found, one by one.
    pub fn items(self) -> Items<T> {
        self.pages().items()
    }

    /// What is found, page by page.
    ///
    /// A query that cannot be sent is the first page's error.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.paging.after(), move |after| {
            let (raw, fetch, body) = (self.raw.clone(), self.fetch, self.body());
            async move { fetch(raw, after, body?).await }
        })
    }

    /// The same body for every page: Persona's links ask for it.
    fn body(&self) -> Result<SearchRequest, Error> {
        self.paging.check()?;
        self.query.check()?;
        let sort = self.sort.clone();
        if sort
            .as_ref()
            .is_some_and(|(attribute, _)| attribute.is_empty())
        {
            return Err(Error::invalid_input("the search is sorted by no attribute"));
        }
        Ok(SearchRequest {
            query: self.query.clone().into_body(),
            sort: sort.map(|(attribute, direction)| SearchSort {
                attribute,
                direction: direction.to_owned(),
                ..Default::default()
            }),
            page: self.paging.size().map(|size| SearchPage {
                size: Some(size),
                ..Default::default()
            }),
            ..Default::default()
        })
    }
}

impl<T> fmt::Debug for Search<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search")
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(query: Query) -> String {
        query.check().expect_err("cannot be sent").to_string()
    }

    fn one() -> Query {
        Query::equals("status", "open")
    }

    #[test]
    fn a_query_is_written_as_the_document_has_it() {
        let query = Query::all([
            Query::equals("type", "acttp_1"),
            Query::any([one(), Query::not(one())].into_iter().take(1)),
            Query::greater("fields.age", 17),
        ]);
        query.check().expect("can be sent");
        let body = serde_json::to_value(query.into_body()).expect("JSON");
        let open = json!({"attribute": "status", "operator": "eq", "value": "open"});
        let expected = json!({"and": [
            {"attribute": "type", "operator": "eq", "value": "acttp_1"},
            {"or": [open]},
            {"attribute": "fields.age", "operator": "gt", "value": 17},
        ]});
        assert_eq!(body, expected);
        assert!(Query::everything().into_body().is_none());
        let negated = serde_json::to_value(Query::not(one()).into_body()).expect("JSON");
        assert_eq!(negated, json!({"not": open}));
    }

    #[test]
    fn what_persona_would_refuse_is_told() {
        let deep = Query::all([Query::any([Query::not(one())])]);
        assert!(fault(deep).contains("nested more than 2 deep"));
        let many = Query::any((0..21).map(|_| one()));
        assert!(fault(many).contains("holds 21 conditions"));
        Query::any((0..20).map(|_| one()))
            .check()
            .expect("twenty can be sent");
        assert!(fault(Query::all([])).contains("holds no condition"));
        assert!(fault(Query::equals("", 1)).contains("names no attribute"));
        assert!(fault(Query::less("fields.age", f64::NAN)).contains("is no number"));
        assert!(fault(Query::not(Query::everything())).contains("stands alone"));
    }

    #[test]
    fn values_do_not_print() {
        let query = Query::all([Query::equals("fields.email", "canary"), one()]);
        let printed = format!("{query:?}");
        assert!(printed.contains("fields.email eq"), "{printed}");
        assert!(!printed.contains("canary"), "{printed}");
    }
}
