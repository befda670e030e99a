//! A proxy between client and emulator that breaks exchanges on demand.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::RwLock;
use tokio::task::JoinHandle;
use withpersona::emulator::{Emulator, Faults};

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// The connection is reset once the request was read; the emulator never sees it.
    ResetBefore,
    /// The emulator answers, and the connection is reset before any of it comes back.
    ResetAfter,
    /// Half of the answer's body comes back before the connection is reset.
    ResetInAnswer,
    /// Half of the answer's body comes back, and the connection is closed as if that was all.
    Truncated,
    /// The emulator answers, but what comes back is no HTTP.
    Garbage,
    /// The emulator answers, but what comes back is a page under a status of success.
    GarbageBody,
    /// Half of the answer's body comes back, then nothing until the client goes.
    SlowBody,
    /// The emulator answers, but nothing comes back until the client goes.
    DelayedHead,
    /// 429 with the headers of the rate limit; the emulator never sees the request.
    TooMany,
    /// 429 without them.
    TooManyBare,
    /// The emulator fails before it does anything, and keeps the 500 under the key.
    StoredError,
    /// The emulator does the work, fails, and keeps the 500 under the key.
    StoredErrorAfterWork,
    /// A gateway cannot reach the emulator.
    BadGateway,
    /// A gateway says that the emulator is not there.
    Unavailable,
    /// A gateway gives up waiting, while the emulator does the work.
    GatewayTimeout,
}

impl Fault {
    pub const ALL: [Self; 15] = [
        Self::ResetBefore,
        Self::ResetAfter,
        Self::ResetInAnswer,
        Self::Truncated,
        Self::Garbage,
        Self::GarbageBody,
        Self::SlowBody,
        Self::DelayedHead,
        Self::TooMany,
        Self::TooManyBare,
        Self::StoredError,
        Self::StoredErrorAfterWork,
        Self::BadGateway,
        Self::Unavailable,
        Self::GatewayTimeout,
    ];

    /// Whether the request reaches what does the work.
    fn is_forwarded(self) -> bool {
        !matches!(
            self,
            Self::ResetBefore
                | Self::TooMany
                | Self::TooManyBare
                | Self::BadGateway
                | Self::Unavailable
        )
    }
}

/// Decides what happens to a request, given as it came over the wire.
pub type Plan = Arc<dyn Fn(&[u8]) -> Option<Fault> + Send + Sync>;

/// Hears of each request that the emulator has answered, before anything of it comes back.
pub type Ear = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// Stops when dropped.
pub struct Proxy {
    base_url: String,
    accepting: JoinHandle<()>,
}

impl Proxy {
    pub async fn start(emulator: &Emulator, plan: Plan) -> Self {
        Self::with_ear(emulator, plan, Arc::new(|_| {})).await
    }

    pub async fn with_ear(emulator: &Emulator, plan: Plan, ear: Ear) -> Self {
        let (host, path) = emulator
            .base_url()
            .strip_prefix("http://")
            .and_then(|url| url.split_once('/'))
            .expect("a host and a path");
        let way = Arc::new(Way {
            plan,
            ear,
            emulator: host.parse().expect("an address"),
            faults: emulator.faults(),
            alone: RwLock::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let way = way.clone();
                // A connection that breaks is what this is about.
                tokio::spawn(async move { way.serve(client).await.ok() });
            }
        });
        Self {
            base_url: format!("http://{address}/{path}"),
            accepting,
        }
    }

    /// The first requests meet these faults, one each; all others pass.
    pub async fn with(emulator: &Emulator, faults: &[Fault]) -> Self {
        let faults = Mutex::new(VecDeque::from_iter(faults.iter().copied()));
        let plan = move |_: &[u8]| faults.lock().expect("no panic").pop_front();
        Self::start(emulator, Arc::new(plan)).await
    }

    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What all connections share.
struct Way {
    plan: Plan,
    ear: Ear,
    emulator: SocketAddr,
    faults: Faults,
    /// Held alone by a request that the emulator is to fail, so that no other meets the failure.
    alone: RwLock<()>,
}

impl Way {
    async fn serve(&self, client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        let mut client = Connection::new(client);
        let mut upstream = None;
        while let Some(request) = client.message().await? {
            let fault = (self.plan)(&request);
            let answer = if fault.is_none_or(Fault::is_forwarded) {
                let answer = self.forward(&mut upstream, &request, fault).await?;
                (self.ear)(&request);
                answer
            } else {
                Vec::new()
            };
            let half = answer.len() - body_length(&answer) / 2;
            let client = &mut client.stream;
            match fault {
                None | Some(Fault::StoredError | Fault::StoredErrorAfterWork) => {
                    client.write_all(&answer).await?;
                }
                Some(Fault::ResetBefore | Fault::ResetAfter) => {
                    return client.set_zero_linger();
                }
                Some(Fault::ResetInAnswer) => {
                    client.write_all(&answer[..half]).await?;
                    // A reset overtakes what the client has not read yet: it takes the half first.
                    tokio::task::yield_now().await;
                    return client.set_zero_linger();
                }
                Some(Fault::Truncated) => {
                    client.write_all(&answer[..half]).await?;
                    return client.shutdown().await;
                }
                Some(Fault::Garbage) => {
                    client
                        .write_all(b"\x16\x03\x01 no HTTP at all\r\n\r\n")
                        .await?;
                    return client.shutdown().await;
                }
                Some(Fault::GarbageBody) => {
                    let page = "<h1>Welcome</h1>";
                    client
                        .write_all(&message("200 OK", "content-type: text/html\r\n", page))
                        .await?;
                }
                Some(Fault::SlowBody) => {
                    client.write_all(&answer[..half]).await?;
                    return until_gone(client).await;
                }
                Some(Fault::DelayedHead) => return until_gone(client).await,
                Some(Fault::TooMany) => {
                    let headers = "ratelimit-limit: 300\r\nratelimit-remaining: 0\r\n\
                                   ratelimit-reset: 0\r\n";
                    let body = r#"{"errors":[{"title":"Rate limit exceeded"}]}"#;
                    client
                        .write_all(&message("429 Too Many Requests", headers, body))
                        .await?;
                }
                Some(Fault::TooManyBare) => {
                    client
                        .write_all(&message("429 Too Many Requests", "", ""))
                        .await?;
                }
                Some(Fault::BadGateway) => {
                    client
                        .write_all(&message("502 Bad Gateway", "", "bad"))
                        .await?;
                }
                Some(Fault::Unavailable) => {
                    client
                        .write_all(&message("503 Service Unavailable", "", ""))
                        .await?;
                }
                Some(Fault::GatewayTimeout) => {
                    client
                        .write_all(&message("504 Gateway Timeout", "", ""))
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn forward(
        &self,
        upstream: &mut Option<Connection>,
        request: &[u8],
        fault: Option<Fault>,
    ) -> io::Result<Vec<u8>> {
        let upstream = match upstream {
            Some(upstream) => upstream,
            None => upstream.insert(Connection::new(TcpStream::connect(self.emulator).await?)),
        };
        let (_alone, _among_others);
        let fails = match fault {
            Some(Fault::StoredError) => Some(Faults::fail_next as fn(&Faults, &str)),
            Some(Fault::StoredErrorAfterWork) => Some(Faults::fail_next_after_work as _),
            _ => None,
        };
        if let Some(fail) = fails {
            _alone = self.alone.write().await;
            let is_create = request.starts_with(b"POST /api/v1/inquiries ");
            fail(
                &self.faults,
                if is_create {
                    "create-an-inquiry"
                } else {
                    "list-all-inquiries"
                },
            );
        } else {
            _among_others = self.alone.read().await;
        }
        upstream.stream.write_all(request).await?;
        let answer = upstream.message().await?;
        answer.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// One end of HTTP/1.1, read message by message.
struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    fn new(stream: TcpStream) -> Self {
        let read = Vec::new();
        Self { stream, read }
    }

    /// Head and body as they came; `None` at the end.
    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(head) = head_length(&self.read) {
                let length = head + announced_length(&self.read[..head]);
                if self.read.len() >= length {
                    let rest = self.read.split_off(length);
                    return Ok(Some(std::mem::replace(&mut self.read, rest)));
                }
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Ok(None);
            }
        }
    }
}

fn head_length(message: &[u8]) -> Option<usize> {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(end + 4)
}

fn announced_length(head: &[u8]) -> usize {
    let head = std::str::from_utf8(head).expect("heads are text");
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.trim().parse().expect("a number"))
}

fn body_length(message: &[u8]) -> usize {
    message.len() - head_length(message).unwrap_or(message.len())
}

fn message(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}").into_bytes()
}

/// Reads what the client still says, until it closes the connection.
async fn until_gone(client: &mut TcpStream) -> io::Result<()> {
    let mut ignored = [0; 64];
    while client.read(&mut ignored).await? > 0 {}
    Ok(())
}
