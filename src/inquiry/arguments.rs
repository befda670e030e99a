//! What inquiries are created, changed and listed by, as JSON.

use std::time::Duration;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{InquiryList, InquiryStatus, InquiryUpdate, NewInquiry};
use crate::arguments::{hides, reads_from, set};
use crate::id::{AccountId, InquiryId, LegacyTemplateId, TemplateId, TemplateVersionId};
use crate::page::Cursor;

reads_from!(NewInquiry, NewInquiryArguments);
reads_from!(InquiryUpdate, InquiryUpdateArguments);

/// An inquiry to be created: one person's way through one template. Exactly one of template_id,
/// template_version_id and legacy_template_id names the template; reference_id and account_id
/// exclude each other.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct NewInquiryArguments {
    /// The inquiry template, in its newest published version.
    #[schemars(with = "Option<TemplateId>")]
    template_id: Option<String>,
    /// One version of an inquiry template.
    #[schemars(with = "Option<TemplateVersionId>")]
    template_version_id: Option<String>,
    /// A template of the legacy kind.
    #[schemars(with = "Option<LegacyTemplateId>")]
    legacy_template_id: Option<String>,
    /// The caller's own id for the person; not their name or address. The account of it is used,
    /// or created.
    #[schemars(length(min = 1))]
    reference_id: Option<String>,
    /// The account to put the inquiry on.
    #[schemars(with = "Option<AccountId>")]
    account_id: Option<String>,
    /// Values to begin with, by the names of the template's fields.
    fields: Map<String, Value>,
    /// A note for the dashboard.
    note: Option<String>,
    /// Names of tags.
    tags: Vec<String>,
    /// Where the person is sent afterwards, as an absolute address.
    #[schemars(url)]
    redirect_uri: Option<String>,
    /// Seconds until it expires if the person does not start.
    #[schemars(range(min = 1))]
    expires_after_create_seconds: Option<u64>,
    /// Seconds until it expires once the person has started.
    #[schemars(range(min = 1))]
    expires_after_start_seconds: Option<u64>,
    /// Seconds until it expires once it was resumed.
    #[schemars(range(min = 1))]
    expires_after_resume_seconds: Option<u64>,
    /// Whether to make a session, whose token is a secret.
    with_session: bool,
    /// Whether to make a one-time link, which is a secret.
    with_one_time_link: bool,
    /// Seconds for which a person can go on with another device.
    #[schemars(range(min = 1))]
    device_handoff_expires_in_seconds: Option<u64>,
}

impl From<NewInquiryArguments> for NewInquiry {
    fn from(given: NewInquiryArguments) -> Self {
        let names = (
            given.template_id,
            given.template_version_id,
            given.legacy_template_id,
        );
        let mut new = match names {
            (Some(id), None, None) => Self::from_template(id),
            (None, Some(id), None) => Self::from_template_version(id),
            (None, None, Some(id)) => Self::from_legacy_template(id),
            (None, None, None) => Self::refused(
                "no template is given: name one of template_id, template_version_id and legacy_template_id",
            ),
            _ => Self::refused(
                "two templates are given: name one of template_id, template_version_id and legacy_template_id",
            ),
        };
        set!(new:
            given.reference_id => reference_id,
            given.account_id => account,
            given.note => note,
            given.redirect_uri => redirect_uri,
            given.expires_after_create_seconds.map(Duration::from_secs) => expires_after_create,
            given.expires_after_start_seconds.map(Duration::from_secs) => expires_after_start,
            given.expires_after_resume_seconds.map(Duration::from_secs) => expires_after_resume,
            given.device_handoff_expires_in_seconds.map(Duration::from_secs)
                => device_handoff_expires_in,
        );
        for tag in given.tags {
            new = new.tag(tag);
        }
        if !given.fields.is_empty() {
            new = new.fields(&given.fields);
        }
        if given.with_session {
            new = new.with_session();
        }
        if given.with_one_time_link {
            new = new.with_one_time_link();
        }
        new
    }
}

/// What to change of an inquiry; what is not named stays.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct InquiryUpdateArguments {
    /// Values by the names of the template's fields.
    fields: Map<String, Value>,
    /// Replaces the note.
    note: Option<String>,
    /// Names of tags, in place of all that are there.
    tags: Option<Vec<String>>,
    /// Where the person is sent afterwards, as an absolute address.
    #[schemars(url)]
    redirect_uri: Option<String>,
}

impl From<InquiryUpdateArguments> for InquiryUpdate {
    fn from(given: InquiryUpdateArguments) -> Self {
        let mut update = Self::new();
        set!(update:
            given.note => note,
            given.tags => tags,
            given.redirect_uri => redirect_uri,
        );
        if !given.fields.is_empty() {
            update = update.fields(&given.fields);
        }
        update
    }
}

/// Which inquiries to list, newest first. A note stands alone: no other filter can be beside it.
///
/// ```
/// use serde_json::json;
/// use withpersona::InquiryFilter;
///
/// let given = json!({ "statuses": ["approved"], "page_size": 50 });
/// let filter: InquiryFilter = serde_json::from_value(given)?;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InquiryFilter {
    /// Only those of one of these statuses.
    statuses: Vec<InquiryStatus>,
    /// Only those of this account.
    #[schemars(with = "Option<AccountId>")]
    account_id: Option<String>,
    /// Only those of this person, by the caller's own id.
    #[schemars(length(min = 1))]
    reference_id: Option<String>,
    /// Only those of this template.
    #[schemars(with = "Option<TemplateId>")]
    template_id: Option<String>,
    /// Only those of this template of the legacy kind.
    #[schemars(with = "Option<LegacyTemplateId>")]
    legacy_template_id: Option<String>,
    /// Only these.
    #[schemars(with = "Vec<InquiryId>")]
    ids: Vec<String>,
    /// Only those with this note.
    note: Option<String>,
    /// Only those created at this moment or later, RFC 3339.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    created_from: Option<DateTime<Utc>>,
    /// Only those created at this moment or earlier, RFC 3339.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    created_until: Option<DateTime<Utc>>,
    /// How many to list at once, 1 to 100; 10 unless set.
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    /// The cursor at which an earlier page ended.
    after: Option<Cursor>,
}

hides!(InquiryFilter);

impl InquiryList {
    /// Narrows it down by a filter that came as JSON.
    pub fn narrow(self, by: InquiryFilter) -> Self {
        let mut list = self;
        for status in by.statuses {
            list = list.status(status);
        }
        for id in by.ids {
            list = list.id(id);
        }
        set!(list:
            by.account_id => account,
            by.reference_id => reference_id,
            by.template_id => template,
            by.legacy_template_id => legacy_template,
            by.note => note,
            by.created_from => created_from,
            by.created_until => created_until,
            by.page_size => page_size,
            by.after => after,
        );
        list
    }
}
