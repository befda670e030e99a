//! What is to become of an inquiry that has expired, as JSON.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::ResumePolicy;
use crate::arguments::{reads_from, set};

reads_from!(ResumePolicy, ResumePolicyArguments);

/// What to do with an inquiry that has expired; it is resumed unless something else is said.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct ResumePolicyArguments {
    /// Whether to leave it expired.
    refuse: bool,
    /// Seconds from its creation after which a new one takes its place.
    renew_after_seconds: Option<u64>,
    /// Whether a new one takes its place where its template has a newer version.
    renew_on_new_template_version: bool,
}

impl From<ResumePolicyArguments> for ResumePolicy {
    fn from(given: ResumePolicyArguments) -> Self {
        let mut policy = match given.refuse {
            true => Self::refuse(),
            false => Self::resume(),
        };
        set!(policy: given.renew_after_seconds.map(Duration::from_secs) => renew_after);
        match given.renew_on_new_template_version {
            true => policy.renew_on_new_template_version(),
            false => policy,
        }
    }
}
