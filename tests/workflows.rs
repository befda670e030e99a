//! Every call on workflows, by its name, against the emulator.

mod canary;
mod on_emulator;

use std::collections::BTreeMap;
use std::time::Duration;

use on_emulator::{event_names, noon, start_with, start_without_delay};
use serde_json::json;
use withpersona::emulator::Emulator;
use withpersona::{ErrorKind, Outcome, WorkflowRun};

const WORKFLOW: &str = "wfl_EmulatedWorkflow";

#[tokio::test]
async fn trigger_and_wait() {
    let clock = noon();
    let builder = Emulator::builder().clock(clock);
    let builder = builder.processing_delay(Duration::from_secs(20));
    let (emulator, persona) = start_with(builder).await;
    let workflows = persona.workflows();
    let fields = BTreeMap::from([("account_id", "act_123")]);
    let run = workflows.trigger(WORKFLOW, &fields).await.expect("begun");
    assert_eq!(run.status(), "in_progress");
    assert!(!run.is_finished());
    assert_eq!(run.workflow_id().expect("of one"), WORKFLOW);
    assert_eq!(run.version_id().expect("of one"), "wfv_EmulatedWorkflow");
    let wait = workflows.wait(run.id()).deadline(Duration::ZERO);
    let outcome = wait.await.expect("asked");
    assert!(matches!(outcome, Outcome::TimedOut { last: Some(_) }));

    emulator.clock().advance(Duration::from_secs(20));
    let wait = workflows.wait(run.id()).deadline(Duration::from_secs(60));
    let run = wait.await.expect("asked").met().expect("at its end");
    assert_eq!(run.status(), "completed");
    let took = run.completed_at().expect("through") - run.created_at().expect("begun");
    assert_eq!(took.num_seconds(), 20);
    assert_eq!(
        event_names(&persona, run.id()).await,
        ["workflow-run.created"]
    );

    let error = workflows
        .trigger("wfl_none", &fields)
        .await
        .expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn wait_ends_with_a_run_that_errored() {
    let (_emulator, persona) = start_without_delay().await;
    let fields = json!({ "outcome": "errored" });
    let run = persona
        .workflows()
        .trigger(WORKFLOW, &fields)
        .await
        .expect("begun");
    let wait = persona.workflows().wait(run.id());
    let outcome = wait.deadline(Duration::from_secs(60)).await.expect("asked");
    let run = outcome.met().expect("an error is an end");
    assert_eq!((run.status(), run.completed_at()), ("errored", None));
    assert_eq!(
        event_names(&persona, run.id()).await,
        ["workflow-run.created", "workflow-run.errored"]
    );
}

#[test]
fn a_status_of_tomorrow_is_kept() {
    let run: WorkflowRun = serde_json::from_value(json!({
        "type": "workflow-run",
        "id": "wfr_1",
        "attributes": { "status": "napping" },
    }))
    .expect("reads");
    assert_eq!(run.status(), "napping");
    assert!(!run.is_finished(), "nothing says that it is at its end");
}

#[tokio::test]
async fn runs_and_retrieve_run() {
    let (_emulator, persona) = start_without_delay().await;
    let workflows = persona.workflows();
    let mut made = Vec::new();
    for outcome in ["completed", "errored", "completed"] {
        let fields = json!({ "outcome": outcome });
        let run = workflows.trigger(WORKFLOW, &fields).await.expect("begun");
        made.insert(0, run.id());
    }
    let first = workflows.retrieve_run(&made[0]).await.expect("read");
    assert_eq!(first.id(), made[0]);
    for (list, expected) in [
        (workflows.runs(), made.clone()),
        (workflows.runs().page_size(1), made.clone()),
        (workflows.runs().status("errored"), vec![made[1].clone()]),
    ] {
        let mut items = list.items();
        let mut found = Vec::new();
        while let Some(run) = items.next().await {
            found.push(run.expect("read").id());
        }
        assert_eq!(found, expected);
    }
    let mut pages = workflows.runs().page_size(2).pages();
    let page = pages.next().await.expect("a page").expect("read");
    let mut rest = workflows.runs().after(page.next.expect("more")).items();
    assert_eq!(rest.next().await.expect("one").expect("read").id(), made[2]);
    let error = workflows.retrieve_run("wfr_none").await.expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn versions() {
    let (_emulator, persona) = start_without_delay().await;
    let mut versions = persona.workflows().versions(WORKFLOW).items();
    let version = versions.next().await.expect("one").expect("read");
    assert_eq!(version.workflow_name(), Some("Emulated workflow"));
    assert_eq!(version.workflow_id().expect("of one"), WORKFLOW);
    assert_eq!(version.status(), "published");
    assert_eq!(version.is_live(), Some(true));
    assert_eq!(version.trigger_type(), Some("trigger-api"));
    let inputs = version.inputs();
    assert_eq!(inputs[0].name, "outcome");
    assert_eq!(inputs[0].kind.as_deref(), Some("string"));
    assert!(!inputs[0].is_required);
    assert!(version.published_at().is_some());
    assert!(versions.next().await.is_none());
    let mut none = persona.workflows().versions("wfl_none").items();
    let error = none.next().await.expect("an answer").expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn bad_input_is_told_before_it_is_sent() {
    let (emulator, persona) = start_without_delay().await;
    let workflows = persona.workflows();
    let mut errors = Vec::new();
    for (id, fields) in [
        ("", json!({})),
        ("wfl_1", json!("text")),
        ("wfl_1", json!([1])),
    ] {
        errors.push(workflows.trigger(id, &fields).await.expect_err("refused"));
    }
    errors.push(workflows.retrieve_run("").await.expect_err("refused"));
    let wait = workflows.wait("").deadline(Duration::from_secs(60));
    errors.push(wait.await.expect_err("refused"));
    for list in [
        workflows.runs().status(""),
        workflows.runs().page_size(0),
        workflows.runs().page_size(101),
    ] {
        errors.push(
            list.items()
                .next()
                .await
                .expect("one")
                .expect_err("refused"),
        );
    }
    for list in [
        workflows.versions(""),
        workflows.versions("wfl_1").page_size(0),
    ] {
        errors.push(
            list.items()
                .next()
                .await
                .expect("one")
                .expect_err("refused"),
        );
    }
    let told: Vec<String> = errors
        .iter()
        .map(|error| {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            error.to_string()
        })
        .collect();
    let wanted = [
        "the workflow id is empty",
        "fields are neither a map nor a struct",
        "fields are neither a map nor a struct",
        "the workflow run id is empty",
        "the workflow run id is empty",
        "the status is empty",
        "the page size is 0",
        "the page size is 101",
        "the workflow id is empty",
        "the page size is 0",
    ];
    assert_eq!(told.len(), wanted.len());
    for (told, wanted) in told.iter().zip(wanted) {
        assert!(told.contains(wanted), "{wanted:?} is not in {told:?}");
    }
    assert_eq!(emulator.request_count(), 0);
}
