//! Cases: what somebody has to look at and decide.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::case_template::{self, CaseTemplate};
use super::refusal::Refusal;
use super::{Deadline, Model};
use crate::emulator::wire;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) template_id: String,
    pub(crate) queue_id: Option<String>,
    pub(crate) status: String,
    pub(crate) resolution: Option<String>,
    pub(crate) creator: Actor,
    pub(crate) assignee: Option<String>,
    /// Bare values, by the template's names. What is unset is not in it.
    pub(crate) fields: Map<String, Value>,
    pub(crate) tags: Vec<String>,
    pub(crate) objects: Vec<CaseObject>,
    pub(crate) comments: Vec<CaseComment>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) assigned_at: Option<DateTime<Utc>>,
    pub(crate) resolved_at: Option<DateTime<Utc>>,
    pub(crate) redacted_at: Option<DateTime<Utc>>,
    pub(crate) sla_expires_at: Option<DateTime<Utc>>,
}

/// Who did something to a case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Actor {
    /// By their e-mail address.
    User(String),
    /// The key of a call; Persona tells no one then.
    Api,
    /// What opens cases for matches.
    Workflow,
}

/// Something that a case is about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaseObject {
    pub(crate) kind: CaseObjectKind,
    /// The JSON:API type.
    pub(crate) type_name: String,
    pub(crate) id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CaseObjectKind {
    Account,
    Inquiry,
    Report,
    Verification,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CaseComment {
    pub(crate) id: String,
    pub(crate) message: String,
    /// An e-mail address.
    pub(crate) commenter: String,
    pub(crate) created_at: DateTime<Utc>,
}

pub(crate) struct NewCase {
    pub(crate) template_id: String,
    pub(crate) queue_id: Option<String>,
    pub(crate) creator: Actor,
    pub(crate) fields: Map<String, Value>,
    pub(crate) object_ids: Vec<String>,
    pub(crate) sla: Option<TimeDelta>,
}

/// What an update changes; `None` leaves a part as it is.
#[derive(Default)]
pub(crate) struct CaseUpdate {
    pub(crate) queue_id: Option<Option<String>>,
    pub(crate) fields: Map<String, Value>,
    pub(crate) sla: Option<Option<TimeDelta>>,
}

impl Model {
    pub(crate) fn create_case(&mut self, new: NewCase) -> Result<String, Refusal> {
        let template = CaseTemplate::find(&new.template_id)?;
        if let Some(queue_id) = &new.queue_id {
            case_template::check_queue(queue_id)?;
        }
        let fields = template.assign(Map::new(), new.fields)?;
        let objects = self.case_objects(&new.object_ids)?;
        let id = self.ids.next("case");
        let case = Case {
            id: id.clone(),
            name: format!("{}-{}", template.letters, self.cases.rows().len() + 1),
            template_id: new.template_id,
            queue_id: new.queue_id,
            status: template.first_status().to_owned(),
            resolution: None,
            creator: new.creator,
            assignee: None,
            fields,
            tags: Vec::new(),
            objects,
            comments: Vec::new(),
            created_at: self.now,
            updated_at: self.now,
            assigned_at: None,
            resolved_at: None,
            redacted_at: None,
            sla_expires_at: None,
        };
        self.cases.insert(&id, case);
        self.set_sla(&id, new.sla);
        self.record_case("case.created", &id);
        Ok(id)
    }

    /// A case for a report that matches, about its account as well.
    pub(super) fn open_case_for(&mut self, report_id: &str) -> Result<String, Refusal> {
        let report = self.reports.get(report_id);
        let account_id = report.and_then(|report| report.account_id.clone());
        let mut object_ids = vec![report_id.to_owned()];
        object_ids.extend(account_id);
        let id = self.create_case(NewCase {
            template_id: case_template::DEFAULT_ID.to_owned(),
            queue_id: Some(case_template::QUEUE_ID.to_owned()),
            creator: Actor::Workflow,
            fields: Map::new(),
            object_ids,
            sla: None,
        })?;
        Ok(id)
    }

    pub(crate) fn update_case(&mut self, id: &str, update: CaseUpdate) -> Result<(), Refusal> {
        let case = self.live_case(id)?;
        let template = CaseTemplate::find(&case.template_id)?;
        let has_fields = !update.fields.is_empty();
        let fields = template.assign(case.fields.clone(), update.fields)?;
        if let Some(Some(queue_id)) = &update.queue_id {
            case_template::check_queue(queue_id)?;
        }
        let case = self.changed_case(id)?;
        case.fields = fields;
        if has_fields {
            self.record_case("case.updated-fields", id);
        }
        if let Some(queue_id) = update.queue_id {
            self.changed_case(id)?.queue_id = queue_id;
            self.record_case("case.queue-updated", id);
        }
        if let Some(sla) = update.sla {
            self.set_sla(id, sla);
        }
        Ok(())
    }

    pub(crate) fn assign_case(&mut self, id: &str, assignee: String) -> Result<(), Refusal> {
        let now = self.now;
        let case = self.changed_case(id)?;
        case.assignee = Some(assignee);
        case.assigned_at = Some(now);
        self.record_case("case.assigned", id);
        Ok(())
    }

    /// Moves a case to a status of its template. A status that is a resolution resolves it.
    pub(crate) fn set_case_status(&mut self, id: &str, status: &str) -> Result<(), Refusal> {
        let now = self.now;
        let case = self.live_case(id)?;
        let template = CaseTemplate::find(&case.template_id)?;
        let status = template.status(status)?;
        let case = self.changed_case(id)?;
        let was_resolved = case.resolved_at.is_some();
        let resolution = template.resolutions.contains(&status).then_some(status);
        case.status = status.to_owned();
        case.resolution = resolution.map(str::to_owned);
        case.resolved_at = resolution.map(|_| now);
        self.record_case("case.status-updated", id);
        match (was_resolved, resolution.is_some()) {
            (false, true) => self.record_case("case.resolved", id),
            (true, false) => self.record_case("case.reopened", id),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn add_case_objects(&mut self, id: &str, ids: &[String]) -> Result<(), Refusal> {
        self.live_case(id)?;
        let objects = self.case_objects(ids)?;
        let case = self.changed_case(id)?;
        for object in objects {
            if !case.objects.contains(&object) {
                case.objects.push(object);
            }
        }
        Ok(())
    }

    pub(crate) fn remove_case_objects(&mut self, id: &str, ids: &[String]) -> Result<(), Refusal> {
        let case = self.live_case(id)?;
        if let Some(unknown) = ids
            .iter()
            .find(|id| !case.objects.iter().any(|object| object.id == **id))
        {
            return Err(Refusal::not_found("object of the case", unknown));
        }
        let case = self.changed_case(id)?;
        case.objects.retain(|object| !ids.contains(&object.id));
        Ok(())
    }

    pub(crate) fn set_case_tags(&mut self, id: &str, tags: Vec<String>) -> Result<(), Refusal> {
        let case = self.live_case(id)?;
        let mut distinct: Vec<String> = Vec::new();
        for tag in tags {
            if !distinct.contains(&tag) {
                distinct.push(tag);
            }
        }
        if case.tags != distinct {
            self.changed_case(id)?.tags = distinct;
            self.record_case("case.updated-tags", id);
        }
        Ok(())
    }

    pub(crate) fn case_tags(&mut self, id: &str) -> Result<Vec<String>, Refusal> {
        self.live_case(id).map(|case| case.tags.clone())
    }

    /// What somebody writes under a case in the dashboard.
    pub(crate) fn comment_on_case(
        &mut self,
        id: &str,
        commenter: &str,
        message: &str,
    ) -> Result<(), Refusal> {
        self.live_case(id)?;
        let comment = CaseComment {
            id: self.ids.next("cscm"),
            message: message.to_owned(),
            commenter: commenter.to_owned(),
            created_at: self.now,
        };
        self.changed_case(id)?.comments.push(comment);
        Ok(())
    }

    /// Takes away what is known about people, in the events too. It cannot be undone.
    pub(crate) fn redact_case(&mut self, id: &str) -> Result<(), Refusal> {
        let now = self.now;
        let case = self.live_case(id)?;
        case.redacted_at = Some(now);
        case.updated_at = now;
        case.fields.clear();
        case.comments.clear();
        case.creator = Actor::Api;
        case.assignee = None;
        if let Some(case) = self.cases.get(id) {
            let data = wire::case(case);
            self.forget(id, &data);
        }
        self.record_case("case.redacted", id);
        Ok(())
    }

    pub(super) fn case_is_due(&mut self, id: &str) {
        let now = self.now;
        let overdue = self.cases.get(id).is_some_and(|case| {
            case.sla_expires_at == Some(now)
                && case.resolved_at.is_none()
                && case.redacted_at.is_none()
        });
        if overdue {
            self.record_case("case.sla-expired", id);
        }
    }

    fn set_sla(&mut self, id: &str, sla: Option<TimeDelta>) {
        let expires_at = sla.map(|sla| self.now + sla);
        if let Some(case) = self.cases.get_mut(id) {
            case.sla_expires_at = expires_at;
        }
        if let Some(expires_at) = expires_at {
            self.due(expires_at, Deadline::Case(id.to_owned()));
        }
    }

    fn case_objects(&self, ids: &[String]) -> Result<Vec<CaseObject>, Refusal> {
        ids.iter().map(|id| self.case_object(id)).collect()
    }

    fn case_object(&self, id: &str) -> Result<CaseObject, Refusal> {
        let (prefix, _) = id.split_once('_').unwrap_or_default();
        let (kind, found) = match prefix {
            "act" => {
                let found = self.accounts.get(id).map(|_| "account".to_owned());
                (CaseObjectKind::Account, found)
            }
            "inq" => {
                let found = self.inquiries.get(id).map(|_| "inquiry".to_owned());
                (CaseObjectKind::Inquiry, found)
            }
            "rep" => {
                let found = self.reports.get(id);
                let found = found.map(|it| it.kind.as_str().to_owned());
                (CaseObjectKind::Report, found)
            }
            "ver" => {
                let found = self.verifications.get(id);
                let found = found.map(|it| format!("verification/{}", it.kind.as_str()));
                (CaseObjectKind::Verification, found)
            }
            "doc" | "grphq" | "rpr" | "sar" | "txn" => {
                return Err(Refusal::not_emulated(
                    "the emulator has cases about accounts, inquiries, reports and verifications",
                ));
            }
            _ => {
                return Err(Refusal::bad_request(
                    "meta.object-ids: an id is of no kind that a case can be about",
                ));
            }
        };
        let type_name = found.ok_or_else(|| Refusal::not_found("object", id))?;
        Ok(CaseObject {
            kind,
            type_name,
            id: id.to_owned(),
        })
    }

    fn record_case(&mut self, name: &str, id: &str) {
        if let Some(case) = self.cases.get(id) {
            let data = wire::case(case);
            self.record(name, id, data);
        }
    }

    fn changed_case(&mut self, id: &str) -> Result<&mut Case, Refusal> {
        let now = self.now;
        let case = self.live_case(id)?;
        case.updated_at = now;
        Ok(case)
    }

    /// A case that has not been redacted.
    fn live_case(&mut self, id: &str) -> Result<&mut Case, Refusal> {
        let case = self
            .cases
            .get_mut(id)
            .ok_or_else(|| Refusal::not_found("case", id))?;
        if case.redacted_at.is_some() {
            return Err(Refusal::conflict("Case already redacted"));
        }
        Ok(case)
    }
}
