//! What an account of Persona's own would show, written down as the emulator shows it.
//!
//! The steps are walked over plain HTTP and written as a transcript in which ids, times and secrets
//! are replaced; `transcript.txt` is what the emulator gives. By hand, with a sandbox key, the same
//! steps are walked at Persona itself, and every line that differs is a line where the emulator, or
//! the knowledge behind it, is wrong:
//!
//! ```text
//! PERSONA_BEHAVIOUR_API_KEY=persona_sandbox_… PERSONA_BEHAVIOUR_TEMPLATE_ID=itmpl_… \
//!     cargo test --test behaviour
//! ```
//!
//! The template has to have a field `name-first`. What is made there is redacted at the end.

#[path = "../http/mod.rs"]
mod http;
mod steps;
mod transcript;

use http::client;
use transcript::Transcript;
use withpersona::emulator::Emulator;

const KNOWN: &str = include_str!("transcript.txt");
const WHERE_KNOWN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/behaviour/transcript.txt"
);

/// Writes the transcript anew in place of comparing it.
const WRITE: &str = "PERSONA_BEHAVIOUR_WRITE";

struct Place {
    base_url: String,
    api_key: String,
    template_id: String,
    /// Held while it is asked.
    _emulator: Option<Emulator>,
}

impl Place {
    async fn chosen() -> Self {
        let given = |name: &str| std::env::var(name).ok();
        match given("PERSONA_BEHAVIOUR_API_KEY") {
            Some(api_key) => Self {
                base_url: given("PERSONA_BEHAVIOUR_BASE_URL")
                    .unwrap_or_else(|| withpersona::DEFAULT_BASE_URL.to_owned()),
                template_id: given("PERSONA_BEHAVIOUR_TEMPLATE_ID")
                    .expect("PERSONA_BEHAVIOUR_TEMPLATE_ID names a template of the key's"),
                api_key,
                _emulator: None,
            },
            None => {
                let emulator = Emulator::start().await.expect("the emulator starts");
                Self {
                    base_url: emulator.base_url().to_owned(),
                    api_key: emulator.api_key().to_owned(),
                    template_id: emulator.default_template_id().to_owned(),
                    _emulator: Some(emulator),
                }
            }
        }
    }
}

#[tokio::test]
async fn the_emulator_behaves_as_it_is_written_down() {
    let place = Place::chosen().await;
    // Of this run alone, so that Persona's own lists give what this run made.
    let run = format!("behaviour-{:016x}", fastrand::u64(..));
    let mut transcript = Transcript::new(client(), &place.base_url, &place.api_key, &run);
    steps::walk(&mut transcript, &place.template_id, &run).await;
    let seen = transcript.finish();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(WHERE_KNOWN, &seen).expect("the transcript is written");
        return;
    }
    let differences: Vec<String> = KNOWN
        .lines()
        .zip(seen.lines())
        .enumerate()
        .filter(|(_, (known, seen))| known != seen)
        .map(|(line, (known, seen))| format!("line {}\n  known {known}\n  seen  {seen}", line + 1))
        .collect();
    assert!(
        differences.is_empty() && KNOWN.lines().count() == seen.lines().count(),
        "{} lines known, {} seen\n{}",
        KNOWN.lines().count(),
        seen.lines().count(),
        differences.join("\n"),
    );
}
