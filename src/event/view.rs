//! What an event tells.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::EventName;
use super::inflection::to_kebab;
#[cfg(feature = "inquiries")]
use crate::inquiry::Inquiry;
use crate::json_api::{Attributes, Resource, ResourceObject};
use crate::raw::types;
#[cfg(feature = "verifications")]
use crate::verification::Verification;
use crate::view::moment;

/// Something that happened, with the object as it was right after.
///
/// `Debug` prints the event's id and name, and the object's type and id. It serializes in
/// Persona's own shape, people's data included.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Event(types::Event);

#[cfg(feature = "schemars")]
crate::view::describe!(Event => crate::view::resource_schema());

impl Event {
    /// Reads the body of a webhook, whatever its key inflection. It does not look at a signature:
    /// [`Verifier`](crate::webhook::Verifier) does.
    ///
    /// # Errors
    ///
    /// [`MalformedEvent`] when this is no event: no JSON, no object of type `event`, or one
    /// without an id that could be one.
    ///
    /// ```
    /// use withpersona::{Event, EventName};
    ///
    /// let event = Event::from_slice(br#"{"data":{"type":"event","id":"evt_1","attributes":{
    ///     "name":"inquiry.approved","createdAt":"2026-01-31T12:00:00.000Z",
    ///     "payload":{"data":{"type":"inquiry","id":"inq_1","attributes":{"status":"approved"}}}
    /// }}}"#)?;
    /// assert_eq!(event.name(), EventName::InquiryApproved);
    /// assert_eq!(event.object_id(), Some("inq_1"));
    /// # Ok::<(), withpersona::MalformedEvent>(())
    /// ```
    pub fn from_slice(body: &[u8]) -> Result<Self, MalformedEvent> {
        let document: types::EventDocument = read(body)?;
        let mut event = document.data;
        // The one attribute of every event whose name shows the inflection.
        if event.attributes.created_at.is_none() {
            let document = to_kebab(read::<Value>(body)?);
            let document: types::EventDocument = serde_json::from_value(document)
                .map_err(|_| MalformedEvent("is of another shape than an event"))?;
            event = document.data;
        }
        if event.kind != "event" {
            return Err(MalformedEvent("has no data of type event"));
        }
        match crate::EventId::try_from(event.id.as_str()) {
            Ok(_) => Ok(Self(event)),
            Err(_) => Err(MalformedEvent("has no usable id of the event")),
        }
    }

    /// Its id; the same however often it is delivered.
    pub fn id(&self) -> crate::EventId {
        crate::EventId::received(&self.0.id)
    }

    /// What happened.
    pub fn name(&self) -> EventName {
        EventName::from(self.0.attributes.name.as_deref().unwrap_or_default())
    }

    /// When it happened, UTC. Events can come out of order: this is what puts them in order.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.0.attributes.created_at.as_deref())
    }

    /// Whether this happened later than the other one. Neither of two events of the same
    /// millisecond is newer, nor is one without a time.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        match (self.created_at(), other.created_at()) {
            (Some(this), Some(other)) => this > other,
            _ => false,
        }
    }

    /// The JSON:API type of the object that it happened to, such as `inquiry` or
    /// `verification/selfie`.
    pub fn object_type(&self) -> Option<&str> {
        let kind = self.object()?.kind.as_str();
        (!kind.is_empty()).then_some(kind)
    }

    /// The id of the object that it happened to, such as `inq_…`.
    pub fn object_id(&self) -> Option<&str> {
        let id = self.object()?.id.as_str();
        (!id.is_empty()).then_some(id)
    }

    /// The object as it was right after, of whatever type; without the attributes that the
    /// webhook's blocklist holds back.
    ///
    /// It may have changed since: retrieve it before a decision that cannot be taken back.
    pub fn object(&self) -> Option<&ResourceObject> {
        Some(&self.0.attributes.payload.as_ref()?.data)
    }

    /// The object in its typed form; `None` if it is of another type.
    ///
    /// ```
    /// use withpersona::Event;
    /// use withpersona::raw::types::InquirySessionAttributes;
    ///
    /// # #[cfg(feature = "sessions")]
    /// fn device(event: &Event) -> Option<String> {
    ///     let session = event.typed::<InquirySessionAttributes>()?;
    ///     session.attributes.status
    /// }
    /// ```
    pub fn typed<A: Attributes>(&self) -> Option<Resource<A>> {
        self.object()?.decode()
    }

    /// The inquiry that it happened to; `None` if it is about something else.
    #[cfg(feature = "inquiries")]
    pub fn inquiry(&self) -> Option<Inquiry> {
        self.typed().map(Inquiry::from)
    }

    /// The verification that it happened to, of any kind; `None` if it is about something else.
    #[cfg(feature = "verifications")]
    pub fn verification(&self) -> Option<Verification> {
        let object = self.object()?;
        let is_one = object.kind.starts_with("verification/");
        is_one.then(|| Verification::from(object.clone()))
    }

    /// Other objects that came along. Empty unless the webhook is set up to include them.
    pub fn included(&self) -> &[ResourceObject] {
        let payload = self.0.attributes.payload.as_ref();
        payload
            .and_then(|payload| payload.included.as_deref())
            .unwrap_or_default()
    }

    /// Everything Persona sent, also what has no accessor here.
    pub fn raw(&self) -> &types::Event {
        &self.0
    }

    /// Gives up the view for what it looks at.
    pub fn into_raw(self) -> types::Event {
        self.0
    }
}

impl From<types::Event> for Event {
    fn from(raw: types::Event) -> Self {
        Self(raw)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.0.id)
            .field("name", &self.name().as_str())
            .field("object_type", &self.object_type())
            .field("object_id", &self.object_id())
            .finish_non_exhaustive()
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, MalformedEvent> {
    serde_json::from_slice(body).map_err(|error| {
        MalformedEvent(match error.classify() {
            serde_json::error::Category::Data => "is of another shape than an event",
            _ => "is not JSON",
        })
    })
}

/// Why a body is no event. It holds nothing of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedEvent(&'static str);

impl fmt::Display for MalformedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body {}", self.0)
    }
}

impl std::error::Error for MalformedEvent {}
