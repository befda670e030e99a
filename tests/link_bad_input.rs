//! What cannot be a link is told when it is made, in words that name the fault and repeat no
//! value, and no flow or link prints what it holds.

mod canary;
mod on_emulator;

use std::time::Duration;

use on_emulator::start;
use serde_json::json;
use withpersona::{
    EmbeddedFlow, Error, ErrorKind, HostedFlow, OneTimeLink, Redirect, SessionToken,
};

const CANARY: &str = "canary";

fn fault(error: &Error) -> String {
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    let text = error.to_string();
    assert!(!text.contains(CANARY), "{text}");
    assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
    let text = text.strip_suffix("; correct the argument");
    let text = text.and_then(|text| text.strip_prefix("invalid input: "));
    text.expect("the usual form").to_owned()
}

fn template() -> HostedFlow {
    HostedFlow::from_template("itmpl_1")
}

fn inquiry() -> HostedFlow {
    HostedFlow::for_inquiry("inq_1")
}

#[test]
fn a_flow_that_cannot_be_is_told() {
    const LANGUAGE: &str = "the language is no code such as \"en\" or \"pt-BR\"";
    const SUBDOMAIN: &str = "the subdomain is no single name: \"acme\" for acme.withpersona.com";
    const REDIRECT: &str = "the redirect URI is no absolute address";
    const EXISTS: &str = "the inquiry exists: its account was decided when it was created";
    const SECURE: &str = "the host must start with https://; only a loopback host may use http";
    let rows = [
        (
            HostedFlow::from_template(""),
            "the inquiry template id is empty",
        ),
        (
            HostedFlow::from_template("itmpl_1/canary"),
            "the inquiry template id contains a slash",
        ),
        (
            HostedFlow::from_template("itmplv_canary"),
            "the inquiry template id is of another kind: it begins with itmplv_, as inquiry template version ids do",
        ),
        (
            HostedFlow::from_template("tmpl_canary"),
            "the inquiry template id is of another kind: it begins with tmpl_, as legacy template ids do",
        ),
        (HostedFlow::for_inquiry(""), "the inquiry id is empty"),
        (
            HostedFlow::for_inquiry("inq canary"),
            "the inquiry id contains whitespace",
        ),
        (template().environment_id(""), "the environment id is empty"),
        (
            template().reference_id(CANARY).account("act_canary"),
            "both a reference id and an account are named: Persona takes one of them",
        ),
        (
            template().account("act_1").account_type("acttp_1"),
            "both an account and an account type are named: the type is for a new account",
        ),
        (template().reference_id(""), "the reference id is empty"),
        (
            template().account("act\ncanary"),
            "the account id contains whitespace",
        ),
        (inquiry().reference_id(CANARY), EXISTS),
        (inquiry().account("act_1"), EXISTS),
        (
            inquiry().account_type("acttp_1"),
            "the inquiry exists: its account type was decided when it was created",
        ),
        (
            inquiry().field("name-first", CANARY),
            "the inquiry exists: set its fields by an update, not by a link that the person can change",
        ),
        (template().field("", CANARY), "a field has an empty name"),
        (
            template().field("a]b", CANARY),
            "the name of a field contains a bracket, which a link cannot hold",
        ),
        (
            template().field("tags", [CANARY]),
            "the field \"tags\" is no text, number or boolean, which is all that a link can hold",
        ),
        (
            template().field("name", json!(null)),
            "the field \"name\" is no text, number or boolean, which is all that a link can hold",
        ),
        (
            template().fields(&[CANARY]),
            "fields are neither a map nor a struct",
        ),
        (template().language(""), LANGUAGE),
        (template().language("e"), LANGUAGE),
        (template().language("en_US"), LANGUAGE),
        (template().language("en&canary"), LANGUAGE),
        (template().language("en-"), LANGUAGE),
        (template().redirect_uri(""), REDIRECT),
        (template().redirect_uri("/canary"), REDIRECT),
        (template().redirect_uri("example.com/canary"), REDIRECT),
        (
            template().redirect_uri("https://example.com/a canary"),
            "the redirect URI contains whitespace or a control character",
        ),
        (
            template().redirect_uri("javascript:alert('canary')"),
            "the redirect URI is a script",
        ),
        (
            template().redirect_uri("data:text/html,canary"),
            "the redirect URI is a script",
        ),
        (template().subdomain(""), SUBDOMAIN),
        (template().subdomain("acme.withpersona.com"), SUBDOMAIN),
        (template().subdomain("evil.example/"), SUBDOMAIN),
        (template().subdomain("user@canary"), SUBDOMAIN),
        (template().subdomain("-acme"), SUBDOMAIN),
        (
            template().host("verify.canary.example"),
            "the host is no absolute URL: start it with https://",
        ),
        (template().host("http://verify.canary.example"), SECURE),
        (template().host("ftp://127.0.0.1"), SECURE),
        (
            template().host("https://canary:x@example.com"),
            "the host contains a user name or password",
        ),
        (
            template().host("https://example.com?canary"),
            "the host contains a query or a fragment",
        ),
        (
            template().parameter("", CANARY),
            "a parameter has an empty name",
        ),
        (
            template().parameter("session-token", CANARY),
            "the parameter session-token has a way of its own",
        ),
        (
            template().parameter("Session_Token", CANARY),
            "the parameter session-token has a way of its own",
        ),
        (
            template().parameter("fields[canary]", CANARY),
            "the parameter fields has a way of its own",
        ),
    ];
    for (flow, expected) in rows {
        assert_eq!(fault(&flow.link().expect_err(expected)), expected);
    }
}

#[test]
fn a_session_token_without_an_inquiry_is_told() {
    let rows = [
        (
            template(),
            CANARY,
            "a session token belongs to an inquiry that exists: use for_inquiry",
        ),
        (inquiry(), "", "the session token is empty"),
        (
            inquiry(),
            "canary\n",
            "the session token contains whitespace or a control character",
        ),
    ];
    for (flow, token, expected) in rows {
        let link = flow.insecure_link_with_session_token(&SessionToken::new(token));
        assert_eq!(fault(&link.expect_err(expected)), expected);
    }
    let flow = EmbeddedFlow::from_template("itmpl_1").session_token(&SessionToken::new(CANARY));
    assert_eq!(
        fault(&flow.parameters().expect_err("no inquiry")),
        "a session token belongs to an inquiry that exists: use for_inquiry"
    );
    let flow = EmbeddedFlow::from_template("itmpl_1")
        .reference_id(CANARY)
        .account("act_1");
    assert_eq!(
        fault(&flow.parameters().expect_err("both")),
        "both a reference id and an account are named: Persona takes one of them"
    );
}

#[test]
fn a_visit_that_is_not_from_persona_is_told() {
    let rows = [
        ("", "the redirect has no inquiry-id"),
        (
            "https://example.com/canary",
            "the redirect has no inquiry-id",
        ),
        ("status=canary", "the redirect has no inquiry-id"),
        ("#inquiry-id=inq_canary", "the redirect has no inquiry-id"),
        ("inquiry-id=", "the inquiry id is empty"),
        ("inquiry-id=..%2Fcanary", "the inquiry id contains a slash"),
        (
            "inquiry-id=inq_1&inquiry-id=inq_canary",
            "inquiry-id is there twice",
        ),
        (
            "inquiry-id=inq_1&status=canary&status=approved",
            "status is there twice",
        ),
        (
            "inquiry-id=inq_1&reference-id=canary&reference-id=2",
            "reference-id is there twice",
        ),
    ];
    for (query, expected) in rows {
        let error = Redirect::parse(query).expect_err(expected);
        assert_eq!(fault(&error), expected, "{query}");
    }
}

#[tokio::test]
async fn a_link_that_cannot_be_asked_for_asks_nobody() {
    let (emulator, persona) = start().await;
    let links = persona.links();
    let short = Duration::from_millis(999);
    let error = links.one_time("inq_1").expires_in(short).await;
    assert_eq!(
        fault(&error.expect_err("too short")),
        "the expiry of the one-time link is under one second"
    );
    let error = links.one_time("inq/canary").await.expect_err("no id");
    assert_eq!(fault(&error), "the inquiry id contains a slash");
    let error = links.for_session("").await.expect_err("no id");
    assert_eq!(fault(&error), "the inquiry session id is empty");
    assert_eq!(emulator.request_count(), 0);
}

#[test]
fn no_flow_and_no_link_prints_what_it_holds() {
    let token = SessionToken::new(CANARY);
    let hosted = template()
        .reference_id(CANARY)
        .field("name-first", CANARY)
        .redirect_uri("https://example.com/canary");
    let embedded = EmbeddedFlow::from_template("itmpl_1").field("name-first", CANARY);
    let redirect = Redirect::parse("inquiry-id=inq_1&status=canary&reference-id=canary");
    let with_token = inquiry().insecure_link_with_session_token(&token);
    let printed = [
        format!("{hosted:?} {hosted:#?}"),
        format!("{:?}", hosted.link().expect("a link")),
        format!("{:?}", with_token.expect("a link")),
        format!("{embedded:?} {:?}", embedded.parameters().expect("fine")),
        format!("{redirect:?} {redirect:#?}"),
        format!("{:?}", OneTimeLink::new(CANARY).with_short(CANARY)),
    ];
    for text in printed {
        assert!(!text.contains(CANARY), "{text}");
    }
}
