//! Ten thousand creates over a line on which every fifth request fails in some way: none is lost,
//! none is done twice, and an error says truthfully what became of its call.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use withpersona::emulator::Emulator;
use withpersona::retry::NoBackoff;
use withpersona::{LookUp, NewInquiry, Persona, WriteOutcome};

const CREATES: usize = 10_000;
const AT_A_TIME: usize = 64;
const FAULTY_PERCENT: u32 = 20;

/// What the proxy does to one request in place of passing it on and its answer back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    ResetBeforeWriting,
    ResetBeforeTheAnswer,
    ResetInTheAnswer,
    TruncatedDocument,
    GarbageForHttp,
    GarbageForJson,
    RateLimited,
    BadGateway,
    BadGatewayAfterWriting,
    Unavailable,
    GatewayTimeoutAfterWriting,
    StoredError,
    StoredErrorAfterWriting,
}

const FAULTS: [Fault; 13] = [
    Fault::ResetBeforeWriting,
    Fault::ResetBeforeTheAnswer,
    Fault::ResetInTheAnswer,
    Fault::TruncatedDocument,
    Fault::GarbageForHttp,
    Fault::GarbageForJson,
    Fault::RateLimited,
    Fault::BadGateway,
    Fault::BadGatewayAfterWriting,
    Fault::Unavailable,
    Fault::GatewayTimeoutAfterWriting,
    Fault::StoredError,
    Fault::StoredErrorAfterWriting,
];

/// Stands between client and emulator.
struct Proxy {
    emulator: String,
    random: Mutex<fastrand::Rng>,
    met: Mutex<BTreeMap<Fault, u32>>,
    /// Keys under which Persona stored a 500.
    stored: Mutex<HashMap<String, ()>>,
}

impl Proxy {
    /// The proxy, and its base URL.
    async fn start(emulator: &Emulator, seed: u64) -> (Arc<Self>, String) {
        let (scheme_and_host, path) = emulator.base_url().split_once("/api").unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/api{path}", listener.local_addr().unwrap());
        let proxy = Arc::new(Self {
            emulator: scheme_and_host.trim_start_matches("http://").to_owned(),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            met: Mutex::default(),
            stored: Mutex::default(),
        });
        let serving = proxy.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let proxy = serving.clone();
                tokio::spawn(async move { proxy.serve(stream).await });
            }
        });
        (proxy, base_url)
    }

    /// One request for each connection.
    async fn serve(&self, mut client: TcpStream) {
        let Some(request) = read_request(&mut client).await else {
            return;
        };
        let key = header(&request, "idempotency-key");
        let is_stored = key
            .as_ref()
            .is_some_and(|key| self.stored.lock().unwrap().contains_key(key));
        if is_stored {
            let _ = client.write_all(&plain(500, "{}")).await;
            return;
        }
        let answer = match self.next_fault() {
            None => self.pass_on(&request).await,
            Some(fault) => {
                *self.met.lock().unwrap().entry(fault).or_default() += 1;
                self.answer(fault, &request, key).await
            }
        };
        // A client that is gone has nothing to be told.
        let _ = client.write_all(&answer).await;
        let _ = client.shutdown().await;
    }

    fn next_fault(&self) -> Option<Fault> {
        let mut random = self.random.lock().unwrap();
        (random.u32(0..100) < FAULTY_PERCENT).then(|| FAULTS[random.usize(0..FAULTS.len())])
    }

    /// What the client gets to read before the connection closes.
    async fn answer(&self, fault: Fault, request: &[u8], key: Option<String>) -> Vec<u8> {
        match fault {
            Fault::ResetBeforeWriting => Vec::new(),
            Fault::ResetBeforeTheAnswer => {
                self.pass_on(request).await;
                Vec::new()
            }
            Fault::ResetInTheAnswer => {
                let answer = self.pass_on(request).await;
                answer[..answer.len() / 2].to_vec()
            }
            Fault::TruncatedDocument => {
                self.pass_on(request).await;
                plain(201, r#"{"data": {"type": "inquiry", "id": "inq_"#)
            }
            Fault::GarbageForHttp => {
                self.pass_on(request).await;
                b"garbage\r\n\r\n".to_vec()
            }
            Fault::GarbageForJson => plain(200, "<html>Sign in to this network</html>"),
            Fault::RateLimited => plain(429, "{}"),
            Fault::BadGateway => plain(502, "<html>"),
            Fault::BadGatewayAfterWriting => {
                self.pass_on(request).await;
                plain(502, "<html>")
            }
            Fault::Unavailable => plain(503, "{}"),
            Fault::GatewayTimeoutAfterWriting => {
                self.pass_on(request).await;
                plain(504, "")
            }
            Fault::StoredError | Fault::StoredErrorAfterWriting => {
                if fault == Fault::StoredErrorAfterWriting {
                    self.pass_on(request).await;
                }
                if let Some(key) = key {
                    self.stored.lock().unwrap().insert(key, ());
                }
                plain(500, "{}")
            }
        }
    }

    async fn pass_on(&self, request: &[u8]) -> Vec<u8> {
        let mut emulator = TcpStream::connect(&self.emulator).await.unwrap();
        let line = request.windows(2).position(|end| end == b"\r\n").unwrap();
        emulator.write_all(&request[..line]).await.unwrap();
        emulator.write_all(b"\r\nconnection: close").await.unwrap();
        emulator.write_all(&request[line..]).await.unwrap();
        let mut answer = Vec::new();
        emulator.read_to_end(&mut answer).await.unwrap();
        answer
    }
}

async fn read_request(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    loop {
        if client.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
        let head = request.windows(4).position(|end| end == b"\r\n\r\n");
        if let Some(head) = head {
            let length = header(&request, "content-length").map_or(0, |text| text.parse().unwrap());
            if request.len() >= head + 4 + length {
                return Some(request);
            }
        }
    }
}

fn header(request: &[u8], name: &str) -> Option<String> {
    let head = request.split(|byte| *byte == b'\n');
    let mut lines = head.map(|line| String::from_utf8_lossy(line).trim().to_owned());
    lines
        .by_ref()
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
}

fn plain(status: u16, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// How many calls ended how, and how many inquiries there are of each reference id.
struct Run {
    ends: BTreeMap<usize, Option<WriteOutcome>>,
    inquiries: HashMap<String, u32>,
}

impl Run {
    async fn make(seed: u64, look_up: bool) -> Self {
        let emulator = Emulator::builder()
            .seed(seed)
            .rate_limit(u32::MAX)
            .start()
            .await
            .unwrap();
        let (proxy, base_url) = Proxy::start(&emulator, seed).await;
        let persona = client(&emulator, &base_url);
        let template = emulator.default_template_id().to_owned();
        let numbers = Arc::new(Mutex::new(0..CREATES));
        let mut tasks = JoinSet::new();
        for _ in 0..AT_A_TIME {
            let (persona, template, numbers) = (persona.clone(), template.clone(), numbers.clone());
            tasks.spawn(async move {
                let mut ends = Vec::new();
                loop {
                    let Some(number) = numbers.lock().unwrap().next() else {
                        return ends;
                    };
                    let new = NewInquiry::from_template(template.as_str())
                        .reference_id(format!("user-{number}"));
                    let new = if look_up { new.on_unknown(LookUp) } else { new };
                    let created = persona.inquiries().create(new).await;
                    let end = created.err().map(|error| error.write_outcome().unwrap());
                    ends.push((number, end));
                }
            });
        }
        let ends: BTreeMap<_, _> = tasks.join_all().await.into_iter().flatten().collect();
        let inquiries = count(&client(&emulator, emulator.base_url())).await;
        println!("{CREATES} creates, looking up: {look_up}");
        for (fault, times) in &*proxy.met.lock().unwrap() {
            println!("  {times:>6} {fault:?}");
        }
        let of =
            |end: fn(&WriteOutcome) -> bool| ends.values().flatten().filter(|one| end(one)).count();
        println!(
            "  {:>6} created",
            ends.values().filter(|end| end.is_none()).count()
        );
        println!("  {:>6} NotSent", of(|end| *end == WriteOutcome::NotSent));
        println!("  {:>6} Rejected", of(|end| *end == WriteOutcome::Rejected));
        println!(
            "  {:>6} Unknown",
            of(|end| matches!(end, WriteOutcome::Unknown { .. }))
        );
        println!("  {:>6} inquiries", inquiries.values().sum::<u32>());
        Self { ends, inquiries }
    }
}

fn client(emulator: &Emulator, base_url: &str) -> Persona {
    Persona::builder()
        .api_key(emulator.api_key())
        .base_url(base_url)
        .backoff_policy(NoBackoff)
        .build()
        .unwrap()
}

async fn count(persona: &Persona) -> HashMap<String, u32> {
    let mut count = HashMap::new();
    let mut items = persona.inquiries().list().page_size(100).items();
    while let Some(inquiry) = items.next().await {
        let inquiry = inquiry.unwrap();
        *count
            .entry(inquiry.reference_id().unwrap().to_owned())
            .or_default() += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_looking_up_none_is_lost_and_none_is_double() {
    let run = Run::make(17, true).await;
    assert_eq!(run.ends.len(), CREATES);
    for (number, end) in &run.ends {
        let there = run.inquiries.get(&format!("user-{number}"));
        assert_eq!(there, Some(&1), "user-{number} ended in {end:?}");
    }
    assert_eq!(run.inquiries.len(), CREATES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_looking_up_none_is_double_and_every_error_tells_the_truth() {
    let run = Run::make(18, false).await;
    assert_eq!(run.ends.len(), CREATES);
    let mut failed = 0;
    for (number, end) in &run.ends {
        let there = run.inquiries.get(&format!("user-{number}")).copied();
        let there = there.unwrap_or(0);
        assert!(there <= 1, "user-{number} is there {there} times");
        match end {
            None => assert_eq!(there, 1, "user-{number} is lost"),
            Some(WriteOutcome::NotSent | WriteOutcome::Rejected) => {
                assert_eq!(there, 0, "user-{number} ended in {end:?}");
            }
            Some(WriteOutcome::Unknown { key }) => assert!(key.is_some(), "user-{number}"),
            Some(other) => panic!("user-{number} ended in {other:?}"),
        }
        failed += usize::from(end.is_some());
    }
    assert!(failed > 0, "no fault was left to tell the truth about");
}
