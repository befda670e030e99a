//! This test program again, as another process of the fleet.

use std::future::IntoFuture;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use withpersona::store::{RedisStore, SealKey};
use withpersona::{Access, NewInquiry};

use crate::{KEY, client, receivers};

const ORDER: &str = "WITHPERSONA_TEST_ORDER";

/// What another process is to do as often as told, all at once.
pub enum Order<'o> {
    Open(&'o str),
    GetOrCreate {
        person: &'o str,
        template: &'o str,
    },
    /// Takes webhooks of these events, and is through with every second one.
    TakeWebhooks(&'o str),
    WaitByEvents(&'o str),
    /// Looks at the inquiry once, and then not before an hour is over unless it is told to.
    WaitForWord(&'o str),
}

/// Another process. It is killed when dropped.
pub struct Worker {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts it, up to where it waits for its cue.
    pub fn start(redis: &str, base_url: &str, times: usize, order: Order<'_>) -> Self {
        let order = match order {
            Order::Open(id) => format!("open {id} -"),
            Order::GetOrCreate { person, template } => format!("get-or-create {person} {template}"),
            Order::TakeWebhooks(ids) => format!("take-webhooks {ids} -"),
            Order::WaitByEvents(id) => format!("wait-by-events {id} -"),
            Order::WaitForWord(id) => format!("wait-for-word {id} -"),
        };
        let program = std::env::current_exe().expect("this program");
        let mut process = Command::new(program)
            .args(["worker::works", "--exact", "--ignored", "--nocapture"])
            .env(ORDER, format!("{redis} {base_url} {times} {order}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let mut worker = Self {
            input: process.stdin.take().expect("piped"),
            output: BufReader::new(process.stdout.take().expect("piped")),
            process,
        };
        assert_eq!(worker.line("ready"), "");
        worker
    }

    pub fn go(&mut self) {
        writeln!(self.input, "go").expect("it listens");
    }

    /// Until it has taken the webhooks that it was told of.
    pub fn until_taken(&mut self) {
        assert_eq!(self.line("taken"), "");
    }

    pub fn kill(mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
    }

    /// What each call came to, once all are through: an id and a token, or an error.
    pub fn results(mut self) -> Vec<String> {
        let count: usize = self.line("results").parse().expect("a number");
        let results = (0..count).map(|_| self.line("result")).collect();
        assert!(self.process.wait().expect("ends").success());
        results
    }

    /// The rest of the next line that begins so. The test harness writes lines of its own, and
    /// before the first of ours on the same line.
    fn line(&mut self, begins: &str) -> String {
        let begins = format!("worker-{begins}:");
        loop {
            let mut line = String::new();
            assert_ne!(
                self.output.read_line(&mut line).expect("text"),
                0,
                "{begins}"
            );
            if let Some((_, rest)) = line.split_once(&begins) {
                return rest.trim().to_owned();
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "it is the other process of the tests here"]
fn works() {
    let order = std::env::var(ORDER).expect("started by a test");
    let words: Vec<&str> = order.split(' ').collect();
    let [redis, base_url, times, what, who, template] = words[..] else {
        panic!("{order}");
    };
    let times: usize = times.parse().expect("a number");
    let store = RedisStore::builder(redis).seal_with(SealKey::new(KEY));
    let persona = client(base_url, store.build().expect("settings"));
    println!("worker-ready:");
    std::io::stdin()
        .read_line(&mut String::new())
        .expect("a cue");

    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let results: Vec<String> = runtime.block_on(async {
        let sessions = persona.sessions();
        match what {
            "open" => {
                let opening = (0..times).map(|_| tokio::spawn(sessions.open(who).into_future()));
                let opened = join_all(opening).await.into_iter();
                opened
                    .map(|access| match access.expect("no panic") {
                        Ok(Access::Token { token, inquiry, .. }) => {
                            format!("{inquiry} {}", token.reveal())
                        }
                        Ok(other) => format!("other {other:?}"),
                        Err(error) => format!("error {error}"),
                    })
                    .collect()
            }
            "get-or-create" => {
                let asking = (0..times).map(|_| {
                    let new = NewInquiry::from_template(template);
                    tokio::spawn(sessions.get_or_create(who, new).into_future())
                });
                let all = join_all(asking).await.into_iter();
                all.map(|one| match one.expect("no panic") {
                    Ok(one) => one.inquiry().id().to_string(),
                    Err(error) => format!("error {error}"),
                })
                .collect()
            }
            "take-webhooks" => {
                let ids: Vec<&str> = who.split(',').collect();
                let _receiver = receivers::take(&persona, &ids).await;
                println!("worker-taken:");
                // Until it is killed.
                std::future::pending().await
            }
            "wait-by-events" | "wait-for-word" => {
                let hour = Duration::from_secs(60 * 60);
                let mut wait = persona.inquiries().wait(who).deadline(24 * hour);
                if what == "wait-for-word" {
                    persona.inquiries().watcher().without_events();
                    wait = wait.pace(hour, hour);
                }
                let met = wait.await.expect("can be asked").met().expect("met");
                vec![format!("{} {}", met.id(), met.status())]
            }
            other => panic!("{other}"),
        }
    });
    println!("worker-results:{}", results.len());
    for result in results {
        println!("worker-result:{result}");
    }
}
