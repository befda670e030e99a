//! The program `persona-emulator`, started as somebody would start it.

mod canary;
mod http;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        Self::of(program(arguments))
    }

    fn of(mut program: Command) -> Self {
        let mut child = program.stdout(Stdio::piped()).spawn().expect("it starts");
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

/// Two runs with the same options are the same, and options go before the file.
#[tokio::test]
async fn seed_clock_and_rate_limit_are_taken_from_the_command_line() {
    let directory =
        std::env::temp_dir().join(format!("withpersona-options-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let config = directory.join("emulator.toml");
    std::fs::write(&config, "rate-limit = 9\nseed = 1\nclock = '+7d'").expect("a file");
    let mut told = Vec::new();
    for _ in 0..2 {
        let mut running = Running::start(&[
            "--listen",
            "127.0.0.1:0",
            "--config",
            config.to_str().expect("text"),
            "--rate-limit",
            "7",
            "--seed",
            "3",
            "--clock",
            "2026-01-31T12:00:00Z, x0",
        ]);
        let line = running.line();
        let url = line.strip_prefix("listening on ").expect("the first line");
        let new = serde_json::json!({ "data": { "attributes": {
            "inquiry-template-id": "itmpl_EmulatedKnowYourCustomer",
        } } });
        let request = http::client().post(format!("{url}/inquiries"));
        let created = http::send(request.bearer_auth("persona_sandbox_any").json(&new)).await;
        assert_eq!(created.header("ratelimit-limit"), Some("7"));
        assert_eq!(created.attribute("created-at"), "2026-01-31T12:00:00.000Z");
        told.push(created.id());
    }
    assert_eq!(told[0], told[1]);
    std::fs::remove_dir_all(&directory).expect("removed");
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
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let refused = output(&["--listen", &address]);
    assert!(!refused.status.success());
    let reason = String::from_utf8_lossy(&refused.stderr);
    assert!(
        reason.contains(&address) && reason.contains("--listen 127.0.0.1:0"),
        "{reason}"
    );
}

#[test]
fn mistakes_end_it_with_a_reason() {
    for (arguments, told) in [
        (
            vec!["--config", "/nowhere/emulator.toml"],
            "cannot read /nowhere/emulator.toml",
        ),
        (
            vec![
                "--config",
                concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
            ],
            "unknown field",
        ),
        (vec!["--listen", "localhost:7700"], "such as 127.0.0.1:7700"),
        (vec!["--clock", "noon"], "is no clock"),
    ] {
        let output = output(&arguments);
        assert!(!output.status.success());
        let reason = String::from_utf8_lossy(&output.stderr);
        assert!(reason.contains(told), "{reason:?} does not say {told:?}");
    }
}

/// A file of the example in EMULATOR.md, with a port that is free.
#[tokio::test]
async fn the_configuration_file_of_the_documentation_works() {
    let page = include_str!("../EMULATOR.md");
    let (_, example) = page.split_once("```toml\n").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    let example = example.replace("127.0.0.1:7700", "127.0.0.1:0");
    let directory =
        std::env::temp_dir().join(format!("withpersona-documented-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let config = directory.join("emulator.toml");
    std::fs::write(&config, example).expect("a file");
    let mut command = program(&["--config", "emulator.toml"]);
    command.current_dir(&directory);
    let mut running = Running::of(command);
    let line = running.line();
    let url = line.strip_prefix("listening on ").expect("the first line");
    let get = |path: &str, key: &str| {
        let request = http::client().get(format!("{url}{path}"));
        http::send(request.bearer_auth(key))
    };
    let template = get("/inquiry-templates/itmpl_Tenants", "persona_sandbox_any").await;
    assert_eq!(template.attribute("name"), "Tenants");
    let webhooks = get("/webhooks", "persona_sandbox_any").await;
    let webhook = &webhooks.body["data"][0]["attributes"];
    assert_eq!(webhook["url"], "http://127.0.0.1:8080/webhooks");
    assert_eq!(webhook["status"], "enabled");
    let refused = get("/accounts", "persona_sandbox_reader").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.header("ratelimit-limit"), Some("300"));
    drop(running);
    assert!(
        directory.join("emulator.json").exists(),
        "the state is kept"
    );
    std::fs::remove_dir_all(&directory).expect("removed");
}

#[cfg(unix)]
#[tokio::test]
async fn what_it_knows_outlives_it() {
    let directory =
        std::env::temp_dir().join(format!("withpersona-program-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    let state = directory.join("state.json");
    let config = directory.join("emulator.toml");
    std::fs::write(&config, CONFIG).expect("a file");
    let arguments = [
        "--config",
        config.to_str().expect("text"),
        "--state",
        state.to_str().expect("text"),
        "--clock",
        "2026-01-31T12:00:00Z, x0",
    ];

    let mut running = Running::start(&arguments);
    let line = running.line();
    let url = line.strip_prefix("listening on ").expect("the first line");
    let new =
        serde_json::json!({ "data": { "attributes": { "inquiry-template-id": "itmpl_Mine" } } });
    let answer = http::client()
        .post(format!("{url}/inquiries"))
        .bearer_auth("persona_sandbox_all")
        .json(&new)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 201);
    let created: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(
        created["data"]["attributes"]["created-at"],
        "2026-01-31T12:00:00.000Z"
    );
    let id = created["data"]["id"].as_str().expect("an id");
    let refused = http::client()
        .post(format!("{url}/inquiries"))
        .bearer_auth("persona_sandbox_reader")
        .json(&new)
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status(), 403, "the key of the file may read only");
    let ended = Command::new("kill")
        .args(["-TERM", &running.child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(ended.success());
    assert!(running.child.wait().expect("it ends").success());

    let mut running = Running::start(&arguments);
    let line = running.line();
    let url = line.strip_prefix("listening on ").expect("the first line");
    let answer = http::client()
        .get(format!("{url}/inquiries/{id}"))
        .bearer_auth("persona_sandbox_reader")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    drop(running);

    std::fs::write(&state, "{\"format\":1,").expect("a file");
    let refused = output(&arguments);
    assert!(!refused.status.success());
    let reason = String::from_utf8_lossy(&refused.stderr);
    assert!(
        reason.contains("torn") && reason.contains("state.json"),
        "{reason}"
    );
    std::fs::remove_dir_all(&directory).expect("removed");
}

#[cfg(unix)]
const CONFIG: &str = r#"
    listen = "127.0.0.1:0"

    [[template]]
    id = "itmpl_Mine"
    name = "Mine"

    [[api-key]]
    value = "persona_sandbox_reader"
    name = "Reads only"
    permissions = ["inquiry.read"]
"#;
