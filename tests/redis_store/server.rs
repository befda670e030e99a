//! A Redis of a test's own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Stops when dropped.
pub struct Server {
    address: SocketAddr,
    directory: PathBuf,
    process: Option<Child>,
    /// Kept, so that it has somewhere to write.
    output: Option<BufReader<ChildStdout>>,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Server {
    /// Fails where there is no redis-server: what is not tried is not shown.
    pub fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("withpersona-redis-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).expect("a directory");
        let mut server = Self {
            address,
            directory,
            process: None,
            output: None,
        };
        server.start_again();
        server
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Starts it on the same port, with nothing in it.
    pub fn start_again(&mut self) {
        assert!(self.process.is_none());
        let mut process = Command::new("redis-server")
            .args(["--port", &self.address.port().to_string()])
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(&self.directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server is installed: apt-get install redis-server");
        let mut output = BufReader::new(process.stdout.take().expect("piped"));
        self.process = Some(process);
        until(&mut output, |line| {
            line.contains("Ready to accept connections")
        });
        self.output = Some(output);
    }

    pub fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().expect("killed");
        process.wait().expect("gone");
    }

    /// Stops the process without ending it: connections stay open and nothing answers.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().expect("it runs");
        let status = Command::new("kill")
            .args([signal, &process.id().to_string()])
            .status();
        assert!(status.expect("kill is there").success());
    }

    /// One command, past the store; what Redis answers at first.
    pub fn ask(&self, command: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        stream.write_all(command.as_bytes()).ok()?;
        let mut answer = vec![0; 1 << 20];
        let length = stream.read(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer[..length]).into_owned())
    }

    /// Lets a time pass by Redis's own clock, which nobody can move: it holds back an answer for
    /// as long.
    pub fn pass(&self, span: Duration) {
        let wait = format!("BLPOP nothing {}\r\n", span.as_secs_f64());
        assert_eq!(self.ask(&wait).as_deref(), Some("*-1\r\n"));
    }

    /// Hears every command that Redis carries out from now on.
    pub fn monitor(&self) -> Monitor {
        let mut stream = TcpStream::connect(self.address).expect("connects");
        stream.write_all(b"MONITOR\r\n").expect("listens");
        let mut lines = BufReader::new(stream);
        until(&mut lines, |line| line.starts_with("+OK"));
        Monitor(lines)
    }

    pub fn flush(&self) {
        assert_eq!(self.ask("FLUSHALL\r\n").as_deref(), Some("+OK\r\n"));
    }
}

/// Commands, as Redis carries them out.
pub struct Monitor(BufReader<TcpStream>);

impl Monitor {
    pub async fn until(mut self, is_it: impl Fn(&str) -> bool + Send + 'static) {
        let reading = tokio::task::spawn_blocking(move || until(&mut self.0, is_it));
        reading.await.expect("no panic");
    }
}

/// Reads up to such a line.
fn until(lines: &mut impl BufRead, is_it: impl Fn(&str) -> bool) {
    let mut line = String::new();
    while !is_it(&line) {
        line.clear();
        assert_ne!(lines.read_line(&mut line).expect("text"), 0, "it ended");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
