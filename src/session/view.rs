//! What a session tells.

use chrono::{DateTime, Utc};

use crate::id::InquiryId;
use crate::open_enum::open_enum;
use crate::raw::types;
use crate::view::{moment, view};

open_enum! {
    /// Where a session stands.
    SessionStatus {
        /// Nobody has entered through it yet.
        New = "new",
        /// Somebody has entered through it.
        Active = "active",
        /// It lets nobody in any more.
        Expired = "expired",
    }
}

view! {
    /// An inquiry session as Persona sent it: one device's stay in an inquiry.
    ///
    /// `Debug` prints the id alone. What Persona found out about device and network is in
    /// [`raw`](Self::raw); it is data of a person.
    Session(types::InquirySession), SessionId
}

impl Session {
    /// Where it stands.
    pub fn status(&self) -> SessionStatus {
        SessionStatus::from(self.0.attributes.status.as_deref().unwrap_or_default())
    }

    /// The inquiry it leads into.
    pub fn inquiry_id(&self) -> Option<InquiryId> {
        let inquiry = self.0.relationships.one("inquiry")?;
        Some(InquiryId::received(&inquiry.id))
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.0.attributes.created_at.as_deref())
    }

    /// When somebody entered through it, UTC.
    pub fn started_at(&self) -> Option<DateTime<Utc>> {
        moment(self.0.attributes.started_at.as_deref())
    }

    /// When it expired, UTC.
    pub fn expired_at(&self) -> Option<DateTime<Utc>> {
        moment(self.0.attributes.expired_at.as_deref())
    }
}
