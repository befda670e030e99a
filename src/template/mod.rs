//! Inquiry templates: what an inquiry asks of a person.
//!
//! Persona answers calls on templates for production keys only.
//!
//! See <https://docs.withpersona.com/inquiry-templates>.

#[cfg(feature = "schemars")]
mod check;
mod list;
mod translation;
mod view;

use crate::client::Persona;
use crate::error::Error;
use crate::id::{IntoId, TemplateId};

#[cfg(feature = "schemars")]
pub use self::check::{FieldCheck, FieldFinding};
pub use self::list::{InquiryTemplateList, InquiryTemplateVersionList};
pub use self::translation::Translation;
pub use self::view::{FieldSchema, InquiryTemplate, InquiryTemplateVersion};

/// Calls on inquiry templates; get it by [`Persona::templates`].
///
/// They need a production key: Persona does not show templates to the sandbox. The emulator does.
#[derive(Clone, Debug)]
pub struct Templates {
    persona: Persona,
}

impl Persona {
    /// Calls on inquiry templates.
    pub fn templates(&self) -> Templates {
        Templates {
            persona: self.clone(),
        }
    }
}

impl Templates {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id;
    /// [`ErrorKind::Permission`](crate::ErrorKind::Permission) for a sandbox key.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-templates/retrieve-an-inquiry-template>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let template = persona.templates().retrieve("itmpl_123").await?;
    /// for field in template.fields() {
    ///     println!("{} {}", field.name(), field.kind());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<TemplateId>) -> Result<InquiryTemplate, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw.retrieve_an_inquiry_template(id.as_str(), None, None);
        Ok(answer.await?.into_inner().data.into())
    }

    /// Lists templates, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-templates/list-all-inquiry-templates>.
    pub fn list(&self) -> InquiryTemplateList {
        InquiryTemplateList::new(self.persona.in_background().raw())
    }

    /// Lists the published versions of a template and its draft.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-template-versions/list-all-inquiry-template-versions>.
    pub fn versions(&self, id: impl IntoId<TemplateId>) -> InquiryTemplateVersionList {
        InquiryTemplateVersionList::new(self.persona.in_background().raw(), id.into_id())
    }

    /// The texts of a template's draft, or of its latest version where it has none.
    ///
    /// # Errors
    ///
    /// As for [`retrieve`](Self::retrieve).
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-templates/retrieve-inquiry-template-translations>.
    pub async fn translations(
        &self,
        id: impl IntoId<TemplateId>,
    ) -> Result<Vec<Translation>, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .retrieve_inquiry_template_translations(id.as_str(), None, None)
            .await?
            .into_inner();
        let rows = answer.data.attributes.and_then(|it| it.translations);
        Ok(rows
            .into_iter()
            .flatten()
            .map(Translation::received)
            .collect())
    }

    /// Puts texts into the draft of a template, which is made where there is none. What is not
    /// named stays as it is, and publishing the draft is left to the dashboard.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for no texts at all.
    ///
    /// See <https://docs.withpersona.com/api-reference/inquiry-templates/import-inquiry-template-translations>.
    ///
    /// ```no_run
    /// use withpersona::Translation;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let title = Translation::new("start", "title", "text").text("fr", "Commencer");
    /// persona.templates().import_translations("itmpl_123", [title]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn import_translations(
        &self,
        id: impl IntoId<TemplateId>,
        translations: impl IntoIterator<Item = Translation>,
    ) -> Result<InquiryTemplateVersion, Error> {
        let id = id.into_id()?;
        let body = Translation::into_body(translations)?;
        let raw = self.persona.raw();
        let answer = raw.import_inquiry_template_translations(id.as_str(), None, None, &body);
        Ok(answer.await?.into_inner().data.into())
    }

    /// Reads a template and compares a struct of yours with its fields; see
    /// [`InquiryTemplate::check_fields`].
    ///
    /// # Errors
    ///
    /// Those of both. What does not fit is no error: look at the findings.
    ///
    /// ```no_run
    /// #[derive(schemars::JsonSchema)]
    /// #[serde(rename_all = "kebab-case")]
    /// struct Person {
    ///     name_first: Option<String>,
    /// }
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let check = persona.templates().check_fields::<Person>("itmpl_123").await?;
    /// assert!(check.is_clean(), "{check}");
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "schemars")]
    pub async fn check_fields<T: schemars::JsonSchema>(
        &self,
        id: impl IntoId<TemplateId>,
    ) -> Result<FieldCheck, Error> {
        self.retrieve(id).await?.check_fields::<T>()
    }
}
