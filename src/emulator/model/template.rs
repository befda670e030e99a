//! Inquiry templates: what an inquiry asks of a person, and for how long.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::id::IdSource;
use super::transition::Action;

/// The template that stands in when none is given.
pub(crate) const DEFAULT: &str = include_str!("../default_template.toml");

/// All that changes while the emulator runs is which version is published.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) version_id: String,
    pub(crate) legacy_id: Option<String>,
    pub(crate) name: String,
    pub(crate) fields: BTreeMap<String, FieldKind>,
    pub(crate) verifications: Vec<VerificationTemplate>,
    pub(crate) intervals: Intervals,
    pub(crate) workflow: Workflow,
    pub(crate) published_at: DateTime<Utc>,
    /// The versions that were published before, oldest first.
    pub(crate) earlier: Vec<EarlierVersion>,
}

/// A version that is no longer the published one: its id, and when it was.
#[derive(Clone, Debug, serde::Serialize, Deserialize)]
pub(crate) struct EarlierVersion {
    pub(crate) id: String,
    pub(crate) published_at: DateTime<Utc>,
}

impl Template {
    /// When a version of this template was published, if it has one of that id.
    pub(crate) fn version(&self, id: &str) -> Option<DateTime<Utc>> {
        if self.version_id == id {
            return Some(self.published_at);
        }
        let mut earlier = self.earlier.iter();
        Some(earlier.find(|version| version.id == id)?.published_at)
    }
}

/// After what time an inquiry expires, by what happened last.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Intervals {
    pub(crate) after_create: TimeDelta,
    pub(crate) after_start: TimeDelta,
    pub(crate) after_resume: TimeDelta,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VerificationTemplate {
    pub(crate) id: String,
    pub(crate) version_id: String,
    pub(crate) kind: VerificationKind,
    pub(crate) required: bool,
    /// How often the person may try before the verification has failed for good.
    pub(crate) attempts: u32,
    pub(crate) checks: Vec<CheckTemplate>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CheckTemplate {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) requirement: Requirement,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Requirement {
    #[default]
    Required,
    NotRequired,
}

impl Requirement {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::NotRequired => "not_required",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VerificationKind {
    GovernmentId,
    Selfie,
    Document,
    Database,
    EmailAddress,
    PhoneNumber,
}

impl VerificationKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::GovernmentId => "government-id",
            Self::Selfie => "selfie",
            Self::Document => "document",
            Self::Database => "database",
            Self::EmailAddress => "email-address",
            Self::PhoneNumber => "phone-number",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FieldKind {
    String,
    Date,
    Boolean,
    Integer,
    Number,
    Choices,
    MultiChoices,
    EmailAddress,
    Json,
}

impl FieldKind {
    /// The name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Choices => "choices",
            Self::MultiChoices => "multi-choices",
            Self::EmailAddress => "email-address",
            Self::Json => "json",
        }
    }
}

/// What the workflow of a template does by itself once the person is through.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Workflow {
    completed: Step,
    failed: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Step {
    Approve,
    Decline,
    MarkForReview,
    None,
}

impl Default for Workflow {
    fn default() -> Self {
        Self {
            completed: Step::Approve,
            failed: Step::Decline,
        }
    }
}

impl Workflow {
    /// What follows by itself on the person's completing or failing.
    pub(crate) fn after(&self, action: Action) -> Option<Action> {
        let step = match action {
            Action::Complete => self.completed,
            Action::Fail => self.failed,
            _ => Step::None,
        };
        match step {
            Step::Approve => Some(Action::Approve),
            Step::Decline => Some(Action::Decline),
            Step::MarkForReview => Some(Action::MarkForReview),
            Step::None => None,
        }
    }
}

/// What a file of templates says, before ids that it leaves out are made up.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct TemplateFile {
    template: Vec<TemplateEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct TemplateEntry {
    id: Option<String>,
    version_id: Option<String>,
    legacy_id: Option<String>,
    name: String,
    #[serde(default)]
    fields: BTreeMap<String, FieldKind>,
    #[serde(default)]
    verification: Vec<VerificationEntry>,
    expiration_after_create_interval_seconds: Option<u32>,
    expiration_after_start_interval_seconds: Option<u32>,
    expiration_after_resume_interval_seconds: Option<u32>,
    #[serde(default)]
    workflow: Workflow,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct VerificationEntry {
    kind: VerificationKind,
    template_id: Option<String>,
    version_id: Option<String>,
    #[serde(default = "required")]
    required: bool,
    #[serde(default = "one_attempt")]
    attempts: u32,
    #[serde(default)]
    checks: Vec<CheckTemplate>,
}

impl TemplateFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the file and where, in words for the person who wrote it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        Self::of(file.template)
    }

    /// Checks templates that were read as part of something larger.
    pub(crate) fn of(template: Vec<TemplateEntry>) -> Result<Self, String> {
        if template.is_empty() {
            return Err("there is no [[template]]".into());
        }
        let mut seen = Vec::new();
        for entry in &template {
            entry.check(&mut seen)?;
        }
        Ok(Self { template })
    }

    pub(crate) fn into_templates(self, ids: &mut IdSource, now: DateTime<Utc>) -> Vec<Template> {
        self.replacing(&[], ids, now)
    }

    /// The templates, where ids that the file leaves out are those of the template of the same
    /// name in `before`.
    pub(crate) fn replacing(
        self,
        before: &[Template],
        ids: &mut IdSource,
        now: DateTime<Utc>,
    ) -> Vec<Template> {
        let entries = self.template.into_iter();
        entries
            .map(|mut entry| {
                let named = before.iter().find(|it| it.name == entry.name);
                if let Some(named) = named.filter(|_| entry.id.is_none()) {
                    entry.take_ids(named);
                }
                entry.resolve(ids, now)
            })
            .collect()
    }
}

impl TemplateEntry {
    fn check(&self, seen: &mut Vec<String>) -> Result<(), String> {
        let name = &self.name;
        let mut ids = vec![
            (&self.id, "itmpl_"),
            (&self.version_id, "itmplv_"),
            (&self.legacy_id, "tmpl_"),
        ];
        for verification in &self.verification {
            ids.push((&verification.template_id, "vtmpl_"));
            ids.push((&verification.version_id, "vtmplv_"));
            if verification.attempts == 0 {
                return Err(format!("template {name:?}: attempts must be at least 1"));
            }
        }
        for (id, prefix) in ids {
            let Some(id) = id else { continue };
            if !id.starts_with(prefix) {
                return Err(format!(
                    "template {name:?}: {id:?} must start with {prefix:?}"
                ));
            }
            if seen.contains(id) {
                return Err(format!("template {name:?}: {id:?} is there twice"));
            }
            seen.push(id.clone());
        }
        Ok(())
    }

    /// Goes by the ids of a template that is known already.
    fn take_ids(&mut self, known: &Template) {
        self.id = Some(known.id.clone());
        self.version_id.get_or_insert(known.version_id.clone());
        for (entry, known) in self.verification.iter_mut().zip(&known.verifications) {
            if entry.kind == known.kind {
                entry.template_id.get_or_insert(known.id.clone());
                entry.version_id.get_or_insert(known.version_id.clone());
            }
        }
    }

    fn resolve(self, ids: &mut IdSource, now: DateTime<Utc>) -> Template {
        let seconds = |given: Option<u32>, otherwise: TimeDelta| {
            given.map_or(otherwise, |given| TimeDelta::seconds(given.into()))
        };
        let day = TimeDelta::days(1);
        let after_create = seconds(self.expiration_after_create_interval_seconds, day);
        Template {
            id: self.id.unwrap_or_else(|| ids.next("itmpl")),
            version_id: self.version_id.unwrap_or_else(|| ids.next("itmplv")),
            legacy_id: self.legacy_id,
            name: self.name,
            fields: self.fields,
            verifications: self
                .verification
                .into_iter()
                .map(|entry| VerificationTemplate {
                    id: entry.template_id.unwrap_or_else(|| ids.next("vtmpl")),
                    version_id: entry.version_id.unwrap_or_else(|| ids.next("vtmplv")),
                    kind: entry.kind,
                    required: entry.required,
                    attempts: entry.attempts,
                    checks: entry.checks,
                })
                .collect(),
            intervals: Intervals {
                after_create,
                after_start: seconds(self.expiration_after_start_interval_seconds, after_create),
                after_resume: seconds(self.expiration_after_resume_interval_seconds, day),
            },
            workflow: self.workflow,
            published_at: now,
            earlier: Vec::new(),
        }
    }
}

fn required() -> bool {
    true
}

fn one_attempt() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_a_valid_file() {
        let file = TemplateFile::parse(DEFAULT).expect("it parses");
        let templates = file.into_templates(&mut IdSource::new(1), DateTime::UNIX_EPOCH);
        assert_eq!(templates.len(), 1);
        assert_eq!(templates[0].verifications.len(), 2);
    }

    #[test]
    fn mistakes_are_told() {
        for (text, told) in [
            ("", "missing field `template`"),
            ("template = []", "there is no [[template]]"),
            ("[[template]]\nname='a'\nid='tmpl_1'", "must start with"),
            ("[[template]]\nname='a'\ncolour=1", "unknown field `colour`"),
            (
                "[[template]]\nname='a'\nid='itmpl_1'\n[[template]]\nname='b'\nid='itmpl_1'",
                "twice",
            ),
            (
                "[[template]]\nname='a'\n[[template.verification]]\nkind='iris'",
                "unknown variant `iris`",
            ),
        ] {
            let error = TemplateFile::parse(text).expect_err("it is refused");
            assert!(error.contains(told), "{error:?} does not say {told:?}");
        }
    }
}
