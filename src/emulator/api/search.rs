//! Searching: conditions on attributes, joined by `and`, `or` and `not`.

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::Value;

use super::answer::Answer;
use super::call::{Call, only_known};
use super::page::link_to;
use crate::emulator::model::refusal::Refusal;

const DEEPEST: usize = 2;
const MOST_CLAUSES: usize = 20;
const USUAL_SIZE: u64 = 10;
const LARGEST_SIZE: u64 = 100;

/// What can be searched for.
pub(super) struct Searched<'s, T> {
    /// Oldest first.
    pub(super) rows: &'s [T],
    /// `fields.*` stands for every name that begins with `fields.`.
    pub(super) attributes: &'static [&'static str],
    /// The value of a row: a text, a number, a truth value, a time as RFC 3339, or null.
    pub(super) value: &'s dyn Fn(&T, &str) -> Value,
    pub(super) render: &'s dyn Fn(&T) -> Value,
}

impl<T> Searched<'_, T> {
    /// The page of what is found that the call asks for.
    pub(super) fn answer(&self, call: &Call) -> Result<Answer, Refusal> {
        only_known(&call.body, "", &["query", "sort", "page"])?;
        let query = &call.body["query"];
        if !query.is_null() {
            self.check(query, 0)?;
        }
        let mut found: Vec<(usize, &T)> = self
            .rows
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, row)| query.is_null() || self.keeps(row, query))
            .collect();
        if let Some((attribute, descending)) = self.sort(&call.body["sort"])? {
            found.sort_by(|(_, one), (_, other)| {
                let order = compare(
                    &(self.value)(one, attribute),
                    &(self.value)(other, attribute),
                );
                let order = order.unwrap_or(Ordering::Equal);
                if descending { order.reverse() } else { order }
            });
        }
        self.page(call, &found)
    }

    fn page(&self, call: &Call, found: &[(usize, &T)]) -> Result<Answer, Refusal> {
        let page = &call.body["page"];
        only_known(page, "page", &["after", "before", "size"])?;
        let asked = |name: &str| -> Option<String> {
            let in_query = call.group("page").find(|(given, _)| given == name);
            let in_query = in_query.map(|(_, value)| value.to_owned());
            in_query.or_else(|| page[name].as_str().map(str::to_owned))
        };
        if asked("before").is_some() {
            return Err(Refusal::not_emulated(
                "the emulator reads what is found forwards only: leave out page[before]",
            ));
        }
        let size = match asked("size") {
            Some(size) => size.parse().ok(),
            None if page["size"].is_null() => Some(USUAL_SIZE),
            None => page["size"].as_u64(),
        };
        let size = size
            .filter(|size| (1..=LARGEST_SIZE).contains(size))
            .ok_or_else(|| {
                Refusal::bad_request(format!(
                    "page.size must be a number from 1 to {LARGEST_SIZE}"
                ))
            })?;
        let begin = match asked("after") {
            None => 0,
            Some(cursor) => {
                let last = position(&cursor)
                    .ok_or_else(|| Refusal::bad_request("page.after is no cursor of a search"))?;
                found
                    .iter()
                    .position(|(at, _)| *at == last)
                    .map_or(found.len(), |at| at + 1)
            }
        };
        let shown = found[begin..]
            .iter()
            .take(usize::try_from(size).unwrap_or(usize::MAX));
        let data: Vec<Value> = shown.clone().map(|(_, row)| (self.render)(row)).collect();
        let end = begin + data.len();
        let next = (end < found.len() && end > 0)
            .then(|| link_to(call, "page[after]", &cursor(found[end - 1].0)));
        Ok(Answer::ok(data.into()).with_links(None, next))
    }

    fn sort<'v>(&self, sort: &'v Value) -> Result<Option<(&'v str, bool)>, Refusal> {
        if sort.is_null() {
            return Ok(None);
        }
        only_known(sort, "sort", &["attribute", "direction"])?;
        let attribute = self.known(&sort["attribute"])?;
        match sort["direction"].as_str() {
            Some("asc") => Ok(Some((attribute, false))),
            Some("desc") => Ok(Some((attribute, true))),
            _ => Err(Refusal::bad_request("sort.direction must be asc or desc")),
        }
    }

    /// `depth` is how many of `and`, `or` and `not` the clause stands in.
    fn check(&self, clause: &Value, depth: usize) -> Result<(), Refusal> {
        let inner = match one_of(clause) {
            Some(("and" | "or", inner)) => inner
                .as_array()
                .filter(|inner| (1..=MOST_CLAUSES).contains(&inner.len()))
                .ok_or_else(|| {
                    Refusal::bad_request(format!("and, or: a list of 1 to {MOST_CLAUSES} clauses"))
                })?
                .as_slice(),
            Some((_, inner)) => std::slice::from_ref(inner),
            None => {
                only_known(clause, "a clause", &["attribute", "operator", "value"])?;
                self.known(&clause["attribute"])?;
                let operator = clause["operator"].as_str().unwrap_or_default();
                if !["eq", "gt", "gte", "lt", "lte"].contains(&operator) {
                    return Err(Refusal::bad_request(
                        "operator must be eq, gt, gte, lt or lte",
                    ));
                }
                let value = &clause["value"];
                return if value.is_string() || value.is_number() || value.is_boolean() {
                    Ok(())
                } else {
                    Err(Refusal::bad_request(
                        "value must be a text, a number or a truth value",
                    ))
                };
            }
        };
        if depth == DEEPEST {
            return Err(Refusal::bad_request(format!(
                "clauses are nested more than {DEEPEST} deep"
            )));
        }
        inner
            .iter()
            .try_for_each(|clause| self.check(clause, depth + 1))
    }

    fn keeps(&self, row: &T, clause: &Value) -> bool {
        let inner = |clauses: &Value| clauses.as_array().cloned().unwrap_or_default();
        match one_of(clause) {
            Some(("and", clauses)) => inner(clauses).iter().all(|it| self.keeps(row, it)),
            Some(("or", clauses)) => inner(clauses).iter().any(|it| self.keeps(row, it)),
            Some((_, clause)) => !self.keeps(row, clause),
            None => {
                let attribute = clause["attribute"].as_str().unwrap_or_default();
                let order = compare(&(self.value)(row, attribute), &clause["value"]);
                let Some(order) = order else { return false };
                match clause["operator"].as_str() {
                    Some("gt") => order.is_gt(),
                    Some("gte") => order.is_ge(),
                    Some("lt") => order.is_lt(),
                    Some("lte") => order.is_le(),
                    _ => order.is_eq(),
                }
            }
        }
    }

    fn known<'v>(&self, attribute: &'v Value) -> Result<&'v str, Refusal> {
        let name = attribute.as_str().unwrap_or_default();
        let is_known = self
            .attributes
            .iter()
            .any(|known| match known.strip_suffix('*') {
                Some(group) => name.len() > group.len() && name.starts_with(group),
                None => *known == name,
            });
        if is_known {
            Ok(name)
        } else {
            Err(Refusal::bad_request(format!(
                "{name} is no attribute that can be searched for here"
            )))
        }
    }
}

fn one_of(clause: &Value) -> Option<(&str, &Value)> {
    let clause = clause.as_object().filter(|clause| clause.len() == 1)?;
    let (name, inner) = clause.iter().next()?;
    matches!(name.as_str(), "and" | "or" | "not").then_some((name.as_str(), inner))
}

/// Values of different types are not alike, and neither is before the other.
fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::String(one), Value::String(other)) => Some(match (time(one), time(other)) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => one.cmp(other),
        }),
        _ => None,
    }
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    at.ok().or_else(|| {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(date.and_time(NaiveTime::MIN).and_utc())
    })
}

/// Cursors are opaque: the place of a row in its table, so that nobody makes one up.
fn cursor(at: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("found:{at}"))
}

fn position(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("found:")?.parse().ok()
}
