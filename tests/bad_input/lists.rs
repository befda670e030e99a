//! Each list and each search: a page size that Persona does not take, and filters that say nothing
//! and would list everything.

use withpersona::{Items, Query};

use crate::on_emulator::{assert_not_sent, start};

#[tokio::test]
async fn a_page_size_that_is_none_is_refused_by_each_list() {
    let (emulator, persona) = start().await;
    for (size, why) in [
        (0, "the page size is 0: it must be between 1 and 100"),
        (101, "the page size is 101: it must be between 1 and 100"),
    ] {
        let everything = Query::everything;
        let lists = [
            first(persona.accounts().list().page_size(size).items()).await,
            first(
                persona
                    .accounts()
                    .search(everything())
                    .page_size(size)
                    .items(),
            )
            .await,
            first(persona.api_keys().list().page_size(size).items()).await,
            first(persona.api_logs().list().page_size(size).items()).await,
            first(persona.cases().list().page_size(size).items()).await,
            first(persona.cases().search(everything()).page_size(size).items()).await,
            first(persona.events().list().page_size(size).items()).await,
            first(persona.importers().list().page_size(size).items()).await,
            first(persona.inquiries().list().page_size(size).items()).await,
            first(
                persona
                    .inquiries()
                    .search(everything())
                    .page_size(size)
                    .items(),
            )
            .await,
            first(persona.lists().list().page_size(size).items()).await,
            first(persona.reports().list().page_size(size).items()).await,
            first(persona.reports().history("rep_1").page_size(size).items()).await,
            first(persona.templates().list().page_size(size).items()).await,
            first(
                persona
                    .templates()
                    .versions("itmpl_1")
                    .page_size(size)
                    .items(),
            )
            .await,
            first(persona.transactions().list().page_size(size).items()).await,
            first(persona.webhooks().list().page_size(size).items()).await,
            first(persona.workflows().runs().page_size(size).items()).await,
            first(
                persona
                    .workflows()
                    .versions("wfl_1")
                    .page_size(size)
                    .items(),
            )
            .await,
        ];
        for answer in lists {
            assert_not_sent(answer, why);
        }
        // A page is told the same as an item.
        let mut pages = persona.inquiries().list().page_size(size).pages();
        assert_not_sent(pages.next().await.expect("an answer"), why);
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

#[tokio::test]
async fn an_empty_filter_is_refused_by_each_list() {
    let (emulator, persona) = start().await;
    let (accounts, cases) = (persona.accounts(), persona.cases());
    let (inquiries, reports) = (persona.inquiries(), persona.reports());
    let transactions = persona.transactions();
    const REFERENCE: &str = "the reference id is empty";
    const STATUS: &str = "the status is empty";
    let lists = [
        (
            first(accounts.list().reference_id("").items()).await,
            REFERENCE,
        ),
        (
            first(cases.list().reference_id("").items()).await,
            REFERENCE,
        ),
        (first(cases.list().status("").items()).await, STATUS),
        (
            first(inquiries.list().reference_id("").items()).await,
            REFERENCE,
        ),
        (
            first(reports.list().reference_id("").items()).await,
            REFERENCE,
        ),
        (
            first(transactions.list().reference_id("").items()).await,
            REFERENCE,
        ),
        (
            first(persona.workflows().runs().status("").items()).await,
            STATUS,
        ),
    ];
    for (answer, why) in lists {
        assert_not_sent(answer, why);
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
}

async fn first<T>(mut items: Items<T>) -> Result<(), withpersona::Error> {
    items.next().await.expect("an answer").map(drop)
}
