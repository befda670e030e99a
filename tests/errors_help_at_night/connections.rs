//! Connections that are refused or break.

use std::error::Error as _;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use withpersona::{Delivery, ErrorKind};

use super::{builder, fails, read, server_of, write};

#[tokio::test]
async fn a_refused_connection_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let persona = builder(format!("http://{address}")).build().unwrap();
    let error = fails(&persona, write()).await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert!(error.is_retryable());
    let text = error.to_string();
    assert!(
        text.starts_with("create-an-inquiry: connection failed: while connecting: "),
        "{text}"
    );
    assert!(
        text.ends_with("; nothing was sent; it can be sent again"),
        "{text}"
    );
    assert!(error.source().is_none(), "foreign errors print URLs");
}

#[tokio::test]
async fn a_tls_failure_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        stream.shutdown().await.unwrap();
    });
    let persona = builder(format!("https://{address}")).build().unwrap();
    let error = fails(&persona, write()).await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_leaves_a_write_unknown() {
    for bytes in [b"".as_slice(), b"HTTP/1.1 20", b"garbage\r\n\r\n"] {
        let error = fails(&server_of(bytes).await, write()).await;
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert_eq!(error.delivery(), Delivery::Unknown);
        assert_eq!(error.status(), None);
        assert!(!error.is_retryable());
        let text = error.to_string();
        assert!(
            text.ends_with(
                "; it may have been sent and no answer came; the write may have happened: \
                 look the object up, or send it again under the same idempotency key"
            ),
            "{text}"
        );
        let error = fails(&server_of(bytes).await, read()).await;
        assert!(error.is_retryable());
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_still_tells_its_status() {
    let bytes =
        b"HTTP/1.1 201 Created\r\nrequest-id: req_1\r\ncontent-length: 100\r\n\r\n{\"data\":";
    let error = fails(&server_of(bytes).await, write()).await;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.status(), Some(201));
    assert_eq!(error.request_id(), Some("req_1"));
    assert_eq!(error.delivery(), Delivery::Answered);
    assert!(!error.is_retryable());

    let refused = b"HTTP/1.1 404 Not Found\r\ncontent-length: 100\r\n\r\n{\"errors\":";
    let error = fails(&server_of(refused).await, read()).await;
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.problems().is_empty());
}
