//! A streamed body is handed on piece by piece, and its end is told from its breaking off.

mod canary;

use futures_util::TryStreamExt;
use httpmock::MockServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use withpersona::call::Request;
use withpersona::retry::NeverRetry;
use withpersona::{ByteStream, Delivery, Error, ErrorKind, Persona, TimeoutKind};

fn print() -> Request {
    Request::get("print-an-inquiry", "/inquiries/inq_1/print".to_owned()).accept("application/pdf")
}

fn client(base_url: String) -> Persona {
    Persona::builder()
        .api_key("persona_sandbox_5e1f")
        .base_url(base_url)
        // A stream is not held in memory, so the limit of what is does not apply.
        .response_limit(1)
        .retry_policy(NeverRetry)
        .build()
        .unwrap()
}

/// Answers one request with these bytes; then waits for `close` and closes the connection.
async fn server(bytes: &'static [u8], close: oneshot::Receiver<()>) -> Persona {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(bytes).await.unwrap();
        // An error says that the other end is gone, which closes just as well.
        close.await.ok();
    });
    client(format!("http://{address}"))
}

#[tokio::test]
async fn the_whole_body_comes_through() {
    let server = MockServer::start_async().await;
    let pdf = vec![b'x'; 1_000_000];
    let expected = pdf.clone();
    server
        .mock_async(|when, then| {
            when.path("/inquiries/inq_1/print")
                .header("accept", "application/pdf");
            then.status(200)
                .header("content-type", "application/pdf")
                .header("request-id", "req_1")
                .body(pdf);
        })
        .await;
    let persona = client(server.base_url());
    let stream = persona.call_path().stream(print()).await.unwrap();
    assert_eq!(stream.status(), 200);
    assert_eq!(stream.headers()["content-type"], "application/pdf");
    assert_eq!(stream.request_id().as_deref(), Some("req_1"));
    let pieces: Vec<_> = stream.try_collect().await.unwrap();
    assert!(pieces.concat() == expected);
}

#[tokio::test]
async fn a_refusal_is_an_error_before_the_stream_begins() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|_when, then| {
            then.status(404)
                .json_body(serde_json::json!({"errors": [{"title": "Record not found"}]}));
        })
        .await;
    let persona = client(server.base_url());
    let error = persona.call_path().stream(print()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.title(), Some("Record not found"));
    assert_eq!(error.operation(), Some("print-an-inquiry"));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error_and_then_the_end() {
    let (close, closed) = oneshot::channel();
    let persona = server(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123", closed).await;
    let mut stream = persona.call_path().stream(print()).await.unwrap();
    assert_eq!(
        stream.chunk().await.unwrap().as_deref(),
        Some(b"123".as_slice())
    );
    drop(close);
    let error = stream.chunk().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.delivery(), Delivery::Answered);
    assert_eq!(error.status(), Some(200));
    assert!(error.is_retryable());
    assert_eq!(stream.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn the_limit_begins_anew_with_every_piece() {
    let (send, awaited) = oneshot::channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n";
        stream.write_all(head).await.unwrap();
        awaited.await.unwrap();
        stream.write_all(b"123").await.unwrap();
        std::future::pending::<()>().await;
    });
    let persona = client(format!("http://{address}"));
    let mut stream = persona.call_path().stream(print()).await.unwrap();
    assert!(!is_ready(&mut stream).await, "nothing was sent yet");
    send.send(()).unwrap();
    let piece = stream.chunk().await.unwrap();
    assert_eq!(piece.as_deref(), Some(b"123".as_slice()));
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(3600)).await;
    assert!(!is_ready(&mut stream).await, "the first wait is over");
    let error = stream.chunk().await.unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::Attempt));
}

/// Asks once, without waiting.
async fn is_ready(stream: &mut ByteStream) -> bool {
    tokio::select! {
        biased;
        _ = stream.chunk() => true,
        () = std::future::ready(()) => false,
    }
}

#[tokio::test]
async fn a_body_that_stops_coming_times_out_however_slow_its_reader_is() {
    let (_close, closed) = oneshot::channel();
    let persona = server(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123", closed).await;
    let mut stream = persona.call_path().stream(print()).await.unwrap();
    tokio::time::pause();
    // A reader that takes an hour does not use up the limit.
    tokio::time::advance(std::time::Duration::from_secs(3600)).await;
    assert_eq!(
        stream.chunk().await.unwrap().as_deref(),
        Some(b"123".as_slice())
    );
    let error = stream.chunk().await.unwrap_err();
    assert_eq!(error.timeout(), Some(TimeoutKind::Attempt));
    assert_eq!(
        error.to_string(),
        "print-an-inquiry: timed out: no byte of the body came for 30s: status 200; \
         it was sent and answered; it can be sent again"
    );
}

#[tokio::test]
async fn a_body_is_copied_to_a_writer_and_its_breaking_off_is_told() {
    let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123456789";
    let broken = b"HTTP/1.1 200 OK\r\nrequest-id: req_1\r\ncontent-length: 10\r\n\r\n123456789";
    for (bytes, is_whole) in [(whole.as_slice(), true), (broken.as_slice(), false)] {
        let (close, closed) = oneshot::channel();
        let persona = server(bytes, closed).await;
        let mut stream = persona.call_path().stream(print()).await.unwrap();
        close.send(()).unwrap();
        let mut written = Vec::new();
        let copied = stream.copy_to(&mut written).await;
        assert_eq!(written, b"123456789");
        if is_whole {
            assert_eq!(copied.unwrap(), 9);
        } else {
            let error = copied.unwrap_err();
            let error = error.get_ref().unwrap().downcast_ref::<Error>().unwrap();
            assert_eq!(error.kind(), ErrorKind::Connection);
            assert_eq!(error.request_id(), Some("req_1"));
        }
    }
}
