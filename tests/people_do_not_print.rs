//! Nothing of a person, and nothing that gives access, is in what the facade prints.

mod canary;

use std::fmt::Debug;
use std::time::Duration;

use withpersona::emulator::Emulator;
use withpersona::{InquiryUpdate, NewInquiry, Outcome, Persona, SimulateAction};

const NAME: &str = "CanaryName";
const REFERENCE: &str = "canary-reference";
const NOTE: &str = "canary note";

/// Prints in both forms of `Debug`, and looks for canaries.
fn assert_silent(what: &str, value: &dyn Debug, secrets: &[&str]) {
    for printed in [format!("{value:?}"), format!("{value:#?}")] {
        for secret in secrets.iter().chain(&[NAME, REFERENCE, NOTE]) {
            assert!(
                !printed.contains(secret),
                "{what} prints {secret:?}: {printed}"
            );
        }
        assert!(!printed.is_empty(), "{what} says something");
    }
}

#[tokio::test]
async fn no_type_of_the_main_job_prints_a_person_or_a_secret() {
    let emulator = Emulator::start().await.expect("starts");
    let builder = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url());
    assert_silent("PersonaBuilder", &builder, &[emulator.api_key()]);
    let persona = builder.build().expect("builds");
    assert_silent("Persona", &persona, &[emulator.api_key()]);
    let inquiries = persona.inquiries();
    assert_silent("Inquiries", &inquiries, &[emulator.api_key()]);
    assert_silent("raw::Client", &persona.raw(), &[emulator.api_key()]);

    let new = NewInquiry::from_template(emulator.default_template_id())
        .reference_id(REFERENCE)
        .note(NOTE)
        .field("name-first", NAME)
        .with_session()
        .with_one_time_link();
    assert_silent("NewInquiry", &new, &[]);
    let created = inquiries.create(new).await.expect("created");
    let token = created.session_token.as_ref().expect("asked for");
    let link = created.link.as_ref().expect("asked for");
    let code = link.reveal().split("code=").nth(1).expect("a code");
    let secrets = [token.reveal(), code];
    assert_silent("Created", &created, &secrets);
    assert_silent("SessionToken", token, &secrets);
    assert_silent("OneTimeLink", link, &secrets);

    let id = created.inquiry.id();
    let inquiry = inquiries.retrieve(&id).await.expect("read");
    assert!(
        format!("{inquiry:?}").contains(id.as_str()),
        "the id may be printed"
    );
    assert_silent("Inquiry", &inquiry, &[]);
    assert_silent("Fields", &inquiry.fields(), &[]);
    assert_silent("Resource", inquiry.raw(), &[]);
    assert_silent("attributes", &inquiry.raw().attributes, &[]);
    assert_silent("open fields", &inquiry.raw().attributes.fields, &[]);
    let answer = persona
        .raw()
        .retrieve_an_inquiry(id.as_str(), None, None)
        .await
        .expect("read");
    assert_silent("Response", &answer, &[]);
    assert_silent("Document", &*answer, &[]);

    let list = inquiries.list().reference_id(REFERENCE);
    assert_silent("InquiryList", &list, &[]);
    let mut pages = list.pages();
    let page = pages.next().await.expect("a page").expect("read");
    assert_eq!(page.items.len(), 1);
    assert_silent("Page", &page, &[]);
    assert_silent("Pages", &pages, &[]);
    assert_silent(
        "Items",
        &inquiries.list().reference_id(REFERENCE).items(),
        &[],
    );

    let update = InquiryUpdate::new().note(NOTE).field("name-last", NAME);
    assert_silent("InquiryUpdate", &update, &[]);
    assert_silent("Review", &inquiries.approve(&id).comment(NOTE), &[]);
    let wait = inquiries.wait(&id);
    assert_silent("WaitSetup", &wait, &[]);
    let wait = wait.deadline(Duration::ZERO);
    assert_silent("Wait", &wait, &[]);
    let outcome = wait.await.expect("asked");
    assert!(matches!(outcome, Outcome::TimedOut { last: Some(_) }));
    assert_silent("Outcome", &outcome, &[]);

    let resumed = inquiries.resume(&id).await.expect("resumed");
    assert_silent("Resumed", &resumed, &[resumed.session_token.reveal()]);
    let passed = SimulateAction::PassVerification("vtmpl_EmulatedGovernmentId".parse().unwrap());
    inquiries
        .simulate(&id, [SimulateAction::Start, passed])
        .await
        .expect("played");
    for verification in inquiries.verifications(&id).await.expect("read") {
        assert_silent("Verification", &verification, &[]);
        assert_silent("open attributes", &verification.raw().attributes, &[]);
        for check in verification.checks() {
            assert_silent("Check", &check, &[]);
        }
    }
}

#[tokio::test]
async fn an_error_of_the_main_job_prints_neither() {
    let emulator = Emulator::start().await.expect("starts");
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()
        .expect("builds");
    // A field of no template: Persona's answer repeats what was sent.
    let new = NewInquiry::from_template(emulator.default_template_id())
        .reference_id(REFERENCE)
        .field("no-such-field", NAME);
    let error = persona.inquiries().create(new).await.expect_err("refused");
    assert_silent("Error", &error, &[emulator.api_key()]);
    let shown = error.to_string();
    for canary in [NAME, REFERENCE, emulator.api_key()] {
        assert!(!shown.contains(canary), "{shown}");
    }
    assert!(shown.contains("create-an-inquiry"), "{shown}");
}
