//! Documents: what a person handed in, as files and as what was read from them.
//!
//! See <https://docs.withpersona.com/documents>.

use chrono::{DateTime, Utc};

use crate::client::Persona;
use crate::error::Error;
use crate::file::{Origin, StoredFile, files_of};
use crate::id::{DocumentId, InquiryId, IntoId};
use crate::json_api::{Attributes, Resource, ResourceObject};
use crate::open_enum::open_enum;
use crate::raw::types;
use crate::view::{moment, view};

open_enum! {
    /// How far Persona is with a document.
    DocumentStatus {
        /// It exists, and nothing was handed in.
        Initiated = "initiated",
        /// It was handed in and is looked at.
        Submitted = "submitted",
        /// It is waiting for something else.
        Pending = "pending",
        /// It was read.
        Processed = "processed",
        /// It could not be read.
        Errored = "errored",
    }
}

view! {
    /// A document of any kind as Persona sent it.
    ///
    /// `Debug` prints the id alone.
    Document(ResourceObject), DocumentId
}

impl Document {
    /// The JSON:API type: `document/government-id`, `document/generic`, or one that is new.
    pub fn kind(&self) -> &str {
        &self.0.kind
    }

    /// How far Persona is with it.
    pub fn status(&self) -> DocumentStatus {
        DocumentStatus::from(self.text("status").unwrap_or_default())
    }

    /// Its files, each once: the photos of a government ID, the pages of a generic document, as
    /// handed in and as Persona straightened them. Read them by
    /// [`Files::download`](crate::Files::download).
    pub fn files(&self) -> Vec<StoredFile> {
        let origin = Origin {
            operation: "retrieve-a-document",
            collection: "/documents",
            id: self.0.id.clone(),
        };
        files_of(&self.0.attributes, Some(&origin))
    }

    /// The inquiry it was handed in for.
    pub fn inquiry_id(&self) -> Option<InquiryId> {
        let inquiry = self.0.relationships.one("inquiry")?;
        Some(InquiryId::received(&inquiry.id))
    }

    /// When it was created, UTC.
    pub fn created_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("created-at"))
    }

    /// When it was read, UTC.
    pub fn processed_at(&self) -> Option<DateTime<Utc>> {
        moment(self.text("processed-at"))
    }

    /// The typed form of its kind; `None` if it is of another kind.
    ///
    /// ```
    /// use withpersona::Document;
    /// use withpersona::raw::types::DocumentGovernmentIdAttributes;
    ///
    /// let document: Document = serde_json::from_str(
    ///     r#"{"type":"document/government-id","id":"doc_1","attributes":{"id-class":"dl"}}"#,
    /// )?;
    /// let id = document.typed::<DocumentGovernmentIdAttributes>().expect("a government ID");
    /// assert_eq!(id.attributes.id_class.as_deref(), Some("dl"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn typed<A: Attributes>(&self) -> Option<Resource<A>> {
        self.0.decode()
    }

    fn text(&self, attribute: &str) -> Option<&str> {
        self.0.attributes.get(attribute)?.as_str()
    }
}

/// Calls on documents; get it by [`Persona::documents`].
///
/// Persona has no list of documents: an inquiry tells those that were handed in for it.
#[derive(Clone, Debug)]
pub struct Documents {
    persona: Persona,
}

impl Persona {
    /// Calls on documents.
    pub fn documents(&self) -> Documents {
        Documents {
            persona: self.clone(),
        }
    }
}

impl Documents {
    /// Reads a document of any kind.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id in the
    /// key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/documents/retrieve-a-document>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let document = persona.documents().retrieve("doc_123").await?;
    /// println!("{} {} files", document.kind(), document.files().len());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<DocumentId>) -> Result<Document, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_a_document(id.as_str(), None, None).await?;
        Ok(answer.into_inner().data.into())
    }

    /// Reads a generic document, typed; [`retrieve`](Self::retrieve) reads any kind.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) also for a document of another kind.
    ///
    /// See <https://docs.withpersona.com/api-reference/documents/retrieve-a-generic-document>.
    pub async fn retrieve_generic(
        &self,
        id: impl IntoId<DocumentId>,
    ) -> Result<types::DocumentGeneric, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_a_generic_document(id.as_str(), None, None);
        Ok(answer.await?.into_inner().data)
    }

    /// Reads a government ID, typed; [`retrieve`](Self::retrieve) reads any kind.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) also for a document of another kind.
    ///
    /// See <https://docs.withpersona.com/api-reference/documents/retrieve-a-government-id-document>.
    pub async fn retrieve_government_id(
        &self,
        id: impl IntoId<DocumentId>,
    ) -> Result<types::DocumentGovernmentId, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_a_government_id_document(id.as_str(), None, None);
        Ok(answer.await?.into_inner().data)
    }
}
