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
    let fields = template.into_iter().flat_map(|template| &template.fields);
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
    let known = match name {
        "name-first" => "First name",
        "name-middle" => "Middle name",
        "name-last" => "Last name",
        "birthdate" => "Date of birth",
        "email-address" => "Email address",
        "phone-number" => "Phone number",
        "address-street-1" => "Street and number",
        "address-street-2" => "Apartment, floor",
        "address-city" => "City",
        "address-subdivision" => "State or province",
        "address-postal-code" => "Postal code",
        "address-country-code" => "Country",
        "identification-number" => "Identification number",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
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
    Some(match name {
        "name-first" => "given-name",
        "name-middle" => "additional-name",
        "name-last" => "family-name",
        "birthdate" => "bday",
        "email-address" => "email",
        "phone-number" => "tel",
        "address-street-1" => "address-line1",
        "address-street-2" => "address-line2",
        "address-city" => "address-level2",
        "address-subdivision" => "address-level1",
        "address-postal-code" => "postal-code",
        "address-country-code" => "country",
        _ => return None,
    })
}
