use super::{InquiryTemplate, InquiryTemplateVersion};
use crate::error::Error;
use crate::id::TemplateId;
use crate::listing::{Paging, paged};
use crate::page::{Cursor, Page, page};
use crate::raw;

/// A list of inquiry templates to be read, newest first; take its [`items`](Self::items) or
/// [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct InquiryTemplateList {
    raw: raw::Client,
    paging: Paging,
}

paged!(InquiryTemplateList => InquiryTemplate, whole);

impl InquiryTemplateList {
    pub(super) fn new(raw: raw::Client) -> Self {
        Self {
            raw,
            paging: Paging::default(),
        }
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<InquiryTemplate>, Error> {
        let after = after.map(Cursor::as_str);
        let answer = self
            .raw
            .list_all_inquiry_templates(None, after, None, self.paging.size())
            .await?
            .into_inner();
        let templates = answer.data.into_iter().map(InquiryTemplate::from).collect();
        page(templates, answer.links.as_ref())
    }
}

/// A list of the versions of an inquiry template to be read; take its [`items`](Self::items) or
/// [`pages`](Self::pages).
#[derive(Clone, Debug)]
#[must_use = "a list asks for nothing until it is polled"]
pub struct InquiryTemplateVersionList {
    raw: raw::Client,
    template: Option<TemplateId>,
    paging: Paging,
}

paged!(InquiryTemplateVersionList => InquiryTemplateVersion, whole);

impl InquiryTemplateVersionList {
    pub(super) fn new(raw: raw::Client, template: Result<TemplateId, Error>) -> Self {
        let mut paging = Paging::default();
        Self {
            raw,
            template: paging.checked(template),
            paging,
        }
    }

    async fn fetch(&self, after: Option<&Cursor>) -> Result<Page<InquiryTemplateVersion>, Error> {
        let template = self.template.as_ref().map_or("", TemplateId::as_str);
        let after = after.map(Cursor::as_str);
        let answer = self
            .raw
            .list_all_inquiry_template_versions(None, template, after, None, self.paging.size())
            .await?
            .into_inner();
        let versions = answer.data.into_iter();
        let versions = versions.map(InquiryTemplateVersion::from).collect();
        page(versions, answer.links.as_ref())
    }
}
