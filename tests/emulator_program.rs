//! The program `persona-emulator`, started as somebody would start it.

mod canary;
mod http;

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, out }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_persona-emulator"));
    command.args(arguments);
    command
}

fn output(arguments: &[&str]) -> Output {
    program(arguments).output().expect("it runs")
}

#[tokio::test]
async fn the_first_line_says_where_the_api_is() {
    let mut running = Running::start(&["--listen", "127.0.0.1:0"]);
    let line = running.line();
    let url = line.strip_prefix("listening on ").expect("the first line");
    assert!(
        url.starts_with("http://127.0.0.1:") && url.ends_with("/api/v1"),
        "{url}"
    );
    let get = |key: &str| {
        http::client()
            .get(format!("{url}/inquiry-templates"))
            .bearer_auth(key)
            .send()
    };
    let answer = get("persona_sandbox_anything").await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let templates: serde_json::Value = answer.json().await.expect("JSON");
    let id = templates["data"][0]["id"].as_str().expect("an id");
    assert_eq!(
        get("persona_production_1")
            .await
            .expect("an answer")
            .status(),
        401
    );

    assert_eq!(running.line(), format!("export PERSONA_BASE_URL={url}"));
    assert!(
        running
            .line()
            .starts_with("export PERSONA_API_KEY=persona_sandbox_")
    );
    assert_eq!(running.line(), format!("export PERSONA_TEMPLATE_ID={id}"));
}

#[test]
fn it_listens_beyond_this_machine_only_when_told() {
    let refused = output(&["--listen", "0.0.0.0:0"]);
    assert!(!refused.status.success());
    assert!(refused.stdout.is_empty());
    let reason = String::from_utf8_lossy(&refused.stderr);
    assert!(reason.contains("--allow-non-loopback"), "{reason}");

    let mut running = Running::start(&["--listen", "0.0.0.0:0", "--allow-non-loopback"]);
    assert!(running.line().starts_with("listening on http://0.0.0.0:"));
}

#[test]
fn mistakes_end_it_with_a_reason() {
    for (arguments, told) in [
        (
            vec!["--templates", "/nowhere/templates.toml"],
            "cannot read /nowhere/templates.toml",
        ),
        (
            vec![
                "--templates",
                concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
            ],
            "unknown field",
        ),
        (vec!["--listen", "here"], "--listen"),
    ] {
        let output = output(&arguments);
        assert!(!output.status.success());
        let reason = String::from_utf8_lossy(&output.stderr);
        assert!(reason.contains(told), "{reason:?} does not say {told:?}");
    }
}
