//! After `redact` nothing of the person is left: not in the emulator, whose state is searched as a
//! whole, nor in the client's store; and an answer that told of them is not given again. What a
//! verification leaves, whose inquiry is kept: `tests/verifications.rs`.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../http/mod.rs"]
mod http;

mod kept;
mod scene;

use scene::{CANARY, Scene};
use withpersona::emulator::TRANSACTION_TYPE_ID;
use withpersona::retry::NeverRetry;
use withpersona::{
    AccountId, AccountUpdate, Dismissal, NewAccount, NewApiKey, NewCase, NewInquiry, NewReport,
    NewTransaction, Persona, Subject,
};

fn assert_clean(left: &str) {
    let Some(at) = left.find(CANARY) else { return };
    let from = left[..at]
        .char_indices()
        .rev()
        .nth(300)
        .map_or(0, |(at, _)| at);
    panic!("something is left: {}", &left[from..at + CANARY.len()]);
}

async fn account(persona: &Persona) -> AccountId {
    let new = NewAccount::new()
        .reference_id("user-1")
        .name_first(CANARY)
        .email_address(format!("{CANARY}@example.com"))
        .field("nickname", CANARY);
    persona.accounts().create(new).await.expect("created").id()
}

/// What the other tests search would show what they search for.
#[tokio::test]
async fn what_is_not_redacted_is_found() {
    let scene = Scene::set("found").await;
    account(&scene.persona).await;
    let template = scene.emulator.default_template_id();
    let (_, token) = scene.onboarded(NewInquiry::from_template(template)).await;
    let left = scene.end();
    assert!(left.contains(CANARY));
    assert!(left.contains(token.reveal()));
}

#[tokio::test]
async fn nothing_is_left_of_a_redacted_inquiry() {
    let scene = Scene::set("inquiry").await;
    let inquiries = scene.persona.inquiries();
    let template = scene.emulator.default_template_id();
    let new = NewInquiry::from_template(template);
    let (inquiry, token) = scene.onboarded(new).await;
    let verification = &inquiry.verification_ids()[0];
    scene
        .assert_told([
            format!("/inquiries/{}", inquiry.id()),
            format!("/verifications/{verification}"),
            "/events?page[size]=100".to_owned(),
        ])
        .await;
    inquiries.redact(inquiry.id()).await.expect("redacted");
    scene.assert_no_way_back(&inquiry, &token).await;
    assert_clean(&scene.end());
}

#[tokio::test]
async fn nothing_is_left_of_a_redacted_account() {
    let scene = Scene::set("account").await;
    let persona = &scene.persona;
    let id = account(persona).await;
    let template = scene.emulator.default_template_id();
    let new = NewInquiry::from_template(template).account(&id);
    let (inquiry, token) = scene.onboarded(new).await;
    let report = NewReport::watchlist(Subject::full_name(CANARY)).account(&id);
    let report = persona.reports().create(report).await.expect("created");
    let update = AccountUpdate::new().name_last(CANARY);
    persona
        .accounts()
        .update(&id, update)
        .await
        .expect("updated");
    scene
        .assert_told([
            format!("/accounts/{id}"),
            "/accounts?page[size]=100".to_owned(),
            format!("/inquiries/{}", inquiry.id()),
            format!("/reports/{}", report.id()),
            "/events?page[size]=100".to_owned(),
        ])
        .await;
    persona.accounts().redact(&id).await.expect("redacted");
    scene.assert_no_way_back(&inquiry, &token).await;
    assert_clean(&scene.end());
}

#[tokio::test]
async fn a_key_that_may_not_read_inquiries_redacts_an_account_all_the_same() {
    let scene = Scene::set("permission").await;
    let id = account(&scene.persona).await;
    let new = NewApiKey::named("redaction").permissions(["account.write"]);
    let made = scene.persona.api_keys().create(new).await.expect("made");
    let limited = Persona::builder()
        .api_key(made.value)
        .base_url(scene.emulator.base_url())
        .build()
        .expect("builds");
    let redacted = limited.accounts().redact(&id).await.expect("redacted");
    assert!(redacted.is_redacted());
    assert_clean(&scene.end());
}

#[tokio::test]
async fn an_account_whose_inquiries_cannot_be_listed_is_left_as_it_is() {
    let scene = Scene::set("unlisted").await;
    let id = account(&scene.persona).await;
    let impatient = Persona::builder()
        .api_key(scene.emulator.api_key())
        .base_url(scene.emulator.base_url())
        .retry_policy(NeverRetry)
        .build()
        .expect("builds");
    scene.emulator.faults().fail_next("list-all-inquiries");
    let error = impatient.accounts().redact(&id).await;
    assert_eq!(error.expect_err("it failed").status(), Some(500));
    let read = scene.persona.accounts().retrieve(&id).await.expect("read");
    assert!(!read.is_redacted());
    impatient.accounts().redact(&id).await.expect("redacted");
    assert_clean(&scene.end());
}

#[tokio::test]
async fn the_answer_that_told_of_a_redacted_account_is_not_given_again() {
    let scene = Scene::set("replay").await;
    let first = account(&scene.keyed()).await;
    assert_eq!(account(&scene.keyed()).await, first, "it is given again");
    let accounts = scene.persona.accounts();
    accounts.redact(&first).await.expect("redacted");
    let new = NewAccount::new();
    let second = scene.keyed().accounts().create(new).await;
    assert_ne!(second.expect("created").id(), first);
    assert_clean(&scene.end());
}

#[tokio::test]
async fn nothing_is_left_of_a_redacted_report() {
    let scene = Scene::set("report").await;
    let reports = scene.persona.reports();
    let made = async |new: NewReport| {
        let created = scene.keyed().reports().create(new).await;
        created.expect("created").id()
    };
    let subject = Subject::name_parts("Ada", CANARY).name_middle(CANARY);
    let first = made(NewReport::watchlist(subject)).await;
    let listed = NewReport::watchlist(Subject::full_name("Zorblax Quenvoy"));
    let listed = reports.create(listed).await.expect("created").id();
    let dismissal = Dismissal::all(CANARY);
    reports
        .dismiss(&listed, dismissal)
        .await
        .expect("dismissed");
    scene
        .assert_told([
            format!("/reports/{first}"),
            format!("/reports/{listed}"),
            "/events?page[size]=100".to_owned(),
        ])
        .await;
    for id in [&first, &listed] {
        reports.redact(id).await.expect("redacted");
    }
    let other = made(NewReport::watchlist(Subject::full_name("Nobody"))).await;
    assert_ne!(other, first);
    assert_clean(&scene.end());
}

#[tokio::test]
async fn nothing_is_left_of_a_redacted_case() {
    let scene = Scene::set("case").await;
    let made = async |note: &str| {
        let new = NewCase::from_template("ctmpl_EmulatedReview").field("decision-note", note);
        let created = scene.keyed().cases().create(new).await;
        created.expect("opened").id()
    };
    let first = made(CANARY).await;
    let reviewer = format!("{CANARY}@example.com");
    let cases = scene.persona.cases();
    cases.assign(&first, &reviewer).await.expect("assigned");
    assert!(
        scene
            .emulator
            .comment_on_case(first.as_str(), &reviewer, CANARY)
    );
    scene
        .assert_told([
            format!("/cases/{first}?include=case-comments"),
            "/events?page[size]=100".to_owned(),
        ])
        .await;
    cases.redact(&first).await.expect("redacted");
    assert_ne!(made("none").await, first);
    assert_clean(&scene.end());
}

#[tokio::test]
async fn nothing_is_left_of_a_redacted_transaction() {
    let scene = Scene::set("transaction").await;
    let made = async |payer: &str| {
        let new = NewTransaction::of_type(TRANSACTION_TYPE_ID).field("payer", payer);
        let created = scene.keyed().transactions().create(new).await;
        created.expect("created").id()
    };
    let first = made(CANARY).await;
    scene
        .assert_told([
            format!("/transactions/{first}"),
            "/events?page[size]=100".to_owned(),
        ])
        .await;
    let transactions = scene.persona.transactions();
    transactions.redact(&first).await.expect("redacted");
    assert_ne!(made("none").await, first);
    assert_clean(&scene.end());
}
