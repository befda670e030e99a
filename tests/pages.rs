//! How lists are read: as streams, as far as Persona's links lead, and no further.

mod canary;
mod on_emulator;

use futures_util::{StreamExt, TryStreamExt};
use httpmock::{Mock, MockServer};
use on_emulator::start;
use serde_json::{Value, json};
use withpersona::{ErrorKind, Inquiry, NewInquiry, Page, Persona};

fn client(server: &MockServer) -> Persona {
    Persona::builder()
        .api_key("persona_sandbox_5e1f")
        .base_url(server.url("/api/v1"))
        .build()
        .expect("builds")
}

/// One page: what it is asked for by, whom it holds, and where it leads.
async fn page<'s>(
    server: &'s MockServer,
    after: Option<&str>,
    ids: &[&str],
    next: Option<&str>,
) -> Mock<'s> {
    let inquiries: Vec<Value> = ids
        .iter()
        .map(|id| json!({ "type": "inquiry", "id": id, "attributes": {} }))
        .collect();
    let body = json!({ "data": inquiries, "links": { "prev": null, "next": next } });
    let page = server.mock_async(|when, then| {
        let when = when.path("/api/v1/inquiries");
        match after {
            Some(after) => when.query_param("page[after]", after),
            None => when.query_param_missing("page[after]"),
        };
        then.status(200).json_body(body);
    });
    page.await
}

async fn ids(persona: &Persona) -> Result<Vec<String>, withpersona::Error> {
    let items = persona.inquiries().list().page_size(2).items();
    let ids = items.map_ok(|inquiry: Inquiry| inquiry.id().to_string());
    ids.try_collect().await
}

#[tokio::test]
async fn a_list_ends_where_no_link_leads_on() {
    let server = MockServer::start_async().await;
    let link = |after: &str| format!("/api/v1/inquiries?page%5Bafter%5D={after}&page%5Bsize%5D=2");
    let pages = [
        page(&server, None, &["inq_1", "inq_2"], Some(&link("a"))).await,
        // What was on it has been filtered out since: it is not the end.
        page(&server, Some("a"), &[], Some(&link("b"))).await,
        // A full page, and the end.
        page(&server, Some("b"), &["inq_3", "inq_4"], None).await,
    ];
    let found = ids(&client(&server)).await.expect("read");
    assert_eq!(found, ["inq_1", "inq_2", "inq_3", "inq_4"]);
    for page in pages {
        page.assert_calls_async(1).await;
    }
}

#[tokio::test]
async fn a_link_that_leads_nowhere_is_told() {
    let server = MockServer::start_async().await;
    page(&server, None, &["inq_1"], Some("/api/v1/inquiries")).await;
    let error = ids(&client(&server)).await.expect_err("it cannot go on");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("at links.next"), "{error}");
}

#[tokio::test]
async fn items_and_pages_are_streams() {
    let (emulator, persona) = start().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        let new = NewInquiry::from_template(emulator.default_template_id());
        let created = persona.inquiries().create(new).await.expect("created");
        made.insert(0, created.inquiry.id().to_string());
    }
    assert_eq!(ids(&persona).await.expect("read"), made);

    let pages = persona.inquiries().list().page_size(2).pages();
    let sizes = pages.map_ok(|page: Page<Inquiry>| page.items.len());
    let sizes: Vec<usize> = sizes.try_collect().await.expect("read");
    assert_eq!(sizes, [2, 2, 1]);

    // A page is asked for when it is needed, so stopping early costs nothing.
    let before = emulator.request_count();
    let first = persona.inquiries().list().page_size(2).items().take(2);
    assert_eq!(first.count().await, 2);
    assert_eq!(emulator.request_count() - before, 1);
}
