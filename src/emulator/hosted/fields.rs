//! The form of the inquiry's fields: its inputs, and reading them.

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::emulator::model::Model;
use crate::emulator::model::inquiry::Inquiry;
use crate::emulator::model::prefill::from_text;
use crate::emulator::model::template::FieldKind;
use crate::emulator::person::PersonError;
use crate::emulator::site::parameters::Parameters;

/// An input for each field of the template, with what is known in it.
pub(super) fn inputs(model: &Model, inquiry: &Inquiry) -> Markup {
    let template = model.template(&inquiry.template_id);
    let mut fields: Vec<_> = template
        .into_iter()
        .flat_map(|template| &template.fields)
        .collect();
    // Templates do not say an order: the usual ones first, the others by name.
    let usual = |name: &str| USUAL.iter().position(|(usual, ..)| *usual == name);
    fields.sort_by_key(|(name, _)| usual(name).unwrap_or(USUAL.len()));
    html! {
        @for (name, kind) in fields {
            @let id = format!("field-{name}");
            @let value = shown(inquiry.fields.get(name));
            @let given = format!("fields[{name}]");
            div.field {
                label for=(id) { (label(name)) }
                @match kind {
                    FieldKind::Boolean => {
                        select id=(id) name=(given) {
                            @for (text, option) in [("Not said", ""), ("Yes", "true"), ("No", "false")] {
                                option value=(option) selected[value == option] { (text) }
                            }
                        }
                    }
                    FieldKind::Json => {
                        textarea id=(id) name=(given) rows="3" { (value) }
                    }
                    _ => {
                        input id=(id) name=(given) value=(value) type=(input_type(*kind))
                            autocomplete=[autocomplete(name)]
                            aria-describedby=[hint(*kind).map(|_| format!("{id}-hint"))];
                        @if let Some(hint) = hint(*kind) {
                            span.muted id=(format!("{id}-hint")) { (hint) }
                        }
                    }
                }
            }
        }
    }
}

/// What the form says, by the template's types. An empty input takes the value out.
pub(super) fn read_fields(
    model: &Model,
    inquiry_id: &str,
    form: &Parameters,
) -> Result<Map<String, Value>, PersonError> {
    let inquiry = model.inquiries.get(inquiry_id);
    let template = inquiry
        .and_then(|inquiry| model.template(&inquiry.template_id))
        .ok_or(PersonError::LinkUnknown)?;
    form.group("fields")
        .map(|(name, text)| {
            let value = match template.fields.get(name) {
                _ if text.trim().is_empty() => Value::Null,
                Some(kind) => {
                    from_text(*kind, text.trim()).ok_or_else(|| PersonError::Refused {
                        reason: format!("{}: this is not of type {}", label(name), kind.as_str()),
                    })?
                }
                // The model says that there is no such field.
                None => text.into(),
            };
            Ok((name.to_owned(), value))
        })
        .collect()
}

pub(in crate::emulator) fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| shown(Some(item))).collect();
            items.join(", ")
        }
        Some(other) => other.to_string(),
    }
}

/// What a field is called on a form.
pub(in crate::emulator) fn label(name: &str) -> String {
    if let Some((_, label, _)) = USUAL.iter().find(|(usual, ..)| *usual == name) {
        return (*label).to_owned();
    }
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

fn input_type(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Date => "date",
        FieldKind::Integer | FieldKind::Number => "number",
        FieldKind::EmailAddress => "email",
        _ => "text",
    }
}

fn hint(kind: FieldKind) -> Option<&'static str> {
    (kind == FieldKind::MultiChoices).then_some("Several are separated by commas.")
}

/// What the browser may fill in by itself.
fn autocomplete(name: &str) -> Option<&'static str> {
    let usual = USUAL.iter().find(|(usual, ..)| *usual == name);
    usual.and_then(|(_, _, autocomplete)| *autocomplete)
}

/// The fields of many templates, in the order in which people are used to being asked: name, label,
/// and what a browser calls it.
const USUAL: [(&str, &str, Option<&str>); 13] = [
    ("name-first", "First name", Some("given-name")),
    ("name-middle", "Middle name", Some("additional-name")),
    ("name-last", "Last name", Some("family-name")),
    ("birthdate", "Date of birth", Some("bday")),
    ("email-address", "Email address", Some("email")),
    ("phone-number", "Phone number", Some("tel")),
    (
        "address-street-1",
        "Street and number",
        Some("address-line1"),
    ),
    (
        "address-street-2",
        "Apartment, floor",
        Some("address-line2"),
    ),
    ("address-city", "City", Some("address-level2")),
    (
        "address-subdivision",
        "State or province",
        Some("address-level1"),
    ),
    ("address-postal-code", "Postal code", Some("postal-code")),
    ("address-country-code", "Country", Some("country")),
    ("identification-number", "Identification number", None),
];
