//! The casing of keys: kebab inside the emulator, what the caller asks for outside.

use serde_json::{Map, Value};

/// How keys are written in an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Inflection {
    #[default]
    Kebab,
    Camel,
    Snake,
}

impl Inflection {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "kebab" => Some(Self::Kebab),
            "camel" => Some(Self::Camel),
            "snake" => Some(Self::Snake),
            _ => None,
        }
    }

    /// Writes the keys of an answer; what is inside `fields` stays as it is.
    pub(crate) fn apply(self, document: Value) -> Value {
        match self {
            Self::Kebab => document,
            Self::Camel => rekey(document, &camel),
            Self::Snake => rekey(document, &|key| key.replace('-', "_")),
        }
    }
}

/// The keys of a request in kebab case, in whatever casing they came; what is inside `fields`
/// stays as it is.
pub(crate) fn to_kebab(body: Value) -> Value {
    rekey(body, &kebab)
}

/// One key in kebab case.
pub(crate) fn kebab(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    let mut previous = '-';
    for letter in key.chars() {
        let begins_word = letter.is_ascii_uppercase()
            || (letter.is_ascii_digit() && previous.is_ascii_alphabetic());
        if letter == '_' {
            out.push('-');
        } else {
            if begins_word && previous != '-' && previous != '_' {
                out.push('-');
            }
            out.push(letter.to_ascii_lowercase());
        }
        previous = letter;
    }
    out
}

fn camel(key: &str) -> String {
    let mut words = key.split('-');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            out.push(first.to_ascii_uppercase());
            out.push_str(letters.as_str());
        }
    }
    out
}

fn rekey(value: Value, write: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| {
                if key == "fields" {
                    (key, value)
                } else {
                    (write(&key), rekey(value, write))
                }
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(|item| rekey(item, write)).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_change_and_fields_do_not() {
        let document = json!({
            "data": { "attributes": { "created-at": 1, "fields": { "name-first": { "value": 1 } } } },
            "meta": { "one-time-link-short": null },
        });
        assert_eq!(
            Inflection::Camel.apply(document.clone()),
            json!({
                "data": { "attributes": { "createdAt": 1, "fields": { "name-first": { "value": 1 } } } },
                "meta": { "oneTimeLinkShort": null },
            })
        );
        let snake = Inflection::Snake.apply(document.clone());
        assert!(snake["data"]["attributes"]["created_at"].is_i64());
        for inflection in [Inflection::Kebab, Inflection::Camel, Inflection::Snake] {
            assert_eq!(to_kebab(inflection.apply(document.clone())), document);
        }
    }

    #[test]
    fn keys_with_digits_come_back() {
        for spelling in ["address-street-1", "address_street_1", "addressStreet1"] {
            assert_eq!(kebab(spelling), "address-street-1");
        }
    }
}
