//! Servers that fall silent.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use withpersona::{Delivery, Error, ErrorKind, PersonaBuilder, TimeoutKind};

use super::{builder, fails, server, write};

/// Begins a call, waits until the server has answered with `bytes` and falls silent, and moves
/// the clock ahead.
async fn silent_after(
    bytes: &'static [u8],
    builder: fn(PersonaBuilder) -> PersonaBuilder,
) -> Error {
    let (reached, silent) = oneshot::channel();
    let base_url = server(move |mut stream| async move {
        stream.write_all(bytes).await.unwrap();
        reached.send(()).unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let persona = builder(self::builder(base_url)).build().unwrap();
    let call = tokio::spawn(async move { fails(&persona, write()).await });
    silent.await.unwrap();
    tokio::time::pause();
    call.await.unwrap()
}

#[tokio::test]
async fn a_server_that_never_answers_ends_in_the_attempt_timeout() {
    let error = silent_after(b"", |builder| builder).await;
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.timeout(), Some(TimeoutKind::Attempt));
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert!(!error.is_retryable());
    assert_eq!(
        error.to_string(),
        "create-an-inquiry: timed out: the attempt took longer than 30s; it may have been sent \
         and no answer came; the write may have happened: look the object up, or send it again \
         under the same idempotency key"
    );
}

#[tokio::test]
async fn a_shorter_call_timeout_ends_the_attempt() {
    let error = silent_after(b"", |builder| builder.call_timeout(Duration::from_secs(7))).await;
    assert_eq!(error.timeout(), Some(TimeoutKind::Call));
    assert!(error.to_string().contains("the call took longer than 7s"));
}

#[tokio::test]
async fn a_connection_that_is_never_made_ends_in_the_connect_timeout() {
    // The server takes the TCP connection and never answers the TLS handshake.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let persona = builder(format!("https://{address}")).build().unwrap();
    let call = tokio::spawn(async move { fails(&persona, write()).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.read_u8().await.unwrap();
    tokio::time::pause();
    let error = call.await.unwrap();
    assert_eq!(error.timeout(), Some(TimeoutKind::Connect));
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "create-an-inquiry: timed out: connecting took longer than 5s; nothing was sent; it can be sent again"
    );
}
