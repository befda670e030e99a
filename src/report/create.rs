//! Reports to be made.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::subject::Subject;
use crate::error::Error;
use crate::id::{AccountId, IntoId, ReportTemplateId};
use crate::json_api::{OpenObject, ResourceObject};
use crate::raw::types;

pub(super) const WATCHLIST: &str = "report/watchlist";
pub(super) const ADVERSE_MEDIA: &str = "report/adverse-media";
pub(super) const POLITICALLY_EXPOSED_PERSON: &str = "report/politically-exposed-person";

/// What a name of a kind begins with.
const FAMILY: &str = "report/";

/// A report to be made.
///
/// What is wrong with it is told by [`create`](super::Reports::create), before anything is sent.
/// `Debug` prints the kind alone.
///
/// ```
/// use withpersona::raw::types::ReportEmailAddressRequestQuery;
/// use withpersona::{NewReport, Subject};
///
/// let watchlist = NewReport::watchlist(Subject::full_name("Jane Doe")).reference_id("user-1");
///
/// // Any other kind, with its query as the generated type or as a map or struct of your own.
/// let query = ReportEmailAddressRequestQuery {
///     email_address: "jane@example.com".into(),
///     ..Default::default()
/// };
/// let email = NewReport::of_kind("report/email-address").query(&query);
/// ```
#[derive(Clone)]
#[must_use]
pub struct NewReport {
    kind: String,
    query: Option<Map<String, Value>>,
    account_id: Option<String>,
    template_id: Option<String>,
    meta: types::CreateAReportRequestMeta,
    fault: Option<Error>,
}

impl NewReport {
    /// Looks for somebody on watchlists: sanctions, wanted persons, and what else the template
    /// has.
    pub fn watchlist(subject: Subject) -> Self {
        // This kind alone names the country of an address.
        Self::about(WATCHLIST, subject, "address-country-code")
    }

    /// Looks for somebody in the press.
    pub fn adverse_media(subject: Subject) -> Self {
        Self::about(ADVERSE_MEDIA, subject, "country-code")
    }

    /// Looks whether somebody holds a public office, or is close to somebody who does.
    pub fn politically_exposed_person(subject: Subject) -> Self {
        Self::about(POLITICALLY_EXPOSED_PERSON, subject, "country-code")
    }

    /// A report of any kind by its JSON:API type, such as `report/address-lookup`; give its
    /// [`query`](Self::query) as well.
    ///
    /// See <https://docs.withpersona.com/api-reference/reports/create-a-report>.
    pub fn of_kind(kind: impl Into<String>) -> Self {
        let kind = kind.into();
        let fault = match kind.strip_prefix(FAMILY) {
            Some(rest) if !rest.trim().is_empty() => None,
            _ => Some(Error::invalid_input(
                "the kind of the report does not begin with \"report/\", as report/watchlist does",
            )),
        };
        Self {
            kind,
            query: None,
            account_id: None,
            template_id: None,
            meta: Default::default(),
            fault,
        }
    }

    /// What to look for, for a report [`of_kind`](Self::of_kind): a type of
    /// [`raw::types`](crate::raw::types) that ends in `RequestQuery`, or a map or struct of your
    /// own.
    pub fn query(mut self, query: &impl Serialize) -> Self {
        match serde_json::to_value(query) {
            Ok(Value::Object(query)) => self.query = Some(query),
            Ok(_) => self.fail("the query of the report is neither a map nor a struct"),
            // The serializer's own message can hold the value.
            Err(_) => self.fail("the query of the report cannot be written as JSON"),
        }
        self
    }

    /// The report template (`rptp_…`); the first of its kind unless set.
    pub fn template(mut self, id: impl IntoId<ReportTemplateId>) -> Self {
        match id.into_id() {
            Ok(id) => self.template_id = Some(id.into()),
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// The account (`act_…`) to put it on; in place of a reference id.
    pub fn account(mut self, id: impl IntoId<AccountId>) -> Self {
        match id.into_id() {
            Ok(id) => self.account_id = Some(id.into()),
            Err(fault) => self.keep(fault),
        }
        self
    }

    /// Your own id for the person. Persona puts the report on the account of that reference id,
    /// and creates the account if there is none.
    pub fn reference_id(mut self, id: impl Into<String>) -> Self {
        self.meta.auto_create_account_reference_id = Some(id.into());
        self
    }

    /// Makes no account for it; without this each report is put on one.
    pub fn without_account(mut self) -> Self {
        self.meta.auto_create_account = Some(false);
        self
    }

    /// Asks Persona to answer once the report is ready. Persona gives up after a while
    /// ([`ErrorKind::Timeout`](crate::ErrorKind::Timeout)); the report may become ready later.
    pub fn synchronous(mut self) -> Self {
        self.meta.processing_mode = Some("sync".to_owned());
        self
    }

    fn about(kind: &'static str, subject: Subject, country: &'static str) -> Self {
        let mut new = Self::of_kind(kind);
        match subject.into_query() {
            Ok(query) => {
                let mut parts: Vec<(&str, Option<String>)> = query.name.into();
                parts.push(("birthdate", query.birthdate));
                parts.push((country, query.country_code));
                let given = parts.into_iter().filter_map(|(name, value)| {
                    let value = Value::from(value?);
                    Some((name.to_owned(), value))
                });
                new.query = Some(given.collect());
            }
            Err(fault) => new.keep(fault),
        }
        new
    }

    pub(super) fn into_body(self) -> Result<types::CreateAReportRequest, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let Some(query) = self.query else {
            return Err(Error::invalid_input(
                "the report has no query: set it by query()",
            ));
        };
        let reference_id = self.meta.auto_create_account_reference_id.as_deref();
        let without_account = self.meta.auto_create_account == Some(false);
        let fault = match (reference_id, &self.account_id) {
            (Some(""), _) => Some("the reference id is empty"),
            (Some(_), Some(_)) => Some(
                "both an account and a reference id are given: the report can be on one account only",
            ),
            (Some(_), None) | (None, Some(_)) if without_account => {
                Some("the report is to have no account, and one is named")
            }
            _ => None,
        };
        if let Some(fault) = fault {
            return Err(Error::invalid_input(fault));
        }
        let mut attributes = Map::new();
        attributes.insert("query".to_owned(), query.into());
        let ids = [
            ("account-id", self.account_id),
            ("report-template-id", self.template_id),
        ];
        for (name, id) in ids {
            if let Some(id) = id {
                attributes.insert(name.to_owned(), id.into());
            }
        }
        let new = ResourceObject::new(self.kind, OpenObject::from(attributes));
        Ok(types::CreateAReportRequest {
            data: Some(new),
            meta: Some(self.meta),
            ..Default::default()
        })
    }

    /// The same, to be refused when it is sent.
    #[cfg(feature = "schemars")]
    pub(super) fn refused(mut self, message: &'static str) -> Self {
        self.fail(message);
        self
    }

    fn fail(&mut self, message: &'static str) {
        self.keep(Error::invalid_input(message));
    }

    fn keep(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }
}

impl fmt::Debug for NewReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewReport")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
