//! An error tells what failed, where, whether it was sent, and what to do, in one line.

mod canary;

use std::error::Error as _;
use std::time::Duration;

use httpmock::MockServer;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use withpersona::call::Request;
use withpersona::retry::NeverRetry;
use withpersona::{Delivery, Error, ErrorKind, Persona, PersonaBuilder, TimeoutKind};

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
async fn every_status_has_its_kind_and_its_advice() {
    // status, kind, retryable as a read, retryable as a write, end of the line as a read
    let cases = [
        (
            400,
            ErrorKind::BadRequest,
            false,
            false,
            "bad request: status 400 \"Some title\"; request id req_1; it was sent and answered; correct the request; sending it again as it is does not help",
        ),
        (
            401,
            ErrorKind::Authentication,
            false,
            false,
            "not authenticated: status 401 \"Some title\"; request id req_1; it was sent and answered; check the API key; sending again does not help",
        ),
        (
            403,
            ErrorKind::Permission,
            false,
            false,
            "not permitted: status 403 \"Some title\"; request id req_1; it was sent and answered; check the key's permissions and address allowlist, and product quotas",
        ),
        (
            404,
            ErrorKind::NotFound,
            false,
            false,
            "not found: status 404 \"Some title\"; request id req_1; it was sent and answered; check the id, and that it belongs to the key's environment",
        ),
        (
            405,
            ErrorKind::BadRequest,
            false,
            false,
            "bad request: status 405 \"Some title\"; request id req_1; it was sent and answered; correct the request; sending it again as it is does not help",
        ),
        (
            408,
            ErrorKind::Timeout,
            true,
            false,
            "timed out: Persona gave up waiting: status 408 \"Some title\"; request id req_1; it was sent and answered; it can be sent again",
        ),
        (
            409,
            ErrorKind::Conflict,
            false,
            false,
            "conflict: status 409 \"Some title\"; request id req_1; it was sent and answered; read the object again and decide from its state",
        ),
        (
            410,
            ErrorKind::Redacted,
            false,
            false,
            "redacted: status 410 \"Some title\"; request id req_1; it was sent and answered; the person's data is deleted for good",
        ),
        (
            422,
            ErrorKind::Validation,
            false,
            false,
            "refused as invalid: status 422 \"Some title\"; request id req_1; it was sent and answered; correct the request; sending it again as it is does not help",
        ),
        (
            429,
            ErrorKind::RateLimit,
            true,
            true,
            "rate limited: status 429 \"Some title\"; request id req_1; it was sent and answered; send it again in 17 s",
        ),
        (
            500,
            ErrorKind::Server,
            true,
            false,
            "server error: status 500 \"Some title\"; request id req_1; it was sent and answered; it can be sent again",
        ),
        (
            501,
            ErrorKind::Server,
            false,
            false,
            "server error: status 501 \"Some title\"; request id req_1; it was sent and answered; sending it again as it is does not help",
        ),
        (
            502,
            ErrorKind::Server,
            true,
            false,
            "server error: status 502 \"Some title\"; request id req_1; it was sent and answered; it can be sent again",
        ),
        (
            503,
            ErrorKind::Server,
            true,
            false,
            "server error: status 503 \"Some title\"; request id req_1; it was sent and answered; it can be sent again",
        ),
        (
            504,
            ErrorKind::Server,
            true,
            false,
            "server error: status 504 \"Some title\"; request id req_1; it was sent and answered; it can be sent again",
        ),
        (
            302,
            ErrorKind::Redirect,
            false,
            false,
            "redirected: status 302 \"Some title\"; request id req_1; it was sent and answered; redirects are not followed: correct the base URL, https://api.withpersona.com/api/v1",
        ),
    ];
    for (status, kind, read_again, write_again, line) in cases {
        let server = MockServer::start_async().await;
        server
            .mock_async(|_when, then| {
                then.status(status)
                    .header("request-id", "req_1")
                    .header("ratelimit-reset", "17")
                    .json_body(json!({"errors": [{"title": "Some title", "details": "x"}]}));
            })
            .await;
        let persona = builder(server.base_url()).build().unwrap();
        let error = fails(&persona, read()).await;
        assert_eq!(error.to_string(), format!("{OPERATION}: {line}"));
        assert_eq!(error.kind(), kind);
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.title(), Some("Some title"));
        assert_eq!(error.request_id(), Some("req_1"));
        assert_eq!(error.operation(), Some(OPERATION));
        assert_eq!(error.delivery(), Delivery::Answered);
        assert_eq!(error.is_retryable(), read_again, "{status}");
        assert_eq!(
            error.retry_after(),
            (status == 429).then_some(Duration::from_secs(17))
        );
        assert_eq!(
            error.timeout(),
            (status == 408).then_some(TimeoutKind::Server)
        );
        // Another client, whose rate window does not know of the 429.
        let persona = builder(server.base_url()).build().unwrap();
        let error = fails(&persona, write()).await;
        assert_eq!(error.is_retryable(), write_again, "{status}");
    }
}

#[tokio::test]
async fn a_write_that_failed_on_the_server_is_to_be_looked_up() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|_when, then| {
            then.status(500).json_body(json!({"errors": []}));
        })
        .await;
    let error = fails(&builder(server.base_url()).build().unwrap(), write()).await;
    assert_eq!(
        error.to_string(),
        "create-an-inquiry: server error: status 500; it was sent and answered; \
         the write may have happened: look the object up before sending it again"
    );
}

#[tokio::test]
async fn problems_point_at_the_attributes() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|_when, then| {
            then.status(422).json_body(json!({"errors": [
                {"title": "Invalid confirmation code", "details": "was 123", "source": {"pointer": "/data/attributes/code"}},
                {"title": null, "detail": {"sent": 1}},
                {},
            ]}));
        })
        .await;
    let error = fails(&builder(server.base_url()).build().unwrap(), write()).await;
    assert_eq!(
        error.to_string(),
        "create-an-inquiry: refused as invalid: status 422 \"Invalid confirmation code\" at \
         /data/attributes/code (and 2 more); it was sent and answered; correct the request; \
         sending it again as it is does not help"
    );
    let [first, second, third] = error.problems() else {
        panic!("three problems, not {:?}", error.problems());
    };
    assert_eq!(first.title(), Some("Invalid confirmation code"));
    assert_eq!(first.pointer(), Some("/data/attributes/code"));
    assert_eq!(first.reveal_details(), Some("was 123"));
    assert_eq!(second.title(), None);
    assert_eq!(second.reveal_details(), Some("{\"sent\":1}"));
    assert_eq!(
        (third.title(), third.pointer(), third.reveal_details()),
        (None, None, None)
    );
}

#[tokio::test]
async fn what_a_server_writes_stays_one_bounded_line() {
    let server = MockServer::start_async().await;
    let title = format!("a\nb\r\n\u{1b}[31mc\u{2028}\u{202e}d{}", "x".repeat(10_000));
    server
        .mock_async(|_when, then| {
            then.status(400)
                .header("request-id", "r".repeat(1000))
                .json_body(json!({"errors": [{"title": title, "source": {"pointer": title}}]}));
        })
        .await;
    let line = fails(&builder(server.base_url()).build().unwrap(), read())
        .await
        .to_string();
    assert!(line.contains("\"a b   [31mc  dxxx"), "{line}");
    assert!(!line.contains(char::is_control), "{line}");
    assert!(line.chars().count() < 900, "{}", line.len());
}

#[tokio::test]
async fn a_gateway_is_told_from_persona() {
    let server = MockServer::start_async().await;
    server
        .mock_async(|_when, then| {
            then.status(502)
                .header("content-type", "text/html; charset=utf-8")
                .body("<html>Bad gateway</html>");
        })
        .await;
    let error = fails(&builder(server.base_url()).build().unwrap(), read()).await;
    assert_eq!(
        error.to_string(),
        "retrieve-an-inquiry: server error: the body is text/html, no error document of Persona: \
         status 502; it was sent and answered; it can be sent again"
    );
    assert!(error.problems().is_empty());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = MockServer::start_async().await;
    let elsewhere = server
        .mock_async(|when, then| {
            when.path("/elsewhere");
            then.status(200).body("{}");
        })
        .await;
    let to = server.url("/elsewhere");
    server
        .mock_async(|when, then| {
            when.path("/inquiries/inq_1");
            then.status(307).header("location", to);
        })
        .await;
    let error = fails(&builder(server.base_url()).build().unwrap(), read()).await;
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert_eq!(elsewhere.calls_async().await, 0);
}

#[tokio::test]
async fn a_decode_error_names_the_place() {
    #[derive(Debug, serde::Deserialize)]
    struct Document {
        #[serde(rename = "data")]
        _data: Vec<Item>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Item {
        #[serde(rename = "id")]
        _id: String,
        #[serde(rename = "created-at")]
        _created_at: Option<i64>,
    }
    let cases = [
        (
            "application/json",
            r#"{"data": [{"id": "a"}, {"id": "b", "created-at": "x"}]}"#,
            "at data[1].created-at: a value of type string is not what is expected there (line 1, column 52)",
        ),
        (
            "application/json",
            r#"{"data": [{"created-at": 1}]}"#,
            "at data[0]: \"id\" is missing (line 1, column 27)",
        ),
        (
            "application/json",
            r#"{"data": null}"#,
            "at data: a value of type null is not what is expected there (line 1, column 13)",
        ),
        (
            "application/json",
            "{}",
            "at the top: \"data\" is missing (line 1, column 2)",
        ),
        (
            "application/json",
            "[]",
            "at the top: the value is not what is expected there (line 1, column 2)",
        ),
        (
            "application/vnd.api+json",
            r#"{"data": [{"id": "a""#,
            "at data[0]: the document breaks off (line 1, column 20)",
        ),
        (
            "application/json",
            r#"{"data": []} more"#,
            "this is not valid JSON (line 1, column 14)",
        ),
        ("application/json", "", "the body is empty"),
        (
            "text/html; charset=utf-8",
            "<html>",
            "the body is text/html, not JSON",
        ),
    ];
    for (content_type, body, expected) in cases {
        let server = MockServer::start_async().await;
        server
            .mock_async(|_when, then| {
                then.status(200)
                    .header("content-type", content_type)
                    .header("request-id", "req_1")
                    .body(body);
            })
            .await;
        let persona = builder(server.base_url()).build().unwrap();
        let reply = persona.call_path().send(read()).await.unwrap();
        let error = reply.decode::<Document>().unwrap_err();
        let is_json = expected.starts_with("at ") && !expected.contains("breaks off");
        let advice = match is_json {
            true => "check that the base URL is Persona's; if it is, report this as a bug",
            false => {
                "it can be sent again; if it lasts, look for a proxy between this machine and Persona, and check the base URL"
            }
        };
        assert_eq!(
            error.to_string(),
            format!(
                "{OPERATION}: answer not understood: {expected}: status 200; request id req_1; it was sent and answered; {advice}"
            )
        );
        assert_eq!(error.kind(), ErrorKind::Decode);
        let reply = persona.call_path().send(write()).await.unwrap();
        let error = reply.decode::<Document>().unwrap_err();
        assert!(
            error.to_string().ends_with(
                "it may have been carried out: look the object up before sending it again"
            )
        );
    }
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused_announced_or_not() {
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123456789";
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n";
    let bytes_of = |limit: usize, bytes: &'static [u8]| async move {
        let base_url = server(move |mut stream| async move {
            stream.write_all(bytes).await.unwrap();
        })
        .await;
        let persona = builder(base_url).response_limit(limit).build().unwrap();
        persona.call_path().send(read()).await
    };
    for answer in [announced.as_slice(), chunked.as_slice()] {
        let whole = bytes_of(9, answer).await.unwrap().into_bytes();
        assert_eq!(&whole[..], b"123456789");
        let error = bytes_of(8, answer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
        assert_eq!(
            error.to_string(),
            "retrieve-an-inquiry: answer too large: more than 8 bytes: status 200; \
             it was sent and answered; ask for less or raise the response limit"
        );
    }
}

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

#[tokio::test]
async fn anything_that_is_no_error_document_is_lived_with() {
    for body in [
        "",
        "null",
        "[]",
        "{\"errors\": 1}",
        "{\"errors\": [1, null, \"x\"]}",
        "{\"errors\": [{\"title\": 1}]}",
    ] {
        let server = MockServer::start_async().await;
        server
            .mock_async(|_when, then| {
                then.status(404).body(body);
            })
            .await;
        let error = fails(&builder(server.base_url()).build().unwrap(), read()).await;
        assert_eq!(error.kind(), ErrorKind::NotFound, "{body}");
        assert_eq!(error.title(), None, "{body}");
    }
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

#[tokio::test]
async fn texts_refine_the_kind_and_headers_tell_a_quota_from_the_rate_limit() {
    // status, RateLimit-Remaining, title, details, kind
    let cases = [
        (
            403,
            "9",
            "Forbidden",
            "no permission",
            ErrorKind::Permission,
        ),
        (
            403,
            "9",
            "Forbidden",
            "IP address is not permitted access",
            ErrorKind::IpNotAllowed,
        ),
        (
            403,
            "9",
            "Forbidden",
            "a quota has been exceeded",
            ErrorKind::Quota,
        ),
        (429, "0", "Rate limit exceeded", "", ErrorKind::RateLimit),
        (429, "0", "Quota exceeded", "", ErrorKind::RateLimit),
        (429, "9", "Anything at all", "", ErrorKind::Quota),
        (429, "", "Quota exceeded", "", ErrorKind::Quota),
        (429, "", "Anything at all", "", ErrorKind::RateLimit),
        (409, "9", "Conflict", "", ErrorKind::Conflict),
        (
            409,
            "9",
            "Conflict",
            "words of tomorrow",
            ErrorKind::Conflict,
        ),
        (409, "9", "Record not unique", "", ErrorKind::Duplicate),
        (
            409,
            "9",
            "Conflict",
            "Resource already exists as an active resource",
            ErrorKind::Duplicate,
        ),
        (409, "9", "Stale object error", "", ErrorKind::StaleObject),
        (
            409,
            "9",
            "Inquiry already redacted",
            "",
            ErrorKind::Redacted,
        ),
        (
            409,
            "9",
            "Conflict",
            "cannot be resumed in its current status",
            ErrorKind::IllegalState,
        ),
    ];
    for (status, remaining, title, details, kind) in cases {
        let server = MockServer::start_async().await;
        server
            .mock_async(|_when, then| {
                then.status(status)
                    .header("ratelimit-remaining", remaining)
                    .json_body(json!({"errors": [{"title": title, "details": details}]}));
            })
            .await;
        let error = fails(&builder(server.base_url()).build().unwrap(), write()).await;
        assert_eq!(error.kind(), kind, "{status} {title} {details}");
        assert_eq!(error.is_conflict(), status == 409);
        assert_eq!(error.is_duplicate(), kind == ErrorKind::Duplicate);
        assert_eq!(error.is_stale_object(), kind == ErrorKind::StaleObject);
        assert_eq!(error.is_redacted(), kind == ErrorKind::Redacted);
        assert_eq!(error.is_illegal_state(), kind == ErrorKind::IllegalState);
        assert_eq!(error.is_quota(), kind == ErrorKind::Quota);
        assert_eq!(error.is_ip_not_allowed(), kind == ErrorKind::IpNotAllowed);
        assert_eq!(error.is_rate_limit(), kind == ErrorKind::RateLimit);
        assert!(details.is_empty() || !error.to_string().contains(details));
    }
}
