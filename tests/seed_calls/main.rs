//! The calls that a backend cannot do without, each by its name and with each of its parameters,
//! against the emulator and by the effect that it has.

#[path = "../canary/mod.rs"]
mod canary;
#[path = "../on_emulator/mod.rs"]
mod on_emulator;

mod account;
mod case;
mod evidence;
mod inquiry;
mod report;

use std::time::Duration;

use chrono::{DateTime, Utc};
use on_emulator::{noon, start_with};
use withpersona::emulator::Emulator;
use withpersona::{Created, Error, Items, NewInquiry, Page, Pages, Persona};

/// An emulator whose clock stands until it is moved, and a client of it.
struct Stage {
    emulator: Emulator,
    persona: Persona,
}

impl Stage {
    async fn set() -> Self {
        let builder = Emulator::builder().clock(noon());
        let (emulator, persona) = start_with(builder.processing_delay(Duration::ZERO)).await;
        Self { emulator, persona }
    }

    fn new_inquiry(&self) -> NewInquiry {
        NewInquiry::from_template(self.emulator.default_template_id())
    }

    async fn created(&self, new: NewInquiry) -> Created {
        let created = self.persona.inquiries().create(new).await;
        created.expect("created")
    }

    /// Time goes on by a minute; what it is then.
    fn later(&self) -> DateTime<Utc> {
        let clock = self.emulator.clock();
        clock.advance(Duration::from_secs(60));
        clock.now()
    }
}

/// What a list gives, as something that can be compared.
async fn all<T, I>(mut items: Items<T>, tell: impl Fn(&T) -> I) -> Vec<I> {
    let mut told = Vec::new();
    while let Some(item) = items.next().await {
        told.push(tell(&item.expect("listed")));
    }
    told
}

async fn first_page<T>(mut pages: Pages<T>) -> Page<T> {
    let page = pages.next().await.expect("a page");
    page.expect("listed")
}

fn refused<T>(answer: Result<T, Error>) -> Error {
    match answer {
        Ok(_) => panic!("it was to be refused"),
        Err(error) => error,
    }
}
