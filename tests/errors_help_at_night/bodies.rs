//! Answers that hold an error, something else, or too much.

use httpmock::MockServer;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use withpersona::ErrorKind;

use super::{OPERATION, builder, fails, read, server, write};

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
