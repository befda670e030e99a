//! What each status is, and what to do about it.

use std::time::Duration;

use httpmock::MockServer;
use serde_json::json;
use withpersona::{Delivery, ErrorKind, TimeoutKind};

use super::{OPERATION, builder, fails, read, write};

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
