//! Requests as they are put together.

use httpmock::MockServer;
use serde::{Serialize, Serializer};
use withpersona::call::{Request, path_segment};
use withpersona::{Delivery, ErrorKind, IdempotencyKey, Persona};

use super::{KEY, fault};

#[test]
fn a_text_that_is_no_idempotency_key_is_refused() {
    const VISIBLE: &str = "the idempotency key holds a character that is not visible ASCII";
    let too_long = "x".repeat(256);
    let cases = [
        ("", "the idempotency key is empty"),
        (" ", VISIBLE),
        ("signup 1", VISIBLE),
        ("signup-1\n", VISIBLE),
        ("signup-é", VISIBLE),
        ("signup\u{0}", VISIBLE),
        (
            too_long.as_str(),
            "the idempotency key is longer than 255 characters",
        ),
    ];
    for (text, expected) in cases {
        let error = text.parse::<IdempotencyKey>().unwrap_err();
        assert_eq!(fault(&error), expected);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

/// Fails to serialize, with a message that holds a value.
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("alice@example.com"))
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_right_is_not_sent() {
    let server = MockServer::start_async().await;
    let everything = server
        .mock_async(|_when, then| {
            then.status(200).body("{}");
        })
        .await;
    let persona = Persona::builder()
        .api_key(KEY)
        .base_url(server.url("/api/v1"))
        .build()
        .unwrap();

    let inquiry = |id: &str| {
        Request::get(
            "retrieve-an-inquiry",
            format!("/inquiries/{}", path_segment(id)),
        )
    };
    let nested = |id: &str| {
        let path = format!("/accounts/act_1/relations/{}/tags", path_segment(id));
        Request::get("list-relations", path)
    };
    let post = || Request::post("create-an-inquiry", "/inquiries".to_owned());
    let cases = [
        (
            inquiry(""),
            "the id after \"inquiries\" in the path is empty",
        ),
        (
            inquiry("."),
            "the id after \"inquiries\" in the path is a dot segment",
        ),
        (
            inquiry(".."),
            "the id after \"inquiries\" in the path is a dot segment",
        ),
        (
            inquiry("a/b"),
            "the id after \"inquiries\" in the path contains a slash",
        ),
        (
            inquiry("../accounts"),
            "the id after \"inquiries\" in the path contains a slash",
        ),
        (
            inquiry("a\\b"),
            "the id after \"inquiries\" in the path contains a slash",
        ),
        (
            inquiry("a\nb"),
            "the id after \"inquiries\" in the path contains a control character",
        ),
        (
            inquiry("\u{7f}"),
            "the id after \"inquiries\" in the path contains a control character",
        ),
        (
            nested(""),
            "the id after \"relations\" in the path is empty",
        ),
        (
            nested(".."),
            "the id after \"relations\" in the path is a dot segment",
        ),
        (
            Request::get("x", "inquiries".to_owned()),
            "the path does not begin with a slash",
        ),
        (
            post().json(&Unwritable),
            "the body cannot be written as JSON",
        ),
        (
            post().form(&Unwritable),
            "the body cannot be written as a form",
        ),
        (
            post().form("no pairs"),
            "the body cannot be written as a form",
        ),
        (
            post().bytes("text/plain\n", "x".into()),
            "the content type of the body cannot be a header",
        ),
    ];
    for (request, expected) in cases {
        let error = persona.call_path().send(request).await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.ends_with(&format!(
                "invalid input: {expected}; nothing was sent; correct the argument"
            )),
            "{text}"
        );
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{expected}");
        assert_eq!(error.delivery(), Delivery::NotSent, "{expected}");
    }
    let error = persona.call_path().stream(inquiry("")).await.unwrap_err();
    assert_eq!(error.operation(), Some("retrieve-an-inquiry"));
    assert_eq!(everything.calls_async().await, 0);
}
