//! Events whose keys are not in kebab case: a webhook has a key inflection of its own.

use serde_json::{Map, Value};

/// A body with its keys in kebab case. What is inside `fields` is named by templates and by
/// account types, and stays as it is.
pub(super) fn to_kebab(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| {
                if key == "fields" {
                    (key, value)
                } else {
                    (kebab(&key), to_kebab(value))
                }
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(to_kebab).collect(),
        other => other,
    }
}

/// A capital begins a word, and so does a digit after a letter: no name of Persona's document
/// has a digit inside a word.
fn kebab(key: &str) -> String {
    let mut kebab = String::with_capacity(key.len() + 4);
    let mut before = '-';
    for letter in key.chars() {
        let begins_word = letter.is_ascii_uppercase()
            || (letter.is_ascii_digit() && before.is_ascii_alphabetic());
        if begins_word && !kebab.is_empty() && !kebab.ends_with('-') {
            kebab.push('-');
        }
        kebab.push(match letter {
            '_' => '-',
            letter => letter.to_ascii_lowercase(),
        });
        before = letter;
    }
    kebab
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_come_back_and_fields_stay() {
        let kebab = json!({
            "created-at": 1, "address-street-1": [{ "is-13-plus": null }],
            "fields": { "name-first": { "someKey_1": 2 } },
        });
        let snake = json!({
            "created_at": 1, "address_street_1": [{ "is_13_plus": null }],
            "fields": { "name-first": { "someKey_1": 2 } },
        });
        let camel = json!({
            "createdAt": 1, "addressStreet1": [{ "is13Plus": null }],
            "fields": { "name-first": { "someKey_1": 2 } },
        });
        for body in [kebab.clone(), snake, camel] {
            assert_eq!(to_kebab(body), kebab);
        }
    }

    #[test]
    fn every_name_of_the_document_survives_camel_and_snake() {
        let document = include_str!("../../openapi/persona.json");
        let document: Value = serde_json::from_str(document).expect("JSON");
        let mut names = Vec::new();
        properties(&document["components"]["schemas"], &mut names);
        names.retain(|name| !name.contains(|letter: char| letter == '_' || letter.is_uppercase()));
        assert!(names.len() > 500, "{}", names.len());
        for name in names {
            let mut words = name.split('-');
            let mut camel = words.next().unwrap_or_default().to_owned();
            for word in words {
                let (first, rest) = word.split_at(1);
                camel.push_str(&first.to_uppercase());
                camel.push_str(rest);
            }
            assert_eq!(super::kebab(&camel), name);
            assert_eq!(super::kebab(&name.replace('-', "_")), name);
        }
    }

    fn properties<'d>(value: &'d Value, names: &mut Vec<&'d str>) {
        match value {
            Value::Object(map) => {
                if let Some(Value::Object(properties)) = map.get("properties") {
                    names.extend(properties.keys().map(String::as_str));
                }
                map.values().for_each(|value| properties(value, names));
            }
            Value::Array(items) => items.iter().for_each(|value| properties(value, names)),
            _ => {}
        }
    }
}
