//! Links: what stands in those that lead to the emulator, and in the one that leads back.

use serde_json::{Map, Value};

use super::{PersonError, refused};
use crate::emulator::model::Model;
use crate::emulator::model::inquiry::{AccountChoice, Inquiry, NewInquiry, TemplateName};
use crate::emulator::model::prefill::from_text;
use crate::emulator::model::transition::Status;
use crate::emulator::site::parameters::Parameters;

/// The query of a link to the person's pages.
pub(super) struct Link(Parameters);

pub(super) enum Target {
    OneTime { code: String },
    Session { inquiry_id: String, token: String },
    Inquiry { inquiry_id: String },
    Template(TemplateName),
}

impl Link {
    pub(super) fn parse(url: &str) -> Self {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        Self(Parameters::parse(
            query.split('#').next().unwrap_or_default(),
        ))
    }

    pub(super) fn target(&self) -> Option<Target> {
        let given = |name: &str| self.0.get(name).map(str::to_owned);
        if let Some(code) = given("code") {
            return Some(Target::OneTime { code });
        }
        match (given("inquiry-id"), given("session-token")) {
            (Some(inquiry_id), Some(token)) => return Some(Target::Session { inquiry_id, token }),
            (Some(inquiry_id), None) => return Some(Target::Inquiry { inquiry_id }),
            (None, _) => {}
        }
        given("inquiry-template-id")
            .map(TemplateName::Template)
            .or_else(|| given("inquiry-template-version-id").map(TemplateName::Version))
            .or_else(|| given("template-id").map(TemplateName::Legacy))
            .map(Target::Template)
    }

    /// Where the link wants the person to be sent in the end.
    pub(super) fn redirect_uri(&self) -> Result<Option<String>, PersonError> {
        match self.0.get("redirect-uri") {
            None => Ok(None),
            Some(uri) if leads_away(uri) => Ok(Some(uri.to_owned())),
            Some(_) => Err(PersonError::Refused {
                reason: "redirect-uri is not an address that a browser can be sent to".into(),
            }),
        }
    }

    /// Makes the inquiry that a link with a template stands for.
    pub(super) fn create_inquiry(
        &self,
        model: &mut Model,
        template: TemplateName,
    ) -> Result<String, PersonError> {
        let account = match (self.0.get("account-id"), self.0.get("reference-id")) {
            (Some(_), Some(_)) => {
                return Err(PersonError::Refused {
                    reason: "a link has a reference-id or an account-id, not both".into(),
                });
            }
            (Some(id), None) => AccountChoice::Existing(id.to_owned()),
            (None, Some(reference)) => AccountChoice::Reference(reference.to_owned()),
            (None, None) => AccountChoice::New,
        };
        let kinds = model
            .named_template(&template)
            .map_err(refused)?
            .fields
            .clone();
        let fields: Map<String, Value> = self
            .0
            .group("fields")
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| {
                // What does not fit stays a text, for the model to refuse by its name.
                let kind = kinds.get(name);
                let value = kind.and_then(|kind| from_text(*kind, text));
                (name.to_owned(), value.unwrap_or_else(|| text.into()))
            })
            .collect();
        let new = NewInquiry {
            template,
            account,
            creator: None,
            note: None,
            redirect_uri: None,
            tags: Vec::new(),
            fields,
            expire_after_create: None,
            expire_after_start: None,
            expire_after_resume: None,
        };
        model.create_inquiry(new).map_err(refused)
    }
}

/// The inquiry's `redirect-uri` with what Persona adds to it, once there is a result.
pub(in crate::emulator) fn redirect_of(inquiry: &Inquiry) -> Option<String> {
    if matches!(
        inquiry.status,
        Status::Created | Status::Pending | Status::Expired
    ) {
        return None;
    }
    let uri = inquiry.redirect_uri.as_ref()?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("inquiry-id", &inquiry.id);
    query.append_pair("status", inquiry.status.as_str());
    if let Some(reference_id) = &inquiry.reference_id {
        query.append_pair("reference-id", reference_id);
    }
    let (uri, fragment) = match uri.split_once('#') {
        Some((uri, fragment)) => (uri, format!("#{fragment}")),
        None => (uri.as_str(), String::new()),
    };
    let joint = if uri.contains('?') { '&' } else { '?' };
    Some(format!("{uri}{joint}{}{fragment}", query.finish()))
}

/// Whether a browser may be sent there. Schemes of apps are fine, scripts are not.
pub(in crate::emulator) fn leads_away(uri: &str) -> bool {
    url::Url::parse(uri).is_ok_and(|url| {
        !matches!(
            url.scheme(),
            "javascript" | "data" | "vbscript" | "blob" | "file" | "about"
        )
    })
}
