//! Ways back in by links: each story is one test.

mod canary;

use std::error::Error as StdError;
use std::time::Duration;

use withpersona::emulator::{Clock, Emulator, PersonError};
use withpersona::observe::{AttemptReport, CallInfo, Observer};
use withpersona::raw::types;
use withpersona::retry::NeverRetry;
use withpersona::{
    CallOptions, Confirmed, EmbeddedFlow, Error, ErrorKind, HostedFlow, InquiryId, InquiryStatus,
    NewInquiry, Persona, PersonaBuilder, Redirect, SimulateAction,
};

type Told = Result<(), Box<dyn StdError>>;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn emulator() -> Emulator {
    let noon = "2026-01-31T12:00:00Z".parse().expect("a time");
    let emulator = Emulator::builder().clock(Clock::manual(noon)).start();
    emulator.await.expect("starts")
}

fn client(emulator: &Emulator) -> PersonaBuilder {
    Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .retry_policy(NeverRetry)
}

fn persona(emulator: &Emulator) -> Persona {
    client(emulator).build().expect("builds")
}

fn new(emulator: &Emulator) -> NewInquiry {
    NewInquiry::from_template(emulator.default_template_id()).reference_id("user-4711")
}

async fn created(emulator: &Emulator) -> Result<InquiryId, Error> {
    let inquiries = persona(emulator).inquiries();
    Ok(inquiries.create(new(emulator)).await?.inquiry.id())
}

#[tokio::test]
async fn a_link_that_a_mail_scanner_has_burnt_is_replaced() -> Told {
    let emulator = emulator().await;
    let persona = persona(&emulator);
    let inquiry = persona.inquiries().create(new(&emulator)).await?.inquiry;

    // The backend sends a link, and a program that looks at e-mails opens it first.
    let link = persona.links().one_time(&inquiry).await?;
    emulator.person().follow_link(link.reveal())?;

    // The person opens it after the five minutes of grace.
    emulator.clock().advance(6 * MINUTE);
    let mut person = emulator.person();
    let burnt = person.follow_link(link.reveal());
    assert!(matches!(burnt, Err(PersonError::LinkAlreadyUsed)));

    // They ask for another one, and that lets them in and to the end.
    let another = persona.links().one_time(&inquiry).await?;
    assert_ne!(another.reveal(), link.reveal());
    let short = another.reveal_short().expect("a short form");
    person.follow_link(short)?;
    person.start()?;
    person.submit("government-id")?;
    person.submit("selfie")?;
    person.pass()?;
    assert_eq!(person.inquiry_status().as_deref(), Some("approved"));
    Ok(())
}

#[tokio::test]
async fn a_link_that_expired_with_its_inquiry_is_replaced_and_the_person_goes_on() -> Told {
    let emulator = emulator().await;
    let persona = persona(&emulator);
    let inquiry = persona.inquiries().create(new(&emulator)).await?.inquiry;
    let link = persona.links().one_time(&inquiry).await?;
    let mut person = emulator.person();
    person.follow_link(link.reveal())?;
    person.start()?;
    person.submit("government-id")?;
    person.leave();

    // Two days later neither the link nor the inquiry is alive.
    emulator.clock().advance(2 * DAY);
    let expired = person.follow_link(link.reveal());
    assert!(expired.is_err());
    let now = persona.inquiries().retrieve(&inquiry).await?;
    assert_eq!(now.status(), InquiryStatus::Expired);

    // Another link resumes the inquiry on its way.
    let another = persona.links().one_time(&inquiry).await?;
    let now = persona.inquiries().retrieve(&inquiry).await?;
    assert_eq!(now.status(), InquiryStatus::Pending);
    person.follow_link(another.reveal())?;
    person.submit("selfie")?;
    person.pass()?;
    Ok(())
}

#[tokio::test]
async fn an_inquiry_that_expires_while_its_link_is_made_is_resumed() -> Told {
    /// Moves two days ahead once the inquiry was read for the first time.
    struct TwoDaysAfterReading(Clock, std::sync::Once);
    impl Observer for TwoDaysAfterReading {
        fn attempt_finished(&self, call: &CallInfo, _: &AttemptReport<'_>) {
            if call.operation == "retrieve-an-inquiry" {
                self.1.call_once(|| self.0.advance(2 * DAY));
            }
        }
    }

    // With a key of the caller's too: it must not be used for two things.
    for options in [
        CallOptions::new(),
        CallOptions::new().idempotency_key("link-1"),
    ] {
        let emulator = emulator().await;
        let id = created(&emulator).await?;
        let observer = TwoDaysAfterReading(emulator.clock().clone(), std::sync::Once::new());
        let persona = client(&emulator).observer(observer).build()?.with(options);
        let before = emulator.request_count();
        let link = persona.links().one_time(&id).await?;
        // Read, refused, read, resumed, made.
        assert_eq!(emulator.request_count() - before, 5);
        emulator.person().follow_link(link.reveal())?;
    }
    Ok(())
}

#[tokio::test]
async fn an_open_inquiry_takes_no_more_requests_than_it_needs() -> Told {
    let emulator = emulator().await;
    let persona = persona(&emulator);
    let id = created(&emulator).await?;
    let before = emulator.request_count();
    persona.links().one_time(&id).await?;
    assert_eq!(emulator.request_count() - before, 2, "read, made");

    emulator.clock().advance(2 * DAY);
    persona.links().one_time(&id).await?;
    assert_eq!(emulator.request_count() - before, 5, "read, resumed, made");
    Ok(())
}

#[tokio::test]
async fn a_link_lives_as_long_as_it_was_told_to() -> Told {
    let emulator = emulator().await;
    let id = created(&emulator).await?;
    let links = persona(&emulator).links();
    let link = links.one_time(&id).expires_in(MINUTE).await?;
    emulator.clock().advance(MINUTE + Duration::from_secs(1));
    let late = emulator.person().follow_link(link.reveal());
    assert!(matches!(late, Err(PersonError::LinkExpired)));
    Ok(())
}

#[tokio::test]
async fn no_link_leads_into_what_is_finished_or_deleted() -> Told {
    let emulator = emulator().await;
    let persona = persona(&emulator);
    let id = created(&emulator).await?;
    let approve = [
        SimulateAction::Start,
        SimulateAction::Complete,
        SimulateAction::Approve,
    ];
    persona.inquiries().simulate(&id, approve).await?;
    let before = emulator.request_count();
    let error = persona.links().one_time(&id).await.expect_err("finished");
    assert_eq!(error.kind(), ErrorKind::IllegalState);
    assert!(error.to_string().contains("the inquiry is approved"));

    persona.inquiries().redact(&id).await?;
    let error = persona.links().one_time(&id).await.expect_err("deleted");
    assert_eq!(error.kind(), ErrorKind::Redacted);
    let reads_and_the_redaction = 3;
    assert_eq!(emulator.request_count() - before, reads_and_the_redaction);

    let error = persona.links().one_time("inq_nobody").await;
    assert_eq!(error.expect_err("unknown").kind(), ErrorKind::NotFound);
    Ok(())
}

#[tokio::test]
async fn a_session_gets_a_link_of_its_own() -> Told {
    let emulator = emulator().await;
    let persona = persona(&emulator);
    let id = created(&emulator).await?;
    let attributes = types::CreateAnInquirySessionRequestAttributes {
        inquiry_id: id.to_string(),
        ..Default::default()
    };
    let body = types::CreateAnInquirySessionRequest {
        data: Some(types::CreateAnInquirySessionRequestData {
            attributes: Some(attributes),
            ..Default::default()
        }),
        ..Default::default()
    };
    let raw = persona.raw();
    let session = raw.create_an_inquiry_session(None, None, &body).await?;
    let session_id = session.data.id.clone();
    let link = persona.links().for_session(session_id.as_str()).await?;
    let mut person = emulator.person();
    person.follow_link(link.reveal())?;

    persona.inquiries().expire(&id).await?;
    let late = persona.links().for_session(session_id).await;
    assert!(late.expect_err("over").is_conflict());
    Ok(())
}

#[tokio::test]
async fn a_hosted_link_leads_into_an_inquiry_until_it_takes_a_token() -> Told {
    let emulator = emulator().await;
    let persona = persona(&emulator);
    let id = created(&emulator).await?;
    let flow = HostedFlow::for_inquiry(&id).host(emulator.base_url());
    let link = flow.link()?;
    let mut person = emulator.person();
    person.follow_link(link.reveal())?;
    person.start()?;
    person.leave();

    let again = person.follow_link(link.reveal());
    assert!(matches!(again, Err(PersonError::SessionExpired)));
    let token = persona.inquiries().resume(&id).await?.session_token;
    let with_token = flow.insecure_link_with_session_token(&token)?;
    person.follow_link(with_token.reveal())?;
    person.submit("government-id")?;
    Ok(())
}

#[tokio::test]
async fn an_embedded_flow_enters_with_what_it_was_given() -> Told {
    let emulator = emulator().await;
    let persona = persona(&emulator);
    let id = created(&emulator).await?;
    let token = persona.inquiries().resume(&id).await?.session_token;
    let parameters = EmbeddedFlow::for_inquiry(&id)
        .session_token(&token)
        .parameters()?;
    let page: serde_json::Value = serde_json::from_str(parameters.reveal())?;
    let text = |name: &str| page[name].as_str().expect("text").to_owned();
    let mut person = emulator.person();
    person.enter(&text("inquiryId"), &text("sessionToken"))?;
    Ok(())
}

#[tokio::test]
async fn a_person_who_comes_back_is_believed_nothing() -> Told {
    let emulator = emulator().await;
    let persona = persona(&emulator);
    let back_to = "https://example.com/back?from=kyc&step=2";
    let theirs = new(&emulator).redirect_uri(back_to).with_one_time_link();
    let theirs = persona.inquiries().create(theirs).await?;
    let mut person = emulator.person();
    person.follow_link(theirs.link.expect("asked for").reveal())?;
    person.start()?;
    person.submit("government-id")?;
    person.fail("id_expired_detection")?;
    let address = person.redirected_to().expect("a redirect");

    // What they bring with them is what Persona said …
    let back = Redirect::parse(&address)?;
    assert_eq!(back.claimed_status(), Some(&InquiryStatus::Declined));
    assert_eq!(back.claimed_reference_id(), Some("user-4711"));

    // … or what they made of it. The truth is the same.
    let lied = address.replace("declined", "approved");
    let back = Redirect::parse(&lied)?;
    assert_eq!(back.claimed_status(), Some(&InquiryStatus::Approved));
    match back.confirm_for(&persona, "user-4711").await? {
        Confirmed::Theirs(inquiry) => assert_eq!(inquiry.status(), InquiryStatus::Declined),
        other => panic!("{other:?}"),
    }

    // The inquiry of somebody else is not theirs, whatever reference id the address names.
    let others = back.confirm_for(&persona, "user-1").await?;
    assert!(matches!(others, Confirmed::NotTheirs));
    let nobodys = NewInquiry::from_template(emulator.default_template_id());
    let nobodys = persona.inquiries().create(nobodys).await?.inquiry.id();
    let back = Redirect::parse(&format!("inquiry-id={nobodys}&reference-id=user-4711"))?;
    let nobodys = back.confirm_for(&persona, "user-4711").await?;
    assert!(matches!(nobodys, Confirmed::NotTheirs));

    let made_up = Redirect::parse("?inquiry-id=inq_madeup")?;
    let error = made_up.confirm(&persona).await.expect_err("made up");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    Ok(())
}
