//! The one template that cases have here, and the one queue.

use serde_json::{Map, Value};

use super::prefill::fits;
use super::refusal::Refusal;
use super::template::FieldKind;

pub(crate) const DEFAULT_ID: &str = "ctmpl_EmulatedReview";
pub(crate) const QUEUE_ID: &str = "cqueue_EmulatedReview";

pub(crate) struct CaseTemplate {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// What names of its cases begin with.
    pub(crate) letters: &'static str,
    /// The first is the one of a new case.
    statuses: &'static [&'static str],
    /// The statuses in which a case is resolved.
    pub(crate) resolutions: &'static [&'static str],
    pub(crate) fields: &'static [(&'static str, FieldKind)],
}

const DEFAULT: CaseTemplate = CaseTemplate {
    id: DEFAULT_ID,
    name: "Emulated review",
    letters: "EREV",
    statuses: &["Open", "Pending", "Approved", "Declined"],
    resolutions: &["Approved", "Declined"],
    fields: &[
        ("decision-note", FieldKind::String),
        ("risk-score", FieldKind::Integer),
    ],
};

impl CaseTemplate {
    pub(crate) fn find(id: &str) -> Result<&'static Self, Refusal> {
        if id == DEFAULT.id {
            Ok(&DEFAULT)
        } else {
            Err(Refusal::not_found("case template", id))
        }
    }

    pub(super) fn first_status(&self) -> &'static str {
        self.statuses[0]
    }

    /// The status of that name, as the template spells it.
    pub(super) fn status(&self, name: &str) -> Result<&'static str, Refusal> {
        let mut statuses = self.statuses.iter();
        statuses
            .find(|status| status.eq_ignore_ascii_case(name))
            .copied()
            .ok_or_else(|| {
                Refusal::unprocessable(
                    "/meta/status",
                    format!(
                        "the statuses of this case template are {}",
                        self.statuses.join(", ")
                    ),
                )
            })
    }

    /// `before` with `values` written over it. Null takes a value out.
    pub(super) fn assign(
        &self,
        mut before: Map<String, Value>,
        values: Map<String, Value>,
    ) -> Result<Map<String, Value>, Refusal> {
        for (name, value) in values {
            let refused = |why: String| {
                Refusal::unprocessable(format!("/data/attributes/fields/{name}"), why)
            };
            let field = self.fields.iter().find(|(known, _)| *known == name);
            let Some((_, kind)) = field else {
                return Err(refused(format!("the case template has no field {name:?}")));
            };
            if value.is_null() {
                before.remove(&name);
            } else if fits(*kind, &value) {
                before.insert(name, value);
            } else {
                let why = format!("the value of {name:?} is not of type {}", kind.as_str());
                return Err(refused(why));
            }
        }
        Ok(before)
    }
}

pub(super) fn check_queue(id: &str) -> Result<(), Refusal> {
    match id {
        QUEUE_ID => Ok(()),
        _ => Err(Refusal::not_found("case queue", id)),
    }
}
