use withpersona::emulator::{Delivery, Emulator, EmulatorBuilder};
use withpersona::webhook::NewWebhook;
use withpersona::{NewInquiry, Persona, WebhookSecret};

use crate::http;

/// An emulator and a client of it.
pub struct World {
    pub api: http::Api,
    pub persona: Persona,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Emulator::builder().rate_limit(10_000)).await
    }

    pub async fn with(builder: EmulatorBuilder) -> Self {
        let api = http::Api::with(builder).await;
        let persona = Persona::builder()
            .api_key(api.emulator.api_key())
            .base_url(api.emulator.base_url())
            .build()
            .expect("a client");
        Self { api, persona }
    }

    pub fn emulator(&self) -> &Emulator {
        &self.api.emulator
    }

    pub async fn listen(&self, url: &str) -> (String, Vec<WebhookSecret>) {
        let new = NewWebhook::new("all", url).every_event();
        let created = self.persona.webhooks().create(new).await.expect("created");
        let id = created.webhook.id();
        self.persona.webhooks().enable(&id).await.expect("enabled");
        (id.to_string(), created.secrets())
    }

    pub async fn inquiry(&self) -> String {
        let new = NewInquiry::from_template(self.emulator().default_template_id());
        let created = self.persona.inquiries().create(new).await.expect("created");
        created.inquiry.id().to_string()
    }

    pub async fn settled(&self) -> Vec<Delivery> {
        self.emulator().deliveries().settled().await;
        self.emulator().deliveries().all()
    }
}
