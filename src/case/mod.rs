//! Cases: what somebody has to look at and decide.
//!
//! Statuses, resolutions and fields of a case are its template's, so they are plain texts here.
//!
//! See <https://docs.withpersona.com/cases>.

#[cfg(feature = "schemars")]
mod arguments;
mod change;
mod comment;
mod create;
mod list;
mod template;
mod view;

use crate::client::Persona;
use crate::error::Error;
use crate::id::{CaseId, CaseTemplateId, IntoId};
use crate::page::{Cursor, page};
use crate::raw::types;
use crate::search::{Query, Search};
use crate::tag::Tag;

#[cfg(feature = "schemars")]
pub use self::arguments::CaseFilter;
pub use self::change::CaseUpdate;
pub use self::comment::CaseComment;
pub use self::create::NewCase;
pub use self::list::CaseList;
pub use self::template::CaseTemplate;
pub use self::view::Case;

/// Calls on cases; get it by [`Persona::cases`].
#[derive(Clone, Debug)]
pub struct Cases {
    persona: Persona,
}

impl Persona {
    /// Calls on cases.
    pub fn cases(&self) -> Cases {
        Cases {
            persona: self.clone(),
        }
    }
}

impl Cases {
    /// Opens a case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a case that cannot be
    /// right, before anything is sent. [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when
    /// template, queue or one of the objects is not of the key's environment. After
    /// [`WriteOutcome::Unknown`](crate::WriteOutcome::Unknown) it may exist: send it again under
    /// the same key.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/create-a-case>.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use withpersona::NewCase;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let two_days = Duration::from_secs(2 * 24 * 60 * 60);
    /// let new = NewCase::from_template("ctmpl_123")
    ///     .object("rep_123")
    ///     .object("act_123")
    ///     .sla_expires_in(two_days);
    /// let case = persona.cases().create(new).await?;
    /// println!("{} is {}", case.name(), case.status());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, new: NewCase) -> Result<Case, Error> {
        let body = new.into_body()?;
        let raw = self.persona.raw();
        Ok(raw.create_a_case(None, None, &body).await?.into())
    }

    /// Reads a case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id in the
    /// key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/retrieve-case>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let case = persona.cases().retrieve("case_123").await?;
    /// println!("{} {} {:?}", case.name(), case.status(), case.resolution());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn retrieve(&self, id: impl IntoId<CaseId>) -> Result<Case, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        Ok(raw.retrieve_case(id.as_str(), None, None).await?.into())
    }

    /// What was written under a case in the dashboard, in the order in which Persona tells it.
    /// The API only reads comments.
    ///
    /// # Errors
    ///
    /// As for [`retrieve`](Self::retrieve).
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/retrieve-case>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let comments = persona.cases().comments("case_123").await?;
    /// println!("{} comments", comments.len());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn comments(&self, id: impl IntoId<CaseId>) -> Result<Vec<CaseComment>, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .retrieve_case(id.as_str(), None, Some("case-comments"))
            .await?
            .into_inner();
        let included = answer.included.into_iter().flatten();
        let comments = included.filter(|object| object.kind == comment::KIND);
        Ok(comments.map(CaseComment::from).collect())
    }

    /// Lists cases, newest first.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/list-all-cases>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let mut open = persona.cases().list().status("Open").items();
    /// while let Some(case) = open.next().await {
    ///     println!("{}", case?.name());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> CaseList {
        CaseList::new(self.persona.in_background().raw())
    }

    /// Searches cases by several conditions at once, newest first unless it is sorted. What is new
    /// is found a minute later: for one case that was just changed, [`retrieve`](Self::retrieve)
    /// it.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/search-cases>.
    ///
    /// ```no_run
    /// use withpersona::Query;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let overdue = Query::all([
    ///     Query::equals("status", "Open"),
    ///     Query::less("sla_expires_at", "2026-01-31"),
    /// ]);
    /// let mut cases = persona.cases().search(overdue).items();
    /// while let Some(case) = cases.next().await {
    ///     println!("{}", case?.name());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn search(&self, query: Query) -> Search<Case> {
        let raw = self.persona.in_background().raw();
        Search::new(raw, query, |raw, after, body| {
            Box::pin(async move {
                let after = after.as_ref().map(Cursor::as_str);
                let answer = raw
                    .search_cases(None, after, None, None, &body)
                    .await?
                    .into_inner();
                let cases = answer.data.into_iter().map(Case::from).collect();
                page(cases, answer.links.as_ref())
            })
        })
    }

    /// Changes what the update names, and nothing else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when the update names nothing
    /// or cannot be sent, before anything is sent;
    /// [`ErrorKind::Validation`](crate::ErrorKind::Validation) for a field that the template does
    /// not have; [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when the case changed at the
    /// same moment: read and update again.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/update-a-case>.
    ///
    /// ```no_run
    /// use withpersona::CaseUpdate;
    ///
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let update = CaseUpdate::new().field("risk-score", 12).without_sla();
    /// persona.cases().update("case_123", update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update(&self, id: impl IntoId<CaseId>, update: CaseUpdate) -> Result<Case, Error> {
        let id = id.into_id()?;
        let body = update.into_body()?;
        let raw = self.persona.raw();
        let answer = raw.update_a_case(id.as_str(), None, None, &body).await?;
        Ok(answer.into())
    }

    /// Hands a case to somebody of your organization, by their e-mail address.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an address without `@`,
    /// before anything is sent; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) for somebody
    /// who is no user of the organization.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/assign-a-case>.
    pub async fn assign(
        &self,
        id: impl IntoId<CaseId>,
        email_address: impl Into<String>,
    ) -> Result<Case, Error> {
        let id = id.into_id()?;
        let user_email_address = email_address.into();
        create::check_email_address("the assignee's e-mail address", &user_email_address)?;
        let body = types::AssignACaseRequest {
            meta: types::AssignACaseRequestMeta {
                user_email_address,
                ..Default::default()
            },
            ..Default::default()
        };
        let raw = self.persona.raw();
        let answer = raw.assign_a_case(id.as_str(), None, None, &body).await?;
        Ok(answer.into())
    }

    /// Moves a case to a status of its template, such as `Approved`. What a decision is, and what
    /// follows from it, is the template's and the workflows' to say.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an empty status, before
    /// anything is sent; [`ErrorKind::Validation`](crate::ErrorKind::Validation) for one that the
    /// template does not have.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/set-status-for-a-case>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let case = persona.cases().set_status("case_123", "Approved").await?;
    /// println!("{:?}", case.resolved_at());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn set_status(
        &self,
        id: impl IntoId<CaseId>,
        status: impl Into<String>,
    ) -> Result<Case, Error> {
        let id = id.into_id()?;
        let status = status.into();
        if status.trim().is_empty() {
            return Err(Error::invalid_input("the status is empty"));
        }
        let body = types::SetStatusForACaseRequest {
            meta: Some(types::SetStatusForACaseRequestMeta {
                status,
                ..Default::default()
            }),
            ..Default::default()
        };
        let raw = self.persona.raw();
        let answer = raw
            .set_status_for_a_case(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Puts objects on a case, by their ids: accounts, documents, inquiries, reports,
    /// transactions, verifications and some more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for no id or an empty one,
    /// before anything is sent; [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) for an object
    /// that is not there.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/add-persona-objects>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// persona.cases().add_objects("case_123", ["inq_123", "rep_123"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn add_objects<I>(&self, id: impl IntoId<CaseId>, objects: I) -> Result<Case, Error>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let id = id.into_id()?;
        let body = objects_body(objects)?;
        let raw = self.persona.raw();
        let answer = raw
            .add_persona_objects(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Takes objects off a case. The objects themselves stay.
    ///
    /// # Errors
    ///
    /// As for [`add_objects`](Self::add_objects).
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/remove-persona-objects>.
    pub async fn remove_objects<I>(
        &self,
        id: impl IntoId<CaseId>,
        objects: I,
    ) -> Result<Case, Error>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let id = id.into_id()?;
        let body = objects_body(objects)?;
        let raw = self.persona.raw();
        let answer = raw
            .remove_persona_objects(id.as_str(), None, None, &body)
            .await?;
        Ok(answer.into())
    }

    /// Adds a tag.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for an empty tag, before
    /// anything is sent.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/add-tag>.
    pub async fn add_tag(
        &self,
        id: impl IntoId<CaseId>,
        tag: impl Into<Tag>,
    ) -> Result<Case, Error> {
        let id = id.into_id()?;
        let body = tag.into().into_body()?;
        let raw = self.persona.raw();
        Ok(raw.add_tag(id.as_str(), None, None, &body).await?.into())
    }

    /// Removes a tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/remove-tag>.
    pub async fn remove_tag(
        &self,
        id: impl IntoId<CaseId>,
        tag: impl Into<Tag>,
    ) -> Result<Case, Error> {
        let id = id.into_id()?;
        let body = tag.into().into_body()?;
        let raw = self.persona.raw();
        Ok(raw.remove_tag(id.as_str(), None, None, &body).await?.into())
    }

    /// Replaces all tags by these; none at all removes every tag.
    ///
    /// # Errors
    ///
    /// As for [`add_tag`](Self::add_tag).
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/set-tags>.
    pub async fn set_tags<I>(&self, id: impl IntoId<CaseId>, tags: I) -> Result<Case, Error>
    where
        I: IntoIterator,
        I::Item: Into<Tag>,
    {
        let id = id.into_id()?;
        let body = Tag::into_set_body(tags)?;
        let raw = self.persona.raw();
        Ok(raw.set_tags(id.as_str(), None, None, &body).await?.into())
    }

    /// Deletes what the case itself knows of people for good: fields, comments, attachments. The
    /// case stays, and so do its objects, which are redacted by calls of their own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when it was redacted before.
    ///
    /// See <https://docs.withpersona.com/api-reference/cases/redact-a-case>.
    pub async fn redact(&self, id: impl IntoId<CaseId>) -> Result<Case, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        Ok(raw.redact_a_case(id.as_str(), None, None).await?.into())
    }

    /// Reads a case template: its name, resolutions and fields.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is none of that id in the
    /// key's environment.
    ///
    /// See <https://docs.withpersona.com/api-reference/case-templates/retrieve-a-case-template>.
    ///
    /// ```no_run
    /// # async fn example(persona: withpersona::Persona) -> Result<(), withpersona::Error> {
    /// let template = persona.cases().template("ctmpl_123").await?;
    /// println!("{:?}", template.resolutions());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn template(&self, id: impl IntoId<CaseTemplateId>) -> Result<CaseTemplate, Error> {
        let id = id.into_id()?;
        let raw = self.persona.raw();
        let answer = raw
            .retrieve_a_case_template(id.as_str(), None, None)
            .await?;
        Ok(answer.into_inner().data.into())
    }
}

fn objects_body<I>(objects: I) -> Result<types::CaseObjectsRequest, Error>
where
    I: IntoIterator,
    I::Item: Into<String>,
{
    let ids: Vec<String> = objects.into_iter().map(Into::into).collect();
    if ids.is_empty() {
        return Err(Error::invalid_input("no object is named"));
    }
    create::check_object_ids(&ids)?;
    Ok(types::CaseObjectsRequest {
        meta: Some(types::CaseObjectsRequestMeta {
            object_ids: Some(ids),
            ..Default::default()
        }),
        ..Default::default()
    })
}
