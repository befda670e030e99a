use std::path::PathBuf;

use serde_json::json;
use withpersona::emulator::{Emulator, EmulatorBuilder, Results};
use withpersona::{Created, InquiryStatus, NewInquiry, Persona};

use crate::driver::Browser;

/// An emulator, a client of it as the backend has one, and a browser.
pub struct Walk {
    pub emulator: Emulator,
    pub persona: Persona,
    pub browser: Browser,
}

impl Walk {
    pub async fn begin() -> Self {
        Self::with(Results::Immediate).await
    }

    pub async fn with(results: Results) -> Self {
        Self::of(Emulator::builder().results(results)).await
    }

    pub async fn of(builder: EmulatorBuilder) -> Self {
        let emulator = builder.seed(7).start().await;
        let emulator = emulator.expect("the emulator starts");
        let persona = Persona::builder()
            .api_key(emulator.api_key())
            .base_url(emulator.base_url())
            .build()
            .expect("a client");
        Self {
            emulator,
            persona,
            browser: Browser::start().await,
        }
    }

    pub async fn create(&self) -> Created {
        let new = NewInquiry::from_template(self.emulator.default_template_id())
            .reference_id("user-4711")
            .field("name-first", "Alex")
            .with_one_time_link();
        let created = self.persona.inquiries().create(new).await;
        created.expect("an inquiry")
    }

    pub fn page(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.emulator.origin())
    }

    pub async fn status(&self, id: &str) -> InquiryStatus {
        let inquiry = self.persona.inquiries().retrieve(id).await;
        inquiry.expect("an inquiry").status()
    }

    /// Looks the page over and photographs it, on a desk and on a phone.
    pub async fn keep(&self, name: &str) {
        for width in [390, 1280] {
            self.browser.resize(width).await;
            let wrong = self.browser.run(include_str!("audit.js")).await;
            assert_eq!(wrong, json!([]), "{name} at {width} pixels");
            self.browser.screenshot(&screenshot(name, width)).await;
        }
    }

    pub async fn agree(&self) {
        self.browser.is_at("Let’s get you verified").await;
        self.browser.click("button[value=start]").await;
        self.browser.is_at("Your details").await;
    }

    pub async fn hand_in_everything(&self) {
        self.browser.is_at("Your details").await;
        self.browser.click("button[value=fill]").await;
        self.browser.is_at("Your government ID").await;
        self.browser.click("button[value=hand-in]").await;
        self.browser.is_at("A picture of you").await;
        self.browser.click("button[value=hand-in]").await;
        self.browser.is_at("Is everything there?").await;
    }

    /// Tells on the last page what Persona finds.
    pub async fn finish(&self, found: &str, check: &str) {
        self.browser.click(&format!("input[value={found}]")).await;
        if !check.is_empty() {
            self.browser.click(&format!("option[value={check}]")).await;
        }
        self.browser.click("button[value=finish]").await;
    }
}

pub fn screenshot(name: &str, width: u32) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join(format!("{name}-{width}.png"))
}
