use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Model;
use super::compact::Compact;
use super::transition::Resource;
use crate::emulator::wire;

/// Something that happened, with the resource as it was right after.
#[derive(Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) object_id: String,
    /// The resource object.
    pub(crate) data: Compact,
    pub(crate) created_at: DateTime<Utc>,
}

impl Model {
    pub(crate) fn record(&mut self, name: &str, object_id: &str, data: Value) {
        let id = self.ids.next("evt");
        let event = Event {
            id: id.clone(),
            name: name.to_owned(),
            object_id: object_id.to_owned(),
            data: Compact::from(&data),
            created_at: self.now,
        };
        self.events.insert(&id, event);
        self.deliver(&id, name);
    }

    /// Takes out of the events about an object what it does not tell any more itself, and has the
    /// answers about it forgotten.
    pub(super) fn forget(&mut self, object_id: &str, redacted: &Value) {
        for event in self.events.rows_mut() {
            if event.object_id != object_id {
                continue;
            }
            let mut data = event.data.read();
            let attributes = data["attributes"].as_object_mut();
            for (name, value) in attributes.into_iter().flatten() {
                if !says_nothing_of_a_person(name) {
                    *value = redacted["attributes"][name].clone();
                }
            }
            event.data = Compact::from(&data);
        }
        self.forgotten.push(object_id.to_owned());
    }

    /// The ids of what was redacted since this was asked last.
    pub(crate) fn take_forgotten(&mut self) -> Vec<String> {
        std::mem::take(&mut self.forgotten)
    }

    /// Writes the event of a transition, if it has one.
    pub(super) fn record_transition(
        &mut self,
        name: Option<&'static str>,
        resource: Resource,
        id: &str,
    ) {
        let Some(name) = name else { return };
        let data = match resource {
            Resource::Inquiry => self.inquiries.get(id).map(|it| wire::inquiry(self, it)),
            Resource::Session => self.sessions.get(id).map(wire::session),
            Resource::Verification => self
                .verifications
                .get(id)
                .map(|it| wire::verification(self, it)),
            Resource::OneTimeLink => None,
        };
        if let Some(data) = data {
            self.record(name, id, data);
        }
    }
}

/// What an event keeps of an object when the object is redacted.
fn says_nothing_of_a_person(attribute: &str) -> bool {
    attribute.ends_with("-at")
        || matches!(
            attribute,
            "status" | "account-status" | "reference-id" | "tags" | "checks"
        )
}
