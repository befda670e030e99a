//! A body is refused, or it is an event that can be looked at, and written and read again.

use serde_json::json;
use withpersona::Event;

pub fn check(data: &[u8]) {
    let Ok(event) = Event::from_slice(data) else {
        return;
    };
    assert!(!event.id().as_str().is_empty());
    let _ = (event.name(), event.created_at(), event.included());
    let _ = (event.inquiry(), event.verification());
    assert!(!event.is_newer_than(&event));
    assert!(!format!("{event:?}").is_empty());

    let written = serde_json::to_vec(&json!({ "data": event })).expect("written");
    let again = Event::from_slice(&written).expect("what was written is an event");
    assert_eq!(again.id(), event.id());
    assert_eq!(again.name(), event.name());
    assert_eq!(again.object_id(), event.object_id());
    assert_eq!(again.created_at(), event.created_at());
}
