//! Lists that inquiries are compared with: names, e-mail addresses, countries and more.
//!
//! Each kind of lists has a type for what stands on it, and the calls are the same for all:
//!
//! ```no_run
//! use withpersona::list::{Country, PersonName};
//!
//! # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
//! let blocked = persona.lists().create::<PersonName>("Blocked people").await?;
//! let name = PersonName { first: "Jane".to_owned(), last: "Doe".to_owned() };
//! let item = persona.list_items().create(blocked.id(), name).await?;
//! persona.list_items().archive::<PersonName>(item.id()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! See <https://docs.withpersona.com/lists>.

mod entry;
mod kind;

use std::fmt;

use chrono::{DateTime, Utc};

use self::entry::sealed;
use crate::client::Persona;
use crate::error::Error;
#[allow(unused_imports)] // for the documentation
use crate::error::ErrorKind;
use crate::id::{IntoId, ListId, ListItemId};
use crate::json_api::{Resource, ResourceObject};
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;
use crate::view::{moment, view};

pub use self::entry::{CreatableList, ListEntry};
pub use self::kind::{
    BrowserFingerprint, Country, DeviceFingerprint, EmailAddress, FieldValue, Geolocation,
    GovernmentIdNumber, IpAddress, PersonName, PhoneNumber, Text,
};

view! {
    /// A list of any kind, as Persona sent it. `Debug` prints the id alone.
    List(ResourceObject), ListId
}

impl List {
    /// Its kind as the type of JSON:API, such as `list/name`.
    pub fn kind(&self) -> &str {
        &self.0.kind
    }

    /// Whether items of this kind stand on it.
    pub fn holds<E: ListEntry>(&self) -> bool {
        self.kind().strip_prefix("list/") == Some(E::KIND)
    }

    /// Its name in the dashboard.
    pub fn name(&self) -> Option<&str> {
        self.text("name")
    }

    /// `active` or `archived`.
    pub fn status(&self) -> Option<&str> {
        self.text("status")
    }

    /// The items on it.
    pub fn item_ids(&self) -> Vec<ListItemId> {
        let items = self.0.relationships.many("list-items");
        items
            .iter()
            .map(|it| ListItemId::received(&it.id))
            .collect()
    }

    /// When it was archived, UTC.
    pub fn archived_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("archived-at"))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.attributes.get(name)?.as_str()
    }
}

/// Calls on lists; get it by [`Persona::lists`].
#[derive(Clone, Debug)]
pub struct Lists {
    persona: Persona,
}

/// Calls on items of lists; get it by [`Persona::list_items`].
#[derive(Clone, Debug)]
pub struct ListItems {
    persona: Persona,
}

impl Persona {
    /// Calls on lists.
    pub fn lists(&self) -> Lists {
        Lists {
            persona: self.clone(),
        }
    }

    /// Calls on items of lists.
    pub fn list_items(&self) -> ListItems {
        ListItems {
            persona: self.clone(),
        }
    }
}

impl Lists {
    /// Creates a list of one kind.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an empty name, before anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/lists>.
    ///
    /// ```no_run
    /// use withpersona::list::Country;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let list = persona.lists().create::<Country>("Not served").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create<E: CreatableList>(&self, name: impl Into<String>) -> Result<List, Error> {
        let name = name.into();
        if name.trim().is_empty() {
            return Err(Error::invalid_input("the name of the list is empty"));
        }
        Ok(E::create_list(self.persona.raw(), name).await?.into())
    }

    /// Reads a list of any kind, with the ids of its items.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/lists/retrieve-a-list>.
    pub async fn retrieve(&self, id: impl IntoId<ListId>) -> Result<List, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_a_list(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Archives a list: nothing is compared with it any more. It can still be read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id in the key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/lists/archive-a-list>.
    pub async fn archive(&self, id: impl IntoId<ListId>) -> Result<List, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.archive_a_list(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }

    /// The lists there are, of all kinds, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/lists/list-all-lists>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut lists = persona.lists().list().active().items();
    /// while let Some(list) = lists.next().await {
    ///     println!("{:?}", list?.name());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> ListOfLists {
        ListOfLists {
            raw: self.persona.in_background().raw(),
            status: None,
            paging: Paging::default(),
        }
    }
}

/// The lists to be read; narrow them down, then take the [`items`](Self::items) or
/// [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct ListOfLists {
    raw: raw::Client,
    status: Option<&'static str>,
    paging: Paging,
}

paged!(ListOfLists => List, whole);

impl ListOfLists {
    /// Only those that are compared with.
    pub fn active(mut self) -> Self {
        self.status = Some("active");
        self
    }

    /// Only those that were archived.
    pub fn archived(mut self) -> Self {
        self.status = Some("archived");
        self
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<List>, Error> {
        let after = after.map(Cursor::as_str);
        let answer = self
            .raw
            .list_all_lists(None, self.status, after, None, self.paging.size())
            .await?
            .into_inner();
        let lists = answer.data.into_iter().map(List::from).collect();
        page(lists, answer.links.as_ref())
    }
}

impl ListItems {
    /// Puts an entry on a list of its kind.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an entry that cannot be right, such as an empty text or a
    /// country code that is none, before anything is sent; [`ErrorKind::NotFound`] when there is
    /// no such list of that kind.
    ///
    /// See <https://docs.withpersona.com/api-reference/list-items>.
    ///
    /// ```no_run
    /// use withpersona::list::EmailAddress;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let entry = EmailAddress::new("jane@example.com");
    /// let item = persona.list_items().create("lst_123", entry).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create<E: ListEntry>(
        &self,
        list: impl IntoId<ListId>,
        entry: E,
    ) -> Result<ListItem<E>, Error> {
        let list = list.into_id()?;
        let item = entry.send(self.persona.raw(), list.into()).await?;
        Ok(ListItem(item))
    }

    /// Reads an item of one kind.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none of that id and kind in the key's environment.
    ///
    /// ```no_run
    /// use withpersona::list::Country;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let item = persona.list_items().retrieve::<Country>("lict_123").await?;
    /// println!("{:?} {:?}", item.id(), item.match_count());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve<E: ListEntry>(
        &self,
        id: impl IntoId<ListItemId>,
    ) -> Result<ListItem<E>, Error> {
        let id = id.into_id()?;
        let item = E::retrieve(self.persona.raw(), id.into()).await?;
        Ok(ListItem(item))
    }

    /// Archives an item of one kind: nothing is compared with it any more.
    ///
    /// # Errors
    ///
    /// As for [`retrieve`](Self::retrieve).
    pub async fn archive<E: ListEntry>(
        &self,
        id: impl IntoId<ListItemId>,
    ) -> Result<ListItem<E>, Error> {
        let id = id.into_id()?;
        let item = E::archive(self.persona.raw(), id.into()).await?;
        Ok(ListItem(item))
    }
}

/// An item of a list, as Persona sent it. `Debug` prints the id alone.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(transparent, bound = "")]
pub struct ListItem<E: ListEntry>(Resource<<E as sealed::Entry>::Attributes>);

#[cfg(feature = "schemars")]
impl<E: ListEntry> schemars::JsonSchema for ListItem<E> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ListItem".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        crate::view::resource_schema()
    }
}

impl<E: ListEntry> ListItem<E> {
    /// Its id.
    pub fn id(&self) -> ListItemId {
        ListItemId::received(&self.0.id)
    }

    /// What stands on the list; `None` if Persona left it out.
    pub fn entry(&self) -> Option<E> {
        E::read(&self.0.attributes)
    }

    /// Where it stands, such as `pending`, `active` or `archived`.
    pub fn status(&self) -> Option<&str> {
        E::standing(&self.0.attributes).status
    }

    /// How often something was found to be the same.
    pub fn match_count(&self) -> Option<i64> {
        E::standing(&self.0.attributes).match_count
    }

    /// When it was put on the list, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        E::standing(&self.0.attributes).created_at
    }

    /// When it was archived, UTC.
    pub fn archived_at(&self) -> Option<DateTime<Utc>> {
        E::standing(&self.0.attributes).archived_at
    }

    /// Everything Persona sent, also what has no accessor here.
    pub fn raw(&self) -> &Resource<<E as sealed::Entry>::Attributes> {
        &self.0
    }
}

impl<E: ListEntry> fmt::Debug for ListItem<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListItem")
            .field("id", &self.0.id)
            .finish_non_exhaustive()
    }
}
