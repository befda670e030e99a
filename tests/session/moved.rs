//! An inquiry whose state moves between reading and resuming.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use httpmock::Method::{GET, POST};
use httpmock::MockServer;
use serde_json::{Value, json};
use withpersona::{Access, ErrorKind, InquiryStatus, Persona};

#[path = "../faults/proxy.rs"]
#[allow(dead_code)]
mod proxy;

use self::proxy::Proxy;
use crate::{READ, RESUME, World, asked, client};

fn inquiry(status: &str) -> Value {
    json!({"data": {"type": "inquiry", "id": "inq_1", "attributes": {"status": status}}})
}

fn to(server: &MockServer) -> Persona {
    Persona::builder()
        .api_key("persona_sandbox_moved")
        .base_url(server.base_url())
        .build()
        .expect("builds")
}

#[tokio::test]
async fn an_inquiry_that_is_decided_in_between_is_told_as_finished() {
    let world = World::new().await;
    let id = world.inquiry().await.id();
    let token = world.persona.sessions().open(&id).await.expect("opened");
    let mut person = world.emulator.person();
    let token = token.token().expect("a token").reveal().to_owned();
    person.enter(id.as_str(), &token).expect("enters");
    person.start().expect("starts");
    person.submit("government-id").expect("hands in");
    person.submit("selfie").expect("hands in");
    world.persona.sessions().forget(&id).await.expect("an id");

    // The person passes at the very moment at which the resume is on its way.
    let person = std::sync::Mutex::new(person);
    let done = AtomicBool::new(false);
    let plan = move |request: &[u8]| {
        let is_resume = String::from_utf8_lossy(request).contains("/resume");
        if is_resume && !done.swap(true, Ordering::Relaxed) {
            person.lock().expect("no panic").pass().expect("passes");
        }
        None
    };
    let proxy = Proxy::start(&world.emulator, Arc::new(plan)).await;
    let persona = client(&world.emulator, proxy.base_url(), world.store.clone());
    let watch = world.watch();
    match persona.sessions().open(&id).await.expect("told") {
        Access::Finished(status) => assert_eq!(status, InquiryStatus::Approved),
        other => panic!("{other:?}"),
    }
    assert_eq!(watch.seen(), asked([(READ, 2), (RESUME, 1)]));
}

#[tokio::test]
async fn a_state_that_keeps_moving_is_read_three_times_and_no_more() {
    let server = MockServer::start_async().await;
    let read = server
        .mock_async(|when, then| {
            when.method(GET).path("/inquiries/inq_1");
            then.status(200).json_body(inquiry("pending"));
        })
        .await;
    let resume = server
        .mock_async(|when, then| {
            when.method(POST).path("/inquiries/inq_1/resume");
            then.status(409)
                .json_body(json!({"errors": [{"title": "Conflict"}]}));
        })
        .await;
    let error = to(&server).sessions().open("inq_1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!((read.calls(), resume.calls()), (3, 3));
}

#[tokio::test]
async fn a_status_of_tomorrow_uses_up_no_session() {
    let server = MockServer::start_async().await;
    let read = server
        .mock_async(|when, then| {
            when.method(GET).path("/inquiries/inq_1");
            then.status(200).json_body(inquiry("on_hold"));
        })
        .await;
    match to(&server).sessions().open("inq_1").await.expect("told") {
        Access::Finished(InquiryStatus::Other(status)) => assert_eq!(status, "on_hold"),
        other => panic!("{other:?}"),
    }
    assert_eq!(read.calls(), 1);
}
