//! What a receiver tells the client, before the handler is called.

use serde_json::json;
use tokio::sync::mpsc;
use withpersona::emulator::Emulator;
use withpersona::webhook::{Answer, Received};
use withpersona::{NewInquiry, Persona};

use crate::{builder, give};

/// The handler already gets a token that lets the person in.
#[tokio::test]
async fn the_token_of_an_inquiry_that_expired_is_forgotten_before_the_handler_is_called() {
    let emulator = Emulator::start().await.expect("starts");
    let client = || {
        Persona::builder()
            .api_key(emulator.api_key())
            .base_url(emulator.base_url())
            .build()
            .expect("a client")
    };
    let (persona, others) = (client(), client());
    let new = NewInquiry::from_template(emulator.default_template_id());
    let created = others.inquiries().create(new).await.expect("created");
    let id = created.inquiry.id();
    let open = async |persona: &Persona| {
        let access = persona.sessions().open(&id).await.expect("opened");
        access.token().expect("a token").reveal().to_owned()
    };
    let before = open(&persona).await;

    let (to, mut handed) = mpsc::unbounded_channel();
    let (in_handler, inquiry) = (persona.clone(), id.clone());
    let receiver = builder().wakes(&persona).start(move |_: Received| {
        let (persona, id, to) = (in_handler.clone(), inquiry.clone(), to.clone());
        async move {
            let access = persona.sessions().open(&id).await?;
            let _ = to.send(access.token().expect("a token").reveal().to_owned());
            Ok::<(), withpersona::Error>(())
        }
    });
    let happened = |id: &str, name: &str, kind: &str, object: &str| {
        let body = json!({ "data": { "type": "event", "id": id, "attributes": {
            "name": name,
            "created-at": "2026-01-31T12:00:00.000Z",
            "payload": { "data": { "type": kind, "id": object, "attributes": {} } },
        } } });
        body.to_string().into_bytes()
    };
    // Neither what ends nothing nor what is about something else costs the token.
    for body in [
        happened("evt_1", "inquiry.started", "inquiry", id.as_str()),
        happened("evt_2", "inquiry.expired", "inquiry", "inq_Other"),
        happened("evt_3", "inquiry.expired", "case", id.as_str()),
    ] {
        assert_eq!(give(&receiver, &body).await, Answer::Accepted);
        assert_eq!(handed.recv().await.expect("handled"), before);
    }

    others.inquiries().expire(&id).await.expect("expired");
    let expired = happened("evt_4", "inquiry.expired", "inquiry", id.as_str());
    assert_eq!(give(&receiver, &expired).await, Answer::Accepted);
    let after = handed.recv().await.expect("handled");
    assert_ne!(after, before);
    let mut person = emulator.person();
    person.enter(id.as_str(), &after).expect("enters");
}
