//! Events: what happened, with the object as it was right after.
//!
//! A webhook delivers an event in the shape in which [`Events`] lists it.
//!
//! See <https://docs.withpersona.com/events>.

#[cfg(feature = "schemars")]
mod arguments;
mod inflection;
mod list;
mod name;
mod view;

use crate::client::Persona;
use crate::error::Error;
use crate::id::{EventId, IntoId};

#[cfg(feature = "schemars")]
pub use self::arguments::EventFilter;
pub use self::list::EventList;
pub use self::name::EventName;
pub use self::view::{Event, MalformedEvent};

/// Calls on events; get it by [`Persona::events`].
#[derive(Clone, Debug)]
pub struct Events {
    persona: Persona,
}

impl Persona {
    /// Calls on events.
    pub fn events(&self) -> Events {
        Events {
            persona: self.clone(),
        }
    }
}

impl Events {
    /// Lists events, newest first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Permission`](crate::ErrorKind::Permission) as the first page's error when the
    /// key may not read events.
    ///
    /// See <https://docs.withpersona.com/api-reference/events/list-all-events>.
    ///
    /// ```no_run
    /// use withpersona::EventName;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut events = persona.events().list().object_id("inq_123").items();
    /// while let Some(event) = events.next().await {
    ///     let event = event?;
    ///     println!("{:?} {}", event.created_at(), event.name());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> EventList {
        EventList::new(self.persona.in_background().raw())
    }

    /// Reads an event.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id in the
    /// key's environment, [`ErrorKind::Permission`](crate::ErrorKind::Permission) when the key may
    /// not read events.
    ///
    /// See <https://docs.withpersona.com/api-reference/events/retrieve-an-event>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let event = persona.events().retrieve("evt_123").await?;
    /// println!("{} {:?}", event.name(), event.object_id());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<EventId>) -> Result<Event, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_an_event(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }
}
