//! Changes of an inquiry that exists.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use serde::Serialize;

use super::create::{check_redirect_uri, check_tags, whole_seconds};
use super::{Inquiry, link_of, no_link_came};
use crate::error::Error;
use crate::fields::NewFields;
use crate::id::{InquiryId, IntoId};
use crate::raw::{self, types};
use crate::secret::OneTimeLink;

type Call<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// What to change of an inquiry; what is not named stays.
#[derive(Default)]
#[must_use]
pub struct InquiryUpdate {
    attributes: types::UpdateAnInquiryRequestAttributes,
    fields: NewFields,
}

impl InquiryUpdate {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the note.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.attributes.note = Some(note.into());
        self
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

    /// Replaces all tags by these.
    pub fn tags<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.attributes.tags = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Where the person is sent afterwards.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.attributes.redirect_uri = Some(uri.into());
        self
    }

    pub(super) fn into_body(self) -> Result<types::UpdateAnInquiryRequest, Error> {
        let mut attributes = self.attributes;
        attributes.fields = self.fields.finish()?;
        let empty = attributes.note.is_none()
            && attributes.fields.is_none()
            && attributes.tags.is_none()
            && attributes.redirect_uri.is_none();
        if empty {
            return Err(Error::invalid_input("the update names nothing to change"));
        }
        check_tags(&attributes.tags)?;
        check_redirect_uri(&attributes.redirect_uri)?;
        Ok(types::UpdateAnInquiryRequest {
            data: Some(types::UpdateAnInquiryRequestData {
                attributes: Some(attributes),
                ..Default::default()
            }),
            ..Default::default()
        })
    }
}

impl fmt::Debug for InquiryUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InquiryUpdate").finish_non_exhaustive()
    }
}

/// A decision on an inquiry, made when it is awaited.
#[must_use = "nothing is decided until it is awaited"]
pub struct Review {
    raw: raw::Client,
    id: Result<InquiryId, Error>,
    decision: Decision,
    comment: Option<String>,
}

enum Decision {
    Approve,
    Decline,
}

impl Review {
    pub(super) fn approve(raw: raw::Client, id: impl IntoId<InquiryId>) -> Self {
        Self::new(raw, id, Decision::Approve)
    }

    pub(super) fn decline(raw: raw::Client, id: impl IntoId<InquiryId>) -> Self {
        Self::new(raw, id, Decision::Decline)
    }

    fn new(raw: raw::Client, id: impl IntoId<InquiryId>, decision: Decision) -> Self {
        Self {
            raw,
            id: id.into_id(),
            decision,
            comment: None,
        }
    }

    /// Why, for the dashboard.
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }
}

impl IntoFuture for Review {
    type Output = Result<Inquiry, Error>;
    type IntoFuture = Call<Inquiry>;

    fn into_future(self) -> Call<Inquiry> {
        Box::pin(async move {
            let id = self.id?;
            let id = id.as_str();
            let body = types::InquiryReviewRequest {
                meta: self.comment.map(|comment| types::InquiryReviewRequestMeta {
                    comment: Some(comment),
                    ..Default::default()
                }),
                ..Default::default()
            };
            let answer = match self.decision {
                Decision::Approve => self.raw.approve_an_inquiry(id, None, None, &body).await,
                Decision::Decline => self.raw.decline_an_inquiry(id, None, None, &body).await,
            };
            Ok(answer?.into())
        })
    }
}

impl fmt::Debug for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Review")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A one-time link to be made, when it is awaited.
#[must_use = "no link is made until it is awaited"]
pub struct LinkRequest {
    raw: raw::Client,
    id: Result<InquiryId, Error>,
    expires_in: Option<Duration>,
}

impl LinkRequest {
    pub(super) fn new(raw: raw::Client, id: impl IntoId<InquiryId>) -> Self {
        Self {
            raw,
            id: id.into_id(),
            expires_in: None,
        }
    }

    /// How long it is good for, in whole seconds; 24 hours unless set.
    pub fn expires_in(mut self, expires_in: Duration) -> Self {
        self.expires_in = Some(expires_in);
        self
    }

    /// What awaiting it would tell before anything is sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.id.as_ref().map_err(Clone::clone)?;
        self.seconds().map(drop)
    }

    fn seconds(&self) -> Result<Option<i64>, Error> {
        self.expires_in
            .map(|expires_in| whole_seconds("the expiry of the one-time link", expires_in))
            .transpose()
    }
}

impl IntoFuture for LinkRequest {
    type Output = Result<OneTimeLink, Error>;
    type IntoFuture = Call<OneTimeLink>;

    fn into_future(self) -> Call<OneTimeLink> {
        Box::pin(async move {
            let seconds = self.seconds()?;
            let id = self.id?;
            let body = types::GenerateAOneTimeLinkRequest {
                meta: seconds.map(|seconds| types::GenerateAOneTimeLinkRequestMeta {
                    expires_in_seconds: Some(seconds),
                    ..Default::default()
                }),
                ..Default::default()
            };
            let answer = self
                .raw
                .generate_a_one_time_link(id.as_str(), None, None, &body)
                .await?
                .into_inner();
            let meta = answer.meta.unwrap_or_default();
            link_of(meta.one_time_link, meta.one_time_link_short).ok_or_else(no_link_came)
        })
    }
}

impl fmt::Debug for LinkRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkRequest")
            .field("id", &self.id)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}
