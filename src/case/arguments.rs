//! What cases are opened, changed and listed by, as JSON.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{CaseList, CaseUpdate, NewCase};
use crate::arguments::{hides, reads_from, set};
use crate::id::{AccountId, CaseQueueId, CaseTemplateId, InquiryId, ReportId};
use crate::page::Cursor;

reads_from!(NewCase, NewCaseArguments);
reads_from!(CaseUpdate, CaseUpdateArguments);

/// A case to be opened.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewCaseArguments {
    /// The case template.
    #[schemars(with = "CaseTemplateId")]
    template_id: String,
    /// The queue to put it in.
    #[serde(default)]
    #[schemars(with = "Option<CaseQueueId>")]
    queue_id: Option<String>,
    /// Who opens it, by the e-mail address that they have in the organization.
    #[serde(default)]
    creator_email_address: Option<String>,
    /// Values by the names of the template's fields.
    #[serde(default)]
    fields: Map<String, Value>,
    /// Ids of what it is about: accounts, inquiries, reports, verifications and some more.
    #[serde(default)]
    object_ids: Vec<String>,
    /// Seconds from now until it should be decided; 90 days at most.
    #[serde(default)]
    #[schemars(range(min = 1, max = 7_776_000))]
    sla_expires_in_seconds: Option<u64>,
}

impl From<NewCaseArguments> for NewCase {
    fn from(given: NewCaseArguments) -> Self {
        let mut new = Self::from_template(given.template_id);
        set!(new:
            given.queue_id => queue,
            given.creator_email_address => creator_email_address,
            given.sla_expires_in_seconds.map(Duration::from_secs) => sla_expires_in,
        );
        for id in given.object_ids {
            new = new.object(id);
        }
        if !given.fields.is_empty() {
            new = new.fields(&given.fields);
        }
        new
    }
}

/// What to change of a case; what is not named stays. Files are attached by the builder.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct CaseUpdateArguments {
    /// Values by the names of the template's fields.
    fields: Map<String, Value>,
    /// The queue to move it to.
    #[schemars(with = "Option<CaseQueueId>")]
    queue_id: Option<String>,
    /// Whether to take it out of its queue; not beside queue_id.
    without_queue: bool,
    /// Seconds from now until it should be decided; 90 days at most.
    #[schemars(range(min = 1, max = 7_776_000))]
    sla_expires_in_seconds: Option<u64>,
    /// Whether to let it take as long as it takes; not beside sla_expires_in_seconds.
    without_sla: bool,
}

impl From<CaseUpdateArguments> for CaseUpdate {
    fn from(given: CaseUpdateArguments) -> Self {
        let mut update = Self::new();
        if given.without_queue {
            if given.queue_id.is_some() {
                update = update.refused("a queue is given beside without_queue");
            }
            update = update.without_queue();
        }
        if given.without_sla {
            if given.sla_expires_in_seconds.is_some() {
                update = update.refused("a service level is given beside without_sla");
            }
            update = update.without_sla();
        }
        set!(update:
            given.queue_id => queue,
            given.sla_expires_in_seconds.map(Duration::from_secs) => sla_expires_in,
        );
        if !given.fields.is_empty() {
            update = update.fields(&given.fields);
        }
        update
    }
}

/// Which cases to list, newest first.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CaseFilter {
    /// Only those of this status of their template.
    #[schemars(length(min = 1))]
    status: Option<String>,
    /// Only those of this account.
    #[schemars(with = "Option<AccountId>")]
    account_id: Option<String>,
    /// Only those about this person, by the caller's own id.
    #[schemars(length(min = 1))]
    reference_id: Option<String>,
    /// Only those about this inquiry.
    #[schemars(with = "Option<InquiryId>")]
    inquiry_id: Option<String>,
    /// Only those about this report.
    #[schemars(with = "Option<ReportId>")]
    report_id: Option<String>,
    /// Only those of this template.
    #[schemars(with = "Option<CaseTemplateId>")]
    template_id: Option<String>,
    /// How many to list at once, 1 to 100; 10 unless set.
    #[schemars(range(min = 1, max = 100))]
    page_size: Option<u32>,
    /// The cursor at which an earlier page ended.
    after: Option<Cursor>,
}

hides!(CaseFilter);

impl CaseList {
    /// Narrows it down by a filter that came as JSON.
    pub fn narrow(self, by: CaseFilter) -> Self {
        let mut list = self;
        set!(list:
            by.status => status,
            by.account_id => account,
            by.reference_id => reference_id,
            by.inquiry_id => inquiry,
            by.report_id => report,
            by.template_id => template,
            by.page_size => page_size,
            by.after => after,
        );
        list
    }
}
