//! Whatever cannot work is told before a request leaves, in words that name the fault and never
//! repeat the value.

mod canary;

use std::time::Duration;

use httpmock::MockServer;
use serde::{Serialize, Serializer};
use withpersona::call::{Request, path_segment};
use withpersona::emulator::Emulator;
use withpersona::{
    AccountId, AccountUpdate, Delivery, Error, ErrorKind, IdempotencyKey, Inquiry, InquiryId,
    InquiryUpdate, IntoId, Items, NewInquiry, NewReport, OneTimeLink, Persona, PersonaBuilder,
    Subject, TemplateVersionId,
};

const KEY: &str = "persona_sandbox_5e1f";

/// The error's text without what is the same for every error of its kind.
fn fault(error: &Error) -> String {
    let text = error.to_string();
    let text = text
        .strip_suffix("; correct the setting and build the client again")
        .or_else(|| text.strip_suffix("; correct the argument"))
        .unwrap_or(&text);
    text.strip_prefix("invalid configuration: ")
        .or_else(|| text.strip_prefix("invalid input: "))
        .unwrap_or(text)
        .to_owned()
}

#[test]
fn a_faulty_setting_is_told_when_the_client_is_built() {
    type Change = fn(PersonaBuilder) -> PersonaBuilder;
    const HTTP: &str = "the base URL is plain http: the key would travel in clear; only a loopback host may use http";
    const DATE: &str = "the API version is no date of the form YYYY-MM-DD, such as 2025-12-08";
    const PATH: &str =
        "the base URL misses the path of the API: use https://api.withpersona.com/api/v1";
    let cases: &[(Change, &str)] = &[
        (
            |_| Persona::builder(),
            "no API key is given: call api_key(), or set PERSONA_API_KEY",
        ),
        (|b| b.api_key(""), "the API key is empty"),
        (
            |b| b.api_key("persona_sandbox_5e1f\n"),
            "the API key contains a line break: trim what was read from a file",
        ),
        (
            |b| b.api_key("persona_sandbox_5e1f\r\n"),
            "the API key contains a line break: trim what was read from a file",
        ),
        (
            |b| b.api_key("persona\nsandbox"),
            "the API key contains a line break: trim what was read from a file",
        ),
        (
            |b| b.api_key(" persona_sandbox_5e1f"),
            "the API key contains whitespace",
        ),
        (
            |b| b.api_key("persona sandbox"),
            "the API key contains whitespace",
        ),
        (
            |b| b.api_key("persona_sandbox_5e1f\t"),
            "the API key contains whitespace",
        ),
        (|b| b.api_key("   "), "the API key contains whitespace"),
        (
            |b| b.api_key("Bearer persona_sandbox_5e1f"),
            "the API key starts with \"Bearer\": give the key alone",
        ),
        (
            |b| b.api_key("persona_sandbox_…"),
            "the API key contains a character outside ASCII: it was not copied whole",
        ),
        (
            |b| b.api_key("persona_sandbox_\u{200b}5e1f"),
            "the API key contains a character outside ASCII: it was not copied whole",
        ),
        (
            |b| b.api_key("persona_sandbox\u{0}"),
            "the API key contains a control character",
        ),
        (
            |b| b.api_key("persona_sandbox\u{7f}"),
            "the API key contains a control character",
        ),
        (
            |b| b.api_key("\"persona_sandbox_5e1f\""),
            "the API key contains a quotation mark: give the key without quotes",
        ),
        (
            |b| b.api_key("wbhsec_5e1f"),
            "the API key is a webhook secret, not an API key",
        ),
        (
            |b| b.share_rate_window(),
            "the rate window is to be shared, and no store is given to share it by: call store()",
        ),
        (|b| b.base_url(""), "the base URL is empty"),
        (
            |b| b.base_url("api.withpersona.com/api/v1"),
            "the base URL is no absolute URL: it must start with https://",
        ),
        (
            |b| b.base_url("/api/v1"),
            "the base URL is no absolute URL: it must start with https://",
        ),
        (
            |b| b.base_url("localhost:8080/api/v1"),
            "the base URL must start with https://",
        ),
        (
            |b| b.base_url("ftp://api.withpersona.com/api/v1"),
            "the base URL must start with https://",
        ),
        (
            |b| b.base_url("file:///api/v1"),
            "the base URL must start with https://",
        ),
        (|b| b.base_url("http://api.withpersona.com/api/v1"), HTTP),
        (|b| b.base_url("http://10.0.0.1/api/v1"), HTTP),
        (|b| b.base_url("http://localhost.example.com/api/v1"), HTTP),
        (|b| b.base_url("http://127.0.0.1.example.com/api/v1"), HTTP),
        (|b| b.base_url("http://[2001:db8::1]/api/v1"), HTTP),
        (|b| b.base_url("https://"), "the base URL has no host"),
        (
            |b| b.base_url("https://host:99999/"),
            "the base URL is no URL: invalid port number",
        ),
        (
            |b| b.base_url("https://[::1/"),
            "the base URL is no URL: invalid IPv6 address",
        ),
        (
            |b| b.base_url("https://user@example.com/api/v1"),
            "the base URL contains a user name or password",
        ),
        (
            |b| b.base_url("https://:secret@example.com/api/v1"),
            "the base URL contains a user name or password",
        ),
        (
            |b| b.base_url("https://example.com/api/v1?key=1"),
            "the base URL contains a query",
        ),
        (
            |b| b.base_url("https://example.com/api/v1?"),
            "the base URL contains a query",
        ),
        (
            |b| b.base_url("https://example.com/api/v1#top"),
            "the base URL contains a fragment",
        ),
        (
            |b| b.base_url("https://example.com/api/v1\n"),
            "the base URL contains whitespace or a control character",
        ),
        (
            |b| b.base_url(" https://example.com/api/v1"),
            "the base URL contains whitespace or a control character",
        ),
        (|b| b.base_url("https://api.withpersona.com"), PATH),
        (|b| b.base_url("https://withpersona.com/"), PATH),
        (|b| b.base_url("https://api.withpersona.com/api"), PATH),
        (|b| b.api_version(""), DATE),
        (|b| b.api_version("latest"), DATE),
        (|b| b.api_version("2025-12-8"), DATE),
        (|b| b.api_version("2025/12/08"), DATE),
        (|b| b.api_version("2025-13-08"), DATE),
        (|b| b.api_version("2025-12-32"), DATE),
        (|b| b.api_version("2025-00-01"), DATE),
        (|b| b.api_version("2025-12-08\n"), DATE),
        (|b| b.api_version("２０25-12-8"), DATE),
        (
            |b| b.connect_timeout(Duration::ZERO),
            "the connect timeout is zero",
        ),
        (
            |b| b.attempt_timeout(Duration::ZERO),
            "the attempt timeout is zero",
        ),
        (
            |b| b.call_timeout(Duration::ZERO),
            "the call timeout is zero",
        ),
        (|b| b.response_limit(0), "the response limit is zero"),
        (
            |b| b.pool_idle_timeout(Duration::ZERO),
            "the idle timeout of the connection pool is zero",
        ),
    ];
    for (change, expected) in cases {
        let error = change(Persona::builder().api_key(KEY)).build().unwrap_err();
        assert_eq!(fault(&error), *expected);
        assert_eq!(error.kind(), ErrorKind::Configuration, "{expected}");
        assert_eq!(error.delivery(), Delivery::NotSent, "{expected}");
        assert!(!error.is_retryable(), "{expected}");
    }
}

#[test]
fn a_key_that_cannot_replace_the_old_one_is_told() {
    let persona = Persona::builder()
        .api_key(KEY)
        .base_url("http://127.0.0.1:8080/api/v1")
        .build()
        .unwrap();
    let cases = [
        ("", "the API key is empty"),
        (
            "persona_sandbox_77a0\n",
            "the API key contains a line break: trim what was read from a file",
        ),
        (
            "persona_production_77a0",
            "the API key is of another environment (production) than the client (sandbox)",
        ),
        (
            "77a0",
            "the API key is of another environment (unknown) than the client (sandbox)",
        ),
    ];
    for (key, expected) in cases {
        let error = persona.set_api_key(key).unwrap_err();
        assert_eq!(fault(&error), expected);
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
    persona.set_api_key("persona_sandbox_77a0").unwrap();
}

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

#[test]
fn a_usable_setting_is_accepted() {
    let loopback = "http://127.0.0.1:8080/api/v1";
    for base_url in [
        loopback,
        "http://127.0.0.1:8080/api/v1/",
        "http://127.9.9.9/",
        "http://[::1]:8080",
        "http://LOCALHOST:8080/api/v1",
    ] {
        let built = Persona::builder().api_key(KEY).base_url(base_url).build();
        assert!(built.is_ok(), "{base_url}: {:?}", built.err());
    }
    for key in [KEY, "persona_production_5e1f", "anything-else.at_all"] {
        let built = Persona::builder().api_key(key).base_url(loopback).build();
        assert!(built.is_ok(), "{:?}", built.err());
    }
}

#[test]
fn a_text_that_is_no_id_is_refused() {
    let cases = [
        ("", "the inquiry id is empty"),
        (".", "the inquiry id is a dot segment"),
        ("..", "the inquiry id is a dot segment"),
        ("inq/123", "the inquiry id contains a slash"),
        ("../accounts/act_1", "the inquiry id contains a slash"),
        ("inq\\123", "the inquiry id contains a slash"),
        (" inq_123", "the inquiry id contains whitespace"),
        ("inq_123\n", "the inquiry id contains whitespace"),
        ("inq\u{a0}123", "the inquiry id contains whitespace"),
        ("inq_\u{0}", "the inquiry id contains a control character"),
        ("inq_\u{7f}", "the inquiry id contains a control character"),
    ];
    for (text, expected) in cases {
        assert_eq!(text.parse::<InquiryId>().unwrap_err().to_string(), expected);
        let error = IntoId::<InquiryId>::into_id(text).unwrap_err();
        assert_eq!(fault(&error), expected);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    let error = TemplateVersionId::try_from(String::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the inquiry template version id is empty"
    );
}

#[test]
fn an_id_is_opaque_and_never_refused_for_its_form() {
    for text in ["inq_123", "inq_ABC-def", "iq2_новый", "123", "inq.1", "..."] {
        let id: InquiryId = text.parse().unwrap();
        assert_eq!(id, text);
        assert_eq!(id.to_string(), text);
        assert_eq!(id.has_usual_prefix(), text.starts_with("inq_"));
    }
    let received: AccountId = serde_json::from_str("\"odd / id\"").unwrap();
    assert_eq!(serde_json::to_string(&received).unwrap(), "\"odd / id\"");
}

#[tokio::test]
async fn an_id_of_another_kind_is_refused_before_anything_is_sent() {
    let emulator = Emulator::start().await.unwrap();
    let persona = Persona::builder()
        .api_key(emulator.api_key())
        .base_url(emulator.base_url())
        .build()
        .unwrap();
    let inquiries = persona.inquiries();
    let accounts = persona.accounts();
    let (cases, reports) = (persona.cases(), persona.reports());
    let subject = NewReport::watchlist(Subject::full_name("Jane Doe"));
    let of_account = NewInquiry::from_template("itmpl_1").account("inq_1");
    let update = InquiryUpdate::new().note("x");
    let change = AccountUpdate::new().status("x");
    let listed = |mut items: Items<Inquiry>| async move { items.next().await.unwrap().map(drop) };
    const INQUIRY: &str =
        "the inquiry id is of another kind: it begins with act_, as account ids do";
    const ACCOUNT: &str =
        "the account id is of another kind: it begins with inq_, as inquiry ids do";
    let refused = [
        (INQUIRY, inquiries.retrieve("act_1").await.map(drop)),
        (INQUIRY, inquiries.update("act_1", update).await.map(drop)),
        (INQUIRY, inquiries.approve("act_1").await.map(drop)),
        (INQUIRY, inquiries.decline("act_1").await.map(drop)),
        (INQUIRY, inquiries.mark_for_review("act_1").await.map(drop)),
        (INQUIRY, inquiries.resume("act_1").await.map(drop)),
        (INQUIRY, inquiries.expire("act_1").await.map(drop)),
        (INQUIRY, inquiries.one_time_link("act_1").await.map(drop)),
        (INQUIRY, inquiries.print("act_1").await.map(drop)),
        (INQUIRY, inquiries.redact("act_1").await.map(drop)),
        (ACCOUNT, inquiries.create(of_account).await.map(drop)),
        (
            ACCOUNT,
            listed(inquiries.list().account("inq_1").items()).await,
        ),
        (ACCOUNT, accounts.retrieve("inq_1").await.map(drop)),
        (ACCOUNT, accounts.update("inq_1", change).await.map(drop)),
        (ACCOUNT, accounts.redact("inq_1").await.map(drop)),
        (
            ACCOUNT,
            reports.create(subject.account("inq_1")).await.map(drop),
        ),
        (
            "the case id is of another kind: it begins with ctmpl_, as case template ids do",
            cases.retrieve("ctmpl_1").await.map(drop),
        ),
        (
            "the report id is of another kind: it begins with rptp_, as report template ids do",
            reports.retrieve("rptp_1").await.map(drop),
        ),
        (
            "the verification id is of another kind: it begins with doc_, as document ids do",
            persona.verifications().retrieve("doc_1").await.map(drop),
        ),
        (
            "the document id is of another kind: it begins with ver_, as verification ids do",
            persona.documents().retrieve("ver_1").await.map(drop),
        ),
        (
            "the inquiry template id is of another kind: it begins with inq_, as inquiry ids do",
            persona.templates().retrieve("inq_1").await.map(drop),
        ),
        (
            "the importer id is of another kind: it begins with lst_, as list ids do",
            persona.importers().retrieve("lst_1").await.map(drop),
        ),
    ];
    for (expected, answer) in refused {
        let error = answer.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{expected}");
        assert_eq!(fault(&error), expected);
    }
    assert_eq!(emulator.request_count(), 0, "nothing was sent");
    // A prefix that nobody knows may be tomorrow's.
    let error = inquiries.retrieve("inquiry_1").await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[test]
fn an_id_is_taken_in_every_form() {
    fn path(id: impl IntoId<InquiryId>) -> String {
        format!("/inquiries/{}", id.into_id().unwrap())
    }
    let id: InquiryId = "inq_1".parse().unwrap();
    let text = String::from("inq_1");
    for path in [
        path("inq_1"),
        path(&text),
        path(text.clone()),
        path(&id),
        path(id.clone()),
    ] {
        assert_eq!(path, "/inquiries/inq_1");
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

#[test]
fn a_link_keeps_both_forms() {
    let link: OneTimeLink =
        serde_json::from_str("\"https://withpersona.com/verify?code=1\"").unwrap();
    assert_eq!(link.reveal(), "https://withpersona.com/verify?code=1");
    assert_eq!(link.reveal_short(), None);
    let link = link.with_short("https://perso.na/1");
    assert_eq!(link.reveal_short(), Some("https://perso.na/1"));
}
