//! An emulator whose whole state can be searched, and a client whose store can.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use withpersona::emulator::Emulator;
use withpersona::{CallOptions, EventName, Inquiry, NewInquiry, Persona, SessionToken};

use crate::http;
use crate::kept::Kept;

/// Stands in whatever is told of the person.
pub const CANARY: &str = "canary4711";

pub struct Scene {
    pub emulator: Emulator,
    pub persona: Persona,
    pub kept: Arc<Kept>,
    folder: PathBuf,
}

impl Scene {
    /// The name is the test's own: each has a folder.
    pub async fn set(name: &str) -> Self {
        let process = std::process::id();
        let folder = std::env::temp_dir().join(format!("withpersona-redaction-{name}-{process}"));
        fs::create_dir_all(&folder).expect("a folder");
        let emulator = Emulator::builder()
            .processing_delay(Duration::ZERO)
            .state_file(folder.join("state.json"))
            .seed(1)
            .start()
            .await
            .expect("starts");
        let kept = Arc::new(Kept::default());
        let persona = Persona::builder()
            .api_key(emulator.api_key())
            .base_url(emulator.base_url())
            .store(kept.clone())
            .build()
            .expect("builds");
        // Webhooks that have not gone out yet are a part of the state.
        emulator.deliveries().hold();
        let events = [EventName::InquiryCreated, EventName::InquiryApproved];
        let url = "http://127.0.0.1:9/webhooks";
        persona
            .webhooks()
            .ensure(url, events)
            .await
            .expect("set up");
        Self {
            emulator,
            persona,
            kept,
            folder,
        }
    }

    /// The same client; what it creates has always the same idempotency key.
    pub fn keyed(&self) -> Persona {
        let options = CallOptions::new().idempotency_key("create-1");
        self.persona.with(options)
    }

    /// Somebody is through, and the token of their session is kept.
    pub async fn onboarded(&self, new: NewInquiry) -> (Inquiry, SessionToken) {
        let new = new.field("name-first", CANARY).note(CANARY);
        let created = self.keyed().inquiries().create(new).await.expect("created");
        let id = created.inquiry.id();
        let access = self.persona.sessions().open(&id).await.expect("opened");
        let token = access.token().expect("a token").clone();
        let mut person = self.emulator.person();
        let entered = person.enter(id.as_str(), token.reveal());
        entered.expect("the token lets them in");
        person.start().expect("starts");
        person.submit("government-id").expect("hands in");
        person.submit("selfie").expect("hands in");
        person.pass().expect("passes");
        let decline = self.persona.inquiries().decline(&id).comment(CANARY);
        let inquiry = decline.await.expect("declined");
        assert!(self.kept.contents().contains(token.reveal()), "it is kept");
        (inquiry, token)
    }

    /// That the person can be found there, or nothing could be said of their not being found.
    pub async fn assert_told(&self, paths: impl IntoIterator<Item = String>) {
        for path in paths {
            let told = http::told(&self.emulator, [path.clone()]).await;
            assert!(told.contains(CANARY), "{path} tells of the person");
        }
    }

    /// The answer that told of the person is not given again under its idempotency key, their
    /// token is forgotten, and lets nobody in.
    pub async fn assert_no_way_back(&self, inquiry: &Inquiry, token: &SessionToken) {
        let template = self.emulator.default_template_id();
        let again = self.keyed().inquiries();
        let again = again.create(NewInquiry::from_template(template)).await;
        assert_ne!(again.expect("created").inquiry.id(), inquiry.id());
        let kept = self.kept.contents();
        assert!(!kept.contains(token.reveal()), "their token is forgotten");
        let mut person = self.emulator.person();
        let entered = person.enter(inquiry.id().as_str(), token.reveal());
        entered.expect_err("it lets nobody in any more");
    }

    /// Ends the emulator, which writes all that it knows; that, and all that is in the store.
    pub fn end(self) -> String {
        let Self {
            emulator,
            kept,
            folder,
            ..
        } = self;
        drop(emulator);
        let state = fs::read_to_string(folder.join("state.json")).expect("written");
        fs::remove_dir_all(folder).expect("removed");
        assert!(state.contains("\"model\""), "it is the state");
        state + &kept.contents()
    }
}
