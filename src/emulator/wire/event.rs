use serde_json::{Value, json};

use super::timestamp;
use crate::emulator::model::event::Event;

/// An event as a resource object.
pub(crate) fn event(event: &Event) -> Value {
    json!({
        "type": "event",
        "id": event.id,
        "attributes": {
            "name": event.name,
            "payload": { "data": event.data.read() },
            "created-at": timestamp(event.created_at),
            "context": {},
        },
    })
}
