//! Putting values into an inquiry's fields.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::template::{FieldKind, Template};

/// `before` with `values` written over it. Null takes a value out. Names are taken in any casing,
/// as the API does; one that the template does not have is refused, since it is a misspelling
/// that would otherwise show up days later as an empty form.
pub(crate) fn assign(
    template: &Template,
    mut before: Map<String, Value>,
    values: Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    for (given, value) in values {
        let pointer = format!("/data/attributes/fields/{given}");
        let (name, kind) = find(template, &given).ok_or_else(|| {
            Refusal::unprocessable(
                &pointer,
                format!("the inquiry template has no field {given:?}"),
            )
        })?;
        if value.is_null() {
            before.remove(name);
        } else if fits(kind, &value) {
            before.insert(name.to_owned(), value);
        } else {
            return Err(Refusal::unprocessable(
                &pointer,
                format!("the value of {name:?} is not of type {}", kind.as_str()),
            ));
        }
    }
    Ok(before)
}

/// A value that came as text, from a link or a form. `None` when it is not of the type.
pub(crate) fn from_text(kind: FieldKind, text: &str) -> Option<Value> {
    Some(match kind {
        FieldKind::Boolean => text.parse::<bool>().ok()?.into(),
        FieldKind::Integer => text.parse::<i64>().ok()?.into(),
        FieldKind::Number => {
            let number: Value = serde_json::from_str(text).ok()?;
            number.is_number().then_some(number)?
        }
        FieldKind::MultiChoices => text.split(',').map(str::trim).collect::<Vec<_>>().into(),
        FieldKind::Json => serde_json::from_str(text).ok()?,
        FieldKind::Date => {
            NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
            text.into()
        }
        FieldKind::String | FieldKind::Choices | FieldKind::EmailAddress => text.into(),
    })
}

fn find<'a>(template: &'a Template, given: &str) -> Option<(&'a str, FieldKind)> {
    let plain = |name: &str| -> String {
        name.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect()
    };
    let exact = template.fields.get_key_value(given);
    let found = exact.or_else(|| {
        let wanted = plain(given);
        template
            .fields
            .iter()
            .find(|(name, _)| plain(name) == wanted)
    });
    found.map(|(name, kind)| (name.as_str(), *kind))
}

pub(super) fn fits(kind: FieldKind, value: &Value) -> bool {
    match kind {
        FieldKind::String | FieldKind::Choices | FieldKind::EmailAddress => value.is_string(),
        FieldKind::Date => value
            .as_str()
            .is_some_and(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()),
        FieldKind::Boolean => value.is_boolean(),
        FieldKind::Integer => value.is_i64() || value.is_u64(),
        FieldKind::Number => value.is_number(),
        FieldKind::MultiChoices => value.is_array(),
        FieldKind::Json => true,
    }
}
