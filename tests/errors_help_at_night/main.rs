//! An error tells what failed, where, whether it was sent, and what to do, in one line.

#[path = "../canary/mod.rs"]
mod canary;

mod bodies;
mod connections;
mod statuses;
mod timeouts;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use withpersona::call::Request;
use withpersona::retry::NeverRetry;
use withpersona::{Error, Persona, PersonaBuilder};

const OPERATION: &str = "retrieve-an-inquiry";

/// One attempt a call: what is told of it is the subject here.
fn builder(base_url: String) -> PersonaBuilder {
    Persona::builder()
        .api_key("persona_sandbox_5e1f")
        .base_url(base_url)
        .retry_policy(NeverRetry)
}

fn read() -> Request {
    Request::get(OPERATION, "/inquiries/inq_1".to_owned())
}

fn write() -> Request {
    Request::post("create-an-inquiry", "/inquiries".to_owned()).json(&json!({}))
}

async fn fails(persona: &Persona, request: Request) -> Error {
    persona.call_path().send(request).await.unwrap_err()
}

/// Serves one connection: reads a request up to its blank line, then runs `answer`. Gives the
/// base URL.
async fn server<F, A>(answer: F) -> String
where
    F: FnOnce(TcpStream) -> A + Send + 'static,
    A: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            if stream.read_buf(&mut request).await.unwrap() == 0 {
                return;
            }
        }
        answer(stream).await;
    });
    format!("http://{address}")
}

/// Answers with these bytes and closes the connection.
async fn server_of(bytes: &'static [u8]) -> Persona {
    let base_url = server(move |mut stream| async move {
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
    })
    .await;
    builder(base_url).build().unwrap()
}

#[tokio::test]
async fn errors_and_calls_cross_threads() {
    fn is_send_and_sync<T: Send + Sync + Clone + 'static>() {}
    is_send_and_sync::<Error>();
    is_send_and_sync::<Persona>();
    assert!(size_of::<Error>() <= size_of::<usize>());

    let persona = server_of(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let reply = tokio::spawn(async move { persona.call_path().send(read()).await })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(reply.decode::<Value>().unwrap().into_inner(), json!({}));
}
