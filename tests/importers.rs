//! Rows become accounts and list items, however many there are and wherever they come from.

mod canary;
mod on_emulator;

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use on_emulator::{noon, start_with};
use serde::Serialize;
use withpersona::emulator::Emulator;
use withpersona::{
    Csv, Delivery, ErrorKind, Import, ImportCounts, Importer, ImporterStatus, Outcome, Persona,
    WriteOutcome,
};

struct Case {
    emulator: Emulator,
    persona: Persona,
}

#[derive(Clone, Serialize)]
struct Row {
    reference_id: String,
    name_first: &'static str,
    birthdate: Option<&'static str>,
}

impl Case {
    async fn begin() -> Self {
        let (emulator, persona) = start_with(Emulator::builder().clock(noon())).await;
        Self { emulator, persona }
    }

    /// Sees an import to its end.
    async fn through(&self, import: Import) -> Importer {
        let importer = import.await.expect("taken");
        assert_eq!(importer.status(), ImporterStatus::Pending);
        assert_eq!(importer.counts().done(), 0);
        self.emulator.clock().advance(Duration::from_secs(5));
        let minute = Duration::from_secs(60);
        let outcome = self
            .persona
            .importers()
            .wait(importer.id())
            .deadline(minute);
        let done = outcome.await.expect("waited").met().expect("done");
        assert_eq!(done.status(), ImporterStatus::Ready);
        assert!(done.completed_at() > done.created_at());
        done
    }

    /// A new list, by the last step of its path.
    async fn list(&self, kind: &str) -> String {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = format!("{}/list/{kind}", self.emulator.base_url());
        let body = serde_json::json!({ "data": { "attributes": { "name": "blocked" } } });
        let request = reqwest::Client::new().post(url).json(&body);
        let request = request.bearer_auth(self.emulator.api_key());
        let answer = request.send().await.expect("answered");
        let answer: serde_json::Value = answer.json().await.expect("JSON");
        answer["data"]["id"].as_str().expect("an id").to_owned()
    }

    async fn refused(&self, import: Import) -> String {
        let requests = self.emulator.request_count();
        let error = import.await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
        assert_eq!(self.emulator.request_count(), requests, "nothing was sent");
        error.to_string()
    }
}

fn rows(count: usize) -> impl Iterator<Item = Row> + Send + 'static {
    (1..=count).map(|number| Row {
        reference_id: format!("user-{number}"),
        name_first: "Canary",
        birthdate: Some(if number % 10 == 0 {
            "unknown"
        } else {
            "1990-01-01"
        }),
    })
}

fn counts(importer: &Importer) -> (u64, u64, u64) {
    let ImportCounts {
        new,
        duplicate,
        failed,
        ..
    } = importer.counts();
    (new, duplicate, failed)
}

/// A file that is removed with the value.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str, text: &[u8]) -> Self {
        let name = format!("withpersona-importers-{}-{name}.csv", std::process::id());
        let path = std::env::temp_dir().join(name);
        let mut file = std::fs::File::create(&path).expect("made");
        file.write_all(text).expect("written");
        Self(path)
    }

    fn csv(&self) -> Csv {
        Csv::file(&self.0)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn accounts_come_from_rows() {
    let case = Case::begin().await;
    let importers = case.persona.importers();
    let done = case.through(importers.accounts(Csv::rows(rows(20)))).await;
    assert_eq!(done.kind(), "importer/account");
    assert_eq!(counts(&done), (18, 0, 2));

    let raw = case.persona.raw();
    let found = raw
        .list_all_accounts(None, Some("user-7"), None, None, None)
        .await
        .expect("listed")
        .into_inner();
    assert_eq!(found.data.len(), 1);
    assert!(
        serde_json::to_string(&found.data)
            .expect("JSON")
            .contains("Canary")
    );

    // Made anew, two of the rows are new, and the rest is there already.
    let again = case
        .through(importers.accounts(Csv::rows_again(|| rows(22))))
        .await;
    assert_eq!(counts(&again), (2, 18, 2));
}

#[tokio::test]
async fn accounts_come_from_a_file_and_from_a_reader() {
    let case = Case::begin().await;
    let importers = case.persona.importers();
    let text = "\u{feff}reference_id,name_first,tags\r\nu-1,\"Ca\"\"na\r\nry\",\"a,b\"\r\nu-2,J\u{f6},\r\n";
    let file = Scratch::new("two", text.as_bytes());
    let done = case.through(importers.accounts(file.csv())).await;
    assert_eq!(counts(&done), (2, 0, 0));
    let reader = std::io::Cursor::new(text.replace("u-2", "u-3").into_bytes());
    let done = case.through(importers.accounts(Csv::reader(reader))).await;
    assert_eq!(counts(&done), (1, 1, 0));
}

#[tokio::test]
async fn more_rows_than_a_piece_holds_arrive_whole() {
    let case = Case::begin().await;
    let importers = case.persona.importers();
    let done = case
        .through(importers.accounts(Csv::rows(rows(5_000))))
        .await;
    assert_eq!(counts(&done), (4_500, 0, 500));
}

#[tokio::test]
async fn each_kind_of_list_takes_its_rows() {
    let case = Case::begin().await;
    let importers = case.persona.importers();
    let csv = |text: &'static str| Csv::reader(text.as_bytes());
    for (import, kind, expected) in [
        (
            importers.email_addresses(case.list("email-addresses").await, csv("value,match_type\na@example.com,email_address\nexample.com,domain\nnone,email_address\n")),
            "importer/list-item/email-address",
            (2, 0, 1),
        ),
        (
            importers.geolocations(case.list("geolocations").await, csv("latitude,longitude,radius_meters\n52.5,13.4,100\n99,0,1\n")),
            "importer/list-item/geolocation",
            (1, 0, 1),
        ),
        (
            importers.government_id_numbers(case.list("government-id-numbers").await, csv("id_number,id_class\nI1234562,dl\nI1234562,dl\n")),
            "importer/list-item/government-id-number",
            (1, 1, 0),
        ),
        (
            importers.ip_addresses(case.list("ip-addresses").await, csv("value\n198.51.100.7\n2001:db8::1\nlocalhost\n")),
            "importer/list-item/ip-address",
            (2, 0, 1),
        ),
        (
            importers.names(case.list("names").await, csv("name_first,name_last\nAda,Lovelace\nAda,\n")),
            "importer/list-item/name",
            (1, 0, 1),
        ),
        (
            importers.phone_numbers(case.list("phone-numbers").await, csv("value\n+15555550142\nnone\n")),
            "importer/list-item/phone-number",
            (1, 0, 1),
        ),
    ] {
        let done = case.through(import).await;
        assert_eq!(done.kind(), kind);
        assert_eq!(counts(&done), expected, "{kind}");
    }
    let unknown = importers.ip_addresses("lst_none", csv("value\n198.51.100.7\n"));
    let error = unknown.await.expect_err("there is no such list");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn wait_telling_tells_each_look() {
    let case = Case::begin().await;
    let importers = case.persona.importers();
    let importer = importers.accounts(Csv::rows(rows(3))).await.expect("taken");
    let told: Arc<Mutex<Vec<(ImporterStatus, u64)>>> = Arc::default();
    let teller = told.clone();
    let clock = case.emulator.clock().clone();
    let outcome = importers
        .wait_telling(importer.id(), move |seen| {
            teller
                .lock()
                .expect("no panic")
                .push((seen.status(), seen.counts().done()));
            clock.advance(Duration::from_secs(5));
        })
        .deadline(Duration::from_secs(60))
        .pace(Duration::from_millis(10), Duration::from_millis(10))
        .await
        .expect("waited");
    assert!(matches!(outcome, Outcome::Met(_)));
    let told = told.lock().expect("no panic").clone();
    assert_eq!(
        told,
        [(ImporterStatus::Pending, 0), (ImporterStatus::Ready, 3)]
    );
}

#[tokio::test]
async fn counts_grow_while_the_rows_are_done() {
    let case = Case::begin().await;
    let importers = case.persona.importers();
    let importer = importers.accounts(Csv::rows(rows(3_000))).await;
    let id = importer.expect("taken").id();
    case.emulator.clock().advance(Duration::from_secs(2));
    let meanwhile = importers.retrieve(&id).await.expect("read");
    assert_eq!(meanwhile.status(), ImporterStatus::Pending);
    assert_eq!(counts(&meanwhile), (2_250, 0, 250));
    case.emulator.clock().advance(Duration::from_millis(250));
    let done = importers.retrieve(&id).await.expect("read");
    assert_eq!(done.status(), ImporterStatus::Ready);
    assert_eq!(counts(&done), (2_700, 0, 300));
}

#[tokio::test]
async fn retrieve_and_list_find_the_imports() {
    let case = Case::begin().await;
    let importers = case.persona.importers();
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(
            importers
                .accounts(Csv::rows(rows(1)))
                .await
                .expect("taken")
                .id(),
        );
    }
    let read = importers.retrieve(&made[1]).await.expect("read");
    assert_eq!(read.id(), made[1]);
    let mut pages = importers.list().page_size(2).pages();
    let first = pages.next().await.expect("a page").expect("listed");
    let listed: Vec<_> = first.items.iter().map(Importer::id).collect();
    assert_eq!(listed, [made[2].clone(), made[1].clone()]);
    let mut rest = importers.list().after(first.next.expect("more")).items();
    assert_eq!(
        rest.next().await.expect("one").expect("listed").id(),
        made[0]
    );
    assert!(rest.next().await.is_none());
}

#[tokio::test]
async fn what_cannot_be_right_is_told_before_anything_is_sent() {
    let case = Case::begin().await;
    let importers = case.persona.importers();
    for (text, told) in [
        ("", "the CSV is empty"),
        ("reference_id\n", "has a header and no rows"),
        (
            "canary,1990-01-01\nu-2,1990-01-01\n",
            "the header of the CSV is missing",
        ),
        ("reference_id,nickname\nu-1,canary\n", "column 2 is another"),
        (
            "reference_id,tags\nu-1,a\ncanary\n",
            "row 2 of the CSV (line 3) has 1 values",
        ),
        (
            "reference_id,tags\ncanary,\"a\n",
            "row 1 of the CSV (line 2) has a quote",
        ),
    ] {
        let file = Scratch::new("broken", text.as_bytes());
        for csv in [file.csv(), Csv::reader(text.as_bytes())] {
            let error = case.refused(importers.accounts(csv)).await;
            assert!(error.contains(told), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
    }
    // A file is looked over to its end, however long it is.
    let mut long = String::from("reference_id,tags\n");
    for number in 0..50_000 {
        long.push_str(&format!("user-{number},a\n"));
    }
    long.push_str("last\n");
    let file = Scratch::new("long", long.as_bytes());
    let error = case.refused(importers.accounts(file.csv())).await;
    assert!(
        error.contains("row 50001 of the CSV (line 50002)"),
        "{error}"
    );

    let missing = Csv::file("no-such-file.csv");
    let error = case.refused(importers.accounts(missing)).await;
    assert!(error.contains("the CSV cannot be opened"), "{error}");
    let nested = [serde_json::json!({ "reference_id": { "a": 1 } })];
    let error = case.refused(importers.accounts(Csv::rows(nested))).await;
    assert!(error.contains("row 1 cannot be written as CSV"), "{error}");
    case.refused(importers.names("lst/1", Csv::reader("name_first\nA\n".as_bytes())))
        .await;
    case.refused(importers.geolocations("lst_1", Csv::rows(rows(1))))
        .await;

    let page = importers.list().page_size(0).pages().next().await;
    let error = page.expect("an answer").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let error = importers.retrieve("").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn a_row_that_breaks_on_the_way_ends_the_upload_without_an_end() {
    let case = Case::begin().await;
    let importers = case.persona.importers();
    let mut text = String::from("reference_id,tags\n");
    for number in 0..20_000 {
        text.push_str(&format!("user-{number},a\n"));
    }
    text.push_str("canary\n");
    let reader = std::io::Cursor::new(text.into_bytes());
    let error = importers.accounts(Csv::reader(reader)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let told = error.to_string();
    assert!(
        told.contains("row 20001 of the CSV (line 20002) has 1 values"),
        "{told}"
    );
    assert!(!told.contains("canary"), "{told}");
    // It was begun: whether anything came of it is not ours to say. Here nothing did.
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert!(matches!(
        error.write_outcome(),
        Some(WriteOutcome::Unknown { .. })
    ));
    assert_eq!(error.attempts(), 1);
    assert!(importers.list().items().next().await.is_none());
}

/// A server that takes the request and closes the connection, so many times, then hands the rest
/// on to the emulator.
async fn breaking(times: u64, emulator: &Emulator) -> (String, Arc<AtomicU64>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("bound");
    let address = listener.local_addr().expect("bound");
    let base = emulator.base_url().to_owned();
    let target = base
        .trim_start_matches("http://")
        .split('/')
        .next()
        .expect("a host")
        .to_owned();
    let seen = Arc::new(AtomicU64::new(0));
    let counter = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let number = counter.fetch_add(1, Ordering::Relaxed);
            if number < times {
                let mut some = [0; 1024];
                let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut some).await;
                continue;
            }
            let target = target.clone();
            tokio::spawn(async move {
                let mut onward = tokio::net::TcpStream::connect(target)
                    .await
                    .expect("connects");
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut onward).await;
            });
        }
    });
    (format!("http://{address}/api/v1"), seen)
}

#[tokio::test]
async fn rows_that_come_again_are_sent_again_and_rows_that_come_once_are_not() {
    let case = Case::begin().await;
    let persona = |base: String| {
        Persona::builder()
            .api_key(case.emulator.api_key())
            .base_url(base)
            .backoff_policy(withpersona::retry::NoBackoff)
            .build()
            .expect("builds")
    };
    let (base, seen) = breaking(2, &case.emulator).await;
    let importer = persona(base)
        .importers()
        .accounts(Csv::rows_again(|| rows(3)));
    importer.await.expect("taken at the third time");
    assert_eq!(seen.load(Ordering::Relaxed), 3);

    let (base, seen) = breaking(1, &case.emulator).await;
    let error = persona(base).importers().accounts(Csv::rows(rows(3)));
    let error = error.await.expect_err("it broke off");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(matches!(
        error.write_outcome(),
        Some(WriteOutcome::Unknown { key: Some(_) })
    ));
    assert_eq!(seen.load(Ordering::Relaxed), 1);
}
