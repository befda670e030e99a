use serde_json::{Value, json};

use super::{optional_timestamp, timestamp};
use crate::emulator::model::list::{List, ListItem};

/// A list as a resource object.
pub(crate) fn list(list: &List) -> Value {
    let items: Vec<Value> = list
        .items
        .iter()
        .map(|id| json!({ "type": format!("list-item/{}", list.kind), "id": id }))
        .collect();
    let mut attributes = json!({
        "name": list.name,
        "status": if list.archived_at.is_some() { "archived" } else { "active" },
        "archived-at": optional_timestamp(list.archived_at),
        "created-at": timestamp(list.created_at),
        "updated-at": timestamp(list.updated_at),
    });
    if list.kind == "name" {
        attributes["allow-fuzzy-name-first"] = list.allow_fuzzy_name_first.into();
    }
    json!({
        "type": format!("list/{}", list.kind),
        "id": list.id,
        "attributes": attributes,
        "relationships": { "list-items": { "data": items } },
    })
}

/// An item of a list as a resource object.
pub(crate) fn list_item(item: &ListItem) -> Value {
    let mut attributes = json!({
        "status": if item.archived_at.is_some() { "archived" } else { "active" },
        "archived-at": optional_timestamp(item.archived_at),
        "created-at": timestamp(item.created_at),
        "updated-at": timestamp(item.updated_at),
        "redacted-at": null,
        "match-count": 0,
    });
    for (name, value) in &item.attributes {
        attributes[name] = value.clone();
    }
    json!({
        "type": format!("list-item/{}", item.kind),
        "id": item.id,
        "attributes": attributes,
        "relationships": { "creator": { "data": null } },
    })
}
