//! Lists that inquiries are compared with, of ten kinds and one, all alike.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Model;
use super::refusal::Refusal;

/// What one kind of list differs in from the others.
pub(crate) struct ListKind {
    /// In paths, such as `email-addresses`.
    pub(crate) segment: &'static str,
    /// In types, such as `email-address` of `list/email-address`.
    pub(crate) name: &'static str,
    pub(crate) prefix: &'static str,
    /// The attributes of an item that a caller has to give.
    pub(crate) required: &'static [Attribute],
    /// Those that have a value when none is given.
    pub(crate) optional: &'static [(Attribute, &'static str)],
}

pub(crate) type Attribute = (&'static str, Type);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Country,
    Number,
    /// A number of which the whole part is kept.
    Whole,
}

const fn of_texts(segment: &'static str, name: &'static str, prefix: &'static str) -> ListKind {
    ListKind {
        segment,
        name,
        prefix,
        required: &[("value", Type::Text)],
        optional: &[],
    }
}

pub(crate) const LIST_KINDS: &[ListKind] = &[
    of_texts("browser-fingerprints", "browser-fingerprint", "libf"),
    ListKind {
        required: &[("country-code", Type::Country)],
        ..of_texts("countries", "country", "lict")
    },
    of_texts("device-fingerprints", "device-fingerprint", "lidf"),
    ListKind {
        optional: &[(("match-type", Type::Text), "email_address")],
        ..of_texts("email-addresses", "email-address", "liea")
    },
    ListKind {
        required: &[("field-value", Type::Text)],
        ..of_texts("fields", "field", "lifd")
    },
    ListKind {
        required: &[
            ("latitude", Type::Number),
            ("longitude", Type::Number),
            ("radius-meters", Type::Whole),
        ],
        ..of_texts("geolocations", "geolocation", "ligl")
    },
    ListKind {
        required: &[("id-number", Type::Text), ("id-class", Type::Text)],
        ..of_texts("government-id-numbers", "government-id-number", "ligi")
    },
    of_texts("ip-addresses", "ip-address", "liip"),
    ListKind {
        required: &[("name-first", Type::Text), ("name-last", Type::Text)],
        ..of_texts("names", "name", "lin")
    },
    of_texts("phone-numbers", "phone-number", "lipn"),
    of_texts("strings", "string", "list"),
];

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct List {
    pub(crate) id: String,
    /// The name of its kind.
    pub(crate) kind: String,
    pub(crate) name: String,
    /// What only lists of names have.
    pub(crate) allow_fuzzy_name_first: bool,
    pub(crate) items: Vec<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) archived_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ListItem {
    pub(crate) id: String,
    /// The name of its kind.
    pub(crate) kind: String,
    pub(crate) list_id: String,
    /// Those that the kind has of its own.
    pub(crate) attributes: Map<String, Value>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) archived_at: Option<DateTime<Utc>>,
}

impl ListKind {
    pub(crate) fn of_segment(segment: &str) -> Option<&'static Self> {
        LIST_KINDS.iter().find(|it| it.segment == segment)
    }
}

/// The list of device fingerprints that an emulator has from the start: no call can create one.
pub const DEVICE_FINGERPRINT_LIST_ID: &str = "lst_EmulatedDeviceFingerprints";

/// The list of values of a field that an emulator has from the start: no call can create one.
pub const FIELD_LIST_ID: &str = "lst_EmulatedFields";

const PROVIDED: [(&str, &str); 2] = [
    (DEVICE_FINGERPRINT_LIST_ID, "device-fingerprint"),
    (FIELD_LIST_ID, "field"),
];

impl List {
    /// Persona's document does not list these, either.
    pub(crate) fn is_provided(&self) -> bool {
        PROVIDED.iter().any(|(id, _)| *id == self.id)
    }
}

impl Model {
    pub(super) fn provide_lists(&mut self) {
        for (id, kind) in PROVIDED {
            let list = List {
                id: id.to_owned(),
                kind: kind.to_owned(),
                name: kind.to_owned(),
                allow_fuzzy_name_first: false,
                items: Vec::new(),
                created_at: self.now,
                updated_at: self.now,
                archived_at: None,
            };
            self.lists.insert(id, list);
        }
    }

    pub(crate) fn create_list(
        &mut self,
        kind: &ListKind,
        name: String,
        allow_fuzzy_name_first: bool,
    ) -> String {
        let id = self.ids.next("lst");
        let list = List {
            id: id.clone(),
            kind: kind.name.to_owned(),
            name,
            allow_fuzzy_name_first,
            items: Vec::new(),
            created_at: self.now,
            updated_at: self.now,
            archived_at: None,
        };
        self.lists.insert(&id, list);
        id
    }

    pub(crate) fn archive_list(&mut self, id: &str) -> Result<(), Refusal> {
        let now = self.now;
        let list = self
            .lists
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("list", id))?;
        if list.archived_at.is_some() {
            return Err(Refusal::conflict("the list is archived already"));
        }
        list.archived_at = Some(now);
        list.updated_at = now;
        Ok(())
    }

    pub(crate) fn create_list_item(
        &mut self,
        kind: &ListKind,
        list_id: &str,
        attributes: Map<String, Value>,
    ) -> Result<String, Refusal> {
        let id = self.ids.next(kind.prefix);
        let now = self.now;
        let list = self
            .lists
            .get_mut(list_id)
            .filter(|it| it.kind == kind.name)
            .ok_or_else(|| Refusal::not_found(&format!("{} list", kind.name), list_id))?;
        if list.archived_at.is_some() {
            return Err(Refusal::conflict("the list is archived"));
        }
        list.items.push(id.clone());
        let item = ListItem {
            id: id.clone(),
            kind: kind.name.to_owned(),
            list_id: list_id.to_owned(),
            attributes,
            created_at: now,
            updated_at: now,
            archived_at: None,
        };
        self.list_items.insert(&id, item);
        Ok(id)
    }

    pub(crate) fn list_item(&self, kind: &ListKind, id: &str) -> Result<&ListItem, Refusal> {
        self.list_items
            .get(id)
            .filter(|it| it.kind == kind.name)
            .ok_or_else(|| Refusal::not_found(&format!("{} list item", kind.name), id))
    }

    pub(crate) fn archive_list_item(&mut self, kind: &ListKind, id: &str) -> Result<(), Refusal> {
        let now = self.now;
        self.list_item(kind, id)?;
        if let Some(item) = self.list_items.get_mut(id) {
            if item.archived_at.is_some() {
                return Err(Refusal::conflict("the list item is archived already"));
            }
            item.archived_at = Some(now);
            item.updated_at = now;
        }
        Ok(())
    }
}
