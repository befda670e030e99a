//! Persona's own error entries, and the rules for printing what a server wrote.

use std::fmt;

use serde_json::Value;

/// Longest text of a server, in characters, that gets into an error's own text.
const PRINTED_CHARS: usize = 200;

/// Most entries that are kept of one answer.
const KEPT_PROBLEMS: usize = 50;

/// One entry of the error document that Persona answered with.
///
/// `Debug` prints the title and the pointer; never the details, which may repeat what was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    title: Option<String>,
    pointer: Option<String>,
    details: Option<String>,
}

impl Problem {
    /// Persona's title for the problem, as one line of at most 200 characters.
    ///
    /// Persona declares the texts unstable: show them, do not match on them.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// JSON pointer to the part of the request that is at fault, such as
    /// `/data/attributes/fields/birthdate`.
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_deref()
    }

    /// Persona's details, word for word.
    ///
    /// They may repeat a value that was sent, and with it a person's data: keep them out of logs,
    /// which is why nothing else in this crate prints them.
    pub fn reveal_details(&self) -> Option<&str> {
        self.details.as_deref()
    }

    /// Whether the title or the details hold this text, given in lower case.
    pub(super) fn says(&self, hint: &str) -> bool {
        [&self.title, &self.details]
            .into_iter()
            .flatten()
            .any(|text| text.to_lowercase().contains(hint))
    }

    /// Reads what an error body says. A body of another form gives no entries: it may come from
    /// a gateway, and the status alone has to do.
    pub(crate) fn parse_all(body: &[u8]) -> Vec<Self> {
        let Ok(document) = serde_json::from_slice::<Value>(body) else {
            return Vec::new();
        };
        let Some(entries) = document.get("errors").and_then(Value::as_array) else {
            return Vec::new();
        };
        entries
            .iter()
            .take(KEPT_PROBLEMS)
            .map(|entry| Self {
                title: entry.get("title").and_then(Value::as_str).map(one_line),
                pointer: entry
                    .pointer("/source/pointer")
                    .and_then(Value::as_str)
                    .map(one_line),
                // JSON:API says `detail`, Persona says `details`.
                details: entry
                    .get("details")
                    .or_else(|| entry.get("detail"))
                    .and_then(whole_text),
            })
            .collect()
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("title", &self.title)
            .field("pointer", &self.pointer)
            .finish_non_exhaustive()
    }
}

/// Text of a server as one bounded line, so that it can neither forge nor flood a log.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(PRINTED_CHARS));
    for (count, character) in text.trim().chars().enumerate() {
        if count == PRINTED_CHARS {
            line.push('…');
            break;
        }
        line.push(if is_printable(character) {
            character
        } else {
            ' '
        });
    }
    line
}

/// Control characters break a line; the separators and direction marks of Unicode do the same, or
/// reorder it, in a terminal or a log viewer.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn whole_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
