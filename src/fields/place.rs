//! Where a field stands: at the top, or in a group of the account type's own.

use serde_json::{Map, Value};

use crate::open_enum::same_name;

/// A value with what is needed to look inside it.
#[derive(Clone, Copy)]
pub(super) struct Place<'f> {
    pub(super) value: &'f Value,
    /// Whether the members of the value are fields themselves, `{type, value}` each.
    pub(super) holds_fields: bool,
}

impl<'f> Place<'f> {
    /// The fields of a template altogether.
    pub(super) fn of_all() -> Self {
        Self {
            value: &Value::Null,
            holds_fields: true,
        }
    }

    /// A read gives `{type, value}`; an older version or a webhook may give the bare value.
    pub(super) fn of_field(field: &'f Value) -> Self {
        let wrapped = field.as_object().and_then(|parts| {
            let kind = parts.get("type").and_then(Value::as_str);
            Some((parts.get("value")?, kind))
        });
        match wrapped {
            Some((value, kind)) => Self {
                value,
                holds_fields: matches!(kind, Some("hash" | "array")),
            },
            None => Self {
                value: field,
                holds_fields: false,
            },
        }
    }

    /// A member of this value.
    pub(super) fn inside(&self, member: &'f Value) -> Self {
        if self.holds_fields {
            Self::of_field(member)
        } else {
            Self {
                value: member,
                holds_fields: false,
            }
        }
    }
}

/// The field of that name, and the names on the way to it: `name-first` is found as itself, in
/// any case, and as `first` in the group `name`.
pub(super) fn find<'f>(
    fields: &'f Map<String, Value>,
    name: &str,
) -> Option<(Vec<&'f str>, &'f Value)> {
    if let Some((known, field)) = fields.get_key_value(name) {
        return Some((vec![known], field));
    }
    let alike = fields.iter().find(|(known, _)| same_name(known, name));
    if let Some((known, field)) = alike {
        return Some((vec![known], field));
    }
    let mut groups: Vec<(&str, &str, &Map<String, Value>)> = fields
        .iter()
        .filter_map(|(known, field)| {
            let group = Place::of_field(field);
            let members = group.value.as_object().filter(|_| group.holds_fields)?;
            Some((known.as_str(), rest_after(name, known)?, members))
        })
        .collect();
    // `address_line` before `address`, where a type has both.
    groups.sort_by_key(|(_, rest, _)| rest.len());
    groups.into_iter().find_map(|(known, rest, members)| {
        let (mut path, field) = find(members, rest)?;
        path.insert(0, known);
        Some((path, field))
    })
}

/// What is left of a name after the group's, if it begins with that.
pub(super) fn rest_after<'n>(name: &'n str, group: &str) -> Option<&'n str> {
    let mut letters = name.char_indices().filter(|(_, letter)| is_letter(*letter));
    for wanted in group.chars().filter(|letter| is_letter(*letter)) {
        let (_, letter) = letters.next()?;
        if !letter.eq_ignore_ascii_case(&wanted) {
            return None;
        }
    }
    let (begin, _) = letters.next()?;
    Some(&name[begin..])
}

fn is_letter(letter: char) -> bool {
    !matches!(letter, '-' | '_' | '.')
}
