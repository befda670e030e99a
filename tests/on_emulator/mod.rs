//! An emulator with a client of it, and what the tests of many calls ask of the two.

// Each test program uses a part of this.
#![allow(dead_code)]

use std::time::Duration;

use withpersona::emulator::{Clock, Emulator, EmulatorBuilder};
use withpersona::{Delivery, Error, ErrorKind, Persona};

/// An emulator whose clock goes as usual.
pub async fn start() -> (Emulator, Persona) {
    start_with(Emulator::builder()).await
}

/// One that has the results of reports and workflows ready at once.
pub async fn start_without_delay() -> (Emulator, Persona) {
    start_with(Emulator::builder().processing_delay(Duration::ZERO)).await
}

pub async fn start_with(builder: EmulatorBuilder) -> (Emulator, Persona) {
    let emulator = builder.seed(1).start().await.expect("starts");
    let persona = client(&emulator);
    (emulator, persona)
}

pub fn client(emulator: &Emulator) -> Persona {
    Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()
        .expect("builds")
}

/// A clock that stands until it is moved.
pub fn noon() -> Clock {
    Clock::manual("2026-01-31T12:00:00Z".parse().expect("a time"))
}

/// Names of the events about an object, oldest first.
pub async fn event_names(persona: &Persona, object_id: impl AsRef<str>) -> Vec<String> {
    let events = persona.events().list().object_id(object_id);
    let mut events = events.page_size(100).items();
    let mut names = Vec::new();
    while let Some(event) = events.next().await {
        names.insert(0, event.expect("listed").name().to_string());
    }
    names
}

/// The message of a call that was not sent.
pub fn not_sent<T>(answer: Result<T, Error>) -> String {
    let Err(error) = answer else {
        panic!("it was sent, and taken");
    };
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
    assert_eq!(error.status(), None, "{error}");
    error.to_string()
}

/// That a call was not sent, and why.
pub fn assert_not_sent<T>(answer: Result<T, Error>, why: &str) {
    let told = not_sent(answer);
    assert!(told.contains(why), "{why:?} is not in {told:?}");
}
