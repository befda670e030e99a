//! Webhooks are set up through the facade, and their secrets do not print.

mod canary;
mod http;

use std::sync::Arc;
use std::time::Duration;

use withpersona::emulator::Emulator;
use withpersona::store::{MemoryStore, Store};
use withpersona::webhook::{NewWebhook, WebhookStatus, WebhookUpdate};
use withpersona::{ErrorKind, EventName, Persona};

const URL: &str = "http://127.0.0.1:9/webhooks";

async fn world() -> (Emulator, Persona) {
    let emulator = Emulator::start().await.expect("starts");
    let persona = client(&emulator, Arc::new(MemoryStore::new()));
    (emulator, persona)
}

fn client(emulator: &Emulator, store: Arc<dyn Store>) -> Persona {
    Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .store(store)
        .build()
        .expect("a client")
}

#[tokio::test]
async fn a_webhook_from_beginning_to_end() {
    let (_emulator, persona) = world().await;
    let webhooks = persona.webhooks();
    let new = NewWebhook::new("onboarding", URL)
        .event(EventName::InquiryApproved)
        .event("report/screening.ready")
        .description("for tests")
        .file_access(Duration::from_secs(60))
        .with_included();
    let created = webhooks.create(new).await.expect("created");
    let id = created.webhook.id();
    assert_eq!(created.webhook.status(), WebhookStatus::Disabled);
    assert_eq!(created.webhook.name(), Some("onboarding"));
    assert_eq!(created.webhook.url(), Some(URL));
    let names = ["inquiry.approved", "report/screening.ready"];
    assert_eq!(created.webhook.events(), names);
    assert_eq!(created.webhook.api_version(), Some("2025-12-08"));
    assert_eq!(created.secrets().len(), 1);
    let secret = created.secrets()[0].reveal().to_owned();
    assert!(secret.starts_with("wbhsec_"));

    assert_eq!(
        webhooks.enable(&id).await.expect("enabled").status(),
        WebhookStatus::Enabled
    );
    let read = webhooks.retrieve(&id).await.expect("read");
    assert_eq!(read.secrets()[0].reveal(), secret);
    assert_eq!(read.overlap_until(), None);
    let update = WebhookUpdate::new()
        .name("other")
        .event(EventName::CaseCreated);
    let updated = webhooks.update(&id, update).await.expect("updated");
    assert_eq!(
        (updated.name(), updated.events()),
        (Some("other"), vec!["case.created"])
    );

    let copy = webhooks.duplicate(&id).await.expect("copied");
    assert_ne!(copy.webhook.id(), id);
    assert_ne!(copy.secrets()[0].reveal(), secret);
    assert_eq!(copy.webhook.events(), ["case.created"]);
    let mut listed = webhooks.list().page_size(1).items();
    let first = listed.next().await.expect("one").expect("read");
    let second = listed.next().await.expect("another").expect("read");
    assert_eq!((first.id(), second.id()), (copy.webhook.id(), id.clone()));
    assert!(listed.next().await.is_none());

    // Nothing with a secret prints it or is written with it.
    let written = serde_json::to_string(&read.webhook).expect("JSON");
    for shown in [format!("{read:?}"), format!("{:?}", read.webhook), written] {
        assert!(!shown.contains("wbhsec_"), "{shown}");
    }

    assert_eq!(
        webhooks.disable(&id).await.expect("disabled").status(),
        WebhookStatus::Disabled
    );
    assert_eq!(
        webhooks.archive(&id).await.expect("archived").status(),
        WebhookStatus::Archived
    );
    let error = webhooks.enable(&id).await.expect_err("put away");
    assert_eq!(error.status(), Some(409));
}

#[tokio::test]
async fn ensure_sets_one_up_and_leaves_it_alone_afterwards() {
    let (emulator, persona) = world().await;
    let webhooks = persona.webhooks();
    let wanted = [EventName::InquiryApproved, EventName::InquiryDeclined];
    let first = webhooks.ensure(URL, wanted.clone()).await.expect("created");
    assert_eq!(first.webhook.status(), WebhookStatus::Enabled);
    let before = emulator.request_count();
    let again = webhooks.ensure(URL, wanted.clone()).await.expect("found");
    assert_eq!(emulator.request_count() - before, 2, "a list and a read");
    assert_eq!(again.webhook.id(), first.webhook.id());
    assert_eq!(again.secrets()[0].reveal(), first.secrets()[0].reveal());

    // What somebody added stays, what lacks is added, what is off is switched on.
    let id = first.webhook.id();
    let update = WebhookUpdate::new()
        .event(EventName::CaseCreated)
        .event(EventName::InquiryApproved);
    webhooks.update(&id, update).await.expect("updated");
    webhooks.disable(&id).await.expect("disabled");
    let mended = webhooks
        .ensure(URL, wanted.clone())
        .await
        .expect("mended")
        .webhook;
    assert_eq!(mended.id(), id);
    assert_eq!(mended.status(), WebhookStatus::Enabled);
    assert_eq!(
        mended.events(),
        ["case.created", "inquiry.approved", "inquiry.declined"]
    );

    // One that was put away does not count, nor does one of another address.
    webhooks.archive(&id).await.expect("archived");
    let new = webhooks.ensure(URL, wanted).await.expect("created").webhook;
    assert_ne!(new.id(), id);
    let other = webhooks
        .ensure("http://127.0.0.1:9/2", [EventName::CaseCreated])
        .await;
    assert_ne!(other.expect("created").webhook.id(), new.id());
}

#[tokio::test]
async fn replicas_that_start_together_set_one_up() {
    let emulator = Emulator::builder()
        .rate_limit(10_000)
        .start()
        .await
        .expect("starts");
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let starts = (0..3).map(|_| {
        let persona = client(&emulator, store.clone());
        tokio::spawn(async move {
            let ensured = persona
                .webhooks()
                .ensure(URL, [EventName::CaseCreated])
                .await;
            ensured.expect("set up").webhook.id()
        })
    });
    let mut ids = Vec::new();
    for start in starts.collect::<Vec<_>>() {
        ids.push(start.await.expect("no panic"));
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_before_anything_is_sent() {
    let (emulator, persona) = world().await;
    let webhooks = persona.webhooks();
    let event = EventName::CaseCreated;
    let mut faults = Vec::new();
    for url in [
        "",
        "example.com",
        "http://example.com/canary",
        "ftp://127.0.0.1/",
        "mailto:a@b",
    ] {
        let new = NewWebhook::new("name", url).event(event.clone());
        faults.push(webhooks.create(new).await.expect_err(url));
        let update = WebhookUpdate::new().url(url);
        faults.push(webhooks.update("wbh_1", update).await.expect_err(url));
        faults.push(webhooks.ensure(url, [event.clone()]).await.expect_err(url));
    }
    let nameless = NewWebhook::new("", URL).event(event);
    faults.push(webhooks.create(nameless).await.expect_err("no name"));
    faults.push(
        webhooks
            .create(NewWebhook::new("name", URL))
            .await
            .expect_err("no event"),
    );
    let none: [EventName; 0] = [];
    faults.push(webhooks.ensure(URL, none).await.expect_err("no event"));
    faults.push(
        webhooks
            .update("wbh_1", WebhookUpdate::new())
            .await
            .expect_err("nothing"),
    );
    faults.push(webhooks.retrieve("").await.expect_err("no id"));
    let day = Duration::from_secs(86_400);
    faults.push(webhooks.rotate_secret("a/b", day).await.expect_err("no id"));
    for fault in faults {
        assert_eq!(fault.kind(), ErrorKind::InvalidInput, "{fault}");
        assert!(!fault.to_string().contains("canary"), "{fault}");
    }
    assert_eq!(emulator.request_count(), 0);
}

#[tokio::test]
async fn events_are_listed_and_read() {
    let (emulator, persona) = world().await;
    let new = || withpersona::NewInquiry::from_template(emulator.default_template_id());
    let one = persona
        .inquiries()
        .create(new())
        .await
        .expect("created")
        .inquiry
        .id();
    let other = persona
        .inquiries()
        .create(new())
        .await
        .expect("created")
        .inquiry
        .id();
    persona.inquiries().approve(&one).await.expect("approved");

    let mut of_one = persona.events().list().object_id(&one).page_size(1).items();
    let approved = of_one.next().await.expect("an event").expect("read");
    assert_eq!(approved.name(), EventName::InquiryApproved);
    assert_eq!(approved.object_type(), Some("inquiry"));
    let created = of_one.next().await.expect("an event").expect("read");
    assert_eq!(created.name(), EventName::InquiryCreated);
    assert!(of_one.next().await.is_none());

    let list = persona.events().list();
    let list = list
        .name(EventName::InquiryCreated)
        .object_id(&one)
        .object_id(&other);
    let page = list.pages().next().await.expect("a page").expect("read");
    let ids: Vec<_> = page.items.iter().filter_map(|it| it.object_id()).collect();
    assert_eq!(ids, [other.as_str(), one.as_str()]);
    let by_id = persona
        .events()
        .list()
        .id(approved.id())
        .items()
        .next()
        .await;
    assert_eq!(by_id.expect("one").expect("read").id(), approved.id());
    let read = persona
        .events()
        .retrieve(&approved.id())
        .await
        .expect("read");
    assert!(read.inquiry().expect("an inquiry").status().is_decided());

    for list in [
        persona.events().list().object_id(""),
        persona.events().list().id("a/b"),
        persona.events().list().page_size(0),
    ] {
        let error = list
            .items()
            .next()
            .await
            .expect("a fault")
            .expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}
