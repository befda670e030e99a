//! An inquiry in the emulator moves as an inquiry at Persona does.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../http/mod.rs"]
mod http;

mod expiry;
mod input;
mod person;
mod statuses;
mod ways_in;

use std::time::Duration;

use http::Api;
use withpersona::emulator::Emulator;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Nothing decides by itself, so that each status can be stood on.
const NO_WORKFLOW: &str = r#"
    [[template]]
    name = "No workflow"
    workflow = { completed = "none", failed = "none" }
    [[template.verification]]
    kind = "selfie"
    attempts = 2
    checks = [{ name = "selfie_pose_detection" }, { name = "selfie_glare_detection", requirement = "not_required" }]
"#;

async fn without_workflow() -> Api {
    let builder = Emulator::builder().template_toml(NO_WORKFLOW);
    Api::with(builder.expect("valid templates")).await
}
