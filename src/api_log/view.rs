//! What an API log tells.

use chrono::{DateTime, Utc};

use crate::raw::types;
use crate::view::{moment, view};

view! {
    /// What Persona keeps of a request. Its id is the request's.
    ///
    /// Parameters can hold people's data: they are in [`raw`](Self::raw) alone, and `Debug` prints
    /// the id.
    ApiLog(types::ApiLog), ApiLogId
}

impl ApiLog {
    /// The method, such as `POST`.
    pub fn method(&self) -> Option<&str> {
        self.0.attributes.request.as_ref()?.method.as_deref()
    }

    /// The path, such as `/api/v1/reports`.
    pub fn path(&self) -> Option<&str> {
        self.0.attributes.request.as_ref()?.path.as_deref()
    }

    /// The address that it came from.
    pub fn ip_address(&self) -> Option<&str> {
        self.0.attributes.request.as_ref()?.ip_address.as_deref()
    }

    /// The status of the answer, such as 201.
    pub fn status(&self) -> Option<u16> {
        let status = self.0.attributes.response.as_ref()?.status?;
        u16::try_from(status).ok()
    }

    /// When it came, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.0.attributes.created_at.as_deref())
    }

    /// Whether the people's data in it was deleted.
    pub fn is_redacted(&self) -> bool {
        self.0.attributes.redacted_at.is_some()
    }
}
