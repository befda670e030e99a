//! The table of what is made again, row by row, and the limits around it.

use std::time::Duration;

use http::Method;
use tokio::time::Instant;

use super::server::{Fate, Script, delete, get, patch, path, post};
use crate::call::retry::{NeverRetry, RetryPolicy, StandardRetry};
use crate::call::{CallOptions, Request};
use crate::error::{Delivery, Error, ErrorKind, TimeoutKind, WriteOutcome};

/// How a call ended, for tables.
#[derive(Debug, PartialEq, Clone, Copy)]
enum End {
    Read,
    NotSent,
    Rejected,
    UnknownWithKey,
    UnknownWithoutKey,
}

fn end(error: &Error) -> End {
    match error.write_outcome() {
        None => End::Read,
        Some(WriteOutcome::NotSent) => End::NotSent,
        Some(WriteOutcome::Rejected) => End::Rejected,
        Some(WriteOutcome::Unknown { key: Some(_) }) => End::UnknownWithKey,
        Some(WriteOutcome::Unknown { key: None }) => End::UnknownWithoutKey,
    }
}

fn requests() -> [Request; 4] {
    [get(), post(), patch(), delete()]
}

#[tokio::test(start_paused = true)]
async fn each_failure_is_retried_where_it_is_safe_and_can_help() {
    use End::*;
    // The failure; how often it is met, and how the call ends, as GET, POST, PATCH and DELETE.
    let rows = [
        (
            Fate::Refused,
            [4, 4, 4, 4],
            [Read, NotSent, NotSent, NotSent],
        ),
        (
            Fate::Reset,
            [4, 4, 1, 1],
            [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey],
        ),
        (
            Fate::BrokenAnswer,
            [4, 4, 1, 1],
            [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey],
        ),
        (
            Fate::Silence,
            // The call's 90 seconds are over before the third attempt's 30.
            [3, 3, 1, 1],
            [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey],
        ),
        (
            Fate::status(429),
            [4, 4, 4, 4],
            [Read, Rejected, Rejected, Rejected],
        ),
        (
            Fate::status(500),
            [4, 1, 1, 1],
            [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey],
        ),
        (
            Fate::status(502),
            [4, 4, 1, 1],
            [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey],
        ),
        (
            Fate::status(503),
            [4, 4, 1, 1],
            [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey],
        ),
        (
            Fate::status(504),
            [4, 4, 1, 1],
            [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey],
        ),
        (
            Fate::status(501),
            [1, 1, 1, 1],
            [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey],
        ),
        (
            Fate::status(302),
            [1, 1, 1, 1],
            [Read, Rejected, Rejected, Rejected],
        ),
        (
            Fate::status(400),
            [1, 1, 1, 1],
            [Read, Rejected, Rejected, Rejected],
        ),
        (
            Fate::status(401),
            [1, 1, 1, 1],
            [Read, Rejected, Rejected, Rejected],
        ),
        (
            Fate::status(403),
            [1, 1, 1, 1],
            [Read, Rejected, Rejected, Rejected],
        ),
        (
            Fate::status(404),
            [1, 1, 1, 1],
            [Read, Rejected, Rejected, Rejected],
        ),
        (
            Fate::status(408),
            [1, 1, 1, 1],
            [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey],
        ),
        (
            Fate::status(409),
            [1, 1, 1, 1],
            [Read, Rejected, Rejected, Rejected],
        ),
        (
            Fate::status(422),
            [1, 1, 1, 1],
            [Read, Rejected, Rejected, Rejected],
        ),
    ];
    for (row, (fate, attempts, ends)) in rows.into_iter().enumerate() {
        for (column, request) in requests().into_iter().enumerate() {
            let server = Script::new(vec![fate.clone(); 10]);
            let error = path(server.clone()).send(request).await.unwrap_err();
            let seen = server.seen();
            let at = format!("row {row}, {}: {error}", seen[0].method);
            assert_eq!(seen.len(), attempts[column], "{at}");
            assert_eq!(error.attempts() as usize, seen.len(), "{at}");
            assert_eq!(end(&error), ends[column], "{at}");
            let key = seen[0].header("idempotency-key");
            assert_eq!(key.is_some(), seen[0].method == Method::POST, "{at}");
            for again in &seen {
                assert_eq!(again.header("idempotency-key"), key, "{at}");
            }
            if let Some(WriteOutcome::Unknown { key: told }) = error.write_outcome() {
                assert_eq!(told.as_ref().map(|key| key.as_str()), key, "{at}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_that_is_no_json_is_retried_and_one_of_another_form_is_not() {
    use End::*;
    #[derive(Debug, serde::Deserialize)]
    struct Document {
        #[serde(rename = "data")]
        _data: Vec<u8>,
    }
    const JSON: &str = "application/json";
    let again = [4, 4, 1, 1];
    let stop = [1, 1, 1, 1];
    let rows = [
        ("text/html", "<html>502 Bad Gateway</html>", again),
        ("text/html; charset=utf-8", r#"{"error": 1}"#, again),
        (JSON, "<html>", again),
        (JSON, "", again),
        (JSON, r#"{"data": [1, 2"#, again),
        (JSON, r#"{"data": []} {"#, again),
        (JSON, r#"{"data": "}"#, again),
        (JSON, "null", stop),
        (JSON, "[]", stop),
        (JSON, r#"{"data": {}}"#, stop),
        ("application/vnd.api+json", "{}", stop),
    ];
    let ends = [Read, UnknownWithKey, UnknownWithoutKey, UnknownWithoutKey];
    for (content_type, body, attempts) in rows {
        let fate = Fate::status(200)
            .with("content-type", content_type)
            .body(body);
        for (column, request) in requests().into_iter().enumerate() {
            let server = Script::new(vec![fate.clone(); 10]);
            let path = path(server.clone());
            let error = path.send_for::<Document>(request).await.unwrap_err();
            let seen = server.seen();
            let at = format!("{content_type}, {body}, {}: {error}", seen[0].method);
            assert_eq!(error.kind(), ErrorKind::Decode, "{at}");
            assert_eq!(seen.len(), attempts[column], "{at}");
            assert_eq!(error.attempts() as usize, seen.len(), "{at}");
            assert_eq!(end(&error), ends[column], "{at}");
            let helps = attempts == again && seen[0].method == Method::GET;
            assert_eq!(error.is_retryable(), helps, "{at}");
        }
    }

    let page = Fate::status(200).body("<html>");
    let server = Script::new([page, Fate::status(200).body(r#"{"data": []}"#)]);
    let path = path(server.clone());
    path.send_for::<Document>(get()).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_succeeds_after_failures_and_waits_longer_each_time() {
    let fates = [Fate::Refused, Fate::Reset, Fate::status(503)];
    let server = Script::new(fates);
    path(server.clone()).send(post()).await.unwrap();
    let seen = server.seen();
    let delays: Vec<_> = seen
        .windows(2)
        .map(|two| (two[1].at - two[0].at).as_secs())
        .collect();
    assert_eq!(delays, [1, 2, 4]);
}

#[tokio::test(start_paused = true)]
async fn calls_do_not_share_a_key() {
    let server = Script::default();
    let path = path(server.clone());
    path.send(post()).await.unwrap();
    path.send(post()).await.unwrap();
    let seen = server.seen();
    let key = |at: usize| seen[at].header("idempotency-key").unwrap();
    assert_ne!(key(0), key(1));
    assert!(seen[0].headers["idempotency-key"].is_sensitive());
}

#[tokio::test(start_paused = true)]
async fn a_429_waits_until_the_window_ends() {
    let limited = Fate::status(429).with("ratelimit-reset", 17);
    let server = Script::new([limited]);
    let begun = Instant::now();
    path(server.clone()).send(post()).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(17));
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_delay_that_does_not_fit_ends_the_call_at_once() {
    let limited = Fate::status(429).with("ratelimit-reset", 90);
    let server = Script::new([limited]);
    let begun = Instant::now();
    let error = path(server.clone()).send(get()).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(90)));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_of_the_whole_call() {
    let server = Script::new(vec![Fate::Silence; 9]);
    let begun = Instant::now();
    let error = path(server.clone()).send(get()).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::from_secs(90));
    assert_eq!(error.timeout(), Some(TimeoutKind::Call));
    // 30 s, 1 s, 30 s, 2 s, and the 27 s that are left.
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn policies_and_limits_can_be_replaced_for_a_call() {
    let server = Script::new(vec![Fate::status(503); 20]);
    let path = path(server.clone());
    let attempts = async |options: CallOptions| {
        let before = server.seen().len();
        let error = path.with(options).send(get()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Server);
        server.seen().len() - before
    };
    assert_eq!(attempts(CallOptions::new()).await, 4);
    assert_eq!(
        attempts(CallOptions::new().retry_policy(NeverRetry)).await,
        1
    );
    let two = StandardRetry.with_attempt_limit(2);
    assert_eq!(attempts(CallOptions::new().retry_policy(two)).await, 2);
    // After attempts at 0, 1 and 3 seconds.
    let short = StandardRetry.with_time_limit(Duration::from_secs(2));
    assert_eq!(attempts(CallOptions::new().retry_policy(short)).await, 3);
    let short = CallOptions::new().call_timeout(Duration::from_millis(1500));
    assert_eq!(attempts(short).await, 2);
    // What one call was told does not stay.
    assert_eq!(attempts(CallOptions::new()).await, 4);
}

#[tokio::test(start_paused = true)]
async fn options_add_up() {
    let server = Script::new(vec![Fate::status(503); 20]);
    let once = path(server.clone()).with(CallOptions::new().retry_policy(NeverRetry));
    let keyed = once.with(CallOptions::new().idempotency_key("signup-1"));
    let error = keyed.send(post()).await.unwrap_err();
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].header("idempotency-key"), Some("signup-1"));
    match error.write_outcome() {
        Some(WriteOutcome::Unknown { key: Some(key) }) => assert_eq!(key.as_str(), "signup-1"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_given_key_goes_with_one_request_only() {
    let server = Script::default();
    let keyed = path(server.clone()).with(CallOptions::new().idempotency_key("signup-1"));
    keyed.send(post()).await.unwrap();
    keyed.send(post()).await.unwrap();
    keyed.send(get()).await.unwrap();
    let other = post().json("another body");
    let error = keyed.send(other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(end(&error), End::NotSent);
    let keys: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.header("idempotency-key").map(str::to_owned))
        .collect();
    let key = Some("signup-1".to_owned());
    assert_eq!(keys, [key.clone(), key, None]);
}

#[tokio::test(start_paused = true)]
async fn what_options_cannot_mean_is_told_before_sending() {
    let server = Script::default();
    let path = path(server.clone());
    let faulty = [
        (
            CallOptions::new().idempotency_key(""),
            "the idempotency key is empty",
        ),
        (
            CallOptions::new().idempotency_key("a b"),
            "the idempotency key holds a character that is not visible ASCII",
        ),
        (
            CallOptions::new().idempotency_key("x".repeat(256)),
            "the idempotency key is longer than 255 characters",
        ),
        (
            CallOptions::new().attempt_timeout(Duration::ZERO),
            "the attempt timeout is zero",
        ),
        (
            CallOptions::new().call_timeout(Duration::ZERO),
            "the call timeout is zero",
        ),
    ];
    for (options, expected) in faulty {
        let error = path.with(options).send(post()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.attempts(), 0);
    }
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_was_cut_off_leaves_the_outcome_open() {
    use End::*;
    // After a reset, the answer under the same key: the stored result settles the matter, and
    // what is decided before the store does not.
    let rows = [
        (Fate::status(400), Rejected),
        (Fate::status(404), Rejected),
        (Fate::status(422), Rejected),
        (Fate::status(401), UnknownWithKey),
        (Fate::status(403), UnknownWithKey),
        (Fate::status(409), UnknownWithKey),
        (
            Fate::status(429).with("ratelimit-reset", 600),
            UnknownWithKey,
        ),
        (Fate::status(500), UnknownWithKey),
    ];
    for (second, expected) in rows {
        for first in [Fate::Reset, Fate::BrokenAnswer, Fate::status(502)] {
            let server = Script::new([first, second.clone()]);
            let error = path(server.clone()).send(post()).await.unwrap_err();
            assert_eq!(end(&error), expected, "{error}");
            assert_eq!(error.attempts(), 2);
            if expected == UnknownWithKey {
                assert!(!error.is_retryable(), "{error}");
                let text = error.to_string();
                assert!(
                    text.contains("an earlier attempt may have been carried out"),
                    "{text}"
                );
            }
        }
    }
    let server = Script::new([Fate::Reset, Fate::Refused, Fate::Refused, Fate::Refused]);
    let error = path(server).send(post()).await.unwrap_err();
    assert_eq!(end(&error), UnknownWithKey);
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_leaves_the_outcome_open() {
    let server = Script::new([Fate::status(201).body("<html>")]);
    let reply = path(server).send(post()).await.unwrap();
    let error = reply.decode::<serde_json::Value>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(end(&error), End::UnknownWithKey);

    let server = Script::new([Fate::status(201).with("content-length", 1_000_000)]);
    let error = path(server).send(post()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
    assert_eq!(end(&error), End::UnknownWithKey);
}

#[tokio::test(start_paused = true)]
async fn the_number_of_attempts_is_told() {
    let server = Script::new(vec![Fate::status(503); 4]);
    let error = path(server).send(get()).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("it was sent and answered (4 attempts); "),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_retried_until_it_begins() {
    let server = Script::new([
        Fate::Reset,
        Fate::status(503),
        Fate::status(200).body("pdf"),
    ]);
    let mut stream = path(server.clone()).stream(get()).await.unwrap();
    assert_eq!(&stream.chunk().await.unwrap().unwrap()[..], b"pdf");
    assert_eq!(server.seen().len(), 3);

    let server = Script::new([Fate::BrokenAnswer]);
    let mut stream = path(server.clone()).stream(get()).await.unwrap();
    assert!(stream.chunk().await.unwrap_err().is_connection());
    assert_eq!(server.seen().len(), 1);
}
