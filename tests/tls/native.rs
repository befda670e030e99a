//! Calls over the operating system's TLS, and over rustls beside it. Both trust what the system
//! trusts: here a file named by `SSL_CERT_FILE`, which a process reads once. So each case is a
//! process of its own.

#[path = "../canary/mod.rs"]
mod canary;
mod terminator;

use std::process::Command;

use withpersona::retry::NeverRetry;
use withpersona::{NewInquiry, Persona};

use crate::terminator::Terminator;

const BASE_URL: &str = "WITHPERSONA_TEST_BASE_URL";
const TEMPLATE: &str = "WITHPERSONA_TEST_TEMPLATE";
const TLS: &str = "WITHPERSONA_TEST_TLS";

/// What the other tests of this file run, with a setting for each case.
#[tokio::test]
#[ignore = "the other tests run it, each in a process of its own"]
async fn one_call() {
    let given = |name| std::env::var(name).expect("given");
    let builder = Persona::builder()
        .api_key("persona_sandbox_tls")
        .base_url(given(BASE_URL))
        .retry_policy(NeverRetry);
    let builder = match given(TLS).as_str() {
        "native" => builder.native_tls(),
        _ => builder,
    };
    let persona = builder.build().expect("builds");
    let new = NewInquiry::from_template(given(TEMPLATE));
    match persona.inquiries().create(new).await {
        Ok(created) => println!("created {}", created.inquiry.id()),
        Err(error) => println!("failed: {error}"),
    }
}

/// What the call says in a process that trusts the certificate in this file.
async fn run(server: &Terminator, tls: &str, host: &str, trusted: &str) -> String {
    let directory = env!("CARGO_TARGET_TMPDIR");
    let port = server
        .base_url("")
        .replace(|it: char| !it.is_ascii_digit(), "");
    let file = format!("{directory}/tls-{tls}-{host}-{port}.pem");
    std::fs::write(&file, trusted).expect("written");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["--exact", "one_call", "--ignored", "--nocapture"])
        .env("SSL_CERT_FILE", &file)
        .env(BASE_URL, server.base_url(host))
        .env(TEMPLATE, server.emulator.default_template_id())
        .env(TLS, tls);
    let output = tokio::task::spawn_blocking(move || command.output().expect("runs"));
    let output = output.await.expect("no panic");
    std::fs::remove_file(&file).expect("removed");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}");
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_reaches_a_server_that_the_system_trusts() {
    let server = Terminator::start().await;
    for tls in ["native", "rustls"] {
        let before = server.emulator.request_count();
        let said = run(&server, tls, "localhost", &server.pem).await;
        assert!(said.contains("created inq_"), "{tls}: {said}");
        assert_eq!(server.emulator.request_count(), before + 1, "{tls}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_another_name_or_that_nobody_trusts_gets_no_request() {
    let server = Terminator::start().await;
    let other = Terminator::start().await.pem;
    for tls in ["native", "rustls"] {
        for (host, trusted) in [("127.0.0.1", &server.pem), ("localhost", &other)] {
            let said = run(&server, tls, host, trusted).await;
            let at = format!("{tls}, {host}: {said}");
            assert!(said.contains("connection failed: while connecting"), "{at}");
            assert!(said.to_lowercase().contains("certificate"), "{at}");
            assert!(said.contains("nothing was sent"), "{at}");
        }
    }
    assert_eq!(server.emulator.request_count(), 0);
}
