//! Changes of a case that exists.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use super::create::sla;
use crate::error::Error;
use crate::fields::NewFields;
use crate::id::{CaseQueueId, IntoId};
use crate::raw::types;

/// What to change of a case; what is not named stays. For the status see
/// [`set_status`](super::Cases::set_status).
///
/// `Debug` prints nothing of it.
///
/// ```
/// use withpersona::CaseUpdate;
///
/// let update = CaseUpdate::new()
///     .field("decision-note", "called the bank")
///     .attachment("letter.pdf", b"%PDF-1.4 ...");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct CaseUpdate {
    attributes: types::UpdateACaseRequestAttributes,
    meta: Option<types::UpdateACaseRequestMeta>,
    fields: NewFields,
    fault: Option<Error>,
}

impl CaseUpdate {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a field of the template, as the bare value.
    pub fn field(mut self, name: &str, value: impl Serialize) -> Self {
        self.fields.set(name, &value);
        self
    }

    /// Sets several fields, from a map or a struct of your own.
    pub fn fields(mut self, fields: &impl Serialize) -> Self {
        self.fields.set_all(fields);
        self
    }

    /// Adds a PDF or an image; call it again for another. It travels inside the request, a third
    /// larger than it is.
    pub fn attachment(mut self, filename: impl Into<String>, content: impl AsRef<[u8]>) -> Self {
        let (filename, content) = (filename.into(), content.as_ref());
        if filename.trim().is_empty() {
            self.keep(Error::invalid_input("the name of the attachment is empty"));
        } else if content.is_empty() {
            self.keep(Error::invalid_input("the attachment is empty"));
        } else {
            let file = types::FileUpload {
                data: Some(STANDARD.encode(content)),
                filename: Some(filename),
                ..Default::default()
            };
            self.attributes
                .attachments
                .get_or_insert_default()
                .push(file);
        }
        self
    }

    /// Moves it to another queue (`cqueue_…`).
    pub fn queue(mut self, id: impl IntoId<CaseQueueId>) -> Self {
        match id.into_id() {
            Ok(id) => {
                self.attributes.extra.remove(QUEUE);
                self.attributes.case_queue_id = Some(id.into());
            }
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// Takes it out of its queue.
    pub fn without_queue(mut self) -> Self {
        self.attributes.case_queue_id = None;
        self.attributes.extra.insert(QUEUE.to_owned(), Value::Null);
        self
    }

    /// When it should be decided, counted from now in whole seconds; 90 days at most.
    pub fn sla_expires_in(mut self, within: Duration) -> Self {
        match sla(within) {
            Ok(seconds) => {
                let meta = types::UpdateACaseRequestMeta {
                    sla_expires_in_seconds: Some(seconds),
                    ..Default::default()
                };
                self.meta = Some(meta);
            }
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// Lets it take as long as it takes.
    pub fn without_sla(mut self) -> Self {
        let mut meta = types::UpdateACaseRequestMeta::default();
        meta.extra.insert(SLA.to_owned(), Value::Null);
        self.meta = Some(meta);
        self
    }

    pub(super) fn into_body(self) -> Result<types::UpdateACaseRequest, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let mut attributes = self.attributes;
        attributes.fields = self.fields.finish()?;
        let names_attributes = attributes.fields.is_some()
            || attributes.attachments.is_some()
            || attributes.case_queue_id.is_some()
            || !attributes.extra.is_empty();
        if !names_attributes && self.meta.is_none() {
            return Err(Error::invalid_input("the update names nothing to change"));
        }
        Ok(types::UpdateACaseRequest {
            data: Some(types::UpdateACaseRequestData {
                attributes: Some(attributes),
                ..Default::default()
            }),
            meta: self.meta,
            ..Default::default()
        })
    }

    /// The same, to be refused when it is sent.
    #[cfg(feature = "schemars")]
    pub(super) fn refused(mut self, message: &'static str) -> Self {
        self.keep(Error::invalid_input(message));
        self
    }

    fn keep(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

// A null is not left out as nothing is: it is written beyond the struct's own properties.
const QUEUE: &str = "case-queue-id";
const SLA: &str = "sla-expires-in-seconds";

impl fmt::Debug for CaseUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseUpdate").finish_non_exhaustive()
    }
}
