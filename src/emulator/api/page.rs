//! Lists: newest first, a page at a time, cut by the id of an object.

use form_urlencoded::Serializer;
use serde_json::Value;

use super::answer::Answer;
use super::call::Call;
use crate::emulator::model::refusal::Refusal;
use crate::emulator::model::table::Table;

const USUAL_SIZE: usize = 10;
const LARGEST_SIZE: usize = 100;

/// The page of `table` that the call asks for, of the rows that `keep` wants.
pub(crate) fn page<T>(
    call: &Call,
    table: &Table<T>,
    keep: impl Fn(&T) -> bool,
    render: impl Fn(&T) -> Value,
) -> Result<Answer, Refusal> {
    page_of(call, table.rows(), |id| table.position(id), keep, render)
}

/// As [`page`], of rows that stand in the order of their creation; `position` finds one by id.
pub(crate) fn page_of<T>(
    call: &Call,
    rows: &[T],
    position: impl Fn(&str) -> Option<usize>,
    keep: impl Fn(&T) -> bool,
    render: impl Fn(&T) -> Value,
) -> Result<Answer, Refusal> {
    let ask = Ask::read(call)?;
    let position = |id: &str| {
        position(id).ok_or_else(|| Refusal::bad_request(format!("there is no {id} to go on from")))
    };
    let wanted = |at: &usize| keep(&rows[*at]);

    // One more than fits tells whether there is a page beyond.
    let mut found: Vec<usize> = match (ask.after, ask.before) {
        (Some(_), Some(_)) => {
            return Err(Refusal::bad_request(
                "page[after] and page[before] cannot be given together",
            ));
        }
        (None, Some(id)) => (position(id)? + 1..rows.len())
            .filter(wanted)
            .take(ask.size + 1)
            .collect(),
        (Some(id), None) => (0..position(id)?)
            .rev()
            .filter(wanted)
            .take(ask.size + 1)
            .collect(),
        (None, None) => (0..rows.len())
            .rev()
            .filter(wanted)
            .take(ask.size + 1)
            .collect(),
    };
    let beyond = found.len() > ask.size;
    found.truncate(ask.size);
    let (newer, older);
    if ask.before.is_some() {
        found.reverse();
        newer = beyond;
        older = found
            .last()
            .is_some_and(|&last| (0..last).any(|at| wanted(&at)));
    } else {
        older = beyond;
        newer = found
            .first()
            .is_some_and(|&first| (first + 1..rows.len()).any(|at| wanted(&at)));
    }
    let data: Vec<Value> = found.iter().map(|&at| render(&rows[at])).collect();
    let link = |name: &str, item: Option<&Value>| {
        let id = item?["id"].as_str()?;
        Some(link_to(call, name, id))
    };
    let prev = newer.then(|| link("page[before]", data.first())).flatten();
    let next = older.then(|| link("page[after]", data.last())).flatten();
    Ok(Answer::ok(data.into()).with_links(prev, next))
}

struct Ask<'a> {
    size: usize,
    after: Option<&'a str>,
    before: Option<&'a str>,
}

impl<'a> Ask<'a> {
    fn read(call: &'a Call) -> Result<Self, Refusal> {
        let mut ask = Self {
            size: USUAL_SIZE,
            after: None,
            before: None,
        };
        for (name, value) in call.group("page") {
            match name.as_str() {
                "after" => ask.after = Some(value),
                "before" => ask.before = Some(value),
                "size" => {
                    let size = value.parse().ok();
                    ask.size = size
                        .filter(|size| (1..=LARGEST_SIZE).contains(size))
                        .ok_or_else(|| {
                            Refusal::bad_request(format!(
                                "page[size] must be a number from 1 to {LARGEST_SIZE}"
                            ))
                        })?;
                }
                _ => {
                    return Err(Refusal::bad_request(format!(
                        "page[{name}] is not a parameter of this list"
                    )));
                }
            }
        }
        Ok(ask)
    }
}

/// The address of another page, with the call's other parameters kept.
pub(super) fn link_to(call: &Call, cursor: &str, id: &str) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in &call.query {
        if name != "page[after]" && name != "page[before]" {
            query.append_pair(name, value);
        }
    }
    query.append_pair(cursor, id);
    format!("{}?{}", call.path, query.finish())
}
