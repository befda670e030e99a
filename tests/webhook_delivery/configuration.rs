//! Webhooks of the configuration file.

use withpersona::emulator::{Emulator, EmulatorBuilder};
use withpersona::webhook::Verifier;

use crate::sink::Sink;
use crate::world::World;

/// Emulators of the configuration file: with a webhook of a secret that is known beforehand.
pub fn configured(url: &str) -> EmulatorBuilder {
    let config = format!(
        "[[webhook]]\nurl = '{url}'\nevents = ['inquiry.created']\nsecret = 'wbhsec_known'\n\
         inflection = 'camel'"
    );
    let builder = Emulator::builder().rate_limit(10_000);
    builder.config_toml(&config).expect("a choice")
}

#[tokio::test]
async fn a_webhook_of_the_configuration_is_there_from_the_start() {
    let sink = Sink::default();
    let world = World::with(configured(&sink.start().await)).await;
    world.inquiry().await;
    world.settled().await;
    assert_eq!(sink.names(), ["inquiry.created"], "and no account.created");
    let (headers, body) = sink.requests().remove(0);
    let text = String::from_utf8(body.to_vec()).expect("text");
    assert!(text.contains("\"createdAt\""), "{text}");
    let verifier = Verifier::new(["wbhsec_known"]).expect("a secret");
    let now = world.emulator().clock().now();
    assert_eq!(verifier.verify_headers(&headers, &body, now), Ok(()));
}

#[test]
fn a_webhook_that_cannot_work_is_refused_with_the_configuration() {
    for (entry, fault) in [
        (
            "url = 'https://example.com/hook'\nevents = ['*']",
            "loopback",
        ),
        ("url = 'http://127.0.0.1:9/'\nevents = []", "events"),
        (
            "url = 'http://127.0.0.1:9/'\nevents = ['*']\nsecret = ''",
            "secret",
        ),
        (
            "url = 'http://127.0.0.1:9/'\nevents = ['*']\ninflection = 'pascal'",
            "inflection",
        ),
        ("url = 'http://127.0.0.1:9/'", "events"),
    ] {
        let config = format!("[[webhook]]\n{entry}");
        let error = Emulator::builder().config_toml(&config).expect_err(entry);
        assert!(error.to_string().contains(fault), "{error}");
    }
}
