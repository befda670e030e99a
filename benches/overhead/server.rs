//! A server that always gives the same answer, on connections that are kept alive.
//!
//! It runs on the thread of the calls: on one of its own, the scheduler's choice of a core weighs
//! more than anything that is to be measured here. It allocates nothing for an answer.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::variants::DOCUMENT;

/// Starts on a free port of the current runtime.
pub async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(serve(connection));
        }
    });
    address
}

/// Answers each head that comes in; GETs have no body.
async fn serve(mut connection: TcpStream) {
    let answer = answer();
    connection.set_nodelay(true).expect("a socket");
    let mut head = Vec::with_capacity(4096);
    while let Ok(1..) = connection.read_buf(&mut head).await {
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            if connection.write_all(&answer).await.is_err() {
                return;
            }
        }
    }
}

/// The document, under as many headers as Persona sends.
fn answer() -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\n\
         date: Tue, 03 Feb 2026 09:00:00 GMT\r\n\
         content-type: application/json; charset=utf-8\r\n\
         content-length: {}\r\n\
         ratelimit-limit: 300\r\n\
         ratelimit-remaining: 299\r\n\
         ratelimit-reset: 60\r\n\
         request-id: req_Lm7nBvCx4ZaSdFgHjKqW9eRt\r\n\
         persona-environment-id: env_Qa2wSeDr6FtGyHuJiKo8LpZx\r\n\
         persona-organization-id: org_Pl9oKiJu3HyGtFrDeSw7QaZx\r\n\
         cache-control: max-age=0, private, must-revalidate\r\n\
         etag: W/\"5d41402abc4b2a76b9719d911017c592\"\r\n\
         strict-transport-security: max-age=31536000; includeSubDomains\r\n\
         vary: Accept, Origin\r\n\
         x-content-type-options: nosniff\r\n\
         \r\n",
        DOCUMENT.len(),
    );
    [head.as_bytes(), DOCUMENT.as_bytes()].concat()
}
