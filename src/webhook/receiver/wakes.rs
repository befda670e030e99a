//! What a client learns from events besides the handler: its waits, and the tokens it keeps.

use crate::client::Persona;
use crate::event::Event;
use crate::id::InquiryId;

/// A client that is told of inquiries that changed.
#[derive(Debug)]
pub(super) struct Wakes {
    persona: Persona,
}

impl Wakes {
    pub(super) fn new(persona: &Persona) -> Self {
        Self {
            persona: persona.clone(),
        }
    }

    /// Lets those who wait for it look at it, in all processes that share the store. Nobody waits
    /// until all of them are told.
    pub(super) fn wake(&self, event: &Event) {
        let Some(id) = inquiry_of(event) else { return };
        let persona = self.persona.clone();
        tokio::spawn(async move { persona.inquiry_watcher().changed(id.as_str()).await });
    }

    /// Forgets the token of an inquiry whose sessions ended with it.
    ///
    /// Also after an event that is late: to ask for a token anew does no harm, and one that is no
    /// longer good does.
    #[cfg(feature = "sessions")]
    pub(super) async fn forget_token(&self, event: &Event) {
        use crate::event::EventName;

        let has_ended = matches!(
            event.name(),
            EventName::InquiryExpired | EventName::InquiryRedacted
        );
        if let (true, Some(id)) = (has_ended, inquiry_of(event)) {
            self.persona.session_memory().forget(&id).await;
        }
    }
}

fn inquiry_of(event: &Event) -> Option<InquiryId> {
    let id = event
        .object_id()
        .filter(|_| event.object_type() == Some("inquiry"))?;
    InquiryId::try_from(id).ok()
}
